"""Topics and learning rooms."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "learning_rooms",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_learning_rooms_course_id_courses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_rooms")),
    )
    op.create_index(
        op.f("ix_learning_rooms_course_id_name"), "learning_rooms", ["course_id", "name"], unique=False
    )
    op.create_table(
        "learning_room_members",
        sa.Column("learning_room_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["learning_room_id"],
            ["learning_rooms.id"],
            name=op.f("fk_learning_room_members_learning_room_id_learning_rooms"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_learning_room_members_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("learning_room_id", "user_id", name=op.f("pk_learning_room_members")),
    )
    op.create_index(
        op.f("ix_learning_room_members_user_id"), "learning_room_members", ["user_id"], unique=False
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("learning_room_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("video_position", sa.Double(), nullable=True),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_topics_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_topics_item_id_items"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["learning_room_id"],
            ["learning_rooms.id"],
            name=op.f("fk_topics_learning_room_id_learning_rooms"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_topics_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
    )
    op.create_index(
        op.f("ix_topics_course_id_created_at"), "topics", ["course_id", "created_at"], unique=False
    )
    op.create_index(op.f("ix_topics_item_id_created_at"), "topics", ["item_id", "created_at"], unique=False)
    op.create_index(
        op.f("ix_topics_learning_room_id_created_at"),
        "topics",
        ["learning_room_id", "created_at"],
        unique=False,
    )
    op.create_index(op.f("ix_topics_user_id"), "topics", ["user_id"], unique=False)
    op.create_table(
        "comments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("topic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_comments_topic_id_topics"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_comments_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(
        op.f("ix_comments_topic_id_created_at"), "comments", ["topic_id", "created_at"], unique=False
    )
    op.create_index(op.f("ix_comments_user_id"), "comments", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_comments_user_id"), table_name="comments")
    op.drop_index(op.f("ix_comments_topic_id_created_at"), table_name="comments")
    op.drop_table("comments")
    op.drop_index(op.f("ix_topics_user_id"), table_name="topics")
    op.drop_index(op.f("ix_topics_learning_room_id_created_at"), table_name="topics")
    op.drop_index(op.f("ix_topics_item_id_created_at"), table_name="topics")
    op.drop_index(op.f("ix_topics_course_id_created_at"), table_name="topics")
    op.drop_table("topics")
    op.drop_index(op.f("ix_learning_room_members_user_id"), table_name="learning_room_members")
    op.drop_table("learning_room_members")
    op.drop_index(op.f("ix_learning_rooms_course_id_name"), table_name="learning_rooms")
    op.drop_table("learning_rooms")
