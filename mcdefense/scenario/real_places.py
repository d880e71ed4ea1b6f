"""Which places of a scenario may be real: those beside which its user wrote a source.

No answer here is about a single one of them: neither what it is worth nor what its loss would do.
A library class brings the source of its figures, which is none of the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from mcdefense.scenario.document import parse

PLACED = ("asset", "battery", "sensor")
"""Sections whose entries stand somewhere."""
_OWN_RADAR = "_radar"

Written = Mapping[str, Any]
"""A scenario as its user wrote it, by section."""


def written(text: str) -> Written:
    """The tables of a scenario's text."""
    return parse(text, "scenario").tree


def may_be_real(scenario: Written, section: str, name: str) -> bool:
    """Whether a source stands beside this entry, or beside the battery whose own radar it is."""
    entries = scenario.get(section, {})
    if section == "sensor" and name not in entries:
        section, name = "battery", name.removesuffix(_OWN_RADAR)
        entries = scenario.get(section, {})
    return bool(entries.get(name, {}).get("source"))


def single_real_place(scenario: Written, path: str) -> str:
    """The place, such as `battery.deveselu`, that a value at this path would change alone, if it
    may be real; nothing for any other path. `*` in the path stands for one part."""
    parts = path.split(".")
    if parts[0] == "architecture" and parts[2:3] == ["set"]:
        parts = parts[3:]
    section, pattern = (*parts, "", "")[:2]
    if section not in PLACED:
        return ""
    names = set(scenario.get(section, {}))
    if section == "sensor":
        names |= {f"{name}{_OWN_RADAR}" for name in scenario.get("battery", {})}
    matched = [name for name in names if fnmatchcase(name, pattern)]
    alone = len(matched) == 1 and may_be_real(scenario, section, matched[0])
    return f"{section}.{matched[0]}" if alone else ""
