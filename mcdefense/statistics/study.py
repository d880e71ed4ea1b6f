"""What a study gives back: the results of many runs as points along named axes.

A **point** is one run of a study. Its axes say what differs from point to point, for example
`raid.drones.count` with the values 10, 20 and 30. All points have the same worlds, trials and seed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from mcdefense.contract import common_bins
from mcdefense.statistics.axes import Axes
from mcdefense.statistics.by_raid import as_one_raid
from mcdefense.statistics.quantities import TALLY_DIMENSIONS
from mcdefense.statistics.result import Result
from mcdefense.statistics.tally import Tally

CASE = "case"
"""Name of the axis of a list of named cases."""


@dataclass(frozen=True)
class StudyAxis:
    """One axis of a study: `name` in the file, the `path` of the value that differs, and the values
    along it: numbers, or texts. Named cases are an axis without a path."""

    name: str
    path: str
    values: tuple[int | float | str, ...]

    @property
    def is_numeric(self) -> bool:
        """Whether every value is a number, so that it can be drawn to scale."""
        return not any(isinstance(value, str) for value in self.values)

    @property
    def array(self) -> np.ndarray:
        """The values: int64, float64, or text."""
        if not self.is_numeric:
            return np.array([str(value) for value in self.values], object)
        whole = all(isinstance(value, int) for value in self.values)
        return np.array(self.values, np.int64 if whole else np.float64)

    def label(self, place: int) -> str:
        """The value at a place, in words."""
        value = self.values[place]
        return value if isinstance(value, str) else f"{value:g}"


@dataclass(frozen=True, eq=False, repr=False)
class Study:
    """The points of a study, in the order of its axes, the last of them changing first.

    `points` are results without estimates; `complete` makes the estimates of one. A point that is
    not finished lacks worlds or trials. Of a shard only the points `asked` have any. `base` is the
    place of the point that the others are held against. `estimates[name]` has the axes of the study
    in front of its own (STUDY_DIMENSIONS).
    """

    axes: tuple[StudyAxis, ...]
    points: tuple[Result, ...]
    base: int
    estimates: dict[str, np.ndarray] = field(default_factory=dict)
    provenance: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values along each axis."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def architectures(self) -> tuple[str, ...]:
        """The architectures, which all points have in common."""
        return self.points[0].tally.axes.architecture

    def place(self, *where: int) -> int:
        """The point at these places along the axes."""
        return int(np.ravel_multi_index(where, self.shape))

    def where(self, point: int) -> tuple[int, ...]:
        """The places of a point along the axes."""
        return tuple(int(place) for place in np.unravel_index(point, self.shape))

    def label(self, point: int) -> str:
        """A point in words, such as `raid.drones.count = 20`."""
        parts = []
        for axis, place in zip(self.axes, self.where(point), strict=True):
            value = axis.label(place)
            parts.append(f"{axis.path} = {value}" if axis.path else value)
        return ", ".join(parts)

    @property
    def asked(self) -> range:
        """Points that were asked for: all, or of shard I of N every N-th from point I - 1 on."""
        number, _, count = str(self.provenance.get("shard") or "1/1").partition("/")
        return range(int(number) - 1, len(self.points), int(count))

    @property
    def unfinished(self) -> tuple[int, ...]:
        """Points that were asked for and lack trials."""
        wanted = int(self.provenance["worlds"]) * int(self.provenance["trials_per_world"])
        return tuple(i for i in self.asked if self.points[i].tally.trials < wanted)

    def __repr__(self) -> str:
        axes = ", ".join(f"{axis.path or axis.name} x {len(axis.values)}" for axis in self.axes)
        marking = self.provenance.get("marking", "NOTIONAL")
        return f"<mcdefense.Study {marking}: {math.prod(self.shape)} points ({axes})>"


def aligned(points: Sequence[Result]) -> tuple[Result, ...]:
    """The points with the same names, worlds and parameters, and histograms of one length.

    What a point does not have is 0, of a parameter NaN. Raises ValueError if their architectures or
    worlds differ.
    """
    axes = _common_axes([point.tally.axes for point in points])
    length = max(point.tally["leakers_histogram"].shape[-1] for point in points)
    names = dict.fromkeys(name for point in points for name in point.parameters)
    unknown = np.full(len(axes.world), np.nan)
    made = []
    for point in points:
        tally = _on_axes(point.tally, axes)
        histogram = tally["leakers_histogram"]
        wide = [(0, 0)] * (histogram.ndim - 1) + [(0, length - histogram.shape[-1])]
        counts = {**tally.counts, "leakers_histogram": np.pad(histogram, wide)}
        parameters = {name: point.parameters.get(name, unknown) for name in names}
        made.append(replace(point, tally=Tally(axes, counts), parameters=parameters))
    return tuple(made)


def with_worlds(result: Result, worlds: np.ndarray) -> Result:
    """The result on these worlds: without a trial in those that it does not have."""
    tally = result.tally
    if np.array_equal(tally.axes.world, worlds):
        return result
    rows = np.searchsorted(worlds, tally.axes.world)

    def spread(values: np.ndarray, otherwise: object) -> np.ndarray:
        whole = np.full(len(worlds), otherwise, values.dtype)
        whole[rows] = values
        return whole

    return replace(
        result,
        tally=_on_axes(tally, tally.axes.with_worlds(worlds)),
        parameters={name: spread(v, np.nan) for name, v in result.parameters.items()},
        plan=spread(result.plan, ""),
        night=spread(result.night, -1),
        schedule_hash=spread(result.schedule_hash, 0),
        check_hash=spread(result.check_hash, 0),
    )


def _common_axes(every: Sequence[Axes]) -> Axes:
    """Axes that hold all of these: every name that any of them has, in the order in which it first
    comes, and bins of time that are sums of those of each. Raises ValueError if their architectures
    or worlds differ."""
    first = every[0]
    for axes in every:
        if axes.architecture != first.architecture or not np.array_equal(axes.world, first.world):
            raise ValueError("the points of a study have the same architectures and worlds")

    def names(axis: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for axes in every for name in getattr(axes, axis)))

    return Axes(
        architecture=first.architecture,
        threat_class=names("threat_class"),
        battery=names("battery"),
        interceptor=names("interceptor"),
        asset=names("asset"),
        world=first.world,
        time=common_bins([axes.time for axes in every]),
        raids=max(axes.raids for axes in every),
    )


def _on_axes(tally: Tally, axes: Axes) -> Tally:
    """The tally on wider axes: 0 for every name and world that it does not have."""
    if tally.axes == axes:
        return tally
    if axes.raids and not tally.axes.raids:
        tally = as_one_raid(tally)
    found, wanted = tally.axes, axes
    places = {name: _places(labels, wanted.labels[name]) for name, labels in found.labels.items()}
    places["world"] = np.searchsorted(wanted.world, found.world)
    places["pair"] = np.arange(len(found.pairs))
    places["time"] = wanted.bin_of(1000 * found.time)
    counts = {}
    for name, dimensions in TALLY_DIMENSIONS.items():
        array = tally[name]
        sizes = {**wanted.sizes, "leakers": array.shape[-1] if array.ndim else 0}
        counts[name] = np.zeros([sizes[axis] for axis in dimensions], np.int64)
        where = [places.get(axis, np.arange(sizes[axis])) for axis in dimensions]
        np.add.at(counts[name], np.ix_(*where), array)
    return Tally(axes, counts)


def _places(names: Sequence[str], known: Sequence[str]) -> np.ndarray:
    order = {name: place for place, name in enumerate(known)}
    return np.array([order[name] for name in names], np.int64)
