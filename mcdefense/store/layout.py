"""The one table of every variable in a results file: where it lies, its axes, type, unit, meaning.

The writer, the reader, the xarray view and the page of the docs are all made from `LAYOUT`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mcdefense.scenario import RESULT_FILETYPE
from mcdefense.statistics import BY_RAID, COUNTS, SIGN, Quantity
from mcdefense.statistics import ESTIMATES as ESTIMATED

FILETYPE = RESULT_FILETYPE
FORMAT_VERSION = max(each.since for each in (*COUNTS, *ESTIMATED))
"""Major and minor, those of the newest count or estimate: a reader refuses a newer major and
accepts a newer minor. Files of format 1.x are read too, and converted (format_1.py)."""


@dataclass(frozen=True)
class Variable:
    """One variable of the file.

    `group` is "" (root), "tally" or "worlds"; `dimensions` name the axes in order; `dtype` is a
    numpy type or "text" (UTF-8 of variable length); `fill` stands for a missing value, which no
    integer has: tools would open it as a floating-point number. `sign` says of a difference
    which is subtracted from which. `origin` says what part of a result holds it: "axis", "tally",
    "estimate", "draw", "text" or "derived" (repeats another for convenience). `since` is the
    first version of the format that has it.
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
    since: tuple[int, int] = (1, 0)

    @property
    def path(self) -> str:
        """Path of the dataset in the file, such as `tally/leaked`."""
        return f"{self.group}/{self.name}" if self.group else self.name

    @property
    def is_by_raid(self) -> bool:
        """Whether a file has it only where raids come in sequence."""
        return BY_RAID in self.dimensions

    @property
    def is_coordinate(self) -> bool:
        """Whether the variable carries the values of the axis of its own name."""
        return self.dimensions == (self.name,)


def _axis(name: str, dtype: str, meaning: str) -> Variable:
    return Variable(name, "", (name,), dtype, "1", meaning, "axis")


COORDINATES = {
    variable.name: variable
    for variable in (
        _axis("world", "int64", "number of the world, the key of its draws"),
        _axis("architecture", "text", "architecture, in file order"),
        _axis("architecture_other", "text", "architecture that it is held against, in file order"),
        _axis("threat_class", "text", "threat class: live classes, then decoys and friendlies"),
        _axis("threat_class_total", "text", "threat class, then the total over the classes"),
        _axis("battery", "text", "battery"),
        _axis("interceptor", "text", "interceptor"),
        _axis("asset", "text", "asset"),
        _axis("leakers", "int64", "leakers in a trial"),
        _axis("pair", "text", "pair of architectures, 'compare - baseline'"),
        _axis("cause", "text", "what became of a live threat: why it leaked, or killed"),
        _axis("looks_had", "text", "looks at a leaker by any cell"),
        Variable(
            "time",
            "",
            ("time",),
            "int64",
            "s",
            "start of the bin of time since the raid's start; the last bin has no end",
            "axis",
            since=(2, 3),
        ),
        _axis(BY_RAID, "int64", "raid in sequence, from 1"),
        _axis("parameter", "text", "uncertain parameter, by its name in the scenario"),
    )
}
W, A, P = ("world",), ("architecture",), ("pair",)
WQ, AL = ("world", "parameter"), ("architecture", "leakers")


def _stored(quantity: Quantity, group: str, dtype: str) -> Variable:
    """A quantity as the file holds it; what an older file lacks is read as 0 or NaN."""
    kind = "tally" if group else "estimate"
    meaning = quantity.meaning
    if group and quantity.since > (1, 1) and "time" not in quantity.axes:
        major, minor = quantity.since
        older = f"{major}.{minor - 1}" if minor else f"{major - 1}.x"
        meaning += f" (0 in worlds from a file of format {older})"
    fill = None if group else float("nan")
    stored = Variable(quantity.name, group, quantity.axes, dtype, "1", meaning, kind, fill)
    return replace(stored, sign=quantity.sign, since=quantity.since)


TALLY = tuple(_stored(count, "tally", "int64") for count in COUNTS)
ESTIMATES = tuple(_stored(each, "", "float64") for each in ESTIMATED)

DRAWS = (
    Variable("trials", "worlds", W, "int64", "1", "trials of the world", "derived"),
    Variable("plan", "worlds", W, "text", "1", "raid plan of the world", "draw"),
    Variable("night", "worlds", W, "int64", "1", "row of the raid history, -1 for none", "draw"),
    Variable("schedule_hash", "worlds", W, "uint64", "1", "hash of the world's schedule", "draw"),
    Variable(
        "check_hash",
        "worlds",
        W,
        "uint64",
        "1",
        "hash of world 0's schedule on the host that simulated the world, 0 for none",
        "draw",
    ),
    Variable(
        "parameters",
        "worlds",
        WQ,
        "float64",
        "1",
        "drawn parameter, in its unit",
        "draw",
    ),
)

TEXTS = (
    Variable("scenario_toml", "", (), "text", "1", "the scenario, word for word", "text"),
    Variable("overrides", "", (), "text", "1", "overrides of the scenario, as TOML", "text"),
)

CONVENIENCES = (
    Variable("trials", "", (), "int64", "1", "trials over all worlds", "derived"),
    Variable("architecture_label", "", A, "text", "1", "label of the architecture", "derived"),
    Variable("pair_baseline", "", P, "int32", "1", "index of the pair's baseline", "derived"),
    Variable("pair_compare", "", P, "int32", "1", "index of the pair's compare", "derived"),
    Variable(
        "leakers_histogram",
        "",
        AL,
        "int64",
        "1",
        "trials with so many leakers",
        "derived",
    ),
)


def _with_coordinates(group: str, variables: tuple[Variable, ...]) -> Iterator[Variable]:
    """The group's axes first, because a group opened on its own does not see the root's."""
    for name, coordinate in COORDINATES.items():
        since = [variable.since for variable in variables if name in variable.dimensions]
        if since:
            yield replace(coordinate, group=group, since=min(since))
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
    "variants": "JSON: the variants of an architecture of which half of the worlds choose the best",
    "ladder": "JSON: architectures of which each is one step from the one before it",
    "plan_weights": "JSON: weight by raid plan, adding up to 1; empty with fewer than two",
    "fallbacks": "JSON: by architecture what is replayed in its place when its network is lost "
    "from the start; none: nothing is fired",
    "posts": "JSON: by architecture what is led from which asset, such as its network",
    "raid_every_s": "time from one raid in sequence to the next [s]; 0: there is none, or several",
    "stores": "JSON: rounds in store by architecture and interceptor, of raids in sequence",
    "labels": "JSON: label by architecture",
    "interceptor_costs": "JSON: relative cost of a round by interceptor",
    "threat_costs": "JSON: relative cost of one threat by threat class",
    "asset_values": "JSON: worth of an asset by name; 1 for what is not named",
    "onsets": "JSON: window [s] in which a network is lost during the raid, by architecture",
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
