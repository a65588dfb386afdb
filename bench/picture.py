"""Picture (SVG) of the measurements: CPU per request by query, PostgreSQL's part in a lighter color."""

from collections.abc import Mapping
from html import escape

from bench.queries import OURS
from bench.report import Measured, Results

QUERIES: Mapping[str, str] = {
    "Q1": "20 courses, 10 fields",
    "Q2": "20 courses, their sections and items: 2,220 objects",
    "Q3": "One course as a learner: items, own state, quizzes, videos",
    "Q4": "One course by its slug",
}
WIDTH, LABELS, FIGURES = 860, 200, 110
BAR, GAP, HEADING = 18, 6, 34
OUR_COLOUR, OTHER_COLOUR = "#1769aa", "#8a94a0"


def picture(results: Results) -> str:
    """Return all measured queries, one below the other; the bars of a group have a common scale."""
    drawn: list[str] = []
    top = 10
    for query, told in QUERIES.items():
        if query in results:
            group, top = _group(f"{query}: {told}", results[query], top)
            drawn += group
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" font-family="sans-serif" '
        f'font-size="13" role="img" aria-label="CPU per request, in milliseconds">'
    )
    return "\n".join([head, f'<rect width="{WIDTH}" height="{top}" fill="#fff"/>', *drawn, "</svg>\n"])


def _group(heading: str, measured: Mapping[str, Measured], top: int) -> tuple[list[str], int]:
    """Return the bars of one query from `top` on, and the position of their end."""
    drawn = [f'<text x="10" y="{top + 18}" font-weight="bold">{escape(heading)}, CPU ms per request</text>']
    top += HEADING - GAP
    scale = (WIDTH - LABELS - FIGURES) / max(each.cpu for each in measured.values())
    for server, each in sorted(measured.items(), key=lambda pair: pair[1].cpu):
        colour = OUR_COLOUR if server == OURS else OTHER_COLOUR
        own, database = (share * scale for share in each.best)
        middle = top + BAR - 5
        drawn += [
            f'<text x="{LABELS - 8}" y="{middle}" text-anchor="end">{escape(server)}</text>',
            f'<rect x="{LABELS}" y="{top}" width="{own:.1f}" height="{BAR}" fill="{colour}"/>',
            f'<rect x="{LABELS + own:.1f}" y="{top}" width="{database:.1f}" height="{BAR}" '
            f'fill="{colour}" opacity="0.45"/>',
            f'<text x="{LABELS + own + database + 6:.1f}" y="{middle}">{each.cpu:.2f}</text>',
        ]
        top += BAR + GAP
    return drawn, top + GAP
