"""What differs between two scenarios as their files say it: keys, old and new values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mcdefense.scenario.document import parse, parse_value


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
    reaches depends on names. Values that a library fills in are not spelt out.
    """
    one, other = _said(old, old_overrides), _said(new, new_overrides)
    return [
        Change(key, one.get(key), other.get(key))
        for key in dict.fromkeys([*one, *other])
        if one.get(key) != other.get(key)
    ]


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
