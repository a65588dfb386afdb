"""Generated functions: compiled once per kind of response, when the first response is sent."""

from collections.abc import Callable, Mapping
from typing import Any


class Code:
    """Source of generated functions; it contains only names made here and `repr`s.

    `conversions` are those of the dialect, by name.
    """

    def __init__(self, conversions: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self.conversions = conversions or {}
        self.sources: list[str] = []
        self.names: dict[str, Any] = {}
        self.known: dict[int, str] = {}

    def name(self, value: Any) -> str:
        """Return the global name of `value` in the functions; the same object has the same name."""
        if (name := self.known.get(id(value))) is None:
            name = self.known[id(value)] = f"g{len(self.names)}"
            self.names[name] = value
        return name

    def function(self, *parameters: str) -> "Function":
        """Return a new function."""
        return Function(self, f"f{len(self.sources)}", parameters)

    def compiled(self, name: str) -> Callable[..., Any]:
        """Compile the source and return the function of a name."""
        space = dict(self.names)
        exec(compile("\n".join(self.sources), f"<answer {name}>", "exec"), space)  # noqa: S102
        made: Callable[..., Any] = space[name]
        return made


class Function:
    """One function while its source is written."""

    def __init__(self, code: Code, name: str, parameters: tuple[str, ...]) -> None:
        self.code = code
        self.name = name
        self.lines = [f"def {name}({', '.join(parameters)}):"]
        self.place = len(code.sources)
        self.locals = 0
        code.sources.append("")

    def line(self, text: str) -> None:
        """Add one line to the body."""
        self.lines.append(f"    {text}")

    def local(self, expression: str) -> str:
        """Return a local variable that holds the value of `expression`."""
        name = f"t{self.locals}"
        self.locals += 1
        self.line(f"{name} = {expression}")
        return name

    def returns(self, expression: str) -> str:
        """End the function and return its name."""
        self.line(f"return {expression}")
        self.code.sources[self.place] = "\n".join(self.lines)
        return self.name
