"""Documents that are written to keep a server busy: their texts, and the codes that may answer them.

`make hostile` prints what each costs, in milliseconds of a processor's time, for each kind of viewer.
"""

import gc
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from string import ascii_lowercase

from graph.declaring.schema import public_schema
from graph.execution.execute import MOST_BYTES, CheckedDocument, known_documents, prepare
from graph.limits.figures import ANONYMOUS, SIGNED_IN, TRUSTED, OperationLimits
from tests.graph.execution.test_document_weight import COUNT, REFUSED, VALID, planned, taken

TARGET = 50
"""Milliseconds that a document may cost."""


def doubled(count: int) -> str:
    """The classic: each fragment spreads the next twice in one place."""
    parts = ["{courses{nodes{...f0}}}"]
    parts += [f"fragment f{n} on Course{{...f{n + 1} ...f{n + 1}}}" for n in range(count)]
    return " ".join([*parts, f"fragment f{count} on Course{{id}}"])


def branching(count: int) -> str:
    """Each fragment goes down two ways to the next: 2 to the power of `count`, without an alias."""
    parts = ["{courses{nodes{...f0}}}"]
    for n in range(count):
        parts.append(
            f"fragment f{n} on Course{{sections{{course{{...f{n + 1}}}}} items{{course{{...f{n + 1}}}}}}}"
        )
    return " ".join([*parts, f"fragment f{count} on Course{{id}}"])


def nested(field: str, back: str, levels: int) -> str:
    """Two fields that lead to each other, down and down."""
    return "{courses{nodes{" + f"{field}{{{back}{{" * levels + "id" + "}}" * levels + "}}}"


def overlapping(width: int, levels: int) -> str:
    """One field again and again, in each of its own selections: what merging fields is slow at."""
    inner = "title " * width
    for _ in range(levels):
        inner = f"sections{{course{{{inner}}}}} " * width
    return "{courses{nodes{" + inner + "}}}"


def documents() -> Iterator[tuple[str, str]]:
    """Names and texts."""
    fragments = " ".join(f"fragment f{n} on Course{{id}}" for n in range(150))
    yield "fragment chain, 775 bytes", chain_of_775()
    yield "fragments spread twice, 100 deep", doubled(100)
    yield "fragments spread twice, 18 deep", doubled(18)
    yield "fragments branching 2^18", branching(18)
    yield "fragments branching 2^6", branching(6)
    yield "150 fragments", "{courses{nodes{id}}} " + fragments
    yield (
        "150 fragments in one place",
        "{courses{nodes{" + " ".join(f"...f{n}" for n in range(150)) + "}}} " + fragments,
    )
    yield "one fragment spread 400 times", "{courses{nodes{" + "...f " * 400 + "}}} fragment f on Course{id}"
    yield "fragment in itself", "{courses{nodes{...f}}} fragment f on Course{id ...f}"
    yield (
        "two fragments in each other",
        ("{courses{nodes{...a}}} fragment a on Course{id ...b} fragment b on Course{id ...a}"),
    )
    ring = " ".join(f"fragment f{n} on Course{{...f{(n + 1) % 90}}}" for n in range(90))
    yield "ring of 90 fragments", "{courses{nodes{...f0}}} " + ring
    mesh = " ".join(
        f"fragment f{n} on Course{{{' '.join(f'...f{m}' for m in range(18))}}}" for n in range(18)
    )
    yield "18 fragments that all spread each other", "{courses{nodes{...f0}}} " + mesh
    yield (
        "fragments of unknown types",
        "{courses{nodes{...f}}} " + " ".join(f"fragment f{n} on Nothing{n}{{id}}" for n in range(100)),
    )
    yield "2,000 aliases", "{" + " ".join(f"a{n}:courses{{totalCount}}" for n in range(2000)) + "}"
    yield "200 aliases", "{" + " ".join(f"a{n}:courses{{totalCount}}" for n in range(190)) + "}"
    yield "200 aliases of a leaf", "{courses{nodes{" + " ".join(f"a{n}:title" for n in range(200)) + "}}}"
    yield (
        "aliases of logIn",
        "mutation{"
        + " ".join(f'a{n}:logIn(input:{{login:"ada",password:"{n}"}}){{secret}}' for n in range(60))
        + "}",
    )
    yield "60 root fields", "{" + "viewer{id} " * 60 + "}"
    yield "2,000 directives", "{courses" + "@skip(if:false)" * 2000 + "{totalCount}}"
    yield "120 directives of one kind", "{courses" + "@skip(if:false)" * 120 + "{totalCount}}"
    yield "300 unknown directives", "{courses" + "@a" * 300 + "{totalCount}}"
    yield "2,000 times one field", "{courses{nodes{" + "title " * 2000 + "}}}"
    yield "900 times one field", "{courses{nodes{" + "title " * 900 + "}}}"
    yield "900 times one unknown field", "{courses{nodes{" + "nothing " * 900 + "}}}"
    yield "900 unknown fields", "{" + " ".join(f"nothing{n}" for n in range(900)) + "}"
    yield "fields that overlap, 20 by 20", overlapping(20, 1)
    yield "fields that overlap, 5 by 5 by 5", overlapping(5, 2)
    yield "fields that overlap, 2 to the 7th", overlapping(2, 6)
    yield (
        "fields that overlap with arguments",
        "{courses{nodes{"
        + " ".join(
            f"sections{{items{{a:id b:id}}}}... on Course{{sections{{items{{a{n}:id}}}}}}" for n in range(45)
        )
        + "}}}",
    )
    yield "fields that differ", "{" + " ".join(f"courses(first:{n}){{totalCount}}" for n in range(100)) + "}"
    yield "nested 60 deep", nested("sections", "course", 30)
    yield "nested 400 deep", "{a" * 400 + "}" * 400
    yield "nested 5,000 deep", "{a" * 5000 + "}" * 5000
    yield "inline fragments 100 deep", "{courses{nodes{" + "...{" * 100 + "id" + "}" * 100 + "}}}"
    yield "a thousand objects of a thousand", nested_pages(1000)
    yield "ten of ten of ten", nested_pages(10)
    yield "first: 2147483647", "{courses(first:2147483647){nodes{id}}}"
    yield "last: 2147483647", "{courses(last:2147483647){nodes{items{id}}}}"
    yield "first: a number of 40,000 digits", "{courses(first:" + "9" * 40_000 + "){nodes{id}}}"
    yield "list 200 deep", "{courses(first:" + "[" * 200 + "1" + "]" * 200 + "){totalCount}}"
    yield "list 90 deep", "{courses(first:" + "[" * 90 + "1" + "]" * 90 + "){totalCount}}"
    yield "object 90 deep", "{courses(filter:" + "{a:" * 90 + "1" + "}" * 90 + "){totalCount}}"
    yield "list of 900", "{nodes(ids:[" + '"a" ' * 900 + "]){id}}"
    yield (
        "object of 300 fields",
        "{courses(filter:{" + " ".join(f"a{n}:1" for n in range(300)) + "}){totalCount}}",
    )
    yield "300 arguments", "{courses(" + " ".join(f"a{n}:1" for n in range(300)) + "){totalCount}}"
    yield "text of 60,000 letters", '{course(slug:"' + "a" * 60_000 + '"){id}}'
    yield "block text of 60,000 lines", '{course(slug:"""' + "\n" * 60_000 + '"""){id}}'
    yield "name of 60,000 letters", "{" + "a" * 60_000 + "}"
    yield "60,000 spaces", "{" + " " * 60_000 + "nothing}"
    yield "60,000 commas and no end", "{" + "," * 60_000
    yield "20,000 comments", "{courses{totalCount}}" + "#\n" * 20_000
    yield "230 variables", ("query(" + " ".join(f"$a{n}:Int" for n in range(230)) + "){courses{totalCount}}")
    yield (
        "one variable 200 times",
        ("query(" + " ".join("$a:Int" for _ in range(200)) + "){courses{totalCount}}"),
    )
    yield "variable that is a list 150 deep", "query($a:" + "[" * 150 + "Int" + "]" * 150 + "){viewer{id}}"
    yield "100 operations", " ".join(f"query q{n}{{viewer{{id}}}}" for n in range(100))
    yield "100 operations of one name", " ".join("query q{viewer{id}}" for _ in range(100))
    yield "100 operations without one", "{viewer{id}}" * 100
    yield (
        "types of types",
        ("{__schema{types{fields{type{fields{type{fields{type{fields{type{fields{name}}}}}}}}}}}}"),
    )
    yield (
        "introspection 20 times",
        "{" + " ".join(f"a{n}:__schema{{types{{name fields{{name}}}}}}" for n in range(20)) + "}",
    )
    yield "introspection below itself", "{__schema{types{" + "possibleTypes{" * 40 + "name" + "}" * 42 + "}"
    yield "ofType 200 deep", "{__schema{types{" + "ofType{" * 100 + "name" + "}" * 102 + "}"
    yield "definitions of types", " ".join(f"type T{n}{{a:Int}}" for n in range(150))
    yield "subscription that there is not", "subscription{" + "a " * 500 + "}"


def chain_of_775() -> str:
    """A chain of fragments whose walk takes 2 to the power of its length, in 775 bytes."""
    text = ["{courses{nodes{...A}}}"]
    names = ascii_lowercase.upper()[:24]
    text += [f"fragment {here} on Course{{...{there}...{there}}}" for here, there in pairwise(names)]
    document = " ".join([*text, f"fragment {names[-1]} on Course{{id}}"])
    return document + " " * (775 - len(document))


def nested_pages(size: int) -> str:
    """Lists of lists of lists."""
    return (
        f"{{courses(first:{size}){{nodes{{announcements(first:{size}){{nodes{{course{{"
        f"announcements(first:{size}){{nodes{{id}}}}}}}}}}}}}}}}"
    )


HOSTILE_DOCUMENTS: Mapping[str, str] = dict(documents())
VIEWER_TIERS = (ANONYMOUS, SIGNED_IN, TRUSTED)


def codes(text: str, limits: OperationLimits) -> list[str]:
    """Codes of a document's errors, once each; none where it is accepted."""
    known_documents.clear()
    errors = prepare(public_schema, text, limits).errors
    return sorted({str((error.extensions or {}).get("code")) for error in errors})


def took(text: str, limits: OperationLimits) -> float:
    """Milliseconds of a processor's time that a document costs when it is new: the least of three."""
    tries = []
    for _ in range(3):
        gc.collect()
        started = time.process_time()
        codes(text, limits)
        tries.append(1000 * (time.process_time() - started))
    return min(tries)


def main() -> None:
    """Print the cost of each document, the dearest last; fail where one is over the target."""
    rows = []
    for name, text in HOSTILE_DOCUMENTS.items():
        times = [took(text, limits) for limits in VIEWER_TIERS]
        answers = [", ".join(codes(text, limits)) or "accepted" for limits in VIEWER_TIERS]
        rows.append((max(times), name, times, answers))
    for _, name, times, answers in sorted(rows):
        figures = " ".join(f"{time:6.1f}" for time in times)
        say(f"{name:<42}{len(HOSTILE_DOCUMENTS[name]):>7} bytes {figures} ms  {' | '.join(answers)}")
    say(f"{len(rows)} documents; columns: {', '.join(limits.whose for limits in VIEWER_TIERS)}.")
    if max(rows)[0] > TARGET:
        sys.exit(f"{max(rows)[1]} costs more than {TARGET} ms.")
    say_memory()


Kind = tuple[str, str, OperationLimits, Callable[[CheckedDocument], None]]


def ignored(_: CheckedDocument) -> None:
    """Use nothing of a document."""


def say_memory() -> None:
    """Print the memory of a full cache of each kind of document; fail where it exceeds the bound."""
    kinds: list[Kind] = [(name, text, ANONYMOUS, ignored) for name, text in REFUSED.items()]
    kinds += [(name, text, TRUSTED, planned) for name, text in VALID.items()]
    for name, text, limits, use in kinds:
        known_documents.clear()
        bytes_, weight = taken(text, limits, use)
        full = bytes_ / weight * MOST_BYTES / 1e6
        say(f"{name:<42}{bytes_ // COUNT:>7} bytes kept, {full:4.0f} MB in a full cache")
        if full > MOST_BYTES / 1e6:
            sys.exit(f"A full cache of '{name}' takes more than {MOST_BYTES / 1e6:.0f} MB.")


def say(line: str) -> None:
    """Tell who runs this."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
