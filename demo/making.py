"""Builders for demo courses; every function returns one element of an outline."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.outline import (
    AnswerOutline,
    AssetOutline,
    ContentOutline,
    GadgetOutline,
    ItemOutline,
    NumberRange,
    OptionOutline,
    QuestionOutline,
    QuizOutline,
    RichTextOutline,
    SectionOutline,
    SubtitleTrackOutline,
)
from ingest.subtitles import Cue
from models.catalogue.item import ExerciseType
from models.content.quiz import QuestionType

FILES = Path(__file__).parent / "files"


def asset(name: str, media_type: str, title: str) -> AssetOutline:
    """Return a file of `demo/files` as an asset."""
    file = FILES / name
    return AssetOutline(path=name, file=file, media_type=media_type, size=file.stat().st_size, title=title)


def picture(name: str, text: str) -> str:
    """Return HTML that shows a file of the course as a picture; `text` describes the picture."""
    return f'<figure><img src="asset:{name}" alt="{text}"><figcaption>{text}</figcaption></figure>'


def item(key: str, title: str, content: ContentOutline, position: int, **more: Any) -> ItemOutline:
    """Return an item; the points of a quiz are the sum of the points of its questions."""
    points = sum(each.max_points for each in content.questions) if isinstance(content, QuizOutline) else 0.0
    return ItemOutline(
        key=key, title=title, content=content, position=position, **{"max_points": points, **more}
    )


def page(text: str) -> RichTextOutline:
    """Return a text to read."""
    return RichTextOutline(text=text.strip())


def section(key: str, kind: str, title: str, position: int, **more: Any) -> SectionOutline:
    """Return a section of the course with its content."""
    return SectionOutline(key=key, kind=kind, title=title, position=position, **more)


def quiz(*questions: QuestionOutline, **more: Any) -> QuizOutline:
    """Return a quiz with its questions."""
    return QuizOutline(questions=questions, **more)


def choice(position: int, text: str, *options: tuple[str, bool, str], **more: Any) -> QuestionOutline:
    """Return a choice question; an option is text, correctness and explanation, several may be correct."""
    several = sum(right for _, right, _ in options) > 1
    return QuestionOutline(
        key=f"q{position}",
        type=QuestionType.SELECT_MULTIPLE if several else QuestionType.SELECT_ONE,
        position=position,
        text=text,
        options=tuple(OptionOutline(text=t, is_correct=right, explanation=why) for t, right, why in options),
        **{"has_partial_credit": several, **more},
    )


def words(position: int, text: str, accepted: Sequence[str], **more: Any) -> QuestionOutline:
    """Return a question answered by a word or phrase."""
    answers = tuple(AnswerOutline(text=each) for each in accepted)
    return QuestionOutline(
        key=f"q{position}", type=QuestionType.FREE_TEXT, position=position, text=text, answers=answers, **more
    )


def number(position: int, text: str, lower: float, upper: float, **more: Any) -> QuestionOutline:
    """Return a question answered by a number between two bounds."""
    answer = AnswerOutline(text=f"{(lower + upper) / 2:g}", range=NumberRange(lower, upper))
    return QuestionOutline(
        key=f"q{position}",
        type=QuestionType.NUMERICAL,
        position=position,
        text=text,
        answers=(answer,),
        **more,
    )


def essay(position: int, text: str, **more: Any) -> QuestionOutline:
    """Return a question that a person grades."""
    return QuestionOutline(key=f"q{position}", type=QuestionType.ESSAY, position=position, text=text, **more)


def survey(key: str, position: int) -> ItemOutline:
    """Return a survey of two questions without points."""
    questions = (
        choice(
            1,
            "How much of this was new to you?",
            ("Nearly all of it", False, ""),
            ("About half", False, ""),
            ("Hardly anything", False, ""),
            max_points=0.0,
        ),
        essay(2, "What should we explain better?", max_points=0.0),
    )
    return item(key, "How was it?", quiz(*questions), position, exercise_type=ExerciseType.SURVEY)


def poll(question: str, options: Sequence[str]) -> GadgetOutline:
    """Return a poll in the form of Open edX; the graph has no richer type for polls."""
    answers = "".join(f'<answer label="{option}"/>' for option in options)
    return GadgetOutline(
        type="poll",
        source=f'<poll question="{question}">{answers}</poll>',
        text=f"**{question}**\n\n" + "\n".join(f"- {option}" for option in options),
        settings={"question": question, "private_results": False},
    )


def subtitles(language: str, *lines: str, each: float = 6.0) -> SubtitleTrackOutline:
    """Return a subtitle track of consecutive lines, each `each` seconds long."""
    cues = (Cue(n * each, (n + 1) * each - 0.2, line, str(n + 1)) for n, line in enumerate(lines))
    return SubtitleTrackOutline(language=language, cues=tuple(cues))
