"""Who sees what: by type and state of a row, who of the stage's viewers; every way to a row is to agree."""

from strawberry.types.base import get_object_definition

from graph.declaring.declare import TYPES
from resolvers.loading.node import NODES
from tests.policy_rows import ITEMS, SECTIONS, Stage

EVERYBODY = "AOLXTYS"
LETTERS = EVERYBODY + "C"
BELOW = [f"below, {state}" for state in SECTIONS]
PLACES = [*SECTIONS, *BELOW, *ITEMS]

COURSE = {
    "open": EVERYBODY,
    "left": EVERYBODY,
    "hidden": "LTS",
    "hidden, left": "TS",
    "hidden, elsewhere": "XYS",
    "in preparation": "TS",
    "announced": EVERYBODY,
    "not begun": EVERYBODY,
    "elsewhere": EVERYBODY,
    "of an application": LETTERS,
    "of another application": EVERYBODY,
}
"""An application, C, sees its own courses and what is in them; of those of others, not even what all see."""

CLIENT = {"of an application": "C"}
TEAM = {state: ("YS" if "elsewhere" in state else "TS") + CLIENT.get(state, "") for state in COURSE}
ITEM = {
    **COURSE,
    "announced": "TS",
    "section unpublished": "TS",
    "below, section unpublished": "TS",
    "section not open yet": EVERYBODY,
    "below, section not open yet": EVERYBODY,
    "section closed": EVERYBODY,
    "below, section closed": EVERYBODY,
    "item unpublished": "TS",
    "item not open yet": EVERYBODY,
    "item closed": EVERYBODY,
}
SECTION = {state: letters for state, letters in ITEM.items() if state not in ITEMS}
CONTENT = {
    **dict.fromkeys(PLACES, "TS"),
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
OWN = {
    **dict.fromkeys(PLACES, "LTS"),
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
TAKES = {**{state: OWN[state] for state in COURSE}, "left": "TS"}
"""Who takes a course now, or sees all of it."""

TOPIC = {
    **TAKES,
    **{f"{state}, in another's room": letters for state, letters in TEAM.items()},
    "in the learner's room": "LTS",
}
DOCUMENT = {
    **{f"{state}, public": LETTERS for state in COURSE},
    **{f"{state}, not public": letters for state, letters in TEAM.items()},
}
SEEN: dict[str, dict[str, str]] = {
    "Announcement": {
        "for all, published": LETTERS,
        "for all, draft": "S",
        "for all, not yet published": "S",
        **{f"{state}, published": letters for state, letters in COURSE.items()},
        **{f"{state}, draft": letters for state, letters in TEAM.items()},
        **{f"{state}, not yet published": letters for state, letters in TEAM.items()},
    },
    "Application": {"C": "SC", "another": "S"},
    "Asset": TEAM,
    "Channel": {"public": LETTERS, "private": "S"},
    "Classifier": {"visible": LETTERS, "hidden": "S"},
    "Cluster": {"visible": LETTERS, "hidden": "S"},
    "Comment": TOPIC,
    "Course": COURSE,
    "CourseVersion": {**COURSE, **{f"{state}, former": letters for state, letters in TEAM.items()}},
    "Document": DOCUMENT,
    "DocumentLocalization": DOCUMENT,
    "Enrollment": {state: OWN[state] for state in [*COURSE, "of a fellow"]},
    "Experiment": {**TEAM, "of the platform": "S"},
    "ExperimentAssignment": {
        **{state: ("X" if "elsewhere" in state else "L") + letters for state, letters in TEAM.items()},
        "of a fellow": "TS",
        "of the platform": "LS",
    },
    "Feature": {"of the platform": LETTERS, **COURSE},
    "Gadget": CONTENT,
    "GradingPolicy": COURSE,
    "ImportJob": {"of L": "LS", "of C": "CS", "of L, long ago": ""},
    "Item": ITEM,
    "LearningRoom": {
        **{f"{state}, open": letters for state, letters in TAKES.items()},
        **{f"{state}, closed": letters for state, letters in TEAM.items()},
        "of the learner": "LTS",
    },
    "LtiExercise": CONTENT,
    "Option": {
        **{f"{state}, choice": letters for state, letters in CONTENT.items()},
        **{f"{state}, accepted answer": TEAM.get(state, "TS") for state in CONTENT},
    },
    "Organization": {"any": LETTERS},
    "PackagedActivity": CONTENT,
    "PeerAssessment": CONTENT,
    "Question": CONTENT,
    "Quiz": CONTENT,
    "Registration": {**{state: OWN[state] for state in [*COURSE, "of a fellow"]}, "a look of its own": "TSC"},
    "RichText": CONTENT,
    "Section": SECTION,
    "Statement": {
        **{state: ("X" if "elsewhere" in state else "L") + letters for state, letters in TEAM.items()},
        "of a fellow": "TS",
        "of no course": "LS",
        "kept by an application": "SC",
        "voided": "",
    },
    "Submission": OWN,
    "SubtitleCue": CONTENT,
    "SubtitleTrack": CONTENT,
    "Ticket": {"of L": "LS", "of T": "TS", "of nobody known": "S"},
    "Token": {"of L": "L", "of T": "T", "of S": "S", "revoked": "", "expired": ""},
    "Topic": TOPIC,
    "User": {"O": "OS", "L": "LTSC", "F": "TS", "P": "TS", "X": "XYS", "T": "TS", "Y": "YS", "S": "S"},
    "Video": CONTENT,
}
"""By type and state of a row the letters of those who see it (`tests.policy_rows` tells who they are)."""

NAMES = {target: get_object_definition(of, strict=True).name for target, of in TYPES.items()}
ENTITIES = {NAMES[target]: target for target in NODES}
PROFILE = {"O": "OS", "L": "LS", "F": "S", "P": "S", "X": "XS", "T": "TS", "Y": "YS", "S": "S"}
"""By user the letters of those who see their profile."""


def visible(stage: Stage, type_: str, letter: str) -> set[str]:
    """Ids of the rows of a type that the viewer is to see, by the table."""
    return {id_ for id_, state in stage.ids(type_).items() if letter in SEEN[type_][state]}
