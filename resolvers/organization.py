"""Organizations as the graph reads them."""

from models.organization import Organization
from resolvers.entity import Entity, everyone
from resolvers.page import Page
from resolvers.relation import One

ORGANIZATION = Entity(
    model=Organization,
    rows=everyone,
    orders={"NAME": (lambda _: Organization.name,)},
)

OF_COURSE = One(target=ORGANIZATION, needs=("organization_id",))
ALL = Page(target=ORGANIZATION, order="NAME")
