"""What is said where few worlds do not tell which input is first, of inputs not seen, and of the
rest of the variance."""

from __future__ import annotations

from dataclasses import replace

from mcdefense.report.driven import order_shown, rest_shown, unseen_shown
from mcdefense.statistics import Drivers, Share


def drivers(*shares: tuple[str, float, float, float, float]) -> Drivers:
    """Drivers of 128 worlds, of name, value, low, high and significance."""
    found = tuple(Share(name, "draw", value, low, high, p) for name, value, low, high, p in shares)
    return Drivers(found, 1.0, 2.0, (0.1, 0.0, 0.2), 128)


def test_an_overlap_is_said_with_the_worlds_that_would_help() -> None:
    """26 points to the farther side become 5 with 128 (26 / 5)^2 = 3,461.1 worlds."""
    one = drivers(("a", 0.09, 0, 0.35, 0.01), ("b", 0.05, 0, 0.22, 0.02), ("c", 0, 0, 0.1, 0.4))
    assert order_shown(one) == (
        "which input is first is not told: the interval of a overlaps that of 2 other inputs; "
        "about 3,500 worlds would make it 5 points to either side"
    )
    assert unseen_shown(one) == (
        "no effect seen in 128 worlds, which may miss a share of up to 10 %: c"
    )
    assert unseen_shown(one, ["c"]) == ""


def test_an_order_that_is_told_needs_no_words() -> None:
    one = drivers(("a", 0.6, 0.5, 0.7, 0.01), ("b", 0.3, 0.2, 0.49, 0.01))
    assert order_shown(one) == unseen_shown(one) == ""


def test_more_worlds_are_not_advised_where_the_interval_is_short() -> None:
    one = drivers(("a", 0.6, 0.56, 0.64, 0.01), ("b", 0.59, 0.55, 0.63, 0.01))
    assert order_shown(one) == (
        "which input is first is not told: the interval of a overlaps that of b"
    )


def test_nothing_is_first_where_nothing_was_seen() -> None:
    assert order_shown(drivers(("a", 0.1, 0, 0.3, 0.2), ("b", 0.1, 0, 0.3, 0.3))) == ""


def test_the_rest_is_told_of_where_no_row_says_it() -> None:
    one = drivers(("a", 0.14, 0.1, 0.3, 0.01))
    assert rest_shown(one) == ""
    missing = replace(one, remainder=(float("nan"),) * 3, worlds_for_remainder=180)
    assert rest_shown(missing) == (
        "the rest is of aim and interaction and of what was not seen, which 128 worlds do not tell "
        "apart: that takes 180"
    )
    assert rest_shown(replace(missing, shares=())) == ""
