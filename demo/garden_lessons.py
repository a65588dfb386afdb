"""Texts, questions and recordings of “Graphs for Gardeners”."""

from demo.making import choice, essay, number, picture, quiz, subtitles, words
from ingest.outline import LtiOutline, VideoOutline

WELCOME = f"""
Every garden is a **graph**: beds are *vertices*, paths are *edges*. Once you see it that way, questions that
seem to need a tape measure turn out to need only a pencil.

{picture("garden.svg", "The Hillside garden: six beds, joined by eight paths")}

In this course you will

- walk every path exactly once, or prove that nobody can,
- lay the shortest hose that reaches every bed,
- find out which bed to water first when the tap runs for ten minutes only.

You need no mathematics beyond counting. Bring a map of a garden you know, or use ours.
"""

EULER = f"""
In 1736 the people of Königsberg asked whether they could cross each of their seven bridges once and come
home. Leonhard Euler answered without leaving his desk.

{picture("bridges.svg", "Königsberg as a graph: four places, seven bridges")}

Look at one place only. Each time you walk *into* it you must walk *out* again, by another bridge. So bridges
are used up in pairs, and a place with an odd number of bridges can only be a start or an end.

> A connected graph has a walk over every edge exactly once **if and only if** none or two of its vertices
> have an odd degree.

With none, the walk ends where it began. With two, it leads from one of them to the other. All four places of
Königsberg are odd, and so nobody ever managed.
"""

HOSE = """
Water has to reach every bed, and hose costs money. A **spanning tree** joins all beds and has no loop; the
cheapest of them all is a **minimum spanning tree**. Joseph Kruskal's recipe is as lazy as a recipe can be:

1. Sort the paths by length, the shortest first.
2. Take the next path, unless it would close a loop.
3. Stop when every bed is reached.

You will have taken one path fewer than there are beds. That no other choice is shorter is not obvious at
all: the exercise below lets you try to beat it.
"""

WALK = VideoOutline(
    hd_url="https://media.w3.org/2010/05/sintel/trailer_hd.mp4",
    sd_url="https://media.w3.org/2010/05/sintel/trailer.mp4",
    source_urls=("https://media.w3.org/2010/05/sintel/trailer.webm",),
    duration=52.0,
    transcript_url="asset:recipes.txt",
    subtitle_tracks=(
        subtitles(
            "en",
            "Good morning, and welcome to Hillside.",
            "Here are six beds. Let us call them A to F.",
            "Between them run eight paths of gravel.",
            "I will now try to walk each of them once.",
            "And I am stuck. But was that my fault?",
            "Count the paths at each bed, and you will know.",
        ),
        subtitles(
            "de",
            "Guten Morgen und willkommen in Hillside.",
            "Hier sind sechs Beete. Nennen wir sie A bis F.",
            "Zwischen ihnen liegen acht Wege aus Kies.",
            "Ich versuche nun, jeden genau einmal zu gehen.",
            "Und ich komme nicht weiter. War das mein Fehler?",
            "Zählt die Wege an jedem Beet, dann wisst ihr es.",
        ),
    ),
)

FIRST_STEPS = quiz(
    choice(
        1,
        "What are the *vertices* of a garden's graph?",
        ("The beds", True, "Right: what is joined is a vertex."),
        ("The paths", False, "Paths join beds: they are the edges."),
        ("The snails", False, "They only move along the edges, and slowly."),
        shuffle_options=True,
    ),
    choice(
        2,
        "Which of these are graphs? Choose all.",
        ("A map of an underground railway", True, "Stations are vertices, tracks are edges."),
        ("A family tree", True, "People are vertices."),
        ("A heap of compost", False, "Nothing in it is joined to anything in particular."),
    ),
    instructions="For yourself: as often as you like.",
)

HOMEWORK = quiz(
    choice(
        1,
        "Can you walk every path of our garden exactly once and end where you began?",
        ("Yes, from any bed", False, "Two beds have an odd number of paths."),
        ("Yes, but from one bed only", False, "A round trip could begin anywhere on it."),
        ("No", True, "Two beds are odd, so a walk leads from one of them to the other."),
        explanation="Count the paths at each bed: D and E have three.",
    ),
    choice(
        2,
        "Which changes would make a round trip possible?",
        ("A new path between the two odd beds", True, "Then all are even."),
        ("Closing the path between the two odd beds, if there is one", True, "Then all are even."),
        ("A new path from each bed to the shed", False, "Then A, B, C and F are odd instead."),
        max_points=2.0,
    ),
    words(
        3,
        "Who answered the question of the bridges? The surname will do.",
        ("Euler", "Leonhard Euler"),
        explanation="Leonhard Euler, in 1736.",
    ),
    number(
        4,
        "A garden has 9 beds, each joined to every other. How many paths is that?",
        36,
        36,
        explanation="Each of 9 beds has 8 paths, and each path was counted twice: 9 · 8 / 2 = 36.",
    ),
    essay(
        5,
        "Draw your own garden as a graph. Describe it, and tell whether it has a walk over every path.",
        max_points=3.0,
    ),
    instructions="Two attempts; the better one counts. Solutions are shown after the deadline.",
    allowed_attempts=2,
)

PLANNER = LtiOutline(
    launch_url="https://tools.example.org/hose-planner/launch",
    version="1.3",
    login_url="https://tools.example.org/hose-planner/login",
    parameters={"garden": "hillside"},
    instructions="Lay a hose that reaches every bed. You get points for each metre you save.",
    has_score=True,
    weight=4.0,
)

EXAM = quiz(
    number(
        1,
        "A hose reaches 12 beds without a loop. How many stretches of hose is that?",
        11,
        11,
        explanation="A tree has one edge fewer than it has vertices.",
        max_points=2.0,
    ),
    choice(
        2,
        "Kruskal's recipe looks at a path that would close a loop. What does it do?",
        ("It leaves the path out", True, "A tree has no loops."),
        ("It takes the path and drops the longest of the loop", False, "That is another recipe."),
        ("It starts again", False, "It never looks back."),
        max_points=2.0,
    ),
    instructions="One attempt of 45 minutes.",
    allowed_attempts=1,
    time_limit=45 * 60,
)
