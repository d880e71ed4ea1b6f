"""Files that other programs hold open, or have changed: read, or called what they are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import pytest
import xarray as xr

from mcdefense.errors import InputError
from mcdefense.statistics import Result
from mcdefense.store import StoreError, read, write
from mcdefense.store.layout import REQUIRED_ATTRIBUTES, USUAL_ATTRIBUTES
from tests.store.random_result import random_result


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "result.h5"
    result = random_result()
    known = {**REQUIRED_ATTRIBUTES, **USUAL_ATTRIBUTES}  # those of a run, and no others
    for name in set(result.provenance) - {*known, "overrides"}:
        del result.provenance[name]
    write(result, target)
    return target


def assert_read(path: Path) -> None:
    found, wanted = read(path), random_result()
    assert found.tally.equals(wanted.tally)
    assert all(np.array_equal(found[n], v, equal_nan=True) for n, v in wanted.estimates.items())


OPENERS: dict[str, Callable[[Path], Any]] = {
    "h5py": lambda path: h5py.File(path, "r"),
    "h5py, locking": lambda path: h5py.File(path, "r", locking=True),
    "h5py to write": lambda path: h5py.File(path, "r+"),
    "h5py to append, no locking": lambda path: h5py.File(path, "a", locking=False),
    "xarray by h5netcdf": lambda path: xr.open_dataset(path, engine="h5netcdf"),
    "xarray by netCDF4": lambda path: xr.open_dataset(path, engine="netcdf4"),
    "netCDF4 to append": lambda path: netCDF4.Dataset(path, "a"),
}


@pytest.mark.parametrize("opened", OPENERS.values(), ids=OPENERS)
def test_a_file_that_this_process_holds_open_is_read(
    path: Path, opened: Callable[[Path], Any]
) -> None:
    held = opened(path)
    try:
        assert_read(path)
    finally:
        held.close()
    assert_read(path)


@pytest.mark.parametrize("mode", ["r", "r+"])
def test_a_file_that_another_process_holds_open_is_read(path: Path, mode: str) -> None:
    code = (
        "import h5py, sys\n"
        f"held = h5py.File(sys.argv[1], {mode!r}, locking=True)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert_read(path)
        process.communicate()


def append_variable(path: Path) -> None:
    xr.Dataset({"mine": ("x", np.arange(3))}).to_netcdf(path, mode="a", engine="h5netcdf")


def add_attribute(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.attrs["comment"] = "looked at"


def edit_counts(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["tally/leaked"][0, 0, 0] += 1


def rewrite_by_xarray(path: Path) -> None:
    with xr.open_dataset(path, engine="h5netcdf") as dataset:
        known = dataset.load()
    known.to_netcdf(path, mode="w", engine="netcdf4")


def edit_title(path: Path) -> None:
    with netCDF4.Dataset(path, "a") as file:
        file.title = "mine"


def remove_variable(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        del file["tally/damaging_leakers"]


def link_to_elsewhere(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        del file["tally/damaging_leakers"]
        file["tally/damaging_leakers"] = h5py.ExternalLink("other.h5", "/hits")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (append_variable, "it has a variable '"),
        (add_attribute, "it has an attribute 'comment', which no result has"),
        (edit_counts, "its content does not match its checksum"),
        (rewrite_by_xarray, "it has no variable 'tally/"),
        (edit_title, "its content does not match its checksum"),
        (remove_variable, "it has no variable 'tally/damaging_leakers'"),
        (link_to_elsewhere, "'tally/damaging_leakers' is a link, not a variable"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_another_program_changed_is_called_that(
    path: Path, change: Callable[[Path], None], what: str
) -> None:
    change(path)
    with pytest.raises(StoreError) as caught:
        read(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: changed by another program")
    assert what in said
    assert "damaged" not in said
    assert "\n" not in said


def recompress(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        values = file["tally/leaked"][...]
        del file["tally/leaked"]
        file.create_dataset("tally/leaked", data=values, compression="lzf")


def repack(path: Path) -> None:
    if shutil.which("h5repack") is None:
        pytest.skip("h5repack is not installed")
    other = path.with_name("other.h5")
    subprocess.run(["h5repack", "-f", "NONE", path, other], check=True)
    other.replace(path)


def note_on_a_variable(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["leak_probability"].attrs["comment"] = "plotted"


def touch_by_netcdf(path: Path) -> None:
    netCDF4.Dataset(path, "a").close()


@pytest.mark.parametrize(
    "change",
    [recompress, repack, note_on_a_variable, touch_by_netcdf],
    ids=lambda change: change.__name__,
)
def test_what_holds_the_same_result_is_read(path: Path, change: Callable[[Path], None]) -> None:
    change(path)
    assert_read(path)


def test_a_file_that_is_only_half_written_is_called_open(path: Path) -> None:
    """Its writer holds HDF5's lock; what is on the disk is no sign of damage."""
    whole = path.read_bytes()
    with h5py.File(path, "r+", locking=True):
        path.write_bytes(whole[:-200])
        with pytest.raises(StoreError, match="open for writing in another program; close it"):
            read(path)
        path.write_bytes(whole)
    path.write_bytes(whole[:-200])
    with pytest.raises(StoreError, match="damaged or cut short"):
        read(path)


def test_what_is_no_file_is_refused_without_waiting(path: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    gone = tmp_path / "gone.h5"
    gone.symlink_to("nowhere.h5")
    for place, what in (
        (pipe, "is not a regular file"),
        (tmp_path, "cannot read: Is a directory"),
        (gone, "cannot read: No such file or directory"),
    ):
        with pytest.raises(InputError, match=what):
            read(place)
    link = tmp_path / "link.h5"
    link.symlink_to(path.name)
    assert isinstance(read(link), Result)
