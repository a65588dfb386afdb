"""Items: entity, policy and relations, including the relation to their contents."""

from typing import Any

from sqlalchemy import FromClause, Select, SQLColumnExpression, Uuid, case, cast, or_, select, union_all
from sqlalchemy.dialects.postgresql import array

from models.catalogue.item import ContentType, Item
from resolvers.access.content import can_open
from resolvers.access.viewer import Role, teaches
from resolvers.catalogue.course import COURSE
from resolvers.loading.entity import Entity, among
from resolvers.loading.page import Page
from resolvers.loading.relation import Choice, Many, One

CONTENTS: dict[str, One] = {}
"""Relation from an item to its content, by content type; the module of each content adds one (`holds`)."""

PARTS: list[Select[str, str]] = []
"""Statements that select `(part id, item id)` for parts of contents that have their own ids."""


def holds(content_type: ContentType, content: Entity, *parts: Select[str, str]) -> None:
    """Declare the entity for a content type, and the statements that find the items of its parts."""
    CONTENTS[content_type.value] = One(target=content, by="item_id")
    PARTS.extend(parts)


def _content_id(_: Role) -> SQLColumnExpression[Any]:
    ids = {
        type_: select(each.target.table.c.id)
        .where(each.target.table.c.item_id == Item.id)
        .correlate(Item.__table__)
        .scalar_subquery()
        for type_, each in CONTENTS.items()
    }
    return case(ids, value=Item.content_type)


ITEM = Entity(
    model=Item,
    rows=lambda role: or_(Item.is_visible, teaches(Item.course_id, role)),
    within=("course_id", COURSE),
    expressions={
        "viewer_can_access": lambda role: can_open(Item, role),
        "top_section_id": lambda _: Item.lineage[1],
        "content_id": _content_id,
    },
    filters={
        "course": lambda value: Item.course_id == value,
        "section": lambda value: Item.lineage.contains(array([cast(value, Uuid)])),
        "content_type": lambda value: among(Item.content_type, value),
        "exercise_type": lambda value: among(Item.exercise_type, value),
    },
)

OF_COURSE = Many(
    target=ITEM, by="course_id", order=("path", "id"), of=COURSE, only=Item.is_current.is_(True), usual=80
)
OF_SECTION = Many(target=ITEM, by="section_id", of=COURSE)
BELOW_SECTION = Many(target=ITEM, by="lineage", order=("path", "id"), of=COURSE, usual=10)
BY_ID = One(target=ITEM, needs=("item_id",))
ALL = Page(target=ITEM)


def _contents() -> FromClause:
    ids = (select(each.target.table.c.id, each.target.table.c.item_id) for each in CONTENTS.values())
    return union_all(*ids).subquery()


HOLDING = One(target=ITEM, by="id", through=_contents, names="item_id")
"""Item by the id of its content."""

WITH_PART = One(target=ITEM, by="id", through=lambda: union_all(*PARTS).subquery(), names="item_id")
"""Item by the id of a part of its content."""

CONTENT = Choice(needs=("content_type", "id"), targets=CONTENTS)
