"""What differs between two scenarios as their files say it: keys, old and new values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mcdefense.scenario.document import parse, parse_value
from mcdefense.scenario.load import without_tables
from mcdefense.scenario.override_notes import held


class Change(NamedTuple):
    """One key that differs, by its dotted path; None where a scenario leaves it out."""

    key: str
    old: Any
    new: Any


def changes(
    old: str, new: str, old_overrides: Iterable[str] = (), new_overrides: Iterable[str] = ()
) -> list[Change]:
    """What the second scenario's text, with its overrides, says otherwise than the first's.

    An override is a line `path = value`. One of a path with `*` is a key of its own, since what it
    reaches depends on names. What else an override takes, a draw or what an architecture's `set`
    gives, comes last. Values that a library fills in are not spelt out.
    """
    before, after = list(old_overrides), list(new_overrides)
    one, other = _said(old, before), _said(new, after)
    found = [
        Change(key, one.get(key), other.get(key))
        for key in dict.fromkeys([*one, *other])
        if one.get(key) != other.get(key)
    ]
    return found + (_taken(_held(old, before), _held(new, after)) if before or after else [])


def said_keys(text: str, overrides: Iterable[str] = ()) -> frozenset[str]:
    """The dotted path of every value that a scenario's text says, with its overrides."""
    return frozenset(_said(text, overrides))


def _held(text: str, overrides: Iterable[str]) -> dict[tuple[str, str], Any]:
    pairs = [(path, value) for path, _, value in (line.partition(" = ") for line in overrides)]
    return held(without_tables(text, pairs))


def _taken(
    one: Mapping[tuple[str, str], Any], other: Mapping[tuple[str, str], Any]
) -> list[Change]:
    """What both scenarios give, and an override takes in one of them alone: a change for all
    places of one giver at which the same value goes."""
    groups: dict[str, tuple[list[str], Any, Any]] = {}
    for key, old in one.items():
        new = other.get(key, old)
        if (old is None) != (new is None):
            giver, path = key
            groups.setdefault(repr((giver, old, new)), ([], old, new))[0].append(f"{giver} {path}")
    return [Change(_first_of(places), old, new) for places, old, new in groups.values()]


def _first_of(places: list[str]) -> str:
    more = len(places) - 1
    return places[0] + (f", and {more} more value{'s' * (more != 1)}" if more else "")


def _said(text: str, overrides: Iterable[str]) -> dict[str, Any]:
    said = _flat(parse(text, "scenario").tree)
    for line in overrides:
        path, _, value = line.partition(" = ")
        for key in [key for key in said if key == path or key.startswith(f"{path}.")]:
            del said[key]
        name = f"--set {path}" if "*" in path else path
        said |= _flat({name: parse_value(value)})
    return said


def _flat(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Every value by its dotted path; lists, and tables without an entry, are values."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        path = f"{above}{key}"
        if isinstance(value, dict) and value:
            found |= _flat(value, f"{path}.")
        else:
            found[path] = json.loads(json.dumps(value, default=str))  # lists, dates as text
    return found
