"""Lower bound for servers in Python: Starlette, and one hand-written statement that generates the JSON."""

# ruff: noqa: S608 (whatever is put together here is our own)

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.postgres.database import Database
from resolvers.access.viewer import authenticate
from settings.environment import settings


def text(column: str) -> str:
    """Return a nullable column as a JSON string."""
    return f"coalesce(to_json({column})::text, 'null')"


def plain(column: str) -> str:
    """Return a nullable column that JSON writes as PostgreSQL does."""
    return f"coalesce({column}::text, 'null')"


def quoted(column: str) -> str:
    """Return a column that is never null and never needs escapes."""
    return f"""'"' || {column} || '"'"""


def name(column: str) -> str:
    """Return a value of an enum."""
    return quoted(f"upper(replace({column}, '-', '_'))")


def moment(column: str) -> str:
    """Return a nullable timestamp in ISO 8601."""
    return f"coalesce(to_json({column})::text, 'null')"


def made(**members: str) -> str:
    """Return a JSON object of SQL expressions."""
    parts = [
        f"""'{"," if place else ""}"{key}":' || {each}""" for place, (key, each) in enumerate(members.items())
    ]
    return f"'{{' || {' || '.join(parts)} || '}}'"


def listed(each: str, rest: str, order: str = "") -> str:
    """Return a JSON list of a subquery's rows."""
    ordered = f" ORDER BY {order}" if order else ""
    return f"(SELECT '[' || coalesce(string_agg({each}, ','{ordered}), '') || ']' FROM {rest})"


KNOWN = "c.status <> 'preparation' AND NOT c.is_hidden"
PAGE = f"(SELECT * FROM courses c WHERE {KNOWN} ORDER BY title, id LIMIT 20) c"
ENROLLED = (
    "EXISTS (SELECT FROM enrollments e WHERE e.user_id = %(viewer)s AND e.course_id = c.id AND e.is_active)"
)
OPEN = "i.is_visible AND i.opens_at <= now() AND taken.by_viewer"
QUIZ, VIDEO = "'\"Quiz\"'", "'\"Video\"'"

OPTIONS = listed(made(text=text("o.text")), "options o WHERE o.question_id = q.id", "o.position, o.id")
QUESTIONS = listed(
    made(text=text("q.text"), options=OPTIONS), "questions q WHERE q.quiz_id = z.id", "q.position, q.id"
)
CONTENT = f"""CASE WHEN NOT ({OPEN}) THEN NULL
    WHEN i.content_type = 'quiz' THEN (
        SELECT {made(__typename=QUIZ, questions=QUESTIONS)} FROM quizzes z WHERE z.item_id = i.id)
    WHEN i.content_type = 'video' THEN (
        SELECT {made(__typename=VIDEO, duration=plain("v.duration"))}
        FROM videos v WHERE v.item_id = i.id)
    ELSE '{{"__typename":"RichText"}}' END"""
POINTS = """(SELECT max(points) FROM submissions s
    WHERE s.user_id = %(viewer)s AND s.item_id = i.id AND s.submitted_at IS NOT NULL)"""
VISITED = "(SELECT visited_at FROM visits v WHERE v.user_id = %(viewer)s AND v.item_id = i.id)"

ITEMS = "items i WHERE i.section_id = s.id AND i.is_visible"
SECTIONS = "sections s WHERE s.course_id = c.id AND s.parent_id IS NULL AND s.is_visible"
FIVE = {
    "id": quoted("c.id"),
    "title": text("c.title"),
    "status": name("c.status"),
    "language": text("c.language"),
    "pacing": name("c.pacing"),
}

STATEMENTS = {
    "Q1": "SELECT "
    + listed(
        made(
            id=quoted("c.id"),
            slug=text("c.slug"),
            title=text("c.title"),
            abstract=text("c.abstract"),
            description=text("c.description"),
            status=name("c.status"),
            language=text("c.language"),
            pacing=name("c.pacing"),
            startsAt=moment("c.starts_at"),
            isInviteOnly=plain("c.is_invite_only"),
        ),
        PAGE,
        "c.title, c.id",
    ),
    "Q2": "SELECT "
    + listed(
        made(
            id=quoted("c.id"),
            title=text("c.title"),
            slug=text("c.slug"),
            status=name("c.status"),
            language=text("c.language"),
            sections=listed(
                made(
                    title=text("s.title"),
                    position=plain("s.position"),
                    items=listed(
                        made(
                            id=quoted("i.id"),
                            title=text("i.title"),
                            contentType=name("i.content_type"),
                            maxPoints=plain("i.max_points"),
                        ),
                        ITEMS,
                        "i.position, i.id",
                    ),
                ),
                SECTIONS,
                "s.position, s.id",
            ),
        ),
        PAGE,
        "c.title, c.id",
    ),
    "Q3": "SELECT "
    + made(
        sections=listed(
            made(
                items=listed(
                    made(
                        title=text("i.title"),
                        viewerState=made(visitedAt=moment(VISITED), points=plain(POINTS)),
                        content=f"coalesce({CONTENT}, 'null')",
                    ),
                    ITEMS,
                    "i.position, i.id",
                )
            ),
            SECTIONS,
            "s.position, s.id",
        )
    )
    + f" FROM courses c, LATERAL (SELECT {ENROLLED} AS by_viewer OFFSET 0) taken "
    f"WHERE c.slug = %(slug)s AND ({KNOWN} OR taken.by_viewer)",
    "Q4": f"SELECT {made(**FIVE)} FROM courses c WHERE c.slug = %(slug)s AND {KNOWN}",
    "Q6": "SELECT "
    + listed(
        made(title=text("c.title"), slug=text("c.slug")),
        "unnest(%(ids)s::uuid[]) WITH ORDINALITY AS wanted(id, place) LEFT JOIN courses c "
        f"ON c.id = wanted.id AND {KNOWN}",
        "wanted.place",
    ),
}


async def answer(request: Request) -> Response:
    """Return the text of one statement, for the viewer of the token."""
    database: Database = request.app.state.database
    headers = request.headers
    viewer = await authenticate(database, headers)
    asked: dict[str, Any] = orjson.loads(await request.body())
    statement = STATEMENTS[request.path_params["query"]]
    rows = await database.fetch(statement, {"viewer": viewer.id, **asked})
    data = rows[0][0] if rows else "null"
    return Response(f'{{"data":{data}}}'.encode(), media_type="application/json")


@asynccontextmanager
async def lifespan(application: Starlette) -> AsyncIterator[None]:
    """Open a database pool of the same size as Scholagraph's."""
    database = Database(settings().database_url or "", settings().pool_size)
    await database.open()
    application.state.database = database
    yield
    await database.close()


def app() -> Starlette:
    """Return the application on the database of the environment."""
    return Starlette(routes=[Route("/{query}", answer, methods=["POST"])], lifespan=lifespan)
