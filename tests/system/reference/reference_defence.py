"""Who may do what under one architecture: cells, links, doctrine, as the scenario has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mcdefense.scenario import Scenario
from mcdefense.scenario.architecture import effective
from mcdefense.scenario.model_command import Architecture, Coin
from tests.system.reference.reference_raid import milliseconds

LEVELS = ("none", "warning", "launch", "engage")


@dataclass(frozen=True)
class Cell:
    """A cell of an architecture; `low` and `high` bound its share of the assigned threats."""

    name: str
    key: int
    batteries: tuple[str, ...]
    sensors: tuple[str, ...]
    share: str
    latency_ms: int
    classes: tuple[str, ...] | None
    assets: tuple[str, ...] | None
    assigned: tuple[float, float] | None
    spoke: tuple[str, int, float] | None
    """Share, latency [ms] and availability; None: not on the network."""
    post: str | None = None
    """The asset from which it is led, or was."""


@dataclass(frozen=True)
class Source:
    """A remote sensor: how good its track is, how late, and over which spokes."""

    sensor: str
    level: int
    latency_ms: int
    over: tuple[Cell, ...]


@dataclass(frozen=True)
class Defence:
    """One architecture with the scenario as it stands under it."""

    name: str
    scenario: Scenario
    cells: tuple[Cell, ...]
    base: Scenario
    """The scenario before any architecture's `set`."""
    only: frozenset[str] | None = None
    """The batteries that fight; None: all."""

    @property
    def losses(self) -> bool:
        """Whether what leakers damage is lost."""
        own = self.base.architecture[self.name].losses
        return self.base.engagement.losses if own is None else own

    def alone(self) -> Defence | None:
        """The batteries of cells that are led from a post, as they fight once the posts are lost:
        each by itself with its own sensors, and bound to what its cell was. None if there are
        none."""
        cells: list[Cell] = []
        only: set[str] = set()
        for cell in self.cells:
            if cell.post is None:
                cells.append(cell)
                continue
            for battery in cell.batteries:
                own = [s for s in self.scenario.sensor if s in self.battery_sensors(battery)]
                key = list(self.scenario.battery).index(battery)
                limits = cell.classes, cell.assets
                cells.append(
                    Cell(battery, key, (battery,), tuple(own), "engage", 0, *limits, None, None)
                )
                cells[-1] = replace(cells[-1], post=cell.post)
                only.add(battery)
        return replace(self, cells=tuple(cells), only=frozenset(only)) if only else None

    def battery_sensors(self, battery: str) -> tuple[str, ...]:
        """The battery's own sensors."""
        return tuple(self.scenario.battery[battery].sensors)

    def sources(self, battery: str) -> list[Source]:
        """The sensors that are remote to a battery (rule 11)."""
        own = self.scenario.battery[battery].sensors
        home = self.cell_of(battery)
        found = [
            Source(s, LEVELS.index(home.share), home.latency_ms, ())
            for s in home.sensors
            if s not in own
        ]
        for other in self.cells:
            if other is home or other.spoke is None or home.spoke is None:
                continue
            level = min(LEVELS.index(home.spoke[0]), LEVELS.index(other.spoke[0]))
            latency_ms = home.spoke[1] + other.spoke[1]
            found += [
                Source(s, level, latency_ms, (home, other)) for s in other.sensors if s not in own
            ]
        return [source for source in found if source.level > 0]

    def cell_of(self, battery: str) -> Cell:
        """The one cell that holds the battery (rule 3)."""
        return next(cell for cell in self.cells if battery in cell.batteries)

    def sees_nothing(self, cell: Cell) -> bool:
        """Whether the cell has no sensor, own or linked (rule 10)."""
        if cell.sensors:
            return False
        for other in self.cells:
            if other is cell or cell.spoke is None or other.spoke is None:
                continue
            if other.sensors and "none" not in (cell.spoke[0], other.spoke[0]):
                return False
        return True

    def coins(self) -> list[tuple[int, Coin]]:
        """The coins in scope of this architecture, with their numbers."""
        every = enumerate(self.scenario.coin.values())
        return [
            (i, coin)
            for i, coin in every
            if coin.architectures is None or self.name in coin.architectures
        ]

    def rule(self, key: str, default: Any, cell: str, class_: str | None = None) -> Any:
        """What the doctrine says: the last table in whose scope cell and class are."""
        value = default
        for table in self.scenario.doctrine.values():
            if table.cells is not None and cell not in table.cells:
                continue
            if table.classes is not None and class_ not in table.classes:
                continue
            given = getattr(table, key)
            if given is not None:
                value = given
        return value


def make_defences(scenario: Scenario) -> list[Defence]:
    """Every architecture of the scenario, in file order."""
    made = []
    for name in scenario.architecture:
        own, _ = effective(scenario, name)
        made.append(Defence(name, own, tuple(_cells(own, name)), scenario))
    return made


def interceptor_names(scenario: Scenario, defences: Sequence[Defence]) -> list[str]:
    """Interceptors in their order: as they first appear in magazines."""
    names: dict[str, None] = {}
    for each in (scenario, *(d.scenario for d in defences)):
        for battery in each.battery.values():
            names.update(dict.fromkeys(battery.magazine))
    return list(names)


def _cells(scenario: Scenario, name: str) -> list[Cell]:
    entry = scenario.architecture[name]
    plain: list[dict[str, Any]] = []
    if entry.cells is not None:
        for cell_name, cell in entry.cells.items():
            plain.append(
                {
                    "name": cell_name,
                    "batteries": cell.batteries,
                    "sensors": _with_own(scenario, cell.batteries, cell.sensors),
                    "share": cell.share,
                    "latency_s": cell.latency_s,
                    "classes": cell.classes,
                    "assets": cell.assets,
                    "assign": cell.assign,
                    "post": cell.post,
                }
            )
    else:
        plain = _joined(scenario, name, entry)
    before = 0.0
    cells: list[Cell] = []
    for one in plain:
        assigned = None
        if one.get("assign") is not None:
            assigned = (before, min(before + one["assign"], 1.0))
            before += one["assign"]
        cells.append(
            Cell(
                one["name"],
                _key(scenario, one["batteries"], one["sensors"], [c.key for c in cells]),
                tuple(one["batteries"]),
                tuple(one["sensors"]),
                one.get("share", "engage"),
                milliseconds(one.get("latency_s", 0.0)),
                one.get("classes"),
                one.get("assets"),
                assigned,
                _spoke(entry, one["name"]),
                one.get("post"),
            )
        )
    return cells


def _joined(scenario: Scenario, name: str, entry: Architecture) -> list[dict[str, Any]]:
    """Cells where none are named: the joined one, then one for each thing left over."""
    cells: list[dict[str, Any]] = []
    used: set[str] = set()
    if entry.join is not None:
        everything = [*scenario.battery, *scenario.sensor]
        members = everything if entry.join == "all" else list(entry.join)
        batteries = [b for b in scenario.battery if b in members]
        sensors = _with_own(scenario, batteries, members)
        share = entry.share or "engage"
        joined = {"name": name, "batteries": batteries, "sensors": sensors, "post": entry.post}
        cells.append({**joined, "share": share, "latency_s": entry.latency_s})
        used = {*batteries, *sensors}
    for battery, values in scenario.battery.items():
        if battery not in used:
            sensors = _with_own(scenario, [battery], [])
            cells.append({"name": battery, "batteries": [battery], "sensors": sensors})
            used.update(values.sensors)
    owned = {s for b in scenario.battery.values() for s in b.sensors}
    for sensor in scenario.sensor:
        if sensor not in used and sensor not in owned:
            cells.append({"name": sensor, "batteries": [], "sensors": [sensor]})
    return cells


def _with_own(scenario: Scenario, batteries: Sequence[str], further: Sequence[str]) -> list[str]:
    own = {s for b in batteries for s in scenario.battery[b].sensors}
    return [s for s in scenario.sensor if s in own or s in further]


def _spoke(entry: Architecture, cell: str) -> tuple[str, int, float] | None:
    if cell in entry.links:
        link = entry.links[cell]
        return link.share, milliseconds(link.latency_s), link.availability
    if entry.join is None and entry.share is not None:
        return entry.share, milliseconds(entry.latency_s), 1.0
    return None


def _key(
    scenario: Scenario, batteries: Sequence[str], sensors: Sequence[str], before: Sequence[int]
) -> int:
    """The cell's key, given those of the cells before it in the architecture."""
    if batteries:
        return min(list(scenario.battery).index(b) for b in batteries)
    own = [len(scenario.battery) + list(scenario.sensor).index(s) for s in sensors]
    last = len(scenario.battery) + len(scenario.sensor) + len(before)
    return min((key for key in own if key not in before), default=last)
