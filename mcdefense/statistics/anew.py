"""The estimates of a result made anew from its counts and its provenance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from mcdefense.statistics.estimates import Plans, Worths, estimate
from mcdefense.statistics.result import Result
from mcdefense.statistics.tally import Tally

Provenance = Mapping[str, str | int | float]


def estimates_anew(tally: Tally, plan: np.ndarray, known: Provenance) -> dict[str, np.ndarray]:
    """Every estimate of a tally whose worlds drew these plans [W], as `known` says.

    It names the costs, the worths, the headline, the margin and the weights of the plans. Without
    weights, as in files before format 2.1, every trial counts alike; without a margin it is 0.
    """
    axes = tally.axes
    values = by_name(known, "asset_values")
    return estimate(
        tally,
        Worths(
            round_costs(known, axes.interceptor),
            np.array([values.get(name, 1.0) for name in axes.asset]),
        ),
        baseline=str(known.get("baseline", "")),
        compare=str(known.get("compare", "")),
        plans=Plans(plan, weights_of(known)),
        margin=float(known.get("margin", 0.0)),
        fallbacks=json.loads(str(known.get("fallbacks") or "{}")),
    )


def with_provenance(result: Result, **changes: str | int | float) -> Result:
    """The result with other provenance, and all estimates made anew by it."""
    known = {**result.provenance, **changes}
    estimates = estimates_anew(result.tally, result.plan, known)
    return replace(result, provenance=known, estimates=estimates)


def round_costs(known: Provenance, interceptors: Sequence[str]) -> np.ndarray | None:
    """Relative cost of a round of each interceptor [I]; None unless all of them are known."""
    costs = by_name(known, "interceptor_costs")
    priced = all(name in costs for name in interceptors)
    return np.array([costs[name] for name in interceptors]) if priced else None


def weights_of(known: Provenance) -> dict[str, float]:
    """Weight of every plan by name; nothing where there are fewer than two, or none is known."""
    return by_name(known, "plan_weights")


def by_name(known: Provenance, attribute: str) -> dict[str, float]:
    """Numbers by name that an attribute has as JSON; nothing where there is no such attribute."""
    numbers: dict[str, float] = json.loads(str(known.get(attribute) or "{}"))
    return numbers
