"""Options that a defender may buy: their values by path, what each costs, and which are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mcdefense.scenario import Scenario, parse, short
from mcdefense.study.values import by_path, fault

COST = "cost"
"""Key of an option's cost, in any one unit, beside its values by path."""
_PLACED = ("asset", "battery", "sensor")


@dataclass(frozen=True)
class Option:
    """One option by its name: values by path, and its cost, None if none is given."""

    name: str
    values: Mapping[str, Any]
    cost: float | None


def of_table(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """The options of the scenario's own [study] table, as `options_of` takes them."""
    options = {} if scenario.study is None else scenario.study.option
    costs = {name: {} if o.cost is None else {COST: o.cost} for name, o in options.items()}
    return {name: {**costs[name], **by_path(o.set)} for name, o in options.items()}


def options_of(given: Mapping[str, Mapping[str, Any]]) -> list[Option]:
    """The options as a user writes them; InputError for no value and for a cost of 0 or less."""
    found = []
    for name, values in given.items():
        paths = {path: value for path, value in values.items() if path != COST}
        cost = values.get(COST)
        if not paths:
            raise fault("option", name, "got no PATH=VALUE, expected one or more")
        number = isinstance(cost, int | float) and not isinstance(cost, bool)
        if cost is not None and not (number and 0 < cost < float("inf")):
            raise fault("option", name, f"got the cost {short(cost)}, expected a number above 0")
        found.append(Option(name, paths, None if cost is None else float(cost)))
    return found


def refuse_real_sites(scenario: Scenario, options: list[Option]) -> None:
    """Raises InputError for an option that changes a single place of which the scenario gives a
    source: such a place may be real, and what a single real place is worth is no question here."""
    for option in options:
        for path in option.values:
            parts = path.split(".")
            if parts[0] == "architecture" and parts[2:3] == ["set"]:
                parts = parts[3:]
            section, name = (*parts, "", "")[:2]
            matched = _matched(scenario, section, name)
            if len(matched) == 1 and _has_source(scenario, section, matched[0]):
                message = f"{path} changes [{section}.{matched[0]}] alone, a place with a source"
                wanted = "expected a fictional place, or several at once"
                raise fault("option", option.name, f"{message}, {wanted}")


def _matched(scenario: Scenario, section: str, name: str) -> list[str]:
    from fnmatch import fnmatchcase

    if section not in _PLACED:
        return []
    return [known for known in getattr(scenario, section) if fnmatchcase(known, name)]


def _has_source(scenario: Scenario, section: str, name: str) -> bool:
    """Whether the user gives a source in the entry; what the library fills in is of a class."""
    entries = parse(scenario.text, "scenario").tree.get(section, {})
    return bool(entries.get(name, {}).get("source"))
