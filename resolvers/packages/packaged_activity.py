"""Packaged activities: the content of items, readable only if the item is accessible."""

from sqlalchemy import func

from models.catalogue.item import ContentType
from models.packages.packaged_activity import PackagedActivity
from resolvers.access.content import OPEN_ITEM
from resolvers.catalogue.item import holds
from resolvers.loading.entity import Entity, everyone, translated
from resolvers.loading.relation import One

PACKAGED_ACTIVITY = Entity(
    model=PackagedActivity,
    rows=everyone,
    gate=OPEN_ITEM,
    expressions={
        "title": lambda _: func.coalesce(translated(PackagedActivity.title), ""),
        "description": lambda _: translated(PackagedActivity.description),
    },
)

holds(ContentType.PACKAGED_ACTIVITY, PACKAGED_ACTIVITY)

BY_ID = One(target=PACKAGED_ACTIVITY, needs=("activity_id",))
