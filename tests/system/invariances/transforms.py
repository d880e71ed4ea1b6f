"""A scenario's text under other names, or with all times moved; and the comparison of tallies."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import numpy as np

import mcdefense
from mcdefense.statistics import TALLY_DIMENSIONS, Result, Tally

SECTIONS = (
    "asset",
    "sensor",
    "battery",
    "interceptor",
    "threat",
    "raid",
    "plan",
    "doctrine",
    "coin",
    "uncertainty",
    "architecture",
)
TRIALS, BATCH, WORLDS = 300, 256, 2
"""Two blocks a world, the second of them not full."""

_NUMBER = r"\d+(?:\.\d+)?(?:e-?\d+)?"
_TIME = re.compile(
    rf"\b((?:start|arrival|onset)_s *= *)(\[ *{_NUMBER} *, *{_NUMBER} *\]|{_NUMBER})"
)


def names_in(text: str) -> list[str]:
    """Every name that the text gives to something, cells included, in order, each once."""
    document = tomllib.loads(text)
    names = [name for section in SECTIONS for name in document.get(section, {})]
    for architecture in document.get("architecture", {}).values():
        names += architecture.get("cells", {})
    return list(dict.fromkeys(names))


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with each of these names replaced wherever it stands as a word.

    Raises ValueError if that cannot be undone: a name that is a word of the text already.
    """
    other = _replaced(text, names)
    back = {new: old for old, new in names.items()}
    if len(back) != len(names) or _replaced(other, back) != text:
        raise ValueError(f"names that the text uses for something else: {names}")
    return other


def _replaced(text: str, names: Mapping[str, str]) -> str:
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.sub(rf"\b(?:{words})\b", lambda word: names[word[0]], text)


def shifted(text: str, by_s: float) -> str:
    """The text with every start, arrival and onset later by so many seconds."""

    def later(found: re.Match[str]) -> str:
        return found[1] + re.sub(_NUMBER, lambda number: repr(float(number[0]) + by_s), found[2])

    return _TIME.sub(later, text)


def simulated(
    text: str,
    seed: int,
    *,
    trials: int = TRIALS,
    worlds: int = WORLDS,
    batch: int = BATCH,
    devices: int = 1,
) -> Result:
    """A run of the text; all in blocks of one size unless told otherwise."""
    return mcdefense.simulate(
        mcdefense.loads(text, name="case"),
        worlds=worlds,
        trials_per_world=trials,
        seed=seed,
        devices=devices,
        batch=batch,
    )


def assert_same_counts(one: Tally, other: Tally, *, by_time: bool = True) -> None:
    """Every count of two runs is the same, bit for bit; what the axes are called is left aside.

    Not `by_time`, counts by time are added up over it: their bins stand at round times.
    """
    assert [len(names) for names in _axes(one)] == [len(names) for names in _axes(other)]
    for name in TALLY_DIMENSIONS:
        mine, theirs = (
            tally[name] if by_time else over_time(name, tally[name]) for tally in (one, other)
        )
        np.testing.assert_array_equal(mine, theirs, err_msg=name)


def over_time(name: str, counts: np.ndarray) -> np.ndarray:
    """A count of a tally, by time added up over all times."""
    by_time = "time" in TALLY_DIMENSIONS[name]
    return np.asarray(counts.sum(axis=TALLY_DIMENSIONS[name].index("time")) if by_time else counts)


def _axes(tally: Tally) -> list[tuple[str, ...]]:
    a = tally.axes
    return [a.architecture, a.threat_class, a.battery, a.interceptor, a.asset]
