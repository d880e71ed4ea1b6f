"""How large a run is, and which shard of it is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mcdefense.errors import Fault, InputError
from mcdefense.scenario import MAX_SEED, MAX_TRIALS, MAX_WORLDS, Scenario

MOST_BATCH = 2**24
"""Most trials of a block; their state must fit the device."""


@dataclass(frozen=True)
class Size:
    """Worlds 0 .. worlds - 1 of `trials` each, drawn with `seed`."""

    worlds: int
    trials: int
    seed: int

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        worlds: int | None = None,
        trials_per_world: int | None = None,
        seed: int | None = None,
        batch: int | None = None,
    ) -> Size:
        """What is None comes from the scenario's `[run]` table.

        Raises InputError for numbers, among them the batch, that no run can have.
        """
        run = scenario.run
        size = cls(
            run.worlds if worlds is None else worlds,
            run.trials_per_world if trials_per_world is None else trials_per_world,
            run.seed if seed is None else seed,
        )
        limits = (
            ("--worlds", size.worlds, 1, MAX_WORLDS),
            ("--trials-per-world", size.trials, 1, MAX_TRIALS),
            ("--seed", size.seed, 0, MAX_SEED),
            ("--batch", 1 if batch is None else batch, 1, MOST_BATCH),
        )
        faults = [
            Fault(option, "", f"got {value:,}, expected a whole number from {least:,} to {most:,}")
            for option, value, least, most in limits
            if not least <= value <= most
        ]
        faults += _twice(scenario, worlds=worlds, trials_per_world=trials_per_world, seed=seed)
        if faults:
            raise InputError(faults)
        return size


def _twice(scenario: Scenario, **options: int | None) -> list[Fault]:
    """Faults of sizes that are asked for by an option and, otherwise, by an override."""
    given = dict(scenario.overrides)
    return [
        Fault(
            f"--{name.replace('_', '-')}",
            "",
            f"got {value} beside --set run.{name}={text}, expected one of the two",
        )
        for name, value in options.items()
        if value is not None and (text := given.get(f"run.{name}")) not in (None, str(value))
    ]


@dataclass(frozen=True)
class Shard:
    """Shard `number` (1 .. count) of `count`, which together are one run.

    It has every `count`-th world, so that asking for more worlds adds to each shard and takes
    from none.
    """

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """From `3/32`; raises InputError for other text."""
        found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text)
        number, count = (int(found[1]), int(found[2])) if found else (0, 0)
        if not 1 <= number <= count:
            message = f"got '{text}', expected I/N, such as 3/32 for the third of 32"
            raise InputError([Fault("--shard", "", message)])
        return cls(number, count)

    def worlds(self, worlds: int) -> NDArray[np.int64]:
        """Its worlds of so many; raises InputError if it has none."""
        if self.number > worlds:
            message = f"got {self}, but there are {worlds:,} worlds: that shard has none"
            raise InputError([Fault("--shard", "", message)])
        return np.arange(self.number - 1, worlds, self.count, dtype=np.int64)

    def file(self, output: Path) -> Path:
        """Its own file beside the file of the whole run: `all.h5` -> `all.shard-3-of-32.h5`."""
        return output.with_name(f"{output.stem}.shard-{self.number}-of-{self.count}{output.suffix}")

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"
