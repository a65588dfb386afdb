"""“Graphs for Gardeners”: a course nested as in Open edX, with dates, grades and every type of content."""

from datetime import datetime, timedelta

from demo import garden_lessons as lessons
from demo.making import asset, item, page, poll, section, survey
from ingest.outline import (
    AnnouncementOutline,
    AssignmentTypeOutline,
    CourseOutline,
    GradingPolicyOutline,
    SectionOutline,
)
from models.catalogue.item import ExerciseType

KEY = "course-v1:Hillside+GRAPHS+2026"
HOMEWORK = "homework"
FIRST_STEPS = "first-steps"
WALK = "walk"
DOODLES = "doodles"


def garden(now: datetime) -> CourseOutline:
    """Return the course, which started three weeks ago; its last section opens later."""
    day = timedelta(days=1)
    return CourseOutline(
        key=KEY,
        slug="graphs-for-gardeners",
        organization="Hillside",
        number="GRAPHS",
        run="2026",
        title="Graphs for Gardeners",
        abstract="Paths, hoses and harvests: graph theory for people with soil under their fingernails.",
        description="A six-week course on graphs, told in a garden. No mathematics needed beyond counting.",
        starts_at=now - 21 * day,
        ends_at=now + 70 * day,
        enrollment_starts_at=now - 60 * day,
        enrollment_ends_at=now + 50 * day,
        image="garden.svg",
        teachers="Grace Lindqvist, Tomás Rivera",
        learning_goals=(
            "See the graph in an everyday map.",
            "Tell whether a walk over every path exists, and find it.",
            "Lay a shortest network by Kruskal's recipe.",
        ),
        handouts='<p><a href="asset:recipes.txt">Kruskal and Dijkstra</a>, to pin to the shed.</p>',
        sections=(_beds(now), _water(now), _harvest(now + 14 * day)),
        grading_policy=GradingPolicyOutline(
            assignment_types=(
                AssignmentTypeOutline(
                    name="Homework", short_name="HW", weight=0.6, minimum_count=1, drop_count=0
                ),
                AssignmentTypeOutline(
                    name="Harvest exam", short_name="Exam", weight=0.4, minimum_count=1, drop_count=0
                ),
            ),
            cutoffs={"A": 0.9, "B": 0.75, "Pass": 0.5},
            grace_period=3600,
        ),
        announcements=(
            AnnouncementOutline(
                key="seeds",
                title="The second chapter is open",
                text="Hoses out: chapter two is open. Bring questions to Grace's hour on Thursday.",
                published_at=now - 7 * day,
            ),
        ),
        assets=(
            asset("garden.svg", "image/svg+xml", "Map of the garden"),
            asset("bridges.svg", "image/svg+xml", "The bridges of Königsberg"),
            asset("recipes.txt", "text/plain", "Two recipes"),
        ),
    )


def _beds(now: datetime) -> SectionOutline:
    due = now + timedelta(days=10)
    graded = {"deadline": due, "is_graded": True, "assignment_type": "Homework"}
    return section(
        "beds",
        "chapter",
        "Beds and paths",
        1,
        sections=(
            section(
                "graph",
                "sequential",
                "What a graph is",
                1,
                sections=(
                    section(
                        "arrive",
                        "vertical",
                        "Arriving",
                        1,
                        items=(
                            item("welcome", "Welcome", page(lessons.WELCOME), 1),
                            item(WALK, "A walk through the garden", lessons.WALK, 2),
                        ),
                    ),
                    section(
                        "try",
                        "vertical",
                        "Try it",
                        2,
                        items=(
                            item(
                                FIRST_STEPS,
                                "First steps",
                                lessons.FIRST_STEPS,
                                1,
                                exercise_type=ExerciseType.SELFTEST,
                            ),
                        ),
                    ),
                ),
            ),
            section(
                "once",
                "sequential",
                "Every path once",
                2,
                **graded,
                sections=(
                    section(
                        "euler",
                        "vertical",
                        "Euler's stroll",
                        1,
                        **graded,
                        items=(
                            item("bridges", "Seven bridges", page(lessons.EULER), 1),
                            item(
                                HOMEWORK,
                                "Homework: every path once",
                                lessons.HOMEWORK,
                                2,
                                exercise_type=ExerciseType.MAIN,
                                deadline=due,
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )


def _water(now: datetime) -> SectionOutline:
    return section(
        "water",
        "chapter",
        "Water and trees",
        2,
        starts_at=now - timedelta(days=7),
        sections=(
            section(
                "hose",
                "sequential",
                "The shortest hose",
                1,
                starts_at=now - timedelta(days=7),
                sections=(
                    section(
                        "kruskal",
                        "vertical",
                        "Kruskal's lazy recipe",
                        1,
                        items=(
                            item("recipe", "Take the shortest, avoid loops", page(lessons.HOSE), 1),
                            item(
                                "planner",
                                "Beat the recipe",
                                lessons.PLANNER,
                                2,
                                exercise_type=ExerciseType.BONUS,
                                max_points=4.0,
                                is_optional=True,
                            ),
                            item(
                                "favourite",
                                "Which tap is yours?",
                                poll("Where does your hose begin?", ("Kitchen", "Rain barrel", "Neighbour")),
                                3,
                            ),
                        ),
                    ),
                ),
            ),
            section(
                "answers",
                "sequential",
                "Notes for the team",
                2,
                is_staff_only=True,
                sections=(
                    section(
                        "answers-unit",
                        "vertical",
                        "How to grade the essays",
                        1,
                        is_staff_only=True,
                        items=(
                            item(
                                "grading-notes",
                                "Grading the gardens",
                                page(
                                    "One point for the drawing, one for the degrees, one for the conclusion."
                                ),
                                1,
                                is_staff_only=True,
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )


def _harvest(opens: datetime) -> SectionOutline:
    graded = {"deadline": opens + timedelta(days=14), "is_graded": True, "assignment_type": "Harvest exam"}
    return section(
        "harvest",
        "chapter",
        "Harvest",
        3,
        starts_at=opens,
        sections=(
            section(
                "exam",
                "sequential",
                "Exam and farewell",
                1,
                starts_at=opens,
                **graded,
                sections=(
                    section(
                        "exam-unit",
                        "vertical",
                        "Harvest exam",
                        1,
                        starts_at=opens,
                        **graded,
                        items=(
                            item(
                                "harvest-exam",
                                "Harvest exam",
                                lessons.EXAM,
                                1,
                                exercise_type=ExerciseType.MAIN,
                                starts_at=opens,
                                deadline=opens + timedelta(days=14),
                                is_proctored=True,
                            ),
                            survey("survey", 2),
                        ),
                    ),
                ),
            ),
        ),
    )
