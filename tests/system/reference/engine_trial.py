"""Single trials of the engine under test, through what a run itself calls, as counts by name.

The only file of this folder that knows the engine: integer sums over a block of one trial are
that trial's outcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from mcdefense.contract import Schedule, Sizes
from mcdefense.engine.devices import Block, Fleet, choose_workers
from mcdefense.run.counting import block_counts
from mcdefense.run.simulator import axes_of
from mcdefense.scenario import Scenario
from mcdefense.schedule.build import Builder
from mcdefense.schedule.pad import padded_sizes
from mcdefense.statistics import OUTCOMES, Axes

Counts = Counter[tuple[str, ...]]

LANES = 4
"""Trials of a block, of which one counts and the others idle."""

_ROUNDS = {
    "rounds_fired": "fired",
    "rounds_wasted": "wasted",
    "kills": "kills",
    "engagements": "engagements",
    "remote_engagements": "remote",
    "looks": "looks",
    "rounds_fired_network_lost": "fired_network_lost",
}


class Engine:
    """One world of a scenario under the engine."""

    def __init__(self, scenario: Scenario, seed: int, world: int) -> None:
        builder = Builder(scenario)
        self.schedule: Schedule = builder.schedule(builder.world(seed, world))
        self.axes: Axes = axes_of(builder, np.arange(1))
        self.seed = seed

    @property
    def sizes(self) -> Sizes:
        """How much room it needs."""
        return self.schedule.sizes

    def program(self, capacity: Sizes) -> tuple[Any, ...]:
        """What the engine compiles a program for."""
        return self.schedule.features, capacity

    def outcomes(self, trials: Iterable[int], capacity: Sizes) -> Iterator[Counts]:
        """Everything counted in each of these trials, simulated in this room."""
        with Fleet(choose_workers(1), self.seed) as fleet:
            for trial in trials:
                bins = capacity.objects + 1
                fleet.submit(Block(self.schedule, capacity, trial, LANES, trial + 1, bins))
                for block, outcome in fleet.finished(everything=True):
                    yield self._named(outcome, block_counts(block.schedule, outcome, self.axes, 1))

    def _named(self, outcome: Any, tally: dict[str, np.ndarray]) -> Counts:
        counts: Counts = Counter()
        axes, objects = self.axes, self.schedule.labels.object_class.size
        for n in range(objects):
            counts["live", str(n)] = int(outcome.live[n, 0])
            for a, name in enumerate(axes.architecture):
                counts["leaker", name, str(n)] = int(outcome.leakers[a, n, 0])
                counts["hit", name, str(n)] = int(outcome.hits[a, n, 0])
                for o, cause in enumerate(OUTCOMES):
                    counts["cause", name, str(n), cause] = int(outcome.outcome[a, n, o, 0])
        for a, name in enumerate(axes.architecture):
            counts["network_lost", name] = int(tally["network_lost"][0, a])
            counts["no_leakers", name] = int(tally["no_leakers"][0, a, -1])
            for c, class_ in enumerate(axes.threat_class):
                counts["before_onset", name, class_] = int(tally["leakers_before_onset"][a, c])
                for what in ("live_reachable", "leakers_reachable"):
                    counts[what, name, class_] = int(tally[what][0, a, c])
            for m, asset in enumerate(axes.asset):
                counts["asset_hit", name, asset] = int(tally["asset_damaged"][a, m])
            for b, battery in enumerate(axes.battery):
                counts["denied", name, battery] = int(tally["denied"][a, b])
                for i, interceptor in enumerate(axes.interceptor):
                    stock = (name, battery, interceptor)
                    counts["left", *stock] = int(tally["rounds_left"][a, b, i])
                    counts["reloaded", *stock] = int(tally["rounds_reloaded"][a, b, i])
                    counts["emptied", *stock] = int(tally["emptied"][a, b, i])
                    for c, class_ in enumerate(axes.threat_class):
                        for what, shown in _ROUNDS.items():
                            counts[shown, *stock, class_] = int(tally[what][a, b, i, c])
        alone = tally["leaked_alone"][0]
        for a, b, c, o in np.argwhere(alone).tolist():
            names = axes.architecture[a], axes.architecture[b], axes.threat_class[c]
            counts["leaked_alone", *names, OUTCOMES[o]] = int(alone[a, b, c, o])
        for a, c, looks in np.argwhere(tally["leakers_by_looks"]).tolist():
            key = ("leaker_looks", axes.architecture[a], axes.threat_class[c], str(looks))
            counts[key] = int(tally["leakers_by_looks"][a, c, looks])
        counts += self._lost(outcome.first_losses)
        return Counter({key: n for key, n in counts.items() if n})

    def _lost(self, first: Any) -> Counts:
        """Batteries and sensors by the time of the impact that was the first at each."""
        losses, counts = self.schedule.arrays.losses, Counter[tuple[str, ...]]()
        impact_ms = self.schedule.labels.object_impact_ms[losses.object]
        for a, i in np.argwhere(np.asarray(first)[..., 0]).tolist():
            kind = "battery_lost" if losses.row[i] in losses.battery else "sensor_lost"
            counts[kind, self.axes.architecture[a], str(impact_ms[i])] += int(first[a, i, 0])
        return counts


def capacity_for(needed: Iterable[Sizes]) -> Sizes:
    """A room that holds all of these."""
    every = list(needed)
    return padded_sizes(Sizes(*(max(getattr(s, f.name) for s in every) for f in fields(Sizes))))
