"""A block's outcome, by row of its schedule, becomes counts along the run's axes."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
from mcdefense.schedule import rounds_due
from mcdefense.statistics import BY_RAID, OF_WORLD, TALLY_DIMENSIONS, Axes

Counts = NDArray[np.int64]

_OTHER_NAMES = {
    "live_at_asset": "live",
    "leakers_at_asset": "leakers",
    "live_by_raid": "live",
    "leakers_by_raid": "leakers",
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
}
"""Axes of a block that are axes of the run, by their name there."""


def _grouped(values: Counts, groups: NDArray[np.int32], size: int) -> Counts:
    """Sums over the last axis by group: [..., n] -> [..., size]."""
    rows = values.reshape(math.prod(values.shape[:-1]), values.shape[-1])  # -1 fails if empty
    # As one axis, of which NumPy adds ten times as many numbers a second.
    where = np.arange(len(rows))[:, None] * size + groups
    total = np.zeros(len(rows) * size, np.int64)
    np.add.at(total, where.ravel(), rows.ravel())
    return total.reshape(*values.shape[:-1], size)


def block_counts(
    schedule: Schedule, outcome: Outcome, axes: Axes, trials: int
) -> dict[str, Counts]:
    """Counts of `trials` trials of the schedule's one world, ready for `Tally.add_block`."""
    if schedule.worlds.size != 1:
        raise ValueError(f"got a schedule of {schedule.worlds.size} worlds, expected one")
    labels, rows = schedule.labels, _Rows(schedule.labels, axes)
    sums = {name: np.asarray(value).astype(np.int64) for name, value in outcome._asdict().items()}
    counts = {}
    for name, to in TALLY_DIMENSIONS.items():
        own = _OTHER_NAMES.get(name, name)
        if own in sums and name != "leaked_alone" and (axes.raids or BY_RAID not in to):
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
    for name in ("rounds_due", "rounds_reloaded"):
        counts[name] = np.zeros_like(counts["rounds_loaded"])
    counts["leaked_alone"] = sums["leaked_alone"][np.newaxis]
    of_accounts = _of_accounts(schedule, sums["account_sums"])
    for name, values in of_accounts.items():
        counts[name] = rows.along(values, ("architectures", "accounts"), TALLY_DIMENSIONS[name])
    if schedule.features.reloads:
        more = rows.along(
            _loaded_otherwise(schedule, sums["network_lost"]),
            ("architectures", "magazines"),
            TALLY_DIMENSIONS["rounds_loaded"],
        )
        # A round that was fired or is left was loaded, or else put in.
        there = counts["rounds_fired"].sum(axis=-1) + counts["rounds_left"]
        counts["rounds_reloaded"] = there - counts["rounds_loaded"] - more
        due = rounds_due(schedule) * trials
        to = TALLY_DIMENSIONS["rounds_due"]
        counts["rounds_due"] = rows.along(due, ("architectures", "magazines"), to)
    if axes.raids:
        name, values = "rounds_fired_by_raid", of_accounts["rounds_fired"]
        to = TALLY_DIMENSIONS[name][1:]
        counts[name] = rows.along(values, ("architectures", "accounts"), to)[np.newaxis]
    # A block is of one world, so that what it adds to the run is also what the world adds.
    for name, to in TALLY_DIMENSIONS.items():
        if name.endswith(OF_WORLD):
            whole = name.removesuffix(OF_WORLD)
            found = TALLY_DIMENSIONS[whole]
            left_out = tuple(place for place, axis in enumerate(found) if axis not in to)
            counts[name] = counts[whole].sum(axis=left_out)[np.newaxis]
    return counts


@dataclass(frozen=True)
class _Rows:
    """What the rows of a schedule are along the run's axes."""

    labels: Labels
    axes: Axes

    def along(self, sums: Counts, found: tuple[str, ...], wanted: tuple[str, ...]) -> Counts:
        """A block's sums, of which `found` are the axes, as a count along the axes `wanted`.

        Raises ValueError if that is not what they can become.
        """
        names = list(found)
        for axis in found:
            place = names.index(axis)
            sums = np.moveaxis(sums, place, -1)
            names.pop(place)
            if axis == "parts" or (axis == "worlds" and "world" not in wanted):
                sums = sums.sum(-1)
            elif axis in _SAME:
                names.append(_SAME[axis])
                if axis in ("assets", "batteries"):
                    sums = sums[..., : self.axes.sizes[_SAME[axis]]]
            else:
                become = self._of(axis, wanted)
                shape = tuple(self.axes.sizes[name] for name in become)
                place_of = np.ravel_multi_index(tuple(become.values()), shape).astype(np.int32)
                sums = _grouped(sums[..., : place_of.size], place_of, math.prod(shape))
                sums = sums.reshape(*sums.shape[:-1], *shape)
                names += become
        if sorted(names) != sorted(wanted):
            raise ValueError(f"sums along {names} are no count along {list(wanted)}")
        return sums.transpose([names.index(axis) for axis in wanted])

    def _of(self, axis: str, wanted: tuple[str, ...]) -> dict[str, NDArray[np.int32]]:
        """Where each row of the schedule stands on the run's axes."""
        labels = self.labels
        match axis:
            case "objects" if "asset" in wanted:
                return {"asset": labels.object_asset}
            case "objects" if BY_RAID in wanted:
                return {BY_RAID: labels.object_raid, "threat_class": labels.object_class}
            case "objects":
                return {"threat_class": labels.object_class}
            case "magazines":
                return {
                    "battery": labels.magazine_battery,
                    "interceptor": labels.magazine_interceptor,
                }
            case "accounts" if BY_RAID in wanted:
                return {BY_RAID: labels.account_raid, "interceptor": labels.account_interceptor}
            case "accounts":
                return {
                    "battery": labels.account_battery,
                    "interceptor": labels.account_interceptor,
                    "threat_class": labels.account_class,
                }
        raise ValueError(f"nothing says what {axis} are along the axes of a run")


def _filled(flags: NDArray[np.bool_], rows: int) -> NDArray[np.bool_]:
    """Flags [..., objects] of the objects in use, and false for the other rows."""
    return np.pad(flags, [(0, 0)] * (flags.ndim - 1) + [(0, rows - flags.shape[-1])])


def _without_empty_end(histogram: Counts) -> Counts:
    """The histogram up to the last number of leakers that any trial had."""
    used = np.flatnonzero(histogram.any(axis=(0, 1)))
    return histogram[..., : used[-1] + 1 if used.size else 1]


def _loaded_otherwise(schedule: Schedule, network_lost: Counts) -> Counts:
    """Rounds [A, magazines] that trials with the network lost [A, worlds] have loaded more than the
    architecture loads: those of its fallback, where that fights from the start."""
    features, arrays = schedule.features, schedule.arrays
    rounds = arrays.stocks.rounds.astype(np.int64)
    whose = np.arange(len(rounds))
    for a, fallback in enumerate(features.fallback):
        if fallback not in (NO_NETWORK, FIRES_NOTHING):
            whose[a] = fallback
        elif features.onsets and features.onsets[a] != NO_ONSET:
            whose[a] = arrays.onsets.loads[a]
    more: Counts = network_lost.sum(axis=-1, keepdims=True) * (rounds[whose] - rounds)
    return more


def _of_accounts(schedule: Schedule, sums: Counts) -> dict[str, Counts]:
    """Counts [A, accounts], each architecture's own while its network is up, its fallback's while
    it is down (26, `fallback`), its own too where that was lost during the raid (38, `onset`)."""
    features = schedule.features
    masks = masks_of(features)
    own = sums[:, :, 0]
    lost = np.zeros_like(own)
    for a, fallback in enumerate(features.fallback):
        if fallback not in (NO_NETWORK, FIRES_NOTHING):
            lost[a] = sums[fallback, :, masks[fallback].index(a)]
        elif features.onsets and features.onsets[a] != NO_ONSET:
            lost[a] = sums[a, :, len(masks[a]) - 1]
    whole = own + lost
    counts = {name: whole[..., ACCOUNT_SUMS.index(sum_)] for name, sum_ in _OF_ACCOUNTS.items()}
    return {**counts, "rounds_fired_network_lost": lost[..., ACCOUNT_SUMS.index("fired")]}
