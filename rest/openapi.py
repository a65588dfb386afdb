"""OpenAPI 3.1 descriptions of platforms, from their documents, the schema and the dialect."""

from graphql import GraphQLSchema

from rest.document import load
from rest.json_schema import Json
from rest.operation import Operation
from rest.parameter import parameters
from rest.platform import Platform
from rest.template import plain

REFUSALS = {
    400: "A value in the request is missing or wrong.",
    401: "The token is missing or not valid.",
    403: "Not for this user, or not now.",
    404: "Nothing has that name.",
    406: "This version of the API is not served.",
    501: "The route is documented, but not served.",
    503: "The server is busy; ask again later.",
}
WRITE_REFUSALS = {
    409: "The body has another type or id, or comes too late.",
    413: "The body is too large.",
    422: "The body cannot be processed.",
    429: "Too many requests; ask again later.",
}


def description(platform: Platform, schema: GraphQLSchema) -> Json:
    """Return the OpenAPI description of the routes that a platform serves."""
    paths: dict[str, Json] = {}
    for operation in load(platform.folder, platform.prefix, schema):
        paths.setdefault(plain(operation.path), {})[operation.method.lower()] = _operation(
            platform, operation, schema
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": platform.title, "version": platform.dialect.version},
        "servers": [{"url": f"/{platform.name}"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(platform.dialect.schemas()),
            "securitySchemes": dict(platform.dialect.security),
        },
    }


def _operation(platform: Platform, operation: Operation, schema: GraphQLSchema) -> Json:
    dialect = platform.dialect
    made: Json = {
        "operationId": operation.name,
        "summary": " ".join(operation.description.split()),
        "tags": [operation.concept],
        "parameters": dialect.parameters(operation, parameters(platform.folder, operation, schema)),
        "responses": _responses(platform, operation),
    }
    if (sent := dialect.request_schema(operation)) is not None:
        content = {media_type: {"schema": sent} for media_type in dialect.request_types(operation)}
        made["requestBody"] = {"required": True, "content": content}
    if operation.auth != ():
        ways: list[Json] = [{name: []} for name in dialect.security]
        made["security"] = ways if operation.signed_in else [*ways, {}]
    return made


def _responses(platform: Platform, operation: Operation) -> Json:
    dialect = platform.dialect
    success: Json = {"description": "The requested answer."}
    if (schema := dialect.response_schema(operation)) is not None:
        success["content"] = {dialect.response_type(operation): {"schema": schema}}
    refusals = REFUSALS | (WRITE_REFUSALS if operation.is_mutation else {})
    described: Json = {
        str(operation.status): success,
        **{str(status): _refusal(platform, status, words) for status, words in refusals.items()},
    }
    if not operation.is_mutation:
        described["304"] = {"description": "The client has the current answer."}
    return described


def _refusal(platform: Platform, status: int, words: str) -> Json:
    content = {name: {"schema": schema} for name, schema in platform.dialect.refusal_schemas(status).items()}
    return {"description": words, "content": content} if content else {"description": words}
