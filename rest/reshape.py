"""Reshaping by the marks on fields, as code: guards left out, objects flattened, plucked, keyed, grouped.

Expressions read what was found as it is; nothing is copied but where the shape differs.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphql import get_named_type, is_enum_type, is_non_null_type

from rest.code import Code, Function
from rest.selection import OBJECT, Selected, Selections


class Found(NamedTuple):
    """A value of a field: the expression that reads it, where it was selected, how many lists deep it is."""

    value: str
    field: Selected
    depth: int
    nullable: bool


def root(value: str, field: Selected) -> Found:
    """The whole value at a field, which `value` names."""
    return Found(value, field, int(field.is_list), nullable=not is_non_null_type(field.type))


def fields(
    body: Function, holder: str, on: Mapping[str, Selections], *, nullable: bool = False
) -> dict[str, Found]:
    """Fields of the object in variable `holder` by key, with those of flattened objects in their place.

    Where several types may stand, a field that the object's type has not is null; so is each where the
    holder itself may be null.
    """
    found: dict[str, Found] = {}
    inside: dict[str, dict[str, Found]] = {}
    one = len(on) == 1
    for selections in on.values():
        for key, field in selections.items():
            place = f"{holder}[{key!r}]" if one else f"{holder}.get({key!r})"
            if nullable:
                place = f"(None if {holder} is None else {place})"
            null = nullable or not one or not is_non_null_type(field.type)
            if "flat" in field.marks:
                found |= fields(body, body.local(place), field.on, nullable=null)
            elif "in" in field.marks:
                inside.setdefault(field.marks["in"]["object"], {})[key] = Found(
                    place, field, int(field.is_list), null
                )
            elif "guard" not in field.marks:
                found[key] = Found(place, field, int(field.is_list), null)
    for name, parts in inside.items():
        entries = ", ".join(f"{key!r}: {each.value}" for key, each in parts.items())
        some = next(iter(parts.values()))
        found[name] = Found(f"{{{entries}}}", Selected(some.field.node, OBJECT, {}), 0, nullable=False)
    return found


def plucked(body: Function, found: Found) -> Found:
    """What stands where a field was plucked from an object, or from each of a list."""
    field = found.field
    if (pluck := field.marks.get("pluck")) is None:
        return found
    if not found.depth:
        holder = body.local(found.value)
        return plucked(body, fields(body, holder, field.on, nullable=found.nullable)[pluck["field"]])
    each = body.code.function("v")
    inner = plucked(each, fields(each, "v", field.on)[pluck["field"]])
    values = _mapped(body, found, each.returns(inner.value))
    return Found(values, inner.field, found.depth + inner.depth, found.nullable)


def plain(body: Function, found: Found) -> str:
    """Expression of a field's value as JSON: reshaped, without the `__typename` that tells types apart."""
    found = plucked(body, found)
    field = found.field
    if (keyed := field.marks.get("keyed")) is not None:
        return f"{_keyed(body.code, field, **keyed)}({found.value})"
    if (grouped := field.marks.get("grouped")) is not None:
        return f"{_grouped(body.code, field, **grouped)}({found.value})"
    return _mapped(body, found, _objects(body.code, field)) if is_changed(field) else found.value


def _mapped(body: Function, found: Found, make: str) -> str:
    """Expression of what `make`, a function's name, makes of a value, or of each in a list."""
    if not found.depth:
        return f"{make}({found.value})"
    values = body.local(found.value) if found.nullable else found.value
    made = f"{make}(v)"
    for _ in range(found.depth - 1):
        made = f"[{made} for v in v]"
    made = f"[{made} for v in {values}]"
    return f"(None if {values} is None else {made})" if found.nullable else made


def is_changed(field: Selected) -> bool:
    """Whether what is found at a field differs from what is sent."""
    if any(mark in field.marks for mark in ("flat", "pluck", "keyed", "grouped", "guard", "in")):
        return True
    below = (child for selections in field.on.values() for child in selections.values())
    return len(field.on) > 1 or any(is_changed(child) for child in below)


def _objects(code: Code, field: Selected) -> str:
    """Function that makes an object at a field anew."""
    makers = {name: _object(code, {name: selections}) for name, selections in field.on.items()}
    if len(makers) == 1:
        (only,) = makers.values()
        return only
    body = code.function("v")
    table = ", ".join(f"{name!r}: {maker}" for name, maker in makers.items())
    return body.returns(f"None if v is None else {{{table}}}[v['__typename']](v)")


def _object(code: Code, on: Mapping[str, Selections]) -> str:
    body = code.function("v")
    body.line("if v is None:")
    body.line("    return None")
    entries = [f"{key!r}: {plain(body, each)}" for key, each in fields(body, "v", on).items()]
    return body.returns(f"{{{', '.join(entries)}}}")


def _keyed(code: Code, field: Selected, by: str, value: str | None = None) -> str:
    body = code.function("values")
    body.line("made = {}")
    each = code.function("v")
    found = fields(each, "v", field.on)
    lower = ".lower()" if is_enum_type(get_named_type(found[by].field.type)) else ""
    if value is not None:
        held = plain(each, found[value])
    else:
        held = ", ".join(f"{key!r}: {plain(each, one)}" for key, one in found.items() if key != by)
        held = f"{{{held}}}"
    pair = each.returns(f"{plain(each, found[by])}{lower}, {held}")
    body.line("for v in values or ():")
    body.line(f"    key, held = {pair}(v)")
    body.line("    made[key] = held")
    return body.returns("made")


def _grouped(code: Code, field: Selected, by: str, value: str) -> str:
    each = code.function("v")
    found = fields(each, "v", field.on)
    pair = each.returns(f"{plain(each, found[by])}, {plain(each, found[value])}")
    body = code.function("values")
    body.line("made = {}")
    body.line("for v in values or ():")
    body.line(f"    key, held = {pair}(v)")
    body.line("    made.setdefault(key, []).append(held)")
    return body.returns("made")


def reshaper(field: Selected) -> Callable[[Any], Any]:
    """What makes of a value at a field the one that is sent."""
    code = Code()
    body = code.function("value")
    return code.compiled(body.returns(plain(body, root("value", field))))
