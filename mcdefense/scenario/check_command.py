"""Checks of architectures, doctrine, coins and uncertainty, across entries."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from mcdefense.scenario.architecture import expand_cells
from mcdefense.scenario.faults import Report, key_text, short, unknown
from mcdefense.scenario.model_command import Architecture, Coin
from mcdefense.scenario.model_scenario import PathParts
from mcdefense.scenario.model_uncertainty import Uncertainty, support
from mcdefense.scenario.names import (
    Draft,
    asset_names_of,
    check_names,
    class_names_of,
    is_name,
    mended,
    names_of,
)
from mcdefense.scenario.overrides import WILD_SECTIONS
from mcdefense.scenario.paths import bounds_at, expand_paths

_BATTERY_LEVELS = ("engagement", "pair", "threat", "battery", "interceptor", "cell", "raid")
_TRACK_LEVELS = ("sensor", "link")
"""Levels at which a failure loses tracks: whose, not of whom or by whom they would be used."""


def check_command(draft: Draft, report: Report) -> None:
    """Adds the faults of everything that names cells, architectures or paths."""
    scenario = draft.scenario
    if not names_of(draft, "battery"):
        report.add(("battery",), "got no battery, expected at least one [battery.NAME]")
    known = names_of(draft, "architecture")
    for key in ("baseline", "compare"):
        name = getattr(scenario.engagement, key)
        if name is not None and name not in known:
            report.add(("engagement", key), unknown("an architecture", name, known))
    pair = scenario.engagement.baseline, scenario.engagement.compare
    if pair[0] is not None and pair[0] == pair[1] and len(known) > 1:
        came = f"got {pair[1]!r}, which is the baseline; expected another architecture"
        report.add(("engagement", "compare"), came)
    check_names(
        report, ("engagement", "ladder"), "an architecture", scenario.engagement.ladder, known
    )
    for name, entry in scenario.architecture.items():
        if entry.cells is not None:
            _check_cells(draft, name, entry, report)
        else:
            _check_join(draft, name, entry, report)
        _check_network(draft, name, entry, report)
    cells = _all_cells(draft)
    classes, rounds = class_names_of(draft), names_of(draft, "interceptor")
    for name, doctrine in scenario.doctrine.items():
        path = ("doctrine", name)
        check_names(report, (*path, "cells"), "a cell", doctrine.cells, cells)
        check_names(report, (*path, "classes"), "a threat class", doctrine.classes, classes)
        for interceptor in doctrine.pooled_reserve or {}:
            if interceptor not in rounds:
                at = (*path, "pooled_reserve", interceptor)
                report.add(at, unknown("an interceptor", interceptor, rounds))
    for name, coin in scenario.coin.items():
        _check_coin(draft, name, coin, cells, report)
    for name, uncertainty in scenario.uncertainty.items():
        _check_uncertainty(draft, name, uncertainty, report)


def _all_cells(draft: Draft) -> set[str]:
    """Names of the cells of all architectures, of those with faults as far as they go."""
    scenario = draft.scenario
    every = [c for name in scenario.architecture for c in expand_cells(scenario, name)]
    found = {c.name for c in every} | {b for c in every if c.post for b in c.batteries}
    table = draft.document.get("architecture")
    for entry in table.values() if isinstance(table, dict) else ():
        if isinstance(entry, dict) and isinstance(entry.get("cells"), dict):
            found.update(entry["cells"])
    return found


def _check_cells(draft: Draft, name: str, entry: Architecture, report: Report) -> None:
    assert entry.cells is not None
    path = ("architecture", name, "cells")
    batteries, sensors = names_of(draft, "battery"), names_of(draft, "sensor")
    home: dict[str, str] = {}
    for cell_name, cell in entry.cells.items():
        at = (*path, cell_name)
        check_names(report, (*at, "batteries"), "a battery", cell.batteries, batteries)
        check_names(report, (*at, "sensors"), "a sensor", cell.sensors, sensors)
        classes = class_names_of(draft)
        check_names(report, (*at, "classes"), "a threat class", cell.classes, classes)
        check_names(report, (*at, "assets"), "an asset", cell.assets, asset_names_of(draft))
        _check_post(draft, (*at, "post"), cell.post, report)
        if cell.post is not None:
            for battery in {*cell.batteries} & {*entry.cells} - {cell_name}:
                text = f"got a post, expected none (cell {short(battery)} has the name that a "
                text += "battery of this one would fight by itself under)"
                report.add((*at, "post"), text)
        for index, battery in enumerate(cell.batteries):
            if battery in home:
                where = "twice" if home[battery] == cell_name else f"in cell '{home[battery]}' too"
                text = (
                    f"got battery '{battery}' {where}, expected every battery in exactly one cell"
                )
                report.add((*at, "batteries", index), text)
            home.setdefault(battery, cell_name)
    settled = {mended(battery, ()) or battery for battery in home}
    for battery in filter(is_name, batteries):
        if battery not in settled:
            text = f"got battery '{battery}' in no cell, expected every battery in exactly one cell"
            report.add(path, text)
    shares = [cell.assign for cell in entry.cells.values() if cell.assign is not None]
    if sum(shares) > 1 + 1e-9:
        text = f"got assign shares that add up to {sum(shares):g}, expected at most 1"
        report.add(path, text)
    for cell_name in entry.links:
        if cell_name not in entry.cells:
            at = ("architecture", name, "links", cell_name)
            report.add(at, unknown("a cell of this architecture", cell_name, entry.cells))


def _check_join(draft: Draft, name: str, entry: Architecture, report: Report) -> None:
    path = ("architecture", name)
    members = [*names_of(draft, "battery"), *names_of(draft, "sensor")]
    _check_post(draft, (*path, "post"), entry.post, report)
    if entry.join is not None and entry.join != "all":
        check_names(report, (*path, "join"), "a battery or sensor", entry.join, members)
    cells = [cell.name for cell in expand_cells(draft.scenario, name)]
    for cell in {c for c in cells if cells.count(c) > 1}:
        text = f"got {cell!r}, the name of a battery or sensor left over, expected another name"
        report.add(path, text)
    # entries with faults of their own have no cells yet, so links to them are let pass
    for cell_name in entry.links:
        if cell_name not in cells and cell_name not in members:
            text = unknown("a cell of this architecture", cell_name, cells)
            report.add((*path, "links", cell_name), text)


def _check_post(draft: Draft, path: PathParts, post: str | None, report: Report) -> None:
    if post is not None and post not in (known := asset_names_of(draft)):
        report.add(path, unknown("an asset", post, known))


def _check_network(draft: Draft, name: str, entry: Architecture, report: Report) -> None:
    path: PathParts = ("architecture", name)
    if entry.network is not None:
        _check_post(draft, (*path, "network", "post"), entry.network.post, report)
    if name == "none":
        report.add(path, "got the name 'none', which stands for no fallback, expected another")
    if entry.network is None or entry.network.fallback == "none":
        return
    architectures = draft.scenario.architecture
    fallback = entry.network.fallback
    path = (*path, "network", "fallback")
    known = names_of(draft, "architecture")
    if fallback == name:
        report.add(path, f"got {short(fallback)} itself, expected another architecture or 'none'")
    elif fallback not in known:
        report.add(path, unknown("an architecture (or 'none')", fallback, [*known, "none"]))
    elif (other := architectures.get(fallback)) is not None and other.network is not None:
        text = f"got {short(fallback)}, which has a network (and so a fallback) of its own, "
        report.add(path, text + "expected an architecture without one")


def _check_coin(draft: Draft, name: str, coin: Coin, cells: set[str], report: Report) -> None:
    path = ("coin", name)
    scopes: list[tuple[str, str, Any]] = [
        ("batteries", "a battery", names_of(draft, "battery")),
        ("sensors", "a sensor", names_of(draft, "sensor")),
        ("interceptors", "an interceptor", names_of(draft, "interceptor")),
        ("classes", "a threat class", class_names_of(draft)),
        ("cells", "a cell", cells),
        ("architectures", "an architecture", names_of(draft, "architecture")),
    ]
    for key, kind, known in scopes:
        check_names(report, (*path, key), kind, getattr(coin, key), known)
    for key, levels in (
        ("sensors", ("sensor",)),
        ("batteries", _BATTERY_LEVELS),
        ("interceptors", _BATTERY_LEVELS),
        ("classes", _BATTERY_LEVELS),
        ("cells", (*_BATTERY_LEVELS, "link")),
    ):
        if getattr(coin, key) is not None and coin.level not in levels:
            text = f"got a scope that level '{coin.level}' does not have, expected it left out"
            report.add((*path, key), text)
    if coin.level in _TRACK_LEVELS and coin.effect_or_default != "launch":
        text = f"got '{coin.effect_or_default}' at level '{coin.level}', expected 'launch' "
        report.add((*path, "effect"), text + "(a track is lost, no round)")


def _check_uncertainty(draft: Draft, name: str, entry: Uncertainty, report: Report) -> None:
    scenario = draft.scenario
    low, high = support(entry)
    path = ("uncertainty", name)
    if entry.as_ == "factor" and low < 0:
        text = f"got a factor that can be {low:g}, expected 0 or more (set low)"
        report.add((*path, "distribution"), text)
    for index, pattern in enumerate(entry.paths):
        found = expand_paths(scenario, pattern)
        if not found and not _leads_to_faults(draft, pattern):
            text = f"got {short(pattern, 80)}, which matches no number of the scenario"
            report.add((*path, "paths", index), text + _nearest(draft, pattern))
        if any(at.startswith("raid.") and at.endswith(".repeat") for at in found):
            text = f"got {short(pattern, 80)}, expected a number other than how often a wave flies"
            report.add((*path, "paths", index), f"{text}: that is the same in every world")
        for at in found if entry.as_ == "value" else []:
            least, greatest = bounds_at(scenario, at)
            if low < least or high > greatest:
                got = f"got values from {low:g} to {high:g} for {at}"
                text = f"{got}, expected them within {least:g} to {greatest:g}"
                report.add((*path, "distribution"), text)
                break


def _leads_to_faults(draft: Draft, pattern: str) -> bool:
    """Whether the pattern may match numbers of an entry that has faults of its own."""
    section, name, *_ = *pattern.split("."), ""
    return any(
        fnmatchcase(part, section) and fnmatchcase(entry, name) and entry not in known
        for part in WILD_SECTIONS
        for known in [getattr(draft.scenario, part)]
        for entry in names_of(draft, part)
    )


def _nearest(draft: Draft, pattern: str) -> str:
    """How far the pattern leads, and what there is."""
    parts = pattern.split(".")
    document: Any = draft.document
    reached: list[str] = []
    for part in parts:
        if part == "*" and isinstance(document, dict) and document:
            document = next(iter(document.values()))
        elif isinstance(document, dict) and part in document:
            document = document[part]
        else:
            break
        reached.append(part)
    if len(reached) == len(parts) or not isinstance(document, dict):
        return ", expected the path of a number"
    place = key_text(reached) or "the scenario"
    return f"; {place}: " + unknown("a part", parts[len(reached)], document)
