"""Endpoint of one legacy path: its methods, each an operation or a documented gap."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from graphql import Undefined
from starlette.datastructures import MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from resolvers.access.credentials import is_sent
from resolvers.access.viewer import LONGEST_LANGUAGES
from resolvers.operations.refusal import Refusal
from rest.conditional import Memory, has, not_modified, tag_of, tagged
from rest.dialect import Dialect
from rest.execute import AUTH, SEES_TIMED_QUESTIONS, UNTOLD, USES_APP, Admit, Execute
from rest.operation import ABSENT, Operation, View
from rest.paging import NumberedPage
from rest.place import is_blank
from rest.query import read_query
from rest.refusal import of_errors, of_user_errors
from rest.shapes import OperationResult
from rest.variable import FromPath, Incoming, Source, names_nothing


class Endpoint:
    """ASGI application of one path; `gaps` are methods that are documented but not built."""

    def __init__(
        self,
        path: str,
        dialect: Dialect,
        execute: Execute,
        operations: Mapping[str, Operation],
        gaps: frozenset[str],
        memory: Memory | None = None,
        admit: Admit | None = None,
    ) -> None:
        self.path = path
        self.dialect = dialect
        self.execute = execute
        self.operations = operations
        self.gaps = gaps
        self.memory = memory
        self.admit = admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            self.dialect.admit(request)
            request.scope[USES_APP] = self.dialect.uses_app(request)
            request.scope[SEES_TIMED_QUESTIONS] = self.dialect.sees_timed_questions
            response = await self.respond(request)
        except Refusal as refusal:
            response = self.refused(request, refusal)
        self.dialect.finish(request, response)
        await response(scope, receive, send)

    def refused(self, request: Request, refusal: Refusal) -> Response:
        """Return the response to a refusal, in the operation's error form and with its messages."""
        form = ""
        if (operation := self.operations.get(request.method)) is not None:
            form = operation.errors
            said = next((each for each in operation.says if each.code == refusal.code), None)
            refusal = refusal if said is None else said.of(refusal)
        response = self.dialect.refused(request, refusal, form)
        response.headers.update(refusal.headers)
        return response

    async def respond(self, request: Request) -> Response:
        """Return the response to an admitted request."""
        method = "GET" if request.method == "HEAD" else request.method
        if (operation := self.operations.get(method)) is not None:
            request = self.heard(operation, request)
            if operation.signed_in and not is_sent(request.headers, request.scope[AUTH]):
                raise Refusal("UNAUTHENTICATED")
            if self.admit is not None:
                await self.admit(request)
            is_read = method == "GET" and not operation.is_mutation
            return await (self.read if is_read else self.answer)(operation, request)
        if method in self.gaps:
            raise Refusal("NOT_IMPLEMENTED", f"{method} {self.path} is documented, but not served yet.")
        allowed = {"Allow": ", ".join(sorted(self.methods | {"OPTIONS"}))}
        if method == "OPTIONS":
            return Response(status_code=204, headers=allowed)
        raise Refusal("METHOD_NOT_ALLOWED", headers=allowed)

    @property
    def methods(self) -> set[str]:
        """Methods that are documented for the path; GET adds HEAD."""
        named = {*self.operations, *self.gaps}
        return named | {"HEAD"} if "GET" in named else named

    async def read(self, operation: Operation, request: Request) -> Response:
        """Return the response with its tag; without a body if the client already has the same response."""
        varies, asked = self.dialect.varies, request.headers.get("if-none-match")
        recalled = None
        if asked is not None and self.memory is not None:
            recalled = await self.memory.recall(request, varies)
            if recalled.tag is not None and has(asked, recalled.tag):
                return not_modified(recalled.tag, varies)
        statements: list[str] = []
        response = await self.answer(operation, request, statements)
        if (tag := tag_of(response)) is None:
            return response
        if recalled is not None:
            recalled.keep(tag, statements)
        return not_modified(tag, varies) if has(asked, tag) else tagged(response, tag, varies)

    async def answer(
        self, operation: Operation, request: Request, statements: list[str] | None = None
    ) -> Response:
        """Bind, execute, reshape, render; append the executed SQL statements to `statements`."""
        if open_ := [name for name in operation.open if name in request.query_params]:
            raise Refusal("NOT_IMPLEMENTED", f"{open_[0]} is documented, but not served yet.")
        try:
            incoming = await self.incoming(operation, request)
            variables = self.bind(operation, incoming)
        except Refusal:
            if operation.own_first:
                await self.find_own(operation, request)
            raise
        run = partial(self.data, request=request, statements=statements)
        page = None
        if (paging := operation.paging) is not None:
            number = incoming.numbers.number(incoming.query.get(paging.number))
            page = NumberedPage(number, variables.get(paging.size, paging.default_size))
            variables |= await paging.begin(page, variables, run)
        data = await run(operation.text, variables)
        if operation.whole_list is not None:
            await operation.whole_list.complete(data, operation.text, variables, run)
        if operation.is_mutation and not data and "GET" in self.operations:
            # No sent attribute can be written: the response is the resource as it is.
            shown = self.operations["GET"]
            return await self.answer(shown, self.heard(shown, request))
        for payload in data.values() if operation.is_mutation else ():
            if payload and (errors := payload.get("userErrors")):
                raise of_user_errors(errors)
        return self.rendered(operation, operation.view(variables), data, request, incoming, page)

    async def find_own(self, operation: Operation, request: Request) -> None:
        """Raise `Refusal` if the path's object does not exist, or is not the viewer's own."""
        incoming = Incoming(request.path_params, QueryParams(), None, frozenset())
        sources = (each for each in operation.variables if isinstance(each.source, FromPath))
        named = {each.name: each.read(incoming) for each in sources}
        headers = [pair for pair in request.scope["headers"] if pair[0] != b"idempotency-key"]
        bare = Request({**request.scope, "headers": headers}, request.receive)
        data = await self.data(operation.text, named, request=bare, statements=None)
        for payload in data.values():
            found = of_user_errors(errors) if (errors := payload.get("userErrors")) else None
            if found is not None and found.code == "NOT_FOUND":
                raise found

    async def incoming(self, operation: Operation, request: Request) -> Incoming:
        """Return the request as the operation's variables read it."""
        dialect = self.dialect
        query = request.query_params
        if dialect.drops_blank or dialect.token is not None or operation.rules:
            given = {name: value for name, value in query.items() if value or not dialect.drops_blank}
            query = QueryParams(read_query(given, operation.rules, dialect.token))
        included = dialect.included(request, operation)
        body, place = (await dialect.body(request, operation) if operation.takes_body else None), ""
        if operation.unserved is not None:
            operation.unserved.check(body)
        if operation.part is not None:
            body, place = operation.part.of(body)
        return Incoming(request.path_params, query, body, included, place, dialect.numbers)

    def rendered(
        self,
        operation: Operation,
        view: View,
        data: dict[str, Any],
        request: Request,
        incoming: Incoming,
        page: NumberedPage | None,
    ) -> Response:
        """Return the response to the data that was found."""
        dialect = self.dialect
        status = view.status(data)
        value = view.found(data)
        if value is ABSENT:
            return dialect.absent(operation.absent or status)
        if view.render is None:
            view.render = dialect.shapes[operation.shape](view, dialect.conversions)
        body = incoming.body
        response: Response = view.render(
            OperationResult(request, incoming, value, page, body, status, dialect.token)
        )
        return response

    def bind(self, operation: Operation, incoming: Incoming) -> dict[str, Any]:
        """Return values of the operation's variables; `Refusal` if a value is missing or does not fit."""
        if operation.any_of and not any(name in incoming.query for name in operation.any_of):
            raise self.dialect.missing_any(operation)
        if blank := [place for place in operation.present if is_blank(incoming.body, place)]:
            raise self.dialect.blank(blank[0], operation.blank)
        if names_nothing(operation.variables, incoming):
            raise Refusal("NOT_FOUND")
        variables: dict[str, Any] = {}
        missing: list[Source] = []
        for variable in operation.variables:
            try:
                value = variable.read(incoming)
            except ValueError as error:
                raise self.dialect.unfit(operation, variable.source, str(error)) from error
            if value is not Undefined:
                variables[variable.name] = value
            elif variable.is_required:
                missing.append(variable.source)
        if missing:
            raise self.dialect.missing(operation, missing)
        return variables

    async def data(
        self,
        document: str,
        variables: Mapping[str, Any],
        *,
        request: Request,
        statements: list[str] | None,
    ) -> dict[str, Any]:
        """Return the data of an execution; `Refusal` if it has errors."""
        result = await self.execute(document, variables, request)
        if result.errors or result.data is None:
            raise of_errors(result.errors or ())
        if statements is not None:
            statements += (result.extensions or {}).get("statements", [UNTOLD])
        return result.data

    def heard(self, operation: Operation, request: Request) -> Request:
        """Return the request with the accepted kinds of credentials and the language of the operation."""
        request.scope[AUTH] = self.dialect.auth if operation.auth is None else operation.auth
        language = request.query_params.get(operation.language) if operation.language else None
        if language is None or not language.isascii():  # the tag of no language, and no valid header
            return request
        headers = MutableHeaders(raw=list(request.headers.raw))
        said = (language[:LONGEST_LANGUAGES], headers.get("accept-language"))
        headers["accept-language"] = ", ".join(filter(None, said))
        return Request({**request.scope, "headers": headers.raw}, request.receive)
