"""Commands: implementations of mutations, each with one input object and one result object."""

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
Before = Callable[[Context, In], Awaitable[Any]]


class Unset(Enum):
    """Type of `UNSET`."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
"""Value of an omitted input field, if omitted differs from null.

A field without a default is required. `T | None = None` treats null as omitted. `T | Unset | None = UNSET`
distinguishes the two. `T | Unset = UNSET` may be omitted, but not null.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Command(Generic[In, Out]):
    """A write to the domain, run in one transaction.

    `takes` and `answers` are the classes of its input and of its result. `verb` is the verb that a token's
    scope must allow; anonymous viewers may run a command that `is_open`. `codes` are the codes of its user
    errors. A command that `holds_secret` cannot be repeated under an idempotency key. `before` runs before
    the transaction starts, without a connection; the command receives its result. A command that `takes_file`
    receives the stored file of its input's `upload` or `url`. `weight` is its cost if it has one of its own.
    """

    run: Callable[..., Awaitable[Out]]
    takes: type[In]
    answers: type[Out]
    verb: Verb
    is_open: bool
    codes: frozenset[UserErrorCode]
    holds_secret: bool
    takes_file: bool
    before: Before[In] | None = None
    weight: int | None = None

    @property
    def name(self) -> str:
        """Name of its function; part of the hash of an idempotency key's input."""
        return str(getattr(self.run, "__name__", ""))

    def __call__(self, session: AsyncSession, viewer: Viewer, given: In, *found: Any) -> Awaitable[Out]:
        """Run the command for a viewer, in a transaction that the caller ends."""
        return self.run(session, viewer, given, *found)

    def check(self, refused: Refused) -> None:
        """Warn about a refusal whose code the command does not declare."""
        if unknown := {problem.code for problem in refused.problems} - self.codes:
            warnings.warn(f"{self.name} does not declare {', '.join(sorted(unknown))}.", stacklevel=2)


Run = Callable[[AsyncSession, Viewer, In], Awaitable[Out]]
RunAfter = Callable[[AsyncSession, Viewer, In, Any], Awaitable[Out]]
RunWithFile = Callable[[AsyncSession, Viewer, In, KeptFile | Refused], Awaitable[Out]]


def command(
    *codes: UserErrorCode,
    verb: Verb = Verb.WRITE,
    is_open: bool = False,
    holds_secret: bool = False,
) -> Callable[[Run[In, Out]], Command[In, Out]]:
    """Turn a function into a command; see `Command` for the arguments.

    Raises `TypeError` unless the function takes and returns dataclasses.
    """

    def make(run: Run[In, Out]) -> Command[In, Out]:
        takes, answers = _classes(run)
        return Command(run, takes, answers, verb, is_open, frozenset(codes), holds_secret, False)

    return make


def command_after(
    before: Before[In],
    *codes: UserErrorCode,
    is_open: bool,
    holds_secret: bool = False,
    weight: int | None = None,
) -> Callable[[RunAfter[In, Out]], Command[In, Out]]:
    """Turn a function into a command that receives the result of `before` in addition to its input.

    For work that takes long, which must not hold a connection to the database, and for limits on attempts.
    """

    def make(run: RunAfter[In, Out]) -> Command[In, Out]:
        takes, answers = _classes(run)
        return Command(
            run, takes, answers, Verb.WRITE, is_open, frozenset(codes), holds_secret, False, before, weight
        )

    return make


def command_with_file(
    *codes: UserErrorCode, verb: Verb = Verb.WRITE
) -> Callable[[RunWithFile[In, Out]], Command[In, Out]]:
    """Turn a function that takes a file in addition to its input into a command.

    The input has the file as `upload` or `url`. The function receives the stored file, or the refusal to
    raise: a command that has run under the same idempotency key is not refused because its upload was stored
    then.
    """

    def make(run: RunWithFile[In, Out]) -> Command[In, Out]:
        takes, answers = _classes(run)
        return Command(run, takes, answers, verb, False, frozenset(codes), False, True)

    return make


def _classes(run: Callable[..., Any]) -> tuple[Any, Any]:
    """Return the classes of a function's input and result, from its annotations."""
    annotations = get_type_hints(run)
    classes = annotations.get("given"), annotations.get("return")
    for each in classes:
        if not (isinstance(each, type) and is_dataclass(each)):
            raise TypeError(f"{run.__name__} does not take a dataclass 'given', or does not return one.")
    return classes


@cache
def nullable(of: Any) -> Mapping[str, bool]:
    """Return, by optional field of an input, whether null differs from omitted."""
    annotations = get_type_hints(of)
    return {
        each.name: each.default is UNSET and NoneType in get_args(annotations[each.name])
        for each in fields(of)
        if each.default is not MISSING
    }


def written(given: Any) -> dict[str, Any]:
    """Return an input for JSON: without omitted fields, and with null only where it differs from omitted."""
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
