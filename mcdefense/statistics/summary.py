"""A result in a few lines, for whoever prints it or has it in a notebook's cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mcdefense.statistics.result import Result

_MOST_ARCHITECTURES = 6
_MOST_LETTERS = 76


def summary(result: Result) -> list[str]:
    """What was run, how much of it, and the leakers a trial of the first architectures."""
    known, names = result.provenance, result.tally.axes.architecture
    trials, worlds = result.tally.trials, int(np.count_nonzero(result.tally["trials"]))
    sample = f"{trials:,} trial{'s' * (trials != 1)} in {worlds:,} world{'s' * (worlds != 1)}"
    lines = [
        _one_line(f"{known.get('marking', 'NOTIONAL')}  {known.get('title', 'untitled')}"),
        _one_line(sample + (f", seed {known['seed']}" if "seed" in known else "")),
        *(_leakers(result, a) for a in range(min(len(names), _MOST_ARCHITECTURES))),
    ]
    if len(names) > _MOST_ARCHITECTURES:
        lines.append(f"and {len(names) - _MOST_ARCHITECTURES} more architectures")
    return [
        *lines,
        "result.table() says all, result.figure() draws, result[name] is one estimate",
    ]


def _leakers(result: Result, architecture: int) -> str:
    name = _one_line(result.tally.axes.architecture[architecture], 24)
    ends = [f"expected_leakers{end}" for end in ("", "_low", "_high")]
    if not all(end in result.estimates for end in ends):
        return name
    value, low, high = (float(result.estimates[end][architecture]) for end in ends)
    return f"{name}: {value:.4g} ({low:.4g} to {high:.4g}) leakers a trial"


def _one_line(text: str, most: int = _MOST_LETTERS) -> str:
    """The text without what would move a terminal's cursor, and cut to so many letters."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= most else plain[: most - 1] + "~"
