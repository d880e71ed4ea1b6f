"""The answer in a few lines: the difference, in how many worlds it matters, when it pays."""

from __future__ import annotations

import math

from mcdefense.report.fates import saved_and_added
from mcdefense.report.lines import wrapped
from mcdefense.report.numbers import (
    decimals_for,
    fixed,
    more_or_fewer,
    percent,
    short,
    with_interval,
)
from mcdefense.report.own_best import best_against_best
from mcdefense.report.reading import Reading


def headline(reading: Reading) -> list[str]:
    labels, a, b = reading.labels, reading.baseline, reading.compare
    if not reading.has_pair:
        alone = with_interval(reading.estimate("expected_leakers", a), join=" to ")
        return wrapped(f"{labels[a]}: {alone} leakers a raid") + _world_band(reading, a)
    difference = reading.difference("difference_expected_leakers", a, b)
    lines = wrapped(f"{labels[b]} against {labels[a]}: {more_or_fewer(difference)}")
    if best := best_against_best(reading):
        lines += wrapped(best, "    ", "  ")
    leakers = [with_interval(reading.estimate("expected_leakers", i)) for i in (a, b)]
    lines += wrapped(f"leakers a raid: {leakers[0]} -> {leakers[1]}", first="  ")
    low, high = reading.difference_band(a, b)
    if not math.isnan(low):
        lines += wrapped(f"90 % of the worlds: {in_words(low, high)} leakers a raid", first="  ")
    verdicts = reading.worlds_by_verdict(a, b)
    shares = ", ".join(f"{verb} {percent(verdicts[verb])}" for verb in verdicts)
    margin = f"{reading.margin:g} leakers" if reading.margin else "none"
    lines += wrapped(f"share of worlds, %, margin {margin}: {shares}", "    ", "  ")
    return lines + _break_even(reading, a, b) + saved_and_added(reading)


def in_words(low: float, high: float) -> str:
    """A range of differences as words: `0.2 more to 1.1 fewer`, or `0.3 to 1.1 fewer`."""
    decimals = decimals_for((high - low) / 2)
    if high <= 0:
        return f"{fixed(-high, decimals)} to {fixed(-low, decimals)} fewer"
    if low >= 0:
        return f"{fixed(low, decimals)} to {fixed(high, decimals)} more"
    return f"{fixed(high, decimals)} more to {fixed(-low, decimals)} fewer"


def _world_band(reading: Reading, a: int) -> list[str]:
    estimates = reading.result.estimates
    low, high = (
        float(estimates[f"expected_leakers_world_band_{end}"][a]) for end in ("low", "high")
    )
    if math.isnan(low):
        return []
    return [f"  90 % of the worlds: {short(low)} to {short(high)} leakers a raid"]


def _break_even(reading: Reading, a: int, b: int) -> list[str]:
    """From which availability on compare pays; nothing where no difference is clear, since then
    nobody knows that it pays at all."""
    found = reading.break_even(a, b)
    change = reading.difference("difference_expected_leakers", a, b)
    if found is None or change.low <= 0 <= change.high:
        return []
    if found.value == 0:
        text = "pays at every availability of its network"
        if max(abs(change.low), abs(change.high)) < reading.margin:
            text += ", by less than the margin"
    elif found.value == 1:
        text = "does not pay at any availability of its network"
    else:
        text = f"pays from a network availability of {with_interval(found)} on; "
        text += f"here it is {short(reading.network_up(b))}"
    return wrapped(f"{reading.labels[b]} {text}", "    ", "  ")
