"""The answer for programs: every estimate by name, for `--json`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mcdefense.report.reading import read_result
from mcdefense.statistics import ESTIMATE_DIMENSIONS, OUTCOMES, Result


def to_json(result: Result) -> dict[str, Any]:
    """What the screen shows and more, as JSON: names instead of positions, null for unknown.

    `estimates` holds each estimate nested along its axes by name, an estimate with an interval as
    `{"value", "low", "high"}`; a pair is called "first - second", the axis `leakers` is a list
    from 0 up. `headline` repeats the pair that the screen compares. What there is one of per
    world stays in the file.
    """
    reading = read_result(result)
    axes = result.tally.axes
    labels = {
        "architecture": axes.architecture,
        "threat_class": axes.threat_class,
        "interceptor": axes.interceptor,
        "pair": tuple(f"{first} - {second}" for first, second in axes.pair_names),
        "cause": OUTCOMES,
    }
    estimates = {
        name: _nested(_leaves(result, name), [labels.get(axis) for axis in dimensions])
        for name, dimensions in ESTIMATE_DIMENSIONS.items()
        if not name.endswith(("_low", "_high")) or "band" in name
        if "world" not in dimensions
    }
    headline: dict[str, Any] = {"baseline": axes.architecture[reading.baseline]}
    if reading.has_pair:
        a, b = reading.baseline, reading.compare
        low, high = reading.difference_band(a, b)
        verdicts = reading.worlds_by_verdict(a, b)
        headline |= {
            "compare": axes.architecture[b],
            "fewer_leakers": _interval(*reading.difference("difference_expected_leakers", a, b)),
            "world_band": {"low": _plain(low), "high": _plain(high)},
            "worlds": {verdict: _interval(*share) for verdict, share in verdicts.items()},
        }
    return {
        "title": reading.title,
        "marking": reading.marking,
        "trials": reading.trials,
        "worlds": reading.worlds,
        "confidence": 0.95,
        "headline": headline,
        "estimates": estimates,
        "warnings": list(reading.warnings),
        "provenance": {
            name: _plain(value) if isinstance(value, float) else value
            for name, value in result.provenance.items()
        },
    }


def _leaves(result: Result, name: str) -> np.ndarray:
    """The estimate as an array of JSON values."""
    values = result.estimates[name]
    leaves = np.empty(values.shape, dtype=object)
    if f"{name}_low" in result.estimates:
        ends = (result.estimates[f"{name}_low"], result.estimates[f"{name}_high"])
        for place in np.ndindex(values.shape):
            leaves[place] = _interval(*(float(x[place]) for x in (values, *ends)))
    else:
        for place in np.ndindex(values.shape):
            leaves[place] = _plain(float(values[place]))
    return leaves


def _nested(leaves: np.ndarray, labels: list[tuple[str, ...] | None]) -> Any:
    if not labels:
        return leaves.item() if isinstance(leaves, np.ndarray) else leaves
    parts = [_nested(part, labels[1:]) for part in leaves]
    return parts if labels[0] is None else dict(zip(labels[0], parts, strict=True))


def _interval(value: float, low: float, high: float) -> dict[str, float | None]:
    return {"value": _plain(value), "low": _plain(low), "high": _plain(high)}


def _plain(value: float) -> float | None:
    """JSON knows neither NaN nor infinity."""
    return value if math.isfinite(value) else None
