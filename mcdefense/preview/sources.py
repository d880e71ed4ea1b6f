"""What the library filled in, with its source, and what is uncertain: as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from mcdefense.report import wrapped
from mcdefense.scenario import Filled, Scenario, draws_worlds, uncertain_paths

_MOST_PATHS = 3
_SECTIONS = ("raid", "threat", "battery", "sensor", "interceptor")


def value_text(value: Any) -> str:
    """A value as a reader of the file would write it, without quotes."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case tuple() | list():
            return "[" + ", ".join(map(value_text, value)) + "]"
        case Mapping():
            return "{" + ", ".join(f"{k} = {value_text(v)}" for k, v in value.items()) + "}"
        case _:
            return str(value)


def filled_lines(scenario: Scenario) -> list[str]:
    """Every value that the library gave: one entry a class, with its source and who took it."""
    if not scenario.filled:
        return ["FILLED IN: nothing; every value stands in the file"]
    lines = [f"FILLED IN by the library {scenario.library or '(none)'}, and where it has it from"]
    for source, entries in by_source(scenario.filled).items():
        name, _, reference = source.partition(": ")
        name = name.removeprefix(f"{scenario.library} ")
        for values, owners in entries.items():
            taken = ", ".join(dict.fromkeys(owner.partition(".")[2] for owner in owners))
            given = "; ".join(values)
            title = name if taken == name.partition(".")[2] else f"{name} -> {taken}"
            lines += wrapped(f"{title}: {given}", indent="    ", first="  ")
        if reference:
            lines += wrapped(f"source: {reference}", indent="      ", first="    ")
    return lines


def by_source(filled: Iterable[Filled]) -> dict[str, dict[tuple[str, ...], list[str]]]:
    """Entries (`battery.north`) by source and by the values they took from it."""
    taken: dict[str, dict[str, dict[str, Any]]] = {}
    for item in filled:
        section, name, *rest = item.path.split(".")
        entry = taken.setdefault(item.source, {}).setdefault(f"{section}.{name}", {})
        entry[".".join(rest)] = item.value
    grouped: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for source, entries in taken.items():
        groups = grouped.setdefault(source, {})
        for owner, values in entries.items():
            groups.setdefault(_texts(values), []).append(owner)
    return dict(sorted(grouped.items(), key=_section))


def _section(group: tuple[str, dict[tuple[str, ...], list[str]]]) -> int:
    section = next(iter(group[1].values()))[0].partition(".")[0]
    return _SECTIONS.index(section) if section in _SECTIONS else len(_SECTIONS)


def _texts(values: dict[str, Any]) -> tuple[str, ...]:
    """Values as text; what holds against several threat classes alike is said once."""
    plain: list[str] = []
    against: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        first, _, rest = key.partition(".")
        if first == "against" and rest:
            threat, _, name = rest.partition(".")
            given = value if isinstance(value, dict) else {name: value}
            against.setdefault(threat, {}).update(given)
        else:
            plain.append(f"{key} = {value_text(value)}")
    alike: dict[str, list[str]] = {}
    for threat, given in against.items():
        text = ", ".join(f"{name} = {value_text(v)}" for name, v in given.items())
        alike.setdefault(text, []).append(threat)
    return (*plain, *(f"against {', '.join(t)}: {text}" for text, t in alike.items()))


def uncertain_lines(scenario: Scenario) -> list[str]:
    """Every distribution, and which scalars it drives."""
    if not scenario.uncertainty:
        if draws_worlds(scenario):
            return ["UNCERTAIN: nothing; worlds differ in their raid alone"]
        return ["UNCERTAIN: nothing; worlds differ in the chance of their trials alone"]
    lines = ["UNCERTAIN, one draw a world"]
    for name, paths in uncertain_paths(scenario).items():
        entry = scenario.uncertainty[name]
        if not paths:
            lines += wrapped(f"{name}: draws nothing; overrides fix all its values", first="  ")
            continue
        shape = _given(entry, {"paths", "as_", "distribution"})
        verb = "replaces" if entry.as_ == "value" else "multiplies"
        shown = ", ".join(paths[:_MOST_PATHS])
        if len(paths) > _MOST_PATHS:
            shown += f", and {len(paths) - _MOST_PATHS} more ({', '.join(entry.paths)})"
        number = f"{len(paths)} value{'s' * (len(paths) != 1)}"
        text = f"{name}: {entry.distribution} {shape} {verb} {number}: {shown}"
        lines += wrapped(text, indent="    ", first="  ")
    return lines


def doctrine_lines(scenario: Scenario) -> list[str]:
    """Doctrine tables as they stand in the file, over the defaults."""
    if not scenario.doctrine:
        return ["DOCTRINE: the default; one round a look, judged 10 s after the intercept"]
    return ["DOCTRINE, over the default", *_tables(scenario.doctrine)]


def coin_lines(scenario: Scenario) -> list[str]:
    """Common causes as they stand in the file; nothing if there is none."""
    return ["COINS", *_tables(scenario.coin)] if scenario.coin else []


def _tables(section: Mapping[str, BaseModel]) -> list[str]:
    texts = (f"{name}: {_given(entry, set())}" for name, entry in section.items())
    return [line for text in texts for line in wrapped(text, indent="    ", first="  ")]


def _given(entry: BaseModel, without: set[str]) -> str:
    given = entry.model_dump(by_alias=True, exclude_unset=True, exclude=without, exclude_none=True)
    return ", ".join(f"{key} = {value_text(value)}" for key, value in given.items())
