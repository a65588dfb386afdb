"""Videos in the graph."""

from typing import Any

import pytest

from models.catalogue.course import Course
from models.catalogue.item import ContentType, Item
from models.content.subtitle import SubtitleTrack
from models.content.video import Video
from models.postgres.base import new_id
from tests.conftest import Ask
from tests.world import World

FIELDS = """
fragment Streams on Stream { hdUrl sdUrl hlsUrl hdSize sdSize thumbnailUrl }
query($id: ID!) {
  video(id: $id) {
    id summary duration thumbnailUrl
    item { id }
    single { ...Streams } lecturer { ...Streams } slides { ...Streams }
    slidesFile { url size } audioFile { url size } transcriptFile { url size }
    encodings { profile url size bitrate }
    subtitleTracks { language }
  }
}
"""


async def video_with(world: World, **values: Any) -> tuple[Course, Video]:
    """A video of these values alone, and its course."""
    course = await world.course()
    section = await world.section(course)
    item = Item(
        id=new_id(),
        title="Item",
        position=1,
        course_id=course.id,
        section_id=section.id,
        content_type=ContentType.VIDEO,
    )
    video = Video(id=new_id(), item_id=item.id, course_id=course.id, **values)
    await world.add(item, video)
    return course, video


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    stream = {
        "hd_url": "/hd",
        "sd_url": "/sd",
        "hls_url": "/hls",
        "hd_size": 2**33,
        "sd_size": 7,
        "thumbnail_url": "/thumbnail",
    }
    course, video = await video_with(
        world,
        summary="*All*",
        duration=61.25,
        thumbnail_url="/picture",
        single=stream,
        lecturer={"hd_url": "/lecturer"},
        slides={},
        slides_file={"url": "/slides.pdf", "size": 2**40},
        audio_file={"url": "/audio.mp3", "size": None},
        transcript_file={"url": "/words.txt"},
        encodings=[
            {"profile": "desktop_mp4", "url": "/e", "size": 2**32, "bitrate": 128_000},
            {"profile": "youtube", "url": "/y"},
        ],
    )
    nothing = dict.fromkeys(["hdUrl", "sdUrl", "hlsUrl", "hdSize", "sdSize", "thumbnailUrl"])
    answer = await ask(FIELDS, await world.learner(course), id=video.id)
    assert answer.data["video"] == {
        "id": video.id,
        "summary": "*All*",
        "duration": 61.25,
        "thumbnailUrl": "/picture",
        "item": {"id": video.item_id},
        "single": {
            "hdUrl": "/hd",
            "sdUrl": "/sd",
            "hlsUrl": "/hls",
            "hdSize": 2**33,
            "sdSize": 7,
            "thumbnailUrl": "/thumbnail",
        },
        "lecturer": {**nothing, "hdUrl": "/lecturer"},
        "slides": nothing,
        "slidesFile": {"url": "/slides.pdf", "size": 2**40},
        "audioFile": {"url": "/audio.mp3", "size": None},
        "transcriptFile": {"url": "/words.txt", "size": None},
        "encodings": [
            {"profile": "desktop_mp4", "url": "/e", "size": 2**32, "bitrate": 128_000},
            {"profile": "youtube", "url": "/y", "size": None, "bitrate": None},
        ],
        "subtitleTracks": [],
    }
    assert len(answer.statements) == 3


async def test_what_a_bare_video_does_not_have_is_null_or_empty(ask: Ask, world: World) -> None:
    course, video = await video_with(world)
    found = (await ask.data(FIELDS, await world.learner(course), id=video.id))["video"]
    kept = {name: value for name, value in found.items() if value is not None}
    assert kept == {"id": video.id, "item": {"id": video.item_id}, "encodings": [], "subtitleTracks": []}


async def test_subtitles_come_by_language_or_in_one(ask: Ask, world: World) -> None:
    course, video = await video_with(world)
    for language in ("en", "de", "pt-BR"):
        await world.add(SubtitleTrack(id=new_id(), video_id=video.id, language=language))
    document = """
    query($id: ID!, $language: Locale) {
      video(id: $id) { subtitleTracks(language: $language) { language } all: subtitleTracks { language } }
    }
    """
    viewer = await world.learner(course)
    everything = [{"language": language} for language in ("de", "en", "pt-BR")]
    wanted: list[tuple[str | None, list[dict[str, str]]]] = [
        ("de", [{"language": "de"}]),
        ("pt-BR", [{"language": "pt-BR"}]),
        ("fr", []),
        (None, everything),
    ]
    for asked, found in wanted:
        answer = await ask(document, viewer, id=video.id, language=asked)
        assert answer.data["video"] == {"subtitleTracks": found, "all": everything}


async def test_a_language_that_no_text_has_is_refused(ask: Ask, world: World) -> None:
    course, video = await video_with(world)
    document = (
        "query($id: ID!, $language: Locale) { video(id: $id) { subtitleTracks(language: $language) { id } } }"
    )
    answer = await ask(document, await world.learner(course), id=video.id, language="e\0n")
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"]
    assert "'language'" in answer.errors[0]["message"]


LIST = """
query($course: ID!) {
  videos(filter: {course: $course}, first: 100) {
    nodes { single { hdUrl } item { title } subtitleTracks { language video { id } cues { text } } }
    totalCount
  }
}
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_videos_take_one_statement_per_relation(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    made = await world.items([await world.section(course)], ContentType.VIDEO, rows)
    await world.subtitles_of([video for _, video in made])
    answer = await ask(LIST, await world.learner(course), course=course.id)
    assert not answer.errors
    found = answer.data["videos"]
    assert (len(found["nodes"]), found["totalCount"]) == (rows, rows)
    item, video = made[0]
    assert found["nodes"][0] == {
        "single": {"hdUrl": "https://example.org/hd.mp4"},
        "item": {"title": item.title},
        "subtitleTracks": [
            {"language": "en", "video": {"id": video.id}, "cues": [{"text": "Line 1"}, {"text": "Line 2"}]}
        ],
    }
    assert len(answer.statements) == 6  # page, count, items, tracks, cues, the tracks' videos
