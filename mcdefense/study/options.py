"""Options that a defender may buy: their values by path, what each costs, and which are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mcdefense.scenario import Scenario, short
from mcdefense.study.values import by_path, fault

COST = "cost"
"""Key of an option's cost, in any one unit, beside its values by path."""


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
