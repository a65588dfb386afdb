"""One legacy path: its methods, each an operation or a documented gap."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from graphql import Undefined
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from resolvers.access.credentials import is_sent
from resolvers.operations.refusal import Refusal
from rest.conditional import Memory, has, not_modified, tag_of, told
from rest.dialect import Answer, Dialect
from rest.execute import AUTH, UNTOLD, USES_APP, Execute
from rest.operation import Operation
from rest.paging import Page
from rest.refusal import of_errors, of_user_errors
from rest.variable import Incoming, Source, is_blank, names_nothing, whole_number


class Endpoint:
    """ASGI application of one path; `gaps` are the methods that are documented but not served yet."""

    def __init__(
        self,
        path: str,
        dialect: Dialect,
        execute: Execute,
        operations: Mapping[str, Operation],
        gaps: frozenset[str],
        memory: Memory | None = None,
    ) -> None:
        self.path = path
        self.dialect = dialect
        self.execute = execute
        self.operations = operations
        self.gaps = gaps
        self.memory = memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            self.dialect.admit(request)
            request.scope[USES_APP] = self.dialect.uses_app(request)
            response = await self.respond(request)
        except Refusal as refusal:
            response = self.dialect.refused(request, refusal)
            response.headers.update(refusal.headers)
        self.dialect.finish(request, response)
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """The response to an admitted request."""
        method = "GET" if request.method == "HEAD" else request.method
        if (operation := self.operations.get(method)) is not None:
            request = self.heard(operation, request)
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
        """Methods that the path is documented for, and HEAD with GET."""
        named = {*self.operations, *self.gaps}
        return named | {"HEAD"} if "GET" in named else named

    async def read(self, operation: Operation, request: Request) -> Response:
        """The answer with its tag; without a body where the client has the same already."""
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
        return not_modified(tag, varies) if has(asked, tag) else told(response, tag, varies)

    async def answer(
        self, operation: Operation, request: Request, statements: list[str] | None = None
    ) -> Response:
        """Bind, execute, reshape, render; what was run goes to `statements`."""
        dialect = self.dialect
        if operation.signed_in and not is_sent(request.headers, request.scope[AUTH]):
            raise Refusal("UNAUTHENTICATED")
        if open_ := [name for name in operation.open if name in request.query_params]:
            raise Refusal("NOT_IMPLEMENTED", f"{open_[0]} is documented, but not served yet.")
        body = await dialect.body(request, operation) if operation.is_mutation else None
        incoming = Incoming(
            path=request.path_params,
            query=request.query_params,
            body=body,
            included=dialect.included(request, operation),
        )
        variables = self.bind(operation, incoming)
        run = partial(self.data, request=request, statements=statements)
        page = None
        if (paging := operation.paging) is not None:
            number = max(whole_number(request.query_params.get(paging.number, "")), 1)
            page = Page(number, variables.get(paging.size, paging.default_size))
            variables |= await paging.begin(page, variables, run)
        data = await run(operation.text, variables)
        if operation.whole_list is not None:
            await operation.whole_list.complete(data, operation.text, variables, run)
        if operation.is_mutation and not data and "GET" in self.operations:
            # Nothing of what was sent can be written: the answer is the resource as it is.
            shown = self.operations["GET"]
            return await self.answer(shown, self.heard(shown, request))
        for payload in data.values() if operation.is_mutation else ():
            if payload and (errors := payload.get("userErrors")):
                raise of_user_errors(errors)
        view = operation.view(variables)
        value = view.found(data)
        if view.render is None:
            view.render = dialect.shapes[operation.shape](view)
        response: Response = view.render(Answer(request, value, page, body))
        return response

    def bind(self, operation: Operation, incoming: Incoming) -> dict[str, Any]:
        """Values of the operation's variables; `Refusal` for what is missing or does not fit."""
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
        """Data of an execution without errors."""
        result = await self.execute(document, variables, request)
        if result.errors or result.data is None:
            raise of_errors(result.errors or ())
        if statements is not None:
            statements += (result.extensions or {}).get("statements", [UNTOLD])
        return result.data

    def heard(self, operation: Operation, request: Request) -> Request:
        """The request as the operation takes it: the kinds of credentials that count, and its language."""
        request.scope[AUTH] = self.dialect.auth if operation.auth is None else operation.auth
        language = request.query_params.get(operation.language) if operation.language else None
        if language is None or not language.isascii():  # the tag of no language, and no valid header
            return request
        headers = MutableHeaders(raw=list(request.headers.raw))
        headers["accept-language"] = ", ".join(filter(None, (language, headers.get("accept-language"))))
        return Request({**request.scope, "headers": headers.raw}, request.receive)
