"""Who asks, by what a request's headers say."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.people.token import Token
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access.viewer import (
    LONGEST_LANGUAGES,
    Role,
    Viewer,
    _accepted_languages,
    accepted_languages,
    authenticate,
    hashed,
)
from resolvers.operations.errors import Unauthenticated
from tests.conftest import ANONYMOUS, Ask
from tests.world import TOMORROW, YESTERDAY, World

SCHEMES = ["Bearer {}", "Token token={}", "Legacy-Token token={}"]


def secret() -> str:
    return new_id().replace("-", "")


@pytest.mark.parametrize(
    "scheme", [*SCHEMES, "bearer {}", "BEARER {}", "token token={}", "Bearer  {}", "Bearer {}  "]
)
async def test_a_live_token_names_its_user(database: Database, world: World, scheme: str) -> None:
    learner, words = await world.learner(), secret()
    token = await world.token(learner, words, expires_at=TOMORROW)
    viewer = await authenticate(database, {"authorization": scheme.format(words)})
    assert viewer == Viewer(learner.id, Role.MEMBER, [], ("en",), token.id)


async def test_no_header_is_anonymous_and_asks_the_database_nothing(world: World) -> None:
    nowhere = Database("postgresql:///nowhere")
    assert await authenticate(nowhere, {}) == ANONYMOUS


async def test_a_teacher_brings_their_courses_and_staff_their_role(database: Database, world: World) -> None:
    courses = await world.courses(2)
    teacher, staff = await world.teacher(*courses), await world.staff()
    words = [secret(), secret()]
    await world.token(teacher, words[0])
    await world.token(staff, words[1])
    found = await authenticate(database, {"authorization": f"Bearer {words[0]}"})
    assert (found.role, sorted(found.teaches)) == (Role.MEMBER, sorted(course.id for course in courses))
    found = await authenticate(database, {"authorization": f"Bearer {words[1]}"})
    assert (found.id, found.role, found.teaches) == (staff.id, Role.STAFF, [])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "values",
    [{"expires_at": YESTERDAY}, {"revoked_at": YESTERDAY}, {"expires_at": TOMORROW, "revoked_at": YESTERDAY}],
)
async def test_a_dead_token_names_nobody(
    database: Database, world: World, scheme: str, values: dict[str, object]
) -> None:
    words = secret()
    await world.token(await world.learner(), words, **values)
    with pytest.raises(Unauthenticated, match="unknown, expired or revoked"):
        await authenticate(database, {"authorization": scheme.format(words)})


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_an_unknown_token_names_nobody(database: Database, scheme: str) -> None:
    with pytest.raises(Unauthenticated, match="unknown, expired or revoked"):
        await authenticate(database, {"authorization": scheme.format(secret())})


async def test_what_is_kept_of_a_token_does_not_open(database: Database, world: World) -> None:
    learner, words = await world.learner(), secret()
    token = await world.token(learner, words)
    assert token.hash == hashed(words)
    assert words.encode() not in token.hash
    with pytest.raises(Unauthenticated):
        await authenticate(database, {"authorization": f"Bearer {token.hash.hex()}"})


@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Bearer a,b",
        "Bearer \0",
        "Bearer é",
        "Bearer ' or true --",
        'Token token="abc"',
        "Token abc",
        "Legacy-Token abc",
        "Basic YTpi",
        "JWT abc",
        "abc",
        "Bearer " + "é" * 100_000,
    ],
)
async def test_a_malformed_header_is_refused_not_read_as_anonymous(database: Database, header: str) -> None:
    with pytest.raises(Unauthenticated):
        await authenticate(database, {"authorization": header})


async def test_who_must_be_signed_in_is_told_so() -> None:
    with pytest.raises(Unauthenticated):
        _ = ANONYMOUS.signed_in_id


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        (None, ["en"]),
        ("", ["en"]),
        ("*", ["en"]),
        ("de", ["de", "en"]),
        ("de-CH", ["de-ch", "de", "en"]),
        ("de, fr;q=0.8", ["de", "fr", "en"]),
        ("fr;q=0.8, de", ["de", "fr", "en"]),
        ("en, de;q=0.5", ["en", "de"]),
        ("de;q=0, fr", ["fr", "en"]),
        ("de;q=0.000", ["en"]),
        ("zh-Hant-TW", ["zh-hant-tw", "zh-hant", "zh", "en"]),
        ("de-CH, de-AT;q=0.9", ["de-ch", "de", "de-at", "en"]),
        ("de ; q=0.1 , fr ; q = 0.2", ["fr", "de", "en"]),
        ("de;q=high", ["de", "en"]),
        (",,;q=1,", ["en"]),
    ],
)
def test_languages_come_as_they_are_wanted(header: str | None, languages: list[str]) -> None:
    assert list(accepted_languages(header)) == languages


HEADERS = st.text() | st.lists(
    st.sampled_from(["de", "en", "de-CH", "*", ";q=0.5", ";q=1", ";", ",", " ", "q=2"])
).map("".join)


@settings(deadline=None)
@given(HEADERS)
@example("a;q=1." + "0" * 5000)
@example("-" * 1000)
@example("a-" * 1000)
def test_no_header_of_languages_breaks(header: str) -> None:
    languages = accepted_languages(header)
    assert "en" in languages
    assert len(languages) == len(set(languages)) <= 501
    assert all(languages)
    assert not any("\0" in language for language in languages)
    if "en" not in header.lower():
        assert languages[-1] == "en"


TEXTS = {"en": "Hello", "de": "Hallo", "pt-BR": "Oi", "zh-Hant": "你好"}


@pytest.mark.parametrize(
    ("header", "title"),
    [
        (None, "Hello"),
        ("de", "Hallo"),
        ("de-CH", "Hallo"),
        ("DE", "Hallo"),
        ("pt-BR", "Oi"),
        ("pt-br, de", "Oi"),
        ("pt", "Hello"),
        ("zh-Hant-TW", "你好"),
        ("fr, de;q=0.5", "Hallo"),
        ("fr", "Hello"),
        ("en;q=0.1, de", "Hallo"),
    ],
)
async def test_a_text_comes_in_the_language_most_wanted(
    ask: Ask, world: World, header: str | None, title: str
) -> None:
    channel = await world.channel(title=TEXTS)
    viewer = Viewer(languages=accepted_languages(header))
    data = await ask.data("query($id: ID!) { channel(id: $id) { title } }", viewer, id=channel.id)
    assert data["channel"]["title"] == title


@pytest.mark.parametrize(
    ("texts", "title"), [({}, None), ({"fr": "Bonjour"}, "Bonjour"), ({"fr": "Bonjour", "da": "Hej"}, "Hej")]
)
async def test_a_text_in_no_wanted_language_comes_in_another(
    ask: Ask, world: World, texts: dict[str, str], title: str | None
) -> None:
    channel = await world.channel(title=texts)
    data = await ask.data("query($id: ID!) { channel(id: $id) { title } }", id=channel.id)
    assert data["channel"]["title"] == title


async def test_an_announcement_without_text_has_empty_text(ask: Ask, world: World) -> None:
    announcement = await world.announcement(title={}, text={})
    data = await ask.data("query($id: ID!) { announcement(id: $id) { title text } }", id=announcement.id)
    assert data["announcement"] == {"title": "", "text": ""}


def test_only_a_hash_of_the_secret_can_be_stored() -> None:
    assert [column.name for column in Token.__table__.columns if "secret" in column.name] == []


def test_only_the_beginning_of_a_header_of_languages_is_cached() -> None:
    accepted_languages("x" * LONGEST_LANGUAGES)
    before = _accepted_languages.cache_info().currsize
    for number in range(5):
        accepted_languages("x" * LONGEST_LANGUAGES + str(number) * 100_000)
    assert _accepted_languages.cache_info().currsize == before
