"""Scenario: everything the user wrote, validated, with the library's values filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BaseModel, Field, PrivateAttr

from mcdefense.scenario.faults import Report
from mcdefense.scenario.model_command import Architecture, Coin, Doctrine, Engagement, Run
from mcdefense.scenario.model_defence import Asset, Battery, Interceptor, Sensor
from mcdefense.scenario.model_raid import History, Plan, Threat, Wave
from mcdefense.scenario.model_study import StudyTable
from mcdefense.scenario.model_tables import Opportunities, Tracks
from mcdefense.scenario.model_uncertainty import Uncertainty
from mcdefense.scenario.values import MAX_RAID_SCALE, Entry, Text, expects

Tree = dict[str, Any]
"""A TOML document as tomllib reads it, with tuples in the place of lists."""

PathParts = tuple[str | int, ...]


class Filled(NamedTuple):
    """One value that the user left out and the library gave."""

    path: str
    """Dotted path of the value."""
    value: Any
    source: str
    """Library, class and the publication named there, or "notional"."""


class Override(NamedTuple):
    """One value that is set by path over what the file says, and where the user wrote that."""

    key: str
    """The path as it was written."""
    pattern: PathParts
    value: Any
    place: str
    """`--set`, or `file:line` of its `[[override]]`."""


class Given(NamedTuple):
    """What an override came to."""

    override: Override
    paths: tuple[PathParts, ...]
    """Where it set its value: several if its path has wildcards."""
    created: str
    """Entry that did not stand in the file, such as `doctrine.cruise`; or ""."""
    fixed: tuple[str, ...] = ()
    """Dotted paths of values that it fixes, those that copy them included."""


@dataclass(frozen=True)
class Origins:
    """Where the values of a scenario come from: the file, the library, and what was set by path."""

    report: Report | None = None
    """Knows the line at which the user wrote each path; None for a scenario of no file."""
    text: str = ""
    """Exact text of the file."""
    overrides: tuple[tuple[str, str], ...] = ()
    """Values set from outside the file: (path, TOML text)."""
    sha256: str = ""
    """Hash [hex] of text, overrides and the content of the tables in files."""
    filled: tuple[Filled, ...] = ()
    """Values the library filled in, each with its source."""
    given: tuple[Given, ...] = ()
    """Every override, of the file and from outside of it, and what it came to."""
    fixed: frozenset[str] = frozenset()
    """Dotted paths of the values that overrides fix: no uncertainty draws them."""
    set_paths: frozenset[str] = frozenset()
    """Dotted paths that an architecture's `set` gave; none but in its effective scenario."""
    addressed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Dotted paths within the `set` of each architecture that overrides give by its full path."""


class OverrideTable(Entry):
    """One value set by path over what the file says."""

    path: Annotated[str, expects("a path in quotes, such as 'battery.north.reaction_s'")]
    """Path of the value; * stands for one part."""
    value: Any
    """The value; a table or a list takes the place of the whole one that stands there."""


class Scenario(Entry):
    """A complete, validated scenario in the units of its file; immutable."""

    title: Text = ""
    """One line that says what is asked."""
    marking: Text = "NOTIONAL"
    """Marking that stands in every file, figure and screen."""
    library: Text = ""
    """Library of classes that fill in what entries leave out; "" = none."""
    run: Run = Field(default_factory=Run)
    """Defaults of the command line."""
    engagement: Engagement = Field(default_factory=Engagement)
    """What holds for every cell, and the headline comparison."""
    asset: dict[str, Asset] = Field(default_factory=dict)
    """Areas that threats fly at."""
    sensor: dict[str, Sensor] = Field(default_factory=dict)
    """What yields tracks."""
    battery: dict[str, Battery] = Field(default_factory=dict)
    """Shooters that share a magazine and fire channels."""
    interceptor: dict[str, Interceptor] = Field(default_factory=dict)
    """Types of round."""
    threat: dict[str, Threat] = Field(default_factory=dict)
    """Threat classes."""
    raid: dict[str, Wave] = Field(default_factory=dict)
    """Waves of objects."""
    raid_scale: Annotated[
        float, Field(ge=0, le=MAX_RAID_SCALE), expects("a number from 0 to 1,000")
    ] = 1.0
    """Scales the count of every wave, as drawn, at a fixed mix: times this, rounded to the nearest
    whole number, a half up. Written `scale` in the table [raid], beside the waves."""
    plan: dict[str, Plan] = Field(default_factory=dict)
    """Raids that may come, as lists of waves; default one plan with every wave."""
    history: History | None = None
    """Raids of the past; each world takes one night's composition."""
    opportunities: Opportunities | None = None
    """Opportunity table, instead of a laydown, for waves with start_s."""
    tracks: Tracks | None = None
    """Track table that goes with the opportunity table."""
    doctrine: dict[str, Doctrine] = Field(default_factory=dict)
    """Rules of fire; later tables override earlier ones key by key."""
    coin: dict[str, Coin] = Field(default_factory=dict)
    """Common causes: one toss per entity and trial."""
    uncertainty: dict[str, Uncertainty] = Field(default_factory=dict)
    """Distributions of what is not known, drawn once per world."""
    architecture: dict[str, Architecture] = Field(default_factory=dict)
    """Ways to command the same defence."""
    study: StudyTable | None = None
    """What studies of the scenario run, where the command line does not say it."""
    override: tuple[OverrideTable, ...] = ()
    """Values set over all of the above, one after the other, as by `--set` on the command line."""

    _origins: Origins = PrivateAttr(default=Origins())
    _effective: Mapping[str, Scenario] = PrivateAttr(default_factory=dict)
    _drawn: Mapping[str, tuple[str, ...]] = PrivateAttr(default_factory=dict)
    _changes: Mapping[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def origins(self) -> Origins:
        """Where the values come from."""
        return self._origins

    def with_origins(self, origins: Origins) -> Self:
        """A copy whose values come from there."""
        copy: Self = self.model_copy()
        copy._origins = origins
        return copy

    @property
    def effective(self) -> Mapping[str, Scenario]:
        """What the scenario was under each architecture with a `set` when it was loaded."""
        return self._effective

    def with_effective(self, effective: Mapping[str, Scenario]) -> Self:
        """A copy that is this under its architectures."""
        copy: Self = self.model_copy()
        copy._effective = effective
        return copy

    @property
    def drawn(self) -> Mapping[str, tuple[str, ...]]:
        """Dotted paths that each uncertainty drives, by its name, as found when it was loaded."""
        return self._drawn

    def with_drawn(self, drawn: Mapping[str, tuple[str, ...]]) -> Self:
        """A copy in which each uncertainty drives these paths."""
        copy: Self = self.model_copy()
        copy._drawn = drawn
        return copy

    @property
    def changes(self) -> Mapping[str, Any]:
        """Values by dotted path that were changed since the scenario was loaded."""
        return self._changes

    def with_changes(self, changes: Mapping[str, Any]) -> Self:
        """A copy that knows these values, which it has, for changes."""
        copy: Self = self.model_copy()
        copy._changes = {**self._changes, **changes}
        return copy

    @property
    def text(self) -> str:
        """Exact text of the file."""
        return self._origins.text

    @property
    def overrides(self) -> tuple[tuple[str, str], ...]:
        """Values set from outside the file: (path, TOML text)."""
        return self._origins.overrides

    @property
    def filled(self) -> tuple[Filled, ...]:
        """Values the library filled in, each with its source."""
        return self._origins.filled

    @property
    def fixed(self) -> frozenset[str]:
        """Dotted paths of the values that overrides fix: no uncertainty draws them."""
        return self._origins.fixed

    @property
    def given(self) -> tuple[Given, ...]:
        """Every override, of the file and from outside of it, and what it came to."""
        return self._origins.given

    @property
    def sha256(self) -> str:
        """Hash [hex] of text, overrides and the content of the tables in files."""
        return self._origins.sha256

    def scaled(self, count: int) -> int:
        """A wave's count at the raid's scale: the nearest whole number, a half up, of the decimal
        number that was written."""
        if self.raid_scale == 1.0:
            return count
        return floor(count * Fraction(repr(self.raid_scale)) + Fraction(1, 2))

    @property
    def plans(self) -> dict[str, Plan]:
        """The plans, or where none is given one plan `all` of every wave."""
        return self.plan or {"all": Plan(waves=tuple(self.raid))}

    @property
    def baseline(self) -> str:
        """Architecture the headline compares with: where none is named, the first but for one that
        is named as the other."""
        others = [a for a in self.architecture if a != self.engagement.compare]
        return self.engagement.baseline or (others or [*self.architecture])[0]

    @property
    def compare(self) -> str:
        """Architecture the headline judges: where none is named, the last that is neither made as a
        variant nor the baseline."""
        made = {name for names in self.variants.values() for name in names[1:]}
        own = [a for a in self.architecture if a not in made]
        others = [a for a in own if a != self.engagement.baseline]
        return self.engagement.compare or (others or own)[-1]

    @property
    def variants(self) -> dict[str, tuple[str, ...]]:
        """Architectures to choose the best of, by the one that names them: itself, then its
        variants (rule 36, `own_best`)."""
        return {
            name: (name, *(f"{name}_{variant}" for variant in entry.variants))
            for name, entry in self.architecture.items()
            if entry.variants
        }

    @property
    def raids(self) -> int:
        """Raids in sequence: 1 where no wave repeats (rule 42, `repeat`)."""
        return max((wave.repeat for wave in self.raid.values()), default=1)

    def where(self, *path: str | int) -> str:
        """Place (`file:line`) at which the user wrote the path or its nearest table."""
        report = self._origins.report
        return self.title if report is None else report.place(path)[0]


NAMED: dict[str, Any] = {
    "asset": Asset,
    "sensor": Sensor,
    "battery": Battery,
    "interceptor": Interceptor,
    "threat": Threat,
    "raid": Wave,
    "plan": Plan,
    "doctrine": Doctrine,
    "coin": Coin,
    "uncertainty": Uncertainty,
    "architecture": Architecture,
}
"""Sections that hold entries by name, and what an entry is."""

SINGLE: dict[str, type[BaseModel]] = {
    "run": Run,
    "engagement": Engagement,
    "history": History,
    "opportunities": Opportunities,
    "tracks": Tracks,
    "study": StudyTable,
}
"""Sections that are one table."""
