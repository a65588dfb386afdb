"""Videos: entity, policy and relations."""

from models.catalogue.item import ContentType
from models.content.video import Video
from resolvers.access.content import OPEN_ITEM
from resolvers.catalogue.item import holds
from resolvers.loading.entity import Entity, everyone
from resolvers.loading.page import Page
from resolvers.loading.relation import One

VIDEO = Entity(
    model=Video,
    rows=everyone,
    gate=OPEN_ITEM,
    filters={"course": lambda value: Video.course_id == value},
)

holds(ContentType.VIDEO, VIDEO)

BY_ID = One(target=VIDEO, needs=("video_id",))
ALL = Page(target=VIDEO)
