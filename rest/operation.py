"""Operations: one legacy route each, as its document declares it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rest.paging import Paging
from rest.selection import Selected, Selections
from rest.variable import FromInclude, Variable

Keys = tuple[str, ...]


class Mistake(Exception):  # noqa: N818 (stops the start; the name says whose fault it is)
    """A document that cannot be served; the message begins with file and line."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")


@dataclass(frozen=True, eq=False, kw_only=True)
class Operation:
    """`text` is plain GraphQL: ours removed, the fragments it needs added, `__typename` where types vary.

    `answers` are the ways, by response keys, to what the answer is about, the first preferred; `selections`
    are the root fields. Of query parameters, `any_of` names those of which one must be there, `open` those
    that are documented but not served yet.
    """

    name: str
    description: str
    file: Path
    line: int
    method: str
    path: str
    status: int
    shape: str
    signed_in: bool
    any_of: tuple[str, ...]
    open: tuple[str, ...]
    is_mutation: bool
    variables: tuple[Variable, ...]
    text: str
    selections: Selections
    answers: tuple[Keys, ...]
    paging: Paging | None

    def mistake(self, message: str) -> Mistake:
        """A mistake in this operation's document."""
        return Mistake(self.file, self.line, message)

    @property
    def includable(self) -> tuple[str, ...]:
        """Related resources that a client may ask for, as declared."""
        sources = (variable.source for variable in self.variables)
        return tuple(source.name for source in sources if isinstance(source, FromInclude))

    def answer_field(self, keys: Keys) -> Selected:
        """The field whose value stands at the end of one of `answers`."""
        selections = self.selections
        for key in keys[:-1]:
            (selections,) = selections[key].on.values()
        return selections[keys[-1]].shown


def marked(selections: Selections, mark: str, way: Keys = ()) -> Iterator[tuple[Keys, Selected]]:
    """Fields with a mark, and the ways to them."""
    for key, field in selections.items():
        here = (*way, key)
        if mark in field.marks:
            yield here, field
        for below in field.on.values():
            yield from marked(below, mark, here)
