"""Generator of courses, learners and their work in an empty, migrated database, in a few statements."""

import hashlib
from dataclasses import dataclass

import psycopg

SECRET = "learner-of-the-benchmark"  # noqa: S105 (of made-up data on a database of its own)
"""Token of the first learner, who is enrolled in the first course."""

ACCOUNTS = """
INSERT INTO users (id, username, name, email, is_staff)
SELECT bench_id(1, n), 'learner-' || n, 'Learner ' || n, 'learner-' || n || '@example.org', false
FROM generate_series(1, 2000 * {scale}) n;

INSERT INTO tokens (id, user_id, hash, label)
SELECT bench_id(2, n), bench_id(1, n), CASE n WHEN 1 THEN '\\x{hash}'::bytea
    ELSE sha256(convert_to('learner-' || n, 'UTF8')) END, 'bench'
FROM generate_series(1, 2000 * {scale}) n
"""

COURSES = """
INSERT INTO courses (id, slug, title, abstract, description, status, language, pacing, starts_at,
    is_hidden, is_listed, is_invite_only, is_on_demand, teachers)
SELECT bench_id(3, n), 'course-' || n, 'Course ' || lpad(n::text, 6, '0') || ': how things grow',
    'What number ' || n || ' is about, in one sentence for the catalogue.',
    repeat('Words that describe the course at length. ', 4 + n % 3),
    (ARRAY['active', 'self-paced', 'preview'])[1 + n % 3],
    (ARRAY['en', 'de', 'fr'])[1 + n % 3], (ARRAY['instructor', 'self'])[1 + n % 2],
    timestamptz '2026-01-05 09:00Z' - n % 300 * interval '1 day', false, true, n % 7 = 0, false, 'A. Teacher'
FROM generate_series(1, 200 * {scale}) n;

INSERT INTO sections (id, course_id, title, position, is_graded, is_published, is_optional, has_alternatives,
    path, lineage, is_visible, opens_at)
SELECT bench_id(4, n), c.id, 'Week ' || 1 + (n - 1) % 10, 1 + (n - 1) % 10, false, true, false, false,
    ARRAY[1 + (n - 1) % 10], ARRAY[bench_id(4, n)], true, c.starts_at
FROM generate_series(1, 2000 * {scale}) n JOIN courses c ON c.id = bench_id(3, 1 + (n - 1) / 10);

INSERT INTO items (id, course_id, section_id, title, position, content_type, exercise_type, max_points,
    is_optional, is_proctored, is_published, path, lineage, top_position, is_visible, opens_at)
SELECT bench_id(5, n), s.course_id, s.id, 'Item ' || n || ' of the course', 1 + (n - 1) % 10,
    (ARRAY['quiz', 'video', 'rich_text'])[1 + n % 3], CASE n % 3 WHEN 0 THEN 'main' END,
    CASE n % 3 WHEN 0 THEN 4.5 ELSE 0 END, false, false, true, s.path || (1 + (n - 1) % 10)::int, s.lineage,
    1 + (n - 1) % 10, true, s.opens_at
FROM generate_series(1, 20000 * {scale}) n JOIN sections s ON s.id = bench_id(4, 1 + (n - 1) / 10)
"""
"""Columns computed by `resolvers.catalogue.arrangement` are written with the rows: the tree has one level."""

CONTENT = """
INSERT INTO quizzes (id, item_id, course_id, instructions, solution_rule)
SELECT bench_id(6, n), bench_id(5, n), bench_id(3, 1 + (n - 1) / 100), 'Choose the right answers.', 'by_date'
FROM generate_series(3, 20000 * {scale}, 3) n;

INSERT INTO questions (id, quiz_id, type, position, text, max_points, is_case_sensitive, shuffle_options,
    is_eligible_for_recap)
SELECT bench_id(7, n * 5 + q), bench_id(6, n), 'select_one', q, 'Question ' || q || ' of quiz ' || n, 0.9,
    false, true, false
FROM generate_series(3, 20000 * {scale}, 3) n, generate_series(1, 5) q;

INSERT INTO options (id, question_id, position, text, is_correct)
SELECT bench_id(8, (n * 5 + q) * 4 + o), bench_id(7, n * 5 + q), o, 'Answer ' || o || ' to it', o = 1
FROM generate_series(3, 20000 * {scale}, 3) n, generate_series(1, 5) q, generate_series(1, 4) o;

INSERT INTO videos (id, item_id, course_id, summary, duration, thumbnail_url, single)
SELECT bench_id(9, n), bench_id(5, n), bench_id(3, 1 + (n - 1) / 100), 'A recording.', 60.5 + n % 900,
    'https://videos.example.org/' || n || '.jpg',
    jsonb_build_object('hd_url', 'https://videos.example.org/' || n || '/hd.mp4', 'hd_size', 1000000 + n)
FROM generate_series(1, 20000 * {scale}, 3) n;

INSERT INTO rich_texts (id, item_id, course_id, text)
SELECT bench_id(10, n), bench_id(5, n), bench_id(3, 1 + (n - 1) / 100), repeat('Words to read. ', 20)
FROM generate_series(2, 20000 * {scale}, 3) n
"""

DEEDS = """
INSERT INTO enrollments (id, user_id, course_id, mode, is_active, is_proctored)
SELECT bench_id(11, n), bench_id(1, 1 + (n - 1) / 10),
    bench_id(3, 1 + ((n - 1) / 10 + (n - 1) % 10 * 7) % (200 * {scale})), 'audit', true, false
FROM generate_series(1, 20000 * {scale}) n;

INSERT INTO visits (user_id, item_id, course_id, first_visited_at, visited_at)
SELECT e.user_id, bench_id(5, (number - 1) * 100 + i * 10), e.course_id,
    timestamptz '2026-02-01 10:00Z' + i * interval '1 hour',
    timestamptz '2026-03-01 10:00Z' + i * interval '1 hour'
FROM enrollments e JOIN bench_courses c ON c.id = e.course_id, generate_series(1, 10) i;

INSERT INTO submissions (id, user_id, quiz_id, item_id, course_id, attempt, started_at, submitted_at, points)
SELECT bench_id(12, row_number() OVER ()), user_id, bench_id(6, n), bench_id(5, n), course_id, 1,
    timestamptz '2026-03-02 10:00Z', timestamptz '2026-03-02 10:10Z', n % 10 * 0.45
FROM (
    SELECT e.user_id, e.course_id, ((number - 1) * 100 + 3) / 3 * 3 + i * 9 AS n
    FROM enrollments e JOIN bench_courses c ON c.id = e.course_id, generate_series(0, 2) i
    WHERE i < 2 OR get_byte(uuid_send(e.id), 15) % 2 = 0
) attempts
"""
"""Ten courses per learner; in each, ten visited items and two or three submitted quizzes."""

PREPARE = """
CREATE FUNCTION bench_id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN
    ('01940000-' || lpad(to_hex(kind), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
"""

NUMBERS = """
CREATE TEMPORARY TABLE bench_courses AS
SELECT bench_id(3, n) AS id, n AS number FROM generate_series(1, 200 * {scale}) n
"""

TABLES = (
    "courses",
    "sections",
    "items",
    "questions",
    "options",
    "users",
    "enrollments",
    "visits",
    "submissions",
)
"""Tables whose rows are counted."""

INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
"""Indexes that no constraint needs: created over all rows, they cost a fraction of updates per row."""

SETTINGS = (
    "synchronous_commit = off",
    "session_replication_role = replica",  # the keys are valid by construction
    "work_mem = '256MB'",
    "maintenance_work_mem = '1GB'",
)

DONE = "bench_filled"
"""Table whose presence shows that all data are present."""


@dataclass(frozen=True, slots=True)
class Size:
    """Number of rows per table."""

    table: str
    rows: int


def made_id(kind: int, number: int) -> str:
    """Return the id of a generated row: 3 is a course, 4 a section, 5 an item."""
    return f"01940000-{kind:04x}-7000-8000-{number:012x}"


def fill(url: str, scale: int = 1) -> list[Size]:
    """Fill the migrated database at `url` once, with `scale` times the standard amount."""
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT to_regclass(%s)", [DONE]).fetchone() == (None,):
            with connection.transaction():
                for setting in SETTINGS:
                    connection.execute(f"SET LOCAL {setting}".encode())
                indexes = connection.execute(INDEXES, [list(TABLES)]).fetchall()
                for name, _ in indexes:
                    connection.execute(f"DROP INDEX {name}".encode())
                secret = hashlib.sha256(SECRET.encode()).hexdigest()
                for statements in (PREPARE, NUMBERS, ACCOUNTS, COURSES, CONTENT, DEEDS):
                    connection.execute(statements.format(scale=scale, hash=secret).encode())
                for _, definition in indexes:
                    connection.execute(definition.encode())
                connection.execute(f"CREATE TABLE {DONE} ()")
                connection.execute("DROP FUNCTION bench_id")
            connection.execute("VACUUM ANALYZE")
        return [Size(table, _count(connection, table)) for table in TABLES]


def _count(connection: psycopg.Connection[tuple[object, ...]], table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()  # noqa: S608 (a name of ours)
    return int(str(row[0])) if row else 0
