"""Triggers on tables of other programs."""

from collections.abc import Sequence

from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OWN = """
activity_states announcement_visits announcements answers applications assets budgets channels classifiers
clusters comments course_classifiers course_documents course_teachers course_versions courses
document_localizations documents enrollments events experiment_assignments experiments features gadgets
grading_policies idempotent_writes import_jobs items launch_links learning_room_members learning_rooms
lti_exercises options organizations packaged_activities peer_assessments persisted_documents questions
quizzes registrations rich_texts sections settings statement_attachments statement_documents statements
submissions subtitle_cues subtitle_tracks table_changes tickets tokens topics users videos visits
"""


def upgrade() -> None:
    """Drop the triggers that each start made on every table of `public`, except on Scholagraph's tables.

    A table whose owner is another role can lose its trigger only with the function; the end of the migration
    creates the triggers of own tables again (`models.operations.table_change`).
    """
    op.execute(
        f"""
        DO $$
        DECLARE
            watched record;
            is_left boolean := false;
        BEGIN
            FOR watched IN
                SELECT tgrelid::regclass AS name, pg_has_role(relowner, 'USAGE') AS is_own
                FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
                WHERE tgfoid = 'note_change()'::regprocedure AND NOT tgisinternal
                    AND relname <> ALL (regexp_split_to_array('{OWN}', '\\s+'))
            LOOP
                IF watched.is_own THEN
                    EXECUTE format('DROP TRIGGER note_change ON %s', watched.name);
                ELSE
                    is_left := true;
                END IF;
            END LOOP;
            IF is_left THEN
                DROP FUNCTION note_change() CASCADE;
            END IF;
        END $$
        """  # noqa: S608 (our own names)
    )
    make_function()


def downgrade() -> None:
    make_function()


def make_function() -> None:
    """Create the function as the version before knows it."""
    op.execute(
        """
        CREATE OR REPLACE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO table_changes VALUES (TG_RELNAME, pg_current_xact_id()::text::bigint)
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$
        """
    )
