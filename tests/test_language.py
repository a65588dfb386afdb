"""Language of public texts: forbidden phrases, each with its replacement, and names (`docs/vocabulary.md`).

`pytest tests/test_language.py -q` prints every offender with file and line.
"""

import ast
import re
import subprocess
from argparse import ArgumentParser, _SubParsersAction
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from graphql import parse
from graphql.language import Node

from cli import parser
from settings.environment import ROOT

FORBIDDEN = {
    r"\b(for|to|of|by|with|from|that|than|as) who\b": "name the subject: 'learners who', 'the viewer'",
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
    r"\botherwise([.;:,]|$)": "state the condition: 'null unless …'",
    r"\b(for|in|to|by|of|from|with|after|before|about|below|at|on) which\b": "'Course of the topic'",
    r"\bleft out\b": "'omitted', 'defaults to'",
    r"\bto be had\b": "'available'",
    r"\bin question\b": "name the object",
    r"\bno more([.,;:]|$)": "'no longer', or the state",
    r"\bas far as the viewer\b": "'visible to the viewer'",
    r"\bmay know\b": "'visible to the viewer'",
    r"\bwhere (there (is|are|was|were)|(it|they) \w+ no(ne)?|none|nothing)\b": "'if', 'unless'",
    r"\b(null|empty|none) where\b": "'null if', 'empty if'",
    r"\b(null|none|empty) for (an error|none|nothing|any|always)\b": "'null if the mutation was refused'",
    r"\bmust all hold\b": "'conditions are combined with AND'",
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
    r"\bthe (newest|oldest|earliest|latest|highest|lowest|next) first\b": "'newest first'",
    r"\balone([.,;:]|$)": "'only'",
    r"\bat once\b": "'immediately', 'in one statement', 'in parallel'",
    r"\ball (went|goes) well\b": "'on success'",
    r"(?<![\d.,:])\b00[0-3]\b(?![\d.])": "name the source (docs/sources.md)",
}
"""Advice by pattern; the list grows. `^` and `$` match the start and end of a sentence."""

STARTS = {
    r"^(How|By when|When|Where|Why|Which|That|Until|From when|It|Its|Their|There)\b": "start with a noun",
}
"""The same for the first sentence of descriptions and docstrings, which are phrases."""

Rule = tuple[re.Pattern[str], str]


def compiled(advice: dict[str, str]) -> list[Rule]:
    return [(re.compile(pattern, re.IGNORECASE), words) for pattern, words in advice.items()]


RULES, FIRST_RULES = compiled(FORBIDDEN), compiled({**FORBIDDEN, **STARTS})
QUOTED = re.compile(r'`[^`]*`|"[^"]*"|\]\([^)]*\)')
SENTENCE = re.compile(r"(?<=[.!?;])\s+")


class Text(NamedTuple):
    """A public text; `place` is its name within the file, if the line alone does not show it."""

    file: str
    line: int
    text: str
    place: str = ""


def offenders(texts: Iterable[Text], first: list[Rule] = RULES) -> Iterator[str]:
    """One line per forbidden phrase, by the rules `first` in first sentences; code and quotes are exempt."""
    for file, line, text, place in texts:
        bare = QUOTED.sub(lambda found: "\n" * found.group().count("\n") or "…", text)
        for start, sentence in sentences(bare):
            for pattern, advice in RULES if bare[:start].strip() else first:
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
    assert all(pattern.pattern and advice for pattern, advice in FIRST_RULES)


SHORTEST = 4
"""Words of a description, unless it is in `SHORT`."""

SHORT = {"SCORM 1.2.", "AICC HACP.", "Unique name"}
"""Descriptions that may be shorter: names of standards, and the one that graphql-core gives `label`."""


def descriptions(name: str) -> Iterator[Text]:
    """Descriptions of a GraphQL file, with the coordinate of what they describe."""

    def walk(node: Node, path: str) -> Iterator[Text]:
        if (named := getattr(node, "name", None)) is not None:
            path = f"{path}.{named.value}" if path else named.value
        if (found := getattr(node, "description", None)) is not None:
            yield Text(name, found.loc.start_token.line, found.value, path)
        for key in node.keys:
            children = getattr(node, key, None)
            for child in children if isinstance(children, tuple | list) else (children,):
                if isinstance(child, Node):
                    yield from walk(child, path)

    yield from walk(parse(read(name)), "")


def test_descriptions_of_the_schema_follow_the_vocabulary() -> None:
    report(offenders(descriptions("schema.graphql"), FIRST_RULES))


def test_descriptions_of_the_schema_have_four_words_at_least() -> None:
    report(
        f"{file}:{line}: {place}: '{text}' has fewer than {SHORTEST} words"
        for file, line, text, place in descriptions("schema.graphql")
        if len(text.split()) < SHORTEST and text not in SHORT
    )


def rest_descriptions() -> Iterator[Text]:
    """Descriptions of REST operations and resources, which OpenAPI shows."""
    pattern = re.compile(r'^"""(.*?)"""|^"(?!")(.*)"$', re.DOTALL | re.MULTILINE)
    for name in tracked("rest/*.graphql", "rest/*.graphqls"):
        text = read(name)
        found = pattern.finditer(text)
        lines = ((text[: each.start()].count("\n") + 1, each.group(1) or each.group(2)) for each in found)
        yield from (Text(name, line, words) for line, words in lines)


def test_descriptions_of_rest_operations_follow_the_vocabulary() -> None:
    report(offenders(rest_descriptions()))


PRODUCT = ("graph", "resolvers", "models", "rest", "ingest", "runtime", "serving", "settings", "demo")
"""Packages of the product; `app.py` and `cli.py` belong to it, too."""

FILES = [name for name in tracked("*.py") if name.partition("/")[0] in {*PRODUCT, "app.py", "cli.py"}]
DEFINITIONS = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def docstrings(name: str) -> Iterator[Text]:
    """Docstrings of a module and its public classes, functions and constants."""

    def walk(node: ast.Module | DEFINITIONS, path: str) -> Iterator[Text]:
        named = ""
        for position, child in enumerate(node.body):
            match child:
                case ast.Expr(value=ast.Constant(value=str(text))) if position == 0 or named:
                    if not named.startswith("_"):
                        yield Text(name, child.lineno, text, f"{path}.{named}".strip("."))
                case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                    if not child.name.startswith("_") and isinstance(node, ast.Module | ast.ClassDef):
                        yield from walk(child, f"{path}.{child.name}".strip("."))
            match child:
                case ast.Assign(targets=[ast.Name(id=named)]) | ast.AnnAssign(target=ast.Name(id=named)):
                    pass
                case _:
                    named = ""

    yield from walk(ast.parse(read(name)), "")


@pytest.mark.parametrize("package", [*PRODUCT, "app.py", "cli.py"])
def test_docstrings_follow_the_vocabulary(package: str) -> None:
    names = [name for name in FILES if name.partition("/")[0] == package]
    report(offenders((text for name in names for text in docstrings(name)), FIRST_RULES))


def messages(name: str) -> Iterator[Text]:
    """Texts with a space in calls that raise an exception; replacement fields are an ellipsis."""
    for node in ast.walk(ast.parse(read(name))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for given in (*node.exc.args, *(each.value for each in node.exc.keywords)):
                parts = given.values if isinstance(given, ast.JoinedStr) else [given]
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
                if " " in text:
                    yield Text(name, given.lineno, text, ast.unparse(node.exc.func))


def test_messages_of_errors_follow_the_vocabulary() -> None:
    """Dialects are exempt: their messages are those of the platforms."""
    names = [name for name in FILES if not re.match("rest/.+/", name)]
    report(offenders(text for name in names for text in messages(name)))


def test_no_two_classes_have_one_name() -> None:
    """The table and the graph type of a concept may: `models/` and `graph/`, same domain and concept."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for name in FILES:
        for node in ast.walk(ast.parse(read(name))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{name}:{node.lineno}")
    for found in places.values():
        of_concept = [re.match(r"(models|graph)/(\w+/\w+)\.py:", place) for place in found]
        layers = {match.group(1) for match in of_concept if match}
        if len(found) == len(layers) == 2 and len({match.group(2) for match in of_concept if match}) == 1:
            found.clear()
    report(f"{', '.join(found)}: {name}" for name, found in sorted(places.items()) if len(found) > 1)
