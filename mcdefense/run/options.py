"""What a run is asked for beside its scenario, checked once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from mcdefense.errors import Fault, InputError
from mcdefense.run.size import MOST_WORLDS, Precision, Shard, Size
from mcdefense.scenario import MAX_SEED, MAX_TRIALS, MAX_WORLDS, Scenario

CHECKPOINT_EVERY_S = 60.0
MOST_BATCH = 2**24
"""Most trials of a block; their state must fit the device."""
MOST_BUILDERS = 1024
"""Most processes that build worlds; each takes some 100 MB."""
_LIMITS = {
    "worlds": (1, MAX_WORLDS),
    "trials_per_world": (1, MAX_TRIALS),
    "seed": (0, MAX_SEED),
    "batch": (1, MOST_BATCH),
    "devices": (1, None),
    "builders": (0, MOST_BUILDERS),
}
"""Least and most of each whole number. How many devices there are is known once JAX has started."""


@dataclass(frozen=True)
class RunOptions:
    """How to run a scenario. Raises InputError with every option that no run can have.

    `worlds`, `trials_per_world` and `seed` are the scenario's where they are None. `shard` is the
    part of the worlds to run. With a `precision` the run has as many worlds as it takes, and at
    most `worlds`, or MOST_WORLDS where that is None. `devices` counts cores or GPUs, all where it
    is None. `batch` counts the trials of a block, as many as suit the device where it is None.
    `builders` counts the processes that build worlds: 0 builds them in a thread of this process,
    and None starts as many as are worth it, one for each core at most. `dask` is the address of a
    Dask scheduler, or `local` for workers started here. `compile_cache` is a folder that keeps
    compiled programs for the next run, the user's own where it is None; with `no_compile_cache`
    none are kept or loaded.

    A run saves what is done every `checkpoint_every_s` [s]. With `resume` it goes on from what an
    earlier run of the same scenario, size and seed saved or finished. With `force` it replaces a
    file that is there. With both it goes on if it can and else replaces the file.
    """

    worlds: int | None = None
    trials_per_world: int | None = None
    seed: int | None = None
    shard: Shard | None = None
    precision: Precision | None = None
    devices: int | None = None
    batch: int | None = None
    builders: int | None = None
    dask: str | None = None
    compile_cache: Path | None = None
    no_compile_cache: bool = False
    checkpoint_every_s: float = CHECKPOINT_EVERY_S
    resume: bool = False
    force: bool = False

    def __post_init__(self) -> None:
        faults = [Fault(name, "", message, option=True) for name, message in self._wrong()]
        if faults:
            raise InputError(faults)

    def _wrong(self) -> Iterator[tuple[str, str]]:
        """Options at fault and what is wrong with each."""
        for name, (least, most) in _LIMITS.items():
            value: Any = getattr(self, name)
            if value is None or _is_whole(value, least, most):
                continue
            got = repr(value) if type(value) is not int else f"{value:,}"
            limits = f", {least} or more" if most is None else f" from {least:,} to {most:,}"
            yield name, f"got {got}, expected a whole number{limits}"
        every_s: Any = self.checkpoint_every_s
        if not (isinstance(every_s, Real) and float(every_s) >= 0):
            yield "checkpoint_every_s", f"got {every_s!r}, expected seconds, 0 or more"
        if self.precision is not None and (self.shard is not None or self.dask is not None):
            yield "precision", "needs all counts at hand, so it takes neither `shard` nor `dask`"
        if self.compile_cache is not None and self.no_compile_cache:
            yield "compile_cache", "names a folder, and `no_compile_cache` asks for none"
        if self.dask is not None and (self.shard is not None or self.resume):
            yield "dask", "saves nothing meanwhile, so it takes neither `shard` nor `resume`"
        if self.dask is not None and self.devices is not None:
            message = "workers use a device for each of their threads, so it takes no `devices`"
            yield "dask", message

    def size(self, scenario: Scenario) -> Size:
        """The run's size, where the scenario's `[run]` table says what is None here.

        Raises InputError if an override of the scenario says another number than an option does.
        """
        run, given = scenario.run, dict(scenario.overrides)
        faults = []
        for name in ("worlds", "trials_per_world", "seed"):
            value, text = getattr(self, name), given.get(f"run.{name}")
            if value is not None and text not in (None, str(value)):
                message = f"got {value} beside --set run.{name}={text}, expected one of the two"
                faults.append(Fault(name, "", message, option=True))
        if self.precision is not None and "run.worlds" in given:
            message = (
                "decides how many worlds there are, and so does --set run.worlds: name the most "
            )
            faults.append(Fault("precision", "", message + "by `worlds` instead", option=True))
        if faults:
            raise InputError(faults)
        worlds = run.worlds if self.precision is None else MOST_WORLDS
        return Size(
            worlds if self.worlds is None else int(self.worlds),
            run.trials_per_world if self.trials_per_world is None else int(self.trials_per_world),
            run.seed if self.seed is None else int(self.seed),
        )

    def file(self, output: Path) -> Path:
        """The file that a run to `output` writes: of a shard one beside it, named after it."""
        return output if self.shard is None else self.shard.file(output)


def _is_whole(value: Any, least: int, most: int | None) -> bool:
    if isinstance(value, bool) or not isinstance(value, Integral):
        return False
    return least <= int(value) and (most is None or int(value) <= most)


DEFAULT = RunOptions()
"""All as the scenario and the machine have it; a file that is there is kept."""
