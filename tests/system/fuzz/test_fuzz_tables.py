"""Random tables, written as some program would write them: read back they are equal, or refused.

`MCDEFENSE_FUZZ_SECONDS` lengthens the searches, `MCDEFENSE_TEST_SEED` moves them.
"""

from __future__ import annotations

import math
import os
import random
from pathlib import Path

import h5py
import numpy as np
import pytest

from tests.system.fuzz.tables import (
    TEXTS,
    a_table,
    assert_equal,
    dialects_tried,
    found_in,
    spoilt_tried,
)

SECONDS = float(os.environ.get("MCDEFENSE_FUZZ_SECONDS", "8"))
"""How long each of the two searches lasts."""


def test_a_table_in_any_dialect_is_read_as_it_was_meant_or_refused(
    tmp_path: Path, seed: int
) -> None:
    seen = dialects_tried(tmp_path, seed, SECONDS)
    assert seen["accepted"] > 4 * seen["refused"] > 0, seen


def test_cells_and_bytes_changed_at_random_are_refused_in_plain_lines_or_read(
    tmp_path: Path, seed: int
) -> None:
    seen = spoilt_tried(tmp_path, seed, SECONDS)
    assert min(seen["accepted"], seen["refused"]) > 0, seen


@pytest.mark.parametrize("number", range(60))
def test_a_table_in_hdf5_is_read_as_it_was_meant(tmp_path: Path, seed: int, number: int) -> None:
    draw = random.Random(f"hdf5 {seed} {number}")
    table = a_table(draw)
    path = tmp_path / draw.choice(["rows.h5", "rows.csv"])
    with h5py.File(path, "w", userblock_size=draw.choice([0, 512])) as file:
        for name, values in table.items():
            kind = draw.choice(["S8", h5py.string_dtype()]) if name in TEXTS else "f8"
            array = np.array(values, object if kind != "f8" and kind != "S8" else kind)
            shape = draw.choice([(-1,), (-1, 1), (1, -1)])
            file.create_dataset(name, data=array.reshape(shape), dtype=kind)
            if name == "sspk" and draw.random() < 0.5:
                file[name].attrs["_FillValue"] = 0.125
                table[name] = [math.nan if v == 0.125 else v for v in values]
    columns = found_in(path)
    assert columns is not None
    assert_equal(columns, table)
