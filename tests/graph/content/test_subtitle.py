"""Subtitle tracks and cues in the graph."""

from typing import Any

import pytest

from models.catalogue.item import ContentType
from models.content.subtitle import SubtitleCue, SubtitleTrack
from models.postgres.base import new_id
from tests.conftest import Ask
from tests.world import World

TRACK = """
query($id: ID!) {
  subtitleTrack(id: $id) {
    id language isMachineMade vttUrl url
    video { id }
    cues { id position identifier startsAt endsAt text settings }
  }
}
"""


async def video_with(world: World) -> tuple[Any, Any]:
    course = await world.course()
    ((_, video),) = await world.items([await world.section(course)], ContentType.VIDEO)
    return course, video


async def test_every_field_of_a_track_and_its_cues_is_read_back(ask: Ask, world: World) -> None:
    course, video = await video_with(world)
    track = SubtitleTrack(id=new_id(), video_id=video.id, language="pt-BR", is_machine_made=True)
    cues = [
        SubtitleCue(
            id=new_id(), track_id=track.id, position=2, starts_at=2.125, ends_at=3600.5, text="Two\nlines"
        ),
        SubtitleCue(
            id=new_id(),
            track_id=track.id,
            position=1,
            identifier="intro",
            starts_at=0,
            ends_at=2.125,
            text="One",
            settings="line:0 align:start",
        ),
    ]
    await world.add(track, *cues)
    answer = await ask(TRACK, await world.learner(course), id=track.id)
    assert answer.data["subtitleTrack"] == {
        "id": track.id,
        "language": "pt-BR",
        "isMachineMade": True,
        "vttUrl": f"/subtitles/{track.id}.vtt",
        "url": f"/subtitles/{track.id}.vtt",
        "video": {"id": video.id},
        "cues": [
            {
                "id": cues[1].id,
                "position": 1,
                "identifier": "intro",
                "startsAt": 0.0,
                "endsAt": 2.125,
                "text": "One",
                "settings": "line:0 align:start",
            },
            {
                "id": cues[0].id,
                "position": 2,
                "identifier": None,
                "startsAt": 2.125,
                "endsAt": 3600.5,
                "text": "Two\nlines",
                "settings": None,
            },
        ],
    }
    assert len(answer.statements) == 3


async def test_subtitles_are_as_closed_as_their_video(ask: Ask, world: World) -> None:
    _, video = await video_with(world)
    track = await world.subtitles(video)
    assert await ask.data(TRACK, await world.learner(), id=track.id) == {"subtitleTrack": None}


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_tracks_of_a_video_take_one_statement_per_relation(ask: Ask, world: World, rows: int) -> None:
    course, video = await video_with(world)
    tracks = [
        SubtitleTrack(id=new_id(), video_id=video.id, language=f"x-{place:03}") for place in range(rows)
    ]
    cues = [
        SubtitleCue(
            id=new_id(), track_id=track.id, position=at, starts_at=at, ends_at=at, text=track.language
        )
        for track in tracks
        for at in (2, 1)
    ]
    await world.add(*tracks, *cues)
    document = """
    query($id: ID!) { video(id: $id) { subtitleTracks { language vttUrl cues { position text } } } }
    """
    answer = await ask(document, await world.learner(course), id=video.id)
    assert answer.data["video"]["subtitleTracks"] == [
        {
            "language": track.language,
            "vttUrl": f"/subtitles/{track.id}.vtt",
            "cues": [{"position": at, "text": track.language} for at in (1, 2)],
        }
        for track in tracks
    ]
    assert len(answer.statements) == 3
