"""Estimates of a study along its axes, and what each point changes against the base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from mcdefense.statistics import expenditure, leakage, paired
from mcdefense.statistics.anew import estimates_anew, round_costs, weights_of
from mcdefense.statistics.axes import TOTAL
from mcdefense.statistics.contrast import (
    Counted,
    Row,
    Side,
    all_leakers,
    contrast,
    difference_to,
    unpaired_because,
)
from mcdefense.statistics.leakage import Estimate
from mcdefense.statistics.quantities import STUDY_DIMENSIONS
from mcdefense.statistics.result import Result
from mcdefense.statistics.sample import sample_of
from mcdefense.statistics.study import Study


def with_estimates(study: Study) -> Study:
    """The study with its estimates, made of the tallies of its points.

    Everything of a point without trials is NaN. A change is point minus base, world by world on
    the same draws; where worlds are no pairs (`unpaired_because`), as of independent runs.
    """
    base = study.points[study.base]
    return with_those(study, [estimates_at(base, point) for point in study.points])


def estimates_at(base: Result, point: Result) -> dict[str, np.ndarray]:
    """The estimates of one point of a study, held against the base; both on the same axes."""
    return _of_point(point) | _against(base, point)


def change_of_difference(study: Study, baseline: int, compare: int) -> Estimate:
    """What the difference in leakers a raid between two architectures, compare minus baseline,
    changes from the base to each point [N], paired by world as the other changes are; exactly 0 at
    the base itself, and NaN of a point without trials."""
    base = study.points[study.base]
    found = np.full((3, len(study.points)), np.nan)
    for place, point in enumerate(study.points):
        if not (base.tally.trials and point.tally.trials):
            continue
        found[:, place] = 0.0
        if point is not base:
            sides = Side(base, compare), Side(point, compare)
            found[:, place] = [
                end[0] for end in contrast(*sides, difference_to(baseline)).difference
            ]
    value, low, high = found
    return value, low, high


def with_those(study: Study, of_points: Sequence[Mapping[str, np.ndarray]]) -> Study:
    """The study with these estimates of its points."""
    estimates = {
        name: np.stack([found[name] for found in of_points]).reshape(
            *study.shape, *of_points[0][name].shape
        )
        for name in STUDY_DIMENSIONS
    }
    return replace(study, estimates=estimates)


def complete(point: Result) -> Result:
    """A point of a study with all the estimates that the result of a run has."""
    made = estimates_anew(point.tally, point.plan, point.provenance)
    return replace(point, estimates=made)


def _of_point(point: Result) -> dict[str, np.ndarray]:
    tally, known = point.tally, point.provenance
    sample = sample_of(tally, point.plan, weights_of(known))
    leak, _ = leakage.leak_probability(sample)
    clean = leakage.p_no_leakers(sample)
    mean = leakage.expected_leakers(sample, leak)
    change = paired.differences(sample, point.pairs)
    priced = round_costs(known, tally.axes.interceptor)
    saved = paired.difference_expected_leakers(change, mean)
    return {
        **_three("expected_leakers", leakage.of_all_classes(mean)),
        **_three("expected_leakers_by_class", leakage.of_each_class(mean)),
        **_three("leak_probability_total", leakage.of_all_classes(leak)),
        **_three("p_no_leakers", leakage.of_all_classes(clean)),
        **_three("difference_expected_leakers", leakage.of_all_classes(saved)),
        **_three(
            "difference_p_no_leakers",
            leakage.of_all_classes(paired.difference_p_no_leakers(change, clean)),
        ),
        **_three(
            "expected_rounds_fired_total", expenditure.all_rounds_per_trial(sample, "rounds_fired")
        ),
        **_three("expected_rounds_cost", expenditure.rounds_cost(sample, priced)),
    }


def _against(base: Result, point: Result) -> dict[str, np.ndarray]:
    """What each architecture changes against the same one of the base."""
    changes = {"expected_leakers": all_leakers, "p_no_leakers": _clean}
    found: dict[str, np.ndarray] = {}
    number = len(point.tally.axes.architecture)
    for name, counted in changes.items():
        parts = np.full((3, number), np.nan)
        for a in range(number):
            if point is base:
                parts[:, a] = 0.0 if base.tally.trials else np.nan
            elif point.tally.trials and base.tally.trials:
                difference = contrast(Side(base, a), Side(point, a), counted).difference
                parts[:, a] = [end[0] for end in difference]
        found |= _three(f"change_{name}", (parts[0], parts[1], parts[2]))
    known = bool(base.tally.trials and point.tally.trials)
    paired_worlds = point is base or not unpaired_because(base, point)
    found["paired"] = np.array(float(paired_worlds) if known else np.nan)
    return found


def _clean(side: Side) -> Counted:
    value, low, high = (end[side.architecture, -1] for end in leakage.p_no_leakers(side.worlds()))
    by_world = side.result.tally["no_leakers"][:, side.architecture, -1]
    return {(TOTAL,): Row(by_world, (float(value), float(low), float(high)))}


def _three(name: str, estimate: Estimate) -> dict[str, np.ndarray]:
    return {
        name + end: np.asarray(array, np.float64)
        for end, array in zip(("", "_low", "_high"), estimate, strict=True)
    }
