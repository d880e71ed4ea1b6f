"""How long an interceptor takes to a slant range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mcdefense.geometry.earth import Floats


@dataclass(frozen=True)
class Flyout:
    """Launch delay [s] and then either a mean speed [m/s] or a table of times by slant range.

    The table rises strictly in both columns; from (0, 0) to its first row time grows evenly, and
    beyond its last row nothing is reached. ValueError if neither or both are given.
    """

    launch_delay_s: float = 0.0
    speed_m_s: float | None = None
    range_m: tuple[float, ...] = ()
    flight_s: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if (self.speed_m_s is None) == (not self.range_m):
            raise ValueError("a flyout has either a speed or a table")
        if self.speed_m_s is not None and not self.speed_m_s > 0.0:
            raise ValueError(f"speed_m_s: got {self.speed_m_s:g}, expected more than 0")
        if not self.launch_delay_s >= 0.0:
            raise ValueError(f"launch_delay_s: got {self.launch_delay_s:g}, expected 0 or more")
        if len(self.range_m) != len(self.flight_s):
            raise ValueError("a flyout table has as many times as ranges")
        knots, times = self.knots
        if not ((np.diff(knots) > 0).all() and (np.diff(times) > 0).all()):
            raise ValueError("a flyout table rises strictly in range and in time, above 0")

    @cached_property
    def knots(self) -> tuple[Floats, Floats]:
        """Slant ranges [m] from 0 on and flight times [s] between which time grows evenly."""
        if self.speed_m_s is not None:
            return np.zeros(1), np.zeros(1)
        rows = list(zip(self.range_m, self.flight_s, strict=True))
        if rows[0] != (0.0, 0.0):
            rows.insert(0, (0.0, 0.0))
        return np.array([row[0] for row in rows]), np.array([row[1] for row in rows])

    @cached_property
    def slowness_s_m(self) -> Floats:
        """Seconds a metre from each knot on; one value for a mean speed."""
        if self.speed_m_s is not None:
            return np.array([1.0 / self.speed_m_s])
        knots, times = self.knots
        return np.diff(times) / np.diff(knots)

    @property
    def reach_m(self) -> float:
        """Slant range [m] that the table ends at; infinite for a mean speed."""
        return math.inf if self.speed_m_s is not None else float(self.range_m[-1])

    def piece(self, slant_range_m: Floats) -> NDArray[np.intp]:
        """Index of the knot below each slant range."""
        if len(self.slowness_s_m) == 1:
            return np.zeros(np.shape(slant_range_m), dtype=np.intp)
        below = np.searchsorted(self.knots[0], slant_range_m, side="right") - 1
        return np.clip(below, 0, len(self.slowness_s_m) - 1)

    def time_s(self, slant_range_m: ArrayLike) -> Floats:
        """Time [s] from the decision to launch to arrival; infinite beyond `reach_m`."""
        slant = np.asarray(slant_range_m, dtype=np.float64)
        if self.speed_m_s is not None:
            return self.launch_delay_s + slant / self.speed_m_s
        flight = np.interp(slant, *self.knots, right=np.inf)
        return self.launch_delay_s + flight
