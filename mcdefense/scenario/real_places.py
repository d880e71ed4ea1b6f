"""Which places of a scenario may be real: those beside which its user wrote a source.

No answer here is about a single one of them: neither what it is worth nor what its loss would do.
A library class brings the source of its figures, which is none of the place. What counts is what
differs, however it was written: by a path, a wildcard, the `set` of an architecture or a draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from mcdefense.scenario.architecture import Cell, resolve_architecture
from mcdefense.scenario.document import parse
from mcdefense.scenario.model_scenario import Scenario

PLACED = ("asset", "battery", "sensor")
"""Sections whose entries stand somewhere."""
_OWN_RADAR = "_radar"
_ELSEWHERE = frozenset({""})
"""What concerns no place in particular."""

Written = Mapping[str, Any]
"""A scenario as its user wrote it, by section."""
Things = frozenset[str]
"""Entries that stand somewhere, such as `battery.north`."""


def written(text: str) -> Written:
    """The tables of a scenario's text."""
    return parse(text, "scenario").tree


def may_be_real(scenario: Written, section: str, name: str) -> bool:
    """Whether a source stands beside this entry, or beside the battery whose own radar it is."""
    section, name = _owner(scenario, section, name)
    return bool(scenario.get(section, {}).get(name, {}).get("source"))


def _owner(scenario: Written, section: str, name: str) -> tuple[str, str]:
    """The entry, or the battery whose own radar it is."""
    battery = name.removesuffix(_OWN_RADAR)
    own = section == "sensor" and name not in scenario.get(section, {})
    return (
        ("battery", battery) if own and battery in scenario.get("battery", {}) else (section, name)
    )


@dataclass(frozen=True)
class Sites:
    """The places of a scenario: of each thing the one where it stands, called by one thing there,
    and which of these places may be real. What stands at the same position is at one place."""

    place: Mapping[str, str]
    real: frozenset[str]

    def sole(self, things: Iterable[str]) -> str:
        """The only place where these things stand; nothing for several, and for none."""
        places = {self._of(thing) for thing in things}
        return places.pop() if len(places) == 1 else ""

    def is_real(self, thing: str) -> bool:
        """Whether the place of a thing may be real."""
        return self._of(thing) in self.real

    def _of(self, thing: str) -> str:
        if thing not in self.place and thing.startswith("sensor."):  # a radar of its own, if new
            battery = f"battery.{thing.removeprefix('sensor.').removesuffix(_OWN_RADAR)}"
            return self.place.get(battery, thing)
        return self.place.get(thing, thing)


def sites_of(scenario: Scenario) -> Sites:
    """The places of a scenario, by what its file says."""
    tables = written(scenario.text)
    every = [(section, name) for section in PLACED for name in getattr(scenario, section)]
    every.sort(key=lambda one: not may_be_real(tables, *one))
    place: dict[str, str] = {}
    at: dict[Any, str] = {}
    for section, name in every:
        owner = _owner(tables, section, name)
        entry = getattr(scenario, owner[0]).get(owner[1])
        position = getattr(entry, "at_deg", None) or owner
        place[f"{section}.{name}"] = at.setdefault(position, ".".join(owner))
    real = {place[f"{s}.{n}"] for s, n in every if may_be_real(tables, s, n)}
    return Sites(place, frozenset(real))


class Apart(NamedTuple):
    """Two scenarios, by their numbers, that a single place which may be real tells apart."""

    one: int
    other: int
    place: str


def told_apart(scenarios: Sequence[Scenario], *, every_two: bool) -> Apart | None:
    """The first two of these scenarios that differ, as some architecture sees them, at a single
    place that may be real and at no other place; None if there are none. Unless `every_two` says
    otherwise one of the two is the first.

    What concerns no single place, such as a raid or rounds that several batteries hold, makes no
    difference here: two such scenarios differ at one place even if they differ in that besides.
    """
    sites = sites_of(scenarios[0])
    if not sites.real:
        return None
    views = [(name, one) for one in scenarios for name in one.architecture]
    concerned: dict[tuple[str, str], Things] = {}
    for name, scenario in views:
        for key, _, things in _told(scenario, name):
            concerned[name, key] = concerned.get((name, key), frozenset()) | things
    seen: dict[tuple[str, str, int], tuple[int, int]] = {}
    for number, scenario in enumerate(scenarios):
        for name in scenario.architecture:
            at: dict[str, set[tuple[str, str]]] = {}
            for key, value, _ in _told(scenario, name):
                if place := sites.sole(concerned[name, key]):
                    at.setdefault(place, set()).add((key, repr(value)))
            marks = {place: hash(frozenset(said)) for place, said in at.items()}
            for place in sorted(sites.real):
                others = hash(frozenset(one for one in marks.items() if one[0] != place))
                mark = marks.get(place, 0)
                rest = (name, place, others)
                if every_two or number == 0:
                    seen.setdefault(rest, (mark, number))
                first = seen.get(rest, (mark, number))
                if first[0] != mark:
                    return Apart(first[1], number, place)
    return None


def draws_of_one_place(scenario: Scenario) -> frozenset[str]:
    """The uncertainties that, as some architecture sees them, reach a single place that may be real
    and no other place."""
    sites = sites_of(scenario)
    found = set()
    for name in scenario.architecture:
        resolved = resolve_architecture(scenario, name)
        for draw, paths in resolved.scenario.drawn.items():
            things = [_of_path(resolved.scenario, resolved.cells, path) for path in paths]
            places = {place for some in things if (place := sites.sole(some))}
            if len(places) == 1 and places <= sites.real:
                found.add(draw)
    return frozenset(found)


def _told(scenario: Scenario, architecture: str) -> Iterator[tuple[str, Any, Things]]:
    """All that a scenario says, as an architecture sees it: a name, what is said, and which things
    it concerns."""
    resolved = resolve_architecture(scenario, architecture)
    own, cells = resolved.scenario, resolved.cells
    for section in (*PLACED, "interceptor", "coin", "doctrine", "raid", "uncertainty"):
        for name, entry in getattr(own, section).items():
            said = (entry, own.drawn.get(name)) if section == "uncertainty" else entry
            yield f"{section}.{name}", said, _concerned(own, cells, section, name)
    for cell in cells:
        terms = (cell.share, cell.latency_s, cell.classes, cell.assets, cell.assign, cell.spoke)
        for thing in _members(cell):
            yield f"cell {cell.name} of {thing}", terms, frozenset({thing})
    if (table := own.opportunities) is not None and table.loaded:
        columns = table.columns
        rows = zip(
            columns.battery,
            columns.threat,
            columns.interceptor,
            *(part.tolist() for part in (columns.launch_s, columns.intercept_s, columns.sspk)),
            strict=True,
        )
        by_battery: dict[str, list[Any]] = {}
        for battery, *row in rows:
            by_battery.setdefault(battery, []).append(row)
        for battery, some in by_battery.items():
            yield f"opportunities of {battery}", some, frozenset({f"battery.{battery}"})


def _concerned(own: Scenario, cells: Sequence[Cell], section: str, name: str) -> Things:
    """The things that an entry concerns."""
    entry = getattr(own, section).get(name)
    if section in PLACED:
        return frozenset({f"{section}.{name}"})
    if section == "interceptor":
        holders = (b for b, battery in own.battery.items() if name in battery.magazine)
        return frozenset(f"battery.{b}" for b in holders)
    if section == "raid" and entry is not None:
        # An area that is defended is what raids are about; a battery or sensor alone is not.
        aims = [aim for aim, weight in entry.asset_weights.items() if weight > 0]
        return frozenset(aims) if aims and all("." in aim for aim in aims) else _ELSEWHERE
    if section == "uncertainty":
        paths = own.drawn.get(name, ())
        return frozenset().union(*(_of_path(own, cells, path) for path in paths))
    if section in ("coin", "doctrine") and entry is not None:
        scope = [
            *(f"battery.{b}" for b in getattr(entry, "batteries", None) or ()),
            *(f"sensor.{s}" for s in getattr(entry, "sensors", None) or ()),
            *(m for c in cells if c.name in (entry.cells or ()) for m in _members(c)),
        ]
        return frozenset(scope) or _ELSEWHERE
    return _ELSEWHERE


def _of_path(own: Scenario, cells: Sequence[Cell], path: str) -> Things:
    """The things that a value at a dotted path concerns."""
    section, name, *rest = path.split(".")
    if section == "architecture" and len(rest) > 1 and rest[0] in ("cells", "links"):
        members = [m for cell in cells if cell.name == rest[1] for m in _members(cell)]
        return frozenset(members) or _ELSEWHERE
    return _concerned(own, cells, section, name)


def _members(cell: Cell) -> list[str]:
    return [*(f"battery.{b}" for b in cell.batteries), *(f"sensor.{s}" for s in cell.sensors)]
