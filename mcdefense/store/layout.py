"""The one table of every variable in a results file: where it lies, its axes, type, unit, meaning.

The writer, the reader, the xarray view and the page of the docs are all made from `LAYOUT`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mcdefense.scenario import RESULT_FILETYPE

FILETYPE = RESULT_FILETYPE
FORMAT_VERSION = (2, 1)
"""Major and minor: a reader refuses a newer major and accepts a newer minor. Files of format 1.x
are read too, and converted (format_1.py)."""

SIGN = "compare minus baseline"
"""The sign of every difference in the file, also an attribute of each."""


@dataclass(frozen=True)
class Variable:
    """One variable of the file.

    `group` is "" (root), "tally" or "worlds"; `dimensions` name the axes in order; `dtype` is a
    numpy type or "text" (UTF-8 of variable length); `fill` stands for a missing value, which no
    integer has: tools would open it as a floating-point number. `sign` says of a difference
    which is subtracted from which. `origin` says what part of a result holds it: "axis", "tally",
    "estimate", "draw", "text" or "derived" (repeats another for convenience).
    """

    name: str
    group: str
    dimensions: tuple[str, ...]
    dtype: str
    unit: str
    meaning: str
    origin: str
    fill: float | None = None
    sign: str = ""

    @property
    def path(self) -> str:
        """Path of the dataset in the file, such as `tally/leaked`."""
        return f"{self.group}/{self.name}" if self.group else self.name

    @property
    def is_coordinate(self) -> bool:
        """Whether the variable carries the values of the axis of its own name."""
        return self.dimensions == (self.name,)


# The axis `cause` is not named after the count `outcome`, nor a count after the axis `leakers`: in
# netCDF a variable that bears the name of an axis is that axis's coordinate.
W, A, C, C1, B, I, M, L, P, O, Q = AXES = (  # noqa: E741
    "world",
    "architecture",
    "threat_class",
    "threat_class_total",
    "battery",
    "interceptor",
    "asset",
    "leakers",
    "pair",
    "cause",
    "parameter",
)


def _axis(name: str, dtype: str, meaning: str) -> Variable:
    return Variable(name, "", (name,), dtype, "1", meaning, "axis")


COORDINATES = {
    variable.name: variable
    for variable in (
        _axis(W, "int64", "number of the world, the key of its draws"),
        _axis(A, "text", "architecture, in file order"),
        _axis(C, "text", "threat class: live classes, then decoys and friendlies"),
        _axis(C1, "text", "threat class, then the total over the classes"),
        _axis(B, "text", "battery"),
        _axis(I, "text", "interceptor"),
        _axis(M, "text", "asset"),
        _axis(L, "int64", "leakers in a trial"),
        _axis(P, "text", "pair of architectures, 'compare - baseline'"),
        _axis(O, "text", "what became of a live threat: why it leaked, or killed"),
        _axis(Q, "text", "uncertain parameter, by its name in the scenario"),
    )
}


_NOT_IN_1 = " (0 in worlds from a file of format 1.x)"


def _tally(name: str, dimensions: tuple[str, ...], meaning: str) -> Variable:
    return Variable(name, "tally", dimensions, "int64", "1", meaning, "tally")


def _of_world(name: str, dimensions: tuple[str, ...], meaning: str) -> Variable:
    return _tally(f"{name}_by_world", dimensions, f"{meaning}, of each world{_NOT_IN_1}")


TALLY = (
    _tally("trials", (W,), "trials"),
    _tally("live", (W, C), "live threats"),
    _tally("live_defended", (W, C), "live threats at a defended asset"),
    _tally("live_reachable", (W, A, C), "live threats with an opportunity"),
    _tally("leaked", (W, A, C1), "live threats that leaked"),
    _tally("leakers_defended", (W, A, C), "leakers at a defended asset"),
    _tally("leakers_reachable", (W, A, C), "leakers that had an opportunity"),
    _tally("live_squared", (W, C1), "sum over trials of live threats squared"),
    _tally("leakers_live", (W, A, C1), "sum over trials of leakers times live threats"),
    _tally("leakers_squared", (W, A, C1), "sum over trials of leakers squared"),
    _tally("leakers_product", (W, P, C1), "sum over trials of the product of both's leakers"),
    _tally("no_leakers", (W, A, C1), "trials without a leaker"),
    _tally("no_leakers_both", (W, P, C1), "trials without a leaker under both"),
    _tally("network_lost", (W, A), "trials with the network lost"),
    _tally("leakers_network_lost", (W, A, C1), "leakers in trials with the network lost"),
    _tally("no_leakers_network_lost", (W, A), "trials, network lost, without a leaker"),
    _tally("leakers_at_asset", (W, A, M), f"leakers that reached the asset{_NOT_IN_1}"),
    _of_world("damaging_leakers", (W, A, M), "leakers that damaged the asset"),
    _of_world("asset_damaged", (W, A, M), "trials in which the asset was damaged"),
    _of_world("outcome", (W, A, C, O), "live threats by what became of them"),
    _of_world("rounds_fired", (W, A, I, C), "rounds fired"),
    _of_world("rounds_wasted", (W, A, I, C), "rounds wasted"),
    _tally("leakers_histogram", (A, C1, L), "trials with so many leakers"),
    _tally("damaging_leakers", (A, M), "leakers that damaged the asset"),
    _tally("asset_damaged", (A, M), "trials in which the asset was damaged"),
    _tally("rounds_fired", (A, B, I, C), "rounds fired"),
    _tally("rounds_wasted", (A, B, I, C), "rounds fired at a decoy, a friendly or a doomed threat"),
    _tally("kills", (A, B, I, C), "threats killed"),
    _tally("engagements", (A, B, I, C), "opportunities taken"),
    _tally("remote_engagements", (A, B, I, C), "opportunities taken on a remote track"),
    _tally("looks", (A, B, I, C), "looks opened"),
    _tally("rounds_left", (A, B, I), "rounds left at the end, summed over trials"),
    _tally("rounds_loaded", (A, B, I), "rounds loaded at the start, summed over trials"),
    _tally("emptied", (A, B, I), "trials that emptied the magazine"),
    _tally("denied", (A, B), "trials with a refusal for want of rounds"),
    _tally("outcome", (A, C, O), "live threats by what became of them"),
    _tally("rounds_fired_network_lost", (A, B, I, C), "rounds fired, network lost"),
)


def _estimate(name: str, dimensions: tuple[str, ...], meaning: str) -> Variable:
    return Variable(name, "", dimensions, "float64", "1", meaning, "estimate", fill=float("nan"))


def _interval(name: str, dimensions: tuple[str, ...], meaning: str) -> Iterator[Variable]:
    centre = _estimate(name, dimensions, meaning)
    yield centre
    for bound in ("low", "high"):
        text = f"{meaning}: {'lower' if bound == 'low' else 'upper'} end of the 95 % interval"
        yield replace(centre, name=f"{name}_{bound}", meaning=text)


def _difference(name: str, dimensions: tuple[str, ...], meaning: str) -> Iterator[Variable]:
    for variable in _interval(name, dimensions, f"{meaning}, {SIGN}, paired"):
        yield replace(variable, sign=SIGN)


def _difference_band(meaning: str) -> Iterator[Variable]:
    for bound, percentile in (("low", "5th"), ("high", "95th")):
        text = f"{percentile} percentile of the worlds' {meaning}, {SIGN}"
        yield replace(_estimate(f"difference_world_band_{bound}", (P,), text), sign=SIGN)


ESTIMATES = (
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
    *_interval("worlds_same", (P,), "share of worlds that differ by less than the margin"),
    *_interval("worlds_unclear", (P,), "share of worlds whose own trials do not tell"),
    _estimate("expected_leakers_world_band_low", (A,), "5th percentile of the worlds' leakers"),
    _estimate("expected_leakers_world_band_high", (A,), "95th percentile of the worlds' leakers"),
    *_difference_band("leakers a trial"),
    _estimate("sampling_error_within", (A,), "standard error of leakers a trial, within worlds"),
    _estimate("sampling_error_between", (A,), "standard error of leakers a trial, between worlds"),
    _estimate("world_expected_leakers", (W, A), "leakers a trial of each world"),
    _estimate("p_at_most", (A, L), "probability of at most so many leakers"),
    *_interval("expected_leakers_network_lost", (A,), "leakers a trial with the network lost"),
    *_interval("expected_leakers_network_up", (A,), "leakers a trial with the network up"),
    *_interval(
        "break_even_availability",
        (P,),
        "availability of compare's network from which on it lets fewer through; 0 always, 1 never",
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
)

DRAWS = (
    Variable("trials", "worlds", (W,), "int64", "1", "trials of the world", "derived"),
    Variable("plan", "worlds", (W,), "text", "1", "raid plan of the world", "draw"),
    Variable("night", "worlds", (W,), "int64", "1", "row of the raid history, -1 for none", "draw"),
    Variable(
        "schedule_hash", "worlds", (W,), "uint64", "1", "hash of the world's schedule", "draw"
    ),
    Variable(
        "check_hash",
        "worlds",
        (W,),
        "uint64",
        "1",
        "hash of world 0's schedule on the host that simulated the world, 0 for none",
        "draw",
    ),
    Variable(
        "parameters", "worlds", (W, Q), "float64", "1", "drawn parameter, in its unit", "draw"
    ),
)

TEXTS = (
    Variable("scenario_toml", "", (), "text", "1", "the scenario, word for word", "text"),
    Variable("overrides", "", (), "text", "1", "overrides of the scenario, as TOML", "text"),
)

CONVENIENCES = (
    Variable("trials", "", (), "int64", "1", "trials over all worlds", "derived"),
    Variable("architecture_label", "", (A,), "text", "1", "label of the architecture", "derived"),
    Variable("pair_baseline", "", (P,), "int32", "1", "index of the pair's baseline", "derived"),
    Variable("pair_compare", "", (P,), "int32", "1", "index of the pair's compare", "derived"),
    Variable(
        "leakers_histogram", "", (A, L), "int64", "1", "trials with so many leakers", "derived"
    ),
)


def _with_coordinates(group: str, variables: tuple[Variable, ...]) -> Iterator[Variable]:
    """The group's axes first, because a group opened on its own does not see the root's."""
    used = {dimension for variable in variables for dimension in variable.dimensions}
    for name in AXES:
        if name in used:
            yield replace(COORDINATES[name], group=group)
    yield from variables


LAYOUT: tuple[Variable, ...] = (
    *_with_coordinates("", (*CONVENIENCES, *ESTIMATES, *TEXTS)),
    *_with_coordinates("tally", TALLY),
    *_with_coordinates("worlds", DRAWS),
)
GROUPS = ("", "tally", "worlds")

CHECKSUMS = ("counts_sha256", "attributes_sha256", "content_sha256")
RESERVED_ATTRIBUTES = {
    "Conventions": "CF-1.11",
    "filetype": f"always `{FILETYPE}`",
    "format_version": "major and minor: readers refuse a newer major, accept a newer minor",
    "differences": f"always `{SIGN}`: the sign of every difference in the file",
    "counts_sha256": "over counts, draws and texts: the same however the run was cut up",
    "attributes_sha256": "over the root attributes but the checksums, and `counts_sha256`",
    "content_sha256": "over every array and root attribute; damage is found by it",
}
"""Root attributes that the writer sets."""

REQUIRED_ATTRIBUTES = {
    "title": "title of the scenario",
    "marking": "marking of the scenario: NOTIONAL by default",
    "source": "program and version",
    "history": "when and by which program the file was made",
    "seed": "seed of every draw",
}
"""Root attributes that a result's provenance must hold; whatever else it holds is written too."""

USUAL_ATTRIBUTES = {
    "scenario_sha256": "hash of the scenario text, the overrides and the tables in files",
    "override_notes": "JSON: what the overrides did beside setting a value, a text each",
    "trials_per_world": "trials of each world",
    "worlds": "worlds asked for: 0 to this less one; the file may hold fewer",
    "shard": "which part of them was asked for, such as 3/32; empty: all",
    "model_version": "rises when the same scenario and seed would give other counts",
    "baseline": "architecture that the headline compares from",
    "compare": "architecture that the headline compares to",
    "margin": "leakers a trial by which a world must differ to count as helped or hurt",
    "ladder": "JSON: architectures of which each is one step from the one before it",
    "plan_weights": "JSON: weight by raid plan, adding up to 1; empty with fewer than two",
    "labels": "JSON: label by architecture",
    "interceptor_costs": "JSON: relative cost of a round by interceptor",
    "threat_costs": "JSON: relative cost of one threat by threat class",
    "asset_values": "JSON: worth of an asset by name; 1 for what is not named",
    "warnings": "JSON: list of what the reader of the result must know",
    "created": "when, in UTC",
    "host": "name of the machine",
    "device": "devices that ran the trials",
    "batch": "trials of a block, if asked for; 0: chosen by memory",
    "pairings": "opportunities x trials x architectures judged",
    "*_version": "version of Python and of each package that made the numbers",
    "seconds_*": "time by phase [s]: on a core for `schedule`, else by the clock",
}
"""Root attributes that a run writes, `*` for any text; a reader must not count on them."""
