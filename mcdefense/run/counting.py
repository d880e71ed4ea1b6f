"""A block's outcome, by row of its schedule, becomes counts along the run's axes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    ACCOUNT_SUMS,
    FIRES_NOTHING,
    NEVER_LOST,
    NO_NETWORK,
    NO_ONSET,
    Schedule,
    declared,
)
from mcdefense.engine import Outcome, masks_of
from mcdefense.schedule import rounds_due
from mcdefense.statistics import BY_RAID, OF_WORLD, TALLY_DIMENSIONS, Axes

Counts = NDArray[np.int64]

_OTHER_NAMES = {
    "live_at_asset": "live",
    "live_by_time": "live",
    "leakers_by_time": "leakers",
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
_PLACES = {
    **{name: ACCOUNT_SUMS.index(sums) for name, sums in _OF_ACCOUNTS.items()},
    "rounds_fired_network_lost": len(ACCOUNT_SUMS) + ACCOUNT_SUMS.index("fired"),
}
"""Where those stand among the sums of accounts (_of_accounts)."""

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
    """Counts of `trials` trials of the schedule's one world, ready for `Tally.add_block`.

    Raises ValueError if the schedule has several worlds or loads.
    """
    (counts,) = counts_by_load(schedule, outcome, axes, trials)
    return counts


def counts_by_load(
    schedule: Schedule, outcome: Outcome, axes: Axes, trials: int
) -> list[dict[str, Counts]]:
    """The same for each load of the schedule."""
    if schedule.worlds.size != 1:
        raise ValueError(f"got a schedule of {schedule.worlds.size} worlds, expected one")
    counts = _with_loads(schedule, outcome, axes, trials)
    return [
        {name: _of_load(name, values, load) for name, values in counts.items()}
        for load in range(schedule.arrays.stocks.rounds.shape[-1])
    ]


def _of_load(name: str, values: Counts, load: int) -> Counts:
    """One load's count, of those of all [loads, ...]; it is also what its world has."""
    if name == "leakers_histogram":
        return _without_empty_end(values[load])
    return values[load : load + 1] if TALLY_DIMENSIONS[name][0] == "world" else values[load]


def _with_loads(schedule: Schedule, outcome: Outcome, axes: Axes, trials: int) -> dict[str, Counts]:
    """Every count, with the loads of the schedule in front: they are the worlds of its outcome."""
    labels, losses = schedule.labels, schedule.arrays.losses
    sums = {name: np.asarray(value, np.int64) for name, value in outcome._asdict().items()}
    objects, leakers = len(sums["live"]), sums["leakers"]
    defended = _filled(labels.object_defended, objects)[:, np.newaxis]
    reachable = _filled(labels.object_reachable, objects)[..., np.newaxis]
    of_parts = {
        "live_defended": sums["live"] * defended,
        "live_reachable": sums["live"] * reachable,
        "leakers_defended": leakers * defended,
        "leakers_reachable": leakers * reachable,
    }
    given: dict[str, _Sums] = {}
    for name, to in TALLY_DIMENSIONS.items():
        own = _OTHER_NAMES.get(name, name)
        if name in of_parts:
            found = _AXES["live" if name == "live_defended" else "leakers"]
            given[name] = _Sums(of_parts[name], found, to)
        elif own in sums and name != "leaked_alone" and (axes.raids or BY_RAID not in to):
            given[name] = _Sums(sums[own], _AXES[own], to)
    at_battery = np.isin(losses.row, losses.battery[losses.battery != NEVER_LOST])
    for name, hit in (("batteries_lost", at_battery), ("sensors_lost", ~at_battery)):
        first = sums["first_losses"][:, : hit.size] * hit[:, np.newaxis]
        given[name] = _Sums(first, _AXES["first_losses"], TALLY_DIMENSIONS[name])
    given["by_class"] = given["leakers_defended"]._replace(values=leakers)
    loaded = schedule.arrays.stocks.rounds.astype(np.int64) * trials
    of_magazines = TALLY_DIMENSIONS["rounds_loaded"]
    by_magazine = ("architectures", "magazines", "worlds")
    given["rounds_loaded"] = _Sums(loaded, by_magazine, of_magazines)
    if schedule.features.reloads:
        more = _loaded_otherwise(schedule, sums["network_lost"])
        given["loaded_otherwise"] = _Sums(more, by_magazine, of_magazines)
        due = np.broadcast_to(rounds_due(schedule)[..., np.newaxis] * trials, loaded.shape)
        given["rounds_due"] = _Sums(due, by_magazine, of_magazines)
    of_accounts = (*TALLY_DIMENSIONS["rounds_fired"], "sums")
    of_all = _of_accounts(schedule, sums["account_sums"])
    given["accounts"] = _Sums(of_all, ("architectures", "accounts", "sums", "worlds"), of_accounts)
    if axes.raids:
        name, fired = "rounds_fired_by_raid", of_all[..., _PLACES["rounds_fired"], :]
        given[name] = _Sums(fired, ("architectures", "accounts", "worlds"), TALLY_DIMENSIONS[name])
    counts = _counted(given, schedule, axes)
    accounts, by_class = counts.pop("accounts"), counts.pop("by_class")
    counts |= {name: accounts[..., place] for name, place in _PLACES.items()}
    counts |= {
        "trials": np.full(loaded.shape[-1], trials, np.int64),
        "leaked": np.concatenate([by_class, by_class.sum(-1, keepdims=True)], axis=-1),
        "leaked_alone": np.moveaxis(sums["leaked_alone"], -1, 0),
    }
    counts |= _reloaded(counts)
    # A block is of one world, so that what it adds to the run is also what the world adds.
    for name, to in TALLY_DIMENSIONS.items():
        if name.endswith(OF_WORLD):
            whole = name.removesuffix(OF_WORLD)
            found = TALLY_DIMENSIONS[whole]
            left_out = tuple(place for place, axis in enumerate(found, 1) if axis not in to)
            counts[name] = counts[whole].sum(axis=left_out) if left_out else counts[whole]
    return counts


def _reloaded(counts: dict[str, Counts]) -> dict[str, Counts]:
    """Rounds due and put in, of counts with what trials with the network lost have loaded more."""
    nothing = np.zeros_like(counts["rounds_loaded"])
    if "rounds_due" not in counts:
        return {"rounds_due": nothing, "rounds_reloaded": nothing}
    # A round that was fired or is left was loaded, or else put in.
    there = counts["rounds_fired"].sum(axis=-1) + counts["rounds_left"]
    loaded = counts["rounds_loaded"] + counts.pop("loaded_otherwise")
    return {"rounds_reloaded": there - loaded}


class _Sums(NamedTuple):
    """Sums of a block, along which axes they are, and along which they are to be."""

    values: Counts
    found: tuple[str, ...]
    wanted: tuple[str, ...]


class _Way(NamedTuple):
    """How sums of a block become a count."""

    added_up: tuple[int, ...]
    """Axes that are added up."""
    order: tuple[int, ...]
    """The axes left: the one of rows first, if there is one, else as they are wanted."""
    become: tuple[str, ...]
    """Axes of the run along which each row stands somewhere; none if there are no rows."""
    order_behind: tuple[int, ...]
    """Those axes and the others, as they are wanted."""
    longer: tuple[tuple[int, str], ...]
    """Axes that have padding behind, and as what axis of the run they are without."""


_FIRST = "world"
"""The axis that stands in front of every count: of the schedule's worlds, or its loads."""


@cache
def _way(found: tuple[str, ...], wanted: tuple[str, ...]) -> _Way:
    """From sums of which `found` are the axes to a count along the axes `wanted`, with the worlds
    in front in any case.

    Raises ValueError if that is not what they can become.
    """
    wanted = (_FIRST, *(axis for axis in wanted if axis != _FIRST))
    added_up = tuple(place for place, axis in enumerate(found) if axis == "parts")
    left = [axis for place, axis in enumerate(found) if place not in added_up]
    rows = [axis for axis in left if axis not in _SAME]
    become = tuple(name for axis in rows for name in _become(axis, wanted))
    names = [*become, *(_SAME[axis] for axis in left if axis in _SAME)]
    if sorted(names) != sorted(wanted) or len(rows) > 1:
        raise ValueError(f"sums along {names} are no count along {list(wanted)}")
    behind = tuple(names.index(axis) for axis in wanted)
    first = tuple(left.index(axis) for axis in (*rows, *(a for a in left if a in _SAME)))
    longer = tuple((n, _SAME[a]) for n, a in enumerate(left) if a in ("assets", "batteries"))
    return _Way(added_up, first if rows else behind, become, behind, longer)


def _become(axis: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    match axis:
        case "objects":
            if "asset" in wanted:
                return ("asset",)
            if BY_RAID in wanted:
                return (BY_RAID, "threat_class")
            return ("threat_class", "time") if "time" in wanted else ("threat_class",)
        case "impacts":
            return ("time",)
        case "magazines":
            return ("battery", "interceptor")
        case "accounts":
            if BY_RAID in wanted:
                return (BY_RAID, "interceptor")
            return ("battery", "interceptor", "threat_class")
    raise ValueError(f"nothing says what {axis} are along the axes of a run")


def _stand(
    become: tuple[str, ...], schedule: Schedule, axes: Axes
) -> tuple[NDArray[np.int32], ...]:
    """Where each row of the schedule stands along the axes that it becomes."""
    labels = schedule.labels
    match become:
        case ("asset",):
            return (labels.object_asset,)
        case ("threat_class",):
            return (labels.object_class,)
        case (axis, "threat_class") if axis == BY_RAID:
            return labels.object_raid, labels.object_class
        case (axis, "interceptor") if axis == BY_RAID:
            return labels.account_raid, labels.account_interceptor
        case ("threat_class", "time"):
            return labels.object_class, axes.bin_of(labels.object_impact_ms)
        case ("time",):
            return (axes.bin_of(labels.object_impact_ms[schedule.arrays.losses.object]),)
        case ("battery", "interceptor"):
            return labels.magazine_battery, labels.magazine_interceptor
    return labels.account_battery, labels.account_interceptor, labels.account_class


def _counted(given: Mapping[str, _Sums], schedule: Schedule, axes: Axes) -> dict[str, Counts]:
    """Sums as counts along the axes that are wanted of them; those of like rows go together, since
    most of the time that one takes is the same for many.

    Raises ValueError if that is not what they can become.
    """
    counts: dict[str, Counts] = {}
    sizes = axes.sizes
    together: dict[tuple[str, ...], list[tuple[str, _Way, Counts]]] = {}
    for name, (sums, found, wanted) in given.items():
        way = _way(found, wanted)
        for place in reversed(way.added_up):
            alone = sums.shape[place] == 1
            sums = np.asarray(sums.take(0, place) if alone else sums.sum(place), np.int64)
        for place, axis in way.longer:
            sums = sums[(slice(None),) * place + (slice(sizes[axis]),)]
        sums = sums.transpose(way.order)
        if way.become:
            together.setdefault(way.become, []).append((name, way, sums))
        else:
            counts[name] = sums
    for become, some in together.items():
        lengths = tuple(sizes[axis] for axis in become)
        stand = _stand(become, schedule, axes)
        used = stand[0].size
        columns = [sums[:used].reshape(used, math.prod(sums.shape[1:])) for _, _, sums in some]
        total = _grouped(np.concatenate(columns, 1), np.ravel_multi_index(stand, lengths), lengths)
        begin = 0
        for (name, way, sums), column in zip(some, columns, strict=True):
            part = total[..., begin : begin + column.shape[1]]
            counts[name] = part.reshape(*lengths, *sums.shape[1:]).transpose(way.order_behind)
            begin += column.shape[1]
    return counts


def _grouped(values: Counts, place: NDArray[np.intp], lengths: tuple[int, ...]) -> Counts:
    """Sums of rows [rows, columns] by their place along axes of these lengths, the columns last."""
    total = np.zeros((math.prod(lengths), values.shape[1]), np.int64)
    order = place.argsort(kind="stable")
    in_order = place[order]
    begin = np.flatnonzero(np.concatenate([[True], in_order[1:] != in_order[:-1]])[: place.size])
    total[in_order[begin]] = np.add.reduceat(values[order], begin)
    return total.reshape(*lengths, -1)


def _filled(flags: NDArray[np.bool_], rows: int) -> NDArray[np.bool_]:
    """Flags [..., objects] of the objects in use, and false for the other rows."""
    filled = np.zeros((*flags.shape[:-1], rows), np.bool_)
    filled[..., : flags.shape[-1]] = flags
    return filled


def _without_empty_end(histogram: Counts) -> Counts:
    """The histogram up to the last number of leakers that any trial had."""
    used = np.flatnonzero(histogram.any(axis=(0, 1)))
    return histogram[..., : used[-1] + 1 if used.size else 1]


def _loaded_otherwise(schedule: Schedule, network_lost: Counts) -> Counts:
    """Rounds [A, magazines, W] that trials with the network lost [A, W] have loaded more than the
    architecture loads: those of its fallback, where that fights from the start."""
    features, arrays = schedule.features, schedule.arrays
    rounds = arrays.stocks.rounds.astype(np.int64)
    whose = np.arange(len(rounds))
    for a, fallback in enumerate(features.fallback):
        if fallback not in (NO_NETWORK, FIRES_NOTHING):
            whose[a] = fallback
        elif features.onsets and features.onsets[a] != NO_ONSET:
            whose[a] = arrays.onsets.loads[a]
    more: Counts = network_lost[:, np.newaxis] * (rounds[whose] - rounds)
    return more


def _of_accounts(schedule: Schedule, sums: Counts) -> Counts:
    """Sums [A, accounts, 2 * ACCOUNT_SUMS, W], each architecture's own while its network is up, its
    fallback's while it is down (26, `fallback`), its own too where that was lost during the raid
    (38, `onset`); behind them those with the network lost alone."""
    features = schedule.features
    masks = masks_of(features)
    own = sums[:, :, 0]
    lost = np.zeros_like(own)
    for a, fallback in enumerate(features.fallback):
        if fallback not in (NO_NETWORK, FIRES_NOTHING):
            lost[a] = sums[fallback, :, masks[fallback].index(a)]
        elif features.onsets and features.onsets[a] != NO_ONSET:
            lost[a] = sums[a, :, len(masks[a]) - 1]
    return np.concatenate([own + lost, lost], axis=2)
