"""Counts by time of a study's points, whose raids may last differently, and of older studies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import mcdefense
from mcdefense.store import read_study
from mcdefense.store.contents import digest
from tests.rules.test_losses import text

NEW = (
    "time",
    "live_by_time",
    "leakers_by_time",
    "leakers_by_time_by_world",
    "batteries_lost",
    "sensors_lost",
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every threat leaks: one at the battery at 50 s, one at the town at 150 s or at 5,100 s."""
    path = tmp_path_factory.mktemp("study") / "study.h5"
    scenario = path.with_suffix(".toml")
    joined = 'architecture.both = {join = "all"}'
    scenario.write_text(text({"m1": "battery.a", "m2": "town"}, joined, kill=0), encoding="utf-8")
    size = mcdefense.RunOptions(worlds=1, trials_per_world=20)
    mcdefense.sweep(scenario, path, over={"raid.m2.impact_s": [50, 5000]}, options=size)
    return path


def test_points_share_bins_that_are_sums_of_their_own(file: Path) -> None:
    short, long = read_study(file).points
    time = short.tally.axes.time
    assert time.tolist() == long.tally.axes.time.tolist() == list(range(0, 5100, 300))
    for point, last in ((short, 0), (long, time.size - 1)):
        by_time = point.tally["leakers_by_time"][0, 0]
        assert np.flatnonzero(by_time).tolist() == sorted({0, last})
        assert by_time.sum() == point.tally["leaked"][0, 0, -1] == 40
        assert point.tally["batteries_lost"][0, 0, 0] == 20


def test_a_study_of_format_1_0_is_read_without_bins_of_time(file: Path, tmp_path: Path) -> None:
    """It has no such variables, and a checksum over the others."""
    old = tmp_path / "old.h5"
    old.write_bytes(file.read_bytes())
    with h5py.File(old, "r+") as study:
        for name in NEW:
            del study[f"tally/{name}"]
        study.attrs["format_version"] = np.array([1, 0], np.int32)
        known = {k: v for k, v in study.attrs.items() if k != "content_sha256"}
        study.attrs["content_sha256"] = digest(_arrays(study), known)
    points = read_study(old).points
    assert [point.tally.axes.time.size for point in points] == [0, 0]
    assert points[0].tally["leaked"][0, 0, -1] == 40


def _arrays(study: h5py.File) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}

    def take(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            array = item.asstr()[()] if h5py.check_string_dtype(item.dtype) else item[()]
            found[name] = np.array(array, object) if isinstance(array, str) else np.asarray(array)

    study.visititems(take)
    return found
