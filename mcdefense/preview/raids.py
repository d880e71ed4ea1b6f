"""The raid as lines of text: objects by class, waves, plans; fixed numbers or ranges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mcdefense.preview.sources import value_text
from mcdefense.report import heading, label_width, row, wrapped
from mcdefense.scenario import Origin, Scenario, Wave, short


class Spread(NamedTuple):
    """Least and greatest number of objects; of a Poisson count 99.8 % of the draws."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,}..{self.high:,}"


def spread_of(wave: Wave, scenario: Scenario) -> Spread:
    """How many objects a wave may have in one raid."""
    return Spread(*(scenario.scaled(number) for number in _spread_drawn(wave, scenario)))


def _spread_drawn(wave: Wave, scenario: Scenario) -> Spread:
    count = wave.count
    if isinstance(count, int):
        return Spread(count, count)
    if isinstance(count, tuple):
        return Spread(*count)
    if count.poisson is not None:
        from scipy.stats import poisson

        if count.poisson == 0:
            return Spread(0, 0)
        low, high = (int(poisson.ppf(share, count.poisson)) for share in (0.001, 0.999))
        return Spread(low, high)
    assert scenario.history is not None
    assert count.column is not None
    nights = scenario.history.columns.count[count.column]
    return Spread(int(nights.min()), int(nights.max()))


def class_spread(scenario: Scenario, names: Iterable[str]) -> Spread:
    """Objects of these waves together, over all plans and all raids in sequence."""
    some = set(names)
    spreads = {
        name: Spread(*(wave.repeat * number for number in spread_of(wave, scenario)))
        for name, wave in scenario.raid.items()
    }
    totals = [
        [spreads[name] for name in plan.waves if name in some]
        for plan in scenario.plans.values()
        if plan.weight > 0
    ]
    lows = [sum(s.low for s in total) for total in totals]
    highs = [sum(s.high for s in total) for total in totals]
    return Spread(min(lows, default=0), max(highs, default=0))


def raid_lines(scenario: Scenario) -> list[str]:
    """Objects by threat class, then every wave, then the plans if there is a choice."""
    waves: dict[str, list[str]] = {}
    for name, wave in scenario.raid.items():
        waves.setdefault(wave.class_, []).append(name)
    first = label_width([*waves, "OBJECTS OF A RAID"])
    columns = (14, 10)
    lines = heading("OBJECTS OF A RAID", ("number", "role"), first, columns)
    for name, of_class in waves.items():
        cells = (str(class_spread(scenario, of_class)), scenario.threat[name].role)
        lines.append(row(name, cells, first, columns))
    if len(waves) > 1:
        lines.append(row("all", (str(class_spread(scenario, scenario.raid)), ""), first, columns))
    lines += ["", "WAVES"]
    for name, wave in scenario.raid.items():
        lines += wrapped(f"{name}: {_wave(wave, scenario)}", indent="    ", first="  ")
    if scenario.raid_scale != 1.0:
        lines.append(f"  every count times {scenario.raid_scale:g}, the scale of the raid")
    if scenario.history is not None:
        history = scenario.history.columns
        text = f"counts of one night a world, from {history.nights} nights of "
        # A row of sums at the end would be drawn as a night: its label shows it.
        text += f"{scenario.history.file}; the first is {short(history.label[0])}, "
        text += f"the last {short(history.label[-1])}"
        lines += wrapped(text, first="  ", indent="    ")
    if scenario.plan:
        total = sum(plan.weight for plan in scenario.plan.values()) or 1.0
        lines += ["", "PLANS, one drawn a world"]
        for name, plan in scenario.plan.items():
            text = f"{name}: {100 * plan.weight / total:.3g} % of the worlds, "
            text += f"{', '.join(plan.waves)}"
            lines += wrapped(text, indent="    ", first="  ")
    return lines


def _wave(wave: Wave, scenario: Scenario) -> str:
    spread, count = spread_of(wave, scenario), wave.count
    number = str(spread)
    if not isinstance(count, int | tuple):
        number += f" (Poisson {count.poisson:g})" if count.poisson is not None else " (history)"
    parts = [f"{number} {wave.class_}"]
    weights = wave.asset_weights
    if weights:
        equal = len(set(weights.values())) == 1
        assets = [name if equal else f"{name} ({weight:g})" for name, weight in weights.items()]
        parts.append(f"at {', '.join(assets)}")
    if wave.from_ is not None:
        parts.append(_origin(wave.from_))
    if wave.waypoints_deg:
        points = len(wave.waypoints_deg)
        parts.append(f"over {points} waypoint{'s' * (points != 1)}")
    window = wave.arrival_s if wave.laydown else wave.start_s
    verb = "arriving" if wave.laydown else "starting"
    spread_out = f", {wave.arrival}" if isinstance(window, tuple) else ""
    parts.append(f"{verb} {_range(window)} s{spread_out}")
    if wave.repeat > 1:
        parts.append(f"in {wave.repeat:,} raids, one every {wave.every_s:g} s")
    return "; ".join(parts)


def _origin(origin: Origin) -> str:
    if origin.at_deg is not None:
        return f"from {value_text(origin.at_deg)}"
    if origin.box_deg is not None:
        return f"from the box {value_text(origin.box_deg)}"
    return f"from bearing {_range(origin.bearing_deg)}, {_range(origin.range_km)} km away"


def _range(value: float | tuple[float, float] | None) -> str:
    return f"{value[0]:g}..{value[1]:g}" if isinstance(value, tuple) else f"{value or 0:g}"
