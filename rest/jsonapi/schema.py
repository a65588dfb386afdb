"""JSON Schemas of resources and JSON:API documents, from their declarations."""

from rest.jsonapi.document import takes_several
from rest.jsonapi.kind import Json
from rest.jsonapi.resource import Relationship, Resource, Resources
from rest.operation import Operation

LINKS: Json = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
IDENTIFIER: Json = {
    "type": "object",
    "properties": {"type": {"type": "string"}, "id": {"type": "string"}},
    "required": ["type", "id"],
    "additionalProperties": False,
}


def components(known: Resources) -> Json:
    """Return the schema of each resource by its type."""
    made = {name: _resource(resource) for name, resource in known.by_type.items()}
    return {**made, "resource": {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in made]}}


def _resource(resource: Resource) -> Json:
    attributes = resource.attributes.values()
    properties: Json = {"type": {"const": resource.type}, "id": {"type": "string"}}
    if resource.has_self or resource.links:
        properties["links"] = LINKS
    if resource.attributes:
        properties["attributes"] = {
            "type": "object",
            "properties": {each.name: each.kind.schema for each in attributes},
            "required": [each.name for each in attributes if not each.member_only],
            "additionalProperties": False,
        }
    required = list(properties)
    if resource.relations:
        properties["relationships"] = {
            "type": "object",
            "properties": {each.name: _relation(each) for each in resource.relations.values()},
            "additionalProperties": False,
        }
    made: Json = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    return {"description": resource.description, **made} if resource.description else made


def _relation(relation: Relationship) -> Json:
    identifier = {
        **IDENTIFIER,
        "properties": {"type": {"enum": list(relation.types)}, "id": {"type": "string"}},
    }
    data = {"type": "array", "items": identifier} if relation.is_many else identifier
    return {"type": "object", "properties": {"data": data, "links": LINKS}, "additionalProperties": False}


def answered(operation: Operation, of: tuple[str, ...], *, is_list: bool) -> Json:
    """Return the schema of a document with one or several resources of the types `of`."""
    data: Json = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in of]}
    if is_list:
        data = {"type": "array", "items": data}
    elif takes_several(operation):
        data = {"anyOf": [data, {"type": "array", "items": data}]}
    if operation.absent is not None:
        data = {"anyOf": [data, {"type": "null"}]}
    properties: Json = {"data": data}
    if operation.includable:
        properties["included"] = {"type": "array", "items": {"$ref": "#/components/schemas/resource"}}
    if operation.paging is not None:
        pages = {"type": "integer", "minimum": 1}
        properties["meta"] = {
            "type": "object",
            "properties": {"current_page": pages, "total_pages": pages},
            "required": ["current_page", "total_pages"],
        }
        properties["links"] = LINKS
    return {"type": "object", "properties": properties, "required": ["data"], "additionalProperties": False}


def sent(known: Resources, operation: Operation, of: str) -> Json:
    """Return the schema of a document that writes a resource of the type `of`."""
    resource = known.by_type[of]
    writable = {each.name: each.kind.sent for each in resource.attributes.values() if each.writable}
    properties: Json = {"type": {"const": of}}
    if operation.method == "PATCH":
        properties["id"] = {"type": "string"}
    required = list(properties)
    properties["attributes"] = {"type": "object", "properties": writable}
    properties["relationships"] = {
        "type": "object",
        "properties": {
            each.name: {"type": "object", "properties": {"data": IDENTIFIER}, "required": ["data"]}
            for each in resource.relations.values()
            if not each.is_many
        },
        "additionalProperties": False,
    }
    data: Json = {"type": "object", "properties": properties, "required": required}
    if takes_several(operation):
        data = {"anyOf": [data, {"type": "array", "items": data}]}
    return {"type": "object", "properties": {"data": data}, "required": ["data"]}
