"""Sources of variables, named by directives on the variables."""

from graphql import DirectiveNode, get_argument_values

from rest.directives import directives
from rest.variable import (
    FromAsked,
    FromBody,
    FromEveryPage,
    FromFile,
    FromInclude,
    FromPageCursor,
    FromPageSize,
    FromPartPlace,
    FromPath,
    FromPresence,
    FromQuery,
    FromRaw,
    Source,
)


def source_of(node: DirectiveNode, variable: str) -> Source | None:
    """Return the source that a directive on a variable names; null if it names none."""
    if (directive := directives().get(node.name.value)) is None:
        return None
    said = get_argument_values(directive, node)
    match node.name.value:
        case "path":
            return FromPath(said["name"], said.get("only"))
        case "param":
            of = (said.get(name) for name in ("only", "with", "without", "parts", "words"))
            return FromQuery(said["name"], *of)
        case "sent":
            return FromPresence(said["param"])
        case "asked":
            return FromAsked(said["name"], said["param"], said["default"])
        case "body":
            ignored = tuple(said["ignored"])
            return FromBody(said["at"], said.get("each"), said.get("words"), ignored, said.get("times"))
        case "file":
            return FromFile(said["name"])
        case "raw":
            return FromRaw(variable)
        case "partAt":
            return FromPartPlace(said["place"])
        case "included":
            return FromInclude(said["name"])
        case "pageSize":
            return FromPageSize(said["param"], said["max"])
        case "pageCursor":
            return FromPageCursor(said["param"])
        case "everyPage":
            return FromEveryPage(variable)
    return None
