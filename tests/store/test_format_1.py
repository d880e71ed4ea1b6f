"""A file of format 1.1, made by the last program that wrote them, is read and converted.

The file is of the quick start with 4 worlds of 64 trials, compressed as HDF5's many small
datasets take 20 times the room of what is in them.
"""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import h5py
import numpy as np
import pytest

from mcdefense.contract import MODEL_VERSION
from mcdefense.errors import InputError, McdefenseError
from mcdefense.report import screen, to_json
from mcdefense.run import RunOptions, merge_files, simulate
from mcdefense.run.job import run_to_file
from mcdefense.run.monitor import UNWATCHED
from mcdefense.scenario import loads
from mcdefense.statistics import (
    ESTIMATE_DIMENSIONS,
    OUTCOMES,
    TALLY_DIMENSIONS,
    Result,
    Worths,
    estimate,
)
from mcdefense.store import StoreError, read, to_xarray, write
from mcdefense.store.format_1 import NOT_KEPT
from mcdefense.store.layout import FORMAT_VERSION

LOST_IN_RAID = ("leakers_before_onset", "batteries_lost", "sensors_lost")
KEPT = Path(__file__).parent / "data" / "result_1_1.h5.xz"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.h5"
    path.write_bytes(lzma.decompress(KEPT.read_bytes()))
    return path


def stored(path: Path, name: str) -> np.ndarray:
    with h5py.File(path) as file:
        array: np.ndarray = file[name][()]
        return array


def test_the_file_is_what_it_says(old: Path) -> None:
    assert KEPT.stat().st_size < 40_000
    with h5py.File(old) as file:
        assert file.attrs["format_version"].tolist() == [1, 1]
        assert file["cause"].dtype == np.int8
        assert file["worlds/night"].attrs["_FillValue"] == -1
    assert stored(old, "difference_expected_leakers")[0] > 1  # separate minus integrated


def test_every_count_comes_over(old: Path) -> None:
    result = read(old)
    assert result.tally.trials == 256
    renamed = {"damaging_leakers": "hits", "asset_damaged": "asset_hit"}
    for name, count in result.tally.counts.items():
        if f"tally/{name}" in NOT_KEPT:
            assert not count.any()
        else:
            kept = stored(old, f"tally/{renamed.get(name, name)}")
            if "cause" in TALLY_DIMENSIONS[name]:
                # a cause that was not told apart then, which no threat could meet
                kept = np.insert(kept, [OUTCOMES.index("network")] * 2, 0, axis=-1)
            assert np.array_equal(count, kept), name
    assert result.plan.tolist() == ["all"] * 4
    assert result.night.tolist() == [-1] * 4
    assert np.array_equal(result.check_hash, stored(old, "worlds/check_hash"))


def test_differences_are_turned_and_the_rest_is_as_it_was(old: Path) -> None:
    result = read(old)
    turned = ("difference_expected_leakers", "difference_leak_probability")
    for name in turned:
        for end, other in (("", ""), ("_low", "_high"), ("_high", "_low")):
            assert np.array_equal(result[name + end], -stored(old, name + other), equal_nan=True), (
                name
            )
    assert result["difference_world_band_low"][0] == -stored(old, "difference_world_band_high")[0]
    assert result["difference_expected_leakers"][0] < -1
    kept = 0
    with h5py.File(old) as file:
        for name, array in result.estimates.items():
            if name in file and not name.startswith((*turned, "difference_world_band")):
                ours = array
                if "cause" in ESTIMATE_DIMENSIONS[name]:
                    ours = np.delete(
                        ours, [OUTCOMES.index(c) for c in ("network", "lost")], axis=-1
                    )
                assert np.array_equal(ours, file[name][()], equal_nan=True), name
                kept += 1
    assert kept > 40


def test_what_is_stored_and_what_is_estimated_today_agree(old: Path) -> None:
    """So the signs are turned as `estimate` has them, in either order of the pair."""
    for swap in (False, True):
        result = read(old if not swap else _with_pair_swapped(old))
        known = result.provenance
        costs = json.loads(str(known["interceptor_costs"]))
        today = estimate(
            result.tally,
            Worths([costs[name] for name in result.tally.axes.interceptor]),
            baseline=str(known["baseline"]),
            compare=str(known["compare"]),
        )
        for name, array in today.items():
            assert result[name] == pytest.approx(array, nan_ok=True, abs=1e-12), name
        assert (result["difference_expected_leakers"][0] > 0) == swap
        assert (result["worlds_hurt"][0] == 1) == swap
        assert result.pair_names == (
            ("separate - integrated",) if swap else ("integrated - separate",)
        )


def _with_pair_swapped(old: Path) -> Path:
    """The same file with the roles of the headline changed, and its checksums made anew."""
    from mcdefense.store.contents import checksums
    from mcdefense.store.datasets import arrays_of
    from mcdefense.store.layout import CHECKSUMS

    with h5py.File(old, "r+") as file:
        file.attrs["baseline"], file.attrs["compare"] = "integrated", "separate"
        arrays = arrays_of(file, old.stat().st_size, lambda _: True)
        attributes = {k: v for k, v in file.attrs.items() if k not in CHECKSUMS}
        for name, value in checksums(arrays, attributes).items():
            file.attrs[name] = value
    return old


def test_it_is_shown(old: Path) -> None:
    result = read(old)
    lines = screen(result).splitlines()
    assert "Counted by version 1 of the model" in " ".join(lines[2:4])
    assert "integrated against separate: 1.2 (0.8 to 1.7) fewer leakers a raid" in lines
    headline = to_json(result)["headline"]
    assert headline["difference_expected_leakers"]["value"] == -1.23046875
    for by in ("asset", "class", "battery", "cause"):
        assert "nan" not in screen(result, by).lower()
    reach = next(line for line in screen(result, "asset").splitlines() if line.startswith("area"))
    # 1.x did not count what reached an asset, so that there is no difference either.
    assert reach.split()[1:] == ["-", "-", "-"]


def test_intervals_without_the_counts_of_each_world_are_the_widest_possible(old: Path) -> None:
    """4 worlds of unknown spread: those of 4 trials that each go all one way or the other."""
    result = read(old)
    from mcdefense.statistics.intervals import proportion_interval

    share = result["cause_share_total"]
    low, high = proportion_interval(4 * share[0, -1], 4)
    assert result["cause_share_total_low"][0, -1] == pytest.approx(float(low))
    assert result["cause_share_total_high"][0, -1] == pytest.approx(float(high))


def test_it_is_converted(old: Path, tmp_path: Path) -> None:
    result = read(old)
    write(result, tmp_path / "new.h5")
    with h5py.File(tmp_path / "new.h5") as file:
        assert tuple(file.attrs["format_version"]) == FORMAT_VERSION
        assert json.loads(file.attrs["asset_values"]) == {"area": 1.0}
    again = read(tmp_path / "new.h5")
    assert again.tally.equals(result.tally)
    for name, array in result.estimates.items():
        assert np.array_equal(again[name], array, equal_nan=True), name
    assert to_xarray(again).difference_expected_leakers.sel(pair="integrated - separate") < -1


def test_the_counts_alone_are_read_too_and_merge_with_new_ones(old: Path) -> None:
    counts = read(old, estimates=False)
    assert counts.estimates == {}
    merged = merge_files([old], allow_gaps=True)
    whole = read(old)
    assert merged.tally.equals(whole.tally)
    assert merged["expected_leakers"] == pytest.approx(whole["expected_leakers"])


def test_its_screen_says_which_model_counted(old: Path) -> None:
    """A file of version 1 of the model is read and says so; one of this version says nothing."""
    result = read(old)
    assert result.provenance["model_version"] == 1
    text = " ".join(screen(result).split())
    assert f"Counted by version 1 of the model. This program has version {MODEL_VERSION}" in text
    result.provenance["model_version"] = MODEL_VERSION
    assert "of the model" not in screen(result)


def test_a_run_of_an_older_model_is_not_gone_on_with(old: Path) -> None:
    """Nor added to: the refusal says which versions differ. The file stays as it is."""
    known, before = read(old), old.read_bytes()
    asked = RunOptions(worlds=8, trials_per_world=64, seed=1, resume=True)
    with pytest.raises(InputError, match=f"model version {MODEL_VERSION}, not 1"):
        run_to_file(loads(known.scenario_text), old, asked, UNWATCHED)
    assert old.read_bytes() == before


def test_the_assets_worth_is_that_of_the_scenario_and_its_overrides() -> None:
    from mcdefense.store.format_1 import _asset_values

    scenario = {"asset": {"area": {"value": 3}, "port": {}, "x.value": {"value": 2}}}
    found = _asset_values(scenario, "run.seed = 1\nasset.port.value = 2.5\nasset.gone.value = 9")
    assert found == {"area": 3.0, "port": 2.5, "x.value": 2.0}


@pytest.mark.parametrize("name", ["tally/hits", "scenario_toml", "worlds/plan"])
def test_a_file_that_lacks_a_variable_is_refused(old: Path, name: str) -> None:
    with h5py.File(old, "r+") as file:
        del file[name]
    with pytest.raises(StoreError, match=f"no variable '{name}'"):
        read(old)


def test_damage_is_found(old: Path) -> None:
    with h5py.File(old, "r+") as file:
        file["tally/leaked"][0, 0, 0] += 1
    with pytest.raises(StoreError, match="checksum"):
        read(old)


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_half_a_file_is_refused_in_one_line(old: Path, kept: float) -> None:
    content = old.read_bytes()
    old.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(McdefenseError) as caught:
        read(old)
    assert not isinstance(caught.value, InputError)
    assert "\n" not in str(caught.value)


def test_a_result_is_whole(old: Path) -> None:
    result = read(old)
    assert isinstance(result, Result)
    assert len(repr(result).splitlines()) <= 8


def test_todays_program_counts_what_that_one_did(old: Path) -> None:
    """The same scenario, seed and size: every count that both have, and what worlds add to it."""
    result = read(old)
    today = simulate(loads(result.scenario_text), worlds=4, trials_per_world=64, devices=1)
    for name, count in result.tally.counts.items():
        if name.endswith("_by_world"):
            run = today.tally[name.removesuffix("_by_world")]
            run = run.sum(axis=1) if name.startswith("leakers_by_time") else run
            added = run.sum(axis=1) if name.startswith("rounds") else run
            assert np.array_equal(today.tally[name].sum(axis=0), added), name
        elif name == "leakers_at_asset":
            reached = today.tally[name].sum(axis=-1)
            assert np.array_equal(reached, today.tally["leaked"][..., -1])
        elif f"tally/{name}" in NOT_KEPT:
            assert not count.any(), name
            # nothing of this scenario is lost or filled up in the raid, and no wave of it repeats
            nothing = name.endswith(("_before_onset", "_by_raid", "rounds_due", "_reloaded"))
            assert today.tally[name].any() or nothing or name in LOST_IN_RAID, name
        else:
            assert np.array_equal(count, today.tally[name]), name
    assert result.plan.tolist() == today.plan.tolist()
