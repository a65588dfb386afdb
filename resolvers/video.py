"""Videos as the graph reads them."""

from models.video import Video
from resolvers.access import OPEN_ITEM
from resolvers.entity import Entity, everyone
from resolvers.page import Page
from resolvers.relation import One

VIDEO = Entity(
    model=Video,
    rows=everyone,
    gate=OPEN_ITEM,
    filters={"course": lambda value: Video.course_id == value},
)

BY_ID = One(target=VIDEO, needs=("video_id",))
ALL = Page(target=VIDEO)
