"""The tools that people have open the file, with every name, axis and unit."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

from mcdefense.errors import McdefenseError
from mcdefense.statistics import (
    ESTIMATE_DIMENSIONS,
    OUTCOMES,
    SIGN,
    TALLY_DIMENSIONS,
    Tally,
    estimate,
)
from mcdefense.store import to_xarray, write
from mcdefense.store.describe import describe
from mcdefense.store.layout import (
    ESTIMATES,
    GROUPS,
    LAYOUT,
    RESERVED_ATTRIBUTES,
    TALLY,
    Variable,
)
from tests.store.random_result import SCENARIO, random_result

NUMBERED = ("world", "leakers", "time", "raid")
"""Axes without text along them."""


@pytest.fixture(scope="module", params=["several", "empty axes"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    empty = {"architectures": 1, "interceptors": 0, "parameters": 0}
    target = tmp_path_factory.mktemp("store") / "result.h5"
    write(random_result(empty if request.param == "empty axes" else None), target)
    return target


@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
@pytest.mark.parametrize("group", GROUPS)
def test_xarray_opens_every_group_whole(path: Path, engine: str, group: str) -> None:
    with xr.open_dataset(path, engine=engine, group=group or None) as dataset:
        dataset.load()
        assert set(dataset.variables) == {v.name for v in LAYOUT if v.group == group}
        assert not [name for name in dataset.sizes if "phony" in str(name)]
        for variable in LAYOUT:
            if variable.group == group:
                found = dataset[variable.name]
                assert found.dims == variable.dimensions
                assert found.attrs["units"] == variable.unit
                assert found.attrs["long_name"] == variable.meaning
        for dimension in dataset.dims:
            assert dimension in dataset.coords


@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
@pytest.mark.parametrize("group", GROUPS)
def test_the_view_in_memory_is_what_xarray_opens(tmp_path: Path, engine: str, group: str) -> None:
    result = random_result()
    write(result, tmp_path / "result.h5")
    opened = xr.open_dataset(tmp_path / "result.h5", engine=engine, group=group or None)
    with opened:
        xr.testing.assert_equal(opened, to_xarray(result, group))
        if not group:
            assert opened.scenario_toml.item() == SCENARIO
            assert opened.sel(architecture="architecture_1").pair.values[0] == (
                "architecture_1 - architecture_0"
            )
            attributes = {k: v for k, v in opened.attrs.items() if k not in RESERVED_ATTRIBUTES}
            expected = dict(result.provenance)
            del expected["overrides"]
            assert attributes == expected


@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
def test_axes_are_text_and_every_type_opens_as_it_is(path: Path, engine: str) -> None:
    """No integer opens as a floating-point number or a time, for want of a value or by its
    unit; no text as bytes; and every axis but the numbered ones has text along it."""
    for group in GROUPS:
        with xr.open_dataset(path, engine=engine, group=group or None) as dataset:
            for variable in (v for v in LAYOUT if v.group == group):
                found = dataset[variable.name]
                if variable.dtype == "text":
                    assert found.dtype.kind in "OUT", variable.path
                    assert all(isinstance(text, str) for text in found.values.ravel().tolist())
                else:
                    assert found.dtype == np.dtype(variable.dtype), variable.path
                    if found.dtype.kind in "iu":
                        assert not {"_FillValue", "missing_value"} & set(found.encoding)
                if variable.is_coordinate:
                    assert (variable.dtype == "text") == (variable.name not in NUMBERED)
            if not group and dataset.sizes["interceptor"]:
                assert tuple(dataset.cause.values) == OUTCOMES
                missed = dataset.cause_share.sel(cause="missed", threat_class="class_1")
                place = OUTCOMES.index("missed")
                assert np.array_equal(missed, dataset.cause_share[:, 1, place])


def test_netcdf_masks_no_integer(path: Path) -> None:
    """The netCDF library's own reader, which takes the default fill values for missing."""
    import netCDF4

    with netCDF4.Dataset(path) as file:
        for group in (file, *file.groups.values()):
            for name, variable in group.variables.items():
                if variable.dtype is not str and np.dtype(variable.dtype).kind in "iu":
                    assert not np.ma.is_masked(variable[...]), name


def test_every_difference_says_its_sign(path: Path) -> None:
    """By attribute, long name, label of the pair and once for the whole file."""
    differences = [v for v in LAYOUT if v.name.startswith("difference")]
    assert len(differences) == 6 * 3 + 2
    with xr.open_dataset(path, engine="h5netcdf") as dataset:
        assert dataset.attrs["differences"] == SIGN == "compare minus baseline"
        for variable in LAYOUT:
            if not variable.group:
                about = variable in differences
                assert (dataset[variable.name].attrs.get("sign") == SIGN) == about, variable.name
                assert (SIGN in dataset[variable.name].attrs["long_name"]) == about, variable.name
        names = dataset.architecture.values
        for pair, b, a in zip(
            dataset.pair.values,
            dataset.pair_compare.values,
            dataset.pair_baseline.values,
            strict=True,
        ):
            assert pair == f"{names[b]} - {names[a]}"


def test_labels_are_a_variable(tmp_path: Path) -> None:
    result = random_result(labels='{"architecture_0": "Jeder für sich", "architecture_9": "?"}')
    write(result, tmp_path / "result.h5")
    with xr.open_dataset(tmp_path / "result.h5", engine="h5netcdf") as dataset:
        labels = dataset.architecture_label.sel(architecture=["architecture_0", "architecture_1"])
        assert labels.values.tolist() == ["Jeder für sich", "architecture_1"]


@pytest.mark.parametrize("command", [("ncdump", "-h"), ("ncdump",), ("h5dump", "-H"), ("h5dump",)])
def test_command_line_tools_open_it(path: Path, command: tuple[str, ...]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed here")
    done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "phony_dim" not in done.stdout
    assert ("NOTIONAL" in done.stdout) == (command != ("h5dump", "-H"))
    if command[0] == "ncdump":
        for variable in LAYOUT:
            assert f" {variable.name}(" in done.stdout or f" {variable.name} ;" in done.stdout


def test_layout_and_file_agree_both_ways(path: Path) -> None:
    table = {variable.path: variable for variable in LAYOUT}
    assert len(table) == len(LAYOUT)
    found: dict[str, h5py.Dataset] = {}
    with h5py.File(path) as file:
        for group in GROUPS:
            for name, item in file[f"/{group}"].items():
                if isinstance(item, h5py.Dataset):
                    found[f"{group}/{name}".lstrip("/")] = item
        assert set(found) == set(table)
        assert {name for name in file if isinstance(file[name], h5py.Group)} == set(GROUPS[1:])
        identifiers = []
        for name, dataset in found.items():
            assert_as_in_table(dataset, table[name])
            if dataset.is_scale:
                identifiers.append(int(dataset.attrs["_Netcdf4Dimid"]))
        assert sorted(identifiers) == list(range(len(identifiers)))


def assert_as_in_table(dataset: h5py.Dataset, variable: Variable) -> None:
    if variable.dtype == "text":
        kind = h5py.check_string_dtype(dataset.dtype)
        assert kind is not None
        assert (kind.encoding, kind.length) == ("utf-8", None)
    else:
        assert dataset.dtype == np.dtype(variable.dtype)
        if dataset.ndim and dataset.size:
            assert (dataset.compression, dataset.shuffle, dataset.fletcher32) == (
                "gzip",
                True,
                True,
            )
    assert dataset.is_scale == variable.is_coordinate
    if not variable.is_coordinate:
        axes = tuple(axis[0].name.split("/")[-1] for axis in dataset.dims)
        assert axes == variable.dimensions
        folder = dataset.name.rpartition("/")[0]
        assert all(axis[0].name.rpartition("/")[0] == folder for axis in dataset.dims)


def test_layout_holds_every_count_and_estimate_of_the_statistics() -> None:
    for variables, dimensions in ((TALLY, TALLY_DIMENSIONS), (ESTIMATES, ESTIMATE_DIMENSIONS)):
        assert {variable.name: variable.dimensions for variable in variables} == dimensions


def test_estimates_of_a_run_without_trials_can_be_stored(tmp_path: Path) -> None:
    result = random_result()
    tally = Tally.zeros(result.tally.axes)
    write(type(result)(tally, estimate(tally), provenance=result.provenance), tmp_path / "r.h5")
    with xr.open_dataset(tmp_path / "r.h5", engine="netcdf4") as dataset:
        assert np.isnan(dataset.leak_probability).all()


def test_xarray_missing_gives_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xarray", None)
    with pytest.raises(McdefenseError, match="pip install xarray"):
        to_xarray(random_result())


def test_the_page_of_the_docs_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "results_file.md"
    assert page.read_text(encoding="utf-8") == describe(), (
        "run: python -m mcdefense.store.describe > docs/reference/results_file.md"
    )
