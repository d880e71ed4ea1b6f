"""How late tracks are in the worlds that are drawn: the least and the greatest latency."""

from __future__ import annotations

from mcdefense.scenario.architecture import ResolvedArchitecture
from mcdefense.scenario.model_uncertainty import support
from mcdefense.scenario.paths import world_values
from mcdefense.scenario.values import MAX_TIME_S


def with_least_and_greatest_latency(
    resolved: ResolvedArchitecture,
) -> tuple[ResolvedArchitecture, ResolvedArchitecture]:
    """The architecture where all that is drawn of latencies is least, and where it is greatest; its
    cells are in the same order in both."""
    scenario = resolved.scenario
    names = [
        name
        for name, paths in scenario.drawn.items()
        if any(path.endswith(".latency_s") for path in paths)
    ]
    ends = []
    for end in (0, 1):
        draws = {name: support(scenario.uncertainty[name])[end] for name in names}
        # In place of an end that a distribution lacks: times 0 it is 0, which infinity is not.
        draws = {n: min(max(x, -MAX_TIME_S), MAX_TIME_S) for n, x in draws.items()}
        values = world_values(scenario, draws, resolved.set_paths)
        ends.append(resolved.with_values(values) if values else resolved)
    return ends[0], ends[1]


def late_text(least_s: float, greatest_s: float) -> str:
    """`5 s late`, or `5 to 120 s late (drawn)` where worlds draw it; nothing for no delay."""
    if greatest_s >= MAX_TIME_S:
        return f"{least_s:g} s or more late (drawn)"
    if least_s != greatest_s:
        return f"{least_s:g} to {greatest_s:g} s late (drawn)"
    return f"{greatest_s:g} s late" if greatest_s else ""
