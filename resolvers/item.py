"""Items as the graph reads them, and the way to their content."""

from sqlalchemy import Uuid, cast, or_
from sqlalchemy.dialects.postgresql import array

from models.item import ContentType, Item
from resolvers.access import can_open
from resolvers.course import COURSE
from resolvers.entity import Entity, among
from resolvers.gadget import GADGET
from resolvers.lti_exercise import LTI_EXERCISE
from resolvers.packaged_activity import PACKAGED_ACTIVITY
from resolvers.page import Page
from resolvers.peer_assessment import PEER_ASSESSMENT
from resolvers.quiz import QUIZ
from resolvers.relation import Choice, Many, One
from resolvers.rich_text import RICH_TEXT
from resolvers.video import VIDEO
from resolvers.viewer import teaches

ITEM = Entity(
    model=Item,
    rows=lambda role: or_(Item.is_visible, teaches(Item.course_id, role)),
    within=("course_id", COURSE),
    expressions={
        "viewer_can_access": lambda role: can_open(Item, role),
        "top_section_id": lambda _: Item.lineage[1],
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

CONTENT = Choice(
    needs=("content_type", "id"),
    targets={
        ContentType.QUIZ: One(target=QUIZ, by="item_id"),
        ContentType.VIDEO: One(target=VIDEO, by="item_id"),
        ContentType.RICH_TEXT: One(target=RICH_TEXT, by="item_id"),
        ContentType.LTI_EXERCISE: One(target=LTI_EXERCISE, by="item_id"),
        ContentType.PACKAGED_ACTIVITY: One(target=PACKAGED_ACTIVITY, by="item_id"),
        ContentType.GADGET: One(target=GADGET, by="item_id"),
        ContentType.PEER_ASSESSMENT: One(target=PEER_ASSESSMENT, by="item_id"),
    },
)
