"""Courses and people."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "description", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("color", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("mobile_image_url", sa.Text(), nullable=True),
        sa.Column("stage_logo_url", sa.Text(), nullable=True),
        sa.Column("stage_image_url", sa.Text(), nullable=True),
        sa.Column(
            "stage_statement", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("stage_stream", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("code", name=op.f("uq_channels_code")),
    )
    op.create_table(
        "clusters",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clusters")),
        sa.UniqueConstraint("code", name=op.f("uq_clusters_code")),
    )
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("logo_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organizations_slug")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("avatar_url", sa.Text(), nullable=True),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("bio", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_staff", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_index("uq_users_email", "users", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "classifiers",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"],
            ["clusters.id"],
            name=op.f("fk_classifiers_cluster_id_clusters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classifiers")),
        sa.UniqueConstraint("cluster_id", "code", name=op.f("uq_classifiers_cluster_id_code")),
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("handouts", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "preparation",
                "announced",
                "preview",
                "active",
                "self-paced",
                "external",
                name="coursestatus",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "pacing",
            sa.Enum(
                "instructor", "self", name="pacing", native_enum=False, create_constraint=True, length=None
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enrollment_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enrollment_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("images", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("teaser", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("teachers", sa.Text(), nullable=True),
        sa.Column("learning_goals", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("target_groups", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "certificate_offers", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("is_invite_only", sa.Boolean(), nullable=False),
        sa.Column("is_on_demand", sa.Boolean(), nullable=False),
        sa.Column("external_url", sa.Text(), nullable=True),
        sa.Column("policy_url", sa.Text(), nullable=True),
        sa.Column("channel_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("organization_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_courses_channel_id_channels"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_courses_organization_id_organizations"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("key", name=op.f("uq_courses_key")),
        sa.UniqueConstraint("slug", name=op.f("uq_courses_slug")),
    )
    op.create_index(op.f("ix_courses_channel_id"), "courses", ["channel_id"], unique=False)
    op.create_index(op.f("ix_courses_organization_id"), "courses", ["organization_id"], unique=False)
    op.create_index(op.f("ix_courses_title_id"), "courses", ["title", "id"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_tokens_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_index(op.f("ix_tokens_user_id"), "tokens", ["user_id"], unique=False)
    op.create_table(
        "course_classifiers",
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("classifier_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["classifier_id"],
            ["classifiers.id"],
            name=op.f("fk_course_classifiers_classifier_id_classifiers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_course_classifiers_course_id_courses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("course_id", "classifier_id", name=op.f("pk_course_classifiers")),
    )
    op.create_index(
        op.f("ix_course_classifiers_classifier_id"), "course_classifiers", ["classifier_id"], unique=False
    )
    op.create_table(
        "course_teachers",
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_course_teachers_course_id_courses"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_course_teachers_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("course_id", "user_id", name=op.f("pk_course_teachers")),
    )
    op.create_index(op.f("ix_course_teachers_user_id"), "course_teachers", ["user_id"], unique=False)
    op.create_table(
        "sections",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("parent_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assignment_type", sa.Text(), nullable=True),
        sa.Column("is_graded", sa.Boolean(), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("is_optional", sa.Boolean(), nullable=False),
        sa.Column("has_alternatives", sa.Boolean(), nullable=False),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid(as_uuid=False)), server_default="{}", nullable=False),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_sections_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["sections.id"], name=op.f("fk_sections_parent_id_sections"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sections")),
        sa.UniqueConstraint("course_id", "source_key", name=op.f("uq_sections_course_id_source_key")),
    )
    op.create_index(op.f("ix_sections_course_id_path"), "sections", ["course_id", "path"], unique=False)
    op.create_index(
        op.f("ix_sections_parent_id_position"), "sections", ["parent_id", "position"], unique=False
    )
    op.create_table(
        "items",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("section_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "content_type",
            sa.Enum(
                "quiz",
                "video",
                "rich_text",
                "lti_exercise",
                "packaged_activity",
                "gadget",
                name="contenttype",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column(
            "exercise_type",
            sa.Enum(
                "main",
                "bonus",
                "selftest",
                "survey",
                name="exercisetype",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=True,
        ),
        sa.Column("icon", sa.Text(), nullable=True),
        sa.Column("max_points", sa.Double(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("solutions_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_effort", sa.Integer(), nullable=True),
        sa.Column("is_optional", sa.Boolean(), nullable=False),
        sa.Column("is_proctored", sa.Boolean(), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("path", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid(as_uuid=False)), server_default="{}", nullable=False),
        sa.Column("top_position", sa.Integer(), nullable=False),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_items_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["sections.id"], name=op.f("fk_items_section_id_sections"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("course_id", "source_key", name=op.f("uq_items_course_id_source_key")),
    )
    op.create_index(op.f("ix_items_course_id_path"), "items", ["course_id", "path"], unique=False)
    op.create_index(op.f("ix_items_lineage"), "items", ["lineage"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_items_section_id_position"), "items", ["section_id", "position"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_items_section_id_position"), table_name="items")
    op.drop_index(op.f("ix_items_lineage"), table_name="items", postgresql_using="gin")
    op.drop_index(op.f("ix_items_course_id_path"), table_name="items")
    op.drop_table("items")
    op.drop_index(op.f("ix_sections_parent_id_position"), table_name="sections")
    op.drop_index(op.f("ix_sections_course_id_path"), table_name="sections")
    op.drop_table("sections")
    op.drop_index(op.f("ix_course_teachers_user_id"), table_name="course_teachers")
    op.drop_table("course_teachers")
    op.drop_index(op.f("ix_course_classifiers_classifier_id"), table_name="course_classifiers")
    op.drop_table("course_classifiers")
    op.drop_index(op.f("ix_tokens_user_id"), table_name="tokens")
    op.drop_table("tokens")
    op.drop_index(op.f("ix_courses_title_id"), table_name="courses")
    op.drop_index(op.f("ix_courses_organization_id"), table_name="courses")
    op.drop_index(op.f("ix_courses_channel_id"), table_name="courses")
    op.drop_table("courses")
    op.drop_table("classifiers")
    op.drop_index("uq_users_email", table_name="users")
    op.drop_table("users")
    op.drop_table("organizations")
    op.drop_table("clusters")
    op.drop_table("channels")
