"""Bounded caches: clients cannot fill the memory of a process."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Values by key, of a total weight of at most `most`; the least recently used is evicted first.

    A value that is heavier than `most` is not stored.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.weight = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return the value of a key; None if there is none."""
        if (found := self._kept.get(key)) is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: K, value: V, weight: int = 1) -> None:
        """Store a value, replacing the one of the same key."""
        if (before := self._kept.pop(key, None)) is not None:
            self.weight -= before[1]
        if weight > self.most:
            return
        self._kept[key] = value, weight
        self.weight += weight
        while self.weight > self.most:
            _, (_, lighter) = self._kept.popitem(last=False)
            self.weight -= lighter

    def grow(self, key: K, more: int) -> None:
        """Add to the weight of a value, if it is stored."""
        if (found := self._kept.get(key)) is not None:
            self.keep(key, found[0], found[1] + more)

    def clear(self) -> None:
        """Remove all values."""
        self._kept.clear()
        self.weight = 0
