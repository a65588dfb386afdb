"""Operations: one legacy route each, as declared by its document."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import Undefined

from resolvers.operations.refusal import Refusal
from rest.body import BodyPart
from rest.errors import Says
from rest.paging import Paging, Whole
from rest.place import at as at_place
from rest.query import Rule
from rest.selection import Selected, Selections, at, marked
from rest.template import parameters
from rest.variable import FromBody, FromFile, FromInclude, FromRaw, Variable

Keys = tuple[str, ...]

ABSENT = object()
"""Value of a response without a value, if the operation has a status for that."""


@dataclass(frozen=True, slots=True)
class Unserved:
    """Places in a body that are documented but not built, and the message of their refusal."""

    places: tuple[str, ...]
    says: str

    def check(self, body: Any) -> None:
        """Raise `Refusal` for the first place that has a value."""
        for place in self.places:
            if (found := at_place(body, place)) and found is not Undefined:
                raise Refusal("NOT_IMPLEMENTED", self.says.format(name=place))


class Mistake(Exception):  # noqa: N818 (stops the start; the name blames the document)
    """Raised for a document that cannot be served; the message begins with file and line."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")


@dataclass(frozen=True, eq=False, kw_only=True)
class Operation:
    """One route: a GraphQL operation and the facts of its directives.

    `text` is plain GraphQL: without REST directives, with the fragments it needs, and with `__typename` where
    types vary. `concept` is the first segment of the path. `answers` are the paths, by response keys, to the
    value of the response, the first preferred; `selections` are the root fields, and `select` finds them for
    given values of the variables `conditions`. `any_of` names query parameters, at least one of them
    required; `open` names query parameters that are documented but not built. `present` are places in the
    body; `blank` is the code of the refusal if one of them is blank. `language` is a query parameter. `auth`
    are the accepted kinds of credentials; null for those of the dialect. `own_first` is set if an object that
    is not the viewer's own is not found, whatever the body is.
    """

    name: str
    description: str
    file: Path
    line: int
    method: str
    path: str
    concept: str
    status: int
    shape: str
    signed_in: bool
    own_first: bool
    auth: tuple[str, ...] | None
    language: str | None
    form: str
    errors: str
    says: tuple[Says, ...]
    file_name: str | None
    created: int | None
    absent: int | None
    rules: tuple[Rule, ...]
    part: BodyPart | None
    unserved: Unserved | None
    present: tuple[str, ...]
    blank: str
    any_of: tuple[str, ...]
    open: tuple[str, ...]
    is_mutation: bool
    variables: tuple[Variable, ...]
    text: str
    selections: Selections
    select: Callable[[Mapping[str, Any]], Selections]
    conditions: tuple[Variable, ...]
    answers: tuple[Keys, ...]
    paging: Paging | None
    whole_list: Whole | None
    views: dict[tuple[Any, ...], "View"] = dataclasses.field(default_factory=dict)

    def mistake(self, message: str) -> Mistake:
        """Return a mistake in this operation's document."""
        return Mistake(self.file, self.line, message)

    @property
    def takes_body(self) -> bool:
        """Whether the request's body is read; that of a DELETE only for values in it."""
        if self.method != "DELETE":
            return self.is_mutation
        sources = (source for each in self.variables for source in each.source.all)
        return bool(self.present or self.part or self.unserved) or any(
            isinstance(source, FromBody | FromFile | FromRaw) for source in sources
        )

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the path's parameters."""
        return parameters(self.path)

    @property
    def includable(self) -> tuple[str, ...]:
        """Related resources that a client may request, as declared."""
        return tuple(each.source.name for each in self.variables if isinstance(each.source, FromInclude))

    def view(self, values: Mapping[str, Any]) -> "View":
        """Return the view for these values; values with the same effect share one."""
        asked = tuple(values.get(each.name, each.default) for each in self.conditions)
        if (view := self.views.get(asked)) is None:
            conditions = {each.name: value for each, value in zip(self.conditions, asked, strict=True)}
            view = self.views[asked] = View(self, self.select(conditions), conditions)
        return view

    @property
    def whole(self) -> "View":
        """View of everything that the operation may select."""
        return View(self, self.selections, {each.name: True for each in self.conditions})


class View:
    """An operation under certain values of the variables in `@skip` and `@include`.

    `way` leads to the value of the response, and `field` is its selection; both are null for an operation
    without a value. `included` names the related resources in the response.
    """

    def __init__(self, operation: Operation, selections: Selections, conditions: Mapping[str, Any]) -> None:
        self.operation = operation
        if operation.is_mutation:
            selections = {name: field.without("userErrors") for name, field in selections.items()}
        self.selections = selections
        self.conditions = conditions
        self.required = tuple(
            (way, field.marks["required"]["says"]) for way, field in marked(selections, "required")
        )
        guards = [(way, field.marks["guard"]) for way, field in marked(selections, "guard")]
        self.guards = tuple((way, each["refusal"]) for way, each in guards if not each["ifAbsent"])
        self.guards_of_absence = tuple((way, each["refusal"]) for way, each in guards if each["ifAbsent"])
        self.way = next((way for way in operation.answers if field_at(selections, way) is not None), None)
        self.field = field_at(selections, self.way) if self.way is not None else None
        sources = ((each.name, each.source) for each in operation.variables)
        self.included = tuple(
            source.name
            for name, source in sources
            if isinstance(source, FromInclude) and conditions.get(name)
        )
        self.headers = tuple(marked({"": self.field}, "header")) if self.field is not None else ()
        self.headers = tuple((way[1:], field) for way, field in self.headers)
        self.outcome = next(iter(marked(selections, "created")), None)
        self.batch = next(iter(marked(selections, "batch")), None)
        self.render: Any = None

    def status(self, data: Mapping[str, Any]) -> int:
        """Return the status of a successful response, by its outcome."""
        operation = self.operation
        if self.outcome is not None and operation.created is not None and at(data, self.outcome[0]):
            return operation.created
        if self.batch is not None:
            way, field = self.batch
            said = field.marks["batch"]
            done = [bool(each[said["field"]]) for each in at(data, way) or ()]
            if not all(done):
                return int(said["some"] if any(done) else said["none"])
        return operation.status

    def found(self, data: Mapping[str, Any]) -> Any:
        """Return the value of the response; `Refusal` if there is none, or if a guard fails.

        `ABSENT` if there is none, and the operation has a status for that.
        """
        _check_guards(data, self.guards)
        if self.field is None or self.way is None:
            return None
        for way, says in self.required:
            _check_required(data, way, says)
        value = at(data, self.way)
        if value is None and self.operation.absent is not None:
            for guard, refusal in self.guards_of_absence:
                if not at(data, guard):  # nor the object that has the field
                    raise Refusal(refusal)
            return ABSENT
        if value is None or value is Undefined:
            raise Refusal("NOT_FOUND")
        if any(self.field.on.values()) and isinstance(value, dict) and not self.field.of(value):
            raise Refusal("NOT_FOUND")
        return value


def field_at(selections: Selections, way: Keys) -> Selected | None:
    """Return the field at the end of a path of keys; null if there is none."""
    *keys, last = way
    for key in keys:
        if key not in selections:
            return None
        below = selections[key].on.values()
        selections = {name: field for each in below for name, field in each.items()}
    return selections.get(last)


def _check_guards(data: Any, guards: tuple[tuple[Keys, str], ...]) -> None:
    for guard, refusal in guards:
        if at(data, guard[:-1]) is not None and not at(data, guard):
            raise Refusal(refusal)


def _check_required(data: Any, way: Keys, says: str) -> None:
    for key in way[:-1]:
        if isinstance(data, list):
            data = next(iter(data), None)
        if data is None or data is Undefined:
            return
        data = data.get(key)
    if isinstance(data, list):
        data = next(iter(data), None)
    if data is not None and not data.get(way[-1]):
        raise Refusal("NOT_FOUND", says)
