"""What is kept at hand stays within its bounds, and is what was asked for last."""

from hypothesis import given
from hypothesis import strategies as st

from settings.bounds import Bounded

STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 7)), max_size=60)


@given(STEPS)
def test_the_latest_are_kept_that_weigh_no_more_than_allowed(steps: list[tuple[bool, int, int]]) -> None:
    bounded: Bounded[int, str] = Bounded(most=20)
    known: list[tuple[int, str, int]] = []  # the latest last
    for number, (is_kept, key, weight) in enumerate(steps):
        before = next((each for each in known if each[0] == key), None)
        known = [each for each in known if each[0] != key]
        if is_kept:
            bounded.keep(key, f"value {number}", weight)
            known.append((key, f"value {number}", weight))
        else:
            assert bounded.get(key) == (before and before[1])
            known += [before] if before else []
        while sum(each[2] for each in known) > 20:
            known.pop(0)
        assert bounded.weight == sum(each[2] for each in known) <= 20
    for key, value, _ in known:
        assert bounded.get(key) == value


def test_what_weighs_too_much_is_not_kept_and_takes_nothing_away() -> None:
    bounded: Bounded[str, int] = Bounded(most=10)
    bounded.keep("a", 1, 6)
    bounded.keep("b", 2, 11)
    assert (bounded.get("a"), bounded.get("b"), bounded.weight) == (1, None, 6)
    bounded.keep("a", 3, 11)
    assert (bounded.get("a"), bounded.weight) == (None, 0)
