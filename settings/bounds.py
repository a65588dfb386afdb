"""Bounded caches: clients cannot fill the memory of a process."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar, cast

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
P = ParamSpec("P")


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


def cached_by_weight(most: int, weight: Callable[[V], int]) -> Callable[[Callable[P, V]], Callable[P, V]]:
    """Cache a function's results by its arguments, up to a total weight of `most`.

    For results whose size clients choose; other functions have `functools.lru_cache`.
    """

    def cached(function: Callable[P, V]) -> Callable[P, V]:
        known: Bounded[tuple[Any, ...], V] = Bounded(most)

        @wraps(function)
        def find(*given: Any) -> V:
            if (found := known.get(given)) is None:
                found = cast(Callable[..., V], function)(*given)
                known.keep(given, found, weight(found))
            return found

        find.known = known  # type: ignore[attr-defined]
        return cast(Callable[P, V], find)

    return cached
