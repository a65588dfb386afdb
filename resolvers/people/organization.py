"""Organizations: entity and relations."""

from models.people.organization import Organization
from resolvers.loading.entity import Entity, everyone
from resolvers.loading.page import Page
from resolvers.loading.relation import One

ORGANIZATION = Entity(
    model=Organization,
    rows=everyone,
    orders={"NAME": (lambda _: Organization.name,)},
)

OF_COURSE = One(target=ORGANIZATION, needs=("organization_id",))
ALL = Page(target=ORGANIZATION, order="NAME")
