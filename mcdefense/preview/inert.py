"""Settings that change nothing: what can be told from the scenario alone, without building it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mcdefense.preview.of_tables import sspk_of_rows
from mcdefense.preview.raids import class_spread
from mcdefense.preview.sources import value_text
from mcdefense.scenario import (
    CELL_KEYS,
    Cell,
    Doctrine,
    ResolvedArchitecture,
    Scenario,
    flatten,
    named_paths,
    reaches,
    resolve_architecture,
    uncertain_paths,
    value_at,
)

_SCOPES = ("cells", "classes")
_FOR_CHEAPEST = ("adequate_sspk", "hold_stock", "looks_kept")


def inert_settings(scenario: Scenario) -> Iterator[str]:
    """A sentence for every setting that no trial of any architecture can depend on."""
    coming = coming_classes(scenario)
    everywhere = [resolve_architecture(scenario, name) for name in scenario.architecture]
    yield from _waves(scenario)
    yield from _doctrines(scenario, everywhere, coming)
    yield from _batteries(scenario, coming)
    yield from _reloads(everywhere)
    yield from _coins(scenario, coming)
    yield from _uncertainties(scenario)
    yield from _architectures(scenario)


def coming_classes(scenario: Scenario) -> set[str]:
    """Threat classes of which an object can come, in any plan that can be drawn."""
    kinds = {wave.class_ for wave in scenario.raid.values()}
    of = {kind: [n for n, w in scenario.raid.items() if w.class_ == kind] for kind in kinds}
    return {kind for kind, waves in of.items() if class_spread(scenario, waves).high}


def _waves(scenario: Scenario) -> Iterator[str]:
    planned = {w for plan in scenario.plans.values() if plan.weight > 0 for w in plan.waves}
    for name in scenario.raid:
        if name not in planned:
            yield f"wave {name} is in no plan that is ever drawn"


def _doctrines(
    scenario: Scenario, everywhere: list[ResolvedArchitecture], coming: set[str]
) -> Iterator[str]:
    """Tables in whose scope nothing comes, and keys that never have the last word."""
    for name, table in scenario.doctrine.items():
        if table.classes is not None and not coming & set(table.classes):
            yield f"doctrine {name} changes nothing: none of its threat classes comes"
            continue
        given = [key for key in type(table).model_fields if _gives(table, key)]
        idle = [key for key in given if not _decides(name, key, everywhere, coming)]
        if idle and len(idle) == len(given):
            yield f"doctrine {name} changes nothing: later tables or batteries replace all it gives"
        elif idle:
            yield f"doctrine {name}: {', '.join(idle)} changes nothing: it is replaced or not used"


def _gives(table: Doctrine, key: str) -> bool:
    return key not in _SCOPES and getattr(table, key) is not None


def _decides(name: str, key: str, everywhere: list[ResolvedArchitecture], coming: set[str]) -> bool:
    """Whether a key of a doctrine table has the last word for some cell and class somewhere."""
    for resolved in everywhere:
        tables = resolved.scenario.doctrine
        for cell in resolved.cells:
            if not cell.batteries:
                continue
            kinds = [k for k in coming if cell.classes is None or k in cell.classes]
            for kind in kinds[:1] if key in CELL_KEYS else kinds:
                if last_word(tables, key, cell.name, kind) != name:
                    continue
                if key == "salvo" and all(
                    kind in (resolved.scenario.battery[b].salvo or {}) for b in cell.batteries
                ):
                    continue
                if key == "pooled_reserve" and not _keeps(resolved, cell, tables[name], kind):
                    continue
                choice = last_word(tables, "choice", cell.name, kind)
                if key in _FOR_CHEAPEST and choice and tables[choice].choice == "first":
                    continue
                return True
    return False


def _keeps(resolved: ResolvedArchitecture, cell: Cell, table: Doctrine, kind: str) -> bool:
    """Whether a pooled reserve keeps rounds that the cell has and can fire at the class."""
    fired = fired_pairs(resolved.scenario)
    loaded = {i for b in cell.batteries for i in resolved.scenario.battery[b].magazine}
    kept = (table.pooled_reserve or {}).items()
    return any(rounds and i in loaded and (i, kind) in fired for i, rounds in kept)


def last_word(tables: Mapping[str, Doctrine], key: str, cell: str, kind: str) -> str | None:
    """The doctrine table whose value of a key holds for a cell and class; None: the default."""
    giving = [n for n, t in tables.items() if _gives(t, key) and _holds(t, key, cell, kind)]
    return giving[-1] if giving else None


def _holds(table: Doctrine, key: str, cell: str, kind: str) -> bool:
    if table.cells is not None and cell not in table.cells:
        return False
    if key in CELL_KEYS:
        return table.classes is None
    return table.classes is None or kind in table.classes


def _batteries(scenario: Scenario, coming: set[str]) -> Iterator[str]:
    """Reserves and salvos against what never comes, or a round is never fired at.

    What a library's class gives is not the user's slip here.
    """
    filled = {one.path for one in scenario.filled}
    fired = fired_pairs(scenario)
    for name, battery in scenario.battery.items():
        for interceptor, kept in (battery.reserve or {}).items():
            place = f"battery {name}: the reserve of {interceptor}"
            for kind, rounds in kept.items():
                if f"battery.{name}.reserve.{interceptor}.{kind}" in filled or not rounds:
                    continue
                if kind not in coming:
                    yield f"{place} from {kind} changes nothing: none comes"
                elif (interceptor, kind) not in fired:
                    yield f"{place} from {kind} changes nothing: it is never fired at one"
        for kind in battery.salvo or {}:
            if kind not in coming and f"battery.{name}.salvo.{kind}" not in filled:
                yield f"battery {name}: the salvo at {kind} changes nothing: none comes"


def _reloads(everywhere: list[ResolvedArchitecture]) -> Iterator[str]:
    """Reloads that put nothing in under any architecture: for want of room, or of a store."""
    for name, battery in everywhere[0].scenario.battery.items():
        for interceptor in battery.reload:
            each = [resolved.scenario.battery[name] for resolved in everywhere]
            place = f"battery {name}: the reload of {interceptor} changes nothing"
            if not any(one.magazine.get(interceptor) for one in each):
                yield f"{place}: the magazine has room for what it loads, and it loads none"
            elif all(one.reload[interceptor].stock == 0 for one in each):
                yield f"{place}: the store is empty"


def fired_pairs(scenario: Scenario) -> set[tuple[str, str]]:
    """Interceptors and the threat classes that they can be fired at; of a table, by its rows."""
    if scenario.opportunities is None:
        return {(name, kind) for name, i in scenario.interceptor.items() for kind in i.against}
    columns = scenario.opportunities.columns
    pairs = set(zip(columns.interceptor, columns.threat, strict=True))
    return {(name, scenario.raid[threat.partition(".")[0]].class_) for name, threat in pairs}


def _coins(scenario: Scenario, coming: set[str]) -> Iterator[str]:
    varied = {path for paths in named_paths(scenario).values() for path in paths}
    for entry in scenario.architecture.values():
        varied |= {".".join(map(str, path)) for path, _ in flatten(entry.set)}
    for name, coin in scenario.coin.items():
        if coin.classes is not None and not coming & set(coin.classes):
            yield f"coin {name} changes nothing: none of its threat classes comes"
        elif coin.probability == 1 and f"coin.{name}.probability" not in varied:
            yield f"coin {name} changes nothing: it always holds"


def _uncertainties(scenario: Scenario) -> Iterator[str]:
    """Draws that drive only what no trial uses; those that an override fixes are no slip."""
    used, by_rows = _used_paths(scenario), _paths_of_rows(scenario)
    for name, paths in named_paths(scenario).items():
        if paths and used[name] <= by_rows:
            why = "; every row of [opportunities] gives its own sspk instead" * bool(used[name])
            yield f"uncertainty {name} changes nothing: no trial uses what it draws{why}"


def used_draws(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """The values that trials use and an uncertainty draws, by its name."""
    used, by_rows = _used_paths(scenario), _paths_of_rows(scenario)
    return {
        name: tuple(path for path in paths if path in used[name] - by_rows)
        for name, paths in uncertain_paths(scenario).items()
    }


def _paths_of_rows(scenario: Scenario) -> set[str]:
    """Kill probabilities that every row of the table gives itself."""
    return {f"interceptor.{i}.against.{kind}.sspk" for i, kind in sspk_of_rows(scenario)}


def _used_paths(scenario: Scenario) -> dict[str, set[str]]:
    """The values that an uncertainty names, by its name: those of what comes and is loaded."""
    coming = coming_classes(scenario)
    loaded = {
        interceptor
        for name in scenario.architecture
        for battery in resolve_architecture(scenario, name).scenario.battery.values()
        for interceptor, rounds in battery.magazine.items()
        if rounds
    }
    return {
        name: {path for path in paths if _used(scenario, path.split("."), coming, loaded)}
        for name, paths in named_paths(scenario).items()
    }


def _used(scenario: Scenario, path: list[str], coming: set[str], loaded: set[str]) -> bool:
    match path:
        case ["threat", kind, *_]:
            return kind in coming
        case ["interceptor", kind, "against", threat, *_]:
            return kind in loaded and threat in coming
        case ["interceptor", kind, *_]:
            return kind in loaded
        case ["battery", _, "magazine" | "reserve" | "reload", kind, *_]:
            return kind in loaded
        case ["doctrine", table, *_]:
            classes = scenario.doctrine[table].classes
            return classes is None or bool(coming & set(classes))
        case ["asset", asset, *_]:
            return any(asset in wave.asset_weights for wave in scenario.raid.values())
        case ["raid", wave, *_]:
            return any(wave in plan.waves for plan in scenario.plans.values() if plan.weight)
    return True


def _architectures(scenario: Scenario) -> Iterator[str]:
    drawn = {path for paths in named_paths(scenario).values() for path in paths}
    for name, entry in scenario.architecture.items():
        apart = entry.join is None and entry.share in (None, "none")
        if entry.latency_s and apart:
            yield f"architecture {name}: latency_s changes nothing: it shares no track"
        network, named = entry.network, f"architecture.{name}.network.availability"
        never = network is not None and network.availability == 1 and named not in drawn
        if never and network is not None and network.onset_s is not None:
            yield f"architecture {name}: onset_s changes nothing: its network is never lost"
        yield from _posts(scenario, name)
        settings = flatten(entry.set)
        for number, (path, value) in enumerate(settings):
            if any(reaches(pattern, path) for pattern, _ in settings[:number]):
                continue  # an exception from what a wildcard sets before it
            if all(_same(one, path, value) for one in _without(scenario, entry.extends)):
                text = f"{'.'.join(map(str, path))} = {value_text(value)}"
                yield f"architecture {name} sets {text}, which it is anyway"


def _without(scenario: Scenario, original: str | None) -> Iterator[Scenario]:
    """The scenario as it stands without an architecture's `set`: also under the original that it
    extends or is a variant of, since it may undo what that one sets."""
    yield scenario
    if original is not None:
        yield resolve_architecture(scenario, original).scenario


def _posts(scenario: Scenario, name: str) -> Iterator[str]:
    """Posts that no leaker can damage."""
    resolved = resolve_architecture(scenario, name)
    network = resolved.network
    led = [("its network", network.post if network is not None else None)]
    led += [(f"cell {cell.name}", cell.post) for cell in resolved.cells]
    flown_at = {asset for wave in scenario.raid.values() for asset in wave.asset_weights}
    for what, post in led:
        if post is None:
            continue
        if not resolved.losses and scenario.architecture[name].losses is not None:
            continue  # a twin, which shows what the loss of the post costs
        if not resolved.losses:
            yield f"architecture {name}: the post of {what} changes nothing: it has no losses"
        elif post not in flown_at:
            yield f"architecture {name}: the post of {what} changes nothing: nothing flies at it"


def _same(scenario: Scenario, path: Iterable[Any], value: Any) -> bool:
    dotted = ".".join(map(str, path))
    if any(dotted in paths for paths in named_paths(scenario).values()):
        return False  # a setting keeps a draw away
    try:
        known = value_at(scenario, dotted)
    except KeyError:
        return False
    return bool(known == value) and isinstance(known, bool) == isinstance(value, bool)
