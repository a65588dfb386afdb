"""Operations with their own Python: at most one in twenty."""

import ast
import inspect
from collections import Counter

from graph.declaring.schema import public_schema
from rest.document import load
from rest.operation import Operation
from rest.platform import PLATFORMS, Platform
from rest.selection import Selections, marked
from rest.shapes import SHAPES

FEW = 3
"""Operations that must name a shape, hook or conversion of a platform's folder."""

GRAMMAR = {
    "code",
    "data",
    "id",
    "included",
    "links",
    "message",
    "meta",
    "nodes",
    "page",
    "pageInfo",
    "totalCount",
    "type",
}
"""Keys of connections, payloads and JSON:API, which belong to no route."""


DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def keys(selections: Selections) -> set[str]:
    below = [keys(each) for field in selections.values() for each in field.on.values()]
    names = {field.node.name.value for field in selections.values()}
    return {*selections, *names}.union(*below)


def texts(platform: Platform) -> set[str]:
    """Texts in a platform's Python, without docstrings; conversions count for operations that name them."""
    found: set[str] = set()
    converting = {inspect.getfile(function) for function in platform.dialect.conversions.values()}
    for file in platform.folder.rglob("*.py"):
        if str(file) in converting:
            continue
        tree = ast.parse(file.read_text())
        nodes = [node for node in ast.walk(tree) if isinstance(node, DOCUMENTED)]
        docs = {ast.get_docstring(node, clean=False) for node in nodes}
        constants = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        found |= {each for each in constants if isinstance(each, str) and each not in docs}
    return found


def named(platform: Platform, operation: Operation) -> set[str]:
    """Shapes and conversions that an operation names, beyond those of every dialect."""
    converted = {field.marks["convert"]["by"] for _, field in marked(operation.selections, "convert")}
    is_own = platform.dialect.shapes[operation.shape] not in SHAPES.values()
    return converted | ({operation.shape} if is_own else set())


def own(platform: Platform) -> tuple[list[str], int]:
    """Operations of a platform that have their own Python, and the number of all its operations."""
    operations = load(platform.folder, platform.prefix, public_schema)
    said = texts(platform)
    uses = Counter(name for each in operations for name in named(platform, each))
    found = [
        each.name
        for each in operations
        if any(uses[name] < FEW for name in named(platform, each))
        or {each.name, each.path} & said
        or (keys(each.selections) - GRAMMAR) & said
    ]
    return found, len(operations)


def test_at_most_one_in_twenty_operations_has_python_of_its_own() -> None:
    counted = [own(platform) for platform in PLATFORMS]
    having = [name for names, _ in counted for name in names]
    assert len(having) <= sum(count for _, count in counted) / 20, having
