"""Videos of an Open edX course and their transcripts."""

from ingest.outline import VideoOutline
from ingest.report import Note
from tests.ingest.conftest import ReadOlx, all_items

VIDEO = """<video youtube="0.75:slow,1.00:abc-_1" sub="old" edx_video_id="vid" download_video="true"
  start_time="00:01:05" end_time="70.5" track="/static/t.pdf" handout="/static/gone.pdf" custom="kept"
  html5_sources='["https://x.example/a.mp4", "/static/local.mp4", "ftp://x/y.mp4"]'
  transcripts='{"de": "de.srt", "fr": "gone.srt"}'>
  <source src="https://x.example/a.mp4"/><source src="https://x.example/a.m3u8"/>
  <transcript language="es" src="es.vtt"/>
  <video_asset duration="12.5" image="/static/t.png">
    <encoded_video profile="youtube" url="abc" file_size="0" bitrate="0"/>
    <encoded_video profile="mobile_low" url="https://x.example/low.mp4" file_size="10" bitrate="1"/>
    <encoded_video profile="desktop_mp4" url="https://x.example/hd.mp4" file_size="99" bitrate="1"/>
    <transcripts><transcript language_code="it" file_format="srt" provider="Custom"/></transcripts>
  </video_asset></video>"""


SRT = "1\n00:00:01,000 --> 00:00:02,000\n{}\n"


def test_video(read_olx: ReadOlx) -> None:
    course, report = read_olx(
        {
            "vertical/un.xml": '<vertical><video url_name="v"/></vertical>',
            "video/v.xml": VIDEO,
            "static/de.srt": SRT.format("eins") + "\n2\n00:x --> 00:y\nzwei",
            "static/es.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nuno",
            "static/vid-it.srt": SRT.format("uno"),
            "static/subs_old.srt.sjson": '{"start": [1], "end": [2], "text": ["one"]}',
            "static/t.pdf": b"",
            "static/t.png": b"",
            "static/local.mp4": b"",
        }
    )
    item = all_items(course.sections)[0]
    video = item.content
    assert isinstance(video, VideoOutline)
    assert (item.title, item.settings) == ("v", {"custom": "kept"})
    assert video.page_url == "https://www.youtube.com/watch?v=abc-_1"
    assert (video.hd_url, video.hd_size) == ("https://x.example/hd.mp4", 99)
    assert (video.sd_url, video.sd_size) == ("https://x.example/low.mp4", 10)
    assert video.hls_url == "https://x.example/a.m3u8"
    assert video.source_urls == (
        "https://x.example/low.mp4",
        "https://x.example/hd.mp4",
        "https://x.example/a.mp4",
        "asset:local.mp4",
        "https://x.example/a.m3u8",
    )
    assert (video.duration, video.plays_from, video.plays_until) == (12.5, 65.0, 70.5)
    assert (video.thumbnail_url, video.transcript_url, video.handout_url) == (
        "asset:t.png",
        "asset:t.pdf",
        None,
    )
    assert video.allows_download
    assert [(track.language, track.cues[0].text) for track in video.subtitle_tracks] == [
        ("de", "eins"),
        ("es", "uno"),
        ("en", "one"),
        ("it", "uno"),
    ]
    assert set(report.warnings) == {
        Note("video/v", "ftp://x/y.mp4 is neither a file nor a URL"),
        Note("video/v", "its handout /static/gone.pdf is no file of the course"),
        Note("video/v", "the transcript gone.srt is missing"),
        Note("static/de.srt", "Line 6: '00:x --> 00:y' are no two times; the cue is omitted."),
    }
    assert (report.read["subtitle tracks"], report.read["subtitle cues"]) == (4, 4)


def test_a_video_without_anything_to_play(read_olx: ReadOlx) -> None:
    course, report = read_olx(
        {"vertical/un.xml": "<vertical><video url_name='v' youtube_id_1_0='a b' display_name=''/></vertical>"}
    )
    assert all_items(course.sections)[0].content == VideoOutline()
    assert report.warnings == (Note("video/v", "there is nothing to play"),)
