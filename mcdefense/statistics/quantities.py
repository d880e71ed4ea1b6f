"""The one table of every count and every estimate: its name, its axes and what it means.

A tally, the results file, its page and JSON are made from `COUNTS` and `ESTIMATES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

SIGN = "compare minus baseline"
"""The sign of every difference."""

OF_WORLD = "_by_world"
"""End of the name of a count that tells what each world adds to the count named before it."""


@dataclass(frozen=True)
class Quantity:
    """A count or an estimate along named axes, in their order.

    `since` is the first version of a result, major and minor, that has it. `sign` says of a
    difference which is subtracted from which.
    """

    name: str
    axes: tuple[str, ...]
    meaning: str
    since: tuple[int, int] = (1, 0)
    sign: str = ""

    @property
    def by_world(self) -> bool:
        """Whether each world has its own; else it is of the whole run."""
        return self.axes[0] == "world"


# The axis `cause` is not named after the count `outcome`, nor a count after the axis `leakers`: in
# netCDF a variable that bears the name of an axis is that axis's coordinate.
W, A, A2, C, C1, B, I, M, L, P, O, H, T, R = (  # noqa: E741
    "world",
    "architecture",
    "architecture_other",
    "threat_class",
    "threat_class_total",
    "battery",
    "interceptor",
    "asset",
    "leakers",
    "pair",
    "cause",
    "looks_had",
    "time",
    "raid",
)
BY_RAID = R
"""The axis of raids in sequence: what has it is counted, and written, only where a wave repeats."""


def _of_world(
    name: str, axes: tuple[str, ...], meaning: str, since: tuple[int, int] = (2, 0)
) -> Quantity:
    return Quantity(f"{name}{OF_WORLD}", axes, f"{meaning}, of each world", since)


COUNTS: tuple[Quantity, ...] = (
    # per world
    Quantity("trials", (W,), "trials"),
    Quantity("live", (W, C), "live threats"),
    Quantity("live_defended", (W, C), "live threats at a defended asset"),
    Quantity("live_at_asset", (W, M), "live threats that fly at the asset", since=(2, 2)),
    Quantity("live_reachable", (W, A, C), "live threats with an opportunity"),
    Quantity("leaked", (W, A, C1), "live threats that leaked"),
    Quantity("leakers_defended", (W, A, C), "leakers at a defended asset"),
    Quantity("leakers_reachable", (W, A, C), "leakers that had an opportunity"),
    Quantity("live_squared", (W, C1), "sum over trials of live threats squared"),
    Quantity("leakers_live", (W, A, C1), "sum over trials of leakers times live threats"),
    Quantity("leakers_squared", (W, A, C1), "sum over trials of leakers squared"),
    Quantity("leakers_product", (W, P, C1), "sum over trials of the product of both's leakers"),
    Quantity("no_leakers", (W, A, C1), "trials without a leaker"),
    Quantity("no_leakers_both", (W, P, C1), "trials without a leaker under both"),
    Quantity("network_lost", (W, A), "trials with the network lost"),
    Quantity("leakers_network_lost", (W, A, C1), "leakers in trials with the network lost"),
    Quantity("no_leakers_network_lost", (W, A), "trials, network lost, without a leaker"),
    Quantity("leakers_at_asset", (W, A, M), "leakers that reached the asset", since=(2, 0)),
    _of_world("damaging_leakers", (W, A, M), "leakers that damaged the asset"),
    _of_world("asset_damaged", (W, A, M), "trials in which the asset was damaged"),
    _of_world("outcome", (W, A, C, O), "live threats by what became of them"),
    _of_world("rounds_fired", (W, A, I, C), "rounds fired"),
    _of_world("rounds_wasted", (W, A, I, C), "rounds wasted"),
    Quantity(
        "leaked_alone",
        (W, A, A2, C, O),
        "leakers by cause that are killed under the other architecture",
        since=(2, 1),
    ),
    _of_world("leakers_by_looks", (W, A, C, H), "leakers by the looks they had had", (2, 1)),
    _of_world("leakers_by_time", (W, A, T), "leakers by the time of their impact", (2, 3)),
    Quantity(
        "batteries_lost",
        (W, A, T),
        "batteries lost, by the time of the first leaker that hit each",
        since=(2, 3),
    ),
    Quantity(
        "sensors_lost",
        (W, A, T),
        "sensors lost, by the time of the first leaker that hit each or its battery",
        since=(2, 3),
    ),
    Quantity("live_by_raid", (W, R, C), "live threats of each raid in sequence", since=(2, 3)),
    Quantity("leakers_by_raid", (W, A, R, C), "leakers of each raid in sequence", since=(2, 3)),
    Quantity(
        "rounds_fired_by_raid",
        (W, A, R, I),
        "rounds fired at the threats of each raid in sequence",
        since=(2, 3),
    ),
    # over the run
    Quantity("leakers_histogram", (A, C1, L), "trials with so many leakers"),
    Quantity("damaging_leakers", (A, M), "leakers that damaged the asset"),
    Quantity("asset_damaged", (A, M), "trials in which the asset was damaged"),
    Quantity("rounds_fired", (A, B, I, C), "rounds fired"),
    Quantity(
        "rounds_wasted", (A, B, I, C), "rounds fired at a decoy, a friendly or a doomed threat"
    ),
    Quantity("kills", (A, B, I, C), "objects killed, decoys and friendlies among them"),
    Quantity("engagements", (A, B, I, C), "opportunities taken"),
    Quantity("remote_engagements", (A, B, I, C), "opportunities taken on a remote track"),
    Quantity("looks", (A, B, I, C), "looks opened"),
    Quantity("rounds_left", (A, B, I), "rounds left at the end, summed over trials"),
    Quantity("rounds_loaded", (A, B, I), "rounds loaded at the start, summed over trials"),
    Quantity(
        "rounds_due",
        (A, B, I),
        "rounds that reloads would put in, as far as the store goes, summed over trials",
        since=(2, 3),
    ),
    Quantity(
        "rounds_reloaded",
        (A, B, I),
        "rounds put into the magazine during the raid, summed over trials",
        since=(2, 3),
    ),
    Quantity("emptied", (A, B, I), "trials that emptied the magazine"),
    Quantity("denied", (A, B), "trials with a refusal for want of rounds"),
    Quantity("outcome", (A, C, O), "live threats by what became of them"),
    Quantity("rounds_fired_network_lost", (A, B, I, C), "rounds fired, network lost"),
    Quantity("leakers_by_looks", (A, C, H), "leakers by the looks they had had", since=(2, 1)),
    Quantity(
        "leakers_before_onset",
        (A, C),
        "leakers that came before their network was lost, in trials in which it was lost in a raid",
        since=(2, 2),
    ),
    Quantity("live_by_time", (C, T), "live threats by the time of their impact", since=(2, 3)),
    Quantity("leakers_by_time", (A, C, T), "leakers by the time of their impact", since=(2, 3)),
)
"""Every count. Those with the axis `world` are kept per world, the others are sums over the run.

Counts named `_by_world` are what each world adds to the sum over the run that is named before
it, batteries added up. They serve the intervals. Worlds read from a file of format 1.x hold 0
there, as that format did not keep them."""


def _interval(
    name: str, axes: tuple[str, ...], meaning: str, since: tuple[int, int] = (1, 0)
) -> Iterator[Quantity]:
    centre = Quantity(name, axes, meaning, since)
    yield centre
    for bound in ("low", "high"):
        text = f"{meaning}: {'lower' if bound == 'low' else 'upper'} end of the 95 % interval"
        yield replace(centre, name=f"{name}_{bound}", meaning=text)


def _difference(name: str, axes: tuple[str, ...], meaning: str) -> Iterator[Quantity]:
    for quantity in _interval(name, axes, f"{meaning}, {SIGN}, paired"):
        yield replace(quantity, sign=SIGN)


def _part_of_difference(name: str, leaking: str, killing: str) -> Iterator[Quantity]:
    meaning = f"leakers a trial by cause under {leaking} that {killing} kills"
    yield from _interval(f"expected_leakers_{name}", (P, C, O), meaning, (2, 1))
    meaning = f"leakers a trial of any class by cause under {leaking} that {killing} kills"
    yield from _interval(f"expected_leakers_{name}_total", (P, O), meaning, (2, 1))


def _difference_band(meaning: str) -> Iterator[Quantity]:
    for bound, percentile in (("low", "5th"), ("high", "95th")):
        text = f"{percentile} percentile of the worlds' {meaning}, {SIGN}"
        yield Quantity(f"difference_world_band_{bound}", (P,), text, sign=SIGN)


ESTIMATES: tuple[Quantity, ...] = (
    *_interval("leak_probability", (A, C), "leakers per live threat"),
    *_interval("leak_probability_reachable", (A, C), "leakers per threat with an opportunity"),
    *_interval("leak_probability_defended", (A, C), "leakers per live threat at a defended asset"),
    *_interval("leak_probability_total", (A,), "leakers per live threat of any class"),
    *_interval("expected_leakers", (A,), "leakers a trial"),
    *_interval("expected_leakers_by_class", (A, C), "leakers a trial"),
    *_interval("p_no_leakers", (A,), "probability of no leaker"),
    *_interval("p_no_leakers_by_class", (A, C), "probability of no leaker of the class"),
    *_difference("difference_expected_leakers", (P,), "leakers a trial"),
    *_difference("difference_leak_probability", (P, C), "leakers per live threat"),
    *_difference("difference_leak_probability_total", (P,), "leakers per live threat of any class"),
    *_difference("difference_p_no_leakers", (P,), "probability of no leaker"),
    *_difference(
        "difference_p_no_leakers_by_class", (P, C), "probability of no leaker of the class"
    ),
    *_interval("worlds_helped", (P,), "share of worlds, compare fewer by more than the margin"),
    *_interval("worlds_hurt", (P,), "share of worlds, compare more by more than the margin"),
    *_interval("worlds_same", (P,), "share of worlds that differ by less than the margin", (2, 1)),
    *_interval("worlds_unclear", (P,), "share of worlds whose own trials do not tell"),
    Quantity("expected_leakers_world_band_low", (A,), "5th percentile of the worlds' leakers"),
    Quantity("expected_leakers_world_band_high", (A,), "95th percentile of the worlds' leakers"),
    *_difference_band("leakers a trial"),
    Quantity("sampling_error_within", (A,), "standard error of leakers a trial, within worlds"),
    Quantity("sampling_error_between", (A,), "standard error of leakers a trial, between worlds"),
    Quantity("world_expected_leakers", (W, A), "leakers a trial of each world"),
    Quantity("p_at_most", (A, L), "probability of at most so many leakers"),
    *_interval("expected_leakers_network_lost", (A,), "leakers a trial without the network"),
    *_interval("expected_leakers_network_up", (A,), "leakers a trial with the network up", (2, 1)),
    *_interval(
        "break_even_availability",
        (P,),
        "availability of compare's network from which on it lets fewer through; 0 always, 1 never",
        (2, 1),
    ),
    *_interval("expected_leakers_at_asset", (A, M), "leakers a trial that reach the asset"),
    *_interval("expected_damaging_leakers", (A, M), "leakers a trial that damage the asset"),
    *_interval("p_asset_damaged", (A, M), "probability that the asset is damaged in a trial"),
    *_interval("expected_value_lost", (A,), "value of the assets damaged in a trial"),
    *_difference("difference_expected_value_lost", (P,), "value of the assets damaged in a trial"),
    *_interval("expected_rounds_fired", (A, I, C), "rounds fired a trial"),
    *_interval("expected_rounds_wasted", (A, I, C), "rounds wasted a trial"),
    *_interval("expected_rounds_fired_total", (A,), "rounds fired a trial, of any interceptor"),
    *_interval("expected_rounds_wasted_total", (A,), "rounds wasted a trial, of any interceptor"),
    *_interval("expected_rounds_cost", (A,), "cost of the rounds fired a trial, relative"),
    *_interval("cause_share", (A, C, O), "share of live threats by what became of them"),
    *_interval("cause_share_total", (A, O), "share of all live threats by what became of them"),
    *_part_of_difference("saved", "baseline", "compare"),
    *_part_of_difference("added", "compare", "baseline"),
    *_interval(
        "expected_leakers_by_looks", (A, C, H), "leakers a trial by the looks they had had", (2, 1)
    ),
    *_interval(
        "expected_rounds_fired_by_raid",
        (A, R, I),
        "rounds fired a trial at the threats of each raid in sequence",
        (2, 3),
    ),
    *_interval(
        "expected_leakers_by_raid", (A, R), "leakers a trial of each raid in sequence", (2, 3)
    ),
    *_interval(
        "change_expected_leakers_by_raid",
        (A, R),
        "leakers a trial of each raid in sequence, raid minus the first, paired",
        (2, 3),
    ),
)
"""Every estimate; `x_low` and `x_high` are the ends of the 95 % interval of `x`."""

_IN_STUDIES = (
    "expected_leakers",
    "expected_leakers_by_class",
    "leak_probability_total",
    "p_no_leakers",
    "difference_expected_leakers",
    "difference_p_no_leakers",
    "expected_rounds_fired_total",
    "expected_rounds_cost",
)

STUDY_ESTIMATES: tuple[Quantity, ...] = (
    *(
        each
        for each in ESTIMATES
        if each.name.removesuffix("_low").removesuffix("_high") in _IN_STUDIES
    ),
    *_interval("change_expected_leakers", (A,), "leakers a trial, point minus base, paired"),
    *_interval("change_p_no_leakers", (A,), "probability of no leaker, point minus base, paired"),
    Quantity("paired", (), "1: the worlds of the point are those of the base"),
)
"""What a study tells of every point, along its own axes and these; the rest of a point's estimates
are made from its counts when they are asked for."""

TALLY_DIMENSIONS: dict[str, tuple[str, ...]] = {count.name: count.axes for count in COUNTS}
"""The axes of every count."""

ESTIMATE_DIMENSIONS: dict[str, tuple[str, ...]] = {each.name: each.axes for each in ESTIMATES}
"""The axes of every estimate."""

STUDY_DIMENSIONS: dict[str, tuple[str, ...]] = {each.name: each.axes for each in STUDY_ESTIMATES}
"""The axes of every estimate of a study, behind the axes of the study."""
