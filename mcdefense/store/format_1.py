"""Files of format 1.x as results of today: other names, another sign, fewer counts."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from mcdefense.statistics import Result, estimates_anew
from mcdefense.store.causes import with_estimates
from mcdefense.store.contents import from_contents
from mcdefense.store.layout import LAYOUT

RENAMED = {
    "tally/damaging_leakers": "tally/hits",
    "tally/asset_damaged": "tally/asset_hit",
}
"""Counts by their path today, and their path then."""

NOT_KEPT = frozenset(variable.path for variable in LAYOUT if variable.since[0] > 1)
"""Counts that format 1.x did not keep; they are read as 0."""

_TURNED = ("difference_expected_leakers", "difference_leak_probability", "difference_world_band")
"""Differences that were first minus second; that of P(no leakers) was second minus first."""
_PAIRED = ("difference_p_no_leakers", "worlds_helped", "worlds_hurt", "worlds_unclear")


def wanted(*, minor: int) -> list[str]:
    """Paths of the counts, draws and texts that a file of format 1.`minor` has."""
    paths = [
        RENAMED.get(variable.path, variable.path)
        for variable in LAYOUT
        if variable.path not in NOT_KEPT
        if variable.group or variable.origin == "text"
    ]
    return [path for path in paths if minor >= 1 or path != "worlds/check_hash"]


def converted(
    arrays: Mapping[str, np.ndarray],
    provenance: Mapping[str, str | int | float],
    *,
    estimates: bool,
) -> Result:
    """The result of a file's arrays, by path; without estimates if they were not read."""
    known = dict(arrays)
    for path, old in RENAMED.items():
        known[path] = known.pop(old)
    scenario = tomllib.loads(str(known["scenario_toml"][()]))
    known.setdefault("worlds/check_hash", np.zeros(known["worlds/world"].shape, np.uint64))
    known["worlds/plan"] = _plan_names(scenario, known["worlds/plan"])
    for variable in LAYOUT:
        if variable.origin == "estimate":
            known.pop(variable.path, None)
    values = _asset_values(scenario, str(known["overrides"][()]))
    result = from_contents(known, {"asset_values": json.dumps(values), **provenance})
    if not estimates:
        return result
    return replace(result, estimates=_estimates(result, arrays, values))


def _estimates(
    result: Result, stored: Mapping[str, np.ndarray], values: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """What the file says, turned to today's sign, and anew what it does not have."""
    known = {**result.provenance, "asset_values": json.dumps(dict(values))}
    today = estimates_anew(result.tally, result.plan, known)
    stored = with_estimates(stored, today, (1, 1))
    in_order = np.array([baseline < compare for baseline, compare in result.pairs], bool)
    return {
        name: _with_sign(name, stored, in_order) if name in stored else array
        for name, array in today.items()
    }


def _with_sign(name: str, stored: Mapping[str, np.ndarray], in_order: np.ndarray) -> np.ndarray:
    """A stored estimate as compare minus baseline; `in_order` [P] where the first is baseline."""
    array = np.asarray(stored[name], np.float64)
    base = name.removesuffix("_low").removesuffix("_high")
    if base not in (*_TURNED, *_PAIRED):
        return array
    turned = in_order if base in _TURNED else ~in_order
    turned = turned.reshape(-1, *[1] * (array.ndim - 1))
    if base in ("worlds_helped", "worlds_hurt"):
        other = {"worlds_helped": "worlds_hurt", "worlds_hurt": "worlds_helped"}[base]
        return np.where(turned, stored[other + name.removeprefix(base)], array)
    if base == "worlds_unclear":
        return array
    end = name.removeprefix(base)
    opposite = {"": "", "_low": "_high", "_high": "_low"}[end]
    return np.where(turned, -stored[base + opposite], array)


def _plan_names(scenario: Mapping[str, Any], plan: np.ndarray) -> np.ndarray:
    """The names of the plans by their number in the scenario's order; `all` where it has none."""
    names = list(scenario.get("plan") or {"all": None})
    text = [names[n] if 0 <= n < len(names) else str(n) for n in plan.tolist()]
    return np.array(text, dtype=object)


def _asset_values(scenario: Mapping[str, Any], overrides: str) -> dict[str, float]:
    """Worth of the scenario's assets, with the overrides that the file was made with."""
    values = {
        str(name): float(entry.get("value", 1.0))
        for name, entry in dict(scenario.get("asset", {})).items()
    }
    for line in overrides.splitlines():
        path, _, text = line.partition("=")
        section, _, rest = path.strip().partition(".")
        name = rest.removesuffix(".value")
        if section == "asset" and rest.endswith(".value") and name in values:
            values[name] = float(text)
    return values
