"""Architectures resolved: shorthands spelt out as cells, spokes and a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mcdefense.scenario.model_command import Architecture, Network, Share
from mcdefense.scenario.model_scenario import Scenario
from mcdefense.scenario.paths import with_values


@dataclass(frozen=True)
class Spoke:
    """The link between a cell and the network."""

    share: Share
    latency_s: float
    availability: float


@dataclass(frozen=True)
class Cell:
    """Batteries and sensors under one fire control; None means no limit."""

    name: str
    batteries: tuple[str, ...]
    sensors: tuple[str, ...]
    share: Share
    latency_s: float
    classes: tuple[str, ...] | None = None
    assets: tuple[str, ...] | None = None
    assign: float | None = None
    post: str | None = None
    spoke: Spoke | None = None


@dataclass(frozen=True)
class ResolvedArchitecture:
    """One architecture with the scenario as it stands under it."""

    name: str
    label: str
    scenario: Scenario
    """The scenario after this architecture's `set`."""
    cells: tuple[Cell, ...]
    """Cells; every battery is in exactly one."""
    network: Network | None
    """Availability and fallback; None: never down."""
    set_paths: frozenset[str]
    """Dotted paths that `set` gives; a drawn value does not replace them."""

    @property
    def fallback(self) -> str | None:
        """Architecture that takes over when the network is down; None: nothing is fired."""
        if self.network is None or self.network.fallback == "none":
            return None
        return self.network.fallback

    @property
    def replayed_fallback(self) -> str | None:
        """What a trial without its network is like: the architecture that is replayed in its place,
        "none" where nothing is fired. None where the network is never lost from the start, or also
        lost during the raid."""
        network = self.network
        if network is None or network.onset_s is not None or self.network_post is not None:
            return None
        return network.fallback

    @property
    def losses(self) -> bool:
        """Whether what leakers damage is lost under it (rule 39, `losses`)."""
        own = self.scenario.architecture[self.name].losses
        return self.scenario.engagement.losses if own is None else own

    @property
    def network_post(self) -> str | None:
        """The asset with whose damage its network is lost; None: no such asset."""
        return self.network.post if self.network is not None and self.losses else None

    @property
    def has_posts(self) -> bool:
        """Whether a cell of it is led from an asset that can be damaged."""
        return self.losses and any(cell.post is not None for cell in self.cells)

    def without_posts(self) -> ResolvedArchitecture:
        """The architecture as it is once every post of a cell is damaged: each battery that was led
        from one is a cell of its own, with its own sensors and no link. Its post is still named."""
        cells: list[Cell] = []
        for cell in self.cells:
            if cell.post is None:
                cells.append(cell)
                continue
            for battery in cell.batteries:
                own = _with_own(self.scenario, (battery,), ())
                bound = cell.classes, cell.assets
                cells.append(Cell(battery, (battery,), own, "engage", 0.0, *bound, post=cell.post))
        return replace(self, cells=tuple(cells), network=None)

    def with_values(self, values: Mapping[str, Any]) -> ResolvedArchitecture:
        """The architecture in a world where the scalars at these paths have other values."""
        return self.in_world(with_values(self.scenario, values), values)

    def in_world(self, scenario: Scenario, values: Mapping[str, Any]) -> ResolvedArchitecture:
        """The architecture where its scenario, with these values by path, is `scenario`: those
        without a `set` share theirs."""
        entry = scenario.architecture[self.name]
        cells = self.cells
        if any(path.startswith("architecture.") for path in values):
            cells = expand_cells(scenario, self.name)
        return replace(self, scenario=scenario, cells=cells, network=entry.network)


def effective(scenario: Scenario, architecture: str) -> tuple[Scenario, frozenset[str]]:
    """The scenario under one architecture's `set`, and the dotted paths that were set.

    Values changed since loading (`with_values`) are kept, except at those paths.
    """
    own = scenario.effective.get(architecture)
    if own is None:
        return scenario, frozenset()
    paths = own.origins.set_paths
    changes = {path: value for path, value in scenario.changes.items() if path not in paths}
    return (with_values(own, changes) if changes else own), paths


def resolve_architecture(scenario: Scenario, name: str) -> ResolvedArchitecture:
    """The architecture of that name with its own effective scenario; KeyError if unknown."""
    entry = scenario.architecture[name]
    own, set_paths = effective(scenario, name)
    return ResolvedArchitecture(
        name=name,
        label=entry.label or name,
        scenario=own,
        cells=expand_cells(own, name),
        network=own.architecture[name].network,
        set_paths=set_paths,
    )


def posts_of(scenario: Scenario) -> dict[str, dict[str, str]]:
    """By architecture the asset from which its network and its cells are led, where that can be
    lost, by "network" or "cell NAME" (rule 43, `post`)."""
    found: dict[str, dict[str, str]] = {}
    for name in scenario.architecture:
        one = resolve_architecture(scenario, name)
        led = {} if one.network_post is None else {"network": one.network_post}
        if one.losses:
            led |= {f"cell {cell.name}": cell.post for cell in one.cells if cell.post is not None}
        if led:
            found[name] = led
    return found


def replayed_fallbacks(scenario: Scenario) -> dict[str, str]:
    """By architecture what is replayed in its place when its network is lost from the start, "none"
    for nothing (rule 26, `fallback`)."""
    found: dict[str, str] = {}
    for name in scenario.architecture:
        fallback = resolve_architecture(scenario, name).replayed_fallback
        if fallback is not None:
            found[name] = fallback
    return found


def expand_cells(scenario: Scenario, name: str) -> tuple[Cell, ...]:
    """Cells of an architecture in order: those named, then one for each thing left over.

    Unknown names are left out; `check_architectures` reports them.
    """
    entry = scenario.architecture[name]
    cells = _named_cells(scenario, name, entry)
    used = {b for cell in cells for b in cell.batteries}
    seen = {s for cell in cells for s in cell.sensors}
    if entry.cells is None:
        for battery in scenario.battery:
            if battery not in used:
                own = tuple(s for s in scenario.battery[battery].sensors if s in scenario.sensor)
                cells.append(Cell(battery, (battery,), own, "engage", 0.0))
                seen.update(own)
        owned = {s for b in scenario.battery.values() for s in b.sensors}
        cells += [
            Cell(sensor, (), (sensor,), "engage", 0.0)
            for sensor in scenario.sensor
            if sensor not in seen and sensor not in owned
        ]
    return tuple(replace(cell, spoke=_spoke(entry, cell.name)) for cell in cells)


def _named_cells(scenario: Scenario, name: str, entry: Architecture) -> list[Cell]:
    if entry.cells is not None:
        return [
            Cell(
                name=cell_name,
                batteries=_unique(b for b in cell.batteries if b in scenario.battery),
                sensors=_with_own(scenario, cell.batteries, cell.sensors),
                share=cell.share,
                latency_s=cell.latency_s,
                classes=cell.classes,
                assets=cell.assets,
                assign=cell.assign,
                post=cell.post,
            )
            for cell_name, cell in entry.cells.items()
        ]
    if entry.join is None:
        return []
    everything = (*scenario.battery, *scenario.sensor)
    members = everything if entry.join == "all" else entry.join
    batteries = tuple(b for b in scenario.battery if b in members)
    sensors = _with_own(scenario, batteries, tuple(members))
    share = entry.share or "engage"
    return [Cell(name, batteries, sensors, share, entry.latency_s, post=entry.post)]


def _with_own(
    scenario: Scenario, batteries: tuple[str, ...], sensors: tuple[str, ...]
) -> tuple[str, ...]:
    """Sensors named and those the batteries own, in the scenario's order."""
    own = {s for b in batteries if b in scenario.battery for s in scenario.battery[b].sensors}
    return tuple(s for s in scenario.sensor if s in own or s in sensors)


def _unique(names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _spoke(entry: Architecture, cell: str) -> Spoke | None:
    link = entry.links.get(cell)
    if link is not None:
        return Spoke(link.share, link.latency_s, link.availability)
    if entry.join is None and entry.share not in (None, "none"):
        return Spoke(entry.share, entry.latency_s, 1.0)
    return None
