"""Products of Apollo's compatibility tests of subgraphs, served by Scholagraph's federation layer."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from graphql import DirectiveLocation, GraphQLDirective, GraphQLSchema
from starlette.applications import Starlette
from strawberry.schema.config import StrawberryConfig

from app import Scholagraph
from graph.declaring.declare import column, computed_type, derived, field_of, link, required
from graph.declaring.objects import maker
from graph.declaring.schema import read
from graph.declaring.source import Arguments, Lookup
from graph.federation.key import Key, Reference
from graph.federation.schema import federated
from graph.http.subgraph import SubgraphEndpoint
from graph.limits.gate import AdmissionControl
from resolvers.loading.relation import Computed, Relation
from resolvers.operations.context import Context
from serving.finish import Finish
from settings.environment import Settings

Row = Mapping[str, Any]

USER = {"email": "support@apollographql.com", "name": "Jane Smith"}
PRODUCTS_MADE_BY_USER, YEARS_OF_EMPLOYMENT = 1337, 10
"""Number of products created by the user, and of years: known here if no router sends them."""

RESEARCH = [
    {"study": {"case_number": number, "description": f"{name} Study"}, "outcome": None}
    for number, name in (("1234", "Federation"), ("1235", "Studio"))
]
DEPRECATED_PRODUCT_ROW = {
    "sku": "apollo-federation-v1",
    "package": "@apollo/federation-v1",
    "reason": "Migrate to Federation V2",
}
PRODUCTS: Sequence[Row] = [
    {
        "id": f"apollo-{sku}",
        "sku": sku,
        "package": package,
        "variation": {"id": variation},
        "dimensions": {"size": "small", "weight": 1.0, "unit": "kg"},
        "notes": None,
        "research": [research],
        "email": USER["email"],
    }
    for sku, package, variation, research in (
        ("federation", "@apollo/federation", "OSS", RESEARCH[0]),
        ("studio", "", "platform", RESEARCH[1]),
    )
]


def found_by(rows: Sequence[Row], **by: Any) -> Computed:
    """Return the relation to the row whose key these functions return, in their order."""
    keyed = {tuple(of(row) for of in by.values()): row for row in rows}

    async def find(_: Context, keys: Sequence[Any]) -> list[Any]:
        return [keyed.get(key if isinstance(key, tuple) else (key,)) for key in keys]

    return Computed(function=find)


def _column(name: str) -> Any:
    return lambda row: row[name]


async def _users(_: Context, keys: Sequence[Any]) -> list[Any]:
    """Return users by email address, and by the values that the router sends."""
    found: list[Any] = []
    for key in keys:
        email, (made, years) = key if isinstance(key, tuple) else (key, (None, None))
        known = {
            **USER,
            "total_products_created": made or PRODUCTS_MADE_BY_USER,
            "years_of_employment": years or YEARS_OF_EMPLOYMENT,
        }
        found.append(known if email == USER["email"] else None)
    return found


async def _deprecated_of_inventory(_: Context, ids: Sequence[str]) -> list[Any]:
    return [[DEPRECATED_PRODUCT_ROW] if id_ == "apollo-oss" else [] for id_ in ids]


async def _inventories(_: Context, ids: Sequence[str]) -> list[Any]:
    return [{"id": id_} for id_ in ids]


PRODUCT = found_by(PRODUCTS, id=_column("id"))
PRODUCT_BY_PACKAGE = found_by(PRODUCTS, sku=_column("sku"), package=_column("package"))
PRODUCT_BY_VARIATION = found_by(PRODUCTS, sku=_column("sku"), variation=lambda row: (row["variation"]["id"],))
DEPRECATED_PRODUCT = found_by([DEPRECATED_PRODUCT_ROW], sku=_column("sku"), package=_column("package"))
STUDY = found_by(RESEARCH, study=lambda row: row["study"]["case_number"])


@computed_type("Variation of a product.")
class ProductVariation:
    id: strawberry.ID = column("Which one.")


@computed_type("Size and weight of a product.")
class ProductDimension:
    size: str | None = column("How large.")
    weight: float | None = column("How heavy.")
    unit: str | None = column("Unit of the weight.")


@computed_type("Study of a product.")
class CaseStudy:
    case_number: strawberry.ID = column("Which one.")
    description: str | None = column("What it is about.")


@computed_type("Research on a product.")
class ProductResearch:
    study: CaseStudy = column("Study that was made.")
    outcome: str | None = column("What came of it.")


@computed_type("Somebody who makes products.")
class User:
    email: strawberry.ID = column("Address for mail.")
    name: str | None = column("Name.")
    total_products_created: int | None = column("How many.")
    years_of_employment: int = column("For how long.")

    @derived("How many a year.", "total_products_created", "years_of_employment")
    def average_products_created_per_year(self) -> int | None:
        made: int | None = self.total_products_created
        return None if made is None else round(made / self.years_of_employment)


@computed_type("Product.")
class Product:
    id: strawberry.ID = column("Which one.")
    sku: str | None = column("Name in the stock.")
    package: str | None = column("Package of it.")
    variation: ProductVariation | None = column("Variation of it.")
    dimensions: ProductDimension | None = column("Size and weight.")
    created_by: User | None = link(Computed(function=_users, needs=("email",)), "Who made it.")
    notes: str | None = column("Notes on it.")
    research: list[ProductResearch] = column("Research on it.")


@computed_type("Product that is not made any more.")
class DeprecatedProduct:
    sku: str = column("Name in the stock.")
    package: str = column("Package of it.")
    reason: str | None = column("Why.")
    created_by: User | None = link(
        Computed(function=_users, needs=(), key=lambda _: USER["email"]), "Who made it."
    )


@computed_type("Stock.")
class Inventory:
    id: strawberry.ID = column("Which one.")
    deprecated_products: list[DeprecatedProduct] = link(
        Computed(function=_deprecated_of_inventory, many=True), "What is not made any more."
    )


def lookup(relation: Relation, description: str, **arguments: Any) -> Any:
    """Return a root field that finds by all its arguments."""

    def choose(given: Arguments) -> tuple[Relation, Any]:
        values = tuple(given[name] for name in arguments)
        return relation, values[0] if len(values) == 1 else values

    async def resolve(info: strawberry.Info[Context, None], **given: Any) -> Any:
        _, key = choose(given)
        make = maker(relation, info)
        found = await relation.one(info.context, key, make.columns)
        return None if found is None else make(found)

    taken = {name: required(of, "Which one.") for name, of in arguments.items()}
    return field_of(resolve, description, Lookup(relation, choose), **taken)


@strawberry.type
class Query:
    product: Product | None = lookup(PRODUCT, "One product.", id=strawberry.ID)
    deprecated_product: DeprecatedProduct | None = lookup(
        DEPRECATED_PRODUCT, "One that is not made any more.", sku=str, package=str
    )


REFERENCES_BY_TYPE = {
    "Product": Reference(
        origin=Product,
        keys=[
            Key(fields="id", relation=PRODUCT),
            Key(fields="sku package", relation=PRODUCT_BY_PACKAGE),
            Key(fields="sku variation { id }", relation=PRODUCT_BY_VARIATION),
        ],
    ),
    "DeprecatedProduct": Reference(
        origin=DeprecatedProduct, keys=[Key(fields="sku package", relation=DEPRECATED_PRODUCT)]
    ),
    "ProductResearch": Reference(
        origin=ProductResearch, keys=[Key(fields="study { caseNumber }", relation=STUDY)]
    ),
    "User": Reference(
        origin=User,
        keys=[Key(fields="email", relation=Computed(function=_users))],
        requires="totalProductsCreated yearsOfEmployment",
    ),
    "Inventory": Reference(
        origin=Inventory, keys=[Key(fields="id", relation=Computed(function=_inventories))]
    ),
}
DIRECTIVES_BY_COORDINATE = {
    "Product": "@custom",
    "Product.createdBy": '@provides(fields: "totalProductsCreated")',
    "Product.notes": '@tag(name: "internal")',
    "ProductDimension": "@shareable",
    "ProductDimension.unit": "@inaccessible",
    "Query.deprecatedProduct": '@deprecated(reason: "Use product query instead")',
    "User": "@extends",
    "User.averageProductsCreatedPerYear": '@requires(fields: "totalProductsCreated yearsOfEmployment")',
    "User.email": "@external",
    "User.name": '@override(from: "users")',
    "User.totalProductsCreated": "@external",
    "User.yearsOfEmployment": "@external",
    "Inventory": "@interfaceObject",
}
SCHEMA_DIRECTIVES = [
    '@link(url: "https://myspecs.dev/myCustomDirective/v1.0", import: ["@custom"])',
    '@composeDirective(name: "@custom")',
]


def products() -> GraphQLSchema:
    """Return the subgraph; the tests support Federation up to 2.3."""
    made = strawberry.Schema(Query, types=[Inventory], config=StrawberryConfig(default_resolver=read))._schema
    given: Any = made.to_kwargs()
    custom = GraphQLDirective("custom", [DirectiveLocation.OBJECT])
    schema = GraphQLSchema(**{**given, "directives": [*given["directives"], custom]})
    schema._strawberry_schema = made._strawberry_schema  # type: ignore[attr-defined]
    return federated(schema, REFERENCES_BY_TYPE, DIRECTIVES_BY_COORDINATE, SCHEMA_DIRECTIVES, version="2.3")


def app() -> Starlette:
    """Return the application, for `uvicorn --factory`; it needs no database."""
    made = Scholagraph(
        {"/": SubgraphEndpoint(products(), Settings(), AdmissionControl(Settings()), Finish(frozenset()))}
    )
    made.state.database = None
    return made
