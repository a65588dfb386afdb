"""Requests for each server, and normalization of their responses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutableDefinitionNode,
    Visitor,
    VisitorAction,
    parse,
    print_ast,
    visit,
)
from graphql.language import REMOVE

from bench.data import SECRET, made_id
from settings.environment import ROOT

SLUG = "course-1"
COURSE = made_id(3, 1)
LEARNER = made_id(1, 1)

Q1 = """{ courses(first: 20) { nodes {
    id slug title abstract description status language pacing startsAt isInviteOnly } } }"""
Q2 = """{ courses(first: 20) { nodes { id title slug status language
    sections { title position items { id title contentType maxPoints } } } } }"""
Q3 = """query ($slug: String!) { course(slug: $slug) { sections { items { title
    viewerState { visitedAt points }
    content { __typename ... on Quiz { questions { text options { text } } } ... on Video { duration } }
    } } } }"""
Q4 = "query ($slug: String!) { course(slug: $slug) { id title status language pacing } }"
Q6 = """query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Course { title slug } } }"""

PAGE = "allCoursesList(first: 20, orderBy: [TITLE_ASC, ROW_ID_ASC])"
BY_PLACE = "(orderBy: [POSITION_ASC])"
POSTGRAPHILE = {
    "Q1": f"""{{ courses: {PAGE} {{ id: rowId slug title abstract description status language pacing
        startsAt isInviteOnly }} }}""",
    "Q2": f"""{{ courses: {PAGE} {{ id: rowId title slug status language
        sections: sectionsByCourseIdList{BY_PLACE} {{ title position
            items: itemsBySectionIdList{BY_PLACE} {{ id: rowId title contentType maxPoints }} }} }} }}""",
    "Q3": f"""query ($slug: String!, $viewer: UUID!) {{ course: courseBySlug(slug: $slug) {{
        sections: sectionsByCourseIdList{BY_PLACE} {{ items: itemsBySectionIdList{BY_PLACE} {{ title
            visits: visitsByItemIdList(condition: {{userId: $viewer}}) {{ visitedAt }}
            submissions: submissionsByItemIdList(condition: {{userId: $viewer}}) {{ points }}
            quiz: quizByItemId {{ __typename questions: questionsByQuizIdList{BY_PLACE} {{ text
                options: optionsByQuestionIdList{BY_PLACE} {{ text }} }} }}
            video: videoByItemId {{ __typename duration }} richText: richTextByItemId {{ __typename }}
        }} }} }} }}""",
    "Q4": """query ($slug: String!) { course: courseBySlug(slug: $slug) {
        id: rowId title status language pacing } }""",
}
"""PostGraphile has its own names, and a relation for each type of content instead of a union."""

REST = "/xikolo/api/v2/course-sections?filter%5Bcourse%5D=" + COURSE
ROUTE = "xikolo_course_sections"

OURS, STOCK, FLOOR = "ours", "stock Strawberry execution", "the floor"
GRAPHILE, MERCURIUS = "PostGraphile 5", "Mercurius + graphql-jit"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, the same each time."""

    path: str
    body: bytes | None = None
    token: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the request."""
        sent = {"Content-Type": "application/json"} if self.body is not None else {}
        return {**sent, **({"Authorization": f"Bearer {self.token}"} if self.token else {}), **self.more}


def graphql(path: str, query: str, token: str | None = None, **variables: Any) -> Ask:
    """Return a GraphQL request by POST."""
    return Ask(path, orjson.dumps({"query": query, "variables": variables}), token)


class WithoutRules(Visitor):
    """Removes the directives of REST operations."""

    def enter_directive(self, node: DirectiveNode, *_: Any) -> VisitorAction:
        """Keep only GraphQL's own directives."""
        return None if node.name.value in ("include", "skip") else REMOVE


@cache
def document_of_route(operation: str) -> str:
    """Return a REST operation as plain GraphQL: the operation, and the fragments it needs."""
    files = sorted((ROOT / "rest" / "xikolo").glob("*.graphql"))
    node = parse("\n".join(path.read_text() for path in files))
    executable = [each for each in node.definitions if isinstance(each, ExecutableDefinitionNode)]
    named = {each.name.value: each for each in executable if each.name}
    wanted = [named[operation]]
    for each in wanted:
        for spread in re.findall(r"\.\.\.(\w+)", print_ast(each)):
            if spread in named and named[spread] not in wanted:
                wanted.append(named[spread])
    return print_ast(visit(DocumentNode(definitions=tuple(wanted)), WithoutRules()))


def queries() -> dict[str, dict[str, Ask]]:
    """Return the request of each server by the query's name; a server without such a query is absent."""
    known: dict[str, Any] = {"slug": SLUG}
    wanted = [made_id(3, number) for number in range(1, 101)]
    found = {}
    for name, query, variables, token in (
        ("Q1", Q1, {}, None),
        ("Q2", Q2, {}, None),
        ("Q3", Q3, known, SECRET),
        ("Q4", Q4, known, None),
    ):
        ours = graphql("/graphql", query, token, **variables)
        plain = graphql(
            "/graphql", re.sub(r"nodes \{(.*)\} \}", r"\1}", query, flags=re.S), token, **variables
        )
        asked = {**variables, "viewer": LEARNER} if token else variables
        found[name] = {
            OURS: ours,
            STOCK: ours,
            GRAPHILE: graphql("/graphql", POSTGRAPHILE[name], **asked),
            MERCURIUS: plain,
            FLOOR: Ask(f"/{name}", orjson.dumps(variables), token),
        }
    route = graphql("/graphql", document_of_route(ROUTE), SECRET, course=COURSE, items=False)
    found["Q5"] = {OURS: route}
    found["Q5 REST"] = {OURS: Ask(REST, None, SECRET)}
    entities = [{"__typename": "Course", "id": each} for each in wanted]
    ours = graphql("/subgraph", Q6, representations=entities)
    found["Q6"] = {OURS: ours, STOCK: ours, FLOOR: Ask("/Q6", orjson.dumps({"ids": wanted}))}
    return found


def normalised(name: str, answer: bytes) -> Any:
    """Return the normalized data of a response of any server; raise `ValueError` if it has errors."""
    body = orjson.loads(answer)
    if body.get("errors"):
        raise ValueError(str(body["errors"])[:500])
    data = body["data"]
    if name.startswith("Q5"):
        return None
    if isinstance(data, dict) and len(data) == 1 and (set(data) & {"courses", "course", "_entities"}):
        (data,) = data.values()
    if isinstance(data, dict) and set(data) == {"nodes"}:
        data = data["nodes"]
    return _plain(data)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            if "visits" in value:
                value = _regrouped(value)
            return {key: _word(key, _plain(each)) for key, each in sorted(value.items())}
        case list():
            return [_plain(each) for each in value]
        case int() | float() if not isinstance(value, bool):
            return float(value)
    return value


def _word(key: str, value: Any) -> Any:
    if key in ("status", "pacing", "contentType"):
        return str(value).upper().replace("-", "_")
    if key in ("startsAt", "visitedAt") and value is not None:
        return datetime.fromisoformat(value).timestamp()
    return value


def _regrouped(item: dict[str, Any]) -> dict[str, Any]:
    """Return PostGraphile's item in the form of the other servers."""
    points = [each["points"] for each in item["submissions"] if each["points"] is not None]
    visited = [each["visitedAt"] for each in item["visits"]]
    return {
        "title": item["title"],
        "viewerState": {"visitedAt": max(visited, default=None), "points": max(points, default=None)},
        "content": item["quiz"] or item["video"] or item["richText"],
    }
