"""Leakers saved and added by cause add up to the difference in leakers, exactly."""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np
import pytest

import mcdefense
from mcdefense.statistics import OUTCOMES, Result, Tally, estimate
from tests.support.raid_result import raid_result

CASE = """
threat.missile = {}
threat.drone = {}
raid.missile = { class = "missile", count = 1, start_s = 0 }
raid.drone = { class = "drone", count = 1, start_s = 0 }
sensor.lookout = {}
sensor.radar = {}
interceptor.r = { remote = "engage" }
battery.n = { magazine = { r = 1 }, sensors = ["radar"] }
architecture.apart = {}
architecture.joined = { join = "all" }
tracks.rows = [
  { sensor = "lookout", threat = "missile", time_s = 0, probability = 1 },
  { sensor = "radar", threat = "missile", time_s = 5, probability = 1 },
  { sensor = "radar", threat = "drone", time_s = 0, probability = 1 },
]
[opportunities]
rows = [
  {threat = "missile", battery = "n", interceptor = "r", launch_s = 0, intercept_s = 10, sspk = 1},
  {threat = "drone", battery = "n", interceptor = "r", launch_s = 20, intercept_s = 30, sspk = 1},
]
"""


def hold_exact(result: Result) -> None:
    """In integers: leakers alone are part of the leakers by cause, none of them against the same
    architecture, and those of the one less those of the other are the difference."""
    tally = result.tally
    by_cause, alone = tally["leaked_alone"], tally["leaked_alone"].sum(axis=(3, 4))
    killed = OUTCOMES.index("killed")
    assert not by_cause[..., killed].any()
    for a, b in np.ndindex(alone.shape[1:]):
        assert (by_cause[:, a, b] <= tally["outcome_by_world"][:, a]).all()
        assert (alone[:, a, b] <= tally["outcome_by_world"][:, b, :, killed].sum(axis=-1)).all()
        assert a != b or not alone[:, a, b].any()
        leaked = tally["leaked"][..., -1]
        assert np.array_equal(alone[:, a, b] - alone[:, b, a], leaked[:, a] - leaked[:, b])
    saved, added = (result[f"expected_leakers_{x}_total"].sum(axis=-1) for x in ("saved", "added"))
    assert added - saved == pytest.approx(result["difference_expected_leakers"], abs=1e-12)
    by_class = result["expected_leakers_saved"].sum(axis=1)
    assert by_class == pytest.approx(result["expected_leakers_saved_total"], abs=1e-12)


def test_one_saved_by_seeing_and_one_added_by_an_empty_magazine() -> None:
    result = mcdefense.simulate(
        mcdefense.loads(CASE), worlds=2, trials_per_world=64, seed=1, devices=1
    )
    hold_exact(result)
    missile, drone = (result.tally.axes.threat_class.index(x) for x in ("missile", "drone"))
    wanted = np.zeros((1, 2, len(OUTCOMES)))
    wanted[0, missile, OUTCOMES.index("not_tracked")] = 1
    assert np.array_equal(result["expected_leakers_saved"], wanted)
    wanted = np.zeros((1, 2, len(OUTCOMES)))
    wanted[0, drone, OUTCOMES.index("no_magazine")] = 1
    assert np.array_equal(result["expected_leakers_added"], wanted)
    assert result["difference_expected_leakers"].tolist() == [0.0]
    one, other = result.tally.axes.architecture
    text = " ".join(mcdefense.screen(result, "fate").split())
    assert (
        f"saved: leak under {one} and are killed under {other} added: leak under {other} and"
        in text
    )
    shown = mcdefense.screen(result, "fate").splitlines()
    head = next(line for line in shown if line.startswith("leakers a raid"))
    assert head.split() == ["leakers", "a", "raid", "saved", "added"]
    (row,) = (line for line in shown if line.startswith("missile: not tracked"))
    assert row.split()[3] == "1.000"
    assert len(row) < head.index("added")  # none of them is added
    assert result.tally["leakers_by_looks"].sum(axis=(0, 1)).tolist() == [256, 0, 0, 0]


@pytest.mark.parametrize("architectures", [1, 2, 4])
def test_every_pair_of_a_raid_adds_up(architectures: int) -> None:
    result = raid_result(architectures)
    hold_exact(result)
    for name in ("saved", "added"):
        value, low, high = (
            result[f"expected_leakers_{name}_total{end}"] for end in ("", "_low", "_high")
        )
        assert (low <= value).all()
        assert (value <= high).all()
        assert (high > 0).all()  # nothing seen has a width too


def test_the_other_way_round_what_was_saved_is_added() -> None:
    there = raid_result(2, baseline="separate", compare="sectors")
    back = raid_result(2, baseline="sectors", compare="separate")
    assert np.array_equal(there["expected_leakers_saved"], back["expected_leakers_added"])


def test_fates_that_were_not_counted_are_unknown() -> None:
    """As of a file of format 2.0, which holds none, also where only some worlds lack them."""
    tally = raid_result(2).tally
    counts = {name: count.copy() for name, count in tally.counts.items()}
    for name in ("leaked_alone", "leakers_by_looks_by_world"):
        counts[name] //= 2
    figures = estimate(Tally(tally.axes, counts))
    assert np.isnan(figures["expected_leakers_saved"]).all()
    assert np.isnan(figures["expected_leakers_by_looks"]).all()
    assert "was not counted" in mcdefense.screen(Result(Tally(tally.axes, counts), figures), "fate")


def test_a_file_of_format_2_0_is_read(tmp_path: Path) -> None:
    """It has no counts of fates: they read as 0, and what is made of them is unknown."""
    kept = Path(__file__).parents[1] / "store" / "data" / "result_2_0.h5.xz"
    (tmp_path / "old.h5").write_bytes(lzma.decompress(kept.read_bytes()))
    found = mcdefense.read(tmp_path / "old.h5")
    assert found.tally["leaked"].any()
    assert not found.tally["leaked_alone"].any()
    assert np.isnan(found["expected_leakers_saved"]).all()
    assert np.isfinite(found["expected_leakers"]).all()
