"""Enrollments, visits, submissions and answers of learners."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "enrollments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_proctored", sa.Boolean(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reactivated_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "certificates", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_enrollments_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_enrollments_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollments")),
        sa.UniqueConstraint("user_id", "course_id", name=op.f("uq_enrollments_user_id_course_id")),
    )
    op.create_index(
        op.f("ix_enrollments_course_id_created_at"), "enrollments", ["course_id", "created_at"], unique=False
    )
    op.create_table(
        "visits",
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "first_visited_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("visited_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_visits_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_visits_item_id_items"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_visits_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "item_id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_course_id"), "visits", ["course_id"], unique=False)
    op.create_index(op.f("ix_visits_item_id"), "visits", ["item_id"], unique=False)
    op.create_index(
        op.f("ix_visits_user_id_course_id_visited_at"),
        "visits",
        ["user_id", "course_id", "visited_at"],
        unique=False,
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("quiz_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "(submitted_at is null) = (points is null)", name=op.f("ck_submissions_points_when_submitted")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_submissions_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_submissions_item_id_items"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quizzes.id"], name=op.f("fk_submissions_quiz_id_quizzes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_submissions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint(
            "user_id", "quiz_id", "attempt", name=op.f("uq_submissions_user_id_quiz_id_attempt")
        ),
    )
    op.create_index(op.f("ix_submissions_course_id"), "submissions", ["course_id"], unique=False)
    op.create_index(op.f("ix_submissions_item_id"), "submissions", ["item_id"], unique=False)
    op.create_index(
        op.f("ix_submissions_quiz_id_submitted_at"), "submissions", ["quiz_id", "submitted_at"], unique=False
    )
    op.create_index(
        op.f("ix_submissions_user_id_item_id"), "submissions", ["user_id", "item_id"], unique=False
    )
    op.create_index(
        "uq_submissions_draft",
        "submissions",
        ["user_id", "quiz_id"],
        unique=True,
        postgresql_where=sa.text("submitted_at is null"),
    )
    op.create_table(
        "answers",
        sa.Column("submission_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("question_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "option_ids", postgresql.ARRAY(sa.Uuid(as_uuid=False)), server_default="{}", nullable=False
        ),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("points", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_answers_question_id_questions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_answers_submission_id_submissions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("submission_id", "question_id", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_question_id"), "answers", ["question_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_answers_question_id"), table_name="answers")
    op.drop_table("answers")
    op.drop_index(
        "uq_submissions_draft", table_name="submissions", postgresql_where=sa.text("submitted_at is null")
    )
    op.drop_index(op.f("ix_submissions_user_id_item_id"), table_name="submissions")
    op.drop_index(op.f("ix_submissions_quiz_id_submitted_at"), table_name="submissions")
    op.drop_index(op.f("ix_submissions_item_id"), table_name="submissions")
    op.drop_index(op.f("ix_submissions_course_id"), table_name="submissions")
    op.drop_table("submissions")
    op.drop_index(op.f("ix_visits_user_id_course_id_visited_at"), table_name="visits")
    op.drop_index(op.f("ix_visits_item_id"), table_name="visits")
    op.drop_index(op.f("ix_visits_course_id"), table_name="visits")
    op.drop_table("visits")
    op.drop_index(op.f("ix_enrollments_course_id_created_at"), table_name="enrollments")
    op.drop_table("enrollments")
