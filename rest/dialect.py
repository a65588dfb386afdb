"""Dialects: a platform's rules for requests, responses and errors around the graph's values."""

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
"""Maximum bytes of a request."""

LARGEST_UPLOAD = 513 * 1024 * 1024
"""Maximum bytes of a request with files: the largest upload plus the multipart framing."""

MERGE_PATCH = "application/merge-patch+json"


class Dialect:
    """Rules that platforms share; each platform overrides its differences.

    `slash_optional`: a path also matches with a slash at its end. `escapes_slashes`: an escaped slash belongs
    to a parameter, and several slashes in a row count as one. `drops_blank`: a query parameter without a
    value counts as absent. `auth`: kinds of credentials that operations accept unless they name their own.
    `security`: security schemes for OpenAPI. `varies`: request headers that responses depend on. `errors`:
    error forms by name, the default one under the empty name. `numbers`: rules for page numbers. `token`: the
    parameter that holds the query of the next page. `conversions`: functions by their names in `@convert`.
    `sees_timed_questions`: the platform documents the questions of a quiz with a time limit as readable
    before an attempt.
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
    sees_timed_questions: ClassVar[bool] = False

    def __init__(self, sunset: datetime | None = None) -> None:
        self.sunset = sunset

    def until(self, sunset: datetime) -> Self:
        """Return the same dialect, served until a timestamp."""
        return type(self)(sunset)

    @property
    def has_ended(self) -> bool:
        """Whether the sunset has passed."""
        return self.sunset is not None and self.sunset <= datetime.now(UTC)

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Shapes by the names that documents use."""
        return SHAPES

    def verify(self, operation: Operation) -> None:
        """Raise `Mistake` for an operation that the dialect cannot serve."""
        if operation.shape not in self.shapes:
            raise operation.mistake(f"There is no shape '{operation.shape}', only {', '.join(self.shapes)}.")
        if operation.errors not in self.errors:
            raise operation.mistake(f"There is no form of errors '{operation.errors}'.")

    def largest_body(self, operations: Sequence[Operation]) -> int:
        """Return the maximum bytes of a request to the path of these operations."""
        has_files = any(each.form in ("FILES", "RAW") for each in operations)
        return LARGEST_UPLOAD if has_files else LARGEST_BODY

    def admit(self, request: Request) -> None:
        """Raise `Refusal` for a request that is refused on every path."""
        if self.has_ended:
            raise Refusal("GONE", "This API is no longer served.")

    def uses_app(self, request: Request) -> bool:
        """Check whether an app of the platform sent the request, rather than a browser or another client."""
        return False

    async def body(self, request: Request, operation: Operation) -> Any:
        """Return the request's body as JSON values, null if it is empty; `Refusal` if it cannot be read."""
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
        """Return the related resources that the client requests; `Refusal` if one is not available."""
        return frozenset()

    def absent(self, status: int) -> Response:
        """Return the response of an operation that found no value."""
        return Response(status_code=status)

    def missing(self, operation: Operation, sources: Sequence[Source]) -> Refusal:
        """Return the refusal of a request that lacks values."""
        names = ", ".join(source.name for source in sources)
        return Refusal("BAD_USER_INPUT", f"Missing: {names}.")

    def missing_any(self, operation: Operation) -> Refusal:
        """Return the refusal of a request that has none of the parameters of `@anyOf`."""
        return Refusal("BAD_USER_INPUT", f"One of these is needed: {', '.join(operation.any_of)}.")

    def blank(self, place: str, code: str) -> Refusal:
        """Return the refusal of a body that has no value at a place."""
        return Refusal(code, f"{place} is blank.")

    def unfit(self, operation: Operation, source: Source, why: str) -> Refusal:
        """Return the refusal of a value that does not fit its variable's type."""
        return Refusal("BAD_USER_INPUT", f"{source.name}: {why}")

    def refused(self, request: Request, refusal: Refusal, form: str = "") -> Response:
        """Return the response to a refused request; `form` names the error form."""
        return self.errors[form].response(refusal)

    def refusal_schemas(self, status: int, form: str = "") -> Mapping[str, Any]:
        """Return JSON Schemas of a refusal's body by media type; empty if it has no body."""
        return self.errors[form].schemas()

    def schemas(self) -> Mapping[str, Any]:
        """Return the JSON Schemas, by name, that those of requests and responses refer to."""
        return {}

    def parameters(self, operation: Operation, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the parameters as clients send them, given those `found` in an operation's document."""
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
        """Return the JSON Schema of an operation's request body; null without a body."""
        return body_schema(operation)

    def response_type(self, operation: Operation) -> str:
        """Return the media type of an operation's response."""
        return STREAMED.get(operation.shape) or WORDS.get(operation.shape, JSON)

    def response_schema(self, operation: Operation) -> Any:
        """Return the JSON Schema of an operation's response; null without content."""
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
