"""The points of a study, as far as they are counted, put together as one study."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from mcdefense.run import Gathering, Phases, RunOptions, Size, axes_of, combined, counted_result
from mcdefense.scenario import Scenario
from mcdefense.schedule import Builder
from mcdefense.statistics import Result, Study, aligned, estimates_at, with_those, with_worlds
from mcdefense.study.plan import Planned

_COMMON = (
    "source",
    "seed",
    "trials_per_world",
    "worlds",
    "model_version",
    "baseline",
    "compare",
    "labels",
)
"""Attributes of a point that are those of the study: all its points have the same."""
_MAKING = ("history", "host", "device")
"""Attributes in which points may differ, put together as those of a run that was gone on with."""


@dataclass(frozen=True, eq=False)
class _Kept:
    """Estimates of a point, and what they were made of: the point itself, which stays alive, the
    base, and the names along the axes of both."""

    point: Result | None
    base: Result | None
    axes: Mapping[str, tuple[str, ...]]
    estimates: dict[str, np.ndarray]


@dataclass
class Assembly:
    """Makes the study of a plan again and again, as more of its points are counted."""

    plan: Planned
    size: Size
    options: RunOptions
    kept: dict[int, _Kept] = field(default_factory=dict)
    """Estimates of points as they were last made."""

    def study(self, points: Mapping[int, Result]) -> Study:
        """The study of these points by their place, one or more with trials, the others empty; with
        its estimates."""
        worlds = np.arange(self.size.worlds)
        summaries = [point.provenance for point in points.values() if point.tally.trials]
        every = []
        for number, scenario in enumerate(self.plan.scenarios):
            there = points.get(number)
            if there is None:
                there = self._nothing(scenario, worlds)
            every.append(with_worlds(there, worlds))
        plan = self.plan
        base = plan.scenarios[plan.base]
        known = {k: summaries[0][k] for k in _COMMON if k in summaries[0]}
        known |= combined([{k: one[k] for k in _MAKING if k in one} for one in summaries])
        known |= {
            "created": max(str(one["created"]) for one in summaries),
            "title": base.title,
            "marking": base.marking,
            "scenario_sha256": base.sha256,
            "study_sha256": plan.digest(self.size),
            "shard": "" if self.options.shard is None else str(self.options.shard),
        }
        return self._estimated(Study(plan.axes, aligned(every), plan.base, {}, known), points)

    def _estimated(self, study: Study, points: Mapping[int, Result]) -> Study:
        """The study with its estimates; those of a point that is as it was are not made again."""
        base, axes = points.get(study.base), study.points[0].tally.axes.labels
        found = []
        for number, aligned_point in enumerate(study.points):
            kept, point = self.kept.get(number), points.get(number)
            if not (kept and kept.point is point and kept.base is base and kept.axes == axes):
                made = estimates_at(study.points[study.base], aligned_point)
                kept = self.kept[number] = _Kept(point, base, axes, made)
            found.append(kept.estimates)
        return with_those(study, found)

    def _nothing(self, scenario: Scenario, worlds: np.ndarray) -> Result:
        """A point of which nothing is counted: with its names, which keep their order so."""
        axes = axes_of(Builder(scenario, self.plan.beside), worlds)
        part = Gathering(axes).part()
        part.parameters.update({name: np.zeros(0) for name in scenario.uncertainty})
        whole = replace(self.options, shard=None)
        return counted_result(scenario, part, whole, "", Phases(), time.perf_counter())
