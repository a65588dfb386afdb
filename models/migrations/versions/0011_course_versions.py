"""Versions of courses imported from packages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


STANDARDS = (
    "scorm_1_2",
    "scorm_2004_2nd_edition",
    "scorm_2004_3rd_edition",
    "scorm_2004_4th_edition",
    "aicc",
    "tin_can",
    "cmi5",
)


def upgrade() -> None:
    restrict(STANDARDS, {"scorm_2004": "scorm_2004_3rd_edition"})
    op.create_table(
        "course_versions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column(
            "standard",
            sa.Enum(
                "scorm_1_2",
                "scorm_2004_2nd_edition",
                "scorm_2004_3rd_edition",
                "scorm_2004_4th_edition",
                "aicc",
                "tin_can",
                "cmi5",
                name="learningstandard",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "description", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("keywords", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("duration", sa.Text(), nullable=True),
        sa.Column("typical_time", sa.Text(), nullable=True),
        sa.Column("sequencing", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_course_versions_course_id_courses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_versions")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_course_versions_course_id_number")),
    )
    op.add_column("assets", sa.Column("version_id", sa.Uuid(as_uuid=False), nullable=True))
    op.drop_constraint(op.f("uq_assets_course_id_path"), "assets", type_="unique")
    op.create_index(op.f("ix_assets_digest"), "assets", ["digest"], unique=False)
    op.create_index(op.f("ix_assets_version_id"), "assets", ["version_id"], unique=False)
    op.create_unique_constraint(
        op.f("uq_assets_course_id_version_id_path"),
        "assets",
        ["course_id", "version_id", "path"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_foreign_key(
        op.f("fk_assets_version_id_course_versions"),
        "assets",
        "course_versions",
        ["version_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.add_column("courses", sa.Column("reference", sa.Text(), nullable=True))
    op.add_column(
        "courses", sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("courses", sa.Column("version_id", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column("courses", sa.Column("last_version", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        op.f("ix_courses_reference_application_id"),
        "courses",
        ["reference", "application_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("reference IS NOT NULL"),
    )
    op.create_index(op.f("ix_courses_tags"), "courses", ["tags"], unique=False, postgresql_using="gin")
    op.create_unique_constraint(op.f("uq_courses_version_id"), "courses", ["version_id"])
    op.create_foreign_key(
        op.f("fk_courses_version_id_course_versions"),
        "courses",
        "course_versions",
        ["version_id"],
        ["id"],
        ondelete="SET NULL",
        use_alter=True,
    )
    op.add_column("items", sa.Column("version_id", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column(
        "items", sa.Column("is_current", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.drop_constraint(op.f("uq_items_course_id_source_key"), "items", type_="unique")
    op.create_index(
        op.f("ix_items_course_id_version_id_source_key"),
        "items",
        ["course_id", "version_id", "source_key"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("source_key IS NOT NULL"),
    )
    op.create_index(op.f("ix_items_version_id"), "items", ["version_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_items_version_id_course_versions"),
        "items",
        "course_versions",
        ["version_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.add_column(
        "packaged_activities",
        sa.Column(
            "kind",
            sa.Enum(
                "sco",
                "assignable_unit",
                "asset",
                name="activitykind",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            server_default="sco",
            nullable=False,
        ),
    )
    op.add_column("packaged_activities", sa.Column("resource_identifier", sa.Text(), nullable=True))
    op.add_column(
        "packaged_activities",
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column(
        "packaged_activities",
        sa.Column(
            "description", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
    )
    op.add_column(
        "packaged_activities", sa.Column("launch_query", sa.Text(), server_default="", nullable=False)
    )
    op.add_column("packaged_activities", sa.Column("launch_data", sa.Text(), nullable=True))
    op.add_column(
        "packaged_activities",
        sa.Column(
            "move_on",
            sa.Enum(
                "passed",
                "completed",
                "completed_and_passed",
                "completed_or_passed",
                "not_applicable",
                name="moveon",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=True,
        ),
    )
    op.add_column("packaged_activities", sa.Column("mastery_score", sa.Double(), nullable=True))
    op.add_column("packaged_activities", sa.Column("time_limit", sa.Double(), nullable=True))
    op.add_column("sections", sa.Column("version_id", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column(
        "sections", sa.Column("is_current", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.drop_constraint(op.f("uq_sections_course_id_source_key"), "sections", type_="unique")
    op.create_index(
        op.f("ix_sections_course_id_version_id_source_key"),
        "sections",
        ["course_id", "version_id", "source_key"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("source_key IS NOT NULL"),
    )
    op.create_index(op.f("ix_sections_version_id"), "sections", ["version_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_sections_version_id_course_versions"),
        "sections",
        "course_versions",
        ["version_id"],
        ["id"],
        ondelete="CASCADE",
    )


def downgrade() -> None:
    for table in ("sections", "items", "assets"):
        op.execute(f"DELETE FROM {table} WHERE version_id IS NOT NULL")  # noqa: S608
    editions = {name: "scorm_2004" for name in STANDARDS if "edition" in name}
    restrict(("scorm_1_2", "scorm_2004", "aicc", "tin_can", "cmi5"), editions)

    op.drop_constraint(op.f("fk_sections_version_id_course_versions"), "sections", type_="foreignkey")
    op.drop_index(op.f("ix_sections_version_id"), table_name="sections")
    op.drop_index(
        op.f("ix_sections_course_id_version_id_source_key"),
        table_name="sections",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("source_key IS NOT NULL"),
    )
    op.create_unique_constraint(
        op.f("uq_sections_course_id_source_key"),
        "sections",
        ["course_id", "source_key"],
        postgresql_nulls_not_distinct=False,
    )
    op.drop_column("sections", "is_current")
    op.drop_column("sections", "version_id")
    op.drop_column("packaged_activities", "time_limit")
    op.drop_column("packaged_activities", "mastery_score")
    op.drop_column("packaged_activities", "move_on")
    op.drop_column("packaged_activities", "launch_data")
    op.drop_column("packaged_activities", "launch_query")
    op.drop_column("packaged_activities", "description")
    op.drop_column("packaged_activities", "title")
    op.drop_column("packaged_activities", "resource_identifier")
    op.drop_column("packaged_activities", "kind")
    op.drop_constraint(op.f("fk_items_version_id_course_versions"), "items", type_="foreignkey")
    op.drop_index(op.f("ix_items_version_id"), table_name="items")
    op.drop_index(
        op.f("ix_items_course_id_version_id_source_key"),
        table_name="items",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("source_key IS NOT NULL"),
    )
    op.create_unique_constraint(
        op.f("uq_items_course_id_source_key"),
        "items",
        ["course_id", "source_key"],
        postgresql_nulls_not_distinct=False,
    )
    op.drop_column("items", "is_current")
    op.drop_column("items", "version_id")
    op.drop_constraint(op.f("fk_courses_version_id_course_versions"), "courses", type_="foreignkey")
    op.drop_constraint(op.f("uq_courses_version_id"), "courses", type_="unique")
    op.drop_index(op.f("ix_courses_tags"), table_name="courses", postgresql_using="gin")
    op.drop_index(op.f("ix_courses_reference_application_id"), table_name="courses")
    op.drop_column("courses", "last_version")
    op.drop_column("courses", "version_id")
    op.drop_column("courses", "tags")
    op.drop_column("courses", "reference")
    op.drop_constraint(op.f("fk_assets_version_id_course_versions"), "assets", type_="foreignkey")
    op.drop_constraint(op.f("uq_assets_course_id_version_id_path"), "assets", type_="unique")
    op.drop_index(op.f("ix_assets_version_id"), table_name="assets")
    op.drop_index(op.f("ix_assets_digest"), table_name="assets")
    op.create_unique_constraint(
        op.f("uq_assets_course_id_path"), "assets", ["course_id", "path"], postgresql_nulls_not_distinct=False
    )
    op.drop_column("assets", "version_id")
    op.drop_table("course_versions")


def restrict(standards: Sequence[str], renamed: dict[str, str]) -> None:
    """Rename some standards, then restrict activities to the given ones."""
    constraint = op.f("ck_packaged_activities_learningstandard")
    op.drop_constraint(constraint, "packaged_activities", type_="check")
    for old, new in renamed.items():
        op.execute(f"UPDATE packaged_activities SET standard = '{new}' WHERE standard = '{old}'")  # noqa: S608
    names = ", ".join(f"'{name}'" for name in standards)
    op.create_check_constraint(constraint, "packaged_activities", f"standard IN ({names})")
