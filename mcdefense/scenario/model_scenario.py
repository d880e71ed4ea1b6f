"""Scenario: everything the user wrote, validated, with the library's values filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, Field, PrivateAttr

from mcdefense.scenario.faults import Report
from mcdefense.scenario.model_command import Architecture, Coin, Doctrine, Engagement, Run
from mcdefense.scenario.model_defence import Asset, Battery, Interceptor, Sensor
from mcdefense.scenario.model_raid import History, Plan, Threat, Wave
from mcdefense.scenario.model_tables import Opportunities, Tracks
from mcdefense.scenario.model_uncertainty import Uncertainty
from mcdefense.scenario.values import Entry, Text, expects

Document = dict[str, Any]
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
class Composition:
    """What a scenario was made from, so that it can be made again with other values."""

    report: Report
    raw: Document
    late: tuple[tuple[PathParts, Any], ...] = ()
    """Values set by path after the library's were filled in."""
    file: Document = field(default_factory=dict)
    """The file's document, before anything was set."""
    overrides: tuple[Override, ...] = ()
    given: tuple[Given, ...] = ()
    set_paths: frozenset[str] = frozenset()
    """Dotted paths that an architecture's `set` gave."""


@dataclass
class Cache:
    """What was worked out once for a scenario."""

    entries: dict[Any, Any] = field(default_factory=dict)


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
    override: tuple[OverrideTable, ...] = ()
    """Values set over all of the above, one after the other, as by `--set` on the command line."""

    _text: str = PrivateAttr(default="")
    _overrides: tuple[tuple[str, str], ...] = PrivateAttr(default=())
    _filled: tuple[Filled, ...] = PrivateAttr(default=())
    _fixed: frozenset[str] = PrivateAttr(default=frozenset())
    _sha256: str = PrivateAttr(default="")
    _composition: Composition | None = PrivateAttr(default=None)
    _changes: dict[str, Any] = PrivateAttr(default_factory=dict)
    _cache: Cache = PrivateAttr(default_factory=Cache)

    @property
    def text(self) -> str:
        """Exact text of the file."""
        return self._text

    @property
    def overrides(self) -> tuple[tuple[str, str], ...]:
        """Values set from outside the file: (path, TOML text)."""
        return self._overrides

    @property
    def filled(self) -> tuple[Filled, ...]:
        """Values the library filled in, each with its source."""
        return self._filled

    @property
    def fixed(self) -> frozenset[str]:
        """Dotted paths of the values that overrides fix: no uncertainty draws them."""
        return self._fixed

    @property
    def given(self) -> tuple[Given, ...]:
        """Every override, of the file and from outside of it, and what it came to."""
        return () if self._composition is None else self._composition.given

    @property
    def sha256(self) -> str:
        """Hash [hex] of text, overrides and the content of the tables in files."""
        return self._sha256

    @property
    def plans(self) -> dict[str, Plan]:
        """The plans, or where none is given one plan `all` of every wave."""
        return self.plan or {"all": Plan(waves=tuple(self.raid))}

    @property
    def baseline(self) -> str:
        """Architecture the headline compares with."""
        return self.engagement.baseline or next(iter(self.architecture))

    @property
    def compare(self) -> str:
        """Architecture the headline judges."""
        return self.engagement.compare or list(self.architecture)[-1]

    def where(self, *path: str | int) -> str:
        """Place (`file:line`) at which the user wrote the path or its nearest table."""
        if self._composition is None:
            return self.title
        return self._composition.report.place(path)[0]


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
}
"""Sections that are one table."""
