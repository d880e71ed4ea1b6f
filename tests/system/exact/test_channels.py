"""Exact checks, h: saturation of fire channels.

Each comparison raises a false alarm with probability 6e-5 (validation_record.py).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from mcdefense.contract import CAUSE_NO_CHANNEL
from mcdefense.statistics.closed_forms import channels, distribution
from tests.support.exact_case import Counted, battery, run, scenario, shots, threats
from tests.support.validation_record import Record

pytestmark = pytest.mark.claim(
    "h", "Saturation of fire channels", oracle="Erlang B, recursion, exact programme"
)

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
MIXED = (4, 4.0, (30, 90))
"""Channels, load, and two equally frequent lengths of service of the same mean: blocking depends
on the mean alone."""
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
    begin, end = WARM_UP * SERVICE, (WARM_UP + COUNTED) * SERVICE

    def arrivals(kind: str, by: str, load: float, service: int) -> None:
        for name, low, high in ((f"{kind}_before", 0, begin), (kind, begin, end)):
            mean = load * (high - low) / SERVICE
            parts.append(threats(name, f"{{poisson = {mean}}}", start_s=f"[{low}, {high}]"))
            rows.extend(shots(name, by, [(0, service)], KILL))

    for name, (count, load, _) in ERLANG.items():
        parts.append(battery(name, 2000, f"channels = {count}"))
        arrivals(name, name, load, SERVICE)
    count, load, services = MIXED
    parts.append(battery("mixed", 2000, f"channels = {count}"))
    for service in services:
        arrivals(f"mixed_{service}", "mixed", load / len(services), service)
    return run(scenario(parts, rows, {"only": ""}), seed, trials=1, worlds=WORLDS)


def _leak_is(counted: Counted, record: Record, label: str, kinds: list[str], leak: float) -> None:
    """Leakers - leak x arrivals has mean 0 over the worlds; their spread gives its error."""
    tally, places = counted.result.tally, [counted.at("threat_class", kind) for kind in kinds]
    live = tally["live"][:, places].sum(-1)
    leakers = tally["leaked"][:, 0, places].sum(-1)
    error = float((leakers - leak * live).std(ddof=1)) / math.sqrt(live.size)
    record.mean(
        f"{label}: leak probability",
        exact=leak,
        estimated=float(leakers.sum() / live.sum()),
        standard_error=error / float(live.mean()),
    )


@pytest.mark.parametrize("name", ERLANG)
def test_erlang_b(poisson_arrivals: Counted, record: Record, name: str) -> None:
    """Arrivals see the long-run state."""
    count, load, printed = ERLANG[name]
    blocked = channels.erlang_b(count, load)
    assert blocked == pytest.approx(printed, abs=1e-10)
    label = f"{count} channels, load {load:g}"
    leak = channels.leak_probability(blocked, 1 - KILL)
    _leak_is(poisson_arrivals, record, label, [name], leak)
    if blocked > 0.3:  # a tenth less blocking would be noticed at the heavier loads
        wrong = channels.leak_probability(0.9 * blocked, 1 - KILL)
        with record.refuses("blocking a tenth rarer", by="z"):
            _leak_is(poisson_arrivals, record, label, [name], wrong)


def test_blocking_depends_on_the_mean_service_alone(
    poisson_arrivals: Counted, record: Record
) -> None:
    count, load, services = MIXED
    leak = channels.leak_probability(channels.erlang_b(count, load), 1 - KILL)
    label = f"{count} channels, load {load:g}, services of {services} s"
    kinds = [f"mixed_{service}" for service in services]
    _leak_is(poisson_arrivals, record, label, kinds, leak)


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
def test_raid_at_once(given_arrivals: Counted, record: Record, name: str) -> None:
    """Each round of fire, up to c survivors get a shot, whether flight or hold takes the time."""
    number, count, _, _, rounds_of_fire = AT_ONCE[name]
    pmf = channels.simultaneous_raid(number, count, rounds_of_fire, AT_ONCE_KILL)
    if name != "single":
        assert rounds_of_fire == channels.shots_in_window(count, 120, 30) // count
        assert distribution.mean(pmf) == pytest.approx(0.5807216638, abs=1e-10)
        assert pmf[0] == pytest.approx(0.5745466342, abs=1e-10)
    given_arrivals.leakers_are("only", name, pmf)
    if name == "window":
        seen = given_arrivals.histogram("only", name)
        found = float(np.arange(len(seen)) @ seen) / given_arrivals.trials
        label = "window: leakers, not below what the channels allow"
        record.between(label, least=0.2843368712, most=number, estimated=found)


def test_channels_are_what_was_short(given_arrivals: Counted, record: Record) -> None:
    """Of seven threats at three channels, four leak for want of one, in every trial."""
    number, count, *_ = AT_ONCE["single"]
    tally = given_arrivals.result.tally
    causes = tally["outcome"][0, given_arrivals.at("threat_class", "single")]
    found = int(causes[CAUSE_NO_CHANNEL])
    short = (number - count) * given_arrivals.trials
    record.same("single: leakers for want of a channel", exact=short, estimated=found)
    given_arrivals.mean_is(
        "single: killed",
        int(causes[-1]),
        count * AT_ONCE_KILL,
        count * AT_ONCE_KILL * (1 - AT_ONCE_KILL),
    )
