"""JSON:API documents of an operation's result (jsonapi.org, format 1.1)."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import md5
from re import sub
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from rest.code import Code, Function
from rest.jsonapi.kind import UNKNOWN, Json, null
from rest.jsonapi.resource import Cases, Relationship, Resource, Resources
from rest.operation import Mistake, Operation, View
from rest.reshape import Found, fields, plucked, root
from rest.selection import Selected, Selections
from rest.variable import FromBody

Document = Callable[[Any, str, str], Json]
"""Makes a response's document from the result, this server's origin, and the prefix of links."""


def document(known: Resources, view: View, field: Selected, *, is_list: bool) -> Document:
    """Write the function that makes the documents of a view from the value at `field` in its result."""
    code = Code()
    body = code.function("value", "o", "l")
    found = plucked(body, root("value", field))
    make = _Writer(known, code, frozenset(view.included)).primary(found.field)
    body.line("included = {}")
    each = f"{make}(v, o, l, included)"
    body.line(f"data = [{each} for v in {found.value}]" if is_list else f"v = {found.value}; data = {each}")
    whole = "{'data': data, 'included': list(included.values())} if included else {'data': data}"
    return code.compiled(body.returns(whole))


def echoed(known: Resources, resource: Resource, field: Selected) -> Callable[[Any, Json, str, str], Json]:
    """Write the function that makes a resource from the value at `field` and the client's values."""
    code = Code()
    body = code.function("v", "sent", "o", "l")
    body.line("a = sent.get('attributes') or {}")
    body.line("named = {n: each['data'] for n, each in (sent.get('relationships') or {}).items()}")
    told = {key: Found(f"a.get({key!r})", UNKNOWN, 0, nullable=True) for key in resource.attributes}
    for key, relation in resource.relations.items():
        told[key] = Found(f"(named.get({relation.name!r}) or {{}}).get('id')", UNKNOWN, 0, nullable=True)
    ((_, selections),) = field.on.items()
    for key, found in fields(body, "v", {"": selections}).items():
        value, sent = body.local(found.value), told.get(key, null()).value
        told[key] = found._replace(value=f"({sent} if {value} is None else {value})", nullable=True)
    parts = Parts(known, body, resource, told)
    body.line(f"i = {parts.own_id()}")
    return code.compiled(body.returns(parts.whole()))


class _Writer:
    """Writes functions that make resources; those that are `wanted` are added to `included`, each once."""

    def __init__(self, known: Resources, code: Code, wanted: frozenset[str]) -> None:
        self.known = known
        self.code = code
        self.wanted = wanted

    def primary(self, field: Selected) -> str:
        """Return the function that makes a primary resource, and note the resources included with it."""
        makers = {
            name: self.resource(name, selections, resource_at(self.known, field, name), primary=True)
            for name, selections in field.on.items()
            if selections
        }
        if len(field.on) == 1:
            return next(iter(makers.values()))
        body = self.code.function("v", "o", "l", "included")
        return body.returns(f"{_table(makers)}[v['__typename']](v, o, l, included)")

    def resource(
        self, graph_type: str, selections: Selections, resource: Resource, *, primary: bool = False
    ) -> str:
        """Return the function that makes a resource object; attributes that its graph type lacks are null."""
        body = self.code.function(*(("v", "o", "l", "included") if primary else ("v", "i", "o", "l")))
        parts = Parts(self.known, body, resource, fields(body, "v", {graph_type: selections}))
        if primary:
            body.line(f"i = {parts.own_id()}")
            for relation in resource.relations.values():
                if relation.name in self.wanted and relation.key in parts.found:
                    self.include(parts, relation)
        return body.returns(parts.whole())

    def include(self, parts: "Parts", relation: Relationship) -> None:
        """Note the resources of a requested relationship."""
        body = parts.body
        found = plucked(body, parts.found[relation.key])
        on = {name: selections for name, selections in found.field.on.items() if selections}
        of = self.known.by_graph_type
        makers = {name: self.resource(name, selections, of[name]) for name, selections in on.items()}
        own = {} if relation.id_of else on
        keys = {name: key(self.known, self.code, name, selections) for name, selections in own.items()}
        types = {name: of[name].type for name in on}
        values = body.local(found.value)
        body.line(f"for e in {values} or ():" if found.depth else f"for e in ({values},):")
        body.line("    if e is None: continue")
        if len(found.field.on) == 1:
            (name,) = on
            type_, own_id, make = repr(types[name]), keys.get(name), makers[name]
        else:
            body.line("    n = e['__typename']")
            type_, own_id, make = f"{self.code.name(types)}[n]", f"{_table(keys)}[n]", f"{_table(makers)}[n]"
        related_id = parts.id_of(relation.id_of) if relation.id_of else f"{own_id}(e, o)"
        body.line(f"    k = ({type_}, {related_id})")
        body.line(f"    if k not in included: included[k] = {make}(e, k[1], o, l)")


class Parts:
    """The parts of one resource object, in a function that holds its id in `i`."""

    def __init__(
        self, known: Resources, body: Function, resource: Resource, found: Mapping[str, Found]
    ) -> None:
        self.known = known
        self.body = body
        self.resource = resource
        self.found = found
        self.held: dict[str, str] = {}

    def whole(self) -> str:
        """Return the expression of the resource object."""
        entries = [f"'type': {self.resource.type!r}", "'id': i"]
        entries += [f"{name!r}: {expression}" for name, expression in self.members() if expression]
        made = self.body.local(f"{{{', '.join(entries)}}}")
        if self.resource.relations:
            self.relationships()
            self.body.line(f"if r: {made}['relationships'] = r")
        return made

    def members(self) -> list[tuple[str, str]]:
        """Return the expressions of links and attributes; empty if there are none."""
        words = {relation.typed for relation in self.resource.relations.values()}
        words |= {*self.resource.links.values(), *(each.cases for each in self.resource.attributes.values())}
        shared = {name for cases in words if cases for name in cases.by}
        attributes = {
            name: self.attribute(name)
            for name, attribute in self.resource.attributes.items()
            if name in self.found or not attribute.member_only
        }
        for name in shared & attributes.keys():
            self.held[name] = self.body.local(attributes[name])
        attributes |= self.held
        for name, attribute in self.resource.attributes.items():
            if attribute.cases is not None:
                attributes[name] = self.case(attribute.cases, attributes[name])
        shown = ", ".join(f"{name!r}: {expression}" for name, expression in attributes.items())
        made = self.body.local(f"{{{shown}}}") if shown else ""
        return [("links", self.links()), ("attributes", made)]

    def attribute(self, name: str) -> str:
        """Return the expression of an attribute's value."""
        if name in self.held:
            return self.held[name]
        return self.resource.attributes[name].kind.code(self.body, self.found.get(name, null()))

    def case(self, cases: Cases, otherwise: str, say: Callable[[str], str] = repr) -> str:
        """Return the expression of the first matching case's value."""
        for when, then in reversed(cases.of):
            words = zip(cases.by, when, strict=True)
            wanted = [f"{self.held[name]} == {word!r}" for name, word in words if word != "*"]
            otherwise = f"({say(then)} if {' and '.join(wanted)} else {otherwise})" if wanted else say(then)
        return otherwise

    def own_id(self) -> str:
        """Return the expression of the resource's own id."""
        made = self.resource.id
        if made is None:
            return self.id_of("id")
        if made.always is not None:
            return repr(made.always)
        if made.random:
            return f"str({self.body.code.name(uuid4)}())"
        known = self.resource.attributes.keys()
        words = [self.attribute(name) if name in known else self.id_of(name) for name in made.digest]
        return f"{self.body.code.name(digest)}({', '.join(words)})"

    def id_of(self, key: str) -> str:
        """Return the expression of the id at a key, or of the value there."""
        found = plucked(self.body, self.found[key])
        if not found.field.on:
            return found.value
        holder = self.body.local(found.value)
        inner = fields(self.body, holder, found.field.on, nullable=found.nullable)
        return plucked(self.body, inner["id"]).value

    def links(self) -> str:
        """Return the expression of the links: `self` to the resource, the others to pages for people."""
        entries = [f"'self': f'{{l}}/{self.resource.type}/{{i}}'"] if self.resource.has_self else []
        for name, cases in self.resource.links.items():
            entries.append(f"{name!r}: {self.case(cases, 'None', self.address)}")
        return f"{{{', '.join(entries)}}}" if entries else ""

    def address(self, template: str) -> str:
        """Return the expression of a URL, from a template with keys in braces."""

        def named(match: Any) -> str:
            return "{" + ("i" if match[1] == "id" else self.body.local(self.id_of(match[1]))) + "}"

        return f"f{sub(r'{([a-z_]+)}', named, template)!r}"

    def relationships(self) -> None:
        """Add the relationships to `r`."""
        self.body.line("r = {}")
        if any(relation.by is not None for relation in self.resource.relations.values()):
            self.body.line(f"q = {self.body.code.name(quote)}(i, '')")
        for relation in self.resource.relations.values():
            (self.to_many if relation.is_many else self.to_one)(relation)

    def to_many(self, relation: Relationship) -> None:
        """Add a relationship to many: its link unless embedded, its data if it was selected."""
        entry = f"r[{relation.name!r}]"
        if relation.by is not None:
            address = f"{{l}}/{relation.types[0]}?filter%5B{relation.by}%5D={{q}}"
            self.body.line(f"{entry} = {{'links': {{'related': f'{address}'}}}}")
        else:
            self.body.line(f"{entry} = {{}}")
        if relation.key in self.found:
            found = plucked(self.body, self.found[relation.key])
            ((name, selections),) = ((name, each) for name, each in found.field.on.items() if each)
            made = key(self.known, self.body.code, name, selections)
            data = f"[{{'type': {relation.types[0]!r}, 'id': {made}(e, o)}} for e in {found.value}]"
            self.body.line(f"{entry}['data'] = {data}")

    def to_one(self, relation: Relationship) -> None:
        """Add a relationship to one; nothing if there is no related resource."""
        place = relation.id_of or relation.key
        if place not in self.found and place != "id":
            return
        types = [repr(each) for each in relation.types]
        if place == "id":
            made = "i"
        elif relation.typed is not None or len(types) == 1:
            made = self.body.local(self.id_of(place))
        else:
            found = self.found[place]
            holder = self.body.local(found.value)
            made = self.body.local(f"None if {holder} is None else {holder}['id']")
            named = {name: self.known.by_graph_type[name].type for name in found.field.on}
            types = [f"{self.body.code.name(named)}[{holder}['__typename']]"]
        kind = types[0] if relation.typed is None else self.case(relation.typed, "None")
        self.body.line(f"if {made} is not None:")
        self.body.line(f"    k = {kind}")
        data = f"{{'type': k, 'id': {made}}}"
        if relation.is_embedded:
            self.body.line(f"    r[{relation.name!r}] = {{'data': {data}}}")
        else:
            link = f"{{'related': f'{{l}}/{{k}}/{{{made}}}'}}"
            self.body.line(f"    r[{relation.name!r}] = {{'data': {data}, 'links': {link}}}")


def key(known: Resources, code: Code, graph_type: str, selections: Selections) -> str:
    """Return the name of a function that returns the id of a resource."""
    body = code.function("v", "o")
    found = fields(body, "v", {graph_type: selections})
    return body.returns(Parts(known, body, known.by_graph_type[graph_type], found).own_id())


def _table(functions: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{name!r}: {function}' for name, function in functions.items())}}}"


def digest(*words: Any) -> str:
    """Return an id made of several values (xikolo-core api/xikolo/v2/courses/dates.rb)."""
    return md5("|".join(map(str, words)).encode(), usedforsecurity=False).hexdigest()


def resource_at(known: Resources, field: Selected, graph_type: str) -> Resource:
    """Return the resource type of the value at a field."""
    said = field.marks.get("as")
    return known.by_type[said["type"]] if said else known.by_graph_type[graph_type]


def verify(known: Resources, operation: Operation, field: Selected, *, is_list: bool) -> None:
    """Raise `Mistake` if an operation selects a field that its resource lacks, or lacks one that it has.

    Related resources need only ids, and all attributes if they can be included.
    """
    for name, selections in field.reshaped.items():
        if selections:
            said = field.marks.get("as")
            _Check(known, operation, name, is_list, said["type"] if said else None).all(selections)


class _Check:
    """Check of one resource of an operation."""

    def __init__(
        self, known: Resources, operation: Operation, graph_type: str, is_list: bool, of: str | None = None
    ) -> None:
        if of is None and graph_type not in known.by_graph_type:
            raise operation.mistake(f"{graph_type} has no resource type.")
        self.known = known
        self.operation = operation
        self.graph_type = graph_type
        self.is_list = is_list
        self.resource = known.by_type[of] if of else known.by_graph_type[graph_type]

    def all(self, selections: Selections) -> None:
        """Check attributes and relationships."""
        self.attributes(selections)
        for relation in self.resource.relations.values():
            if (field := selections.get(relation.key)) is not None:
                self.relation(relation, field)

    def attributes(self, selections: Selections) -> None:
        resource = self.resource
        member_only = {key for key, each in resource.attributes.items() if each.member_only}
        if unknown := selections.keys() - {"id", *resource.hidden, *resource.attributes, *resource.relations}:
            raise self.mistake("has no", unknown)
        if self.is_list and (told := member_only & selections.keys()):
            raise self.mistake("in lists leaves out", told)
        wanted = resource.attributes.keys() - (member_only if self.is_list else set())
        # Types that a resource only borrows, such as a package as an exercise, may lack attributes.
        if self.graph_type in resource.of[:1] and (lacking := wanted - selections.keys()):
            raise self.mistake("lacks", lacking)

    def relation(self, relation: Relationship, field: Selected) -> None:
        for graph_type, selections in field.reshaped.items():
            if not selections:
                continue
            related = self.known.by_graph_type.get(graph_type)
            if relation.id_of is None and "id" not in selections and (related is None or related.id is None):
                raise self.mistake("needs the id of", {relation.key})
            if selections.keys() == {"id"} and len(relation.types) == 1:
                continue
            check = _Check(self.known, self.operation, graph_type, relation.is_many)
            if check.resource.type not in relation.types:
                raise self.mistake(f"has no {graph_type} as", {relation.key})
            if selections.keys() != {"id"}:
                check.all(selections)

    def mistake(self, what: str, names: Iterable[str]) -> Mistake:
        return self.operation.mistake(f"{self.resource.type} {what} {', '.join(sorted(names))}.")


def resource_type(known: Resources, operation: Operation) -> str | None:
    """Return the required type of a write's resource: the operation's concept; null without a body."""
    is_sent = operation.method != "DELETE" and operation.concept in known.by_type
    return operation.concept if is_sent else None


def takes_several(operation: Operation) -> bool:
    """Check whether a write also takes an array of resources, and applies all or none."""
    sources = (variable.source for variable in operation.variables)
    return any(isinstance(each, FromBody) and each.name == "data" for each in sources)
