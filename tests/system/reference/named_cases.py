"""Small scenarios, each with an answer that the rules alone decide.

Most were found as disagreements between the engine and the reference, and made small.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.support.toml_text import Document
from tests.system.reference.far_wave import (
    FAR,
    FAR_CLASS,
    GUARD,
    GUARD_CELL,
    far_coins,
    far_doctrine,
    far_shots,
    far_tracks,
)


class NamedCase(NamedTuple):
    """A scenario, and counts that it must come to in every trial."""

    document: Document
    expected: dict[tuple[str, ...], int]


def shot(threat: str, battery: str, launch: float, intercept: float, sspk: float = 0.0) -> Document:
    """An opportunity with the interceptor `cheap`."""
    return {
        "threat": threat,
        "battery": battery,
        "interceptor": "cheap",
        "launch_s": launch,
        "intercept_s": intercept,
        "sspk": sspk,
    }


def scenario(
    rows: list[Document],
    *,
    count: int = 1,
    doctrine: Document | None = None,
    coins: Document | None = None,
    network: Document | None = None,
    **batteries: Document,
) -> Document:
    """A scenario of one wave `w0` of live objects and one cell, beside the far-off wave.

    The architectures `apart`, `sectors` and `joined` are alike but for the network of `sectors`.
    """
    holders = {f"b{i}": {"magazine": {"cheap": 0}} for i in range(3)}
    cell: Document = {"batteries": list(holders)}
    cells: Document = {"cells": {"all": cell, "guard": GUARD_CELL}}
    waves: dict[str, Any] = {
        f"w{i}": {"class": name, "count": 0 if i else count, "start_s": 0}
        for i, name in enumerate(("fast", "slow", "decoy"))
    }
    idle = {"level": "engagement", "effect": "launch", "probability": 1.0}
    return {
        "title": "named case",
        "asset": {"field": {"damage_probability": 0.5}},
        "sensor": {"lamp": {}, "torch": {}},
        "battery": {**holders, **batteries, "guard": GUARD},
        "interceptor": {"cheap": {}, "spare": {"cost": 9.0}},
        "threat": {"fast": {}, "slow": {}, "decoy": {"role": "decoy"}, "far": FAR_CLASS},
        "raid": {**waves, "far": FAR},
        "opportunities": {"rows": [*rows, *far_shots()]},
        "tracks": {"rows": far_tracks()},
        "doctrine": {"case": doctrine or {}, **far_doctrine()},
        "coin": {**(coins or {"idle": idle}), **far_coins()},
        "architecture": {
            "apart": cells,
            "sectors": {**cells, "network": network or {"fallback": "none"}},
            "joined": {**cells, "network": {"fallback": "apart"}},
        },
    }


def fired(battery: str, rounds: int) -> dict[tuple[str, ...], int]:
    """So many rounds fired by a battery under the first architecture."""
    return {("fired", "apart", battery, "cheap", "fast"): rounds}


NAMED = {
    "rule 20: `rest` is shared evenly under first_come": NamedCase(
        scenario(
            [shot("w0", "b0", 0, 2)],
            count=2,
            doctrine={"last_salvo": "rest", "allot": "first_come"},
            b0={"magazine": {"cheap": 4}},
        ),
        {
            ("engagements", "apart", "b0", "cheap", "fast"): 2,
            **fired("b0", 4),
            ("denied", "apart", "b0"): 0,
        },
    ),
    "rule 20: `rest` of one opportunity under first_come owes no more than it has": NamedCase(
        scenario(
            [shot("w0", "b0", 0, 2), shot("w0", "b1", 1, 3)],
            doctrine={"last_salvo": "rest", "allot": "first_come", "assessment_s": 5.0},
            b0={"magazine": {"cheap": 2}},
            b1={"magazine": {"cheap": 2}},
        ),
        {**fired("b0", 2), **fired("b1", 0)},
    ),
    "rules 12, 18: what has not started when a burst begins is not due": NamedCase(
        scenario(
            [shot("w0", "b0", 0, 2), shot("w0", "b0", 2, 4)],
            doctrine={"burst_s": 3.0},
            b0={"magazine": {"cheap": 5}, "reaction_s": 1.0},
        ),
        {
            **fired("b0", 0),
            ("cause", "apart", "0", "no_magazine"): 1,
            ("denied", "apart", "b0"): 1,
        },
    ),
    "rule 18: first_come needs no plan, who comes due later is served": NamedCase(
        scenario(
            [shot("w0", "b0", 0, 2), shot("w0", "b0", 2, 4)],
            doctrine={"burst_s": 3.0, "allot": "first_come"},
            b0={"magazine": {"cheap": 5}, "reaction_s": 1.0},
        ),
        fired("b0", 1),
    ),
    "rule 26: with nothing to fall back on, all that had an opportunity is unavailable": NamedCase(
        scenario(
            [shot("w0.0", "b0", 0, 2)],
            count=2,
            doctrine={"salvo": [0]},
            network={"availability": 0.0, "fallback": "none"},
            b0={"magazine": {"cheap": 5}},
        ),
        {
            ("cause", "sectors", "0", "unavailable"): 1,
            ("cause", "sectors", "1", "no_opportunity"): 1,
            ("cause", "apart", "0", "no_opportunity"): 1,
        },
    ),
    "rule 6: a coin of the opportunity doubles its share of a burst": NamedCase(
        scenario(
            [shot("w0", "b0", 0, 2)],
            count=2,
            doctrine={"salvo": [3]},
            coins={"dual": {"level": "engagement", "effect": "double", "probability": 0.0}},
            b0={"magazine": {"cheap": 4}},
        ),
        {**fired("b0", 4), ("engagements", "apart", "b0", "cheap", "fast"): 1},
    ),
    "rule 6: two failed coins double once": NamedCase(
        scenario(
            [shot("w0", "b0", 0, 2)],
            coins={
                "dual": {"level": "engagement", "effect": "double", "probability": 0.0},
                "dual_too": {"level": "pair", "effect": "double", "probability": 0.0},
            },
            b0={"magazine": {"cheap": 9}},
        ),
        fired("b0", 2),
    ),
    "rule 16: what an open look still owes may be added after the burst": NamedCase(
        scenario(
            [shot("w0", "b0", 0, 5), shot("w0", "b1", 1, 3)],
            doctrine={"salvo": [3]},
            b0={"magazine": {"cheap": 5}, "reserve": {"cheap": {"fast": 4}}},
            b1={"magazine": {"cheap": 5}},
        ),
        {**fired("b0", 1), **fired("b1", 2), ("looks", "apart", "b1", "cheap", "fast"): 0},
    ),
    "rules 16, 17: what is owed is settled by the battery that opens the look": NamedCase(
        scenario(
            [shot("w0", "b0", 0, 2), shot("w0", "b1", 0, 2)],
            doctrine={"salvo": [3]},
            b0={"magazine": {"cheap": 5}, "salvo": {"fast": [1]}},
            b1={"magazine": {"cheap": 5}},
        ),
        {**fired("b0", 1), **fired("b1", 0)},
    ),
    "rule 18: a second look within a burst has no share": NamedCase(
        scenario(
            [shot("w0", "b0", 0, 1), shot("w0", "b0", 2, 3)],
            doctrine={"burst_s": 3.0, "assessment_s": 0.0},
            b0={"magazine": {"cheap": 5}},
        ),
        {**fired("b0", 1), ("denied", "apart", "b0"): 1},
    ),
    "rule 30: a magazine that held nothing is not emptied": NamedCase(
        scenario([shot("w0", "b0", 0, 2), shot("w0", "b1", 1, 3)], b0={"magazine": {"cheap": 1}}),
        {
            ("emptied", "apart", "b0", "cheap"): 1,
            ("emptied", "apart", "b1", "cheap"): 0,
            ("denied", "apart", "b1"): 0,
        },
    ),
}
