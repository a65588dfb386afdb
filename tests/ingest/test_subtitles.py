"""Subtitles: both text formats, the JSON of Open edX, broken cues, and the way back to WebVTT."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.subtitles import Cue, cue_text, read_subtitles, write_webvtt


def cues(text: str) -> list[tuple[float, float, str]]:
    """Times and text of each cue of a file without faults."""
    subtitles = read_subtitles(text.encode())
    assert subtitles.faults == ()
    return [(cue.starts_at, cue.ends_at, cue.text) for cue in subtitles.cues]


def test_reads_srt() -> None:
    text = "1\n00:00:01,500 --> 00:00:02,000\nOne\ntwo\n\n2\n01:00:00,000 --> 01:00:01,005\nThree\n"
    text = text.replace("\n", "\r\n")
    assert cues(text) == [(1.5, 2.0, "One\ntwo"), (3_600.0, 3_601.005, "Three")]
    assert [cue.identifier for cue in read_subtitles(text.encode()).cues] == ["1", "2"]


def test_reads_webvtt() -> None:
    text = (
        "\ufeffWEBVTT Kind: captions\nLanguage: en\n\nNOTE nothing\nto see\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:02.500 align:start line:10% X1:5\n<v Ann>Hi</v>\n\n"
        "1:00:00.000 --> 1:00:01.000\nBye"
    )
    assert read_subtitles(text.encode()).cues == (
        Cue(1.0, 2.5, "<v Ann>Hi</v>", "intro", "align:start line:10%"),
        Cue(3_600.0, 3_601.0, "Bye"),
    )
    assert read_subtitles(text.encode()).faults == ()


def test_reads_times_with_dot_comma_or_neither() -> None:
    assert cues("00:01 --> 00:02,5\na\n\n00:03.25 --> 00:00:04\nb") == [(1.0, 2.5, "a"), (3.25, 4.0, "b")]


def test_reads_sjson() -> None:
    track = {"start": [0, 1_500], "end": [1_000, 2_250.4], "text": ["Let&#39;s", "a < b"]}
    assert cues(json.dumps(track)) == [(0.0, 1.0, "Let's"), (1.5, 2.25, "a &lt; b")]


def test_reads_other_encodings() -> None:
    text = "1\n00:01,0 --> 00:02,0\nÜber"
    assert read_subtitles(text.encode("utf-16")).cues[0].text == "Über"
    latin = read_subtitles(text.encode("latin-1"))
    assert latin.cues[0].text == "Über"
    assert latin.faults == ("The file is not UTF-8 and was read as Latin-1.",)


def test_a_blank_line_or_a_missing_one_does_not_lose_text() -> None:
    text = "1\n00:01,0 --> 00:02,0\nOne\n\nmore\n2\n00:03,0 --> 00:04,0\nTwo\n00:05,0 --> 00:06,0\nThree"
    assert cues(text) == [(1.0, 2.0, "One\nmore"), (3.0, 4.0, "Two"), (5.0, 6.0, "Three")]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("WEBVTT\n\n00:03.000 --> 00:02.000\nx", "Line 3: the cue ends before it starts and is omitted."),
        ("1\n00:03,0 -> 00:04,0\nx", "Line 1: '1' belongs to no cue."),
        ("1\n00:0x --> 00:04\nx", "Line 2: '00:0x --> 00:04' are no two times; the cue is omitted."),
        ("00:01.000 --> 00:02.000\n", "Line 1: the cue has no text and is omitted."),
        ("WEBVTT\n\nstray", "Line 3: 'stray' belongs to no cue."),
        ('{"start": 1}', "The file is no subtitles: not the JSON that sjson is."),
        ('{"start": [2], "end": [1], "text": ["x"]}', "Cue 1: has no text or no times and is omitted."),
        ('{"start": [NaN], "end": [1], "text": ["x"]}', "Cue 1: has no text or no times and is omitted."),
        ('{"start": [], "end": [1], "text": ["x"]}', "The lists of starts, ends and texts differ in length."),
    ],
)
def test_tells_of_what_it_cannot_read(text: str, fault: str) -> None:
    subtitles = read_subtitles(text.encode())
    assert subtitles.cues == ()
    assert subtitles.faults[0] == fault


def test_a_broken_cue_leaves_the_others() -> None:
    subtitles = read_subtitles(
        b"1\n00:01,0 --> 00:02,0\na\n\n2\nbad --> time\nb\n\n3\n00:03,0 --> 00:04,0\nc"
    )
    assert [cue.text for cue in subtitles.cues] == ["a", "c"]
    assert len(subtitles.faults) == 1


def test_a_file_too_long_is_read_in_part() -> None:
    subtitles = read_subtitles(b"00:01.000 --> 00:02.000\n" + b"x\n" * 5_000_000)
    assert "longer than 10,000,000 bytes" in subtitles.faults[0]
    assert len(subtitles.cues) == 1


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("R&D &amp; R&#38;D", "R&amp;D &amp; R&amp;D"),
        ("a < b > c", "a &lt; b &gt; c"),
        ("<i>so</i> <c.red.big>what</c>", "<i>so</i> <c.red.big>what</c>"),
        ('<font color="red">red</font><script>x</script>', "redx"),
        ("<b onclick=x>y</b>", "<b onclick=x>y</b>"),
        ("&lt;b&gt;", "&lt;b&gt;"),
        ("<00:01.500>later", "<00:01.500>later"),
        ("I <3 you --> me", "I &lt;3 you --&gt; me"),
        ("a\n\n \nb", "a\nb"),
    ],
)
def test_text_of_cues(source: str, text: str) -> None:
    assert cue_text(source) == text
    assert cue_text(text) == text


def test_plain_text() -> None:
    assert Cue(0, 1, "<v Ann>R&amp;D</v> &lt;3").plain_text == "R&D <3"


def test_writes_webvtt() -> None:
    written = write_webvtt(
        [Cue(1.5, 2.0, "One", "1"), Cue(3_600.0, 3_601.005, "a\n\nb", None, "align:end bad")]
    )
    assert written == (
        "WEBVTT\n\n1\n00:00:01.500 --> 00:00:02.000\nOne\n\n01:00:00.000 --> 01:00:01.005 align:end\na\nb\n"
    )
    assert write_webvtt([]) == "WEBVTT\n"


@st.composite
def any_cue(draw: st.DrawFn) -> Cue:
    """A cue as the reader yields it."""
    start, length = draw(st.integers(0, 35_999_999)), draw(st.integers(0, 3_600_000))
    text = draw(st.text().map(cue_text).filter(bool))
    name = draw(st.one_of(st.none(), st.from_regex(r"[\w .:-]{0,8}\w", fullmatch=True)))
    settings = draw(st.sampled_from([None, "align:start", "line:0 position:10%,line-left"]))
    clean = None if name is None else " ".join(name.replace("-->", "").split())
    return Cue(start / 1000, (start + length) / 1000, text, clean or None, settings)


@given(st.lists(any_cue(), max_size=5))
def test_cues_survive_the_way_to_webvtt_and_back(cues: list[Cue]) -> None:
    subtitles = read_subtitles(write_webvtt(cues).encode())
    assert subtitles.faults == ()
    assert list(subtitles.cues) == cues


@given(st.one_of(st.binary(), st.text().map(str.encode), st.from_regex(r'\{"start": .*').map(str.encode)))
def test_never_raises(content: bytes) -> None:
    for cue in read_subtitles(content).cues:
        assert 0 <= cue.starts_at <= cue.ends_at
        assert cue.text


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("48c991fb-083c-45e1-adad-930d2b11b11e-en.srt", 1_305),
        ("48c991fb-083c-45e1-adad-930d2b11b11e-es.srt", 1_305),
        ("captions_with_bom.vtt", 4),
        # Only its first line is missing; the cues are sound.
        ("invalid.vtt", 7),
        ("sample.srt", 5),
        ("sample.vtt", 16),
        ("styles.vtt", 1),
        ("using_identifiers.vtt", 6),
    ],
)
def test_reads_real_files(shared_data: Path, name: str, count: int) -> None:
    subtitles = read_subtitles((shared_data / "subtitles" / name).read_bytes())
    assert (len(subtitles.cues), subtitles.faults) == (count, ())
    assert read_subtitles(write_webvtt(subtitles.cues).encode()).cues == subtitles.cues
