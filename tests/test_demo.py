"""The data of a first start."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo import Demo, load_demo, retire_demo
from demo.account import SIGNING_IN, email_of
from demo.people import PEOPLE
from models.catalogue.item import ContentType
from models.content.quiz import QuestionType
from models.postgres.database import Database
from models.postgres.migrate import migrate
from models.storage.objects import FileStore, name_of
from resolvers.access.viewer import Role, Viewer, authenticate
from resolvers.operations.errors import Unauthenticated
from serving.pages import read_examples
from tests.conftest import Ask
from tests.world import World


class Started:
    """A server's home and database after its first start."""

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self.home = home
        self.said: list[str] = []
        self.demo = Demo()

    async def start(self) -> Demo:
        self.demo = await load_demo(
            self.url, FileStore.in_folder(self.home / "assets"), self.home, self.said.append
        )
        return self.demo


@pytest.fixture(scope="module")
async def started(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Started:
    url = make_database()
    migrate(url)
    first = Started(url, tmp_path_factory.mktemp("home"))
    await first.start()
    return first


@pytest.fixture
async def database(started: Started) -> Any:
    opened = Database(started.url, pool_size=2)
    await opened.open()
    yield opened
    await opened.close()


def noted(started: Started) -> list[dict[str, str]]:
    """The accounts of the note."""
    accounts: list[dict[str, str]] = json.loads((started.home / "demo.json").read_text())["viewers"]
    return accounts


async def viewers(started: Started, database: Database) -> list[Viewer]:
    """Who is behind the tokens of the note."""
    return [
        await authenticate(database, {"authorization": f"Bearer {each['token']}"}) for each in noted(started)
    ]


async def fingerprint(database: Database) -> list[Any]:
    tables = await database.fetch("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'", {})
    found = []
    for (table,) in sorted(tables):
        sql = f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t"  # noqa: S608
        found.append((table, *(await database.fetch(sql, {}))[0]))
    return found


async def test_a_second_start_changes_nothing(started: Started, database: Database) -> None:
    before, note = await fingerprint(database), (started.home / "demo.json").read_bytes()
    first = started.demo
    said = len(started.said)
    assert said == 1
    assert await started.start() == first
    assert len(started.said) == said
    assert await fingerprint(database) == before
    assert (started.home / "demo.json").read_bytes() == note


async def test_tokens_are_those_of_a_learner_a_teacher_and_staff(
    started: Started, database: Database
) -> None:
    assert [each.label for each in started.demo.viewers] == ["ada (learner)", "grace (teacher)"]
    assert noted(started)[2]["token"] not in {each.token for each in started.demo.viewers}
    learner, teacher, staff = await viewers(started, database)
    assert (learner.role, len(learner.teaches)) == (Role.MEMBER, 0)
    assert (teacher.role, len(teacher.teaches)) == (Role.MEMBER, 3)
    assert staff.role is Role.STAFF
    assert stat.S_IMODE((started.home / "demo.json").stat().st_mode) == 0o600


async def test_the_learner_can_log_in_by_the_password_in_the_note(
    started: Started, database: Database
) -> None:
    ada = json.loads((started.home / "demo.json").read_text())["viewers"][0]
    document = "mutation($input: LogInInput!) { logIn(input: $input) { userErrors { message } secret } }"
    given = {"login": ada["username"], "password": ada["password"]}
    answer = await Ask(database).data(document, input=given)
    assert answer["logIn"]["userErrors"] == []


async def test_there_is_something_of_everything(database: Database) -> None:
    kinds = await database.fetch("SELECT DISTINCT content_type FROM items WHERE is_visible", {})
    assert {kind for (kind,) in kinds} == {each.value for each in ContentType}
    types = await database.fetch("SELECT DISTINCT type FROM questions", {})
    assert {type_ for (type_,) in types} == {each.value for each in QuestionType}
    languages = await database.fetch("SELECT DISTINCT language FROM subtitle_tracks", {})
    assert {language for (language,) in languages} == {"en", "de"}
    for what, sql in {
        "nested sections": "SELECT 1 FROM sections WHERE cardinality(path) = 3",
        "a section to come": "SELECT 1 FROM sections WHERE is_visible AND opens_at > now()",
        "an unpublished section": "SELECT 1 FROM sections WHERE NOT is_visible",
        "a hidden course": "SELECT 1 FROM courses WHERE is_hidden",
        "a deadline to come": "SELECT 1 FROM items WHERE deadline > now() AND opens_at < now()",
        "a time limit": "SELECT 1 FROM quizzes WHERE time_limit > 0",
        "a channel in two languages": "SELECT 1 FROM channels WHERE title ? 'en' AND title ? 'de'",
        "an announcement for everybody": "SELECT 1 FROM announcements WHERE course_id IS NULL",
        "an announcement of a course": "SELECT 1 FROM announcements WHERE course_id IS NOT NULL",
        "a grading policy": "SELECT 1 FROM grading_policies",
        "classifiers in clusters": "SELECT 1 FROM course_classifiers",
        "a draft": "SELECT 1 FROM submissions WHERE submitted_at IS NULL",
        "a second attempt": "SELECT 1 FROM submissions WHERE attempt = 2",
        "an essay to grade": "SELECT 1 FROM answers WHERE points IS NULL AND text LIKE '%%pots%%'",
        "a certificate": "SELECT 1 FROM enrollments WHERE completed_at < now() AND certificates <> '[]'",
        "visits": "SELECT 1 FROM visits",
        "a document in two languages": "SELECT 1 FROM document_localizations WHERE language = 'de'",
        "a document that is not public": "SELECT 1 FROM documents WHERE NOT is_public",
        "a feature of the platform": "SELECT 1 FROM features WHERE course_id IS NULL",
        "a feature of a course": "SELECT 1 FROM features WHERE course_id IS NOT NULL",
        "a comment on a topic about a video": "SELECT 1 FROM comments JOIN topics t ON t.id = topic_id"
        " WHERE t.video_position > 0 AND t.item_id IS NOT NULL",
        "a topic of a learning room": "SELECT 1 FROM topics WHERE learning_room_id IS NOT NULL",
        "groups of an experiment": "SELECT 1 FROM experiment_assignments",
        "a ticket": "SELECT 1 FROM tickets",
        "statements on an item": "SELECT 1 FROM statements WHERE item_id IS NOT NULL",
    }.items():
        assert await database.fetch(sql, {}), what


async def test_attempts_lie_in_the_past_and_have_their_points(database: Database) -> None:
    rows = await database.fetch(
        """
        SELECT u.username, s.points, s.started_at < s.submitted_at AND s.submitted_at < now()
        FROM submissions s JOIN users u ON u.id = s.user_id JOIN items i ON i.id = s.item_id
        WHERE i.source_key = 'homework' AND s.submitted_at IS NOT NULL ORDER BY 1
        """,
        {},
    )
    assert rows == [("ada", 5.0, True), ("ibrahim", 1.0, True), ("lucia", 4.0, True)]


async def test_pictures_of_the_courses_are_in_the_store(started: Started, database: Database) -> None:
    digests = await database.fetch("SELECT digest, path FROM assets", {})
    assert len(digests) == 6  # two of them are the package
    assert all((started.home / "assets" / name_of(digest)).is_file() for digest, _ in digests)
    images = await database.fetch("SELECT images FROM courses WHERE NOT is_hidden AND reference IS NULL", {})
    assert all(image[0]["url"].startswith("/assets/") for (image,) in images)


@pytest.mark.parametrize("example", read_examples(), ids=lambda example: example.title)
async def test_examples_answer_for_every_viewer(started: Started, database: Database, example: Any) -> None:
    variables = {name: started.demo.examples[name] for name in example.variables}
    for viewer in await viewers(started, database):
        answer = await Ask(database)(example.query, viewer, **variables)
        if answer.data is None:  # only a stream carries what is to come
            assert [error["extensions"]["code"] for error in answer.errors] == ["STREAM_REQUIRED"]
            continue
        assert not answer.errors
        assert all(value is not None for value in answer.data.values())


async def test_the_learner_can_launch_the_package(started: Started, database: Database) -> None:
    learner, *_ = await viewers(started, database)
    launch = next(each for each in read_examples() if each.title == "Launch package")
    data = await Ask(database).data(launch.query, learner, packageId=started.demo.examples["packageId"])
    assert data["createLaunchLink"]["userErrors"] == []
    assert data["createLaunchLink"]["url"].startswith("/")


async def test_the_learner_has_made_progress(started: Started, database: Database) -> None:
    learner, *_ = await viewers(started, database)
    document = """
    query($slug: String!) { course(slug: $slug) { viewerCanAccess viewerProgress {
        main { taken available scoredPoints } visits { visited available } } } }
    """
    data = await Ask(database).data(document, learner, slug=started.demo.examples["slug"])
    assert data["course"] == {
        "viewerCanAccess": True,
        "viewerProgress": {
            "main": {"taken": 1, "available": 2, "scoredPoints": 5.0},
            "visits": {"visited": 6, "available": 12},
        },
    }


async def test_others_data_get_no_demo(make_database: Callable[[], str], tmp_path: Path) -> None:
    url = make_database()
    migrate(url)
    database = Database(url, pool_size=1)
    await database.open()
    await World(database).user()
    await database.close()
    said: list[str] = []
    for note in (None, "", "{}", '{"viewers": [1], "examples": {}}'):
        if note is not None:
            (tmp_path / "demo.json").write_text(note)
        assert await load_demo(url, FileStore("memory:///"), tmp_path, said.append) == Demo()
    assert said == []


async def test_a_revoked_token_is_not_offered(started: Started, database: Database) -> None:
    live = started.demo
    grace = "SELECT id FROM users WHERE username = 'grace'"
    sql = f"UPDATE tokens SET revoked_at = {{}} WHERE user_id = ({grace}) RETURNING 1"  # noqa: S608
    await database.fetch(sql.format("now()"), {})
    try:
        assert [each.label for each in (await started.start()).viewers] == ["ada (learner)"]
    finally:
        await database.fetch(sql.format("null"), {})
    assert await started.start() == live


def test_those_who_sign_in_are_known_by_name() -> None:
    assert [person.username for person in PEOPLE if person.role] == list(SIGNING_IN)


async def test_accounts_are_closed_where_no_demo_runs(
    make_database: Callable[[], str], tmp_path: Path
) -> None:
    url = make_database()
    migrate(url)
    first = Started(url, tmp_path)
    await first.start()
    database = Database(url, pool_size=2)
    await database.open()
    world = World(database)
    minted = await world.token(Viewer(id=(await viewers(first, database))[2].id), "of edith")
    other = await world.token(Viewer(id=(await world.user(password_hash="x", is_staff=True)).id), "of others")
    said: list[str] = []
    for _ in range(2):  # the second time there is nothing to close
        assert await retire_demo(url, FileStore("memory:///"), tmp_path, said.append) == Demo()
    assert len(said) == 1
    assert "SCHOLAGRAPH_DEMO" in said[0]
    log_in = "mutation($input: LogInInput!) { logIn(input: $input) { secret userErrors { code } } }"
    for account in noted(first):
        with pytest.raises(Unauthenticated):
            await authenticate(database, {"authorization": f"Bearer {account['token']}"})
        for login in (account["username"], email_of(account["username"])):
            given = {"login": login, "password": account["password"]}
            answer = (await Ask(database).data(log_in, input=given))["logIn"]
            assert answer == {"secret": None, "userErrors": [{"code": "INVALID_CREDENTIALS"}]}
    live = await database.fetch("SELECT id FROM tokens WHERE revoked_at IS NULL", {})
    assert [str(id_) for (id_,) in live] == [other.id]
    assert minted.id != other.id
    assert await database.fetch("SELECT count(*) FROM users WHERE password_hash IS NOT NULL", {}) == [(1,)]
    assert await database.fetch("SELECT count(*) FROM users WHERE is_staff", {}) == [(1,)]
    await database.close()
