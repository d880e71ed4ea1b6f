"""Scalars of a scenario by dotted path: found by pattern, and changed for one world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from math import nextafter
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel

from mcdefense.scenario.faults import RAID_SCALE_AT
from mcdefense.scenario.model_scenario import Scenario
from mcdefense.scenario.model_uncertainty import Uncertainty
from mcdefense.scenario.overrides import WILD_SECTIONS, overlap

_TABLES = ("sspk",)
"""Keys whose table counts as one scalar: a factor scales every entry."""
_UNBOUNDED = -float("inf"), float("inf")

_Tree: TypeAlias = Mapping[str, "_Tree | str"]


def expand_paths(scenario: Scenario, pattern: str) -> list[str]:
    """Dotted paths of the numeric scalars that a pattern matches; `*` stands for one part."""
    parts = pattern.split(".")
    return [".".join(path) for path in _match(scenario, parts, ())]


def _match(node: Any, parts: list[str], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if not parts:
        table = isinstance(node, tuple) and bool(path) and path[-1] in _TABLES
        if table or (isinstance(node, int | float) and not isinstance(node, bool)):
            yield path
        return
    for key, child in _children(node):
        if (path or key in WILD_SECTIONS) and fnmatchcase(key, parts[0]):
            yield from _match(child, parts[1:], (*path, key))


def _children(node: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(node, BaseModel):
        return [(key, getattr(node, name)) for key, name in _fields(type(node)).items()]
    if isinstance(node, dict):
        return node.items()
    return [(str(i), child) for i, child in enumerate(node)] if isinstance(node, tuple) else ()


@cache
def _fields(model: type[BaseModel]) -> dict[str, str]:
    """Attribute names of a model by the key in the file; an architecture's `set` is left out."""
    return {i.alias or n: n for n, i in model.model_fields.items() if n != "set"}


@cache
def _bounds(model: type[BaseModel], name: str) -> tuple[float, float]:
    """Least and greatest value that a field allows, the next beyond a limit that it excludes;
    infinite where it does not say."""
    info = model.model_fields[name]
    return _annotated_bounds((info.annotation, *info.metadata))


def _annotated_bounds(parts: Iterable[Any]) -> tuple[float, float]:
    low, high = -float("inf"), float("inf")
    for part in parts:
        inner = _annotated_bounds((*get_args(part), *getattr(part, "metadata", ())))
        low, high = max(low, inner[0]), min(high, inner[1])
        if (limit := getattr(part, "ge", None)) is not None:
            low = max(low, float(limit))
        if (limit := getattr(part, "gt", None)) is not None:
            low = max(low, nextafter(limit, float("inf")))
        if (limit := getattr(part, "le", None)) is not None:
            high = min(high, float(limit))
        if (limit := getattr(part, "lt", None)) is not None:
            high = min(high, nextafter(limit, -float("inf")))
    return low, high


def bounds_at(scenario: Scenario, path: str) -> tuple[float, float]:
    """Least and greatest value that the scalar at a path may have."""
    model, name = _owner(scenario, path.split("."))
    return _bounds(model, name)


def _owner(scenario: Scenario, parts: list[str]) -> tuple[type[BaseModel], str]:
    """Model and field that hold the scalar, or the table or list that it is in."""
    node: Any = scenario
    owner: tuple[type[BaseModel], str] = (Scenario, parts[0])
    for part in parts:
        if isinstance(node, BaseModel):
            owner = type(node), _fields(type(node))[part]
        node = _child(node, part)
    return owner


def _child(node: Any, part: str) -> Any:
    if isinstance(node, BaseModel):
        return getattr(node, _fields(type(node))[part])
    return node[int(part)] if isinstance(node, tuple) else node[part]


def value_at(scenario: Scenario, path: str) -> Any:
    """Value at a dotted path; KeyError if nothing is there."""
    if path == ".".join(RAID_SCALE_AT):
        return scenario.raid_scale
    node: Any = scenario
    for part in path.split("."):
        try:
            node = _child(node, part)
        except (IndexError, TypeError, ValueError):
            raise KeyError(path) from None
    return node


def with_values(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """A copy with other values at these dotted paths, nothing else checked or changed.

    Values are brought into the range their key allows, and rounded where it is a whole number.
    KeyError if a path leads nowhere.
    """
    changed = _rebuilt(scenario, _tree(tuple(values)), values, _UNBOUNDED)
    assert isinstance(changed, Scenario)
    return changed.with_changes(values)


@lru_cache(maxsize=64)
def _tree(paths: tuple[str, ...]) -> _Tree:
    """Paths by their parts; where one ends stands the whole of it. Worlds have the same ones."""
    tree: dict[str, Any] = {}
    for path in paths:
        *inner, last = path.split(".")
        node = tree
        for part in inner:
            node = node.setdefault(part, {})
        node[last] = path
    return tree


def _rebuilt(
    node: Any, tree: _Tree | str, values: Mapping[str, Any], bounds: tuple[float, float]
) -> Any:
    if isinstance(tree, str):
        return _in_range(values[tree], node, bounds)
    if isinstance(node, BaseModel):
        model = type(node)
        fields, update = _fields(model), {}
        for key, part in tree.items():
            name = fields[key]
            update[name] = _rebuilt(getattr(node, name), part, values, _bounds(model, name))
        return node.model_copy(update=update)
    if isinstance(node, dict):
        changed = {key: _rebuilt(node[key], part, values, bounds) for key, part in tree.items()}
        return {**node, **changed}
    if isinstance(node, tuple):
        parts = list(node)
        for key, part in tree.items():
            parts[int(key)] = _rebuilt(parts[int(key)], part, values, bounds)
        return tuple(parts)
    raise KeyError(next(iter(tree)))


def _in_range(value: Any, old: Any, bounds: tuple[float, float]) -> Any:
    if isinstance(value, tuple):
        return tuple((row[0], min(max(row[1], 0.0), 1.0)) for row in value)
    value = min(max(value, bounds[0]), bounds[1])
    return round(value) if isinstance(old, int) else float(value)


def uncertain_paths(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Paths that each uncertainty drives, by its name: but for those that an override fixes."""
    return {
        name: tuple(path for path in paths if not is_fixed(scenario, path))
        for name, paths in named_paths(scenario).items()
    }


def named_paths(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Paths that each uncertainty names, by its name, whether or not an override fixes them."""
    return {
        name: tuple(dict.fromkeys(p for pat in entry.paths for p in expand_paths(scenario, pat)))
        for name, entry in scenario.uncertainty.items()
    }


def is_fixed(scenario: Scenario, path: str) -> bool:
    """Whether an override fixes the scalar at a path, or a part of it."""
    return any(overlap(path, fixed) for fixed in scenario.fixed)


def world_values(
    scenario: Scenario,
    draws: Mapping[str, float],
    keep: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Values by path in a world with these draws by name of uncertainty.

    Draws that replace a value come first, except at the paths to keep (those an architecture
    sets), then draws that multiply.
    """
    drawn = scenario.drawn
    values: dict[str, Any] = {}
    entries: list[tuple[str, Uncertainty]] = list(scenario.uncertainty.items())
    for name, entry in entries:
        if entry.as_ == "value" and name in draws:
            values.update({path: draws[name] for path in drawn[name] if path not in keep})
    for name, entry in entries:
        if entry.as_ == "factor" and name in draws:
            for path in drawn[name]:
                old = values[path] if path in values else value_at(scenario, path)
                values[path] = _scaled(old, draws[name])
    return values


def _scaled(value: Any, factor: float) -> Any:
    if isinstance(value, tuple):
        return tuple((row[0], row[1] * factor) for row in value)
    return value * factor
