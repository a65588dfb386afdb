"""Dialects: how a platform spells requests, answers and errors around the graph's values."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, ClassVar, Self

from starlette.requests import Request
from starlette.responses import Response

from resolvers.access.credentials import EVERY
from resolvers.operations.refusal import Refusal
from rest.body import FORMS, media_type_of, read_files, read_json, read_raw, read_values
from rest.errors import JSON, MESSAGE, ErrorForm
from rest.json_schema import body_schema, of_field
from rest.number import LENIENT, PageNumbers
from rest.operation import Operation
from rest.query import QueryToken
from rest.shapes import EMPTY, SHAPES, STREAMED, WORDS, Conversions, Shape
from rest.variable import FromFile, Source

LARGEST_BODY = 256 * 1024
"""Bytes that a request may send."""

LARGEST_UPLOAD = 513 * 1024 * 1024
"""Bytes of a request with files: the largest upload, and the frame that multipart puts around it."""

MERGE_PATCH = "application/merge-patch+json"


class Dialect:
    """What platforms agree on; each overrides its differences.

    `slash_optional`: a path also works with a slash at its end. `escapes_slashes`: an escaped slash belongs
    to a parameter, and several slashes in a row count as one. `drops_blank`: a query parameter without a
    value counts as absent. `auth`: kinds of credentials that operations take unless they name their own.
    `security`: ways to sign in, for OpenAPI. `varies`: request headers that answers depend on. `errors`:
    forms of errors by name, the usual one under the empty name. `numbers`: rules for numbers of pages.
    `token`: the parameter that holds the query of the next page. `conversions`: functions that documents
    name by `@convert`.
    """

    slash_optional: ClassVar[bool] = False
    escapes_slashes: ClassVar[bool] = False
    drops_blank: ClassVar[bool] = False
    version: ClassVar[str] = "1"
    auth: ClassVar[tuple[str, ...]] = EVERY
    security: ClassVar[Mapping[str, Any]] = {"token": {"type": "http", "scheme": "bearer"}}
    varies: ClassVar[tuple[str, ...]] = ("Accept", "Accept-Language", "Authorization", "Cookie")
    errors: ClassVar[Mapping[str, ErrorForm]] = {"": ErrorForm({"error": MESSAGE})}
    numbers: ClassVar[PageNumbers] = LENIENT
    token: ClassVar[QueryToken | None] = None
    conversions: ClassVar[Conversions] = {}

    def __init__(self, sunset: datetime | None = None) -> None:
        self.sunset = sunset

    def until(self, sunset: datetime) -> Self:
        """The same dialect, served until a moment."""
        return type(self)(sunset)

    @property
    def has_ended(self) -> bool:
        """Whether its sunset has passed."""
        return self.sunset is not None and self.sunset <= datetime.now(UTC)

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Renderings of an answer by the name that documents use."""
        return SHAPES

    def verify(self, operation: Operation) -> None:
        """Raise `Mistake` for an operation that the dialect could not answer."""
        if operation.shape not in self.shapes:
            raise operation.mistake(f"There is no shape '{operation.shape}', only {', '.join(self.shapes)}.")
        if operation.errors not in self.errors:
            raise operation.mistake(f"There is no form of errors '{operation.errors}'.")

    def largest_body(self, operations: Sequence[Operation]) -> int:
        """Bytes that a request to the path of these operations may send."""
        has_files = any(each.form in ("FILES", "RAW") for each in operations)
        return LARGEST_UPLOAD if has_files else LARGEST_BODY

    def admit(self, request: Request) -> None:
        """Raise `Refusal` for a request that is turned away whatever it asks for."""
        if self.has_ended:
            raise Refusal("GONE", "This API is no longer served.")

    def uses_app(self, request: Request) -> bool:
        """Whether an app of the platform asks, rather than a browser or a program."""
        return False

    async def body(self, request: Request, operation: Operation) -> Any:
        """The request's body as JSON values, null for an empty one; `Refusal` if it cannot be read."""
        match operation.form:
            case "FILES":
                sources = (variable.source for variable in operation.variables)
                return await read_files(
                    request, [each.name for each in sources if isinstance(each, FromFile)]
                )
            case "RAW":
                return await read_raw(request)
            case "MERGE_PATCH":
                if (media_type := media_type_of(request)) != MERGE_PATCH:
                    raise Refusal(
                        "UNSUPPORTED_MEDIA_TYPE", f'Unsupported media type "{media_type}" in request.'
                    )
                return await read_json(request)
        return await read_values(request)

    def included(self, request: Request, operation: Operation) -> frozenset[str]:
        """Related resources that the client asks for; `Refusal` for those that it cannot have."""
        return frozenset()

    def missing(self, operation: Operation, sources: Sequence[Source]) -> Refusal:
        """Refusal of a request that lacks values."""
        names = ", ".join(source.name for source in sources)
        return Refusal("BAD_USER_INPUT", f"Missing: {names}.")

    def missing_any(self, operation: Operation) -> Refusal:
        """Refusal of a request that lacks each of the parameters of which it needs one."""
        return Refusal("BAD_USER_INPUT", f"One of these is needed: {', '.join(operation.any_of)}.")

    def blank(self, place: str, code: str) -> Refusal:
        """Refusal of a body that has nothing at a place."""
        return Refusal(code, f"{place} is blank.")

    def unfit(self, operation: Operation, source: Source, why: str) -> Refusal:
        """Refusal of a value that is not of its variable's type."""
        return Refusal("BAD_USER_INPUT", f"{source.name}: {why}")

    def refused(self, request: Request, refusal: Refusal, form: str = "") -> Response:
        """Response to a refused request, in a form of errors by its name."""
        return self.errors[form].response(refusal)

    def refusal_schemas(self, status: int, form: str = "") -> Mapping[str, Any]:
        """JSON Schemas of a refusal's body by media type; none without a body."""
        return self.errors[form].schemas()

    def schemas(self) -> Mapping[str, Any]:
        """JSON Schemas that those of requests and responses refer to, by name."""
        return {}

    def parameters(self, operation: Operation, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Parameters as clients send them, of those `found` in an operation's document."""
        return found

    def request_types(self, operation: Operation) -> tuple[str, ...]:
        """Media types that an operation takes."""
        match operation.form:
            case "FORM":
                return (FORMS[0],)
            case "FILES":
                return (FORMS[1],)
            case "RAW":
                return ("application/octet-stream",)
            case "MERGE_PATCH":
                return (MERGE_PATCH,)
        return (JSON,)

    def request_schema(self, operation: Operation) -> Any:
        """JSON Schema of an operation's request body; null without one."""
        return body_schema(operation)

    def response_type(self, operation: Operation) -> str:
        """Media type of an operation's answer."""
        return STREAMED.get(operation.shape) or WORDS.get(operation.shape, JSON)

    def response_schema(self, operation: Operation) -> Any:
        """JSON Schema of an operation's answer; null without content."""
        if operation.shape in STREAMED:
            return {"type": "string", "format": "binary"}
        if operation.shape in WORDS:
            return {"type": "string"}
        field = operation.whole.field
        return of_field(field) if field is not None and operation.shape not in EMPTY else None

    def finish(self, request: Request, response: Response) -> None:
        """Set the headers that all responses of the platform carry (RFC 8594 on `Sunset`)."""
        if self.sunset is not None:
            response.headers["Sunset"] = format_datetime(self.sunset.astimezone(UTC), usegmt=True)
