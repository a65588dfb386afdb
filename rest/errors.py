"""Error forms: the body and status of a refusal, per platform or per family of its API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.responses import Response

from resolvers.operations.refusal import Refusal

JSON = "application/json"

MESSAGE, CODE, STATUS, FIELDS = "{message}", "{code}", "{status}", "{fields}"
"""Placeholders of a body's template for the refusal's message, code, status and messages by field."""


@dataclass(frozen=True, slots=True)
class ErrorForm:
    """Template of a JSON body; `MESSAGE`, `CODE`, `STATUS` and `FIELDS` are replaced.

    A template of null is an empty body; a text is sent as plain text. `statuses` replace statuses; `headers`
    are set by status.
    """

    body: Any
    statuses: Mapping[int, int] = field(default_factory=dict)
    headers: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    is_json: bool = True

    def response(self, refusal: Refusal) -> Response:
        """Return the response to a refused request."""
        status = self.statuses.get(refusal.status, refusal.status)
        if self.body is None:
            return Response(status_code=status, headers=self.headers.get(status))
        made = filled(self.body, refusal, status)
        if self.is_json:
            return Response(orjson.dumps(made), status, self.headers.get(status), JSON)
        return Response(str(made), status, self.headers.get(status), "text/plain")

    def schemas(self) -> dict[str, Any]:
        """Return the JSON Schema of the body by media type; empty for an empty body."""
        if self.body is None:
            return {}
        return {JSON: _schema(self.body)} if self.is_json else {"text/plain": {"type": "string"}}


def filled(template: Any, refusal: Refusal, status: int) -> Any:
    """Return a template filled with a refusal's message, code and status."""
    if isinstance(template, Mapping):
        return {key: filled(value, refusal, status) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, refusal, status) for value in template]
    match template:
        case "{message}":
            return refusal.message or refusal.code.replace("_", " ").capitalize() + "."
        case "{code}":
            return refusal.code
        case "{status}":
            return status
        case "{fields}":
            return {name: [words] for name, words in refusal.fields.items()}
    return template


def _schema(template: Any) -> Any:
    if isinstance(template, Mapping):
        properties = {key: _schema(value) for key, value in template.items()}
        return {"type": "object", "properties": properties, "required": list(properties)}
    if isinstance(template, list):
        return {"type": "array", "items": _schema(template[0]) if template else {}}
    if template == STATUS:
        return {"type": "integer"}
    return {"type": "object"} if template == FIELDS else {"type": "string"}


@dataclass(frozen=True, slots=True)
class Says:
    """An operation's replacement for an error code: the code, message and status that a client sees."""

    code: str
    as_: str | None
    message: str | None
    status: int | None

    def of(self, refusal: Refusal) -> Refusal:
        """Return the refusal with this code, message and status."""
        return Refusal(
            self.as_ or refusal.code,
            refusal.message if self.message is None else self.message,
            refusal.headers,
            status=self.status or refusal.status,
            fields=refusal.fields,
        )
