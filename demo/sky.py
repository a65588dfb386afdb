"""“Reading the Night Sky”: a short self-paced course, with items directly in its sections."""

from datetime import datetime, timedelta

from demo.making import asset, choice, item, number, page, picture, poll, quiz, section, subtitles, words
from ingest.outline import CourseOutline, SectionOutline, SolutionRelease, VideoOutline
from models.catalogue.course import Pacing
from models.catalogue.item import ExerciseType

KEY = "course-v1:Hillside+SKY+self"
COMPASS = "compass"

NORTH = f"""
Before you learn a single name, learn **where north is**. Find the Plough: seven bright stars, shaped like a
saucepan. Follow the two stars at the pan's outer edge for five times their distance, and you meet a lone star
of middling brightness. That is *Polaris*. Drop a line from it to the horizon: there is north.

{picture("plough.svg", "The Plough, and the way from it to Polaris")}

Everything else turns around this point once a day, like a wheel around its hub.
"""

SEASONS = """
The Earth travels once around the Sun each year, so the *night side* looks out at other stars each season:

| Season | High in the south at ten in the evening | Look for |
|---|---|---|
| Winter | Orion | three stars in a row, his belt |
| Spring | Leo | a backwards question mark, the mane |
| Summer | Lyra, Cygnus, Aquila | a large triangle |
| Autumn | Pegasus | a great square |

(All of it as seen from the northern half of the world; in the southern half, turn Orion upside down.)
"""

FURTHER = """
With binoculars you can go on tonight:

- the **Pleiades**, six stars by eye, dozens with help,
- the **Andromeda galaxy**, a pale smudge whose light set out two and a half million years ago,
- the **four large moons of Jupiter**, which change places from one evening to the next.

Let your eyes get used to the dark for twenty minutes, and cover your lamp with something red.
"""


def sky(now: datetime) -> CourseOutline:
    """Return the course, open to all users at any time."""
    return CourseOutline(
        key=KEY,
        slug="reading-the-night-sky",
        organization="Hillside",
        number="SKY",
        run="self",
        title="Reading the Night Sky",
        abstract="Three clear evenings, no telescope: find north, tell the seasons, see a galaxy.",
        description="Each part takes an evening. Go out when the sky is clear; the course waits.",
        pacing=Pacing.SELF,
        starts_at=now - timedelta(days=200),
        image="plough.svg",
        teachers="Grace Lindqvist",
        learning_goals=("Find north without a compass.", "Tell the season by the stars."),
        sections=(_north(), _seasons(), _further()),
        assets=(asset("plough.svg", "image/svg+xml", "The Plough and Polaris"),),
    )


def _north() -> SectionOutline:
    evening = VideoOutline(
        hls_url="https://test-streams.mux.dev/x36xhzz/x36xhzz.m3u8",
        duration=634.0,
        subtitle_tracks=(
            subtitles("en", "It is getting dark over Hillside.", "Let us find the Plough."),
            subtitles("de", "Über Hillside wird es dunkel.", "Suchen wir den Großen Wagen."),
        ),
    )
    compass = quiz(
        choice(
            1,
            "How does the Plough lead to Polaris?",
            ("By the two stars at the pan's outer edge", True, "Five times their distance."),
            ("By the handle", False, "The handle leads to Arcturus instead."),
        ),
        words(2, "What is the star above north called?", ("Polaris", "North Star", "Pole Star")),
        instructions="As often as you like.",
    )
    return section(
        "north",
        "section",
        "First evening: finding north",
        1,
        items=(
            item("north-text", "A saucepan and a lone star", page(NORTH), 1),
            item("evening", "An evening outside", evening, 2),
            item(COMPASS, "Compass check", compass, 3, exercise_type=ExerciseType.SELFTEST),
        ),
    )


def _seasons() -> SectionOutline:
    quiz_ = quiz(
        choice(
            1,
            "Which of these stand high in the evening in summer? Choose all.",
            ("Lyra", True, "With Vega, its brightest star."),
            ("Cygnus", True, "It flies along the Milky Way."),
            ("Orion", False, "He is up by day then."),
            max_points=2.0,
        ),
        number(
            2,
            "By how many degrees does the sky turn in an hour?",
            14.5,
            15.5,
            explanation="360° in 24 hours: 15° an hour.",
        ),
        instructions="Three attempts.",
        allowed_attempts=3,
        solution_release=SolutionRelease.AFTER_ATTEMPTS,
    )
    return section(
        "seasons",
        "section",
        "Second evening: the seasons overhead",
        2,
        items=(
            item("seasons-text", "A different window each season", page(SEASONS), 1),
            item("seasons-quiz", "Which season is it?", quiz_, 2, exercise_type=ExerciseType.MAIN),
        ),
    )


def _further() -> SectionOutline:
    return section(
        "further",
        "section",
        "Third evening: beyond the eye",
        3,
        is_optional=True,
        items=(
            item("further-text", "With binoculars", page(FURTHER), 1, is_optional=True),
            item(
                "seen",
                "What did you see?",
                poll("What was the farthest thing you saw?", ("The Moon", "Jupiter", "Andromeda")),
                2,
                is_optional=True,
            ),
        ),
    )
