"""Channels in the graph."""

from typing import Any

import pytest

from models.catalogue.channel import Channel
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import World

ONE = """
query($id: ID, $code: String) {
  channel(id: $id, code: $code) {
    id code title description color position
    mobileImageUrl stageLogoUrl stageImageUrl stageStatement
    stageStream { hdUrl sdUrl hlsUrl hdSize sdSize thumbnailUrl }
    courses { nodes { title channel { code } } totalCount }
  }
}
"""


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    channel = await world.channel(
        title={"en": "Health", "de": "Gesundheit"},
        description={"en": "*All*"},
        color="FF0000",
        position=7,
        mobile_image_url="/small.png",
        stage_logo_url="/logo.png",
        stage_image_url="/stage.png",
        stage_statement={"en": "Learn!"},
        stage_stream={"hls_url": "/stage.m3u8", "hd_size": 2**33},
    )
    await world.course(title="b", channel_id=channel.id)
    await world.course(title="a", channel_id=channel.id)
    back = {"channel": {"code": channel.code}}
    names: list[dict[str, Any]] = [{"id": channel.id}, {"code": channel.code}]
    for given in names:
        answer = await ask(ONE, **given)
        assert answer.data["channel"] == {
            "id": channel.id,
            "code": channel.code,
            "title": "Health",
            "description": "*All*",
            "color": "FF0000",
            "position": 7,
            "mobileImageUrl": "/small.png",
            "stageLogoUrl": "/logo.png",
            "stageImageUrl": "/stage.png",
            "stageStatement": "Learn!",
            "stageStream": {
                "hdUrl": None,
                "sdUrl": None,
                "hlsUrl": "/stage.m3u8",
                "hdSize": 2**33,
                "sdSize": None,
                "thumbnailUrl": None,
            },
            "courses": {"nodes": [{"title": "a", **back}, {"title": "b", **back}], "totalCount": 2},
        }
        assert len(answer.statements) == 4  # channel, its courses, their count, their channel


async def test_what_a_bare_channel_does_not_have_is_null(ask: Ask, world: World) -> None:
    channel = await world.channel(title={})
    found = (await ask.data(ONE, id=channel.id))["channel"]
    assert {name for name, value in found.items() if value is not None} == {
        "id",
        "code",
        "position",
        "courses",
    }


async def test_every_text_comes_in_the_viewers_language(ask: Ask, world: World) -> None:
    texts = {"en": "English", "de": "Deutsch"}
    channel = await world.channel(title=texts, description=texts, stage_statement=texts)
    found = (await ask.data(ONE, Viewer(languages=("de", "en")), id=channel.id))["channel"]
    assert [found[name] for name in ("title", "description", "stageStatement")] == ["Deutsch"] * 3


LIST = """
query($first: Int!) { channels(first: $first) { nodes { title courses { nodes { title } } } totalCount } }
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_the_list_goes_by_position_in_three_statements(ask: Ask, world: World, rows: int) -> None:
    before_all = -(10**6) - rows
    made = [
        Channel(
            id=new_id(), code=new_id(), title={"en": f"Channel {place}"}, position=before_all * 1000 + place
        )
        for place in range(rows, 0, -1)
    ]
    await world.add(*made)
    answer = await ask(LIST, first=rows)
    titles = [node["title"] for node in answer.data["channels"]["nodes"]]
    assert titles == [f"Channel {place}" for place in range(1, rows + 1)]
    assert answer.data["channels"]["totalCount"] >= rows
    assert len(answer.statements) == 3
