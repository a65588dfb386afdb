"""What a process keeps at hand of what clients send, within bounds: nobody can fill its memory."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Values by key, which together weigh no more than `most`: what was asked for longest ago goes first.

    What alone weighs more is not kept.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.weight = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value that is kept under a key."""
        if (found := self._kept.get(key)) is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: K, value: V, weight: int = 1) -> None:
        """Keep a value, in place of another under its key."""
        if (before := self._kept.pop(key, None)) is not None:
            self.weight -= before[1]
        if weight > self.most:
            return
        self._kept[key] = value, weight
        self.weight += weight
        while self.weight > self.most:
            _, (_, lighter) = self._kept.popitem(last=False)
            self.weight -= lighter

    def clear(self) -> None:
        """Keep nothing of all that."""
        self._kept.clear()
        self.weight = 0
