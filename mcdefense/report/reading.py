"""A result as its reader meets it: labels, the pair of the headline, costs, warnings."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np

from mcdefense.statistics import OUTCOMES, Result, sample_of

Part = Literal["saved", "added"]
"""Leakers of one architecture that the other kills, and the other way round."""
PARTS: tuple[Part, ...] = ("saved", "added")


def finite(value: float) -> float | None:
    """The number, or null for what is not finite, since JSON knows neither NaN nor infinity."""
    return value if math.isfinite(value) else None


class Interval(NamedTuple):
    """An estimate with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def turned(self) -> Interval:
        """The same the other way round: what was fewer is more."""
        return Interval(-self.value, -self.high, -self.low)

    @property
    def as_json(self) -> dict[str, float | None]:
        """By name; null for what is not finite."""
        return {name: finite(end) for name, end in zip(self._fields, self, strict=True)}


@dataclass(frozen=True)
class Reading:
    """What report needs besides the numbers, taken from a result's axes and provenance.

    Provenance keys, all optional: `title`, `marking`, `baseline` and `compare` (architecture
    names; default first and last), `labels` (JSON, label by architecture), `interceptor_costs`
    and `threat_costs` (JSON, relative cost by name), `warnings` and `override_notes` (JSON, lists
    of texts), `overrides` (a line each), `seed`.
    `margin` (leakers a raid), `ladder` (JSON, architectures in steps) and `plan_weights` (JSON,
    weight by plan) are those of the run; a file before format 2.1 has none. `variants` (JSON) lists
    the architectures to choose the best of, by the one that names them; `posts` (JSON) by
    architecture the assets from which its network and its cells are led; `onsets` (JSON) the window
    [s] in which the network of an architecture is lost during the raid.
    `labels` [A] stand for the architectures in text and figures; `baseline` and `compare` are
    positions; `live_classes` are the positions of the classes that were ever live; `shown` those of
    the architectures that a table or a figure is to show.
    """

    result: Result
    title: str
    marking: str
    labels: tuple[str, ...]
    baseline: int
    compare: int
    live_classes: tuple[int, ...]
    interceptor_costs: dict[str, float]
    threat_costs: dict[str, float]
    warnings: tuple[str, ...]
    overrides: tuple[str, ...]
    override_notes: tuple[str, ...]
    margin: float = 0.0
    ladder: tuple[int, ...] = ()
    plan_weights: dict[str, float] = field(default_factory=dict)
    shown: tuple[int, ...] = ()
    variants: dict[int, tuple[int, ...]] = field(default_factory=dict)
    posts: dict[int, dict[str, str]] = field(default_factory=dict)
    onsets: dict[int, tuple[float, float]] = field(default_factory=dict)

    @property
    def trials(self) -> int:
        """Trials of the run."""
        return self.result.tally.trials

    @property
    def worlds(self) -> int:
        """Worlds that have trials."""
        return int(np.count_nonzero(self.result.tally["trials"]))

    @property
    def raids(self) -> int:
        """How many raids come in sequence in a trial (rule 42, `repeat`)."""
        return max(self.result.tally.axes.raids, 1)

    @property
    def sample(self) -> str:
        """Trials and worlds in words, which no estimate travels without."""
        trials = f"{self.trials:,} trial{'s' * (self.trials != 1)}"
        return f"{trials} in {self.worlds:,} world{'s' * (self.worlds != 1)}"

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the threat classes, decoys and friendlies last."""
        return self.result.tally.axes.threat_class

    @property
    def has_pair(self) -> bool:
        """Whether two architectures are compared."""
        return self.baseline != self.compare

    @property
    def headline(self) -> tuple[int, ...]:
        """The architectures of the headline: baseline and compare, or the only one."""
        return tuple(dict.fromkeys((self.baseline, self.compare)))

    @property
    def steps(self) -> tuple[int, ...]:
        """The architectures shown of which each is one step from the one before it: the ladder, or
        from baseline to compare where there is none (rule 37, `ladder`)."""
        ladder = tuple(a for a in self.ladder if a in self.shown)
        return ladder if len(ladder) > 1 else self.headline

    def of_headline(self) -> Reading:
        """The reading of which tables and figures show the architectures of the headline alone."""
        return replace(self, shown=self.headline)

    def named(self, a: int) -> str:
        """The label of an architecture, and whether it is the baseline of a comparison."""
        return self.labels[a] + " (baseline)" * (self.has_pair and a == self.baseline)

    def estimate(self, name: str, *place: int) -> Interval:
        """The estimate `name` at a place of its axes."""
        estimates = self.result.estimates
        low, high = estimates[f"{name}_low"][place], estimates[f"{name}_high"][place]
        return Interval(float(estimates[name][place]), float(low), float(high))

    def difference(self, name: str, baseline: int, compare: int, *place: int) -> Interval:
        """A paired difference of any two architectures, compare minus baseline."""
        pair, turned = self.pair(baseline, compare)
        value, low, high = self.estimate(name, pair, *place)
        found = Interval(value, low, high)
        return found.turned if turned else found

    def part(self, part: Part, baseline: int, compare: int, *place: int) -> Interval:
        """Leakers a trial `saved` or `added` by any two architectures, by cause.

        `place` is a cause, or a class and a cause. What one pair saves the pair the other way round
        adds.
        """
        pair, turned = self.pair(baseline, compare)
        name = "saved" if (part == "saved") != turned else "added"
        total = "_total" if len(place) == 1 else ""
        return self.estimate(f"expected_leakers_{name}{total}", pair, *place)

    def worlds_by_verdict(self, baseline: int, compare: int) -> dict[str, Interval]:
        """Shares of worlds in which compare helps, hurts, does the same as the baseline by the
        margin, or is unclear."""
        names = ["worlds_helped", "worlds_hurt", "worlds_same", "worlds_unclear"]
        pair, turned = self.pair(baseline, compare)
        shares = {name: self.estimate(name, pair) for name in names}
        if turned:
            names[:2] = names[1::-1]
        keys = ("helps", "hurts", "same", "unclear")
        return {key: shares[name] for key, name in zip(keys, names, strict=True)}

    def difference_band(self, baseline: int, compare: int) -> tuple[float, float]:
        """5th and 95th percentile over worlds of the difference in leakers a trial, compare minus
        baseline."""
        pair, turned = self.pair(baseline, compare)
        low = float(self.result.estimates["difference_world_band_low"][pair])
        high = float(self.result.estimates["difference_world_band_high"][pair])
        return (-high, -low) if turned else (low, high)

    def network_up(self, architecture: int) -> float:
        """The share of all trials in which its network was up."""
        lost = self.result.tally["network_lost"][:, architecture].sum()
        return 1 - float(lost) / max(self.trials, 1)

    def break_even(self, baseline: int, compare: int) -> Interval | None:
        """From which availability of compare's network on it lets fewer through than the baseline:
        0 always, 1 never. None where the run does not know, or has the pair the other way round, or
        the baseline has a network too, since then it is not the network that they differ in.
        """
        pair, turned = self.pair(baseline, compare)
        if self.result.tally["network_lost"][:, baseline].any():
            return None
        found = self.estimate("break_even_availability", pair)
        return None if turned or np.isnan(found.value) else found

    def pair(self, baseline: int, compare: int) -> tuple[int, bool]:
        """Where the pair is along its axis, and whether it is the other way round there."""
        pairs = self.result.pairs
        turned = (baseline, compare) not in pairs
        return pairs.index((compare, baseline) if turned else (baseline, compare)), turned


def read_result(result: Result) -> Reading:
    """The reading of a result; names in the provenance that no axis holds are passed over."""
    axes, provenance = result.tally.axes, result.provenance
    names = axes.architecture

    def mapping(key: str) -> dict[str, float]:
        return {str(name): float(x) for name, x in json.loads(_text(key, "{}")).items()}

    def _text(key: str, default: str) -> str:
        return str(provenance.get(key) or default)

    def position(key: str, default: int) -> int:
        name = _text(key, "")
        return names.index(name) if name in names else default

    labels = json.loads(_text("labels", "{}"))
    baseline = position("baseline", 0)
    compare = position("compare", len(names) - 1)
    live = result.tally["live"].sum(axis=0)
    return Reading(
        result=result,
        title=_text("title", "untitled"),
        marking=_text("marking", "NOTIONAL"),
        labels=tuple(str(labels.get(name) or name) for name in names),
        baseline=baseline,
        compare=compare,
        live_classes=tuple(int(position) for position in np.flatnonzero(live)),
        interceptor_costs=mapping("interceptor_costs"),
        threat_costs=mapping("threat_costs"),
        warnings=tuple(map(str, json.loads(_text("warnings", "[]")))),
        overrides=tuple(_text("overrides", "").splitlines()),
        override_notes=tuple(map(str, json.loads(_text("override_notes", "[]")))),
        margin=float(provenance.get("margin", 0.0)),
        ladder=tuple(
            names.index(name) for name in json.loads(_text("ladder", "[]")) if name in names
        ),
        plan_weights=mapping("plan_weights"),
        shown=tuple(range(len(names))),
        variants={
            names.index(name): tuple(names.index(one) for one in among)
            for name, among in json.loads(_text("variants", "{}")).items()
            if {name, *among} <= set(names)
        },
        posts={
            names.index(name): led
            for name, led in json.loads(_text("posts", "{}")).items()
            if name in names
        },
        onsets={
            names.index(name): (float(begin), float(end))
            for name, (begin, end) in json.loads(_text("onsets", "{}")).items()
            if name in names
        },
    )


def dear_on_cheap(reading: Reading) -> np.ndarray | None:
    """Where [I, C] one round costs more than the threat it is fired at; None without costs."""
    axes = reading.result.tally.axes
    if not reading.interceptor_costs or not reading.threat_costs:
        return None
    rounds = [reading.interceptor_costs.get(name, math.nan) for name in axes.interceptor]
    threats = [reading.threat_costs.get(name, math.nan) for name in axes.threat_class]
    return np.asarray(np.array(rounds)[:, np.newaxis] > np.array(threats)[np.newaxis, :])


def live_a_raid(reading: Reading) -> float:
    """Live threats a raid on average, plans by their weights."""
    sample = sample_of(reading.result.tally, reading.result.plan, reading.plan_weights)
    return float(sample["live"].sum() / max(sample.trials, 1))


def leakers_by_cause(reading: Reading) -> np.ndarray:
    """Leakers a raid [A, O] by cause, as the estimates have them: plans count by their weights."""
    result = reading.result
    causes = result["cause_share_total"][:, : OUTCOMES.index("killed")]
    return np.asarray(np.nan_to_num(causes) * live_a_raid(reading))
