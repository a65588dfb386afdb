"""Commands: what mutations do. A command takes its input as one object and answers what it changed as
another."""

import warnings
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Final, Generic, TypeVar, get_args, get_type_hints

from sqlalchemy.ext.asyncio import AsyncSession

from models.storage.objects import KeptFile
from resolvers.access.scope import Verb
from resolvers.access.viewer import Viewer
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.operations.context import Context

In = TypeVar("In")
Out = TypeVar("Out")
Guard = Callable[[Context, In], Awaitable[None]]


class Unset(Enum):
    """Type of `UNSET`."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
"""Value of an input's field that was left out, if that differs from null.

A field without a default must be given. `T | None = None` takes null as left out. `T | Unset | None = UNSET`
tells them apart. `T | Unset = UNSET` may be left out, but not be null.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Command(Generic[In, Out]):
    """A change of the domain, carried out in one transaction.

    `takes` and `answers` are the classes of its input and of its result. `verb` is what a token's scope must
    allow; whoever `is_open` may have it carried out without being signed in. `codes` are those of the user
    errors that it answers. What `holds_secret` cannot be repeated under an idempotency key. `guard` is asked
    before the transaction begins. A command that `takes_file` is given what was kept of the file that
    `upload` or `url` of its input name.
    """

    run: Callable[..., Awaitable[Out]]
    takes: type[In]
    answers: type[Out]
    verb: Verb
    is_open: bool
    codes: frozenset[UserErrorCode]
    holds_secret: bool
    takes_file: bool
    guard: Guard[In] | None

    @property
    def name(self) -> str:
        """Name of its function: part of what an idempotency key stands for."""
        return str(getattr(self.run, "__name__", ""))

    def __call__(self, session: AsyncSession, viewer: Viewer, given: In, *file: Any) -> Awaitable[Out]:
        """Carry it out for a viewer, in a transaction that the caller ends."""
        return self.run(session, viewer, given, *file)

    def check(self, refused: Refused) -> None:
        """Warn of a refusal whose code the command does not declare."""
        if unknown := {problem.code for problem in refused.problems} - self.codes:
            warnings.warn(f"{self.name} does not declare {', '.join(sorted(unknown))}.", stacklevel=2)


Run = Callable[[AsyncSession, Viewer, In], Awaitable[Out]]
RunWithFile = Callable[[AsyncSession, Viewer, In, KeptFile | Refused], Awaitable[Out]]


def command(
    *codes: UserErrorCode,
    verb: Verb = Verb.WRITE,
    is_open: bool = False,
    holds_secret: bool = False,
    guard: Guard[Any] | None = None,
) -> Callable[[Run[In, Out]], Command[In, Out]]:
    """Make a command of a function; see `Command` for the arguments.

    Raises `TypeError` if the function does not take and answer dataclasses.
    """

    def make(run: Run[In, Out]) -> Command[In, Out]:
        takes, answers = _classes(run)
        return Command(run, takes, answers, verb, is_open, frozenset(codes), holds_secret, False, guard)

    return make


def command_with_file(
    *codes: UserErrorCode, verb: Verb = Verb.WRITE
) -> Callable[[RunWithFile[In, Out]], Command[In, Out]]:
    """Make a command of a function that takes a file besides its input.

    The input names the file by `upload` or `url`; the function is given what was kept of it, or the refusal
    to raise: a command that was carried out before under the same key is not refused for an upload it took in
    then.
    """

    def make(run: RunWithFile[In, Out]) -> Command[In, Out]:
        takes, answers = _classes(run)
        return Command(run, takes, answers, verb, False, frozenset(codes), False, True, None)

    return make


def _classes(run: Callable[..., Any]) -> tuple[Any, Any]:
    """Classes of a function's input and result, by its annotations."""
    annotations = get_type_hints(run)
    classes = annotations.get("given"), annotations.get("return")
    for each in classes:
        if not (isinstance(each, type) and is_dataclass(each)):
            raise TypeError(f"{run.__name__} takes no dataclass 'given' or answers none.")
    return classes


@cache
def nullable(of: Any) -> Mapping[str, bool]:
    """By field of an input that may be left out: whether null differs from that."""
    annotations = get_type_hints(of)
    return {
        each.name: each.default is UNSET and NoneType in get_args(annotations[each.name])
        for each in fields(of)
        if each.default is not MISSING
    }


def written(given: Any) -> dict[str, Any]:
    """What an input says, for JSON: without fields that were left out, and null only where that differs."""
    kept = {}
    for name, value in ((each.name, getattr(given, each.name)) for each in fields(given)):
        if value is UNSET or (value is None and not nullable(given.__class__).get(name, True)):
            continue
        kept[name] = _plain(value)
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return written(value) if is_dataclass(value) else value
