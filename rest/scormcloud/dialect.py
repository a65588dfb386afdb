"""Dialect of SCORM Cloud's API v2: its schemas, `more` tokens, orders, errors."""

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlencode

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from models.storage.objects import FileStore
from resolvers.operations.errors import CodedError
from rest.dialect import (
    JSON,
    Answer,
    Dialect,
    Render,
    Shape,
    json_response,
    nothing,
    plain,
    sent_values,
)
from rest.operation import Operation, View
from rest.refusal import Refusal
from rest.scormcloud import description, schema
from rest.scormcloud.packing import packed
from serving.files import attachment
from serving.uploads import admit_upload

Make = Callable[[Answer], Any]

ORDERS: Mapping[str, str] = {"created": "CREATED_AT", "updated": "UPDATED_AT", "title": "TITLE"}
"""What courses are ordered by, before `_asc` or `_desc`; SCORM Cloud names no values."""

ENDS = ("closer", "message")
"""Where a launch may lead that is no address: its window closes, or says that it is over."""

UNSERVED = (
    "launchAuth",
    "additionalvalues",
    "learnerTags",
    "courseTags",
    "registrationTags",
    "learnerId",
    "learnerFirstName",
    "learnerLastName",
)
"""What requests for launches may name, and previews cannot do: who looks is the application."""

UPLOAD = "/upload"
"""How paths end that take a posted file."""

LARGEST_UPLOAD = 513 * 1024 * 1024
"""Bytes of an upload, with what multipart puts around it."""

CHUNK = 256 * 1024
STREAMED: Mapping[str, str] = {"content": "application/octet-stream", "zip": "application/zip"}
"""Media types of what shapes send as files."""

PACKED = ("application/zip", "application/x-zip-compressed", "application/octet-stream")
"""Media types that say no more than that it may be a package."""

TITLE_FILTERS = ("", "course_title", "title")


class ScormCloudDialect(Dialect):
    """Facts of SCORM Cloud and of the client `rustici-software-cloud-v2` 5.0.0."""

    escapes_slashes: ClassVar[bool] = True
    security: ClassVar[Mapping[str, Any]] = {
        "APP_NORMAL": {"type": "http", "scheme": "basic"},
        "OAUTH": {"type": "http", "scheme": "bearer"},
    }

    @property
    def shapes(self) -> Mapping[str, Shape]:
        return {
            "one": plain,
            "nothing": nothing,
            "course": shape(lambda answer: schema.course(answer.value, answer.value["version"])),
            "courses": courses,
            "version": shape(version),
            "versions": shape(versions),
            "statements": shape(statements),
            "settings": shape(lambda answer: schema.settings(answer.value["settings"])),
            "versionSettings": shape(lambda answer: schema.settings(one_version(answer)["settings"])),
            "link": shape(link),
            "token": shape(token),
            "job": shape(lambda answer: {"result": answer.value["importJob"]["id"]}),
            "status": shape(status),
            "file": shape(file),
            "files": shape(lambda answer: schema.files(answer.value["nodes"])),
            "versionFiles": shape(lambda answer: schema.files(some(answer))),
            "content": lambda _: content,
            "zip": lambda _: zipped,
        }

    def largest_body(self, path: str) -> int:
        """A package, with what multipart puts around it."""
        return LARGEST_UPLOAD if path.endswith(UPLOAD) else super().largest_body(path)

    def schemas(self) -> Mapping[str, Any]:
        return description.COMPONENTS

    def parameters(self, operation: Operation, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        orders = tuple(f"{name}_{way}" for name in ORDERS for way in ("asc", "desc"))
        return description.parameters(operation, found, orders)

    def request_types(self, operation: Operation) -> tuple[str, ...]:
        if operation.shape == "token":
            return ("application/x-www-form-urlencoded",)
        return ("multipart/form-data",) if operation.path.endswith(UPLOAD) else (JSON,)

    def request_schema(self, operation: Operation) -> Any:
        return description.REQUESTS.get(operation.name.partition("_")[2])

    def response_type(self, operation: Operation) -> str:
        return STREAMED.get(operation.shape, JSON)

    def response_schema(self, operation: Operation) -> Any:
        if operation.shape in STREAMED:
            return {"type": "string", "format": "binary"}
        named = description.ANSWERS.get(operation.shape)
        return description.ref(named) if named is not None else None

    def admit(self, request: Request) -> None:
        """Read the query as our documents do: a `more` token is the query that it goes on with."""
        super().admit(request)
        named = {name: unquote(value) for name, value in request.path_params.items()}
        request.scope["path_params"] = named
        given = {name: value for name, value in request.query_params.items() if value}
        if (more := given.get("more")) is not None:
            if len(given) > 1:
                raise Refusal("BAD_USER_INPUT", "With 'more' there can be no other parameter.")
            given = read_more(more)
        elif request.url.path.rstrip("/").endswith("/courses"):
            given = listing(given)
        request.scope["query_string"] = urlencode(given).encode()
        request.__dict__.pop("_query_params", None)
        request.__dict__.pop("_url", None)

    async def body(self, request: Request, operation: Operation) -> Any:
        """A form has texts alone; what a link is asked for has words of its own (SCORM Cloud)."""
        if operation.path.endswith(UPLOAD):
            return await posted(request)
        sent = await sent_values(request)
        if operation.shape == "job" and isinstance(sent, Mapping):
            return asked_import(sent)
        if operation.shape == "token" and isinstance(sent, Mapping):
            return {name: int(value) if value.isdecimal() else value for name, value in sent.items()}
        if operation.shape != "link":
            return sent
        given = dict(sent) if isinstance(sent, Mapping) else {}
        if unserved := [name for name in UNSERVED if given.get(name)]:
            raise Refusal("NOT_IMPLEMENTED", f"{unserved[0]!r} is not served: previews run without it.")
        if (end := given.get("redirectOnExitUrl")) in ENDS:
            del given["redirectOnExitUrl"]
            given["isClosedAtEnd"] = end == "closer"
        if isinstance(minutes := given.get("expiry"), int):
            given["expiry"] = minutes * 60
        if css_url := request.query_params.get("cssUrl"):
            given["cssUrl"] = css_url
        return given

    def refusal_schemas(self, status: int) -> Mapping[str, Any]:
        return {JSON: description.ref("MessageSchema")}

    def refused(self, request: Request, refusal: Refusal) -> Response:
        """`MessageSchema`; what a client could not mean is 400, as SCORM Cloud knows no 422."""
        words = refusal.message or refusal.code.replace("_", " ").capitalize() + "."
        status = 400 if refusal.status == 422 else refusal.status
        response = json_response({"message": words}, status)
        if status == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="SCORM Cloud"'
        return response


def shape(make: Make) -> Shape:
    """A shape whose answer is what `make` makes of what was found."""

    def of_view(view: View) -> Render:
        status = view.operation.status
        return lambda answer: json_response(make(answer), status)

    return of_view


def status(answer: Answer) -> Any:
    """`ImportJobResultSchema`, with a result once there is one."""
    job = answer.value
    told = {"jobId": job["id"], "status": job["status"], "message": job["message"] or ""}
    if job["status"] == "RUNNING" or job["course"] is None:
        return told
    result = {
        "webPathToCourse": "",
        "parserWarnings": job["warnings"],
        "courseLanguages": job["version"]["languages"] if job["version"] else [],
        "course": schema.course(job["course"], job["version"]),
    }
    return {**told, "importResult": result}


def asked_import(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What to fetch or to refer to, whichever of its schemas a request uses."""
    referred = sent.get("mediaFileReferenceRequest")
    asked = sent.get("fetchRequest") or referred or sent
    if not isinstance(asked, Mapping):
        raise Refusal("BAD_USER_INPUT", "A request names a file by its 'url'.")
    given = {**asked, "isOnlyReferredTo": asked is referred}
    if given.get("contentType") in PACKED:
        del given["contentType"]
    return given


async def posted(request: Request) -> dict[str, Any]:
    """Texts of a posted form, and the name under which its file is kept; not for who may not bring files."""
    try:
        await admit_upload(request)
    except CodedError as error:
        raise Refusal(error.code, str(error)) from error
    try:
        async with request.form(max_files=1) as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile):
                raise Refusal("BAD_USER_INPUT", "The form has no file named 'file'.")
            name = secrets.token_urlsafe(24)
            objects: FileStore = request.app.state.objects
            await objects.put_upload(name, chunks_of(sent))
            texts = {each: value for each, value in form.items() if isinstance(value, str)}
    except HTTPException as error:
        raise Refusal("BAD_USER_INPUT", "The form cannot be read.") from error
    return {**texts, "file": name}


async def chunks_of(sent: UploadFile) -> AsyncIterator[bytes]:
    """A file bit by bit."""
    while chunk := await sent.read(CHUNK):
        yield chunk


def file(answer: Answer) -> Any:
    """`AssetFileSchema`."""
    path = answer.value["asset"]["path"]
    return {"filename": path.rpartition("/")[2], "destination": path}


def content(answer: Answer) -> Response:
    """What a file holds, to be saved: nothing of it runs on this host."""
    held = one_version(answer) if "versions" in answer.value else answer.value["version"]
    if held is None or not (found := held["assets"]["nodes"]):
        raise Refusal("NOT_FOUND", "There is no file of this path.")
    (asset,) = found
    objects: FileStore = answer.request.app.state.objects
    response = saved(asset["path"].rpartition("/")[2], objects.read(asset["digest"]), STREAMED["content"])
    response.headers["Content-Length"] = str(asset["size"])
    return response


def zipped(answer: Answer) -> Response:
    """All files of a version, packed while they are sent."""
    name = f"{answer.request.path_params['courseId']}.zip"
    return saved(name, packed(answer.request.app.state.objects, some(answer)), STREAMED["zip"])


def saved(name: str, chunks: AsyncIterator[bytes], media_type: str) -> Response:
    """A file for the client's disk."""
    headers = {"Content-Disposition": attachment(name), "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(chunks, headers=headers, media_type=media_type)


def some(answer: Answer) -> list[dict[str, Any]]:
    """Files that were found; of a version that there is not, there are none."""
    if not (found := answer.value["nodes"]):
        raise Refusal("NOT_FOUND", "There are no files of such a version of the course.")
    listed: list[dict[str, Any]] = found
    return listed


def courses(view: View) -> Render:
    """Shape: `CourseListSchema`, and how many there are where that is asked for."""

    def render(answer: Answer) -> Response:
        listed = [schema.course(each, each["version"]) for each in answer.value["nodes"]]
        told = {"courses": listed, **more_of(answer.request, answer.value["pageInfo"])}
        response = json_response(told, view.operation.status)
        if (total := answer.value.get("totalCount")) is not None:
            response.headers["X-Total-Count"] = str(total)
        return response

    return render


def version(answer: Answer) -> Any:
    """`CourseSchema` of one version."""
    return schema.course(answer.value, one_version(answer))


def versions(answer: Answer) -> Any:
    """`CourseListNonPagedSchema`, the first version first."""
    found = reversed(answer.value["nodes"])
    return {"courses": [schema.course(each["course"], each) for each in found]}


def statements(answer: Answer) -> Any:
    """`XapiStatementResult`; of a version that there is not, nothing is found."""
    if "versions" in answer.value:
        one_version(answer)
    found = answer.value["statements"]
    listed = [schema.statement(each["document"]) for each in found["nodes"]]
    return {"statements": listed, **more_of(answer.request, found["pageInfo"])}


def link(answer: Answer) -> Any:
    """`LaunchLinkSchema`: absolute, on the host that was asked."""
    url = answer.request.url
    return {"launchLink": f"{url.scheme}://{url.netloc}{answer.value['url']}"}


def token(answer: Answer) -> Any:
    """`ApplicationToken` (RFC 6749, 5.1)."""
    made = answer.value
    return {"access_token": made["secret"], "token_type": "bearer", "expires_in": made["expiresIn"]}


def one_version(answer: Answer) -> Any:
    """The version that was asked for."""
    if not (found := answer.value["versions"]["nodes"]):
        raise Refusal("NOT_FOUND", "There is no such version of the course.")
    return found[0]


def listing(given: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a list of courses, in words of the graph."""
    asked = dict(given)
    moment = asked.pop("datetimeFilter", "updated").lower()
    if moment not in ("created", "updated"):
        raise Refusal("BAD_USER_INPUT", "'datetimeFilter' is 'created' or 'updated'.")
    for name in ("since", "until"):
        if (value := asked.pop(name, None)) is not None:
            asked[f"{moment}{name.capitalize()}"] = value
    if asked.pop("filterBy", "").lower() not in TITLE_FILTERS:
        raise Refusal("BAD_USER_INPUT", "'filterBy' is 'course_title'.")
    if (order := asked.pop("orderBy", None)) is not None:
        name, _, direction = order.lower().rpartition("_")
        if name not in ORDERS or direction not in ("asc", "desc"):
            raise Refusal("BAD_USER_INPUT", f"'orderBy' is one of {', '.join(ORDERS)} with _asc or _desc.")
        asked |= {"orderField": ORDERS[name], "orderDirection": direction.upper()}
    return asked


def more_of(request: Request, page: Mapping[str, Any]) -> dict[str, str]:
    """The token for what follows a page: the query, and the cursor behind which it goes on."""
    if not page["hasNextPage"]:
        return {}
    query = urlencode({**request.query_params, "includeTotalCount": "false", "cursor": page["endCursor"]})
    return {"more": urlsafe_b64encode(query.encode()).decode()}


def read_more(text: str) -> dict[str, str]:
    """The query in a token."""
    try:
        return dict(parse_qsl(urlsafe_b64decode(text.encode()).decode(), strict_parsing=True))
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise Refusal("BAD_USER_INPUT", "'more' is not a token of ours.") from error
