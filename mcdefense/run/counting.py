"""A block's outcome, by row of its schedule, becomes counts along the run's axes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    ACCOUNT_SUMS,
    FIRES_NOTHING,
    NO_NETWORK,
    NO_ONSET,
    Labels,
    Schedule,
    declared,
)
from mcdefense.engine import Outcome, masks_of
from mcdefense.statistics import OF_WORLD, TALLY_DIMENSIONS, Axes

Counts = NDArray[np.int64]

_OTHER_NAMES = {
    "live_at_asset": "live",
    "leakers_at_asset": "leakers",
    "damaging_leakers": "hits",
    "asset_damaged": "asset_hit",
}
"""Counts that are called otherwise in a block's outcome; the others have the same name there."""
_OF_ACCOUNTS = {
    "rounds_fired": "fired",
    "rounds_wasted": "wasted",
    "kills": "killed",
    "engagements": "engaged",
    "remote_engagements": "remote",
    "looks": "opened",
}
"""Counts by battery, interceptor and class, by what they are called in ACCOUNT_SUMS."""

_AXES = {name: axes for (name,), axes in declared(Outcome)}
_SAME = {
    "architectures": "architecture",
    "architecture_pairs": "pair",
    "worlds": "world",
    "classes": "threat_class_total",
    "assets": "asset",
    "batteries": "battery",
    "causes": "cause",
    "bins": "leakers",
    "threat_classes": "threat_class",
    "looks_had": "looks_had",
    "sums": "sums",
}
"""Axes of a block that are axes of the run, by their name there; `sums` become counts of their
own."""


def block_counts(
    schedule: Schedule, outcome: Outcome, axes: Axes, trials: int
) -> dict[str, Counts]:
    """Counts of `trials` trials of the schedule's one world, ready for `Tally.add_block`."""
    if schedule.worlds.size != 1:
        raise ValueError(f"got a schedule of {schedule.worlds.size} worlds, expected one")
    labels, rows = schedule.labels, _Rows(schedule.labels, axes)
    sums = {name: np.asarray(value, np.int64) for name, value in outcome._asdict().items()}
    counts = {}
    for name, to in TALLY_DIMENSIONS.items():
        own = _OTHER_NAMES.get(name, name)
        if own in sums and name != "leaked_alone":
            counts[name] = rows.along(sums[own], _AXES[own], to)
    defended = _filled(labels.object_defended, sums["live"].shape[0])[:, np.newaxis]
    reachable = _filled(labels.object_reachable, sums["live"].shape[0])[..., np.newaxis]
    leakers, live = sums["leakers"], np.broadcast_to(sums["live"], sums["leakers"].shape)
    by_class = rows.along(leakers, _AXES["leakers"], TALLY_DIMENSIONS["leakers_defended"])
    of_parts = {
        "live_defended": sums["live"] * defended,
        "live_reachable": live * reachable,
        "leakers_defended": leakers * defended,
        "leakers_reachable": leakers * reachable,
    }
    for name, values in of_parts.items():
        found = _AXES["live" if name == "live_defended" else "leakers"]
        counts[name] = rows.along(values, found, TALLY_DIMENSIONS[name])
    counts |= {
        "trials": np.full(1, trials, np.int64),
        "leaked": np.concatenate([by_class, by_class.sum(-1, keepdims=True)], axis=-1),
        "leakers_histogram": _without_empty_end(counts["leakers_histogram"]),
        "rounds_loaded": rows.along(
            schedule.arrays.stocks.rounds.astype(np.int64) * trials,
            ("architectures", "magazines"),
            TALLY_DIMENSIONS["rounds_loaded"],
        ),
    }
    counts["leaked_alone"] = sums["leaked_alone"][np.newaxis]
    counts |= _of_accounts(schedule, rows, sums["account_sums"])
    # A block is of one world, so that what it adds to the run is also what the world adds.
    for name, to in TALLY_DIMENSIONS.items():
        if name.endswith(OF_WORLD):
            whole = name.removesuffix(OF_WORLD)
            found = TALLY_DIMENSIONS[whole]
            left_out = tuple(place for place, axis in enumerate(found) if axis not in to)
            counts[name] = counts[whole].sum(axis=left_out)[np.newaxis]
    return counts


class _Way(NamedTuple):
    """How a block's sums become a count: what happens to which of their axes, and their order."""

    added_up: tuple[int, ...]
    kept: tuple[tuple[int, str], ...]
    """Which of the axes left have rows that are padding, and how long each is along the run."""
    grouped: tuple[tuple[int, str, tuple[str, ...]], ...]
    """Which are rows of the schedule, and what they become; the last one first."""
    order: tuple[int, ...]


@cache
def _way(found: tuple[str, ...], wanted: tuple[str, ...]) -> _Way:
    """From sums of which `found` are the axes to a count along the axes `wanted`.

    Raises ValueError if that is not what they can become.
    """
    added_up = tuple(
        place
        for place, axis in enumerate(found)
        if axis == "parts" or (axis == "worlds" and "world" not in wanted)
    )
    left = [axis for place, axis in enumerate(found) if place not in added_up]
    become = [(_SAME[axis],) if axis in _SAME else _become(axis, wanted) for axis in left]
    names = [name for each in become for name in each]
    if sorted(names) != sorted(wanted):
        raise ValueError(f"sums along {names} are no count along {list(wanted)}")
    kept = [(p, _SAME[axis]) for p, axis in enumerate(left) if axis in ("assets", "batteries")]
    grouped = [(p, axis, become[p]) for p, axis in enumerate(left) if axis not in _SAME]
    order = tuple(names.index(axis) for axis in wanted)
    return _Way(added_up, tuple(kept), tuple(reversed(grouped)), order)


def _become(axis: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Axes of the run along which each row of the schedule stands somewhere."""
    match axis:
        case "objects":
            return ("asset",) if "asset" in wanted else ("threat_class",)
        case "magazines":
            return ("battery", "interceptor")
        case "accounts":
            return ("battery", "interceptor", "threat_class")
    raise ValueError(f"nothing says what {axis} are along the axes of a run")


class _Groups(NamedTuple):
    """Rows of a schedule by where they stand: sorted, so that those of a place come together."""

    rows: NDArray[np.intp]
    begin: NDArray[np.intp]
    """Where each place that has rows begins among them."""
    places: NDArray[np.intp]
    size: int


class _Rows:
    """What the rows of a schedule are along the run's axes."""

    def __init__(self, labels: Labels, axes: Axes) -> None:
        self._labels, self._sizes = labels, axes.sizes
        self._groups: dict[tuple[str, ...], _Groups] = {}

    def along(self, sums: Counts, found: tuple[str, ...], wanted: tuple[str, ...]) -> Counts:
        """A block's sums, of which `found` are the axes, as a count along the axes `wanted`.

        Raises ValueError if that is not what they can become.
        """
        way = _way(found, wanted)
        if way.added_up:
            sums = sums.sum(axis=way.added_up)
        for place, name in way.kept:
            sums = sums[(slice(None),) * place + (slice(self._sizes[name]),)]
        for place, axis, become in way.grouped:
            groups = self._grouped(axis, become)
            before, behind = sums.shape[:place], sums.shape[place + 1 :]
            added = np.add.reduceat(sums.take(groups.rows, place), groups.begin, place)
            total = np.zeros((*before, groups.size, *behind), np.int64)
            total[(slice(None),) * place + (groups.places,)] = added
            sums = total.reshape(*before, *(self._sizes[name] for name in become), *behind)
        return sums.transpose(way.order)

    def _grouped(self, axis: str, become: tuple[str, ...]) -> _Groups:
        if (axis, *become) not in self._groups:
            shape = tuple(self._sizes[name] for name in become)
            stand = np.ravel_multi_index(tuple(map(self._of(axis), become)), shape)
            rows = stand.argsort(kind="stable")
            of_row = stand[rows]
            begin = np.flatnonzero(np.diff(of_row, prepend=-1))
            self._groups[axis, *become] = _Groups(rows, begin, of_row[begin], math.prod(shape))
        return self._groups[axis, *become]

    def _of(self, axis: str) -> Callable[[str], NDArray[np.int32]]:
        """Where each row of the schedule stands on an axis of the run."""
        labels = self._labels
        known = {
            "objects": {"asset": labels.object_asset, "threat_class": labels.object_class},
            "magazines": {
                "battery": labels.magazine_battery,
                "interceptor": labels.magazine_interceptor,
            },
            "accounts": {
                "battery": labels.account_battery,
                "interceptor": labels.account_interceptor,
                "threat_class": labels.account_class,
            },
        }
        return known[axis].__getitem__


def _filled(flags: NDArray[np.bool_], rows: int) -> NDArray[np.bool_]:
    """Flags [..., objects] of the objects in use, and false for the other rows."""
    filled = np.zeros((*flags.shape[:-1], rows), np.bool_)
    filled[..., : flags.shape[-1]] = flags
    return filled


def _without_empty_end(histogram: Counts) -> Counts:
    """The histogram up to the last number of leakers that any trial had."""
    used = np.flatnonzero(histogram.any(axis=(0, 1)))
    return histogram[..., : used[-1] + 1 if used.size else 1]


def _of_accounts(schedule: Schedule, rows: _Rows, sums: Counts) -> dict[str, Counts]:
    """Counts by account, each architecture's own while its network is up, its fallback's while it
    is down (26, `fallback`), its own too where that was lost during the raid (38, `onset`)."""
    features = schedule.features
    masks = masks_of(features)
    own = sums[:, :, 0]
    lost = np.zeros_like(own)
    for a, fallback in enumerate(features.fallback):
        if fallback not in (NO_NETWORK, FIRES_NOTHING):
            lost[a] = sums[fallback, :, masks[fallback].index(a)]
        elif features.onsets and features.onsets[a] != NO_ONSET:
            lost[a] = sums[a, :, len(masks[a]) - 1]
    both = np.concatenate([own + lost, lost], axis=-1)
    wanted = TALLY_DIMENSIONS["rounds_fired"]
    found = rows.along(both, ("architectures", "accounts", "sums"), (*wanted, "sums"))
    counts = {name: found[..., ACCOUNT_SUMS.index(sum_)] for name, sum_ in _OF_ACCOUNTS.items()}
    fired_lost = len(ACCOUNT_SUMS) + ACCOUNT_SUMS.index("fired")
    return {**counts, "rounds_fired_network_lost": found[..., fired_lost]}
