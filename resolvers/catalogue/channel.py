"""Channels: entity, policy and relations."""

from sqlalchemy import ColumnElement

from models.catalogue.channel import Channel
from resolvers.access.viewer import Role
from resolvers.loading.entity import Entity, translated
from resolvers.loading.page import Page
from resolvers.loading.relation import One


def _public(role: Role) -> ColumnElement[bool]:
    return Channel.is_public | (role is Role.STAFF)


CHANNEL = Entity(
    model=Channel,
    rows=_public,
    expressions={
        "title": lambda _: translated(Channel.title),
        "description": lambda _: translated(Channel.description),
        "stage_statement": lambda _: translated(Channel.stage_statement),
    },
    orders={"POSITION": (lambda _: Channel.position,)},
)

OF_COURSE = One(target=CHANNEL, needs=("channel_id",))
ALL = Page(target=CHANNEL, order="POSITION")
