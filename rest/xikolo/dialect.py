"""Dialect of the Xikolo API v2: media type and version, JSON:API, filters, pages, errors."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from rest.dialect import JSON, Answer, Dialect, Render, Shape, json_response, nothing, plain, sent_values
from rest.operation import Operation, View, field_at
from rest.refusal import Refusal
from rest.variable import FromBody, Source
from rest.xikolo.jsonapi import document, echoed, resource_type, takes_several, verify
from rest.xikolo.kind import Json
from rest.xikolo.resource import by_graph_type, resources
from rest.xikolo.schemas import answered, components, sent

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
"""What the original says per status, whatever the reason (xikolo-core api/xikolo/auth, api/xikolo/error)."""


class XikoloDialect(Dialect):
    """Facts of Xikolo and of xikolo-core's `api/` at 4.10.

    Apps call paths with and without a slash at the end.
    """

    slash_optional = True
    varies = (*Dialect.varies, "X-User-Platform", "User-Platform")
    version = VERSION

    @property
    def shapes(self) -> Mapping[str, Shape]:
        return {
            "one": one,
            "collection": collection,
            "echo": echo,
            "plain": plain,
            "root": root,
            "nothing": nothing,
        }

    def verify(self, operation: Operation) -> None:
        super().verify(operation)
        if operation.shape in RESOURCES and operation.shape != "echo":
            for way in operation.answers:
                field = field_at(operation.selections, way)
                assert field is not None  # noqa: S101
                if operation.paging is not None:
                    field = field.of({})["nodes"]
                verify(operation, field, is_list=operation.shape == "collection")

    def uses_app(self, request: Request) -> bool:
        """By what xikolo-core's api/xikolo/middleware/run_context.rb knows the apps."""
        headers = request.headers
        platform = headers.get("x-user-platform") or headers.get("user-platform") or ""
        return (
            platform.lower() in APP_PLATFORMS
            or request.cookies.get("in_app") == "1"
            or headers.get("accept") == "application/vnd.xikolo.v1, application/json"
        )

    def admit(self, request: Request) -> None:
        """Only majors are compared; no version is the newest (xikolo-core api/xikolo/versioning).

        The one that is served may end: apps take 406 for that.
        """
        if self.has_ended:
            raise _unsupported()
        wanted = re.search(r"; ?xikolo-version=(.+)$", request.headers.get("accept", ""))
        if wanted is not None and re.split(r"\D", wanted[1])[0] != VERSION.split(".")[0]:
            raise _unsupported()

    async def body(self, request: Request, operation: Operation) -> Any:
        """JSON:API writes name the type of their resource, and where the path has an id, the same."""
        body = await sent_values(request)
        wanted = resource_type(operation)
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
        """One level, by name; nothing on writes (xikolo-core …/endpoint/include_related_resources.rb)."""
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

    def refused(self, request: Request, refusal: Refusal) -> Response:
        """Bare words to who asks for JSON:API, for which the original has no error format; else JSON."""
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

    def refusal_schemas(self, status: int) -> Mapping[str, Any]:
        if WORDS.get(status) == "":
            return {}
        words = {"text/plain": {"type": "string"}}
        return words if status == 406 else {**words, **super().refusal_schemas(status)}

    def schemas(self) -> Mapping[str, Any]:
        return components()

    def request_types(self, operation: Operation) -> tuple[str, ...]:
        if resource_type(operation) is not None:
            return (JSON_API,)
        return (JSON, "application/x-www-form-urlencoded")

    def request_schema(self, operation: Operation) -> Any:
        of = resource_type(operation)
        if of is None or not operation.is_mutation:
            return super().request_schema(operation)
        return sent(operation, of)

    def response_type(self, operation: Operation) -> str:
        return JSON if operation.shape == "plain" else JSON_API

    def response_schema(self, operation: Operation) -> Any:
        if operation.shape == "root":
            return {"type": "object", "properties": {"data": {"type": "null"}, "links": {"type": "object"}}}
        if operation.shape not in RESOURCES:
            return super().response_schema(operation)
        if operation.shape == "echo":
            of: tuple[str, ...] = (str(resource_type(operation)),)
        else:
            field = operation.whole.field
            assert field is not None  # noqa: S101
            if operation.paging is not None:
                field = field.of({})["nodes"]
            named = field.marks.get("as")
            on = field.reshaped.items()
            of = (named["type"],) if named else tuple(by_graph_type()[name].type for name, each in on if each)
        return answered(operation, of, is_list=operation.shape == "collection")

    def finish(self, request: Request, response: Response) -> None:
        """Web clients of any origin read along; apps are told until when the version is served."""
        super().finish(request, response)
        if (sunset := response.headers.get("sunset")) is not None:
            response.headers["X-Api-Version-Expiration-Date"] = sunset
        response.headers["Access-Control-Allow-Origin"] = "*"


def _unsupported() -> Refusal:
    return Refusal("NOT_ACCEPTABLE", "Unsupported API version requested")


def one(view: View) -> Render:
    """Shape: one resource."""
    assert view.field is not None  # noqa: S101
    make, status = document(view, view.field, is_list=False), view.operation.status

    def render(answer: Answer) -> Response:
        return json_response(make(answer.value, *_places(answer.request)), status, MEDIA_TYPE)

    return render


def collection(view: View) -> Render:
    """Shape: a list of resources, or a numbered page of one with `meta` and `links`."""
    assert view.field is not None  # noqa: S101
    status, paged = view.operation.status, view.operation.paging is not None
    field = view.field.of({})["nodes"] if paged else view.field
    make = document(view, field, is_list=True)

    def render(answer: Answer) -> Response:
        value, page = answer.value, answer.page
        made = make(value["nodes"] if paged else value, *_places(answer.request))
        if page is not None:
            made |= _page(answer.request.url, page.number, page.pages(value["totalCount"]))
        return json_response(made, status, MEDIA_TYPE)

    return render


def echo(view: View) -> Render:
    """Shape: resources as they were sent, but for what the graph tells of them."""
    of = resource_type(view.operation)
    assert of is not None and view.field is not None  # noqa: S101, PT018
    make, status = echoed(resources()[of], view.field), view.operation.status

    def render(answer: Answer) -> Response:
        sent = answer.body["data"]
        several = sent if isinstance(sent, list) else [sent]
        values = answer.value if isinstance(answer.value, list) else [answer.value]
        places = _places(answer.request)
        made = [make(value, each, *places) for value, each in zip(values, several, strict=True)]
        return json_response({"data": made if isinstance(sent, list) else made[0]}, status, MEDIA_TYPE)

    return render


def root(view: View) -> Render:
    """Shape: that the API is there (xikolo-core api/xikolo/v2/base.rb); apps ask by HEAD before all else."""
    return lambda _: json_response({"data": None, "links": {}}, view.operation.status, MEDIA_TYPE)


def _places(request: Request) -> tuple[str, str]:
    """This server's origin, and what links begin with.

    Links begin where the client came in, so that they lead back there; at the root they are the original's
    `/api/v2/…`.
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
    known = {relation.name: relation.types for relation in resources()[of].relations.values()}
    for name, relationship in sent.items():
        if not isinstance(relationship, dict):
            raise Refusal("BAD_USER_INPUT", "Can not parse relationship object")
        if "data" not in relationship:
            raise Refusal("BAD_USER_INPUT", f"Relationship {name} has no data")
        if name not in known:
            raise Refusal("BAD_USER_INPUT", f"Unknown relationship {name}")
        data = relationship["data"]
        if isinstance(data, dict) and data.get("type") not in known[name]:
            raise Refusal("CONFLICT", f"Type mismatch, should be {' or '.join(known[name])}")


def _read_attributes(sent: Json, of: str) -> None:
    """Make of the attributes that can be written what the graph takes; any others are ignored."""
    attributes = sent.get("attributes")
    if attributes is None:
        return
    if not isinstance(attributes, dict):
        raise Refusal("BAD_USER_INPUT", "Can not parse attributes")
    for name, attribute in resources()[of].attributes.items():
        if not attribute.writable or name not in attributes:
            continue
        try:
            attributes[name] = attribute.kind.read(attributes[name])
        except ValueError as error:
            raise Refusal("BAD_USER_INPUT", f"Invalid value for {name}: it {error}.") from error
