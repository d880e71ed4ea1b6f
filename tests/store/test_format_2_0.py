"""A file of format 2.0, made by the last program that wrote them, is read and completed.

The file is of the quick start with 6 worlds of 64 trials and two plans, weights .25 and .75, of
which two and four worlds drew. It is compressed, as that of format 1.1 is.
"""

from __future__ import annotations

import lzma
from pathlib import Path

import h5py
import numpy as np
import pytest

from mcdefense import loads, simulate
from mcdefense.commands import with_margin
from mcdefense.report import brief, screen
from mcdefense.run.identity import Identity
from mcdefense.statistics import ESTIMATE_DIMENSIONS, OUTCOMES, estimate
from mcdefense.store import read, write
from mcdefense.store.layout import FORMAT_VERSION
from tests.support.command_line import command

KEPT = Path(__file__).parent / "data" / "result_2_0.h5.xz"
UNKNOWN = ("expected_leakers_saved", "expected_leakers_added", "expected_leakers_by_looks")
"""What is made of counts that it does not have."""
BY_RAID = (
    "expected_leakers_by_raid",
    "change_expected_leakers_by_raid",
    "expected_rounds_fired_by_raid",
)
"""What there is only where a wave repeats."""
ADDED = (
    "worlds_same",
    "expected_leakers_network_up",
    "break_even_availability",
    *BY_RAID,
    *UNKNOWN,
)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.h5"
    path.write_bytes(lzma.decompress(KEPT.read_bytes()))
    return path


def test_what_it_has_is_read_and_the_rest_made_from_its_counts(old: Path) -> None:
    result = read(old)
    with h5py.File(old) as file:
        assert file.attrs["format_version"].tolist() == [2, 0]
        for name in ESTIMATE_DIMENSIONS:
            assert (name in file) == (not name.startswith(ADDED))
            if name in file:
                ours = result[name]
                if "cause" in ESTIMATE_DIMENSIONS[name]:
                    ours = np.delete(
                        ours, [OUTCOMES.index(c) for c in ("network", "lost")], axis=-1
                    )
                assert np.array_equal(ours, file[name][()], equal_nan=True), name
    today = estimate(result.tally, baseline="separate", compare="integrated", margin=0.0)
    for name in ESTIMATE_DIMENSIONS:
        if name.startswith(ADDED):
            assert np.array_equal(result[name], today[name], equal_nan=True), name
    assert result["worlds_same"].tolist() == [0]  # no margin, none within it
    assert all(np.isnan(result[name]).all() for name in UNKNOWN)


def test_it_has_no_bins_of_time_and_the_figure_says_so(old: Path, tmp_path: Path) -> None:
    result = read(old)
    assert result.tally.axes.time.size == 0
    done = command("plot", old, "losses", "-o", tmp_path / "losses.svg")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "counts nothing by time, as its file is of a format before 2.3" in done.stderr
    assert not (tmp_path / "losses.svg").exists()
    assert "The answer" in brief(result)


def test_it_is_not_merged_with_one_that_counts_by_time(old: Path) -> None:
    before = read(old)
    today = simulate(loads(before.scenario_text), worlds=1, trials_per_world=64, seed=1)
    mine, other = (Identity.of_file(one) for one in (before, today))
    assert "format of counts before 2.3, not 2.3 or later" in mine.differences(other)
    assert "format of counts 2.3 or later, not before 2.3" in other.differences(mine)


def test_plans_count_as_drawn_and_the_screen_says_so(old: Path) -> None:
    text = " ".join(screen(read(old)).split())
    assert "the file knows no weights of plans, as it is of a format before 2.1" in text
    assert "margin none" in text


def test_it_takes_a_margin_and_is_written_as_of_today(old: Path, tmp_path: Path) -> None:
    judged = with_margin(old, 50.0)
    assert judged["worlds_same"].tolist() == [1]
    write(judged, tmp_path / "new.h5")
    with h5py.File(tmp_path / "new.h5") as file:
        assert tuple(file.attrs["format_version"]) == FORMAT_VERSION
    assert read(tmp_path / "new.h5")["worlds_same"].tolist() == [1]
