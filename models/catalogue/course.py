"""Courses and their teams."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId, Value, Values, Words, name_column
from models.postgres.trigrams import trigram_index


class CourseStatus(StrEnum):
    """Status of a course in its life cycle (Xikolo: courses.status)."""

    PREPARATION = "preparation"
    ANNOUNCED = "announced"
    PREVIEW = "preview"
    ACTIVE = "active"
    SELF_PACED = "self-paced"
    EXTERNAL = "external"


class Pacing(StrEnum):
    """Pace of a course (Open edX: pacing)."""

    INSTRUCTOR = "instructor"
    SELF = "self"


class CertificateKind(StrEnum):
    """Kind of certificate that a learner can earn (Xikolo: courses.certificates)."""

    CONFIRMATION_OF_PARTICIPATION = "confirmation_of_participation"
    RECORD_OF_ACHIEVEMENT = "record_of_achievement"
    QUALIFIED_CERTIFICATE = "qualified_certificate"


class Course(Base):
    """One run of a course; `key` is its Open edX key (`course-v1:…`), if the course has one.

    `reference` is the external id chosen by the importer, unique within an application. A course of packages
    shows the version `version_id`; `last_version` is the highest number that any of its versions ever had.

    `images` store `url max_width max_height`, largest first; `teaser` is a stream (`models.content.video`);
    `certificate_offers` store `kind is_available threshold` (percentage of points or visits). The application
    that imported the course, if any, has the rights of the course team.
    """

    __tablename__ = "courses"
    __table_args__ = (
        UniqueConstraint("slug"),
        UniqueConstraint("key"),
        Index(None, "title", "id"),
        trigram_index("courses", "title"),
        Index(
            None,
            "reference",
            "application_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("reference IS NOT NULL"),
        ),
        Index(None, "tags", postgresql_using="gin"),
    )

    id: Mapped[PrimaryId]
    slug: Mapped[str]
    key: Mapped[str | None]
    reference: Mapped[str | None]
    title: Mapped[str]
    abstract: Mapped[str | None]
    description: Mapped[str | None]
    handouts: Mapped[str | None]
    status: Mapped[CourseStatus] = mapped_column(name_column(CourseStatus), default=CourseStatus.PREPARATION)
    language: Mapped[str] = mapped_column(default="en")
    pacing: Mapped[Pacing] = mapped_column(name_column(Pacing), default=Pacing.INSTRUCTOR)
    starts_at: Mapped[Moment | None]
    ends_at: Mapped[Moment | None]
    enrollment_starts_at: Mapped[Moment | None]
    enrollment_ends_at: Mapped[Moment | None]
    images: Mapped[Values] = mapped_column(default=list)
    teaser: Mapped[Value | None] = mapped_column(JSONB(none_as_null=True))
    teachers: Mapped[str | None]
    learning_goals: Mapped[Words] = mapped_column(default=list)
    target_groups: Mapped[Words] = mapped_column(default=list)
    certificate_offers: Mapped[Values] = mapped_column(default=list)
    tags: Mapped[Words] = mapped_column(default=list)
    is_hidden: Mapped[bool] = mapped_column(default=False)
    is_listed: Mapped[bool] = mapped_column(default=True)
    is_invite_only: Mapped[bool] = mapped_column(default=False)
    is_on_demand: Mapped[bool] = mapped_column(default=False)
    is_web_only: Mapped[bool] = mapped_column(default=False, server_default="false")
    external_url: Mapped[str | None]
    policy_url: Mapped[str | None]
    version_id: Mapped[Id | None] = mapped_column(
        ForeignKey("course_versions.id", ondelete="SET NULL", use_alter=True), unique=True
    )
    last_version: Mapped[int] = mapped_column(default=0, server_default="0")
    channel_id: Mapped[Id | None] = mapped_column(ForeignKey("channels.id", ondelete="SET NULL"), index=True)
    organization_id: Mapped[Id | None] = mapped_column(
        ForeignKey("organizations.id", ondelete="SET NULL"), index=True
    )
    application_id: Mapped[Id | None] = mapped_column(
        ForeignKey("applications.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]


class CourseTeacher(Base):
    """Membership of a user in a course team; the whole course is visible to its team."""

    __tablename__ = "course_teachers"

    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[Id] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
