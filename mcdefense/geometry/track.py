"""When a sensor comes to track a trajectory: cumulative detection over its looks."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.geometry.earth import Floats, radio_horizon_m
from mcdefense.geometry.radar import RadarModel, covers, reach_m
from mcdefense.geometry.trajectory import Trajectory

TIMES_MAX = 16
"""Times in a track table at most."""

CERTAIN = 1.0 - 1e-9
"""Detection counts as complete from here on: later looks are left out."""

MOST_LOOKS = 10_000_000
"""Most looks at one trajectory: more is a revisit time gone wrong."""

_FIRST_BLOCK = 64
_LAST_BLOCK = 4096


class TrackTable(NamedTuple):
    """Cumulative detection at J <= 16 rising times: plain, and had the sensor been cued all along.

    Both rise with time and hold from each time to the next; cued is never below plain.
    """

    time_s: Floats
    probability: Floats
    cued_probability: Floats


NO_TRACK = TrackTable(np.zeros(0), np.zeros(0), np.zeros(0))


def track_times(sensor: RadarModel, trajectory: Trajectory, rcs_m2: float) -> TrackTable:
    """Table of F(t) = 1 - (1 - p_look)^n, n the looks up to t that fall while it is covered.

    Looks fall at whole multiples of the revisit time since the launch. Where detection grows more
    than 16 times, the times kept take the growth late, never early, and roughly least late in the
    mean. J = 0 for a trajectory never covered. ValueError for more than MOST_LOOKS looks.
    """
    return Watch(sensor, trajectory, rcs_m2).track_times(sensor)


class Watch:
    """One sensor's looks at one trajectory, found as far as they are asked for: they serve any
    detection probability of a look."""

    def __init__(self, sensor: RadarModel, trajectory: Trajectory, rcs_m2: float) -> None:
        reach = [reach_m(sensor, rcs_m2, cued) for cued in (False, True)]
        nearest = _nearest_m(sensor, trajectory, max(reach))
        self._same_reach = reach[0] == reach[1]
        self._same_looks = self._same_reach and sensor.looks(False)[0] == sensor.looks(True)[0]
        self._looks = [
            _Looks(sensor, trajectory, rcs_m2, cued, nearest <= reach[cued])
            for cued in (False, True)
        ]

    @property
    def blind(self) -> bool:
        """Whether it is known by now that no look falls while the trajectory is covered."""
        plain, cued = self._looks
        return plain.none_covered and (self._same_looks or cued.none_covered)

    def track_times(self, sensor: RadarModel) -> TrackTable:
        """The table of `track_times` for a sensor that differs in `p_look` and `cue_p_look`."""
        looks = sensor.looks(False), sensor.looks(True)
        plain_s, plain = self._looks[0].detection(looks[0][1])
        if looks[0] == looks[1] and self._same_reach:
            cued_s, cued, time = plain_s, plain, plain_s
        else:
            cued_s, cued = self._looks[1].detection(looks[1][1])
            time = np.concatenate([plain_s, cued_s])
            time.sort()
            new = np.ones(len(time), np.bool_)
            np.not_equal(time[1:], time[:-1], out=new[1:])
            time = time[new]
        if len(time) == 0:
            return NO_TRACK
        probability = _step(plain_s, plain, time)
        cued_probability = np.maximum(_step(cued_s, cued, time), probability)
        both = probability + cued_probability
        growth = both.copy()
        growth[1:] -= both[:-1]
        # a cued look that leaves cued below plain adds nothing
        keep = (growth > 0.0).nonzero()[0]
        if len(keep) > TIMES_MAX:
            keep = keep[_least_late(time[keep], growth[keep])]
        return TrackTable(time[keep], probability[keep], cued_probability[keep])


class _Looks:
    """The looks that fall while the sensor covers the trajectory, in order of time."""

    def __init__(
        self,
        sensor: RadarModel,
        trajectory: Trajectory,
        rcs_m2: float,
        cued: bool,
        possible: NDArray[np.bool_],
    ) -> None:
        self._sensor, self._trajectory, self._rcs_m2 = sensor, trajectory, rcs_m2
        self._cued, self._revisit_s = cued, sensor.looks(cued)[0]
        legs = possible.nonzero()[0]
        self._next, self._end = 0, -1
        if len(legs):
            self._next = math.ceil(trajectory.time_s[legs[0]] / self._revisit_s)
            self._end = math.floor(trajectory.time_s[legs[-1] + 1] / self._revisit_s)
        self._count = self._end - self._next + 1
        self._block = _FIRST_BLOCK
        self._time_s = np.zeros(0)

    @property
    def none_covered(self) -> bool:
        """Whether all looks have been looked through and none counts."""
        return self._next > self._end and not len(self._time_s)

    def detection(self, p_look: float) -> tuple[Floats, Floats]:
        """Times of the looks while covered, until detection is complete, and F after each."""
        if p_look <= 0.0 or self._count <= 0:
            return NO_TRACK.time_s, NO_TRACK.time_s
        if self._count > MOST_LOOKS:
            raise ValueError(
                f"got {self._count:,} looks, expected at most {MOST_LOOKS:,}: lengthen revisit_s"
            )
        enough = 1
        if p_look < 1.0:
            needed = math.log1p(-CERTAIN) / math.log1p(-p_look)  # infinite for the least p_look
            enough = math.ceil(min(needed, MOST_LOOKS))
        while self._next <= self._end and len(self._time_s) < enough:
            past = min(self._next + self._block, self._end + 1)
            time: Floats = np.float64(self._revisit_s) * np.arange(self._next, past)
            points = self._trajectory.at(time)
            covered = covers(self._sensor, *points, self._rcs_m2, self._cued)
            self._time_s = np.concatenate([self._time_s, time[covered]])
            self._next, self._block = past, min(2 * self._block, _LAST_BLOCK)
        time = self._time_s[:enough]
        return time, 1.0 - (1.0 - p_look) ** np.arange(1.0, len(time) + 1.0)


def _nearest_m(sensor: RadarModel, trajectory: Trajectory, reach: float) -> Floats:
    """Slant range [K-1] that each leg cannot come nearer than; infinite below the horizon."""
    centre, ball = trajectory.ball
    if math.dist(centre, sensor.site.position_m) - ball > reach:
        return np.full(len(trajectory.duration_s), np.inf)
    local = trajectory.position_m @ sensor.site.axes
    level2 = local[:, 0] * local[:, 0] + local[:, 1] * local[:, 1]
    above = local[:, 2] - (sensor.radius_m + sensor.height_m)
    slant = np.sqrt(level2 + above * above)
    ground = sensor.radius_m * np.arctan2(np.sqrt(level2), local[:, 2])
    # the parabolic horizon lies beyond the exact one
    horizon = radio_horizon_m(trajectory.height_m, radius_m=sensor.radius_m)
    # a point of a leg is at most half a leg from its nearer end; 1 % for the arc over the chord
    half = 0.505 * trajectory.leg_m
    furthest = sensor.horizon_m + half + np.maximum(horizon[1:], horizon[:-1])
    visible = np.minimum(ground[1:], ground[:-1]) <= furthest
    return np.where(visible, np.minimum(slant[1:], slant[:-1]) - half, np.inf)


def _step(at_s: Floats, values: Floats, time_s: Floats) -> Floats:
    """The step function that takes these values at these times, and 0 before, at other times."""
    steps = np.zeros(len(values) + 1)
    steps[1:] = values
    out: Floats = steps[at_s.searchsorted(time_s, side="right")]
    return out


def _least_late(time_s: Floats, growth: Floats) -> NDArray[np.intp]:
    """Indices of 16 times, the last included, that keep growth from being read late; of more.

    The mean delay is least where times lie as dense as the root of the growth rate, so the
    running sum of those roots is cut into equal shares; what exceeds a share gets its own time.
    """
    gap = np.empty(len(time_s))
    gap[1:] = time_s[1:] - time_s[:-1]
    gap[0] = time_s[0] - (2.0 * time_s[0] - time_s[1])
    weight = np.sqrt(growth * gap)
    ranked = np.sort(weight)[::-1]
    rest = np.cumsum(ranked[::-1])[::-1][:TIMES_MAX]
    shares = rest / np.arange(TIMES_MAX, 0.0, -1.0)
    share = shares[np.argmax(ranked[:TIMES_MAX] <= shares)]
    filled = np.cumsum(np.minimum(weight, share)) / share
    shares_from_1 = np.arange(1.0, TIMES_MAX + 1.0) - 1e-9
    kept: NDArray[np.intp] = np.minimum(filled.searchsorted(shares_from_1), len(time_s) - 1)
    return kept
