"""How large a run is, or how precise, and which shard of it is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mcdefense.errors import Fault, InputError


@dataclass(frozen=True)
class Size:
    """Worlds 0 .. worlds - 1 of `trials` each, drawn with `seed`."""

    worlds: int
    trials: int
    seed: int


MOST_WORLDS = 65_536
"""Worlds after which a run to a precision ends where no other limit is given."""


@dataclass(frozen=True)
class Precision:
    """Half of the width that the headline's 95 % interval may have.

    In leakers a raid, or as a share of the headline. The headline is the difference in leakers of
    the two architectures that are compared, or the leakers of a single one.
    """

    value: float
    is_share: bool

    @classmethod
    def parse(cls, text: str) -> Precision:
        """From `0.05` or `1%`; raises InputError for other text."""
        found = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*(%?)\s*", text)
        value = float(found[1]) if found else 0.0
        if found is None or value <= 0:
            message = (
                f"got '{text}', expected leakers above 0, such as 0.05, or a share, such as 1%"
            )
            raise InputError([Fault("precision", "", message, option=True)])
        return cls(value / 100, True) if found[2] else cls(value, False)

    def leakers(self, headline: float) -> float:
        """The half-width asked for, in leakers."""
        return self.value * abs(headline) if self.is_share else self.value

    def __str__(self) -> str:
        return f"{100 * self.value:g}%" if self.is_share else f"{self.value:g}"


@dataclass(frozen=True)
class Shard:
    """Shard `number` (1 .. count) of `count`, which together are one run.

    It has every `count`-th world, so that asking for more worlds adds to each shard and takes
    from none.
    """

    number: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.count:
            raise _no_shard(str(self))

    @classmethod
    def parse(cls, text: str) -> Shard:
        """From `3/32`; raises InputError for other text."""
        found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text)
        if found is None:
            raise _no_shard(text)
        return cls(int(found[1]), int(found[2]))

    def worlds(self, worlds: int) -> NDArray[np.int64]:
        """Its worlds of so many; raises InputError if it has none."""
        return self.places(worlds, "worlds")

    def places(self, number: int, what: str) -> NDArray[np.int64]:
        """Its places among so many of something; raises InputError, which says what there is too
        little of, if it has none."""
        if self.number > number:
            message = f"got {self}, but there are {number:,} {what}: that shard has none"
            raise InputError([Fault("shard", "", message, option=True)])
        return np.arange(self.number - 1, number, self.count, dtype=np.int64)

    def file(self, output: Path) -> Path:
        """Its own file beside the file of the whole run: `all.h5` -> `all.shard-3-of-32.h5`."""
        return output.with_name(f"{output.stem}.shard-{self.number}-of-{self.count}{output.suffix}")

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def _no_shard(text: str) -> InputError:
    message = f"got '{text}', expected I/N, such as 3/32 for the third of 32"
    return InputError([Fault("shard", "", message, option=True)])
