"""Blocks as sections and items; every leaf becomes one item, a gadget if it has no richer form."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count

from ingest.olx import problem, values, video
from ingest.olx.tree import CHOOSERS, SECTIONS, Block
from ingest.outline import (
    ContentOutline,
    GadgetOutline,
    ItemOutline,
    LtiOutline,
    QuizOutline,
    RichTextOutline,
    SectionOutline,
    VideoOutline,
)
from ingest.xml import inner_html, outer_xml
from models.catalogue.item import ExerciseType
from resolvers.markup.html import clean_html, is_blank

# Types that give points without `has_score`; all others declare it.
SCORED = {"problem", "openassessment", "drag-and-drop-v2", "edx_sga", "staffgradedxblock", "problem-builder"}
NO_FORM = "has no richer form here; its source is kept"
# Attributes of many block types that contain the question as HTML.
ASKS = ("question_text", "question", "instructions")
SECTION_SETTINGS = (
    "default_time_limit_minutes",
    "is_proctored_enabled",
    "is_proctored_exam",
    "is_time_limited",
)
LTI_SETTINGS = (
    "custom_parameters",
    "description",
    "has_score",
    "launch_target",
    "launch_url",
    "lti_1p3_launch_url",
    "lti_1p3_oidc_url",
    "lti_id",
    "lti_version",
    "open_in_a_new_page",
)


def read_sections(course: Block) -> tuple[SectionOutline, ...]:
    """Return the course's sections in order; leaves directly in the course get a section of their own."""
    places = count(1)
    sections = []
    for block in course.children:
        if block.type in SECTIONS:
            sections.append(_section(block, next(places)))
        else:
            course.source.account.warn(block.name, "is outside of any section and gets its own")
            place = next(places)
            sections.append(
                SectionOutline(
                    key=f"{block.key}~section",
                    kind="chapter",
                    title=block.title,
                    position=place,
                    items=tuple(_items(block, count(1), None)),
                )
            )
    course.source.account.read["sections"] += len(sections)
    return tuple(sections)


def _section(block: Block, position: int) -> SectionOutline:
    sections: list[SectionOutline] = []
    items: list[ItemOutline] = []
    places = count(1)
    for child in block.children:
        if child.type in SECTIONS:
            sections.append(_section(child, next(places)))
        else:
            items += _items(child, places, None)
    block.source.account.read["sections"] += len(sections)
    _note_groups(block)
    minutes = block.get("default_time_limit_minutes", values.whole)
    return SectionOutline(
        key=block.key,
        kind=block.type,
        title=block.title,
        position=position,
        starts_at=block.get("start", values.moment),
        deadline=_deadline(block),
        is_graded=bool(block.get("graded", values.flag)),
        assignment_type=block.get("format", values.text),
        is_staff_only=block.has("visible_to_staff_only"),
        is_hidden=block.has("hide_from_toc"),
        is_optional=block.has("optional_completion"),
        is_proctored=_is_proctored(block),
        time_limit=min(minutes * 60, values.MAX_WHOLE)
        if minutes and block.get("is_time_limited", values.flag)
        else None,
        sections=tuple(sections),
        items=tuple(items),
        settings=block.rest(*SECTION_SETTINGS),
    )


def _items(block: Block, places: Iterator[int], chosen_by: str | None) -> Iterator[ItemOutline]:
    """Yield the item of a leaf; for a block that chooses among others, its own item, then theirs."""
    if block.type in SECTIONS:
        # Alternatives that are units: their leaves take the unit's place.
        for child in block.children:
            yield from _items(child, places, chosen_by)
        return
    yield _item(block, next(places), chosen_by)
    if block.type in CHOOSERS:
        for child in block.children:
            yield from _items(child, places, block.key)


def _item(block: Block, position: int, chosen_by: str | None) -> ItemOutline:
    content = _content(block)
    block.source.account.read[READ_AS[type(content)]] += 1
    _note_groups(block)
    points = _max_points(block, content)
    is_graded = bool(block.get("graded", values.flag))
    exercise = ExerciseType.MAIN if is_graded else ExerciseType.SELFTEST
    return ItemOutline(
        key=block.key,
        title=block.title,
        position=position,
        content=content,
        exercise_type=exercise if points else None,
        max_points=points,
        starts_at=block.get("start", values.moment),
        deadline=_deadline(block),
        is_optional=block.has("optional_completion"),
        is_proctored=_is_proctored(block),
        is_staff_only=block.has("visible_to_staff_only"),
        chosen_by=chosen_by,
        # A gadget contains its settings.
        settings={} if isinstance(content, GadgetOutline) else block.rest(*SETTINGS.get(block.type, ())),
    )


# Settings that the contents' outlines have fields for.
SETTINGS: dict[str, tuple[str, ...]] = {
    "lti": LTI_SETTINGS,
    "lti_consumer": LTI_SETTINGS,
    "problem": problem.SETTINGS,
    "video": video.SETTINGS,
}
READ_AS: dict[type[ContentOutline], str] = {
    QuizOutline: "quizzes",
    VideoOutline: "videos",
    RichTextOutline: "rich texts",
    LtiOutline: "LTI exercises",
    GadgetOutline: "gadgets",
}


def _content(block: Block) -> ContentOutline:
    if block.type == "problem":
        return problem.read_problem(block)
    if block.fault:
        return _gadget(block, block.fault)
    match block.type:
        case "html":
            return _rich_text(block)
        case "video":
            return video.read_video(block)
        case "lti" | "lti_consumer":
            return _lti(block)
    if block.type in CHOOSERS:
        return _gadget(block, f"shows each learner some of its {len(block.children)} blocks; all are read")
    return _gadget(block, NO_FORM)


def _rich_text(block: Block) -> RichTextOutline:
    name = values.text(block.element.get("filename"))
    html = block.source.text(f"html/{name.replace(':', '/')}.html") if name else inner_html(block.element)
    if html is None:
        block.source.account.warn(block.name, f"html/{name}.html is missing: the text is empty")
        return RichTextOutline(text="")
    clean = clean_html(html, block.source.link)
    gone = ", ".join(sorted(clean.removed))
    if is_blank(clean.text):
        if html.strip():
            why = f"only {gone}" if gone else "no word and no picture"
            block.source.account.alter(block.name, f"no part of it can be shown: {why}")
        return RichTextOutline(text="")
    if gone:
        block.source.account.alter(block.name, f"removed for safety: {gone}")
    return RichTextOutline(text=clean.text)


def _lti(block: Block) -> LtiOutline:
    is_1p3 = block.get("lti_version", values.text) == "lti_1p3"
    launch = block.get("lti_1p3_launch_url" if is_1p3 else "launch_url", values.text)
    launch_url = block.source.file_url(launch)
    if not launch_url:
        block.source.account.warn(block.name, "it has no URL to open")
    pairs = [str(pair).partition("=") for pair in block.get("custom_parameters", values.listing) or []]
    is_old = block.type == "lti"
    window = block.get("open_in_a_new_page", values.flag)
    return LtiOutline(
        launch_url=launch_url,
        version="1.3" if is_1p3 else "1.1",
        login_url=block.source.file_url(block.get("lti_1p3_oidc_url", values.text)) if is_1p3 else None,
        provider=block.get("lti_id", values.text),
        parameters={name.strip(): value.strip() for name, _, value in pairs if name.strip()},
        instructions=clean_html(block.get("description", values.text) or "", block.source.link).text,
        has_score=bool(block.get("has_score", values.flag)),
        weight=_weight(block),
        # The older block opens a new window by default, the newer one only if its launch target says so.
        opens_in_new_window=block.own.get("launch_target") == "new_window"
        or (is_old and window is not False),
    )


def _gadget(block: Block, why: str) -> GadgetOutline:
    block.source.account.keep(block.name, why)
    is_task = _is_scored(block)
    # A task's XML may contain solutions as well as questions: only known questions are shown.
    asks = [text for name in ASKS if (text := block.get(name, values.text))]
    asks += [prompt.text or "" for prompt in block.element.iterfind("prompts/prompt/description")]
    shown = "".join(asks) if asks or is_task or block.type in CHOOSERS else inner_html(block.element)
    text = clean_html(shown, block.source.link).text
    return GadgetOutline(
        type=block.type,
        source=block.raw or outer_xml(block.element),
        text="" if is_blank(text) else text,
        settings=block.rest(),
        reveals_solutions=is_task,
    )


def _is_scored(block: Block) -> bool:
    return block.type in SCORED or bool(block.get("has_score", values.flag))


def _max_points(block: Block, content: ContentOutline) -> float:
    """Return the points of the item; for a gadget those declared in its source, if any."""
    if isinstance(content, QuizOutline):
        return sum(question.max_points for question in content.questions)
    if isinstance(content, RichTextOutline | VideoOutline) or not _is_scored(block):
        return 0.0
    if block.type == "openassessment" and "weight" not in block.own:
        return _rubric_points(block)
    return _weight(block)


def _weight(block: Block) -> float:
    weight = block.get("weight", values.number)
    return 1.0 if weight is None else max(weight, 0.0)


def _rubric_points(block: Block) -> float:
    points = [
        [_points(option.get("points")) for option in criterion.iter("option")]
        for criterion in block.element.iter("criterion")
    ]
    return sum(max(choices, default=0.0) for choices in points)


def _points(words: str | None) -> float:
    try:
        return values.number(words) or 0.0
    except ValueError:
        return 0.0


def _deadline(block: Block) -> datetime | None:
    due = block.get("due", values.moment)
    if due and block.source.is_self_paced:
        block.source.account.alter("due dates", "do not close anything in a self-paced course; omitted")
        return None
    return due


def _is_proctored(block: Block) -> bool:
    return block.has("is_proctored_enabled") or block.has("is_proctored_exam")


def _note_groups(block: Block) -> None:
    if block.own.get("group_access") not in (None, "", "{}", {}):
        block.source.account.alter(block.name, "is for some groups of learners only; kept for all")
