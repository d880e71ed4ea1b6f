"""The order of the file: where it is only writing (exact), where it is luck (statistical), and
where it is a rule (docs/explanation/model.md, "What order matters")."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdefense.statistics import TALLY_DIMENSIONS, Axes, Result
from tests.support.opportunity_table import cells, one_cell, scenario_text
from tests.system.invariances.one_program import replayed
from tests.system.invariances.random_tables import few, random_tables
from tests.system.invariances.transforms import simulated
from tests.system.invariances.two_samples import assert_same_distribution, differs

WRITING = ("threat.", "asset.", "interceptor.")
TRIALS = 256 * 32
LUCK = ("raid.", "battery.", "sensor.", "coin.", "uncertainty.", "plan.")


def reordered(text: str, sections: tuple[str, ...], shuffle: Callable[[list[str]], None]) -> str:
    """The text with the entries of each of these sections in another order among themselves, and
    the rows of its tables in another order."""
    lines = text.splitlines()
    for section in sections:
        places = [i for i, line in enumerate(lines) if line.startswith(section)]
        entries = [lines[i] for i in places]
        shuffle(entries)
        for place, entry in zip(places, entries, strict=True):
            lines[place] = entry
    for i, line in enumerate(lines):
        if line.startswith("rows = ["):
            rows = re.findall(r"\{.*?\}", line)
            shuffle(rows)
            lines[i] = f"rows = [{', '.join(rows)}]"
    return "\n".join(lines)


def swapped(text: str, one: str, other: str) -> str:
    """The text with two lines, found by how they begin, in each other's place."""
    lines = text.splitlines()
    i, j = (next(n for n, line in enumerate(lines) if line.startswith(b)) for b in (one, other))
    lines[i], lines[j] = lines[j], lines[i]
    return "\n".join(lines)


def by_name(result: Result, name: str) -> np.ndarray:
    """A count with the names of every axis in alphabetical order."""
    axes: Axes = result.tally.axes
    counts = result.tally[name]
    for place, dimension in enumerate(TALLY_DIMENSIONS[name]):
        names = getattr(axes, dimension.removesuffix("_other"), None)
        if isinstance(names, tuple) and all(isinstance(n, str) for n in names):
            counts = np.take(counts, np.argsort(names), axis=place)
        elif dimension == "pair":
            pairs = [sorted(axes.architecture[a] for a in pair) for pair in axes.pairs]
            counts = np.take(counts, sorted(range(len(pairs)), key=pairs.__getitem__), axis=place)
    return counts


@few
@given(random_tables(), st.randoms(use_true_random=False))
def test_order_that_is_only_writing(seed: int, text: str, chance: random.Random) -> None:
    """Exact: classes, interceptors, assets, rows of tables, and architectures in another order."""
    other = reordered(text, WRITING, chance.shuffle)
    other = swapped(other, "architecture.linked", "architecture.halved")
    one, another = simulated(text, seed), simulated(other, seed)
    assert one.tally.axes != another.tally.axes
    for name in TALLY_DIMENSIONS:
        np.testing.assert_array_equal(by_name(one, name), by_name(another, name), err_msg=name)


def busy(*batteries: tuple[str, str, int, tuple[float, ...]]) -> str:
    """Three batteries and three waves; of each battery its type, flight and launches [s]."""
    return scenario_text(
        shots="\n".join(
            f"{wave} {battery} {kind} {launch} {launch + flight}"
            for wave in ("alpha", "bravo", "charlie")
            for battery, kind, flight, launches in batteries
            for launch in launches
        ),
        raid={
            "alpha": 'class = "m", count = 2, start_s = 0, asset = "port"',
            "bravo": 'class = "n", count = 2, start_s = 3.1, asset = "city"',
            "charlie": 'class = "d", count = 1, start_s = 7.2',
        },
        battery={
            "north": 'magazine = {x = 2}, channels = 2, sensors = ["eye"]',
            "south": "magazine = {x = 3}, channels = 1, reaction_s = 2",
            "west": "magazine = {y = 2}",
        },
        architecture={
            "apart": cells(**{b: f'batteries = ["{b}"]' for b in ("north", "south", "west")}),
            "joined": cells(all='batteries = ["north", "south", "west"], sensors = ["ear"]')
            + ', network = {availability = 0.75, fallback = "apart"}',
            "linked": cells(
                one='batteries = ["north"], sensors = ["ear"]', two='batteries = ["south", "west"]'
            )
            + ', links = {one = {share = "engage", availability = 0.5}, two = {latency_s = 2}}',
            "halved": cells(
                one='batteries = ["west"], assign = 0.4',
                two='batteries = ["north", "south"], assign = 0.6, sensors = ["ear"]',
            ),
        },
        tracks="\n".join(
            f"{sensor} {wave} {time} {chance}"
            for wave in ("alpha", "bravo", "charlie")
            for sensor, time, chance in (("eye", 0.5, 0.6), ("eye", 20, 0.9), ("ear", 9, 0.8))
        ),
        doctrine={
            "all": "salvo = [1, 2], assessment_s = 3, dead_called_alive = 0.2, "
            "live_called_dead = 0.1",
            "decoys": 'classes = ["d"], called = 0.5',
        },
        more="\n".join(
            [
                "threat.m.reliability = 0.9",
                "sensor.eye = {}",
                "sensor.ear = {}",
                "asset.port = {damage_probability = 0.5}",
                "asset.city = {}",
                'coin.jam = {level = "raid", probability = 0.8, classes = ["n"]}',
                'coin.crew = {level = "battery", probability = 0.9, batteries = ["south"]}',
                'coin.fuse = {level = "engagement", probability = 0.9, interceptors = ["y"]}',
                *(f'interceptor.{kind}.remote = "engage"' for kind in "xy"),
                *(
                    f"interceptor.{kind}.against.{c}.sspk = {k}"
                    for kind, c, k in (("x", "m", 0.6), ("x", "n", 0.7), ("x", "d", 0.5))
                ),
                *(f"interceptor.y.against.{c}.sspk = 0.4" for c in "mnd"),
            ]
        ),
    )


BUSY = busy(
    ("north", "x", 12, (1.01, 25.01)),
    ("south", "x", 9, (5.02, 30.02)),
    ("west", "y", 15, (10.03, 38.03)),
)
"""Every kind of chance within a trial (of a world's chances one world is one sample only); no two
launches coincide but at objects of one wave."""
TOGETHER = busy(
    *(
        (b, kind, s, (5.02, 30.02))
        for b, kind, s in (("north", "x", 12), ("south", "x", 9), ("west", "y", 15))
    )
)
"""All batteries launch at one time. West has the cheaper round, and south meets the threat before
north: who fires first does not depend on the order of the file (rule 31)."""


@pytest.mark.parametrize(
    ("text", "shuffling"),
    [(BUSY, 0), (BUSY, 1), (BUSY, 2), (TOGETHER, 0), (TOGETHER, 1)],
    ids=["0", "1", "2", "together, 0", "together, 1"],
)
def test_order_that_is_only_luck(seed: int, text: str, shuffling: int) -> None:
    """Statistical: waves, batteries, sensors and coins in another order are other numbers, so
    other draws, but the same distributions. Some 40 comparisons; false alarm 6e-5 each."""
    other = reordered(text, LUCK, random.Random(seed + shuffling).shuffle)
    one = simulated(text, seed, worlds=1, trials=TRIALS)
    another = simulated(other, seed, worlds=1, trials=TRIALS)
    assert by_name(one, "leakers_histogram").tolist() != (
        by_name(another, "leakers_histogram").tolist()
    )
    assert_same_distribution(one, another)


def test_the_comparison_of_distributions_sees_a_small_change(seed: int) -> None:
    """A kill probability of .65 for .6 is seen, in a run of the same size."""
    other = BUSY.replace(
        "interceptor.x.against.m.sspk = 0.6", "interceptor.x.against.m.sspk = 0.65"
    )
    one = simulated(BUSY, seed, worlds=1, trials=TRIALS)
    assert differs(one, simulated(other, seed + 1, worlds=1, trials=TRIALS))


def test_the_order_of_batteries_decides_if_the_file_does(seed: int) -> None:
    """The same comparison is not blind: with `prefer = ["file"]` it sees that the batteries that
    launch together stand in another order."""
    text = 'engagement.prefer = ["file"]\n' + TOGETHER
    other = reordered(text, ("battery.",), list.reverse)
    one = simulated(text, seed, worlds=1, trials=TRIALS)
    assert differs(one, simulated(other, seed, worlds=1, trials=TRIALS))


def test_rule_04_the_order_of_waves_decides_where_launches_coincide() -> None:
    """One sure round, two threats at one time: the wave that stands first in the file gets it."""
    waves = {"first": 'class = "m", count = 1', "second": 'class = "n", count = 1'}
    leaks = {}
    for order in (waves, dict(reversed(waves.items()))):
        case = replayed(
            shots="first a x 0 10 1\nsecond a x 0 10 1",
            raid=order,
            battery={"a": "magazine = {x = 1}"},
            architecture=one_cell("a"),
        )
        leaks[next(iter(order))] = (case.leakers(kind="m"), case.leakers(kind="n"))
    assert leaks == {"first": (0, 1), "second": (1, 0)}


def test_rule_04_the_order_of_batteries_and_magazines_decides_where_launches_coincide() -> None:
    """A sure round and a vain one can go at one time. If the file decides, what stands first in it
    is fired, of two batteries, and of two types in one battery (whose order is that of the first
    magazine). If the cost decides, as it does by default, the vain one is, whatever the order."""
    two = {"sure": "magazine = {x = 1}", "vain": "magazine = {y = 1}"}
    one = [{"a": "magazine = {x = 1, y = 1}"}, {"a": "magazine = {y = 1, x = 1}"}]
    leaks = [
        [
            replayed(
                shots=shots,
                raid={"m": 'class = "m", count = 1'},
                battery=batteries,
                architecture=one_cell(*batteries),
                more=more,
            ).leakers()
            for more in ('engagement.prefer = ["file"]', "")
        ]
        for shots, batteries in (
            ("m sure x 0 10 1\nm vain y 0 10 0", two),
            ("m sure x 0 10 1\nm vain y 0 10 0", dict(reversed(two.items()))),
            ("m a x 0 10 1\nm a y 0 10 0", one[0]),
            ("m a x 0 10 1\nm a y 0 10 0", one[1]),
        )
    ]
    assert leaks == [[0, 1], [1, 1], [0, 1], [1, 1]]
