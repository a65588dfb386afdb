"""CHECK constraints of timestamps, numbers and JSON; rows from before them are repaired.

A timestamp outside of the years 1 to 9999 becomes the nearest one inside. NaN, Infinity and numbers beyond
1e100 become null, or 0 in a column without null. JSON keeps its first 32 levels; an object or list below them
becomes null. No row is deleted.

Constraints are added without reading the rows, then rows are repaired, then the constraints are validated, in
the transaction of the migration.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TIMES = {
    "applications": "created_at!",
    "budgets": "spent_until!",
    "documents": "created_at!",
    "events": "happened_at!",
    "idempotent_writes": "created_at!",
    "organizations": "created_at!",
    "persisted_documents": "created_at!",
    "users": "created_at!",
    "courses": "starts_at ends_at enrollment_starts_at enrollment_ends_at created_at! updated_at!",
    "statement_attachments": "created_at!",
    "statement_documents": "updated_at!",
    "tokens": "created_at! expires_at revoked_at",
    "announcements": "published_at",
    "course_versions": "created_at! updated_at!",
    "enrollments": "completed_at reactivated_until created_at!",
    "experiments": "created_at!",
    "learning_rooms": "created_at!",
    "tickets": "created_at!",
    "announcement_visits": "visited_at!",
    "assets": "created_at!",
    "experiment_assignments": "assigned_at!",
    "import_jobs": "created_at! finished_at",
    "learning_room_members": "joined_at!",
    "registrations": "created_at! updated_at! completed_at",
    "sections": "starts_at ends_at deadline opens_at closes_at",
    "items": "starts_at ends_at deadline solutions_at opens_at closes_at",
    "launch_links": "created_at! expires_at! opened_at fetched_at",
    "statements": "happened_at! stored_at!",
    "topics": "created_at!",
    "visits": "first_visited_at! visited_at!",
    "activity_states": "created_at! updated_at!",
    "comments": "created_at!",
    "submissions": "started_at! expires_at submitted_at",
}
NUMBERS = {
    "import_jobs": "progress!",
    "registrations": "score total_time!",
    "items": "max_points!",
    "lti_exercises": "weight!",
    "packaged_activities": "mastery_score time_limit",
    "topics": "video_position",
    "videos": "duration",
    "activity_states": "score points least_points most_points total_time!",
    "questions": "max_points! tolerance",
    "submissions": "points",
    "answers": "points",
    "subtitle_cues": "starts_at! ends_at!",
}
DOCUMENTS = {
    "channels": "title! description! stage_statement! stage_stream",
    "clusters": "title!",
    "events": "payload!",
    "idempotent_writes": "changes",
    "classifiers": "title!",
    "courses": "images! teaser certificate_offers!",
    "announcements": "title! text!",
    "course_versions": "title! description! sequencing!",
    "enrollments": "certificates!",
    "grading_policies": "assignment_types! cutoffs!",
    "import_jobs": "details!",
    "registrations": "sequencing",
    "gadgets": "settings!",
    "lti_exercises": "parameters!",
    "packaged_activities": "title! description! parameters!",
    "peer_assessments": "steps!",
    "statements": "document!",
    "videos": "single lecturer slides slides_file audio_file transcript_file encodings!",
    "activity_states": "runtime!",
}
"""Columns by table; `!` marks those without null."""

FIRST, LAST, END = "0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00", "10000-01-01 00:00:00+00"
CUT = """
CREATE OR REPLACE FUNCTION cut_json(held jsonb, levels int) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    IF jsonb_typeof(held) NOT IN ('object', 'array') THEN
        RETURN held;
    ELSIF levels = 0 THEN
        RETURN 'null'::jsonb;
    ELSIF jsonb_typeof(held) = 'object' THEN
        RETURN (
            SELECT coalesce(jsonb_object_agg(key, cut_json(value, levels - 1)), '{}') FROM jsonb_each(held)
        );
    END IF;
    RETURN (
        SELECT coalesce(jsonb_agg(cut_json(each.value, levels - 1) ORDER BY each.place), '[]')
        FROM jsonb_array_elements(held) WITH ORDINALITY AS each (value, place)
    );
END $$
"""


def upgrade() -> None:
    op.execute(CUT)
    for table, rules in _rules().items():
        added = ", ".join(
            f"DROP CONSTRAINT IF EXISTS ck_{table}_{name}_in_bounds, "
            f"ADD CONSTRAINT ck_{table}_{name}_in_bounds CHECK ({rule}) NOT VALID"
            for name, (rule, _) in rules.items()
        )
        op.execute(f"ALTER TABLE {table} {added}")
    for table, rules in _rules().items():
        repairs = ", ".join(
            f'"{name}" = CASE WHEN NOT ({rule}) THEN {repair} ELSE "{name}" END'
            for name, (rule, repair) in rules.items()
        )
        broken = " OR ".join(f"NOT ({rule})" for rule, _ in rules.values())
        op.execute(f"UPDATE {table} SET {repairs} WHERE {broken}")  # noqa: S608 (our own names)
    for table, rules in _rules().items():
        validated = ", ".join(f"VALIDATE CONSTRAINT ck_{table}_{name}_in_bounds" for name in rules)
        op.execute(f"ALTER TABLE {table} {validated}")
    op.execute("DROP FUNCTION cut_json(jsonb, int)")


def downgrade() -> None:
    for table, rules in _rules().items():
        dropped = ", ".join(f"DROP CONSTRAINT IF EXISTS ck_{table}_{name}_in_bounds" for name in rules)
        op.execute(f"ALTER TABLE {table} {dropped}")


def _rules() -> dict[str, dict[str, tuple[str, str]]]:
    """Return for each table and column its condition, and the value that replaces one that breaks it."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for table, names in TIMES.items():
        for name in names.replace("!", "").split():
            rule = f"\"{name}\" >= '{FIRST}' AND \"{name}\" < '{END}'"
            repair = f"CASE WHEN \"{name}\" < '{FIRST}' THEN '{FIRST}' ELSE '{LAST}' END::timestamptz"
            found.setdefault(table, {})[name] = (rule, repair)
    for table, names in NUMBERS.items():
        for each in names.split():
            name = each.rstrip("!")
            rule = f'"{name}" >= -1e+100 AND "{name}" <= 1e+100'
            found.setdefault(table, {})[name] = (rule, "0" if each.endswith("!") else "NULL")
    for table, names in DOCUMENTS.items():
        for name in names.replace("!", "").split():
            rule = f"NOT jsonb_path_exists(\"{name}\", 'strict $.**{{33}}')"
            found.setdefault(table, {})[name] = (rule, f'cut_json("{name}", 32)')
    return found
