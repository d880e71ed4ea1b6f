"""A sweep shares programs and lists: ten by eight points cost less than twelve runs."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from tests.support.command_line import in_a_process

CONFIG = Path(__file__).parents[2] / "configs" / "quick_start.toml"


def cpu_seconds(*arguments: str | Path) -> float:
    """What a command takes of the cores, which other programs do not lengthen as they do time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = in_a_process(*arguments, "--quiet")
    assert done.returncode == 0, done.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.slow
def test_eighty_points_cost_less_than_twelve_runs(tmp_path: Path) -> None:
    """Each once before, so that compiled programs are kept for both."""
    axes = (
        "--over",
        "battery.north.magazine.medium_sam=8:26:2",
        "--over",
        "raid.cruise.count=10:38:4",
    )
    for _ in range(2):
        run = cpu_seconds("run", CONFIG, "-o", tmp_path / "r.h5", "--force")
        sweep = cpu_seconds("sweep", CONFIG, *axes, "-o", tmp_path / "s.h5", "--force")
    assert sweep < 12 * run
