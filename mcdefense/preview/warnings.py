"""What in order a scenario may be and still not what its author meant; `check` and `run` warn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from mcdefense.contract import Names
from mcdefense.preview.cut_draws import cut_draws
from mcdefense.preview.in_vain import in_vain
from mcdefense.preview.inert import inert_settings
from mcdefense.preview.joining import forgotten_batteries, tracks_of_no_use, without_fallback
from mcdefense.preview.of_tables import in_vain_beside_rows
from mcdefense.preview.survey import Survey
from mcdefense.scenario import (
    Cell,
    ResolvedArchitecture,
    Scenario,
    did_you_mean,
    doctrine_for,
    expand_cells,
    named_paths,
    resolve_architecture,
    with_values,
)
from mcdefense.schedule import Builder
from mcdefense.world import draw_raid_plan, raid_plan_weights

_MOST_PLANS = 20_000
"""Worlds whose plans are drawn: of more, each plan comes often enough."""
_ALIKE = 0.5
"""Two joined cells are alike if more than this part of their batteries is in both."""
_LEVELS = ("none", "warning", "launch", "engage")


def warnings(scenario: Scenario, survey: Survey, worlds: int, seed: int) -> list[str]:
    """Every warning, a sentence each, for a run of so many worlds with this seed."""
    return [
        *_slips(scenario),
        *_without_opportunity(scenario, survey),
        *_named_in_part(scenario),
        *forgotten_batteries(scenario),
        *without_fallback(scenario),
        *tracks_of_no_use(scenario, survey.names),
        *_without_reserve(scenario, survey),
        *inert_settings(scenario),
        *in_vain_beside_rows(scenario),
        *cut_draws(scenario),
        *in_vain(scenario, survey, seed),
        *_never_binding(scenario, survey, seed),
        *_plan_shares(scenario, worlds, seed),
    ]


def _slips(scenario: Scenario) -> Iterator[str]:
    """Overrides that make an entry of nearly the name of another, and hold for everything."""
    for given in scenario.given:
        section, _, name = given.created.partition(".")
        others = [other for other in getattr(scenario, section, {}) if other != name]
        if hint := did_you_mean(name, others):
            yield f"the override {given.override.key} makes [{given.created}]{hint}"


def _without_opportunity(scenario: Scenario, survey: Survey) -> Iterator[str]:
    names, counts = survey.names, survey.opportunities
    for i, name in enumerate(names.interceptor):
        if not counts[:, :, :, i].any():
            yield f"interceptor {name} has no opportunity in any architecture"
    for b, name in enumerate(names.battery):
        if not counts[:, :, b].any():
            yield f"battery {name} reaches nothing in any architecture"
    for c, name in enumerate(names.threat_class):
        if not survey.objects[c]:
            yield f"threat class {name} does not come in the worlds looked at"
            continue
        unreached = [a for a in range(len(names.architecture)) if not survey.reached[a, c]]
        if unreached:
            yield f"nobody can engage {name}{_in(survey, unreached)}"
    for name in names.interceptor:
        yield from _beyond_flyout(scenario, name)


def _in(survey: Survey, architectures: Sequence[int]) -> str:
    if len(architectures) == len(survey.names.architecture):
        return " in any architecture"
    return f" in {', '.join(survey.names.architecture[a] for a in architectures)}"


def _beyond_flyout(scenario: Scenario, name: str) -> Iterator[str]:
    """An envelope that the flyout table does not cover is cut off at the table's end."""
    interceptor = scenario.interceptor[name]
    if interceptor.flyout is None:
        return
    reach = interceptor.flyout[-1][0]
    far = [
        threat
        for threat, against in interceptor.against.items()
        if against.range_km is not None and against.range_km[1] > reach
    ]
    if far:
        yield (
            f"interceptor {name}: its flyout table ends at {reach:g} km, short of its range "
            f"against {', '.join(far)}; beyond that it is not fired"
        )


def _named_in_part(scenario: Scenario) -> Iterator[str]:
    """A list of a coin or a doctrine that names one of two architectures that are alike in what
    the list is about: in how far tracks are shared, or in which batteries a cell joins."""
    cells = {name: expand_cells(scenario, name) for name in scenario.architecture}
    shares = {name: _share(cells[name]) for name in scenario.architecture}
    for name, coin in scenario.coin.items():
        listed = coin.architectures or ()
        for other in scenario.architecture:
            like = [a for a in listed if shares[a] == shares[other] != "none"]
            if listed and other not in listed and like:
                yield (
                    f"coin {name} names {', '.join(like)} but not {other}, whose tracks are shared "
                    f"as far ({shares[other]}): name it too, or leave out `architectures`"
                )
    for kind, entries in (("coin", scenario.coin), ("doctrine", scenario.doctrine)):
        for name, entry in entries.items():
            yield from _cells_in_part(f"{kind} {name}", entry.cells or (), cells)


def _cells_in_part(
    item: str, listed: Sequence[str], cells: dict[str, tuple[Cell, ...]]
) -> Iterator[str]:
    joined = [(a, c) for a, some in cells.items() for c in some if len(c.batteries) > 1]
    for architecture, cell in joined:
        if cell.name in listed:
            continue
        like = [c.name for _, c in joined if c.name in listed and _alike(c, cell)]
        if like:
            yield (
                f"{item} names cell {', '.join(dict.fromkeys(like))} but not cell {cell.name} of "
                f"{architecture}, which joins most of the same batteries"
            )


def _alike(one: Cell, other: Cell) -> bool:
    first, second = set(one.batteries), set(other.batteries)
    return len(first & second) > _ALIKE * len(first | second)


def _share(cells: Sequence[Cell]) -> str:
    """How far tracks are shared in an architecture, at most: within a joined cell, or by links."""
    used = [cell.share for cell in cells if len(cell.batteries) > 1]
    spokes = [cell.spoke.share for cell in cells if cell.spoke is not None]
    used += spokes if len(spokes) > 1 else []
    return max(used, key=_LEVELS.index, default="none")


def _without_reserve(scenario: Scenario, survey: Survey) -> Iterator[str]:
    """Rounds that are an architecture's only ones against some class, all of them in one joined
    cell, where a battery may fire every one of them at a cheaper class. What holds of several
    architectures, as of copies, is said once."""
    names = survey.names
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for a, architecture in enumerate(names.architecture):
        resolved = resolve_architecture(scenario, architecture)
        counts = survey.opportunities[a]  # [C, B, I]
        for c, i in sole_answers(counts.sum(axis=1)):
            for cell in resolved.cells:
                rows = [names.battery.index(battery) for battery in cell.batteries]
                elsewhere = counts[c, :, i].sum() - counts[c, rows, i].sum()
                if len(rows) > 1 and not elsewhere:
                    for what in _exposed(resolved, cell, names, counts[:, :, i], (c, i)):
                        found.setdefault(what, []).append((architecture, cell.name))
    for (round_, spent), ((architecture, name), *others) in found.items():
        also = f"; so in {', '.join(other for other, _ in others)}" if others else ""
        yield f"{architecture}: {round_}, and in cell {name} {spent}{also}"


def _exposed(
    resolved: ResolvedArchitecture,
    cell: Cell,
    names: Names,
    counts: np.ndarray,
    scarce: tuple[int, int],
) -> Iterator[tuple[str, str]]:
    """What is to be said of a scarce round, and of a cell's batteries that keep no reserve of it
    from cheaper classes; counts [C, B] are its opportunities."""
    c, i = scarce
    wanted, interceptor = names.threat_class[c], names.interceptor[i]
    found: dict[str, None] = {}
    open_to: dict[str, None] = {}
    for battery in cell.batteries:
        for d, other in enumerate(names.threat_class):
            if not counts[d, names.battery.index(battery)]:
                continue
            cheap = is_cheap(resolved.scenario, interceptor, other, wanted)
            pooled = doctrine_for(resolved.scenario, cell.name, other).pooled_reserve
            kept = _reserve(resolved.scenario, battery, interceptor, other)
            if cheap and not kept and not pooled.get(interceptor, 0):
                found[battery], open_to[other] = None, None
    if found:
        batteries = list(found)
        more = f" and {len(batteries) - 3} more" * (len(batteries) > 3)
        yield (
            f"{interceptor} is the only round against {wanted}",
            f"{', '.join(batteries[:3])}{more} may spend all of it on {', '.join(open_to)}, since "
            "no reserve keeps any back",
        )


def sole_answers(counts: np.ndarray) -> list[tuple[int, int]]:
    """Classes against which one interceptor alone has anything [C, I], and which one it is."""
    used = counts > 0
    return [(c, int(np.argmax(used[c]))) for c in np.flatnonzero(used.sum(axis=1) == 1).tolist()]


def is_cheap(scenario: Scenario, interceptor: str, one: str, other: str) -> bool:
    """Whether a live class costs less than another live one, and than the round fired at it."""
    first, second = scenario.threat[one], scenario.threat[other]
    cost = min(second.cost, scenario.interceptor[interceptor].cost)
    return first.role == second.role == "live" and first.cost < cost


def _reserve(scenario: Scenario, battery: str, interceptor: str, threat_class: str) -> int:
    reserve = scenario.battery[battery].reserve or {}
    return reserve.get(interceptor, {}).get(threat_class, 0)


def _never_binding(scenario: Scenario, survey: Survey, seed: int) -> Iterator[str]:
    """Identification times without which the worlds looked at are the same, of a scenario whose
    opportunities come from a table: it is built again without each, which takes no time there."""
    if scenario.opportunities is None:
        return
    drawn = {path for paths in named_paths(scenario).values() for path in paths}
    given = [n for n, doctrine in scenario.doctrine.items() if doctrine.identification_s]
    paths = {name: f"doctrine.{name}.identification_s" for name in given}
    paths = {name: path for name, path in paths.items() if path not in drawn}
    known = _digests(scenario, survey, seed) if paths else []
    for name, path in paths.items():
        if _digests(with_values(scenario, {path: 0.0}), survey, seed) == known:
            yield f"doctrine {name}: identification_s changes nothing: every launch comes later"


def _digests(scenario: Scenario, survey: Survey, seed: int) -> list[str]:
    builder = Builder(scenario)
    return [builder.schedule(builder.world(seed, number)).digest for number in survey.worlds]


def _plan_shares(scenario: Scenario, worlds: int, seed: int) -> Iterator[str]:
    """Plans that no world or a single one of the run draws, though their weight is above 0."""
    if len(scenario.plan) < 2 or worlds > _MOST_PLANS:
        return
    drawn = Counter(draw_raid_plan(scenario, seed, number) for number in range(worlds))
    for number, (name, weight) in enumerate(raid_plan_weights(scenario).items()):
        if weight > 0 and drawn[number] < 2:
            got = "one of" if drawn[number] else "none of"
            yield (
                f"plan {name}: {got} the {worlds} worlds draws it, and its weight is "
                f"{100 * weight:.3g} %: take more worlds"
            )
