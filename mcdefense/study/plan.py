"""The points of a study before they are run: axes, scenarios, and which point is the base."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from mcdefense.contract import MODEL_VERSION
from mcdefense.errors import Fault, InputError
from mcdefense.run import Size
from mcdefense.scenario import (
    SET_OPTION,
    Scenario,
    expand_paths,
    overlap,
    resolve_architecture,
    short,
    toml_text,
    value_at,
    variant_name,
)
from mcdefense.statistics import CASE, StudyAxis
from mcdefense.study.refused import Points, Values
from mcdefense.study.values import MOST_POINTS, check_values, fault

Load = Callable[[Values], Scenario]
"""Loads the scenario with further values by path."""
_NEVER_DOWN = 1.0
"""Availability of a network where an architecture says nothing of it."""
BASE = "base"
"""Name of the case that is the scenario as it stands."""


@dataclass(frozen=True, eq=False)
class Planned:
    """The axes of a study, the scenario of every point in their order, and the base's place."""

    axes: tuple[StudyAxis, ...]
    scenarios: tuple[Scenario, ...]
    base: int

    @cached_property
    def alike(self) -> tuple[int, ...]:
        """Of every point the first of which the scenario is the same, such as the base's where a
        case has the scenario's own values: their worlds and trials are the same."""
        first: dict[str, int] = {}
        return tuple(first.setdefault(_said(one), n) for n, one in enumerate(self.scenarios))

    @cached_property
    def beside(self) -> tuple[Scenario, ...]:
        """One scenario of each raid among the points, if there are several: objects are numbered
        by their place in the largest of these raids."""
        kinds: dict[str, Scenario] = {}
        for scenario in self.scenarios:
            counts = {n: [repr(wave.count), wave.repeat] for n, wave in scenario.raid.items()}
            key = json.dumps([counts, scenario.raid_scale, _draws_of_raid(scenario)])
            kinds.setdefault(key, scenario)
        return tuple(kinds.values()) if len(kinds) > 1 else ()

    def digest(self, size: Size) -> str:
        """What must be the same for the points of a file to be points of this study [hex]: where
        the axes lead, the size of the runs, and the raid by which objects are numbered."""
        told = {
            "axes": [[axis.name, axis.path] for axis in self.axes],
            "size": [size.worlds, size.trials, size.seed],
            "numbering": self._numbering(),
            "model": MODEL_VERSION,
        }
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _numbering(self) -> list[Any]:
        """What tells the largest raid, of each wave: its greatest count where that is a plain
        number, and else each count that is drawn, at the greatest scale of it. A point between two
        others adds nothing to this."""
        if not self.beside:
            return []
        drawn = {path for one in self.beside for some in one.drawn.values() for path in some}
        told: list[Any] = []
        for name in self.beside[0].raid:
            raids = [(one, one.raid[name].count) for one in self.beside]
            whole = [one.scaled(count) for one, count in raids if isinstance(count, int)]
            if len(whole) == len(raids) and f"raid.{name}.count" not in drawn:
                told.append(max(whole))
                continue
            scales: dict[str, float] = {}
            for one, count in raids:
                scales[repr(count)] = max(scales.get(repr(count), 0.0), one.raid_scale)
            if len(whole) == len(raids):  # a draw replaces or multiplies them: it keeps their order
                scales = _largest(raids)
            told.append(sorted(scales.items()))
        changed = {json.dumps(_draws_of_raid(one)) for one in self.beside}
        most = [max(one.raid[n].repeat for one in self.beside) for n in self.beside[0].raid]
        return [told, sorted(changed), *[most] * (max(most) > 1)]


def _said(scenario: Scenario) -> str:
    """All that a scenario says of what happens, whichever way its values were given."""
    views = [("", scenario), *scenario.effective.items()]
    parts = [
        (name, one.model_copy(update={"study": None, "override": ()}), dict(one.drawn))
        for name, one in views
    ]
    kept = {name: sorted(one.origins.set_paths) for name, one in views}
    return hashlib.sha256(repr((parts, kept)).encode()).hexdigest()


def _largest(raids: Sequence[tuple[Scenario, Any]]) -> dict[str, float]:
    """Counts with their scales of which no other is as large in both."""
    pairs = {(count, one.raid_scale) for one, count in raids}
    most = [p for p in pairs if not any(p != q and p[0] <= q[0] and p[1] <= q[1] for q in pairs)]
    return {repr(count): scale for count, scale in most}


def _draws_of_raid(scenario: Scenario) -> list[Any]:
    """What is drawn of the raid, and how; nothing if no count and no other value of it is."""
    some = {
        name: [path for path in paths if path.startswith("raid.")]
        for name, paths in scenario.drawn.items()
    }
    return [
        [name, repr(scenario.uncertainty[name]), paths] for name, paths in some.items() if paths
    ]


def plan_study(
    load: Load,
    over: Mapping[str, Sequence[Any]] | None = None,
    cases: Mapping[str, Mapping[str, Any]] | None = None,
    option: str = "",
) -> Planned:
    """The study of a grid of values by path, or of named cases, which come after the base.

    On a grid the base is the point that has the scenario's own values; along an axis that lacks
    the scenario's own it is the first. A network of which the scenario says nothing is up in every
    trial. Raises InputError for a study of nothing, of too many points
    or of both kinds, with the faults of the first point whose scenario has any, and for a point
    that no study has: it is another run, compares something else, has other architectures, or
    differs at a single place that may be real. `option` is what asks for the points.
    """
    over, cases = dict(over or {}), dict(cases or {})
    if bool(over) == bool(cases):
        got = "a grid beside named cases" if over else "neither a grid nor named cases"
        raise fault("over", "", f"got {got}, expected `over` or `case`")
    return _of_cases(load, cases, option or "case") if cases else _of_grid(load, over)


def _of_cases(load: Load, cases: Mapping[str, Mapping[str, Any]], option: str) -> Planned:
    if BASE in cases:
        raise fault(option, BASE, "is the scenario as it stands, expected another name")
    every: list[Values] = [(), *(tuple(values.items()) for values in cases.values())]
    names = (BASE, *cases)
    scenarios = [
        _loaded(load, values, option, name) for name, values in zip(names, every, strict=True)
    ]
    Points(option, names[1:], every[1:], scenarios[1:], scenarios[0]).check()
    return Planned((StudyAxis(CASE, "", names),), tuple(scenarios), 0)


def _of_grid(load: Load, over: Mapping[str, Sequence[Any]]) -> Planned:
    axes, names = [], set()
    over = {path: [_native(value) for value in values] for path, values in over.items()}
    for path, values in over.items():
        check_values(path, values, "over")
        name = axis_name(path)
        if name in names:
            raise fault("over", path, "got it twice, expected every path once")
        names.add(name)
        axes.append(StudyAxis(name, path, tuple(_plain(value) for value in values)))
    number = math.prod(len(axis.values) for axis in axes)
    if number > MOST_POINTS:
        raise fault("over", "", f"got {number:,} points, expected {MOST_POINTS:,} or fewer")
    own = load(())
    every = [tuple(zip(over, values, strict=True)) for values in itertools.product(*over.values())]
    scenarios = [_loaded(load, values, "over", "") for values in every]
    Points("over", [""] * number, every, scenarios, own).check()
    places = [_own_place(own, scenarios[0], path, values) for path, values in over.items()]
    base = 0
    for axis, place in zip(axes, places, strict=True):
        base = base * len(axis.values) + place
    return Planned(tuple(axes), tuple(scenarios), base)


def axis_name(path: str) -> str:
    """Name of an axis in a file: the path with `_` for dots and other signs."""
    return re.sub(r"[^A-Za-z0-9]+", "_", path).strip("_") or "value"


def _native(value: Any) -> Any:
    """A value as Python has it, where it is a scalar of NumPy."""
    return value.item() if isinstance(value, np.generic) else value


def _plain(value: Any) -> int | float | str:
    """A value as it stands on an axis: a number, or else its text in TOML."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return toml_text(value)


def _own_place(scenario: Scenario, point: Scenario, path: str, values: Sequence[Any]) -> int:
    """Where the scenario's own value, at every place that a path leads to, stands among these; 0 if
    it does not. `point` is the scenario of a point, which knows the places."""
    (given,) = [one for one in point.given if one.override.key == path.strip()][-1:]
    own = [value for place in given.paths for value in _own_values(scenario, place)]
    found = [place for place, value in enumerate(values) if own and all(value == x for x in own)]
    return found[0] if found else 0


def _own_values(scenario: Scenario, path: Sequence[str | int]) -> list[Any]:
    """The scenario's values at a path. Of one in the `set` of an architecture or of its variant,
    which may have wildcards, those that hold under it. None where there are none."""
    match tuple(map(str, path)):
        case ("architecture", name, "set", *path):
            scenario = resolve_architecture(scenario, name).scenario
        case ("architecture", name, "variants", variant, *path):
            scenario = resolve_architecture(scenario, variant_name(name, variant)).scenario
        case ("architecture", name, "network", "availability"):
            if name in scenario.architecture and scenario.architecture[name].network is None:
                return [_NEVER_DOWN]
    dotted = ".".join(map(str, path))
    try:
        return [value_at(scenario, one) for one in expand_paths(scenario, dotted) or [dotted]]
    except (KeyError, AttributeError):
        return []


def _loaded(load: Load, values: Values, option: str, name: str) -> Scenario:
    """The scenario of a point; its faults name the option that brought them, or the point itself
    where they lie elsewhere, since without its values the scenario has none."""
    try:
        return load(values)
    except InputError as error:
        raise InputError([_named(one, values, option, name) for one in error.faults]) from None


def _named(one: Fault, values: Values, option: str, name: str) -> Fault:
    if not values:
        return one
    if one.where != SET_OPTION or not any(overlap(one.key, path) for path, _ in values):
        point = name or ", ".join(f"{path} = {short(value)}" for path, value in values)
        return Fault(option, point, str(one), option=True)
    return replace(one, where=option, key=f"{name}: {one.key}" if name else one.key, option=True)
