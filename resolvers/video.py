"""Videos as the graph reads them."""

from models.video import Video
from resolvers.access import item_opens
from resolvers.entity import Entity
from resolvers.page import Page
from resolvers.relation import One

VIDEO = Entity(
    model=Video,
    rows=lambda role: item_opens(Video.__table__.c.item_id, role),
    filters={"course": lambda value: Video.course_id == value},
)

BY_ID = One(target=VIDEO, needs=("video_id",))
ALL = Page(target=VIDEO)
