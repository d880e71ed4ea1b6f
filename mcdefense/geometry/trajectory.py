"""A threat's flight as a polyline in time and space."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mcdefense.geometry.earth import Floats


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A flight through K nodes, straight and at constant speed from each to the next.

    `time_s` [K] rises strictly from 0 (launch or first appearance) to the impact; `position_m`
    [K, 3] is Earth-centred, `height_m` [K] above the surface. Height is interpolated apart from
    position, so that a level flight stays level between nodes.
    """

    time_s: Floats
    position_m: Floats
    height_m: Floats

    def __post_init__(self) -> None:
        nodes = len(self.time_s)
        for name, shape in (
            ("time_s", (nodes,)),
            ("position_m", (nodes, 3)),
            ("height_m", (nodes,)),
        ):
            values = np.array(getattr(self, name), dtype=np.float64)
            if values.shape != shape or not np.isfinite(values).all():
                raise ValueError(f"{name}: got shape {values.shape}, expected finite {shape}")
            values.setflags(write=False)
            object.__setattr__(self, name, values)
        if nodes < 2 or self.time_s[0] != 0.0 or not (np.diff(self.time_s) > 0).all():
            raise ValueError("time_s must rise strictly from 0 over two nodes or more")

    @property
    def impact_s(self) -> float:
        """Time of impact, the last node."""
        return float(self.time_s[-1])

    @cached_property
    def duration_s(self) -> Floats:
        """Duration of each leg [K-1]."""
        return np.diff(self.time_s)

    @cached_property
    def velocity_m_s(self) -> Floats:
        """Velocity on each leg [K-1, 3]."""
        return np.diff(self.position_m, axis=0) / self.duration_s[:, None]

    @cached_property
    def climb_m_s(self) -> Floats:
        """Rate of change of height on each leg [K-1]."""
        climb_m_s: Floats = np.diff(self.height_m) / self.duration_s
        return climb_m_s

    @cached_property
    def speed_squared(self) -> Floats:
        """Square of the speed on each leg [K-1], in m2/s2."""
        squared: Floats = np.einsum("ij,ij->i", self.velocity_m_s, self.velocity_m_s)
        return squared

    @cached_property
    def leg_m(self) -> Floats:
        """Length of each leg [K-1]."""
        return np.sqrt(self.speed_squared) * self.duration_s

    @cached_property
    def ball(self) -> tuple[Floats, float]:
        """Centre [3] and radius [m] of a ball that holds every node."""
        centre = 0.5 * (self.position_m.min(axis=0) + self.position_m.max(axis=0))
        return centre, float(np.linalg.norm(self.position_m - centre, axis=1).max())

    def at(self, time_s: Floats) -> tuple[Floats, Floats]:
        """Position [..., 3] and height [...] at these times, held outside the flight."""
        time = np.clip(time_s, 0.0, self.time_s[-1])
        leg = np.minimum(np.searchsorted(self.time_s, time, side="right") - 1, len(self.time_s) - 2)
        since = time - self.time_s[leg]
        return (
            self.position_m[leg] + since[..., None] * self.velocity_m_s[leg],
            self.height_m[leg] + since * self.climb_m_s[leg],
        )
