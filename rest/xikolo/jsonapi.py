"""JSON:API documents of what an operation found (xikolo-core api/xikolo/json_api, api/xikolo/endpoint)."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from rest.dialect import Answer
from rest.operation import Mistake, Operation
from rest.selection import Selected, Selections
from rest.xikolo.resource import Relation, Resource, by_graph_type, resources

Json = dict[str, Any]


class Document:
    """Builds one response's document; `included` are the relationships that the client asked for.

    Links begin where the client came in, so that they lead back there; at the root they are the original's
    `/api/v2/…`.
    """

    def __init__(self, answer: Answer) -> None:
        request = answer.request
        self.origin = f"{request.url.scheme}://{request.url.netloc}"
        self.links = f"{request.scope.get('root_path', '')}/api/v2"
        self.wanted = answer.included
        self.included: dict[tuple[str, str], Json] = {}

    def one(self, value: Any, field: Selected) -> Json:
        """Document about one resource."""
        return self.document(self.primary(value, field))

    def many(self, values: Iterable[Any], field: Selected) -> Json:
        """Document about a list of resources."""
        return self.document([self.primary(value, field) for value in values])

    def document(self, data: Any) -> Json:
        """`data`, and what is included with it."""
        return {"data": data, "included": list(self.included.values())} if self.included else {"data": data}

    def primary(self, value: Any, field: Selected) -> Json:
        """A resource that the document is about; what it includes is noted."""
        resource = resource_of(value, field)
        for relation in resource.relations.values():
            if relation.name in self.wanted and value.get(relation.key) is not None:
                self.include(relation, value, field.of(value)[relation.key])
        return self.resource(resource, value, field)

    def include(self, relation: Relation, value: Any, field: Selected) -> None:
        """Note the resources of an asked relationship, each once."""
        related = value[relation.key]
        for each in related if relation.is_many else [related]:
            resource = resource_of(each, field)
            if relation.id_of is not None:
                each = {**each, "id": value[relation.id_of]}  # noqa: PLW2901
            key = (resource.type, each["id"])
            if key not in self.included:
                self.included[key] = self.resource(resource, each, field)

    def resource(self, resource: Resource, value: Any, field: Selected) -> Json:
        """A resource object; an attribute that its type of the graph has not is as if null."""
        made: Json = {"type": resource.type, "id": value["id"]}
        if resource.has_self:
            made["links"] = {"self": f"{self.links}/{resource.type}/{value['id']}"}
        attributes = {
            name: attribute.kind(value.get(name), self.origin)
            for name, attribute in resource.attributes.items()
            if name in value or not attribute.member_only
        }
        for name, attribute in resource.attributes.items():
            if attribute.cases is not None and (word := attribute.cases.word(attributes)) is not None:
                attributes[name] = word
        if attributes:
            made["attributes"] = attributes
        relationships = {}
        for relation in resource.relations.values():
            shown = self.to_many if relation.is_many else self.to_one
            if (related := shown(relation, value, field)) is not None:
                relationships[relation.name] = related
        if relationships:
            made["relationships"] = relationships
        return made

    def to_many(self, relation: Relation, value: Any, field: Selected) -> Json:
        """A relationship to many: its link unless embedded, its data where it was selected."""
        made: Json = {}
        if relation.by is not None:
            of = f"filter%5B{relation.by}%5D={quote(value['id'], safe='')}"
            made["links"] = {"related": f"{self.links}/{relation.types[0]}?{of}"}
        if value.get(relation.key) is not None:
            below = field.of(value)[relation.key]
            made["data"] = [identifier(relation, each, below) for each in value[relation.key]]
        return made

    def to_one(self, relation: Relation, value: Any, field: Selected) -> Json | None:
        """A relationship to one; none where there is nothing."""
        related = value.get(relation.id_of or relation.key)
        if related is None:
            return None
        if relation.id_of is not None:
            id_ = related["id"] if isinstance(related, dict) else related
            data = {"type": relation.types[0], "id": id_}
        else:
            data = identifier(relation, related, field.of(value)[relation.key])
        if relation.is_embedded:
            return {"data": data}
        return {"data": data, "links": {"related": f"{self.links}/{data['type']}/{data['id']}"}}


def identifier(relation: Relation, value: Any, field: Selected) -> Json:
    """A resource identifier object."""
    one = len(relation.types) == 1
    return {"type": relation.types[0] if one else resource_of(value, field).type, "id": value["id"]}


def resource_of(value: Mapping[str, Any], field: Selected) -> Resource:
    """The resource type of an object of the graph."""
    types = field.reshaped
    (name,) = types if len(types) == 1 else (value["__typename"],)
    return by_graph_type()[name]


def verify(operation: Operation, field: Selected, *, is_list: bool) -> None:
    """Raise `Mistake` where an operation selects what no resource has, or lacks what its resource has.

    Of what may stand in a relationship only ids are needed, and all attributes where it can be included.
    """
    for name, selections in field.reshaped.items():
        if selections:
            _Check(operation, name, is_list).all(selections)


class _Check:
    """One resource of an operation."""

    def __init__(self, operation: Operation, graph_type: str, is_list: bool) -> None:
        if graph_type not in by_graph_type():
            raise operation.mistake(f"{graph_type} is of no resource type.")
        self.operation = operation
        self.graph_type = graph_type
        self.is_list = is_list
        self.resource = by_graph_type()[graph_type]

    def all(self, selections: Selections) -> None:
        """Attributes and relationships."""
        self.attributes(selections)
        for relation in self.resource.relations.values():
            if (field := selections.get(relation.key)) is not None:
                self.relation(relation, field)

    def attributes(self, selections: Selections) -> None:
        resource = self.resource
        member_only = {key for key, each in resource.attributes.items() if each.member_only}
        if unknown := selections.keys() - {"id", *resource.attributes, *resource.relations}:
            raise self.mistake("has no", unknown)
        if self.is_list and (told := member_only & selections.keys()):
            raise self.mistake("in lists leaves out", told)
        wanted = resource.attributes.keys() - (member_only if self.is_list else set())
        # Types that a resource only borrows, such as a package as an exercise, lack what they have not.
        if self.graph_type == resource.of[0] and (lacking := wanted - selections.keys()):
            raise self.mistake("lacks", lacking)

    def relation(self, relation: Relation, field: Selected) -> None:
        for graph_type, selections in field.reshaped.items():
            if not selections:
                continue
            if relation.id_of is None and "id" not in selections:
                raise self.mistake("needs the id of", {relation.key})
            if selections.keys() == {"id"} and len(relation.types) == 1:
                continue
            check = _Check(self.operation, graph_type, relation.is_many)
            if check.resource.type not in relation.types:
                raise self.mistake(f"has no {graph_type} as", {relation.key})
            if selections.keys() != {"id"}:
                check.all(selections)

    def mistake(self, what: str, names: Iterable[str]) -> Mistake:
        return self.operation.mistake(f"{self.resource.type} {what} {', '.join(sorted(names))}.")


def resource_type(operation: Operation) -> str | None:
    """The type that a write's resource must name: the first segment of its path."""
    segment = operation.path.removeprefix("/api/v2/").split("/")[0]
    return segment if segment in resources() else None
