"""Dialects: how a platform spells requests, answers and errors around what the graph says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, ClassVar, Self

import orjson
from starlette.requests import Request
from starlette.responses import Response

from resolvers.access.credentials import EVERY
from resolvers.operations.refusal import Refusal
from rest.json_schema import of_field, of_type
from rest.operation import Operation, View
from rest.paging import Page
from rest.reshape import reshaper
from rest.variable import FromBody, Source

JSON = "application/json"

LARGEST_BODY = 256 * 1024
"""Bytes that a request may send."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation found: `value` is what the answer is about, as the graph has it.

    It is null for an operation that is about nothing. `page` is there for operations that are read in pages,
    `body` for those that write.
    """

    request: Request
    value: Any
    page: Page | None
    body: Any


Render = Callable[[Answer], Response]
Shape = Callable[[View], Render]
"""Makes, once, what renders the answers of a view."""


class Dialect:
    """What platforms agree on; each overrides what it does otherwise.

    `slash_optional` says whether a path also works with a slash at its end, `escapes_slashes` whether one
    may be part of a parameter, escaped, while two in a row count as one (`rest.route.Parts`). `auth` are the
    kinds of credentials that operations take unless they name their own, `security` are
    the ways to sign in, as OpenAPI has them, `varies` the headers of requests that answers to them depend on.
    """

    slash_optional: ClassVar[bool] = False
    escapes_slashes: ClassVar[bool] = False
    auth: ClassVar[tuple[str, ...]] = EVERY
    version: ClassVar[str] = "1"
    security: ClassVar[Mapping[str, Any]] = {"token": {"type": "http", "scheme": "bearer"}}
    varies: ClassVar[tuple[str, ...]] = ("Accept", "Accept-Language", "Authorization", "Cookie")

    def __init__(self, sunset: datetime | None = None) -> None:
        self.sunset = sunset

    def until(self, sunset: datetime) -> Self:
        """The same dialect, spoken until a moment."""
        return type(self)(sunset)

    @property
    def has_ended(self) -> bool:
        """Whether its time is over."""
        return self.sunset is not None and self.sunset <= datetime.now(UTC)

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Renderings of an answer by the name that documents use."""
        return {"one": plain, "nothing": nothing}

    def verify(self, operation: Operation) -> None:
        """Raise `Mistake` for an operation that the dialect could not answer."""
        if operation.shape not in self.shapes:
            raise operation.mistake(f"There is no shape '{operation.shape}', only {', '.join(self.shapes)}.")

    def largest_body(self, path: str) -> int:
        """Bytes that a request to a path may send."""
        return LARGEST_BODY

    def admit(self, request: Request) -> None:
        """Raise `Refusal` for a request that is turned away whatever it asks for."""
        if self.has_ended:
            raise Refusal("GONE", "This API is no longer served.")

    def uses_app(self, request: Request) -> bool:
        """Whether an app of the platform's asks, rather than a browser or a program."""
        return False

    async def body(self, request: Request, operation: Operation) -> Any:
        """The request's body as JSON values, `None` for an empty one; `Refusal` where it cannot be read."""
        return await sent_values(request)

    def included(self, request: Request, operation: Operation) -> frozenset[str]:
        """Related resources that the client asks for; `Refusal` for those that it cannot have."""
        return frozenset()

    def missing(self, operation: Operation, sources: Sequence[Source]) -> Refusal:
        """The refusal of a request that lacks values."""
        names = ", ".join(source.name for source in sources)
        return Refusal("BAD_USER_INPUT", f"Missing: {names}.")

    def missing_any(self, operation: Operation) -> Refusal:
        """The refusal of a request that lacks each of the parameters of which it needs one."""
        return Refusal("BAD_USER_INPUT", f"One of these is needed: {', '.join(operation.any_of)}.")

    def blank(self, place: str, code: str) -> Refusal:
        """The refusal of a body that has nothing at a place."""
        return Refusal(code, f"{place} is blank.")

    def unfit(self, operation: Operation, source: Source, why: str) -> Refusal:
        """The refusal of a value that is not of its variable's type."""
        return Refusal("BAD_USER_INPUT", f"{source.name}: {why}")

    def refused(self, request: Request, refusal: Refusal) -> Response:
        """The response to a refused request."""
        content = {"error": refusal.message or refusal.code.replace("_", " ").capitalize() + "."}
        return json_response(content, refusal.status)

    def refusal_schemas(self, status: int) -> Mapping[str, Any]:
        """JSON Schemas of what a refusal of this status says, by media type; none where it has no content."""
        return {JSON: said_under("error")}

    def schemas(self) -> Mapping[str, Any]:
        """JSON Schemas that those of requests and responses refer to, by name."""
        return {}

    def parameters(self, operation: Operation, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Parameters as clients send them, of those `found` in an operation's document."""
        return found

    def request_types(self, operation: Operation) -> tuple[str, ...]:
        """Media types of what an operation takes."""
        return (JSON,)

    def request_schema(self, operation: Operation) -> Any:
        """JSON Schema of what an operation takes; null where it takes no body."""
        return body_schema(operation)

    def response_type(self, operation: Operation) -> str:
        """Media type of what an operation answers."""
        return JSON

    def response_schema(self, operation: Operation) -> Any:
        """JSON Schema of what an operation answers; null where it answers no content."""
        field = operation.whole.field
        return of_field(field) if field is not None and operation.shape != "nothing" else None

    def finish(self, request: Request, response: Response) -> None:
        """Set headers that all of the platform's responses carry (RFC 8594 on `Sunset`)."""
        if self.sunset is not None:
            response.headers["Sunset"] = format_datetime(self.sunset.astimezone(UTC), usegmt=True)


def said_under(key: str) -> Any:
    """JSON Schema of an object that says words under one key."""
    return {"type": "object", "properties": {key: {"type": "string"}}, "required": [key]}


def body_schema(operation: Operation) -> Any:
    """JSON Schema of what an operation's variables read from the body; null where that is nothing."""
    made: dict[str, Any] = {}
    for variable in operation.variables:
        if isinstance(variable.source, FromBody):
            *way, last = variable.source.name.split(".")
            place = made
            for name in (*way, last):
                place.setdefault("type", "object")
                place = place.setdefault("properties", {}).setdefault(name, {})
            place.update(of_type(variable.type))
    return made or None


async def sent_values(request: Request) -> Any:
    """A request's body, sent as JSON or as a form; `None` for an empty one."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await request.form()
        return {name: value for name, value in form.items() if isinstance(value, str)}
    if not (raw := await request.body()):
        return None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refusal("BAD_USER_INPUT", "The body is not valid JSON.") from error


def json_response(content: Any, status: int, media_type: str = JSON) -> Response:
    """A response with `content` as JSON."""
    return Response(orjson.dumps(content), status, media_type=media_type)


def plain(view: View) -> Render:
    """Shape: the value itself as JSON."""
    make = reshaper(view.field) if view.field is not None else None
    status = view.operation.status

    def render(answer: Answer) -> Response:
        return json_response(make(answer.value) if make else None, status)

    return render


def nothing(view: View) -> Render:
    """Shape: no content."""
    return lambda _: Response(status_code=view.operation.status)
