"""What a run will take, from a survey of its first worlds and rates that are stated.

Building is forecast from processor time, so that a busy machine forecasts what an idle one takes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mcdefense.preview.survey import Survey
from mcdefense.run import processes_for

PAIRINGS_PER_CORE_S = 150e6
"""Pairings a core judges in a second: measured on two shared cores, rounded."""
TRIALS_PER_CORE_S = 100e3
"""Trials a core gets through in a second at most, with little to judge in each: measured there."""
COMPILING_S = 10.0
"""Seconds of starting and compiling where the program is new: measured there too."""
BLOCK_TRIALS = 512
"""Trials that one core holds at a time, at most."""

_TIME_FACTOR, _TIME_STEP_MIN = 2.0, 5
_MEMORY_FACTOR, _MEMORY_STEP = 1.5, 512 * 2**20
"""Asked of a cluster beyond the forecast: a node may be half as fast as the machine of the rates,
and who goes past what was asked for is ended; then up to the next step."""

_PROGRAM_BYTES = 500 * 2**20  # Python, JAX and compiled programs: measured
_BUILDER_BYTES = 110 * 2**20  # a process that builds worlds: measured
_STATE_COPIES = 3  # the state, its copy between steps, the counting at the end: measured
COUNTS_COPIES = 7  # of what is counted, while a run ends and its file is made: measured
_SCHEDULES = 8 + 4  # worlds built ahead, and those padded for the device


@dataclass(frozen=True)
class Forecast:
    """Time and memory of a run on so many cores of the kind measured."""

    worlds: int
    trials_per_world: int
    cores: int
    builders: int
    """Processes that build worlds; 0 where a thread does it."""
    pairings: float
    judging_s: float
    building_s: float
    compiling_s: float
    memory_bytes: float

    @property
    def total_s(self) -> float:
        """Seconds from start to file: a thread or `builders` processes build the worlds, while the
        cores that are free judge what is built."""
        shared = self.judging_s + self.building_s / self.cores
        return self.compiling_s + max(self.building_s / max(self.builders, 1), shared)

    @property
    def time_limit(self) -> str:
        """The `--time` to ask Slurm for, hours:minutes:seconds."""
        steps = 1 + math.ceil(_TIME_FACTOR * self.total_s / 60 / _TIME_STEP_MIN)
        hours, minutes = divmod(steps * _TIME_STEP_MIN, 60)
        return f"{hours}:{minutes:02}:00"

    @property
    def memory_limit(self) -> str:
        """The `--mem` to ask Slurm for, in MiB."""
        steps = 1 + math.ceil(_MEMORY_FACTOR * self.memory_bytes / _MEMORY_STEP)
        return f"{steps * _MEMORY_STEP // 2**20}M"


def forecast(survey: Survey, worlds: int, trials_per_world: int, cores: int) -> Forecast:
    """The forecast of a run of that size; building is as fast as the survey was here."""
    looked_at = len(survey.worlds)
    architectures = len(survey.names.architecture)
    size = survey.relative_size
    opportunities = size * (survey.listed * architectures + survey.sharing) / looked_at
    pairings = opportunities * worlds * trials_per_world
    block = min(trials_per_world, BLOCK_TRIALS)
    state = 2.0 * survey.state_rows * block * _STATE_COPIES
    building_s = survey.seconds_first + (worlds - 1) * size * survey.seconds_later
    builders = processes_for(building_s, cores)
    return Forecast(
        worlds=worlds,
        trials_per_world=trials_per_world,
        cores=cores,
        builders=builders,
        pairings=pairings,
        judging_s=max(pairings / PAIRINGS_PER_CORE_S, worlds * trials_per_world / TRIALS_PER_CORE_S)
        / cores,
        building_s=building_s,
        compiling_s=COMPILING_S,
        memory_bytes=_PROGRAM_BYTES
        + builders * _BUILDER_BYTES
        + cores * state
        + _SCHEDULES * survey.schedule_bytes
        + COUNTS_COPIES * survey.counts_bytes(worlds),
    )
