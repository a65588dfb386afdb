"""Language of public texts: forbidden phrases, each with its replacement (`docs/vocabulary.md`).

`pytest tests/test_language.py -q` prints every offender with file and line.
"""

import re
import subprocess
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple

import pytest

from cli import parser
from settings.environment import ROOT

FORBIDDEN = {
    r"\b(for|to|of|by|with|from) who\b": "name the subject: 'learners who', 'the viewer'",
    r"\bwho asks\b": "'viewer' or 'client'",
    r"\bwhom\b": "name the subject",
    r"\bwho(so)?ever\b": "name the subject",
    r"\b(some|no)body\b": "name the subject: 'a user', 'no user'",
    r"^(What|Who)\b": "start with a noun, or a verb for a function",
    r"^(In|By|To|Of|For|With) (what|which)\b": "start with a noun: 'Course the user is enrolled in'",
    r"^Those\b": "name the objects: 'Only courses that …'",
    r"\bwhat (it|they|there|stands|comes|is there)\b": "a noun: 'content', 'result', 'row'",
    r"\b(came|comes|come|become|becomes) of\b": "'result of'",
    r"\b(told|said|tells?)\b": "'return', 'report', 'show'",
    r"\botherwise[.;:]?$": "state the condition: 'null unless …'",
    r"\bno more([.,;:]|$)": "'no longer', or the state",
    r"\bas far as the viewer\b": "'visible to the viewer'",
    r"\bmay know\b": "'visible to the viewer'",
    r"\bwhere (there (is|are|was|were)|(it|they) \w+ no(ne)?|none|nothing)\b": "'if', 'unless'",
    r"\bof (ours|yours|mine)\b": "name the owner",
    r"\bmoments?\b": "'timestamp', or 'position' in a video",
    r"\bwork(s|ed)? out\b": "'compute'",
    r"\bhand(s|ed|ing)? in\b": "'submit'",
    r"\b(go|goes|went|going) on\b": "'continue'",
    r"\banew\b": "'again', 'from the start'",
    r"\bbegun\b": "'started'",
    r"\bbeside\b": "'next to', 'in addition to'",
    r"\blies? (in|on|at|there|below|about)\b": "'is in', 'is stored in'",
    r"\bstands? (in|at|there|below|above|before)\b": "'is in'",
    r"\bthe (newest|oldest|earliest|latest|highest|lowest) first\b": "'newest first'",
    r"\balone([.,;:]|$)": "'only'",
    r"\bat once\b": "'immediately', 'in one statement', 'in parallel'",
    r"\ball (went|goes) well\b": "'on success'",
    r"\((000|001|002|003)\b": "name the source (docs/sources.md)",
}
"""Advice by pattern; the list grows. `^` and `$` match the start and end of a sentence."""

RULES = [(re.compile(pattern, re.IGNORECASE), advice) for pattern, advice in FORBIDDEN.items()]
QUOTED = re.compile(r'`[^`]*`|"[^"]*"|\]\([^)]*\)')
SENTENCE = re.compile(r"(?<=[.!?;])\s+")


class Text(NamedTuple):
    """A public text; `place` is its name within the file, if the line alone does not show it."""

    file: str
    line: int
    text: str
    place: str = ""


def offenders(texts: Iterable[Text]) -> Iterator[str]:
    """One line per forbidden phrase. Code spans and quotations are exempt."""
    for file, line, text, place in texts:
        bare = QUOTED.sub(lambda found: "\n" * found.group().count("\n") or "…", text)
        for start, sentence in sentences(bare):
            for pattern, advice in RULES:
                if found := pattern.search(sentence):
                    where = f"{file}:{line + bare[:start].count(chr(10))}:{f' {place}:' if place else ''}"
                    yield f"{where} '{found.group()}' in '{sentence}': {advice}"


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Sentences in one line each, with their offsets; a semicolon ends a sentence, too."""
    start = 0
    for gap in [*SENTENCE.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if sentence := " ".join(text[start:end].split()).rstrip("."):
            yield start + len(text[start:end]) - len(text[start:end].lstrip()), sentence
        start = gap.end() if gap else end


def report(found: Iterable[str]) -> None:
    """Fail with all lines in full."""
    if lines := list(found):
        pytest.fail("\n".join([*lines, f"{len(lines)} in all; see docs/vocabulary.md"]), pytrace=False)


def tracked(*patterns: str) -> list[str]:
    """Names of files in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in sorted(set(listed.stdout.split())) if (ROOT / name).exists()]


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


BLOCK = re.compile(r"\s*(?:[-*] |\d+\. |#+ |$)")


def blocks(name: str) -> Iterator[Text]:
    """Paragraphs, list items, headings and cells of a Markdown file; fenced code is left out."""
    is_code, start, lines = False, 1, list[str]()
    for number, line in enumerate([*read(name).splitlines(), ""], 1):
        is_fence = line.lstrip().startswith("```")
        is_row = line.startswith("|")
        if is_fence or is_code or is_row or BLOCK.match(line):
            yield Text(name, start, re.sub(r"^\s*(?:[-*] |\d+\. |#+ )", "", "\n".join(lines)))
            lines = []
        is_code ^= is_fence
        if is_row:
            yield from (Text(name, number, cell.strip()) for cell in line.split("|"))
        elif line and not is_fence and not is_code:
            start = start if lines else number
            lines.append(line)


MARKDOWN = [name for name in tracked("*.md") if name != "bench/RESULTS.md"]


NAMES_ABSENT_PATHS = {"docs/vocabulary.md", "CONTRIBUTING.md"}
"""Documents whose paths may be absent: those before the renaming of classes, and those of examples."""


@pytest.mark.parametrize("name", MARKDOWN)
def test_documents_follow_the_vocabulary(name: str) -> None:
    report(offenders(blocks(name)))


@pytest.mark.parametrize("name", MARKDOWN)
def test_links_and_paths_in_documents_exist(name: str) -> None:
    text = re.sub(r"```.*?```", "", read(name), flags=re.DOTALL)
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^):]+)\)", text)]
    found = [link for link in links if not ((ROOT / name).parent / link).exists()]
    if name not in NAMES_ABSENT_PATHS:
        paths = re.findall(r"`((?:\w[\w.-]*/)+[\w-]+\.(?:py|js|md|tsv|graphql))`", text)
        found += [
            path
            for path in paths
            if not {(ROOT / path).exists(), ((ROOT / name).parent / path).exists()} & {True}
        ]
    assert found == []


def test_make_follows_the_vocabulary() -> None:
    lines = enumerate(read("Makefile").splitlines(), 1)
    found = [(number, re.search(r"(?:^#|##) (.*)|echo \"(.*?)\"", line)) for number, line in lines]
    report(
        offenders(
            Text("Makefile", number, match.group(1) or match.group(2)) for number, match in found if match
        )
    )


def test_help_of_the_command_follows_the_vocabulary() -> None:
    source = read("cli.py")

    def texts(of: ArgumentParser) -> Iterator[Text]:
        for text in (of.description or "", *(action.help or "" for action in of._actions)):
            yield Text("cli.py", source[: max(source.find(text), 0)].count("\n") + 1, text)
        for action in of._actions:
            if isinstance(action, _SubParsersAction):
                for each in action.choices.values():
                    yield from texts(each)

    report(offenders(texts(parser())))


class Page(HTMLParser):
    """Texts and readable attributes of an HTML page."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.texts: list[Text] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        shown = [
            value for key, value in attrs if key in ("aria-label", "placeholder", "alt", "content") and value
        ]
        self.texts += [Text(self.name, self.getpos()[0], value) for value in shown]

    def handle_data(self, data: str) -> None:
        self.texts.append(Text(self.name, self.getpos()[0], data))


COMMENT_OR_MESSAGE = re.compile(
    r'/\*\*[\s\S]*?\*/|(?:^ *// .*\n)+|(?<!:)// .*|"[^"\n]* [^"\n]*"', re.MULTILINE
)


def web_texts() -> Iterator[Text]:
    """Texts of pages, comments of example operations, and messages in scripts."""
    for name in tracked("web/pages/*.html"):
        page = Page(name)
        page.feed(read(name))
        yield from page.texts
    for name in tracked("web/src/graphiql/examples/*.graphql"):
        yield Text(name, 1, "\n".join(re.findall(r"(?m)^# (.*)", read(name))))
    for name in tracked("web/src/*.js", "web/src/*.jsx", "web/static/*.js"):
        script = read(name)
        for found in COMMENT_OR_MESSAGE.finditer(script):
            text = re.sub(r"(?m)^\s*(/\*+|\*/?|//)( @.*)?|\*/$", "", found.group().strip('"'))
            yield Text(name, script[: found.start()].count("\n") + 1, text)


def test_web_pages_follow_the_vocabulary() -> None:
    report(offenders(web_texts()))


def test_an_offender_is_reported_with_its_line() -> None:
    text = Text("a.md", 7, "Course of the viewer;\nnull for who is not signed in. `for who`", "Course.x")
    assert list(offenders([text])) == [
        "a.md:8: Course.x: 'for who' in 'null for who is not signed in': name the subject: "
        "'learners who', 'the viewer'"
    ]
    assert list(offenders([Text("a.md", 1, "Learners who are enrolled.")])) == []


def test_each_pattern_compiles_and_has_advice() -> None:
    assert all(pattern.pattern and advice for pattern, advice in RULES)
