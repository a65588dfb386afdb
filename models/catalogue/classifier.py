"""Classifiers: words by which courses are categorised, grouped in clusters (Xikolo: clusters)."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId, Translations


class Cluster(Base):
    """A dimension of categorisation, such as topic or level."""

    __tablename__ = "clusters"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[PrimaryId]
    code: Mapped[str]
    title: Mapped[Translations]
    is_visible: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class Classifier(Base):
    """One value of a cluster."""

    __tablename__ = "classifiers"
    __table_args__ = (UniqueConstraint("cluster_id", "code"),)

    id: Mapped[PrimaryId]
    cluster_id: Mapped[Id] = mapped_column(ForeignKey("clusters.id", ondelete="CASCADE"))
    code: Mapped[str]
    title: Mapped[Translations]
    position: Mapped[int] = mapped_column(default=0)


class CourseClassifier(Base):
    """That a course carries a classifier."""

    __tablename__ = "course_classifiers"

    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    classifier_id: Mapped[Id] = mapped_column(
        ForeignKey("classifiers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
