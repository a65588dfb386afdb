"""Document resources (xAPI 1.0.3, part three, 2.3, 2.6 and 2.7)."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from models.packages.statement import DocumentKind
from models.postgres.value import timestamp, write_json
from resolvers.packages.player import ActiveLaunch
from resolvers.packages.record_store import Sender
from resolvers.packages.statement import actor_key
from resolvers.packages.statement_document import (
    Kept,
    Shelf,
    document_names,
    drop_documents,
    find_document,
    keep_documents,
)
from runtime.xapi.call import Failed, XapiRequest, answered, json_of
from runtime.xapi.form import MEDIA_TYPE, MalformedStatement

ShelfOf = Callable[[Sender, XapiRequest], Shelf]


def state_shelf(sender: Sender, call: XapiRequest) -> Shelf:
    """Return the shelf of an activity's states of a learner, with or without a registration."""
    return Shelf(
        sender.application_id,
        DocumentKind.STATE,
        activity=call.needed("activityId"),
        actor_key=_agent(call),
        registration=call.uuid("registration"),
    )


def activity_shelf(sender: Sender, call: XapiRequest) -> Shelf:
    """Return the shelf of an activity's profiles, which all learners share."""
    return Shelf(sender.application_id, DocumentKind.ACTIVITY_PROFILE, activity=call.needed("activityId"))


def agent_shelf(sender: Sender, call: XapiRequest) -> Shelf:
    """Return the shelf of a learner's profiles."""
    return Shelf(sender.application_id, DocumentKind.AGENT_PROFILE, actor_key=_agent(call))


def _agent(call: XapiRequest) -> str:
    call.needed("agent")
    return actor_key(call.agent() or {})


class DocumentResource:
    """Document resource, one of three; `name` is the parameter for the id of a document."""

    def __init__(self, name: str, shelf_of: ShelfOf, *parameters: str, deletes_all: bool = False) -> None:
        self.name = name
        self.shelf_of = shelf_of
        self.parameters = parameters
        self.deletes_all = deletes_all

    async def __call__(self, session: AsyncSession, sender: Sender, call: XapiRequest) -> Response:
        """Return the response to a request."""
        call.known(*self.parameters, self.name, "since")
        shelf = self.shelf_of(sender, call)
        if sender.launch is not None:
            _check_launched(shelf, sender.launch)
            if not sender.launch.is_tracked:
                # Its documents are deleted with its registration, and all others are hidden.
                shelf = replace(shelf, registration=sender.launch.registration_id)
        name = call.parameters.get(self.name)
        match call.method:
            case "GET" if name is None:
                since = call.moment("since")
                return answered(await document_names(session, shelf, timestamp(since) if since else None))
            case "GET":
                found = await find_document(session, shelf, call.needed(self.name))
                if found is None:
                    raise Failed(HTTPStatus.NOT_FOUND, "There is no such document.")
                headers = _headers(found)
                return Response(found.content, headers=headers, media_type=_sendable(found.media_type))
            case "PUT" | "POST":
                name = call.needed(self.name)
                known = await find_document(session, shelf, name, lock=True)
                self.check(call, known)
                content, media_type = _merged(call, known)
                await keep_documents(session, [(shelf, name)], media_type, [content])
                return Response(status_code=HTTPStatus.NO_CONTENT)
            case "DELETE":
                if not self.deletes_all:
                    name = call.needed(self.name)
                if name is not None:
                    self.check(call, await find_document(session, shelf, name, lock=True))
                await drop_documents(session, shelf, name)
                return Response(status_code=HTTPStatus.NO_CONTENT)
        raise Failed(HTTPStatus.METHOD_NOT_ALLOWED, "Documents take GET, PUT, POST and DELETE.")

    def check(self, call: XapiRequest, known: Kept | None) -> None:
        """Raise `Failed` if a precondition of the request fails (part three, 3.1).

        Replacing a profile requires a precondition; a state belongs to one learner and does not.
        """
        match, none_match = call.headers.get("if-match"), call.headers.get("if-none-match")
        tag = known.tag if known is not None else None
        if match is not None and (tag is None or (match.strip() != "*" and tag not in match)):
            raise Failed(HTTPStatus.PRECONDITION_FAILED, "The document has changed in the meantime.")
        if none_match is not None and tag is not None and (none_match.strip() == "*" or tag in none_match):
            raise Failed(HTTPStatus.PRECONDITION_FAILED, "The document already exists.")
        is_blind = match is None and none_match is None
        if is_blind and known is not None and call.method == "PUT" and self.name == "profileId":
            raise Failed(HTTPStatus.CONFLICT, "Send If-Match with the ETag of the document to replace.")


def _check_launched(shelf: Shelf, launch: ActiveLaunch) -> None:
    """Check that a package uses documents of its own registration, or without a registration."""
    if shelf.registration not in (None, launch.registration_id):
        raise Failed(HTTPStatus.FORBIDDEN, "The registration must be that of the launch.")


def _merged(call: XapiRequest, known: Kept | None) -> tuple[bytes, str]:
    """Return content and media type to store; POST merges the fields of two objects (part three, 2.2)."""
    media_type = call.headers.get("content-type", "application/octet-stream")
    if MEDIA_TYPE.fullmatch(media_type) is None:
        raise MalformedStatement("'Content-Type' is not a media type.")
    if call.method == "PUT":
        return call.body, media_type
    is_json = media_type.partition(";")[0].strip() == "application/json"
    if known is None:
        if is_json:
            _object(call.body)
        return call.body, media_type
    if not is_json or known.media_type.partition(";")[0].strip() != "application/json":
        raise MalformedStatement("Only two documents of application/json can be merged.")
    return write_json({**_object(known.content), **_object(call.body)}), media_type


def _object(content: bytes) -> dict[str, object]:
    given = json_of(content, "The document")
    if not isinstance(given, dict):
        raise MalformedStatement("Only objects can be merged.")
    return given


def _sendable(media_type: str) -> str:
    """Return a stored media type; that of any bytes for a text that no header can hold."""
    return media_type if MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream"


def _headers(found: Kept) -> dict[str, str]:
    stamp = found.updated_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return {"ETag": found.tag, "Last-Modified": stamp, "Content-Disposition": "attachment"}


STATE = DocumentResource("stateId", state_shelf, "activityId", "agent", "registration", deletes_all=True)
ACTIVITY_PROFILE = DocumentResource("profileId", activity_shelf, "activityId")
AGENT_PROFILE = DocumentResource("profileId", agent_shelf, "agent")
