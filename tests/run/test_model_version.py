"""The counts of this version of the model: who changes them must raise MODEL_VERSION."""

from __future__ import annotations

from mcdefense.contract import MODEL_VERSION
from mcdefense.run import simulate
from mcdefense.scenario import loads
from tests.support.small_scenarios import TABLE

VERSION, LEAKED, NO_LEAKERS, FIRED = 3, [59, 59], [347, 347], [1885, 1885]


def test_the_same_version_gives_the_same_counts() -> None:
    tally = simulate(loads(TABLE), devices=1).tally
    found = (
        MODEL_VERSION,
        tally["leaked"][..., -1].sum(axis=0).tolist(),
        tally["no_leakers"][..., -1].sum(axis=0).tolist(),
        tally["rounds_fired"].sum(axis=(1, 2, 3)).tolist(),
    )
    assert found == (VERSION, LEAKED, NO_LEAKERS, FIRED), (
        "runs of before can no longer be resumed or merged: raise MODEL_VERSION and put this here"
    )
