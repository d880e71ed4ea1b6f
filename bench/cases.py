"""The named cases: which scenario, which worlds of it, how many trials of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mcdefense.contract import Schedule
from mcdefense.run.simulator import axes_of
from mcdefense.run.speed import SMALL
from mcdefense.scenario import load
from mcdefense.schedule.build import Builder
from mcdefense.statistics import Axes

CONFIGS = Path(__file__).parents[1] / "configs"
FLANK = Path(__file__).parent / "flank.toml"
"""The eastern flank as it stood when the first figures were measured, so that they compare."""
SEED = 1


@dataclass(frozen=True)
class Case:
    """A case; `trials` None: as many as the time allows."""

    scenario: Path
    worlds: tuple[int, ...]
    trials: int | None
    meaning: str


CASES = {
    "small": Case(SMALL, (0,), None, "100 threats, 16 batteries, two architectures"),
    "flank": Case(FLANK, (0,), None, "29 batteries, 36 sensors, six architectures"),
    "mass_raid": Case(
        CONFIGS / "mass_raid.toml", (), None, "configs/mass_raid.toml, a night of 800 objects"
    ),
    "many_worlds": Case(SMALL, tuple(range(16_384)), 64, "small, 16,384 worlds of 64 trials"),
}
LEAST_OBJECTS = 800
"""Objects of the night that `mass_raid` replays."""


@dataclass(frozen=True)
class Prepared:
    """What every engine gets."""

    schedules: list[Schedule]  # one a world
    axes: Axes
    seed: int
    trials: int | None

    @property
    def pairings(self) -> int:
        """Pairings of one trial of every world."""
        return sum(
            s.sizes.opportunities * s.features.architectures * s.worlds.size for s in self.schedules
        )


def large_night(builder: Builder, least: int) -> int:
    """The first world of a history whose night has that many objects."""
    number = 0
    history = builder.scenario.history
    assert history is not None
    waves = builder.scenario.raid.values()
    columns = [c for wave in waves if (c := getattr(wave.count, "column", None))]
    objects = np.sum([history.columns.count[c] for c in columns], axis=0)
    while objects[builder.world(SEED, number).night] < least:
        number += 1
    return number


def prepare(name: str, worlds: int | None = None) -> Prepared:
    """The schedules of a case; `worlds` fewer than it has, for a quicker look."""
    case = CASES[name]
    builder = Builder(load(case.scenario))
    numbers = case.worlds or (large_night(builder, LEAST_OBJECTS),)
    numbers = numbers[:worlds]
    schedules = [builder.schedule(builder.world(SEED, number)) for number in numbers]
    return Prepared(schedules, axes_of(builder, np.array(numbers)), SEED, case.trials)
