"""Items as the graph reads them, and the way to their content."""

from typing import Any

from sqlalchemy import SQLColumnExpression, Uuid, case, cast, or_, select, union_all
from sqlalchemy.dialects.postgresql import array

from models.catalogue.item import ContentType, Item
from models.content.quiz import Question, Quiz
from models.content.subtitle import SubtitleTrack
from models.content.video import Video
from resolvers.access.content import can_open
from resolvers.access.viewer import Role, teaches
from resolvers.catalogue.course import COURSE
from resolvers.content.gadget import GADGET
from resolvers.content.lti_exercise import LTI_EXERCISE
from resolvers.content.peer_assessment import PEER_ASSESSMENT
from resolvers.content.quiz import QUIZ
from resolvers.content.rich_text import RICH_TEXT
from resolvers.content.video import VIDEO
from resolvers.loading.entity import Entity, among
from resolvers.loading.page import Page
from resolvers.loading.relation import Choice, Many, One
from resolvers.packages.packaged_activity import PACKAGED_ACTIVITY

CONTENTS: dict[ContentType, Entity] = {
    ContentType.QUIZ: QUIZ,
    ContentType.VIDEO: VIDEO,
    ContentType.RICH_TEXT: RICH_TEXT,
    ContentType.LTI_EXERCISE: LTI_EXERCISE,
    ContentType.PACKAGED_ACTIVITY: PACKAGED_ACTIVITY,
    ContentType.GADGET: GADGET,
    ContentType.PEER_ASSESSMENT: PEER_ASSESSMENT,
}
"""What items of each type hold."""


def _content_id(_: Role) -> SQLColumnExpression[Any]:
    ids = {
        type_.value: select(held.table.c.id)
        .where(held.table.c.item_id == Item.id)
        .correlate(Item.__table__)
        .scalar_subquery()
        for type_, held in CONTENTS.items()
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
HOLDING = One(
    target=ITEM,
    by="id",
    through=union_all(
        *(select(held.table.c.id, held.table.c.item_id) for held in CONTENTS.values())
    ).subquery(),
    names="item_id",
)

WITH_PART = One(
    target=ITEM,
    by="id",
    through=union_all(
        select(Question.id, Quiz.item_id).join(Quiz, Quiz.id == Question.quiz_id),
        select(SubtitleTrack.id, Video.item_id).join(Video, Video.id == SubtitleTrack.video_id),
    ).subquery(),
    names="item_id",
)
"""By the id of a part of what it holds."""

CONTENT = Choice(
    needs=("content_type", "id"),
    targets={type_: One(target=held, by="item_id") for type_, held in CONTENTS.items()},
)
