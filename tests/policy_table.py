"""Who sees what: by type and state of a row, who of the stage's viewers; every way to a row is to agree."""

from strawberry.types.base import get_object_definition

from graph.declaring.objects import TYPES
from resolvers.loading.node import NODES
from tests.policy_of_concepts import viewers_by_state
from tests.policy_rows import Stage
from tests.policy_states import ITEM_VALUES_BY_STATE, SECTION_VALUES_BY_STATE

ALL_BUT_APPLICATION = "AOLXTYS"
ALL_VIEWERS = ALL_BUT_APPLICATION + "C"
NESTED_STATES = [f"below, {state}" for state in SECTION_VALUES_BY_STATE]
PLACE_STATES = [*SECTION_VALUES_BY_STATE, *NESTED_STATES, *ITEM_VALUES_BY_STATE]


def both(letters: str, others: str) -> str:
    """Letters that two have in common."""
    return "".join(letter for letter in letters if letter in others)


COURSE_VIEWERS = {
    "open": ALL_BUT_APPLICATION,
    "left": ALL_BUT_APPLICATION,
    "hidden": "LTS",
    "hidden, left": "TS",
    "hidden, elsewhere": "XYS",
    "in preparation": "TS",
    "announced": ALL_BUT_APPLICATION,
    "not begun": ALL_BUT_APPLICATION,
    "elsewhere": ALL_BUT_APPLICATION,
    "of an application": ALL_VIEWERS,
    "of another application": ALL_BUT_APPLICATION,
}
"""An application, C, sees its own courses and what is in them; of those of others, not even what all see."""

APPLICATION_VIEWERS = {"of an application": "C"}
TEAM_VIEWERS = {
    state: ("YS" if "elsewhere" in state else "TS") + APPLICATION_VIEWERS.get(state, "")
    for state in COURSE_VIEWERS
}
ITEM_VIEWERS = {
    **COURSE_VIEWERS,
    "announced": "TS",
    "section unpublished": "TS",
    "below, section unpublished": "TS",
    "section not open yet": ALL_BUT_APPLICATION,
    "below, section not open yet": ALL_BUT_APPLICATION,
    "section closed": ALL_BUT_APPLICATION,
    "below, section closed": ALL_BUT_APPLICATION,
    "item unpublished": "TS",
    "item not open yet": ALL_BUT_APPLICATION,
    "item closed": ALL_BUT_APPLICATION,
}
SECTION_VIEWERS = {
    state: letters for state, letters in ITEM_VIEWERS.items() if state not in ITEM_VALUES_BY_STATE
}
CONTENT_VIEWERS = {
    **dict.fromkeys(PLACE_STATES, "TS"),
    "open": "LTS",
    "left": "TS",
    "hidden": "LTS",
    "hidden, left": "TS",
    "hidden, elsewhere": "XYS",
    "in preparation": "TS",
    "announced": "TS",
    "not begun": "TS",
    "elsewhere": "XYS",
    "of an application": "LTSC",
    "of another application": "LTS",
}
OWN_ROW_VIEWERS = {
    **dict.fromkeys(PLACE_STATES, "LTS"),
    "open": "LTS",
    "of a fellow": "TS",
    "of a passer-by": "TS",
    "left": "LTS",
    "hidden": "LTS",
    "hidden, left": "TS",
    "hidden, elsewhere": "XYS",
    "in preparation": "TS",
    "announced": "LTS",
    "not begun": "LTS",
    "elsewhere": "XYS",
    "of an application": "LTSC",
    "of another application": "LTS",
}
PARTICIPANT_VIEWERS = {**{state: OWN_ROW_VIEWERS[state] for state in COURSE_VIEWERS}, "left": "TS"}
"""Who takes a course now, or sees all of it."""

TOPIC_VIEWERS = {
    **PARTICIPANT_VIEWERS,
    **{f"{state}, in another's room": letters for state, letters in TEAM_VIEWERS.items()},
    "in the learner's room": "LTS",
    **{
        f"about an item, {state}": both(letters, PARTICIPANT_VIEWERS.get(state, "LTS"))
        for state, letters in ITEM_VIEWERS.items()
    },
}
"""A topic about an item is hidden with the item."""

TIMED_VIEWERS = {"timed, not begun": "TS", "timed, begun": "LTS"}
"""Questions of a quiz with a time limit, by whether the learner has started an attempt."""

DOCUMENT_VIEWERS = {
    **{f"{state}, public": ALL_VIEWERS for state in COURSE_VIEWERS},
    **{f"{state}, not public": letters for state, letters in TEAM_VIEWERS.items()},
}
VIEWERS_BY_TYPE: dict[str, dict[str, str]] = {
    "Announcement": {
        "for all, published": ALL_VIEWERS,
        "for all, draft": "S",
        "for all, not yet published": "S",
        **{f"{state}, published": letters for state, letters in COURSE_VIEWERS.items()},
        **{f"{state}, draft": letters for state, letters in TEAM_VIEWERS.items()},
        **{f"{state}, not yet published": letters for state, letters in TEAM_VIEWERS.items()},
    },
    "Application": {"C": "SC", "another": "S"},
    "Asset": TEAM_VIEWERS,
    "Channel": {"public": ALL_VIEWERS, "private": "S"},
    "Classifier": {"visible": ALL_VIEWERS, "hidden": "S"},
    "Cluster": {"visible": ALL_VIEWERS, "hidden": "S"},
    "Comment": TOPIC_VIEWERS,
    "Course": COURSE_VIEWERS,
    "CourseVersion": {
        **COURSE_VIEWERS,
        **{f"{state}, former": letters for state, letters in TEAM_VIEWERS.items()},
    },
    "Document": DOCUMENT_VIEWERS,
    "DocumentLocalization": DOCUMENT_VIEWERS,
    "Enrollment": {state: OWN_ROW_VIEWERS[state] for state in [*COURSE_VIEWERS, "of a fellow"]},
    "Experiment": {**TEAM_VIEWERS, "of the platform": "S"},
    "ExperimentAssignment": {
        **{
            state: ("X" if "elsewhere" in state else "L") + letters for state, letters in TEAM_VIEWERS.items()
        },
        "of a fellow": "TS",
        "of the platform": "LS",
    },
    "Feature": {"of the platform": ALL_VIEWERS, **COURSE_VIEWERS},
    "Gadget": CONTENT_VIEWERS,
    "GradingPolicy": COURSE_VIEWERS,
    "ImportJob": {"of L": "LS", "of C": "CS", "of L, long ago": ""},
    "Item": ITEM_VIEWERS,
    "LearningRoom": {
        **{f"{state}, open": letters for state, letters in PARTICIPANT_VIEWERS.items()},
        **{f"{state}, closed": letters for state, letters in TEAM_VIEWERS.items()},
        "of the learner": "LTS",
    },
    "LtiExercise": CONTENT_VIEWERS,
    "Option": {
        **{f"{state}, choice": letters for state, letters in CONTENT_VIEWERS.items()},
        **{f"{state}, accepted answer": TEAM_VIEWERS.get(state, "TS") for state in CONTENT_VIEWERS},
        **{f"{state}, choice": letters for state, letters in TIMED_VIEWERS.items()},
        **{f"{state}, accepted answer": letters for state, letters in TIMED_VIEWERS.items()},
    },
    "Organization": {"any": ALL_VIEWERS},
    "PackagedActivity": CONTENT_VIEWERS,
    "PeerAssessment": CONTENT_VIEWERS,
    "PlatformEvent": {
        "announcement, for all, published": ALL_VIEWERS,
        **{
            f"announcement, {state}, published": both(letters, PARTICIPANT_VIEWERS[state])
            for state, letters in COURSE_VIEWERS.items()
        },
        **{f"topic, {state}": letters for state, letters in TOPIC_VIEWERS.items()},
        **{f"comment, {state}": letters for state, letters in TOPIC_VIEWERS.items()},
    },
    "Question": {**CONTENT_VIEWERS, **TIMED_VIEWERS},
    "Quiz": CONTENT_VIEWERS,
    "Registration": {
        **{state: OWN_ROW_VIEWERS[state] for state in [*COURSE_VIEWERS, "of a fellow"]},
        "a look of its own": "TSC",
    },
    "RichText": CONTENT_VIEWERS,
    "Section": SECTION_VIEWERS,
    "Statement": {
        **{
            state: ("X" if "elsewhere" in state else "L") + letters for state, letters in TEAM_VIEWERS.items()
        },
        "of a fellow": "TS",
        "of no course": "LS",
        "kept by an application": "SC",
        "voided": "",
    },
    "Submission": OWN_ROW_VIEWERS,
    "SubtitleCue": CONTENT_VIEWERS,
    "SubtitleTrack": CONTENT_VIEWERS,
    "Ticket": {"of L": "LS", "of T": "TS", "of nobody known": "S"},
    "Token": {"of L": "L", "of T": "T", "of S": "S", "revoked": "", "expired": ""},
    "Topic": TOPIC_VIEWERS,
    "User": {"O": "OS", "L": "LTSC", "F": "TS", "P": "TS", "X": "XYS", "T": "TS", "Y": "YS", "S": "S"},
    "Video": CONTENT_VIEWERS,
    **viewers_by_state(),
}
"""By type and state of a row the letters of those who see it (`tests.policy_rows` tells who they are)."""

TYPE_NAMES = {target: get_object_definition(of, strict=True).name for target, of in TYPES.items()}
NODES_BY_TYPE = {TYPE_NAMES[each.target]: each.target for each in NODES.values()}
PROFILE_VIEWERS = {"O": "OS", "L": "LS", "F": "S", "P": "S", "X": "XS", "T": "TS", "Y": "YS", "S": "S"}
"""By user the letters of those who see their profile."""


def visible(stage: Stage, type_: str, letter: str) -> set[str]:
    """Ids of the rows of a type that the viewer is to see, by the table."""
    return {id_ for id_, state in stage.ids(type_).items() if letter in VIEWERS_BY_TYPE[type_][state]}
