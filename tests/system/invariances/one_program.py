"""Cases of opportunity_table.py with the features of random_tables.py, so that this folder
compiles one program for them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.opportunity_table import ARCHITECTURES, Replay, replay


def four(architectures: Mapping[str, str] | str) -> dict[str, str]:
    """Four architectures, those missing copies of the first; the second has a network that is
    never down, with the first to fall back on."""
    named = {"only": architectures} if isinstance(architectures, str) else dict(architectures)
    first = next(iter(named))
    for number in range(len(named), ARCHITECTURES):
        named[f"again{number}"] = named[first]
    second = list(named)[1]
    named[second] += f', network = {{availability = 1, fallback = "{first}"}}'
    return named


def replayed(*, architecture: Mapping[str, str] | str, **case: Any) -> Replay:
    """As `opportunity_table.replay`."""
    return replay(architecture=four(architecture), **case)
