"""Architectures as lines of text: cells, what they share, how late, over which network."""

from __future__ import annotations

from mcdefense.preview.sources import value_text
from mcdefense.report import wrapped
from mcdefense.scenario import (
    Cell,
    ResolvedArchitecture,
    Scenario,
    late_text,
    resolve_architecture,
    with_least_and_greatest_latency,
)

_SHARES = {
    "none": "share nothing",
    "warning": "warn each other",
    "launch": "launch on each other's tracks",
    "engage": "engage on each other's tracks",
}

Known = dict[tuple[str, tuple[str, ...], tuple[str, ...]], str]
"""Architecture that first had a cell of this name, batteries and sensors."""
_Ends = tuple[Cell, Cell]
"""A cell where the latencies that worlds draw are least, and where they are greatest."""


def architecture_lines(scenario: Scenario) -> list[str]:
    """Every architecture with its cells; those of a single battery and its radars in one line."""
    lines = ["ARCHITECTURES"]
    known: Known = {}
    for name in scenario.architecture:
        resolved = resolve_architecture(scenario, name)
        roles = [
            role
            for role, chosen in (("baseline", scenario.baseline), ("compare", scenario.compare))
            if chosen == name and scenario.baseline != scenario.compare
        ]
        roles += [f"variant of {a}" for a, of in scenario.variants.items() if name in of[1:]]
        label = f" ({resolved.label})" if resolved.label != name else ""
        title = f"{name}{label}{' [' + ', '.join(roles) + ']' if roles else ''}: "
        lines += wrapped(title + _network(resolved), indent="    ", first="  ")
        lines += _cells(resolved, known)
        changes = scenario.architecture[name].set
        if changes:
            text = ", ".join(f"{key} = {value_text(value)}" for key, value in changes.items())
            lines += wrapped(f"sets {text}", indent="        ", first="      ")
    return lines


def _network(resolved: ResolvedArchitecture) -> str:
    network = resolved.network
    if network is None:
        fails = any(
            cell.spoke is not None and cell.spoke.availability < 1 for cell in resolved.cells
        )
        return "links that fail one by one" if fails else "no network that can fail"
    silent = f", and then nobody fires for {network.dead_time_s:g} s" if network.dead_time_s else ""
    led = f"; led from {network.post}, and lost with it{silent}" if network.post else ""
    then = "nothing is fired" if resolved.fallback is None else f"{resolved.fallback} takes over"
    after = f" after {network.dead_time_s:g} s" if network.dead_time_s else ""
    if network.onset_s is None:
        return f"network up in {100 * network.availability:g} % of the trials, else {then}{led}"
    onset = network.onset_s
    when = f"at {onset:g} s" if isinstance(onset, float) else f"from {onset[0]:g} to {onset[1]:g} s"
    lost = 100 * (1 - network.availability)
    return f"network lost in {lost:g} % of the trials, {when}; {then}{after}{led}"


def _cells(resolved: ResolvedArchitecture, known: Known) -> list[str]:
    alone: dict[str, list[str]] = {}
    idle: dict[str, list[str]] = {}
    lines: list[str] = []
    least, greatest = with_least_and_greatest_latency(resolved)
    for cell, *both in zip(resolved.cells, least.cells, greatest.cells, strict=True):
        ends = both[0], both[1]
        own = {s for b in cell.batteries for s in resolved.scenario.battery[b].sensors}
        limited = cell.classes or cell.assets or cell.assign is not None
        if not cell.batteries and not limited:
            idle.setdefault(_spoke(ends), []).extend(cell.sensors)
        elif len(cell.batteries) == 1 and set(cell.sensors) <= own and not limited:
            battery = cell.batteries[0]
            name = battery if cell.name == battery else f"{cell.name} ({battery})"
            alone.setdefault(_spoke(ends), []).append(name)
        else:
            same = known.setdefault((cell.name, cell.batteries, cell.sensors), resolved.name)
            members = f"as in {same}" if same != resolved.name else _members(cell, own)
            lines += wrapped(_cell(cell, ends, members), indent="        ", first="      ")
    for spoke, batteries in alone.items():
        text = f"each a cell of its own: {', '.join(batteries)}{spoke}"
        lines += wrapped(text, indent="        ", first="      ")
    for spoke, sensors in idle.items():
        role = "sensors without a battery" if spoke else "sensors that serve no battery"
        lines += wrapped(f"{role}: {', '.join(sensors)}{spoke}", indent="        ", first="      ")
    return lines


def _members(cell: Cell, own: set[str]) -> str:
    others = [sensor for sensor in cell.sensors if sensor not in own]
    radars = "their own sensors" if own else "no sensor of their own"
    return f"{', '.join(cell.batteries) or 'no battery'} with {', '.join([*others, radars])}"


def _cell(cell: Cell, ends: _Ends, members: str) -> str:
    parts = [f"cell {cell.name}: {members}"]
    if len(cell.batteries) + len(cell.sensors) > 1:
        parts.append(f"{_SHARES[cell.share]}{_late(ends[0].latency_s, ends[1].latency_s)}")
    if cell.classes is not None:
        parts.append(f"against {', '.join(cell.classes)} only")
    if cell.assets is not None:
        parts.append(f"for {', '.join(cell.assets)} only")
    if cell.assign is not None:
        parts.append(f"assigned {100 * cell.assign:g} % of the threats")
    if cell.post is not None:
        parts.append(f"led from {cell.post}")
    return "; ".join(parts) + _spoke(ends)


def _spoke(ends: _Ends) -> str:
    least, spoke = (cell.spoke for cell in ends)
    if least is None or spoke is None or spoke.share == "none":
        return ""
    text = f"; link: {_SHARES[spoke.share]}{_late(least.latency_s, spoke.latency_s)}"
    up = f", up in {100 * spoke.availability:g} %" if spoke.availability < 1.0 else ""
    return text + up


def _late(least_s: float, greatest_s: float) -> str:
    text = late_text(least_s, greatest_s)
    return f", {text}" if text else ""
