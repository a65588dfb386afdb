"""Functions written once per kind of answer, when the first is sent, so that none is walked by rules."""

from collections.abc import Callable
from typing import Any


class Code:
    """Source of some functions; it holds only names made here and `repr`s."""

    def __init__(self) -> None:
        self.sources: list[str] = []
        self.names: dict[str, Any] = {}
        self.known: dict[int, str] = {}

    def name(self, value: Any) -> str:
        """A global of the functions that holds `value`; one and the same for the same object."""
        if (name := self.known.get(id(value))) is None:
            name = self.known[id(value)] = f"g{len(self.names)}"
            self.names[name] = value
        return name

    def function(self, *parameters: str) -> "Function":
        """A new function."""
        return Function(self, f"f{len(self.sources)}", parameters)

    def compiled(self, name: str) -> Callable[..., Any]:
        """The function of a name, ready to be called."""
        space = dict(self.names)
        exec(compile("\n".join(self.sources), f"<answer {name}>", "exec"), space)  # noqa: S102
        made: Callable[..., Any] = space[name]
        return made


class Function:
    """One function while it is written."""

    def __init__(self, code: Code, name: str, parameters: tuple[str, ...]) -> None:
        self.code = code
        self.name = name
        self.lines = [f"def {name}({', '.join(parameters)}):"]
        self.place = len(code.sources)
        self.locals = 0
        code.sources.append("")

    def line(self, text: str) -> None:
        """One more line of the body."""
        self.lines.append(f"    {text}")

    def local(self, expression: str) -> str:
        """A local variable that holds what `expression` says."""
        name = f"t{self.locals}"
        self.locals += 1
        self.line(f"{name} = {expression}")
        return name

    def returns(self, expression: str) -> str:
        """End the function; its name."""
        self.line(f"return {expression}")
        self.code.sources[self.place] = "\n".join(self.lines)
        return self.name
