"""Events that subscriptions follow."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column(
            "transaction",
            sa.BigInteger(),
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "happened_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("transaction", "id", name=op.f("pk_events")),
    )
    op.create_index(
        op.f("ix_events_kind_course_id_transaction"), "events", ["kind", "course_id", "transaction"]
    )
    op.create_index(op.f("ix_events_happened_at"), "events", ["happened_at"])
    op.add_column(
        "announcements", sa.Column("is_told", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    # Announcements published before subscriptions existed get no event.
    op.execute("UPDATE announcements SET is_told = true WHERE published_at <= now()")
    op.create_index(
        "ix_announcements_due", "announcements", ["published_at"], postgresql_where=sa.text("not is_told")
    )


def downgrade() -> None:
    op.drop_index("ix_announcements_due", "announcements")
    op.drop_column("announcements", "is_told")
    op.drop_table("events")
