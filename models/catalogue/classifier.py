"""Classifiers: categories of courses, grouped in clusters (Xikolo: clusters)."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId, Translations


class Cluster(Base):
    """Dimension for categorizing courses, such as topic or level."""

    __tablename__ = "clusters"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[PrimaryId]
    code: Mapped[str]
    title: Mapped[Translations]
    is_visible: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class Classifier(Base):
    """Category within a cluster."""

    __tablename__ = "classifiers"
    __table_args__ = (UniqueConstraint("cluster_id", "code"),)

    id: Mapped[PrimaryId]
    cluster_id: Mapped[Id] = mapped_column(ForeignKey("clusters.id", ondelete="CASCADE"))
    code: Mapped[str]
    title: Mapped[Translations]
    position: Mapped[int] = mapped_column(default=0)


class CourseClassifier(Base):
    """Assignment of a classifier to a course."""

    __tablename__ = "course_classifiers"

    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    classifier_id: Mapped[Id] = mapped_column(
        ForeignKey("classifiers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
