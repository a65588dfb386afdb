"""Reshaping of results by the directives on fields, as generated code.

Expressions read the graph's values as they are; nothing is copied unless the shape differs. In every
generated function `v` is the value and `o` the origin (scheme and host) of the request.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphql import get_named_type, is_enum_type, is_non_null_type

from rest.code import Code, Function
from rest.conversion import absolute, last_segment, latest, nested, text
from rest.selection import OBJECT, OUTSIDE, RESHAPING, Path, Selected, Selections, space_of

CONVERSIONS: Mapping[str, Callable[..., Any]] = {"absolute": absolute, "lastSegment": last_segment}
"""Conversions of single values, by directive."""


NEEDED = "\0"
"""Prefix of keys for required fields: if one is null, the object is omitted."""


class Found(NamedTuple):
    """Value of a field: the expression that reads it, its selection, its depth in lists, its nullability."""

    value: str
    field: Selected
    depth: int
    nullable: bool


def root(value: str, field: Selected) -> Found:
    """Return the whole value at a field; `value` names its variable."""
    return Found(value, field, int(field.is_list), nullable=not is_non_null_type(field.type))


def fields(
    body: Function, holder: str, on: Mapping[str, Selections], *, nullable: bool = False
) -> dict[str, Found]:
    """Return the fields of the object in variable `holder` by key, with flattened objects as fields.

    If several types are possible, a field that the object's type lacks is null; so is every field if the
    holder itself is null.
    """
    spaces: dict[Path, dict[str, Found]] = {(): {}}
    _collect(body, holder, on, (), spaces, nullable=nullable)
    for space in sorted(spaces, key=len, reverse=True):
        found = spaces[space]
        for key, each in found.items():
            if not key.startswith(NEEDED):
                found[key] = _with_others(body, found, each)
        if space:
            spaces.setdefault(space[:-1], {})[space[-1]] = _object_of(body, found)
    return spaces[()]


def _collect(
    body: Function,
    holder: str,
    on: Mapping[str, Selections],
    space: Path,
    spaces: dict[Path, dict[str, Found]],
    *,
    nullable: bool,
) -> None:
    """Sort the fields of an object into the objects of the response, each named by its path of keys."""
    one = len(on) == 1
    for selections in on.values():
        for key, field in selections.items():
            marks = field.marks
            if OUTSIDE & marks.keys():
                continue
            place = f"{holder}[{key!r}]" if one else f"{holder}.get({key!r})"
            if nullable:
                place = f"(None if {holder} is None else {place})"
            null = nullable or not one or not is_non_null_type(field.type)
            found = Found(place, field, int(field.is_list), null)
            if "constant" in marks:
                found = Found(repr(marks["constant"].get("value")), field, 0, nullable=False)
            elif "first" in marks:
                values = body.local(place)
                found = Found(f"({values}[0] if {values} else None)", field, 0, "required" not in marks)
            here = space_of(field, space)
            if "flat" in marks or marks.get("in", {}).get("required"):
                found = found._replace(value=body.local(found.value))
            if marks.get("in", {}).get("required"):
                for length in range(len(space) + 1, len(here) + 1):
                    spaces.setdefault(here[:length], {})[f"{NEEDED}{found.value}"] = found
            if "flat" in marks:
                _collect(body, found.value, field.on, here, spaces, nullable=found.nullable)
            else:
                spaces.setdefault(here, {})[marks.get("in", {}).get("as") or key] = found


def _with_others(body: Function, found: Mapping[str, Found], each: Found) -> Found:
    """Return the field's value as it depends on other fields of the same object."""
    marks, code = each.field.marks, body.code
    if (other := marks.get("ifNull", {}).get("field")) is not None:
        value = body.local(each.value)
        value = f"({found[other].value} if {value} is None else {value})"
        return each._replace(value=value, nullable=found[other].nullable)
    if (later := marks.get("latest")) is not None:
        value = f"{code.name(latest)}({each.value}, {found[later['field']].value})"
        return each._replace(value=value, nullable=False)
    if (said := marks.get("text")) is not None:
        named = ", ".join(f"{name}={found[name].value}" for name in said["fields"])
        return each._replace(value=f"{code.name(text)}({said['of']!r}, {named})", nullable=False)
    if (tree := marks.get("tree")) is not None:
        leaves = plain(body, found[tree["leaves"]])
        rest = ", ".join(repr(tree[name]) for name in ("key", "parent", "into"))
        value = f"{code.name(nested)}({plain(body, each)}, {leaves}, {rest})"
        return Found(
            body.local(value), Selected(each.field.node, OBJECT, _passed_on(marks)), 0, each.nullable
        )
    return each


def _passed_on(marks: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {name: marks[name] for name in ("in", "omitNull", "hidden") if name in marks}


def _object_of(body: Function, found: Mapping[str, Found]) -> Found:
    """Return an object that fields were put into; null if one of its required fields is null."""
    required = [each for key, each in found.items() if key.startswith(NEEDED)]
    some = next(iter(found.values()))
    made = _emitted(body, {key: each for key, each in found.items() if not key.startswith(NEEDED)})
    if not required:
        return Found(made, Selected(some.field.node, OBJECT, {}), 0, nullable=False)
    missing = " or ".join(f"{each.value} is None" for each in required)
    value = body.local(f"None if {missing} else {made}")
    return Found(value, Selected(some.field.node, OBJECT, {"omitNull": {}}), 0, nullable=True)


def _emitted(body: Function, found: Mapping[str, Found]) -> str:
    """Return the expression of an object with these entries, without hidden ones and omitted nulls."""
    shown = {key: each for key, each in found.items() if "hidden" not in each.field.marks}
    if not any("omitNull" in each.field.marks for each in shown.values()):
        entries = (f"{key!r}: {plain(body, each)}" for key, each in shown.items())
        return f"{{{', '.join(entries)}}}"
    made = body.local("{}")
    for key, each in shown.items():
        value = plain(body, each)
        if "omitNull" in each.field.marks:
            value = body.local(value)
            body.line(f"if {value} is not None: {made}[{key!r}] = {value}")
        else:
            body.line(f"{made}[{key!r}] = {value}")
    return made


def plucked(body: Function, found: Found) -> Found:
    """Return the value of the field that is plucked from an object, or from each of a list."""
    field = found.field
    if (pluck := field.marks.get("pluck")) is None:
        return found
    if not found.depth:
        holder = body.local(found.value)
        return plucked(body, fields(body, holder, field.on, nullable=found.nullable)[pluck["field"]])
    each = body.code.function("v", "o")
    inner = plucked(each, fields(each, "v", field.on)[pluck["field"]])
    values = _mapped(body, found, each.returns(inner.value))
    return Found(values, inner.field, found.depth + inner.depth, found.nullable)


def plain(body: Function, found: Found) -> str:
    """Return the expression of a field's value as JSON: reshaped, without the `__typename` of its type."""
    marks = found.field.marks
    found = plucked(body, found)
    field = found.field
    if (keyed := field.marks.get("keyed")) is not None:
        value = f"{_keyed(body.code, field, **keyed)}({found.value}, o)"
    elif (grouped := field.marks.get("grouped")) is not None:
        value = f"{_grouped(body.code, field, **grouped)}({found.value}, o)"
    elif (make := _converter(body.code, field)) is not None:
        value = _mapped(body, found, make)
    elif field.on and is_changed(field):
        value = _mapped(body, found, _objects(body.code, field))
    else:
        value = found.value
    if "reversed" in marks:
        value = f"{value}[::-1]"
    if "value" in (said := marks.get("ifNull", {})):
        value = body.local(value)
        value = f"({said['value']!r} if {value} is None else {value})"
    return value


def _converter(code: Code, field: Selected) -> str | None:
    """Return the function that converts a single value; null if the value is unchanged."""
    marks = field.marks
    for name, convert in CONVERSIONS.items():
        if name in marks:
            return code.name(convert)
    if "word" in marks:
        words = {None: None, **marks["word"]["names"]}
        body = code.function("v", "o")
        return body.returns(f"{code.name(words)}[v]")
    if "convert" in marks:
        return code.name(code.conversions[marks["convert"]["by"]])
    return None


def _mapped(body: Function, found: Found, make: str) -> str:
    """Return the expression of the function `make` applied to a value, or to each in a list."""
    if not found.depth:
        return f"{make}({found.value}, o)"
    values = body.local(found.value) if found.nullable else found.value
    made = f"{make}(v, o)"
    for _ in range(found.depth - 1):
        made = f"[{made} for v in v]"
    made = f"[{made} for v in {values}]"
    return f"(None if {values} is None else {made})" if found.nullable else made


def is_changed(field: Selected) -> bool:
    """Check whether the response's value differs from the graph's."""
    if RESHAPING & field.marks.keys():
        return True
    below = (child for selections in field.on.values() for child in selections.values())
    return len(field.on) > 1 or any(is_changed(child) for child in below)


def _objects(code: Code, field: Selected) -> str:
    """Return the function that rebuilds an object at a field."""
    makers = {name: _object(code, {name: selections}) for name, selections in field.on.items()}
    if len(makers) == 1:
        (only,) = makers.values()
        return only
    body = code.function("v", "o")
    table = ", ".join(f"{name!r}: {maker}" for name, maker in makers.items())
    return body.returns(f"None if v is None else {{{table}}}[v['__typename']](v, o)")


def _object(code: Code, on: Mapping[str, Selections]) -> str:
    body = code.function("v", "o")
    body.line("if v is None:")
    body.line("    return None")
    return body.returns(_emitted(body, fields(body, "v", on)))


def _keyed(code: Code, field: Selected, by: str, value: str | None = None) -> str:
    body = code.function("values", "o")
    body.line("made = {}")
    each = code.function("v", "o")
    found = fields(each, "v", field.on)
    lower = ".lower()" if is_enum_type(get_named_type(found[by].field.type)) else ""
    if value is not None:
        held = plain(each, found[value])
    else:
        held = _emitted(each, {key: one for key, one in found.items() if key != by})
    pair = each.returns(f"{plain(each, found[by])}{lower}, {held}")
    body.line("for v in values or ():")
    body.line(f"    key, held = {pair}(v, o)")
    body.line("    made[key] = held")
    return body.returns("made")


def _grouped(code: Code, field: Selected, by: str, value: str) -> str:
    each = code.function("v", "o")
    found = fields(each, "v", field.on)
    pair = each.returns(f"{plain(each, found[by])}, {plain(each, found[value])}")
    body = code.function("values", "o")
    body.line("made = {}")
    body.line("for v in values or ():")
    body.line(f"    key, held = {pair}(v, o)")
    body.line("    made.setdefault(key, []).append(held)")
    return body.returns("made")


def reshaper(field: Selected, conversions: Mapping[str, Callable[..., Any]]) -> Callable[[Any, str], Any]:
    """Return the function that makes the response's value from the graph's value and the request's origin."""
    code = Code(conversions)
    body = code.function("value", "o")
    return code.compiled(body.returns(plain(body, root("value", field))))
