"""Tables in HDF5: shapes and attributes as netCDF and MATLAB write them are honoured or refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from mcdefense.errors import InputError
from tests.support.table_files import history, opportunities

Change = Callable[[h5py.File], None]


def written(folder: Path, change: Change | None = None, name: str = "rows.h5", **how: Any) -> str:
    """A table of two rows, changed."""
    with h5py.File(folder / name, "w", **how) as file:
        for column, text in (("threat", "r"), ("battery", "b"), ("interceptor", "i")):
            file[column] = [text, text]
        file["launch_s"], file["intercept_s"] = [0.0, 20.0], [10.0, 30.0]
        file["sspk"] = [0.9, 0.5]
        if change is not None:
            change(file)
    return name


def replaced(name: str, values: Any) -> Change:
    def change(file: h5py.File) -> None:
        del file[name]
        file[name] = values

    return change


def marked(name: str, **attributes: Any) -> Change:
    return lambda file: file[name].attrs.update(attributes)


def dimension(file: h5py.File) -> None:
    """What netCDF writes of a dimension that has a length but no values."""
    file["row"] = np.zeros(2)
    file["row"].make_scale("This is a netCDF dimension but not a netCDF variable.         2")


@pytest.mark.parametrize(
    "change",
    [
        replaced("sspk", np.array([[0.9], [0.5]])),
        replaced("sspk", np.array([[0.9, 0.5]])),
        replaced("threat", np.array([["r"], ["r"]], dtype=object)),
        replaced("threat", np.array([b"r   ", b"r   "])),
        replaced("launch_s", np.array([0, 20], np.uint8)),
        replaced("intercept_s", np.array([10, 30], ">i4")),
        marked("sspk", scale_factor=1.0, add_offset=0.0, units="1", long_name="of one round"),
        marked("launch_s", units="seconds", _FillValue=np.nan, valid_min=0.0, valid_max=20.0),
        marked("intercept_s", units="s", valid_range=np.array([0.0, 1e6])),
        dimension,
    ],
)
def test_a_table_as_programs_write_it_is_read(tmp_path: Path, change: Change) -> None:
    found = opportunities(tmp_path, written(tmp_path, change))
    assert found.threat == ("r", "r")
    assert (found.launch_s.tolist(), found.intercept_s.tolist()) == ([0, 20], [10, 30])
    assert found.sspk.tolist() == [0.9, 0.5]


@pytest.mark.parametrize(
    "name", ["rows.nc", "rows.H5", "rows.hdf5", "rows.mat", "rows.csv", "rows"]
)
def test_the_signature_counts_and_not_the_name(tmp_path: Path, name: str) -> None:
    assert opportunities(tmp_path, written(tmp_path, name=name)).sspk.tolist() == [0.9, 0.5]


def test_matlab_puts_a_block_of_its_own_first(tmp_path: Path) -> None:
    file = written(tmp_path, name="rows.mat", userblock_size=512)
    with (tmp_path / file).open("r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file".ljust(512))
    assert opportunities(tmp_path, file).sspk.tolist() == [0.9, 0.5]


@pytest.mark.parametrize("fill", [{"_FillValue": -999.0}, {"missing_value": np.array([-999.0])}])
def test_what_the_file_marks_as_missing_is_the_default(tmp_path: Path, fill: Any) -> None:
    def change(file: h5py.File) -> None:
        file["sspk"][0] = -999.0
        file["sspk"].attrs.update(fill)

    assert math.isnan(opportunities(tmp_path, written(tmp_path, change)).sspk[0])


def test_nan_is_the_default_of_an_optional_column_only(tmp_path: Path) -> None:
    found = opportunities(tmp_path, written(tmp_path, replaced("sspk", [np.nan, 0.5])))
    assert math.isnan(found.sspk[0])
    with pytest.raises(InputError, match=r"rows\.h5:2: launch_s: got nan, expected a number"):
        opportunities(tmp_path, written(tmp_path, replaced("launch_s", [0.0, np.nan])))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.move("sspk", "sskp"), ": sskp: unknown dataset; did you mean 'sspk'?"),
        (lambda f: f.move("sspk", "SSPK"), ": SSPK: unknown dataset; did you mean 'sspk'?"),
        (lambda f: f.create_group("more"), ": more: unknown dataset"),
        (replaced("sspk", h5py.SoftLink("/launch_s")), ": sspk: got a link, expected a dataset"),
        (marked("launch_s", scale_factor=0.001), ": launch_s: got the attribute scale_factor = '0"),
        (marked("sspk", add_offset=0.1), ": sspk: got the attribute add_offset = '0.1', expected"),
        (marked("launch_s", Scale_Factor=10), ": launch_s: got the attribute scale_factor = '10'"),
        (marked("launch_s", units="ms"), ": launch_s: got units 'ms', expected 's'"),
        (marked("launch_s", units="seconds since 2022-01-01"), ": launch_s: got units 'seconds si"),
        (marked("sspk", units="%"), ": sspk: got units '%', expected '1'"),
        (marked("launch_s", unit=np.bytes_(b"min")), ": launch_s: got unit 'min', expected 's'"),
        (marked("sspk", flag_values=[0.5, 0.9]), ": sspk: got the attribute flag_values, expected"),
        (marked("launch_s", _Unsigned="true"), ": launch_s: got the attribute _Unsigned"),
        (marked("intercept_s", valid_max=25.0), ":2: intercept_s: got 30, which the dataset's own"),
        (marked("launch_s", valid_range=[1.0, 99.0]), ":1: launch_s: got 0, which the dataset's o"),
        (marked("launch_s", _FillValue=20.0), ":2: launch_s: got nan, expected a number"),
        (marked("sspk", MATLAB_empty=1), ": sspk: got an empty array, expected rows"),
        (replaced("sspk", np.ones((2, 2))), ": sspk: expected a dataset of one dimension"),
        (replaced("sspk", 0.9), ": sspk: expected a dataset of one dimension"),
        (replaced("sspk", [0.9]), ": got datasets of several lengths, expected one"),
        (replaced("sspk", ["0.9", "0.5"]), ": sspk: got 'object', expected numbers"),
        (replaced("sspk", np.array([True, False])), ": sspk: got 'bool', expected numbers"),
        (replaced("threat", np.array([114, 114], np.uint16)), ": threat: got 'uint16', expected t"),
        (replaced("threat", np.array([b"\xef", b"r"])), ": got text that is not UTF-8, expected U"),
    ],
)  # fmt: skip
def test_what_changes_the_meaning_is_refused(tmp_path: Path, change: Change, said: str) -> None:
    with pytest.raises(InputError) as caught:
        opportunities(tmp_path, written(tmp_path, change))
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{tmp_path}/rows.h5{said}")


def test_a_history_may_be_hdf5_too(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "nights.nc", "w") as file:
        file["drones"], file["date"] = np.array([[5.0], [3.0]]), ["2022-10-09", "Total"]
        file["other"] = np.ones((3, 3))
    found = history(tmp_path, "nights.nc")
    assert (found.label, found.count["drones"].tolist()) == (("2022-10-09", "Total"), [5, 3])
    with h5py.File(tmp_path / "nights.nc", "r+") as file:
        file["drones"].attrs["scale_factor"] = 10.0
    with pytest.raises(InputError, match="drones: got the attribute scale_factor"):
        history(tmp_path, "nights.nc")
    with pytest.raises(InputError, match="drone: got no such column, expected it"):
        history(tmp_path, "nights.nc", "drone")
