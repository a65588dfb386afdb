"""Packaged activities as the graph reads them."""

from sqlalchemy import func

from models.packaged_activity import PackagedActivity
from resolvers.access import OPEN_ITEM
from resolvers.entity import Entity, everyone, translated
from resolvers.relation import One

PACKAGED_ACTIVITY = Entity(
    model=PackagedActivity,
    rows=everyone,
    gate=OPEN_ITEM,
    expressions={
        "title": lambda _: func.coalesce(translated(PackagedActivity.title), ""),
        "description": lambda _: translated(PackagedActivity.description),
    },
)

BY_ID = One(target=PACKAGED_ACTIVITY, needs=("activity_id",))
