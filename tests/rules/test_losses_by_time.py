"""What is lost is counted by the time of the impact, and a battery or a sensor once a trial.

Counts are held exactly but for one share, within 4 standard errors: it alarms falsely once in
16,000.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mcdefense
from mcdefense import RunOptions, Shard
from mcdefense.statistics import Result
from tests.rules.test_losses import TRIALS, TWINS, Q, counted, text
from tests.support.same_file import assert_same_content

FEW = 500


def in_bins(result: Result, name: str, architecture: str) -> dict[int, int]:
    """A count of one world by the start [s] of its bin, where it is not 0."""
    axes = result.tally.axes
    by_time = result.tally[name][0, axes.architecture.index(architecture)]
    return {int(s): int(n) for s, n in zip(axes.time, by_time, strict=True) if n}


def test_sure_leakers_fall_in_the_bins_of_their_impacts() -> None:
    """Impacts at 50, 150 and 250 s, which 5 s bins hold; the last one ends the last bin."""
    three = {"m1": "town", "m2": "town", "m3": "battery.a"}
    result = counted(text(three, 'architecture.both = {join = "all"}', kill=0), FEW)
    assert result.tally.axes.time.tolist() == list(range(50, 250, 5))
    assert in_bins(result, "leakers_by_time_by_world", "both") == {50: FEW, 150: FEW, 245: FEW}
    assert np.array_equal(result.tally["live_by_time"], result.tally["leakers_by_time"][0])
    # Nobody can fire any more when the battery is hit, and it is lost all the same.
    assert in_bins(result, "batteries_lost", "both") == {245: FEW}


def test_a_battery_hit_twice_is_lost_once_at_the_first() -> None:
    result = counted(text({"m1": "battery.a", "m2": "battery.a"}, TWINS, kill=0), FEW)
    for architecture in ("one", "both"):
        assert in_bins(result, "batteries_lost", architecture) == {50: FEW}
    for architecture in ("unhurt", "both_unhurt"):
        assert in_bins(result, "batteries_lost", architecture) == {}


def test_losses_add_up_to_the_trials_in_which_it_was_hit() -> None:
    """One look of one battery each: q are lost to the first threat; then a cannot fire, so that
    what was not lost leaks by the second with q too."""
    result = counted(text({"m1": "battery.a", "m2": "battery.a"}, TWINS))
    lost = in_bins(result, "batteries_lost", "one")
    axes = result.tally.axes
    place = axes.architecture.index("one"), axes.asset.index("battery.a")
    assert sum(lost.values()) == result.tally["asset_damaged"][place]
    error = np.sqrt(Q * (1 - Q) / TRIALS)
    assert abs(lost[50] / TRIALS - Q) < 4 * error
    assert abs(lost[145] / (TRIALS - lost[50]) - Q) < 4 * error / np.sqrt(1 - Q)


@pytest.mark.parametrize("shared", [False, True])
def test_the_radar_that_only_a_lost_battery_has_is_lost_with_it(*, shared: bool) -> None:
    scenario = text({"m1": "battery.a", "m2": "sensor.s"}, TWINS, sensors="s t", kill=0)
    scenario = scenario.replace("battery.a = {magazine", 'battery.a = {sensors = ["s"], magazine')
    if shared:
        own = 'battery.b = {sensors = ["s"], magazine'
        scenario = scenario.replace("battery.b = {magazine", own)
    result = counted(scenario, FEW)
    first = {145: FEW} if shared else {50: FEW}
    assert in_bins(result, "sensors_lost", "both") == first
    assert in_bins(result, "batteries_lost", "both") == {50: FEW}


def test_without_its_network_a_silent_defence_loses_all_that_is_flown_at() -> None:
    """Sure kills, unless the network is down: then nothing is fired."""
    silent = 'architecture.one = {join = "all", network = {availability = 0.5, fallback = "none"}}'
    result = counted(text({"m1": "battery.a", "m2": "town"}, silent, kill=1), FEW)
    down = int(result.tally["network_lost"][0, 0])
    assert 0 < down < FEW
    assert in_bins(result, "batteries_lost", "one") == {50: down}


def test_where_nothing_can_be_lost_nothing_is_counted() -> None:
    result = counted(text({"m1": "town"}, TWINS), FEW)
    assert not result.tally["batteries_lost"].any()
    assert not result.tally["sensors_lost"].any()
    assert result.tally["leakers_by_time"].sum() == result.tally["leaked"][..., -1].sum()


def test_shards_and_batches_count_the_same(tmp_path: Path) -> None:
    """Each shard, in other batches, knows the bins from the scenario alone."""
    scenario = mcdefense.loads(text({"m1": "battery.a", "m2": "battery.a"}, TWINS))
    size = RunOptions(worlds=4, trials_per_world=60)
    whole = mcdefense.run_to_file(scenario, tmp_path / "whole.h5", size)
    assert whole.tally["batteries_lost"].any(axis=(1, 2)).all()
    parts = [tmp_path / f"part_{number}.h5" for number in (1, 2)]
    for number, (path, batch) in enumerate(zip(parts, (7, 60), strict=True), 1):
        mcdefense.run_to_file(scenario, path, replace(size, shard=Shard(number, 2), batch=batch))
    mcdefense.merge(parts, tmp_path / "merged.h5")
    assert_same_content(tmp_path / "whole.h5", tmp_path / "merged.h5")
