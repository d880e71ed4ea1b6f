"""Files made to harm: nothing is read outside of them, none takes more memory than it can hold."""

from __future__ import annotations

import shutil
import tracemalloc
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from mcdefense.cli import main
from mcdefense.errors import InputError
from mcdefense.run import merge_files, simulate
from mcdefense.scenario import load, loads
from mcdefense.statistics import Result
from mcdefense.store import StoreError, read, write
from tests.support.small_scenarios import TABLE
from tests.system.fuzz.fuzz_edits import edit_file, sealed

MARKUP = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
HDF5_TABLE = """\
[battery.site]
magazine = { round = 6 }
[interceptor.round]
against.warhead = { sspk = 0.8 }
[threat.warhead]
[raid.salvo]
class = "warhead"
count = 4
start_s = 0
[opportunities]
file = "table.h5"
[architecture.alone]
"""


@pytest.fixture(scope="module")
def result() -> Result:
    return simulate(loads(TABLE), devices=1)


def with_attributes(result: Result, path: Path, **attributes: Any) -> Path:
    write(replace(result, provenance={**result.provenance, **attributes}), path)
    return path


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("soft link", "is a link"),
        ("external link", "is a link"),
        ("cycle", "has another name too"),
        ("doubling", "has another name too"),
        ("stored elsewhere", "is kept in other files"),
        ("virtual", "is kept in other files"),
    ],
)
def test_nothing_outside_a_result_file_is_read(
    result: Result, tmp_path: Path, harm: str, said: str
) -> None:
    write(result, tmp_path / "result.h5")
    shutil.copy(tmp_path / "result.h5", tmp_path / "outside.h5")
    edit_file(tmp_path / "result.h5", tmp_path / "outside.h5", [(harm, 2**19, 0, 0)])
    with pytest.raises(StoreError, match=said):
        read(tmp_path / "result.h5")


def test_an_array_larger_than_its_file_can_hold_is_not_made(result: Result, tmp_path: Path) -> None:
    write(result, tmp_path / "result.h5")
    with h5py.File(tmp_path / "result.h5", "r+") as file:
        del file["tally/world"]
        file.create_dataset("tally/world", (2**28,), "i8", chunks=(64,))
    tracemalloc.start()
    with pytest.raises(StoreError, match="larger than the file can hold"):
        read(tmp_path / "result.h5")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**26


@pytest.mark.parametrize(
    "attributes",
    [
        {"labels": "[" * 5000},
        {"warnings": '{"a": 1}'},
        {"interceptor_costs": '{"round": "dear"}'},
        {"seed": "seven"},
        {"worlds": 2**62},
        {"seconds_total": "long"},
    ],
    ids=lambda attributes: next(iter(attributes)),
)
def test_attributes_of_another_type_are_refused(
    result: Result, tmp_path: Path, attributes: dict[str, Any]
) -> None:
    path = with_attributes(result, tmp_path / "result.h5", **attributes)
    with pytest.raises(StoreError, match="not a consistent result: attribute"):
        read(path)


def test_an_attribute_that_no_checksum_can_be_of_is_refused(result: Result, tmp_path: Path) -> None:
    write(result, tmp_path / "result.h5")
    with h5py.File(tmp_path / "result.h5", "r+") as file:
        file.attrs["host"] = np.void(b"abc")
    with pytest.raises(StoreError, match="not a consistent result"):
        read(tmp_path / "result.h5")


def test_a_merge_without_a_price_is_refused(result: Result, tmp_path: Path) -> None:
    path = with_attributes(result, tmp_path / "result.h5", interceptor_costs="{}")
    with pytest.raises(InputError, match="no cost of 'round'"):
        merge_files([path])


def test_a_title_cannot_steer_the_terminal(result: Result, tmp_path: Path) -> None:
    path = with_attributes(result, tmp_path / "result.h5", title="\x1b]0;owned\x07\x1b[2J\x9b31m")
    sealed(path)
    for words in ((), ("--json",), ("--by", "asset")):
        done = CliRunner().invoke(main, ["show", str(path), *words])
        assert done.exit_code == 0
        assert not {"\x1b", "\x07", "\x9b"} & set(done.output)


def test_markup_in_texts_is_text_in_a_drawing(result: Result, tmp_path: Path) -> None:
    """The program writes no HTML; SVG is the one format in which a text could be markup."""
    path = with_attributes(
        result, tmp_path / "result.h5", title=f"{MARKUP} $\\frac{{$ \x1b[2J", marking=MARKUP
    )
    done = CliRunner().invoke(main, ["plot", str(path), "-o", str(tmp_path / "plot.svg")])
    assert done.exit_code == 0, done.output
    names = {e.tag.rpartition("}")[2] for e in ElementTree.parse(tmp_path / "plot.svg").iter()}
    assert "svg" in names
    assert not names & {"script", "img", "foreignObject"}


@pytest.mark.parametrize(
    "file", ["../outside.csv", "/etc/passwd", "link.csv", "folder/outside.csv"]
)
def test_a_table_outside_the_scenarios_folder_is_not_read(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "scenario"
    folder.mkdir()
    (tmp_path / "outside.csv").write_text("secret\n", encoding="utf-8")
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "folder").symlink_to(tmp_path)
    scenario = folder / "scenario.toml"
    scenario.write_text(HDF5_TABLE.replace("table.h5", file), encoding="utf-8")
    with pytest.raises(InputError, match="folder") as caught:
        load(scenario)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("dtype", [[("x", "i4")], "S5", "V7", "S2000000"])
def test_an_hdf5_table_of_odd_types_is_refused(tmp_path: Path, dtype: Any) -> None:
    with h5py.File(tmp_path / "table.h5", "w") as file:
        for name in ("threat", "battery", "interceptor"):
            file[name] = np.array([b"salvo"], "S5")
        file["launch_s"] = np.zeros(1)
        file.create_dataset("intercept_s", (1,), dtype)
    (tmp_path / "scenario.toml").write_text(HDF5_TABLE, encoding="utf-8")
    with pytest.raises(InputError, match="expected numbers"):
        load(tmp_path / "scenario.toml")
