"""Exact checks, h: saturation of fire channels.

Each comparison raises a false alarm with probability 6e-5 (exact_case.py); some 15 are made here.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from exact_case import Counted, battery, report, run, scenario, shots, threats

from mcdefense.schedule.schedule import REASON_NO_CHANNEL
from mcdefense.statistics import compare
from mcdefense.statistics.closed_forms import channels, distribution

SERVICE, KILL = 60, 0.9
# channels, load; share blocked as printed
ERLANG = {
    "one": (1, 1.0, 0.5),
    "two": (2, 1.5, 0.3103448276),
    "four": (4, 4.0, 0.3106796117),
    "six": (6, 3.0, 0.0521571153),
    "ten": (10, 12.0, 0.3019250403),
    "sixteen": (16, 10.0, 0.0223018720),
}
WARM_UP, COUNTED = 8, 60
"""Service times of arrivals before, and while, they are counted. A system that starts empty is
within a percent of its long-run blocking after some five."""
WORLDS = 80
"""Their spread gives the standard error: with so few, 4 of it are exceeded once in 7,000."""


@pytest.fixture(scope="module")
def poisson_arrivals(seed: int) -> Counted:
    """Worlds of one trial: arrivals are drawn once per world."""
    parts: list[str] = []
    rows: list[str] = []
    for name, (count, load, _) in ERLANG.items():
        parts.append(battery(name, 2000, f"channels = {count}"))
        begin, end = WARM_UP * SERVICE, (WARM_UP + COUNTED) * SERVICE
        for kind, low, high in ((f"{name}_before", 0, begin), (name, begin, end)):
            mean = load * (high - low) / SERVICE
            parts.append(threats(kind, f"{{poisson = {mean}}}", start_s=f"[{low}, {high}]"))
            rows += shots(kind, name, [(0, SERVICE)], KILL)
    return run(scenario(parts, rows, {"only": ""}), seed, trials=1, worlds=WORLDS)


@pytest.mark.parametrize("name", ERLANG)
def test_erlang_b(poisson_arrivals: Counted, name: str) -> None:
    """Arrivals see the long-run state, so leakers - L x arrivals has mean 0 in every world."""
    count, load, printed = ERLANG[name]
    blocked = channels.erlang_b(count, load)
    assert blocked == pytest.approx(printed, abs=1e-10)
    leak = channels.leak_probability(blocked, 1 - KILL)
    tally, kind = poisson_arrivals.result.tally, poisson_arrivals.at("threat_class", name)
    live, leakers = tally["live"][:, kind], tally["leaked"][:, 0, kind]
    excess = leakers - leak * live
    error = float(excess.std(ddof=1)) / math.sqrt(excess.size)
    z = compare.z_score(float(excess.mean()), 0.0, error)
    report(f"{name}: leak probability", leak, float(leakers.sum() / live.sum()), z)
    assert abs(z) <= compare.MOST_STANDARD_ERRORS
    # Taking blocking for rarer by a tenth would be noticed at the heavier loads.
    if blocked > 0.3:
        wrong = leakers - channels.leak_probability(0.9 * blocked, 1 - KILL) * live
        assert wrong.mean() > compare.MOST_STANDARD_ERRORS * error


# channels, gap, service, threats; served
REGULAR = {"two": (2, 10, 25, 12, 8), "six": (6, 2, 30, 60, 24), "four": (4, 5, 20, 40, 40)}
# A raid at once: threats, channels, flight and hold [s], rounds of fire
AT_ONCE = {
    "window": (10, 4, 30, 0, 4),
    "window_held": (10, 4, 20, 10, 4),
    "single": (7, 3, 10, 0, 1),
}
AT_ONCE_KILL = 0.7


@pytest.fixture(scope="module")
def given_arrivals(seed: int) -> Counted:
    """Regular arrivals, where no chance is left, and raids that come at once."""
    parts, rows = ["doctrine.every = {assessment_s = 0}"], []
    for name, (count, gap, service, number, _) in REGULAR.items():
        parts.append(battery(name, number, f"channels = {count}"))
        window = f"[0, {gap * (number - 1)}]"
        parts.append(threats(name, number, start_s=window, raid='arrival = "regular"'))
        rows += shots(name, name, [(0, service)], 1.0)
    for name, (number, count, flight, hold, rounds_of_fire) in AT_ONCE.items():
        parts += [threats(name, number, raid="impact_s = 120")]
        parts += [battery(name, 99, f"channels = {count}, hold_s = {hold}")]
        times = [(30.0 * i, 30.0 * i + flight) for i in range(rounds_of_fire)]
        rows += shots(name, name, times, AT_ONCE_KILL)
    return run(scenario(parts, rows, {"only": ""}), seed, 100_000)


@pytest.mark.parametrize("name", REGULAR)
def test_regular_arrivals_and_service(given_arrivals: Counted, name: str) -> None:
    """A channel whose engagement ends at t is free at t."""
    count, gap, service, number, served = REGULAR[name]
    assert channels.regular_served(count, gap, service, number) == served
    given_arrivals.leakers_are("only", name, np.eye(number + 1)[number - served])


@pytest.mark.parametrize("name", AT_ONCE)
def test_raid_at_once(given_arrivals: Counted, name: str) -> None:
    """Each round of fire, up to c survivors get a shot, whether flight or hold takes the time."""
    number, count, _, _, rounds_of_fire = AT_ONCE[name]
    pmf = channels.simultaneous_raid(number, count, rounds_of_fire, AT_ONCE_KILL)
    if name != "single":
        assert rounds_of_fire == channels.shots_in_window(count, 120, 30) // count
        assert distribution.mean(pmf) == pytest.approx(0.5807216638, abs=1e-10)
        assert pmf[0] == pytest.approx(0.5745466342, abs=1e-10)
    given_arrivals.leakers_are("only", name, pmf)


def test_channels_are_what_was_short(given_arrivals: Counted) -> None:
    """Of seven threats at three channels, four leak for want of one, in every trial."""
    number, count, *_ = AT_ONCE["single"]
    tally = given_arrivals.result.tally
    causes = tally["outcome"][0, given_arrivals.at("threat_class", "single")]
    assert causes[REASON_NO_CHANNEL] == (number - count) * given_arrivals.trials
    given_arrivals.mean_is(
        "single: killed",
        int(causes[-1]),
        count * AT_ONCE_KILL,
        count * AT_ONCE_KILL * (1 - AT_ONCE_KILL),
    )
