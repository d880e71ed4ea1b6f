"""Each fault of `faults.py` once, a few kills and some damage; reliability.py does many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.system.faults.batch_run import Run
from tests.system.faults.damage import cut_short, flipped
from tests.system.faults.faults import FAULTS, Unavailable
from tests.system.faults.kills import killed


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_of_the_machine(tmp_path: Path, fault: Callable[[Path], str]) -> None:
    try:
        assert fault(tmp_path)
    except Unavailable as reason:
        pytest.skip(str(reason))


def test_killed_at_random_moments(tmp_path: Path, seed: int) -> None:
    found = killed(tmp_path, kills=4, seed=seed)
    assert (found.kills, found.unreadable, found.wrong) == (4, 0, 0)
    assert found.runs_finished >= 1


def test_damaged_files_are_refused_or_whole(tmp_path: Path, seed: int) -> None:
    run = Run(tmp_path)
    assert run.finish()[0] == 0
    flips, cuts = flipped(run.output, 40, seed), cut_short(run.output, 10, seed)
    assert flips.refused >= 4  # most are harmless in so small a file
    assert flips.refused + flips.harmless == flips.files == 40
    assert cuts.refused == cuts.files == 10
