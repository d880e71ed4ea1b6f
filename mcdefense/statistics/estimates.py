"""All estimates of a run from its tally alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from mcdefense.statistics import between_worlds, damage, expenditure, fates, leakage, paired
from mcdefense.statistics.break_even import break_even_availability
from mcdefense.statistics.by_raid import leakers_by_raid
from mcdefense.statistics.leakage import Estimate
from mcdefense.statistics.quantities import ESTIMATE_DIMENSIONS
from mcdefense.statistics.sample import sample_of
from mcdefense.statistics.tally import Tally
from mcdefense.statistics.verdicts import DEFAULT_MARGIN, worlds_by_verdict
from mcdefense.statistics.without_network import NO_FALLBACKS


class Plans(NamedTuple):
    """The raid plan that each world drew [W], by name, and what each plan weighs."""

    drawn: Sequence[str] | np.ndarray = ()
    weights: Mapping[str, float] = MappingProxyType({})


NO_PLANS = Plans()


class Worths(NamedTuple):
    """What a round costs, in any one unit, and what an asset is worth."""

    interceptor_cost: Sequence[float] | np.ndarray | None = None
    """Of each interceptor [I]; without it the cost of what is fired is NaN."""
    asset_value: Sequence[float] | np.ndarray | None = None
    """Of each asset [M]; 1 each if it is not given."""


UNPRICED = Worths()


def estimate(
    tally: Tally,
    worths: Worths = UNPRICED,
    *,
    baseline: str = "",
    compare: str = "",
    plans: Plans = NO_PLANS,
    margin: float = DEFAULT_MARGIN,
    fallbacks: Mapping[str, str] = NO_FALLBACKS,
) -> dict[str, np.ndarray]:
    """Every estimate of ESTIMATE_DIMENSIONS, float64, from the counts of a run.

    NaN stands for what the counts cannot say: a leak probability of a class never live, the bands
    and the error between worlds of a single world, everything of a run without trials.

    Every difference of a pair is compare minus baseline: fewer leakers are a negative difference
    of leakers, and more often none a positive difference of P(no leakers). Which of a pair is
    which, `Axes.compared` says from the architectures of the headline, `baseline` and `compare`.

    With the weights of `plans` every plan counts by its weight, however often worlds drew it (rule
    32, `quota`); without them every trial counts alike. `margin` [leakers a trial] is what a world
    must differ by to be helped or hurt (rule 33, `margin`). `fallbacks` name, by architecture, what
    is replayed in its place where its network is lost from the start, "none" for nothing: then all
    trials say what the loss costs.
    """
    pairs = tally.axes.compared(baseline, compare)
    sample = sample_of(tally, plans.drawn, plans.weights)
    leak, design_effect = leakage.leak_probability(sample)
    clean = leakage.p_no_leakers(sample)
    mean = leakage.expected_leakers(sample, leak)
    change = paired.differences(sample, pairs)
    mean_change = paired.difference_expected_leakers(change, mean)
    leak_change = paired.difference_leak_probability(change, leak)
    clean_change = paired.difference_p_no_leakers(change, clean)
    lost, lost_change = damage.value_lost(sample, pairs, worths.asset_value)
    causes = expenditure.cause_share(sample)
    raids, raid_changes = leakers_by_raid(sample)
    estimates: dict[str, Estimate] = {
        "leak_probability": leakage.of_each_class(leak),
        "leak_probability_reachable": leakage.leak_probability_of_part(
            sample,
            sample["leakers_reachable"],
            sample["live_reachable"],
            design_effect[:, :-1],
        ),
        "leak_probability_defended": leakage.leak_probability_of_part(
            sample,
            sample["leakers_defended"],
            sample["live_defended"][:, np.newaxis, :],
            design_effect[:, :-1],
        ),
        "leak_probability_total": leakage.of_all_classes(leak),
        "expected_leakers": leakage.of_all_classes(mean),
        "expected_leakers_by_class": leakage.of_each_class(mean),
        "p_no_leakers": leakage.of_all_classes(clean),
        "p_no_leakers_by_class": leakage.of_each_class(clean),
        "difference_expected_leakers": leakage.of_all_classes(mean_change),
        "difference_leak_probability": leakage.of_each_class(leak_change),
        "difference_leak_probability_total": leakage.of_all_classes(leak_change),
        "difference_p_no_leakers": leakage.of_all_classes(clean_change),
        "difference_p_no_leakers_by_class": leakage.of_each_class(clean_change),
        **worlds_by_verdict(change, margin),
        "expected_leakers_network_lost": between_worlds.expected_leakers_network_lost(
            sample, fallbacks
        ),
        "expected_leakers_network_up": between_worlds.expected_leakers_network_up(sample),
        "break_even_availability": break_even_availability(sample, pairs, fallbacks),
        "expected_leakers_at_asset": damage.leakers_at_asset(sample),
        "expected_damaging_leakers": damage.damaging_leakers(sample),
        "p_asset_damaged": damage.p_asset_damaged(sample),
        "expected_value_lost": lost,
        "difference_expected_value_lost": lost_change,
        "expected_rounds_fired": expenditure.rounds_per_trial(sample, "rounds_fired"),
        "expected_rounds_wasted": expenditure.rounds_per_trial(sample, "rounds_wasted"),
        "expected_rounds_fired_total": expenditure.all_rounds_per_trial(sample, "rounds_fired"),
        "expected_rounds_wasted_total": expenditure.all_rounds_per_trial(sample, "rounds_wasted"),
        "expected_rounds_cost": expenditure.rounds_cost(sample, worths.interceptor_cost),
        **fates.saved_and_added(sample, pairs),
        "expected_leakers_by_looks": fates.leakers_by_looks(sample),
        "expected_rounds_fired_by_raid": expenditure.rounds_by_raid(sample),
        "expected_leakers_by_raid": raids,
        "change_expected_leakers_by_raid": raid_changes,
        "cause_share": _along_classes(causes, slice(None, -1)),
        "cause_share_total": _along_classes(causes, -1),
    }
    figures = {
        name + end: array
        for name, three in estimates.items()
        for end, array in zip(("", "_low", "_high"), three, strict=True)
    }
    world_means = between_worlds.world_expected_leakers(tally)
    low, high = between_worlds.band(world_means, sample)
    differences = paired.world_differences(change)
    difference_low, difference_high = between_worlds.band(differences, sample)
    within, between = between_worlds.sampling_errors(sample)
    figures |= {
        "expected_leakers_world_band_low": low,
        "expected_leakers_world_band_high": high,
        "difference_world_band_low": difference_low,
        "difference_world_band_high": difference_high,
        "sampling_error_within": within,
        "sampling_error_between": between,
        "world_expected_leakers": world_means,
        "p_at_most": expenditure.p_at_most(tally),
    }
    return {name: np.asarray(figures[name], np.float64) for name in ESTIMATE_DIMENSIONS}


def _along_classes(of_all: Estimate, part: int | slice) -> Estimate:
    """Some entries of the estimate along the last axis but one."""
    value, low, high = of_all
    return value[..., part, :], low[..., part, :], high[..., part, :]


def headline(
    tally: Tally, baseline: str, compare: str, plans: Plans = NO_PLANS
) -> tuple[float, float, float]:
    """The difference in leakers a trial of two architectures with its interval, or the leakers of
    one where both are the same: of `estimate`, that alone."""
    names = tally.axes.architecture
    a, b = names.index(baseline), names.index(compare)
    sample = sample_of(tally, plans.drawn, plans.weights)
    mean, place = leakage.expected_leakers(sample, leakage.leak_probability(sample)[0]), a
    if a != b:
        pairs = tally.axes.compared(baseline, compare)
        mean = paired.difference_expected_leakers(paired.differences(sample, pairs), mean)
        place = pairs.index((a, b))
    value, low, high = (float(end[place]) for end in leakage.of_all_classes(mean))
    return value, low, high
