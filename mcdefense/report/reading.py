"""A result as its reader meets it: labels, the pair of the headline, costs, warnings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mcdefense.statistics import Result


class Interval(NamedTuple):
    """An estimate with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Reading:
    """What report needs besides the numbers, taken from a result's axes and provenance.

    Provenance keys, all optional: `title`, `marking`, `baseline` and `compare` (architecture
    names; default first and last), `labels` (JSON, label by architecture), `interceptor_costs`
    and `threat_costs` (JSON, relative cost by name), `warnings` (JSON, list of texts), `seed`.
    `labels` [A] stand for the architectures in text and figures; `baseline` and `compare` are
    positions; `live_classes` are the positions of the classes that were ever live.
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

    @property
    def trials(self) -> int:
        """Trials of the run."""
        return self.result.tally.trials

    @property
    def worlds(self) -> int:
        """Worlds that have trials."""
        return int(np.count_nonzero(self.result.tally["trials"]))

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

    def estimate(self, name: str, *place: int) -> Interval:
        """The estimate `name` at a place of its axes."""
        estimates = self.result.estimates
        low, high = estimates[f"{name}_low"][place], estimates[f"{name}_high"][place]
        return Interval(float(estimates[name][place]), float(low), float(high))

    def difference(self, name: str, first: int, second: int, *place: int) -> Interval:
        """A paired difference between two architectures, in either order."""
        pair = self._pair(first, second)
        value, low, high = self.estimate(name, pair, *place)
        return Interval(value, low, high) if first < second else Interval(-value, -high, -low)

    def worlds_by_verdict(self, first: int, second: int) -> dict[str, Interval]:
        """Shares of worlds in which the second helps, hurts, is unclear against the first."""
        names = ["worlds_helped", "worlds_hurt", "worlds_unclear"]
        pair = self._pair(first, second)
        shares = {name: self.estimate(name, pair) for name in names}
        if first > second:
            names[:2] = names[1::-1]
        keys = ("helps", "hurts", "unclear")
        return {key: shares[name] for key, name in zip(keys, names, strict=True)}

    def difference_band(self, first: int, second: int) -> tuple[float, float]:
        """5th and 95th percentile over worlds of the difference in leakers a trial."""
        pair = self._pair(first, second)
        low = float(self.result.estimates["difference_world_band_low"][pair])
        high = float(self.result.estimates["difference_world_band_high"][pair])
        return (low, high) if first < second else (-high, -low)

    def _pair(self, first: int, second: int) -> int:
        return self.result.tally.axes.pairs.index((min(first, second), max(first, second)))


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
    )
