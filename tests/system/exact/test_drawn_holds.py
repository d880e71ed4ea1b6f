"""Exact checks, h: regular arrivals at channels that are held for exponential times (D/M/c/c).

No scenario draws how long a channel is held, so the schedule's release ranks are replaced, block
by block, and the engine replays them. Each comparison raises a false alarm with probability 6e-5
(validation_record.py).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from mcdefense.contract import CAUSE_NO_CHANNEL, Schedule
from mcdefense.engine.devices import Block, Fleet, choose_workers
from mcdefense.engine.epilogue import Outcome
from mcdefense.scenario import loads
from mcdefense.schedule.build import Builder
from mcdefense.schedule.channels import make_channels
from mcdefense.schedule.pad import padded_sizes
from mcdefense.statistics.closed_forms import channels
from tests.support.exact_case import battery, scenario, shots, threats
from tests.support.validation_record import Record

pytestmark = pytest.mark.claim(
    "h", "Saturation of fire channels: exponential holds", oracle="D/M/c/c, closed form"
)

# channels, mu tau (holds that end in the time between two arrivals); share blocked as printed
CASES = {
    "two": (2, 0.5, 0.2930721971),
    "four": (4, 0.25, 0.2263208023),
    "six": (6, 0.2, 0.1115276360),
}
GAP_S, FLIGHT_S = 10, 1
WARM_UP, COUNTED = 60, 240
"""Arrivals before, and while, blocking is counted: a hold lasts 5 gaps at most in the mean."""
BLOCKS = 80
"""Their spread gives the standard error: with so few, 4 of it are exceeded once in 7,000."""


@pytest.fixture(scope="module")
def arrivals() -> Schedule:
    number = WARM_UP + COUNTED
    parts, rows = [], []
    for name, (count, _, _) in CASES.items():
        window = f"[0, {GAP_S * (number - 1)}]"
        parts += [battery(name, number, f"channels = {count}")]
        parts += [threats(name, number, start_s=window, raid='arrival = "regular"')]
        rows += shots(name, name, [(0, FLIGHT_S)], 1.0)
    builder = Builder(loads(scenario(parts, rows, {"only": ""}), name="check"))
    return builder.schedule(builder.world(seed=1, number=0))


def with_holds(schedule: Schedule, random: np.random.Generator) -> Schedule:
    """Each channel free again at the first arrival after a hold drawn for the engagement.

    Launch ranks of a battery are its arrivals one by one: a hold of h gaps ends ceil(h) on.
    """
    opportunities, doctrine = schedule.arrays.opportunities, schedule.arrays.doctrine
    served = np.array([served for _, served, _ in CASES.values()])[opportunities.battery]
    gaps = np.ceil(random.exponential(1 / served)).astype(np.int32)
    ranks = schedule.channel_ranks._replace(release=(schedule.channel_ranks.launch + gaps)[None])
    taken = make_channels(opportunities, doctrine, schedule.arrays.sharing, ranks)
    return replace(schedule, arrays=schedule.arrays._replace(channels=taken))


def blocked(schedule: Schedule, outcome: Outcome) -> np.ndarray:
    """Of the arrivals counted, the share blocked at each battery."""
    short = np.asarray(outcome.outcome)[0, : schedule.labels.object_class.size, CAUSE_NO_CHANNEL, 0]
    by_battery = short.reshape(len(CASES), WARM_UP + COUNTED)
    share: np.ndarray = by_battery[:, WARM_UP:].mean(axis=1)
    return share


def test_exponential_holds(arrivals: Schedule, record: Record, seed: int) -> None:
    random = np.random.default_rng(seed)
    every = arrivals.sizes.opportunities  # which may all be held at the same time
    room = padded_sizes(replace(arrivals.sizes, channel_rows=every + 1, releases=every))
    opportunities, number = arrivals.arrays.opportunities, WARM_UP + COUNTED
    for row in range(len(CASES)):  # launch ranks are arrivals, objects in their order
        mine = opportunities.battery == row
        assert np.array_equal(arrivals.channel_ranks.launch[mine], np.arange(number))
        assert np.array_equal(opportunities.object[mine], row * number + np.arange(number))
    shares = []
    with Fleet(choose_workers(1), seed) as fleet:
        for _ in range(BLOCKS):
            fleet.submit(Block(with_holds(arrivals, random), room, 0, 1, 1, room.objects + 1))
            shares += [blocked(b.schedule, o) for b, o in fleet.finished()]
        shares += [blocked(b.schedule, o) for b, o in fleet.finished(everything=True)]
    assert len(shares) == BLOCKS
    means, errors = np.mean(shares, axis=0), np.std(shares, axis=0, ddof=1) / math.sqrt(BLOCKS)
    for (count, served, printed), mean, error in zip(CASES.values(), means, errors, strict=True):
        exact = channels.regular_arrivals_blocked(count, served)
        assert exact == pytest.approx(printed, abs=1e-10)
        label = f"{count} channels, mu tau {served}: share blocked"
        record.mean(label, exact=exact, estimated=float(mean), standard_error=float(error))
        # Holds a tenth shorter would be noticed.
        wrong = channels.regular_arrivals_blocked(count, served / 0.9)
        with record.refuses("holds a tenth shorter", by="z"):
            record.mean(label, exact=wrong, estimated=float(mean), standard_error=float(error))
