"""Snapshots: between any two of them, what is new comes once, wherever one stops in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.events.snapshot import Snapshot

TRANSACTIONS = range(1, 30)


@st.composite
def two_moments(draw: st.DrawFn) -> tuple[Snapshot, Snapshot]:
    """A snapshot, and one that sees at least as much."""
    end = draw(st.integers(1, 20))
    running = draw(st.frozensets(st.integers(1, end), max_size=6))
    earlier = Snapshot(end, frozenset(each for each in running if each < end))
    later_end = draw(st.integers(end, 30))
    still = {each for each in earlier.running if draw(st.booleans())}
    still |= draw(st.frozensets(st.integers(end, 30), max_size=6))
    return earlier, Snapshot(later_end, frozenset(each for each in still if each < later_end))


@given(two_moments())
def test_who_stops_between_two_snapshots_has_seen_what_came_first(moments: tuple[Snapshot, Snapshot]) -> None:
    earlier, later = moments
    old = {each for each in TRANSACTIONS if earlier.sees(each)}
    new = {each for each in TRANSACTIONS if later.sees(each)} - old
    for at in new:
        between = earlier.until(later, at)
        assert {each for each in TRANSACTIONS if between.sees(each)} == old | {x for x in new if x < at}


@given(two_moments())
def test_text_is_read_back(moments: tuple[Snapshot, Snapshot]) -> None:
    for snapshot in moments:
        assert Snapshot.parse(str(snapshot)) == snapshot


@pytest.mark.parametrize("text", ["", "1:2", "1:2:x", "1:2:,", "1:2:3,", "-1:2:", "1:2: 1", "٣:4:", "1" * 30])
def test_other_text_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"^.*$"):
        Snapshot.parse(text)


def test_text_is_as_postgresql_writes_it() -> None:
    assert str(Snapshot(20, frozenset((12, 10)))) == "10:20:10,12"
    assert str(Snapshot(20, frozenset())) == "20:20:"
