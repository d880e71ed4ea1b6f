"""What is no point of a study: another run, other columns, or a single place that may be real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mcdefense.scenario import Scenario, told_apart
from mcdefense.study.values import fault

Values = Sequence[tuple[str, Any]]
_SECTIONS = {
    "run": "the size and seed that all points have in common; expected them as options",
    "study": "what a study runs, and no point of one",
    "override": "what is set over the scenario; expected the path itself",
    "title": "what the scenario is called, and nothing that is simulated",
    "marking": "what the scenario is called, and nothing that is simulated",
}
"""Sections that no point may change: what they are."""
_COLUMNS = ("baseline", "compare", "ladder", "margin")
"""Keys of [engagement] that say what is compared, and not what happens."""


@dataclass(frozen=True)
class Points:
    """The points of a study while they are checked: the `option` that asks for them, of each its
    name, "" on a grid, and the values that it changes; `own` is the scenario as it stands."""

    option: str
    names: Sequence[str]
    values: Sequence[Values]
    scenarios: Sequence[Scenario]
    own: Scenario

    def check(self) -> None:
        """Raises InputError for a point that no study has."""
        for name, values, scenario in zip(self.names, self.values, self.scenarios, strict=True):
            self._check_keys(name, values, scenario)
            self._check_architectures(name, values, scenario)
        self._check_places()

    def _check_keys(self, name: str, values: Values, scenario: Scenario) -> None:
        given = scenario.given[len(scenario.given) - len(values) :]
        for (path, _), one in zip(values, given, strict=True):
            for parts in one.paths:
                if what := _no_difference(tuple(map(str, parts))):
                    raise fault(self.option, name or path, f"{path} changes {what}")

    def _check_architectures(self, name: str, values: Values, scenario: Scenario) -> None:
        known, found = list(self.own.architecture), list(scenario.architecture)
        same = (self.own.baseline, self.own.compare, known)
        if (scenario.baseline, scenario.compare, found) != same:
            paths = " and ".join(path for path, _ in values)
            got = f"gives the architectures {', '.join(found)}"
            wanted = f"expected those of the scenario as it stands, {', '.join(known)}"
            raise fault(self.option, name or paths, f"{paths} {got}, {wanted}")

    def _check_places(self) -> None:
        # Cases are held against the scenario as it stands, an axis is a curve through its points.
        every_two = not any(self.names)
        apart = told_apart([self.own, *self.scenarios], every_two=every_two)
        if apart is None:
            return
        before = dict(self.values[apart.one - 1]) if apart.one else {}
        after = dict(self.values[apart.other - 1])
        paths = [p for p in {**before, **after} if before.get(p) != after.get(p)]
        verb = "changes" if len(paths) == 1 else "change"
        beside = self.names[apart.one - 1] if apart.one else ""
        beside = f" (beside {beside})" if beside else ""
        message = (
            f"{' and '.join(paths)} {verb} [{apart.place}] alone{beside}, a place with a source"
        )
        wanted = "expected a fictional place, or several at once"
        raise fault(self.option, self.names[apart.other - 1] or paths[0], f"{message}, {wanted}")


def _no_difference(parts: tuple[str, ...]) -> str:
    """What a path leads to if a point may not differ in it; nothing for any other path."""
    if parts[0] in _SECTIONS:
        return _SECTIONS[parts[0]]
    if parts[0] == "engagement" and (len(parts) == 1 or parts[1] in _COLUMNS):
        return "what is compared, and so what the columns mean; expected the file to say it"
    if parts[0] == "architecture" and parts[2:3] == ("label",):
        return "what an architecture is called, and nothing that is simulated"
    return ""
