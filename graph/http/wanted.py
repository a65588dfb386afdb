"""Form of response that a client accepts, for operations with more than one result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph.execution.increments import Edition
from graph.http.media import ANSWERS, Range, kept, preferred, ranges
from graph.http.open_connections import Transport

SSE = "text/event-stream"
MULTIPART = "multipart/mixed"
SUBSCRIPTIONS = ("subscriptionspec", "1.0")
INCREMENTAL: Mapping[tuple[str, str], Edition] = {
    ("deferspec", "20220824"): "20220824",
    ("incrementalspec", "v0.2"): "v0.2",
}
"""Editions of incremental delivery by the parameter of `multipart/mixed` that requests them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Parsed `Accept` header, by order and weight (RFC 9110, 12.5.1).

    `media` is the type of a complete response, null if none is accepted; `stream` is the transport for the
    results of a subscription; `is_stream` is whether a stream is preferred for a single response, too;
    `increments` is the edition of incremental delivery that is preferred to a complete response.
    """

    media: str | None
    stream: Transport | None = None
    is_stream: bool = False
    increments: Edition | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether only complete responses are accepted."""
        return self.stream is None and self.increments is None


@kept
def wanted(accept: str) -> Wanted:
    """Return the parsed header; `*/*` stands for a missing one."""
    entries = ranges(accept)
    whole = _best(entries, lambda each: any(each.covers(offer) for offer in ANSWERS))
    events = _best(entries, lambda each: each.name == SSE)
    parts = _best(entries, lambda each: each.name == MULTIPART and SUBSCRIPTIONS in each.parameters.items())
    stream = None
    if events or parts:
        stream = Transport.SSE if events > parts else Transport.MULTIPART
    increments = None
    for parameter, edition in INCREMENTAL.items():
        asked = _best(entries, lambda each, asked=parameter: asked in each.parameters.items())  # type: ignore[misc]
        if asked > whole and increments is None:
            increments = edition
    return Wanted(
        media=preferred(accept) if whole or not entries else None,
        stream=stream,
        is_stream=bool(events) and events > whole,
        increments=increments,
    )


def _best(entries: tuple[Range, ...], fits: Callable[[Range], bool]) -> tuple[float, int] | tuple[()]:
    """Return the highest preference of the matching entries, by weight and then by order; empty if there is
    none.
    """
    found = [(each.quality, -place) for place, each in enumerate(entries) if each.quality > 0 and fits(each)]
    return max(found, default=())
