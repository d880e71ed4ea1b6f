"""Between a Result and the arrays of a file, by path."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from mcdefense.statistics import BY_RAID, Axes, Result, Tally
from mcdefense.store.layout import ESTIMATES, LAYOUT, TALLY, TEXTS, Variable

Array = np.ndarray[Any, Any]


def contents(result: Result, *, estimates: bool = True) -> dict[str, Array]:
    """Every array of the file by path, in the order of the layout; text as arrays of `str`.

    Without `estimates` only what is counted or drawn, as a point of a study is kept. What is by
    raid in sequence is there only where a wave repeats.

    Raises ValueError if the result holds other counts or estimates than the layout, or one of
    another type or shape: nothing is dropped in silence. A result without plan, night or hash
    is stored with an empty name, -1 and 0.
    """
    _check_names("counts", result.tally.counts, TALLY)
    if estimates:
        _check_names("estimates", result.estimates, ESTIMATES)
    coordinates = _coordinates(result)
    arrays = {}
    for variable in LAYOUT:
        if not (estimates or is_counted(variable.path)):
            continue
        if variable.is_by_raid and not result.tally.axes.raids:
            continue
        if variable.is_coordinate:
            array = coordinates[variable.name]
        else:
            array = np.asarray(_value(result, variable))
        shape = tuple(len(coordinates[dimension]) for dimension in variable.dimensions)
        dtype = np.dtype(object if variable.dtype == "text" else variable.dtype)
        if array.shape != shape or array.dtype != dtype:
            raise ValueError(
                f"{variable.path}: got {array.dtype}{list(array.shape)}, "
                f"expected {dtype}{list(shape)}"
            )
        arrays[variable.path] = array
    return arrays


def from_contents(
    arrays: Mapping[str, Array], provenance: Mapping[str, str | int | float]
) -> Result:
    """The result that `contents` took apart; the exact inverse, but for estimates left out.

    Counts that are missing are 0, and of estimates of which some are there, the others NaN: an
    older file does not have them. What a file of its version must have is asked before.
    """

    def names(axis: str) -> tuple[str, ...]:
        return tuple(str(name) for name in arrays[f"tally/{axis}"])

    axes = Axes(
        architecture=names("architecture"),
        threat_class=names("threat_class"),
        battery=names("battery"),
        interceptor=names("interceptor"),
        asset=names("asset"),
        world=arrays["tally/world"],
        time=arrays.get("tally/time", np.zeros(0, np.int64)),
        raids=len(arrays.get(f"tally/{BY_RAID}", ())),
    )
    counts = {count.name: _known(arrays, count, axes, 0) for count in TALLY}
    kept = any(each.path in arrays for each in ESTIMATES)
    estimates = {}
    if kept:
        estimates = {each.name: _known(arrays, each, axes, np.nan) for each in ESTIMATES}
    parameters = [str(name) for name in arrays["worlds/parameter"]]
    draws = arrays["worlds/parameters"]
    return Result(
        tally=Tally(axes, counts),
        estimates=estimates,
        parameters={name: draws[:, column].copy() for column, name in enumerate(parameters)},
        plan=arrays["worlds/plan"],
        night=arrays["worlds/night"],
        schedule_hash=arrays["worlds/schedule_hash"],
        check_hash=arrays["worlds/check_hash"],
        provenance={**provenance, "overrides": str(arrays["overrides"][()])},
        scenario_text=str(arrays["scenario_toml"][()]),
    )


def _known(arrays: Mapping[str, Array], variable: Variable, axes: Axes, otherwise: float) -> Array:
    if variable.path in arrays:
        return arrays[variable.path]
    shape = tuple(axes.sizes[dimension] for dimension in variable.dimensions)
    return np.full(shape, otherwise, variable.dtype)


def missing(variable: Variable, shape: tuple[int, ...]) -> Array:
    """What stands for a draw that a result, or an older file, does not have."""
    if variable.dtype == "text":
        return np.full(shape, "", object)
    return np.full(shape, -1 if variable.name == "night" else 0, variable.dtype)


def is_counted(path: str) -> bool:
    """Whether the array is a count, a draw or a text, rather than made from the counts."""
    return "/" in path or path in {variable.path for variable in TEXTS}


def checksums(
    arrays: Mapping[str, Array], attributes: Mapping[str, Any], *, whole: bool = True
) -> dict[str, str]:
    """The file's three checksums, for its arrays and its other root attributes.

    The first two, all there is if not `whole`, find damage in all that counts without the
    estimates, which are most of the arrays and which a merge makes anew.
    """
    counted = digest({path: array for path, array in arrays.items() if is_counted(path)}, {})
    sums = {"counts_sha256": counted}
    sums["attributes_sha256"] = digest({}, {**attributes, **sums})
    if whole:
        sums["content_sha256"] = digest(arrays, {**attributes, **sums})
    return sums


def digest(arrays: Mapping[str, Array], attributes: Mapping[str, Any]) -> str:
    """SHA-256 over arrays and attributes."""
    total = hashlib.sha256()
    plain = {
        name: value.tolist() if isinstance(value, np.ndarray | np.generic) else value
        for name, value in attributes.items()
    }
    total.update(json.dumps(plain, sort_keys=True).encode())
    for path in sorted(arrays):
        array = arrays[path]
        if array.dtype == object:
            kind, data = "text", json.dumps(array.tolist()).encode()
        else:
            array = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
            kind, data = array.dtype.str, array.tobytes()
        total.update(f"{path} {kind} {list(array.shape)} {len(data)}\n".encode())
        total.update(data)
    return total.hexdigest()


def _check_names(what: str, found: Mapping[str, Array], wanted: tuple[Variable, ...]) -> None:
    names = {variable.name for variable in wanted}
    if set(found) != names:
        raise ValueError(
            f"{what}: missing {sorted(names - set(found))}, not in the layout "
            f"{sorted(set(found) - names)}"
        )


def _text(names: tuple[str, ...]) -> Array:
    return np.array(names, dtype=object)


def _coordinates(result: Result) -> dict[str, Array]:
    axes = result.tally.axes
    return {
        **{name: _text(labels) for name, labels in axes.labels.items()},
        "world": np.asarray(axes.world),
        "time": np.asarray(axes.time),
        "leakers": np.arange(result.tally.counts["leakers_histogram"].shape[2], dtype=np.int64),
        "pair": _text(result.pair_names),
        "parameter": _text(tuple(result.parameters)),
        BY_RAID: np.arange(1, axes.raids + 1, dtype=np.int64),
    }


def _value(result: Result, variable: Variable) -> Any:
    counts, axes = result.tally.counts, result.tally.axes
    match variable.origin, variable.path:
        case "tally", _:
            return counts[variable.name]
        case "estimate", _:
            return result.estimates[variable.name]
        case "draw", "worlds/parameters":
            columns = list(result.parameters.values())
            return np.stack(columns, axis=1) if columns else np.zeros((len(axes.world), 0))
        case "draw", _:
            draws = getattr(result, variable.name)
            return draws if len(draws) else missing(variable, (len(axes.world),))
        case "text", "scenario_toml":
            return np.array(result.scenario_text, dtype=object)
        case "text", _:
            return np.array(str(result.provenance.get("overrides", "")), dtype=object)
        case "derived", "trials":
            return counts["trials"].sum(dtype=np.int64)
        case "derived", "worlds/trials":
            return counts["trials"]
        case "derived", "leakers_histogram":
            return counts["leakers_histogram"][:, -1]
        case "derived", "architecture_label":
            labels = _labels(result)
            return _text(tuple(str(labels.get(name) or name) for name in axes.architecture))
        case "derived", "pair_baseline":
            return np.array([baseline for baseline, _ in result.pairs], dtype=np.int32)
        case "derived", "pair_compare":
            return np.array([compare for _, compare in result.pairs], dtype=np.int32)
    raise ValueError(f"{variable.path}: the layout names no source for it")


def _labels(result: Result) -> dict[str, Any]:
    """Labels of architectures by name; none where the attribute is no such table, which every
    reader of the file refuses (attributes.py)."""
    try:
        labels = json.loads(str(result.provenance.get("labels") or "{}"))
    except (ValueError, RecursionError):
        return {}
    return labels if isinstance(labels, dict) else {}
