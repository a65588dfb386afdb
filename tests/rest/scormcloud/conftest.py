"""The course service over a socket, for its official client, and an application with a course."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import ExecutionResult
from rustici_software_cloud_v2 import ApiClient, Configuration
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.declaring.schema import public_schema
from graph.limits.gate import AdmissionControl
from ingest.fetch import Network
from ingest.intake import FileIntake
from ingest.worker import Worker
from models.people.application import Application
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import hashed
from rest.in_process import execute_in_process
from rest.route import routes
from settings.environment import Settings
from tests.rest.openapi_contract import assert_documented
from tests.threaded_server import Served, served
from tests.world import World

SECRET = "a secret"


@dataclass
class Cloud:
    """A server of the dialect; `undocumented` collects deviations from its description."""

    served: Served
    folder: Path
    undocumented: list[str]

    @property
    def port(self) -> int:
        return self.served.port

    @property
    def database(self) -> Database:
        return self.served.database

    def run(self, work: Any) -> Any:
        return self.served.run(work)

    def work(self) -> None:
        """Run a worker until the queue is empty."""
        objects = FileStore.in_folder(self.folder / "assets")
        worker = Worker(self.served.url, self.database, objects, self.folder / "scratch", Network.INTRANET)
        self.run(worker.run(until_idle=True))

    @property
    def world(self) -> World:
        return World(self.database)

    def application(self, **values: Any) -> Application:
        """Create an application whose secret is `SECRET`."""
        made: Application = self.run(self.world.application(secret_hash=hashed(SECRET), **values))
        return made

    def client(self, application: Application | None = None, token: str | None = None) -> ApiClient:
        """Return the official client, signed in by secret or by token."""
        settings = Configuration()
        settings.host = f"http://127.0.0.1:{self.port}/scormcloud/api/v2/"
        settings.username = application.id if application is not None else ""
        settings.password = SECRET if application is not None else ""
        settings.access_token = token or ""
        return ApiClient(settings)


class Held:
    """Checks responses against the dialect's description; `undocumented` collects deviations."""

    def __init__(self, app: ASGIApp, undocumented: list[str]) -> None:
        self.app = app
        self.undocumented = undocumented

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body = 0, b""
        headers: list[tuple[bytes, bytes]] = []

        async def noted(message: Message) -> None:
            nonlocal status, headers, body
            if message["type"] == "http.response.start":
                status, headers = message["status"], message["headers"]
            body += message.get("body", b"")
            await send(message)

        await self.app(scope, receive, noted)
        answer = httpx.Response(status, headers=headers, content=body)
        path = scope["raw_path"].decode().replace("//", "/").removeprefix("/scormcloud")
        try:
            assert_documented("scormcloud", scope["method"], path, answer)
        except AssertionError as error:
            self.undocumented.append(f"{scope['method']} {path} {status}: {error}")


@pytest.fixture
def documented(cloud: Cloud) -> Iterator[None]:
    """Every response of a test fits the description."""
    yield
    told = list(cloud.undocumented)
    cloud.undocumented.clear()
    assert told == [], told


@pytest.fixture(scope="module")
def cloud(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A server in its own thread: the client blocks."""
    folder = tmp_path_factory.mktemp("cloud")
    undocumented: list[str] = []

    async def execute(document: str, variables: Any, request: Request) -> ExecutionResult:
        return await execute_in_process(document, variables, request)

    def application(database: Database) -> ASGIApp:
        objects = FileStore.in_folder(folder / "assets")
        app = Starlette(routes=routes(public_schema, execute))
        app.state.database = database
        app.state.objects = objects
        intake = FileIntake(objects, folder / "scratch", Network.INTRANET)
        app.state.gate = AdmissionControl(Settings(), intake)
        return Held(app, undocumented)

    with served(make_database(), application) as running:
        yield Cloud(running, folder, undocumented)
