"""The engine counts what it counted when its counts were recorded (counts_recorded.py).

They were recorded anew with version 2 of the model, since rule 31, `shooter`, changed three
defaults: who fires first at one object, waiting for a cheaper round, and a last salvo below a
battery's own; and since random scenarios draw the new keys. Where the old behaviour can still be
written down, the counts were bit for bit those recorded before: `coordination`, `layered_table`
and `quick_start` with `prefer = ["file"]` and `choice = "first"` before all other doctrine, and
the 21 of the 200 random scenarios that neither wait nor lower a battery's salvo. So were those of
`eastern_flank` and `mass_raid` with `choice = "first"` throughout, no last salvo and no battery's
own salvo, against the program before.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.counts_recorded import (
    CONFIGS,
    RANDOM,
    TESTS,
    digest,
    of_config,
    of_random,
    of_short_comparison,
    recorded,
)

LONG_TO_RUN = {"eastern_flank", "eastern_flank_all_threats", "mass_raid"}


def test_every_configuration_is_recorded() -> None:
    known = recorded()
    assert set(known["config"]) == set(CONFIGS)
    assert {path.stem for path in (TESTS.parent / "configs").glob("*.toml")} == set(CONFIGS)
    assert set(known["random"]) == {str(number) for number in RANDOM}


def test_a_digest_tells_any_count_from_another() -> None:
    counts: dict[str, np.ndarray] = {"leakers": np.arange(4), "hits": np.zeros(2, int)}
    same: dict[str, np.ndarray] = {
        "hits": np.zeros(2, np.int64),
        "leakers": np.arange(4, dtype=np.int32),
    }
    assert digest(counts) == digest(same)
    assert digest(counts) != digest(counts | {"leakers": np.array([0, 1, 2, 4])})
    assert digest(counts) != digest({"leakers": np.zeros(2, int), "hits": np.arange(4)})


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name in LONG_TO_RUN else ()) for name in CONFIGS],
)
def test_a_configuration_counts_as_recorded(name: str) -> None:
    assert of_config(name) == recorded()["config"][name]


def test_the_short_comparison_counts_as_recorded() -> None:
    assert dict(of_short_comparison()) == recorded()["short comparison"]


@pytest.mark.slow
def test_random_scenarios_count_as_recorded() -> None:
    assert dict(of_random(RANDOM)) == recorded()["random"]
