"""Settings of packaged courses: options of the player and of the rollup."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId


class Setting(Base):
    """Value of one setting for all courses of an application, for a course, or for one course version.

    `resolvers.packages.setting` defines the names and the valid values.
    """

    __tablename__ = "settings"
    __table_args__ = (
        UniqueConstraint(
            "name", "application_id", "course_id", "version_id", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("num_nonnulls(application_id, course_id, version_id) = 1", name="one_place"),
    )

    id: Mapped[PrimaryId]
    application_id: Mapped[Id | None] = mapped_column(
        ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    course_id: Mapped[Id | None] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[Id | None] = mapped_column(
        ForeignKey("course_versions.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    value: Mapped[str]
