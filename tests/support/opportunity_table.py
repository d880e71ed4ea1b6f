"""Small scenarios as opportunity tables, replayed, and their counts by name.

Every scenario gets the same **drill**: a battery, a cell and two threats of its own that use every
feature of the engine, far later than anything else, so that all cases share one compiled program.
What the drill does never touches the case: counts are asked for by class and by battery, and
`lean=True` leaves it out (a test holds that this changes nothing).
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Required, TypedDict, Unpack

import numpy as np

import mcdefense
from mcdefense.contract import CAUSES
from mcdefense.statistics import Result

TRIALS = 256
"""Trials where the answer is the same in every trial; also those of a block."""
MANY = 256 * 64
"""Trials where the answer is a probability."""
ARCHITECTURES = 4
CELLS = 4
OUTCOMES = (*CAUSES, "killed")

_CLASSES = {"m": "live", "n": "live", "d": "decoy", "f": "friendly"}
_DRILL = """
threat.drill = {}
asset.drill = {damage_probability = 0.5}
raid.drill = {class = "drill", count = 2, asset = "drill", start_s = 9000}
sensor.drill_own = {}
sensor.drill_far = {}
interceptor.drill_dear = {cost = 2}
interceptor.drill_cheap = {cost = 1, remote = "none"}
battery.drill = {magazine = {drill_dear = 2, drill_cheap = 2}, channels = 3, \
sensors = ["drill_own"]}
coin.drill_kill = {level = "engagement", probability = 0.5, batteries = ["drill"], \
architectures = ["FIRST"]}
DRILL_LAUNCH
coin.drill_raid = {level = "raid", probability = 0.5, batteries = ["drill"]}
doctrine.drill = {cells = ["drill"], decision_s = 1, random = true}
doctrine.drill_salvo = {cells = ["drill"], classes = ["drill"], salvo = [1, 2, 3, 4], \
last_salvo = "rest", dead_called_alive = 0.5, choice = "cheapest_adequate", assessment_s = 10, \
adequate_sspk = 0.5}
"""
_DRILL_LAUNCH = """coin.drill_launch = {level = "engagement", probability = 0.5, \
effect = "launch", batteries = ["drill"]}"""
_FLAG_COIN = re.compile(r'level = "engagement".*effect = "(double|launch)"')
_DRILL_CELL = 'drill = {batteries = ["drill"], sensors = ["drill_far"]}'
_DRILL_SHOTS = """
drill drill drill_dear  10 20 0.5
drill drill drill_cheap 50 60 0.5
"""
_DRILL_TRACKS = """
drill_own drill 1 0 0.5
drill_far drill 0 0.5
"""


def drill(first: str, *, launch_coin: bool = True) -> str:
    """TOML of what the drill adds to a scenario whose first architecture has this name."""
    coin = _DRILL_LAUNCH if launch_coin else ""
    return _DRILL.replace("FIRST", first).replace("DRILL_LAUNCH", coin)


def cells(**members: str) -> str:
    """The cells of an architecture: `cells(north='batteries = ["a"]')`."""
    some = [f"{name} = {{{text}}}" for name, text in members.items()]
    some += [_DRILL_CELL, *(f"room{i} = {{}}" for i in range(len(members) + 1, CELLS))]
    return f"cells = {{{', '.join(some)}}}"


def one_cell(*batteries: str, name: str = "all", more: str = "") -> str:
    """An architecture of one cell that holds these batteries."""
    quoted = ", ".join(f'"{battery}"' for battery in batteries)
    return cells(**{name: f"batteries = [{quoted}]" + (f", {more}" if more else "")})


def split(*batteries: str) -> str:
    """An architecture in which every battery is a cell of its own."""
    return cells(**{battery: f'batteries = ["{battery}"]' for battery in batteries})


def _rows(table: str, columns: tuple[str, ...]) -> list[str]:
    rows = []
    for line in table.strip().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        quoted = [w if w[0].isdigit() or w[0] == "-" else f'"{w}"' for w in words]
        pairs = zip(columns, quoted, strict=False)
        rows.append("{" + ", ".join(f"{column} = {word}" for column, word in pairs) + "}")
    return rows


class Parts(TypedDict, total=False):
    """A scenario in short.

    `shots` has lines "threat battery interceptor launch intercept sspk", `tracks` lines "sensor
    threat time probability [cued_probability]". Waves, batteries, doctrines and architectures
    are names with the inside of a TOML table; `more` is TOML as it stands. Classes m and n are
    live, d is a decoy, f a friendly; interceptors x, y and z cost 3, 2 and 1.
    """

    shots: Required[str]
    raid: Required[Mapping[str, str]]
    battery: Required[Mapping[str, str]]
    architecture: Required[Mapping[str, str] | str]
    tracks: str
    doctrine: Mapping[str, str] | str
    more: str


def scenario_text(*, lean: bool = False, **parts: Unpack[Parts]) -> str:
    """TOML of a scenario, with the drill unless it is lean."""
    architecture, doctrine = parts["architecture"], parts.get("doctrine", "")
    more = parts.get("more", "")
    architectures = {"only": architecture} if isinstance(architecture, str) else architecture
    named = dict(architectures)
    if not lean:
        first = next(iter(architectures.values()))
        for number in range(len(named), ARCHITECTURES):
            named[f"again{number}"] = first
    doctrines = {"every": doctrine} if isinstance(doctrine, str) else doctrine
    lines = [more]
    lines += [
        f'threat.{name}.role = "{role}"'
        for name, role in _CLASSES.items()
        if f"threat.{name}.role" not in more
    ]
    for name, cost in (("x", 3), ("y", 2), ("z", 1)):
        lines.append(f"interceptor.{name}.cost = {cost}")
    for name, text in parts["raid"].items():
        start = "" if "start_s" in text else ", start_s = 0"
        lines.append(f"raid.{name} = {{{text}{start}}}")
    if not lean:
        # An empty wave keeps a class on its axis; live ones come first there anyway.
        lines += [
            f'raid.none_{name} = {{class = "{name}", count = 0, start_s = 0}}' for name in _CLASSES
        ]
    lines += [f"battery.{name} = {{{text}}}" for name, text in parts["battery"].items()]
    lines += [f"doctrine.{name} = {{{text}}}" for name, text in doctrines.items() if text]
    for name, text in named.items():
        if lean:
            text = text.replace(_DRILL_CELL, "room0 = {}")
        lines.append(f"architecture.{name} = {{{text}}}")
    if not lean:
        # One coin of the case is enough to switch the feature on.
        lines.append(drill(next(iter(named)), launch_coin=not _FLAG_COIN.search(more)))
    shot_rows = _rows(
        parts["shots"] + ("" if lean else _DRILL_SHOTS),
        ("threat", "battery", "interceptor", "launch_s", "intercept_s", "sspk"),
    )
    track_rows = _rows(
        parts.get("tracks", "") + ("" if lean else _DRILL_TRACKS),
        ("sensor", "threat", "time_s", "probability", "cued_probability"),
    )
    lines.append(f"[opportunities]\nrows = [{', '.join(shot_rows)}]")
    if track_rows:
        lines.append(f"[tracks]\nrows = [{', '.join(track_rows)}]")
    return "\n".join(lines)


@dataclass(frozen=True)
class Replay:
    """Counts of a run, each per trial, exact."""

    result: Result

    def _at(self, dimension: str, name: str | None) -> int:
        names: tuple[str, ...] = getattr(self.result.tally.axes, dimension)
        return 0 if name is None else names.index(name)

    @property
    def trials(self) -> int:
        """Trials over all worlds."""
        return int(self.result.tally["trials"].sum())

    def histogram(self, architecture: str = "only", kind: str = "m") -> dict[int, int]:
        """Trials by number of leakers of a class."""
        counts = self.result.tally["leakers_histogram"][
            self._at("architecture", architecture), self._at("threat_class", kind)
        ]
        return {int(n): int(counts[n]) for n in np.flatnonzero(counts)}

    def leakers(self, architecture: str = "only", kind: str = "m") -> int:
        """Leakers of a class, the same number in every trial."""
        histogram = self.histogram(architecture, kind)
        assert len(histogram) == 1, f"leakers vary: {histogram}"
        return next(iter(histogram))

    def mean_leakers(self, architecture: str = "only", kind: str = "m") -> Fraction:
        """Mean leakers of a class."""
        histogram = self.histogram(architecture, kind)
        return Fraction(sum(n * count for n, count in histogram.items()), self.trials)

    def both_leak(self, first: str, second: str, kind: str = "m") -> Fraction:
        """Mean over trials of the product of two architectures' leakers."""
        a, b = self._at("architecture", first), self._at("architecture", second)
        if a == b:
            of = self.result.tally["leakers_squared"][:, a]
        else:
            pair = self.result.tally.axes.pairs.index((min(a, b), max(a, b)))
            of = self.result.tally["leakers_product"][:, pair]
        return Fraction(int(of[:, self._at("threat_class", kind)].sum()), self.trials)

    def live(self, kind: str = "m") -> Fraction:
        """Live objects of a class."""
        total = self.result.tally["live"][:, self._at("threat_class", kind)].sum()
        return Fraction(int(total), self.trials)

    def rounds(
        self,
        architecture: str = "only",
        battery: str | None = None,
        interceptor: str | None = None,
        kind: str | None = None,
        what: str = "rounds_fired",
    ) -> Fraction:
        """Rounds fired, or whatever else is counted by battery, interceptor and class.

        What is not named is summed over, without the drill.
        """
        axes = self.result.tally.axes
        values = self.result.tally[what][self._at("architecture", architecture)].copy()
        if "drill" in axes.battery:
            values[axes.battery.index("drill")] = 0
        wanted = [slice(None)] * 3
        for place, (dimension, name) in enumerate(
            (("battery", battery), ("interceptor", interceptor), ("threat_class", kind))
        ):
            if name is not None:
                at = self._at(dimension, name)
                wanted[place] = slice(at, at + 1)
        return Fraction(int(values[tuple(wanted[: values.ndim])].sum()), self.trials)

    def count(self, what: str, architecture: str, battery: str, *rest: str) -> Fraction:
        """A count by battery: denied; or by battery and interceptor: emptied, rounds_left."""
        place = [self._at("architecture", architecture), self._at("battery", battery)]
        place += [self._at("interceptor", name) for name in rest]
        return Fraction(int(self.result.tally[what][tuple(place)]), self.trials)

    def outcome(self, architecture: str = "only", kind: str = "m") -> dict[str, Fraction]:
        """Mean number of live objects by cause, or killed."""
        counts = self.result.tally["outcome"][
            self._at("architecture", architecture), self._at("threat_class", kind)
        ]
        pairs = zip(OUTCOMES, counts.tolist(), strict=True)
        return {name: Fraction(count, self.trials) for name, count in pairs if count}


def replay(
    *, trials: int = TRIALS, worlds: int = 1, lean: bool = False, **parts: Unpack[Parts]
) -> Replay:
    """The scenario of `scenario_text` replayed; its copied architectures must count alike."""
    text = scenario_text(lean=lean, **parts)
    result = mcdefense.simulate(
        mcdefense.loads(text, name="case"),
        worlds=worlds,
        trials_per_world=trials,
        seed=int(os.environ.get("MCDEFENSE_TEST_SEED", "1")),
        devices=1,
        batch=TRIALS,
    )
    return Replay(result)


def assert_probability(count: Fraction | float, probability: float, trials: int) -> None:
    """A share of trials lies within 4 standard errors of its exact probability.

    False alarms: 6e-5 a call.
    """
    error = math.sqrt(probability * (1 - probability) / trials)
    assert 0 < probability < 1, "a certain answer is asked for exactly"
    assert abs(float(count) - probability) <= 4 * error, (float(count), probability, error)
