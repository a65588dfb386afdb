"""Outline of a course: the result of every reader, as plain values in the domain's terms.

Keys are the source's own and stable from one version of a course to the next, so that a repeated import finds
existing rows. Texts are Markdown that contains sanitized HTML (`resolvers.markup.html`). Timestamps are
aware, in UTC; durations are seconds; ratios are from 0 to 1; None means unknown or unlimited, as stated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from ingest.subtitles import Cue
from models.catalogue.course import Pacing
from models.catalogue.item import ContentType, ExerciseType
from models.content.quiz import QuestionType
from models.packages.packaged_activity import ActivityKind, LearningStandard, MoveOn

# Language of a text without a language tag (ISO 639-2).
UNDETERMINED = "und"

# Values for JSON: settings of the source without a field here, under the source's own names.
Settings = Mapping[str, Any]


class SolutionRelease(StrEnum):
    """Release of a quiz's solutions to learners (Open edX: showanswer)."""

    ALWAYS = "always"
    ANSWERED = "answered"
    ATTEMPTED = "attempted"
    ATTEMPTED_NO_PAST_DUE = "attempted_no_past_due"
    CLOSED = "closed"
    FINISHED = "finished"
    CORRECT_OR_PAST_DUE = "correct_or_past_due"
    PAST_DUE = "past_due"
    AFTER_ATTEMPTS = "after_attempts"
    AFTER_ALL_ATTEMPTS = "after_all_attempts"
    AFTER_ALL_ATTEMPTS_OR_CORRECT = "after_all_attempts_or_correct"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Range of correct numbers, in the answer's own unit; bounds are included by default."""

    lower: float
    upper: float
    includes_lower: bool = True
    includes_upper: bool = True

    @property
    def middle(self) -> float:
        """Middle of the range: the author's number, if it was given with a tolerance."""
        return (self.lower + self.upper) / 2

    @property
    def tolerance(self) -> float:
        """Distance from the middle to either bound."""
        return (self.upper - self.lower) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionOutline:
    """An option. `explanation` is for learners who select it, `explanation_if_left` for all others.

    `credit` is the ratio of points it earns if only one can be selected, else 0. An option that `is_fixed`
    keeps its position when the others are shuffled.
    """

    text: str
    is_correct: bool
    explanation: str | None = None
    explanation_if_left: str | None = None
    credit: float = 0.0
    is_fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOutline:
    """An answer that the author of a free text or numerical question expects.

    `text` is the author's: plain, or with `is_pattern` a regular expression that the whole answer must match
    (untrusted: it can be slow). `credit` is the ratio of points it earns, 0 for a known mistake.
    """

    text: str
    credit: float = 1.0
    explanation: str | None = None
    is_pattern: bool = False
    range: NumberRange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionOutline:
    """One question; `options` for the selecting types, `answers` for free text and numbers."""

    key: str
    type: QuestionType
    text: str
    position: int
    explanation: str | None = None
    max_points: float = 1.0
    shuffle_options: bool = False
    options: tuple[OptionOutline, ...] = ()
    answers: tuple[AnswerOutline, ...] = ()
    is_case_sensitive: bool = False
    has_partial_credit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizOutline:
    """Questions answered together. `allowed_attempts` and `time_limit` (seconds) are None if unlimited."""

    content_type: ClassVar[ContentType] = ContentType.QUIZ

    questions: tuple[QuestionOutline, ...]
    instructions: str = ""
    allowed_attempts: int | None = None
    time_limit: int | None = None
    solution_release: SolutionRelease = SolutionRelease.FINISHED
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleTrackOutline:
    """All cues of a video in one language, an ISO 639 code from the source."""

    language: str
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoOutline:
    """A video. Sizes are bytes, times seconds; `plays_from` and `plays_until` limit the part to play.

    `page_url` is its page at a video host (YouTube), `source_urls` are all playable files, best first.
    """

    content_type: ClassVar[ContentType] = ContentType.VIDEO

    page_url: str | None = None
    hd_url: str | None = None
    sd_url: str | None = None
    hls_url: str | None = None
    audio_url: str | None = None
    hd_size: int | None = None
    sd_size: int | None = None
    source_urls: tuple[str, ...] = ()
    duration: float | None = None
    plays_from: float | None = None
    plays_until: float | None = None
    thumbnail_url: str | None = None
    transcript_url: str | None = None
    handout_url: str | None = None
    allows_download: bool = False
    subtitle_tracks: tuple[SubtitleTrackOutline, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RichTextOutline:
    """A text to read; empty if no part of the source could be kept."""

    content_type: ClassVar[ContentType] = ContentType.RICH_TEXT

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LtiOutline:
    """An exercise that an LTI tool runs: `version` 1.1 or 1.3, `provider` the name of its credentials."""

    content_type: ClassVar[ContentType] = ContentType.LTI_EXERCISE

    launch_url: str | None
    version: str = "1.1"
    login_url: str | None = None
    provider: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    instructions: str = ""
    has_score: bool = False
    weight: float = 1.0
    opens_in_new_window: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GadgetOutline:
    """Content without a richer form, unchanged: `type` is the source's name for it, `source` its text.

    `text` is the part that can be shown without its program, sanitized. `source` and `settings` are not
    sanitized and, with `reveals_solutions`, not for learners.
    """

    content_type: ClassVar[ContentType] = ContentType.GADGET

    type: str
    source: str
    text: str = ""
    settings: Settings = field(default_factory=dict)
    reveals_solutions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedActivityOutline:
    """An activity that a player runs, with the fields of `models.packages.packaged_activity`."""

    content_type: ClassVar[ContentType] = ContentType.PACKAGED_ACTIVITY

    standard: LearningStandard
    kind: ActivityKind
    identifier: str
    launch_path: str
    launch_query: str = ""
    resource_identifier: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    move_on: MoveOn | None = None
    mastery_score: float | None = None
    time_limit: float | None = None
    launch_data: str | None = None
    parameters: Settings = field(default_factory=dict)


ContentOutline = (
    QuizOutline | VideoOutline | RichTextOutline | LtiOutline | PackagedActivityOutline | GadgetOutline
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOutline:
    """A leaf. Dates, grading and visibility include those inherited from its sections.

    `position` counts sections and items of the same section together, from 1. `chosen_by` is the key of the
    item that selects some of several items for each learner, this one among them.
    """

    key: str
    title: str
    position: int
    content: ContentOutline
    exercise_type: ExerciseType | None = None
    max_points: float = 0.0
    starts_at: datetime | None = None
    deadline: datetime | None = None
    is_optional: bool = False
    is_proctored: bool = False
    is_staff_only: bool = False
    chosen_by: str | None = None
    settings: Settings = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionOutline:
    """A node of the tree between course and items; `kind` is the source's name for its level.

    Dates, grading and visibility include inherited values. `time_limit` is in seconds, for the whole section.
    """

    key: str
    kind: str
    title: str
    position: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    deadline: datetime | None = None
    is_graded: bool = False
    assignment_type: str | None = None
    is_staff_only: bool = False
    is_hidden: bool = False
    is_optional: bool = False
    is_proctored: bool = False
    time_limit: int | None = None
    sections: tuple["SectionOutline", ...] = ()
    items: tuple[ItemOutline, ...] = ()
    settings: Settings = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentTypeOutline:
    """A row of the grading policy; `weight` is a ratio of the grade, the lowest `drop_count` are dropped."""

    name: str
    short_name: str
    weight: float
    minimum_count: int
    drop_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingPolicyOutline:
    """Grading of a course: `cutoffs` from letter to required ratio; `grace_period` in seconds."""

    assignment_types: tuple[AssignmentTypeOutline, ...] = ()
    cutoffs: Mapping[str, float] = field(default_factory=dict)
    grace_period: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementOutline:
    """An announcement of the course; `published_at` is None if its date could not be read."""

    key: str
    title: str
    text: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOutline:
    """A page of the course next to its sections."""

    key: str
    title: str
    text: str
    is_staff_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LtiProviderOutline:
    """Credentials of the course's exercises for a tool; the secret must not be logged."""

    name: str
    consumer_key: str
    shared_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetOutline:
    """A file of the course: `path` is its name there, `file` its current location, `size` in bytes.

    `file` exists only while the archive that it was read from is open.
    """

    path: str
    file: Path
    media_type: str
    size: int
    title: str
    is_locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseOutline:
    """A whole course; `number` and `run` are parts of the key, if it has any; `image` is an asset's path.

    `effort` and `length` are the author's words (hours a week, weeks). `settings` contain no secret.
    """

    key: str
    slug: str
    title: str
    organization: str = ""
    number: str = ""
    run: str = ""
    abstract: str | None = None
    description: str | None = None
    language: str = "en"
    pacing: Pacing = Pacing.INSTRUCTOR
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    enrollment_starts_at: datetime | None = None
    enrollment_ends_at: datetime | None = None
    image: str | None = None
    teaser_url: str | None = None
    teachers: str | None = None
    learning_goals: tuple[str, ...] = ()
    effort: str | None = None
    length: str | None = None
    is_hidden: bool = False
    is_listed: bool = True
    is_invite_only: bool = False
    handouts: str | None = None
    sections: tuple[SectionOutline, ...] = ()
    grading_policy: GradingPolicyOutline | None = None
    announcements: tuple[AnnouncementOutline, ...] = ()
    pages: tuple[PageOutline, ...] = ()
    lti_providers: tuple[LtiProviderOutline, ...] = ()
    assets: tuple[AssetOutline, ...] = ()
    settings: Settings = field(default_factory=dict)
