"""Load documents from disk as operations: parsed, validated against the schema, stripped to plain GraphQL."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    LoneAnonymousOperationRule,
    Node,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Source,
    TypeInfo,
    TypeInfoVisitor,
    Undefined,
    UniqueOperationNamesRule,
    VariableDefinitionNode,
    get_argument_values,
    get_directive_values,
    get_location,
    get_named_type,
    parse,
    print_ast,
    specified_rules,
    type_from_ast,
    validate,
    value_from_ast_untyped,
    visit,
)

from graph.engine.selection import condition_variables
from rest.body import BodyPart
from rest.directives import Misplace, Strip, directives
from rest.errors import Says
from rest.operation import Keys, Mistake, Operation, Unserved, field_at
from rest.paging import Paging, Whole, lean
from rest.query import Renames, StandsFor
from rest.selection import Selections, Words, marked, selected
from rest.source import source_of
from rest.template import parameters
from rest.validated import is_validated
from rest.variable import (
    FromEveryPage,
    FromFirst,
    FromPageCursor,
    FromPageSize,
    FromPath,
    Variable,
)
from rest.variable import Source as ValueSource

RULES = [
    rule
    for rule in specified_rules
    if rule not in (LoneAnonymousOperationRule, NoUnusedFragmentsRule, UniqueOperationNamesRule)
]
"""Rules for all documents of a folder together, and rules without a better message here."""

SUFFIX = ".graphql"

ROOT = "root"
"""File of the operations whose path is the API's prefix itself."""


@cache
def _with_directives(schema: GraphQLSchema) -> GraphQLSchema:
    """Return `schema` with the REST directives; its types are shared with `schema`, so a copy is cheap."""
    given = schema.to_kwargs()
    given["directives"] = (*schema.directives, *directives().values())
    return GraphQLSchema(**given)


def load(folder: Path, prefix: str, schema: GraphQLSchema) -> list[Operation]:
    """Load all operations of a platform's folder; `prefix` is the beginning of its paths.

    Raises `Mistake` for the first document that does not parse, does not fit the schema, or lacks a fact that
    its route needs.
    """
    full = _with_directives(schema)
    is_checked = is_validated(folder)
    files = {file: _parsed(file) for file in sorted(folder.rglob(f"*{SUFFIX}"))}
    fragments: dict[str, FragmentDefinitionNode] = {}
    for file, document in files.items():
        for node in _of_kind(document, FragmentDefinitionNode):
            if node.name.value in fragments:
                raise _mistake(file, node, f"Fragment '{node.name.value}' is defined twice.")
            fragments[node.name.value] = node
    # Validated together, since operations share fragments.
    everything = DocumentNode(definitions=tuple(each for one in files.values() for each in one.definitions))
    if not is_checked and (errors := validate(full, everything, RULES)):
        raise _of_error(folder, errors[0])
    loader = _Loader(full, folder, prefix, fragments)
    operations = [
        loader.operation(file, node)
        for file, document in files.items()
        for node in _of_kind(document, OperationDefinitionNode)
    ]
    for name, fragment in fragments.items():
        if name not in loader.used:
            raise _mistake(Path(fragment.loc.source.name), fragment, f"Fragment '{name}' is not used.")  # type: ignore[union-attr]
    taken: dict[tuple[str, str], Operation] = {}
    names: dict[str, Operation] = {}
    for each in operations:
        if (other := taken.setdefault((each.method, each.path), each)) is not each:
            raise each.mistake(f"{each.method} {each.path} is already served by '{other.name}'.")
        if names.setdefault(each.name, each) is not each:
            raise each.mistake(f"Operation '{each.name}' is defined twice.")
    visit(everything, Misplace())
    return operations


WORDS = "words.tsv"
"""File of a platform's names for enum values: columns enum, value, word."""


def words_of(folder: Path) -> Words:
    """Return a platform's words by enum name and value."""
    found: dict[str, dict[str, str]] = {}
    if (file := folder / WORDS).exists():
        for line in file.read_text().splitlines()[1:]:
            enum, value, word = line.split("\t")
            found.setdefault(enum, {})[value] = word
    return found


def _parsed(file: Path) -> DocumentNode:
    try:
        return parse(Source(file.read_text(), str(file)))
    except GraphQLError as error:
        raise _of_error(file, error) from error


def _of_error(file: Path, error: GraphQLError) -> Mistake:
    source = error.source
    where = Path(source.name) if source is not None else file
    return Mistake(where, error.locations[0].line if error.locations else 1, error.message)


def _mistake(file: Path, node: Node, message: str) -> Mistake:
    return Mistake(file, _line(node), message)


def _line(node: Node) -> int:
    return get_location(node.loc.source, node.loc.start).line if node.loc else 1


def _of_kind(document: DocumentNode, kind: type[Any]) -> Iterator[Any]:
    return (node for node in document.definitions if isinstance(node, kind))


class _Loader:
    def __init__(
        self,
        schema: GraphQLSchema,
        folder: Path,
        prefix: str,
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self.schema = schema
        self.folder = folder
        self.words = words_of(folder)
        self.prefix = prefix
        self.fragments = fragments
        self.used: set[str] = set()

    def says(self, name: str, node: Any) -> dict[str, Any] | None:
        """Return the arguments of a REST directive on a node; null if the node does not have it."""
        return get_directive_values(directives()[name], node)

    def all(self, name: str, node: Any) -> list[dict[str, Any]]:
        """Return the arguments of each REST directive of one name on a node."""
        directive = directives()[name]
        nodes = [each for each in node.directives or () if each.name.value == name]
        return [get_argument_values(directive, each) for each in nodes]

    def operation(self, file: Path, node: OperationDefinitionNode) -> Operation:
        document = self.with_fragments(node)
        http = self.says("http", node)
        if http is None or node.name is None:
            raise _mistake(file, node, "An operation needs a name and @http.")
        if (stem := self.concept_of(http["path"])) != file.relative_to(self.folder).parts[0].removesuffix(
            SUFFIX
        ):
            raise _mistake(file, node, f"{http['path']} belongs in {stem}.graphql.")
        selections = selected(self.schema, document, self.words)
        variables = tuple(self.variable(file, each, http["path"]) for each in node.variable_definitions or ())
        text = self.stripped(document)
        deciding = condition_variables(document)
        return Operation(
            name=node.name.value,
            description=node.description.value if node.description else "",
            file=file,
            line=_line(node),
            method=http["method"],
            path=http["path"],
            concept=stem,
            status=http["status"],
            shape=http["shape"],
            signed_in=http["signedIn"],
            own_first=http["ownFirst"],
            auth=None if (auth := http.get("auth")) is None else tuple(auth),
            language=http.get("language"),
            form=http["body"],
            errors=http["errors"],
            says=tuple(
                Says(each["code"], each.get("as"), each.get("message"), each.get("status"))
                for each in self.all("says", node)
            ),
            file_name=http.get("fileName"),
            created=http.get("created"),
            absent=http.get("absent"),
            rules=(
                *(Renames(**each) for each in self.all("renames", node)),
                *(StandsFor(**each) for each in self.all("standsFor", node)),
            ),
            part=None
            if (part := self.says("part", node)) is None
            else BodyPart(tuple(part["at"]), part["says"]),
            unserved=None
            if (unserved := self.says("unserved", node)) is None
            else Unserved(tuple(unserved["at"]), unserved["says"]),
            present=tuple((present := self.says("present", node) or {"at": (), "refusal": ""})["at"]),
            blank=present["refusal"],
            any_of=tuple((self.says("anyOf", node) or {"params": ()})["params"]),
            open=tuple((self.says("open", node) or {"params": ()})["params"]),
            is_mutation=node.operation is OperationType.MUTATION,
            variables=variables,
            text=text,
            selections=selections,
            select=partial(selected, self.schema, document, self.words),
            conditions=tuple(each for each in variables if each.name in deciding),
            answers=(answers := self.answers(file, node, selections)),
            paging=self.paging(file, node, variables, text, answers),
            whole_list=self.whole_list(file, node, variables, selections, answers),
        )

    def concept_of(self, path: str) -> str:
        """Return the name of an operation's file or folder: the first segment after the prefix."""
        rest = path.removeprefix(self.prefix).strip("/")
        return rest.split("/")[0] if rest else ROOT

    def with_fragments(self, node: OperationDefinitionNode) -> DocumentNode:
        found: dict[str, FragmentDefinitionNode] = {}

        def follow(selection_set: SelectionSetNode) -> None:
            for name in _spreads(selection_set):
                if name in self.fragments and name not in found:
                    found[name] = self.fragments[name]
                    follow(found[name].selection_set)

        follow(node.selection_set)
        self.used.update(found)
        return DocumentNode(definitions=(node, *found.values()))

    def stripped(self, document: DocumentNode) -> str:
        info = TypeInfo(self.schema)
        return print_ast(visit(document, TypeInfoVisitor(info, Strip(info))))

    def variable(self, file: Path, node: VariableDefinitionNode, path: str) -> Variable:
        name = node.variable.name.value
        of: Any = type_from_ast(self.schema, node.type)
        default = Undefined if node.default_value is None else value_from_ast_untyped(node.default_value)
        if (source := self.source(node)) is None:
            if name not in parameters(path):
                raise _mistake(
                    file, node, f"Variable '${name}' has no source; add @param, @body or another source."
                )
            source = FromPath(name)
        return Variable(name, of, default, source, self.words_for(of))

    def words_for(self, of: Any) -> dict[str, str]:
        """Return the values of a variable's enum by the platform's words."""
        named = get_named_type(of)
        return {word: value for value, word in self.words.get(named.name, {}).items()} if named else {}

    def source(self, node: VariableDefinitionNode) -> ValueSource | None:
        """Return the source of a variable; of several, the first with a value counts."""
        found = [
            source
            for each in node.directives or ()
            if (source := source_of(each, node.variable.name.value)) is not None
        ]
        return found[0] if len(found) == 1 else FromFirst(found[0].name, tuple(found)) if found else None

    def answers(self, file: Path, node: OperationDefinitionNode, selections: Selections) -> tuple[Keys, ...]:
        """Return the paths to the value of the response."""
        for way, _ in marked(selections, "guard"):
            self.without_lists(file, selections, way[:-1])
        found = tuple(way for way, _ in marked(selections, "data"))
        for way in found:
            self.without_lists(file, selections, way[:-1])
        if found or not selections:
            return found
        if len(selections) > 1:
            raise _mistake(file, node, "One of several root fields needs @data.")
        return ((next(iter(selections)),),)

    def without_lists(self, file: Path, selections: Selections, way: Keys) -> None:
        for key in way:
            field = selections[key]
            if field.is_list:
                raise _mistake(file, field.node, "@data and @guard may only be used below single objects.")
            selections = {name: each for on in field.on.values() for name, each in on.items()}

    def whole_list(
        self,
        file: Path,
        node: OperationDefinitionNode,
        variables: Iterable[Variable],
        selections: Selections,
        answers: tuple[Keys, ...],
    ) -> Whole | None:
        cursor = next((each for each in variables if isinstance(each.source, FromEveryPage)), None)
        if cursor is None:
            return None
        for way in answers:
            field = field_at(selections, way)
            assert field is not None, "answers lead to selected fields"  # noqa: S101
            if any(not {"nodes", "pageInfo"} <= on.keys() for on in field.on.values()):
                raise _mistake(file, node, "@everyPage needs 'nodes' and 'pageInfo' of its list.")
        return Whole(cursor.name, answers)

    def paging(
        self,
        file: Path,
        node: OperationDefinitionNode,
        variables: Iterable[Variable],
        text: str,
        answers: tuple[Keys, ...],
    ) -> Paging | None:
        size = next((each for each in variables if isinstance(each.source, FromPageSize)), None)
        cursor = next((each for each in variables if isinstance(each.source, FromPageCursor)), None)
        if size is None and cursor is None:
            return None
        if size is None or cursor is None or not isinstance(size.source, FromPageSize):
            raise _mistake(file, node, "@pageSize and @pageCursor must be used together.")
        if size.default is Undefined:
            raise _mistake(file, node, f"'${size.name}' needs a default: the default page size.")
        plain = next(_of_kind(parse(text, no_location=True), OperationDefinitionNode))
        try:
            operation, used = lean(plain, answers)
        except LookupError as error:
            raise _mistake(file, node, str(error)) from error
        return Paging(
            number=cursor.source.name,
            size=size.name,
            default_size=size.default,
            step=size.source.most,
            cursor=cursor.name,
            ways=answers,
            lean=operation,
            lean_variables=used,
        )


def _spreads(node: SelectionSetNode) -> Iterator[str]:
    for each in node.selections:
        if isinstance(each, FragmentSpreadNode):
            yield each.name.value
        elif isinstance(each, FieldNode | InlineFragmentNode) and each.selection_set is not None:
            yield from _spreads(each.selection_set)
