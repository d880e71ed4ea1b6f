"""The picture of a worked case: when tracks begin, launches leave and intercepts come.

Times stand in order and not to scale, since a millisecond may matter beside half a minute.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

FEWEST = 3
"""Times from which on a case has a picture."""
LEGEND = "(t track, o launch, x intercept; not to scale)"


def times(case: Mapping[str, Any]) -> list[int]:
    """Every time of the case's tables [ms], each once."""
    rows = case["opportunities"]["rows"]
    seconds = [row[key] for row in rows for key in ("launch_s", "intercept_s")]
    seconds += [row["time_s"] for row in case.get("tracks", {}).get("rows", [])]
    return sorted({_milliseconds(s) for s in seconds})


def timeline(case: Mapping[str, Any]) -> str:
    """The case's tracks and opportunities, a line each, over its times."""
    labels = [f"{ms / 1000:g} s" for ms in times(case)]
    rows = [_track(row) for row in case.get("tracks", {}).get("rows", [])]
    rows += [_opportunity(row, case) for row in case["opportunities"]["rows"]]
    left = max(len(name) for name, _ in rows) + 3
    columns, at = {}, left
    for ms, label in zip(times(case), labels, strict=True):
        columns[ms] = at
        at += len(label) + 3
    head = " " * left + "   ".join(labels)
    return "\n".join([head, *(_line(name, marks, columns) for name, marks in rows), LEGEND]) + "\n"


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _track(row: Mapping[str, Any]) -> tuple[str, dict[int, str]]:
    chance = f" {row['probability']:g}"
    if "cued_probability" in row:
        chance += f", cued {row['cued_probability']:g}"
    return f"{row['sensor']} sees {row['threat']}:{chance}", {_milliseconds(row["time_s"]): "t"}


def _opportunity(row: Mapping[str, Any], case: Mapping[str, Any]) -> tuple[str, dict[int, str]]:
    name = f"{row['battery']} at {row['threat']}"
    if len(case["interceptor"]) > 1:
        name = f"{row['battery']}'s {row['interceptor']} at {row['threat']}"
    return name, {_milliseconds(row["launch_s"]): "o", _milliseconds(row["intercept_s"]): "x"}


def _line(name: str, marks: Mapping[int, str], columns: Mapping[int, int]) -> str:
    places = {columns[ms]: mark for ms, mark in marks.items()}
    first, last = min(places), max(places)
    drawn = "".join(places.get(column, "-") for column in range(first, last + 1))
    return name.ljust(first) + drawn


_TIMELINE = re.compile(r"```text timeline\n.*?```\n\n", re.DOTALL)
_CASE = re.compile(r"```toml case\n(.*?)```", re.DOTALL)


def with_timelines(page: str) -> str:
    """The page with the picture of each of its cases that has FEWEST times, just before it."""

    def drawn(match: re.Match[str]) -> str:
        case = tomllib.loads(match[1])
        picture = f"```text timeline\n{timeline(case)}```\n\n" if len(times(case)) >= FEWEST else ""
        return picture + match[0]

    return _CASE.sub(drawn, _TIMELINE.sub("", page))
