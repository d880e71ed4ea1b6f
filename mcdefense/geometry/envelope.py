"""Where an interceptor type works against a threat class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mcdefense.geometry.earth import Floats


@dataclass(frozen=True)
class Envelope:
    """Where an interceptor kills: bands of slant range and altitude [m] and SSPK by slant range.

    `sspk` holds a value for each of `sspk_range_m` (rising), straight between and constant beyond,
    or one value for all ranges. ValueError on a band or table out of order.
    """

    range_min_m: float
    range_max_m: float
    altitude_min_m: float
    altitude_max_m: float
    sspk: tuple[float, ...] = (1.0,)
    sspk_range_m: tuple[float, ...] = (0.0,)

    def __post_init__(self) -> None:
        if not (
            0.0 <= self.range_min_m <= self.range_max_m
            and self.altitude_min_m <= self.altitude_max_m
        ):
            raise ValueError("an envelope's bands run from the lesser to the greater value")
        ranges, sspk = self._table
        if len(ranges) != len(sspk) or not len(ranges) or not (np.diff(ranges) > 0).all():
            raise ValueError("sspk_range_m: expected one rising range for each sspk")

    @cached_property
    def _table(self) -> tuple[Floats, Floats]:
        return np.array(self.sspk_range_m, dtype=np.float64), np.array(self.sspk, dtype=np.float64)

    def sspk_at(self, slant_range_m: Floats) -> Floats:
        """Single-shot kill probability at these slant ranges."""
        return np.interp(slant_range_m, *self._table)
