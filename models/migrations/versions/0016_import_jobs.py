"""Import jobs, their queue in PostgreSQL, and settings of courses."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision: str = "0016"
down_revision: str | None = "0015"
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
    make_queue()
    restrict((*STANDARDS, "unknown"))
    op.create_table(
        "import_jobs",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("application_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "upload",
                "fetch",
                "reference",
                name="importsource",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_new_version_allowed", sa.Boolean(), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("postback_url", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "running",
                "complete",
                "error",
                name="importstatus",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("warnings", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("version_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_import_jobs_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_import_jobs_course_id_courses"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_import_jobs_user_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_versions.id"],
            name=op.f("fk_import_jobs_version_id_course_versions"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_jobs")),
    )
    op.create_index(
        op.f("ix_import_jobs_application_id_created_at"),
        "import_jobs",
        ["application_id", "created_at"],
        unique=False,
    )
    op.create_index(op.f("ix_import_jobs_course_id"), "import_jobs", ["course_id"], unique=False)
    op.create_index(op.f("ix_import_jobs_finished_at"), "import_jobs", ["finished_at"], unique=False)
    op.create_index(
        op.f("ix_import_jobs_user_id_created_at"), "import_jobs", ["user_id", "created_at"], unique=False
    )
    op.create_index(op.f("ix_import_jobs_version_id"), "import_jobs", ["version_id"], unique=False)
    op.create_table(
        "settings",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("application_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("version_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(application_id, course_id, version_id) = 1", name=op.f("ck_settings_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_settings_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_settings_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_versions.id"],
            name=op.f("fk_settings_version_id_course_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
        sa.UniqueConstraint(
            "name",
            "application_id",
            "course_id",
            "version_id",
            name=op.f("uq_settings_name_application_id_course_id_version_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_settings_application_id"), "settings", ["application_id"], unique=False)
    op.create_index(op.f("ix_settings_course_id"), "settings", ["course_id"], unique=False)
    op.create_index(op.f("ix_settings_version_id"), "settings", ["version_id"], unique=False)


def downgrade() -> None:

    op.drop_index(op.f("ix_settings_version_id"), table_name="settings")
    op.drop_index(op.f("ix_settings_course_id"), table_name="settings")
    op.drop_index(op.f("ix_settings_application_id"), table_name="settings")
    op.drop_table("settings")
    op.execute("DELETE FROM packaged_activities WHERE standard = 'unknown'")
    op.execute("DELETE FROM course_versions WHERE standard = 'unknown'")
    restrict(STANDARDS)
    op.execute("DROP SCHEMA jobs CASCADE")

    op.drop_index(op.f("ix_import_jobs_version_id"), table_name="import_jobs")
    op.drop_index(op.f("ix_import_jobs_user_id_created_at"), table_name="import_jobs")
    op.drop_index(op.f("ix_import_jobs_finished_at"), table_name="import_jobs")
    op.drop_index(op.f("ix_import_jobs_course_id"), table_name="import_jobs")
    op.drop_index(op.f("ix_import_jobs_application_id_created_at"), table_name="import_jobs")
    op.drop_table("import_jobs")


def make_queue() -> None:
    """Create Procrastinate's tables in a separate schema; its functions use that schema for any caller."""
    op.execute("CREATE SCHEMA jobs")
    op.execute("SET LOCAL search_path = jobs")
    cursor = op.get_bind().connection.cursor()
    # Without parameters the driver does not parse placeholders.
    cursor.execute(SchemaManager.get_schema())
    cursor.execute(
        """
        DO $$ DECLARE each regprocedure;
        BEGIN
            FOR each IN SELECT oid FROM pg_proc WHERE pronamespace = 'jobs'::regnamespace LOOP
                EXECUTE format('ALTER FUNCTION %s SET search_path = jobs, pg_temp', each);
            END LOOP;
        END $$
        """
    )
    op.execute("SET LOCAL search_path = DEFAULT")


def restrict(standards: Sequence[str]) -> None:
    """Restrict activities and versions to the given standards."""
    names = ", ".join(f"'{name}'" for name in standards)
    for table in ("packaged_activities", "course_versions"):
        constraint = op.f(f"ck_{table}_learningstandard")
        op.drop_constraint(constraint, table, type_="check")
        op.create_check_constraint(constraint, table, f"standard IN ({names})")
