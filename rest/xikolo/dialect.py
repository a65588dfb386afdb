"""Dialect of the Xikolo API v2: media type and version, JSON:API, filters, pages, errors."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from resolvers.operations.refusal import Refusal
from rest.body import read_values
from rest.dialect import Dialect
from rest.errors import JSON
from rest.jsonapi.document import document, echoed, resource_type, takes_several, verify
from rest.jsonapi.kind import Json
from rest.jsonapi.resource import Resources, resources_of
from rest.jsonapi.schema import answered, components, sent
from rest.operation import Operation, View, field_at
from rest.shapes import SHAPES, Conversions, OperationResult, Render, Shape, json_response
from rest.variable import FromBody, Source

VERSION = "4.10"
MEDIA_TYPE = f"application/vnd.api+json; xikolo-version={VERSION}"
JSON_API = "application/vnd.api+json"

APP_PLATFORMS = ("android", "ios")
"""Values of `X-User-Platform` that the two apps send."""

RESOURCES = ("one", "collection", "echo")
"""Shapes that render resources."""

WORDS: Mapping[int, str] = {
    401: "401 Unauthorized",
    403: "403 Forbidden",
    404: "",
    405: "405 Not Allowed",
    422: "422 Unprocessable Entity",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}
"""Xikolo's messages by status, for any reason (xikolo-core api/xikolo/auth, api/xikolo/error)."""


def known() -> Resources:
    """Return Xikolo's resource types."""
    return resources_of(Path(__file__).parent)


class XikoloDialect(Dialect):
    """Rules of the API's documentation and of xikolo-core's `api/` at 4.10.

    Apps request paths with and without a slash at the end.
    """

    slash_optional = True
    sees_timed_questions = True
    varies = (*Dialect.varies, "X-User-Platform", "User-Platform")
    version = VERSION

    @property
    def shapes(self) -> Mapping[str, Shape]:
        return {
            **SHAPES,
            "one": one,
            "collection": collection,
            "echo": echo,
            "plain": SHAPES["one"],
            "root": root,
        }

    def verify(self, operation: Operation) -> None:
        super().verify(operation)
        if operation.shape in RESOURCES and operation.shape != "echo":
            for way in operation.answers:
                field = field_at(operation.selections, way)
                assert field is not None  # noqa: S101
                if operation.paging is not None:
                    field = field.of({})["nodes"]
                verify(known(), operation, field, is_list=operation.shape == "collection")

    def uses_app(self, request: Request) -> bool:
        """Check by the rules of xikolo-core's api/xikolo/middleware/run_context.rb."""
        headers = request.headers
        platform = headers.get("x-user-platform") or headers.get("user-platform") or ""
        return (
            platform.lower() in APP_PLATFORMS
            or request.cookies.get("in_app") == "1"
            or headers.get("accept") == "application/vnd.xikolo.v1, application/json"
        )

    def admit(self, request: Request) -> None:
        """Compare only major versions; no version means the newest (xikolo-core api/xikolo/versioning).

        The served version may have a sunset: after it, apps expect 406.
        """
        if self.has_ended:
            raise _unsupported()
        _, said, wanted = request.headers.get("accept", "").partition("xikolo-version=")
        if said and re.split(r"\D", wanted, maxsplit=1)[0] != VERSION.split(".")[0]:
            raise _unsupported()

    async def body(self, request: Request, operation: Operation) -> Any:
        """Read the body; JSON:API writes must name the type of their resource, and the path's id, if any."""
        body = await read_values(request)
        wanted = resource_type(known(), operation)
        if wanted is None:
            return body
        data = body.get("data") if isinstance(body, dict) else None
        several = data if isinstance(data, list) and takes_several(operation) else [data]
        for each in several:
            if not isinstance(each, dict):
                raise Refusal("BAD_USER_INPUT", "Can not parse body data")
            if each.get("type") != wanted:
                raise Refusal("CONFLICT", f"Type mismatch, should be {wanted}")
            if operation.method == "PATCH" and each.get("id") != request.path_params["id"]:
                raise Refusal("CONFLICT", "Wrong ID")
            _check_relationships(each.get("relationships"), wanted)
            _read_attributes(each, wanted)
        return body

    def included(self, request: Request, operation: Operation) -> frozenset[str]:
        """Return one level, by name; none on writes (xikolo-core …/endpoint/include_related_resources.rb)."""
        asked = [name for name in request.query_params.get("include", "").split(",") if name]
        if not asked or request.method not in ("GET", "HEAD") or operation.shape not in RESOURCES:
            return frozenset()
        if not operation.includable:
            raise Refusal("BAD_USER_INPUT", "include parameter not supported for this endpoint")
        for name in asked:
            if name not in operation.includable:
                valid = ",".join(operation.includable)
                message = f"Relationship {name} does not support sideloading. Valid relationships: [{valid}]"
                raise Refusal("BAD_USER_INPUT", message)
        return frozenset(asked)

    def absent(self, status: int) -> Response:
        return json_response({"data": None}, status, MEDIA_TYPE)

    def missing(self, operation: Operation, sources: Sequence[Source]) -> Refusal:
        for source in sources:
            if (name := _filter_name(source.name)) is not None:
                return Refusal("BAD_USER_INPUT", f"Required filter {name} not found")
        names = (source.name.rpartition(".")[2] for source in sources)
        return Refusal("BAD_USER_INPUT", ", ".join(f"{name} is missing" for name in names))

    def missing_any(self, operation: Operation) -> Refusal:
        names = " or ".join(_filter_name(name) or name for name in operation.any_of)
        return Refusal("BAD_USER_INPUT", f"Either a {names} filter must be provided")

    def blank(self, place: str, code: str) -> Refusal:
        _, _, names = place.partition("attributes.")
        return Refusal(code, f"{names.replace('.', ' -> ')} cannot be blank")

    def unfit(self, operation: Operation, source: Source, why: str) -> Refusal:
        name = source.name.rpartition(".")[2] if isinstance(source, FromBody) else source.name
        return Refusal("BAD_USER_INPUT", f"Invalid value for {_filter_name(name) or name}")

    def refused(self, request: Request, refusal: Refusal, form: str = "") -> Response:
        """Return plain text for clients of JSON:API, since Xikolo has no error format for them; else JSON."""
        status = refusal.status
        if status == 406:
            return PlainTextResponse(refusal.message, status)
        message = WORDS.get(status, refusal.message)
        if status == 422 and refusal.message:
            message = f"{message}: {refusal.message}"
        if refusal.code == "INVALID_CREDENTIALS":
            message = "Invalid credentials"
        if not message:
            return Response(status_code=status)
        if JSON_API in request.headers.get("accept", ""):
            return PlainTextResponse(message, status)
        return json_response({"error": message}, status, JSON)

    def refusal_schemas(self, status: int, form: str = "") -> Mapping[str, Any]:
        if WORDS.get(status) == "":
            return {}
        words = {"text/plain": {"type": "string"}}
        return words if status == 406 else {**words, **super().refusal_schemas(status, form)}

    def schemas(self) -> Mapping[str, Any]:
        return components(known())

    def request_types(self, operation: Operation) -> tuple[str, ...]:
        if resource_type(known(), operation) is not None:
            return (JSON_API,)
        return (JSON, "application/x-www-form-urlencoded")

    def request_schema(self, operation: Operation) -> Any:
        of = resource_type(known(), operation)
        if of is None or not operation.is_mutation:
            return super().request_schema(operation)
        return sent(known(), operation, of)

    def response_type(self, operation: Operation) -> str:
        return JSON if operation.shape == "plain" else JSON_API

    def response_schema(self, operation: Operation) -> Any:
        if operation.shape == "root":
            return {"type": "object", "properties": {"data": {"type": "null"}, "links": {"type": "object"}}}
        if operation.shape not in RESOURCES:
            return super().response_schema(operation)
        if operation.shape == "echo":
            of: tuple[str, ...] = (str(resource_type(known(), operation)),)
        else:
            field = operation.whole.field
            assert field is not None  # noqa: S101
            if operation.paging is not None:
                field = field.of({})["nodes"]
            named = field.marks.get("as")
            on = field.reshaped.items()
            of = (
                (named["type"],)
                if named
                else tuple(known().by_graph_type[name].type for name, each in on if each)
            )
        return answered(operation, of, is_list=operation.shape == "collection")

    def finish(self, request: Request, response: Response) -> None:
        """Let web clients of any origin read; give apps the date until which the version is served."""
        super().finish(request, response)
        if (sunset := response.headers.get("sunset")) is not None:
            response.headers["X-Api-Version-Expiration-Date"] = sunset
        response.headers["Access-Control-Allow-Origin"] = "*"


def _unsupported() -> Refusal:
    return Refusal("NOT_ACCEPTABLE", "Unsupported API version requested")


def one(view: View, _: Conversions) -> Render:
    """Shape: one resource."""
    assert view.field is not None  # noqa: S101
    make, status = document(known(), view, view.field, is_list=False), view.operation.status

    def render(answer: OperationResult) -> Response:
        return json_response(make(answer.value, *_places(answer.request)), status, MEDIA_TYPE)

    return render


def collection(view: View, _: Conversions) -> Render:
    """Shape: a list of resources, or a numbered page of one with `meta` and `links`."""
    assert view.field is not None  # noqa: S101
    status, paged = view.operation.status, view.operation.paging is not None
    field = view.field.of({})["nodes"] if paged else view.field
    make = document(known(), view, field, is_list=True)

    def render(answer: OperationResult) -> Response:
        value, page = answer.value, answer.page
        made = make(value["nodes"] if paged else value, *_places(answer.request))
        if page is not None:
            made |= _page(answer.request.url, page.number, page.pages(value["totalCount"]))
        return json_response(made, status, MEDIA_TYPE)

    return render


def echo(view: View, _: Conversions) -> Render:
    """Shape: resources as they were sent, updated with values of the graph's result."""
    of = resource_type(known(), view.operation)
    assert of is not None and view.field is not None  # noqa: S101, PT018
    make, status = echoed(known(), known().by_type[of], view.field), view.operation.status

    def render(answer: OperationResult) -> Response:
        sent = answer.body["data"]
        several = sent if isinstance(sent, list) else [sent]
        values = answer.value if isinstance(answer.value, list) else [answer.value]
        places = _places(answer.request)
        made = [make(value, each, *places) for value, each in zip(values, several, strict=True)]
        return json_response({"data": made if isinstance(sent, list) else made[0]}, status, MEDIA_TYPE)

    return render


def root(view: View, _: Conversions) -> Render:
    """Shape: the API is available (xikolo-core api/xikolo/v2/base.rb); apps send HEAD first."""
    return lambda _: json_response({"data": None, "links": {}}, view.operation.status, MEDIA_TYPE)


def _places(request: Request) -> tuple[str, str]:
    """Return this server's origin and the prefix of links.

    Links begin with the mount of the request, so that they lead back there; at the root they begin with
    Xikolo's `/api/v2/…`.
    """
    url = request.url
    return f"{url.scheme}://{url.netloc}", f"{request.scope.get('root_path', '')}/api/v2"


def _page(url: URL, page: int, pages: int) -> Json:
    numbers = {"first": 1, "last": pages}
    if page > 1:
        numbers["prev"] = page - 1
    if page < pages:
        numbers["next"] = page + 1
    return {
        "meta": {"current_page": page, "total_pages": pages},
        "links": {name: _at_page(url, number) for name, number in numbers.items()},
    }


def _at_page(url: URL, number: int) -> str:
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    return str(url.replace(query=urlencode({**query, "page[number]": number})))


def _filter_name(name: str) -> str | None:
    match = re.fullmatch(r"filter\[(.+)\]", name)
    return match[1] if match else None


def _check_relationships(sent: Any, of: str) -> None:
    if sent is None:
        return
    if not isinstance(sent, dict):
        raise Refusal("BAD_USER_INPUT", "Can not parse relationships")
    types = {each.name: each.types for each in known().by_type[of].relations.values()}
    for name, relationship in sent.items():
        if not isinstance(relationship, dict):
            raise Refusal("BAD_USER_INPUT", "Can not parse relationship object")
        if "data" not in relationship:
            raise Refusal("BAD_USER_INPUT", f"Relationship {name} has no data")
        if name not in types:
            raise Refusal("BAD_USER_INPUT", f"Unknown relationship {name}")
        data = relationship["data"]
        if isinstance(data, dict) and data.get("type") not in types[name]:
            raise Refusal("CONFLICT", f"Type mismatch, should be {' or '.join(types[name])}")


def _read_attributes(sent: Json, of: str) -> None:
    """Convert the writable attributes to the graph's values; other attributes are ignored."""
    attributes = sent.get("attributes")
    if attributes is None:
        return
    if not isinstance(attributes, dict):
        raise Refusal("BAD_USER_INPUT", "Can not parse attributes")
    for name, attribute in known().by_type[of].attributes.items():
        if not attribute.writable or name not in attributes:
            continue
        try:
            attributes[name] = attribute.kind.read(attributes[name])
        except ValueError as error:
            raise Refusal("BAD_USER_INPUT", f"Invalid value for {name}: it {error}.") from error
