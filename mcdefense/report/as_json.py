"""The answer for programs: every estimate by name, for `--json`."""

from __future__ import annotations

from typing import Any

import numpy as np

from mcdefense.report.lasting import lasting_as_json
from mcdefense.report.lost import posts_as_json
from mcdefense.report.own_best import own_bests_as_json
from mcdefense.report.plans import plans_as_json
from mcdefense.report.reading import Interval, finite, read_result
from mcdefense.statistics import BY_RAID, ESTIMATE_DIMENSIONS, SIGN, TALLY_DIMENSIONS, Result

_TABLES: dict[str, tuple[str, ...]] = {
    "asset": (
        "expected_leakers_at_asset",
        "expected_damaging_leakers",
        "p_asset_damaged",
        "expected_value_lost",
        "difference_expected_value_lost",
    ),
    "class": (
        "leak_probability",
        "leak_probability_total",
        "leak_probability_reachable",
        "leak_probability_defended",
        "p_no_leakers_by_class",
        "p_no_leakers",
        "expected_leakers_by_class",
        "expected_leakers",
        "difference_leak_probability",
        "difference_leak_probability_total",
        "difference_p_no_leakers_by_class",
        "difference_p_no_leakers",
    ),
    "battery": (),
    "cause": ("cause_share", "cause_share_total"),
    "plan": ("expected_leakers", "difference_expected_leakers"),
    "fate": (
        "expected_leakers_saved",
        "expected_leakers_saved_total",
        "expected_leakers_added",
        "expected_leakers_added_total",
        "expected_leakers_by_looks",
        "difference_expected_leakers",
    ),
    "rounds": ("expected_rounds_fired", "expected_rounds_wasted", "expected_rounds_cost"),
}
"""Estimates of each table that `--by` takes."""
_MEANS: dict[str | None, tuple[str, ...]] = {
    "battery": (
        "rounds_fired",
        "rounds_wasted",
        "kills",
        "engagements",
        "remote_engagements",
        "rounds_left",
        "emptied",
        "denied",
    ),
    "rounds": ("kills",),
}
"""Counts of a table, as means without intervals."""


def to_json(result: Result, by: str | None = None) -> dict[str, Any]:
    """What the screen shows and more, as JSON: names instead of positions, null for unknown.

    `estimates` holds each estimate nested along its axes by name, an estimate with an interval as
    `{"value", "low", "high"}`; a pair is called "compare - baseline", the axis `leakers` is a list
    from 0 up. `headline` repeats the pair that the screen compares. Every difference is compare
    minus baseline, which `differences` says too. What there is one of per world stays in the file.

    `posts_lost` holds, by architecture and by what is led from it, the asset that is its post, and
    the share of trials in which that was lost.

    Where waves repeat, `raids` says how long the rounds of each architecture last, and from which
    raid on more leaks than in the first.

    `by` is one of "asset", "class", "battery", "cause", "plan", "fate", "rounds": then `estimates`
    holds those of that table alone. The table of batteries is in `means` instead, counts a trial by
    battery, of which no intervals are known, and so are the kills of the rounds; that of plans is
    in `plans`. Raises ValueError for another `by`.
    """
    if by is not None and by not in _TABLES:
        raise ValueError(f"by: got {by!r}, expected one of {', '.join(_TABLES)}")
    reading = read_result(result)
    axes = result.tally.axes
    labels = {**axes.labels, "pair": result.pair_names}
    estimates = {
        name: _nested(_leaves(result, name), [labels.get(axis) for axis in dimensions])
        for name, dimensions in ESTIMATE_DIMENSIONS.items()
        if not name.endswith(("_low", "_high")) or "band" in name
        if "world" not in dimensions
        if BY_RAID not in dimensions or axes.raids
        if by is None or name in _TABLES[by]
    }
    headline: dict[str, Any] = {"baseline": axes.architecture[reading.baseline]}
    if reading.has_pair:
        a, b = reading.baseline, reading.compare
        low, high = reading.difference_band(a, b)
        verdicts = reading.worlds_by_verdict(a, b)
        even = reading.break_even(a, b)
        headline |= {
            "compare": axes.architecture[b],
            "difference_expected_leakers": reading.difference(
                "difference_expected_leakers", a, b
            ).as_json,
            "difference_world_band": {"low": finite(low), "high": finite(high)},
            "worlds": {verdict: share.as_json for verdict, share in verdicts.items()},
            "margin": reading.margin,
            "break_even_availability": None if even is None else even.as_json,
        }
    table: dict[str, Any] = {} if by is None else {"by": by}
    if by in _MEANS:
        table["means"] = {
            name: _nested(_means(result, name), [labels[axis] for axis in TALLY_DIMENSIONS[name]])
            for name in _MEANS[by]
        }
    if by == "plan":
        table["plans"] = plans_as_json(reading)
    if by is None:
        table["posts_lost"] = {
            axes.architecture[a]: posts_as_json(reading, a) for a in reading.posts
        }
    if axes.raids and by is None:
        table["raids"] = lasting_as_json(reading)
    return {
        "title": reading.title,
        "marking": reading.marking,
        "trials": reading.trials,
        "worlds": reading.worlds,
        "confidence": 0.95,
        "differences": SIGN,
        **table,
        "headline": headline,
        "ladder": [axes.architecture[i] for i in reading.ladder],
        "own_best": own_bests_as_json(reading),
        "estimates": estimates,
        "warnings": list(reading.warnings),
        "provenance": {
            name: finite(value) if isinstance(value, float) else value
            for name, value in result.provenance.items()
        },
    }


def _means(result: Result, name: str) -> np.ndarray:
    """A count a trial, as an array of JSON values."""
    trials, counts = result.tally.trials, result.tally[name]
    leaves = np.empty(counts.shape, dtype=object)
    for place in np.ndindex(counts.shape):
        leaves[place] = float(counts[place]) / trials if trials else None
    return leaves


def _leaves(result: Result, name: str) -> np.ndarray:
    """The estimate as an array of JSON values."""
    values = result.estimates[name]
    leaves = np.empty(values.shape, dtype=object)
    if f"{name}_low" in result.estimates:
        ends = (result.estimates[f"{name}_low"], result.estimates[f"{name}_high"])
        for place in np.ndindex(values.shape):
            leaves[place] = Interval(*(float(x[place]) for x in (values, *ends))).as_json
    else:
        for place in np.ndindex(values.shape):
            leaves[place] = finite(float(values[place]))
    return leaves


def _nested(leaves: np.ndarray, labels: list[tuple[str, ...] | None]) -> Any:
    if not labels:
        return leaves.item() if isinstance(leaves, np.ndarray) else leaves
    parts = [_nested(part, labels[1:]) for part in leaves]
    return parts if labels[0] is None else dict(zip(labels[0], parts, strict=True))
