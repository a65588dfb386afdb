"""Gadgets: entity and policy."""

from sqlalchemy import ColumnElement, Text, case, cast, literal, not_, null, or_
from sqlalchemy.dialects.postgresql import JSONB

from models.catalogue.item import ContentType
from models.content.gadget import Gadget
from resolvers.access.content import OPEN_ITEM
from resolvers.access.viewer import Role, teaches
from resolvers.catalogue.item import holds
from resolvers.loading.entity import Entity, everyone


def _source_shown(role: Role) -> ColumnElement[bool]:
    """Check that the source reveals no solutions, or that the viewer is in the course team.

    No date ever publishes a source that reveals solutions.
    """
    return or_(not_(Gadget.reveals_solutions), teaches(Gadget.__table__.c.course_id, role))


GADGET = Entity(
    model=Gadget,
    rows=everyone,
    gate=OPEN_ITEM,
    expressions={
        "source": lambda role: case((_source_shown(role), Gadget.source), else_=null()),
        "settings": lambda role: case(
            (_source_shown(role), Gadget.settings), else_=cast(literal("{}", Text), JSONB)
        ),
    },
)

holds(ContentType.GADGET, GADGET)
