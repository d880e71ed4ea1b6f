"""Random tables, written as some program would write them: read back they are equal, or refused.

The oracle is the table itself: what was drawn is known before any text is made of it, so nothing
here reads a table. `MCDEFENSE_FUZZ_SECONDS` lengthens the search, `MCDEFENSE_TEST_SEED` moves it.
"""

from __future__ import annotations

import itertools
import math
import os
import random
import re
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import pytest

from mcdefense.scenario.tables import OPPORTUNITY_COLUMNS, OpportunityColumns, TableReader

SECONDS = float(os.environ.get("MCDEFENSE_FUZZ_SECONDS", "8"))
"""How long each of the two searches lasts."""
TEXTS = ("threat", "battery", "interceptor")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
PIECES = (
    *(b",", b";", b"\t", b'"', b"\n", b"\r", b".", b"\0", b"\xff", b"\x1b", b"-", b"e9", b"nan"),
    *("\u0663".encode(), b"sep=;\n", b"\xef\xbb\xbf"),
)
NOTHING = ("", "NaN", "NA", "n/a", "null", "#N/A")


@dataclass(frozen=True)
class Dialect:
    """How a program writes a table."""

    separator: str
    mark: str
    digits: int | None  # after the decimal mark; None as many as it takes
    encoding: str
    end: str
    quotes: bool
    says_separator: bool
    last_separator: bool
    empty_rows: bool
    thousands: str


def a_dialect(draw: random.Random) -> Dialect:
    separator = draw.choice([",", ";", "\t", "|"])
    mark = "." if separator == "," else draw.choice([".", ","])
    thousands = draw.choice(["", "", "", "", ".", ","])
    return Dialect(
        separator,
        mark,
        draw.choice([None, None, 3]),
        draw.choice(ENCODINGS),
        draw.choice(["\n", "\r\n", "\r"]),
        draw.random() < 0.2,
        draw.random() < 0.2,
        draw.random() < 0.2,
        draw.random() < 0.3,
        "" if thousands == mark else thousands,
    )


def a_table(draw: random.Random) -> dict[str, list[str | float]]:
    """Columns; times are multiples of 1/8 s, which every notation here gives exactly."""
    rows = draw.randint(1, 6)
    most = draw.choice([8, 80, 80_000])
    coarse = draw.choice([1, 8])
    launch = [draw.randrange(most) / coarse for _ in range(rows)]
    table: dict[str, list[str | float]] = {
        "threat": [draw.choice(["r", "r.3", "r.07"]) for _ in range(rows)],
        "battery": [draw.choice(["b", "no_1"]) for _ in range(rows)],
        "interceptor": ["i"] * rows,
        "launch_s": list(launch),
        "intercept_s": [t + draw.randint(1, most) / coarse for t in launch],
        "sspk": [draw.choice([math.nan, 0.0, 0.125, 0.5, 0.875, 1.0]) for _ in range(rows)],
    }
    names = list(table)
    draw.shuffle(names)
    return {name: table[name] for name in names if name != "sspk" or draw.random() < 0.8}


def number_text(value: float, how: Dialect, draw: random.Random) -> str:
    if math.isnan(value):
        return draw.choice(NOTHING)
    text = f"{value:,.3f}" if how.digits else f"{value:,.10g}" if value < 1e9 else f"{value:,}"
    if how.digits is None and draw.random() < 0.1:
        text = f"{value:,.1f}" if value * 10 == round(value * 10) else text
    table = str.maketrans({",": how.thousands, ".": how.mark})
    return text.translate(table)


def written(table: dict[str, list[str | float]], how: Dialect, draw: random.Random) -> bytes:
    """The table as text in this dialect."""

    def joined(cells: list[str]) -> str:
        if how.quotes or any(how.separator in cell for cell in cells):
            cells = [f'"{cell}"' for cell in cells]
        return how.separator.join(cells) + how.separator * how.last_separator

    lines = [f"sep={how.separator}"] if how.says_separator else []
    lines.append(joined(list(table)))
    for row in zip(*table.values(), strict=True):
        if how.empty_rows and draw.random() < 0.5:
            lines.append(draw.choice(["", how.separator * (len(table) - 1), "  "]))
        lines.append(joined([v if isinstance(v, str) else number_text(v, how, draw) for v in row]))
    return (how.end.join(lines) + how.end * draw.randint(0, 2)).encode(how.encoding)


def found_in(path: Path) -> OpportunityColumns | None:
    """The columns of a file; None if it was refused, which takes one plain line a fault."""
    reader = TableReader(path, "rows.csv")
    columns = reader.opportunities()
    assert (columns is None) == bool(reader.faults)
    for fault in reader.faults:
        line = str(fault)
        assert line.startswith("rows.csv"), line
        assert line.isprintable(), line
        assert len(line) < 400, line
    return columns


def assert_equal(columns: OpportunityColumns, table: dict[str, list[str | float]]) -> None:
    rows = len(table["threat"])
    for name in OPPORTUNITY_COLUMNS:
        wanted = table.get(name, [math.nan] * rows)
        got = getattr(columns, name)
        if name in TEXTS:
            assert list(got) == wanted, name
        else:
            assert np.array_equal(got, np.array(wanted, np.float64), equal_nan=True), name


def in_doubt(content: bytes, how: Dialect) -> bool:
    """Whether any number ends in a mark and three digits, and so may be meant as thousands."""
    return re.search(r"[.,]\d{3}(?!\d)", content.decode(how.encoding)) is not None


def test_a_table_in_any_dialect_is_read_as_it_was_meant_or_refused(
    tmp_path: Path, seed: int
) -> None:
    seen: Counter[str] = Counter()
    path, end = tmp_path / "rows.csv", time.monotonic() + SECONDS
    for number in itertools.count():
        if time.monotonic() > end:
            break
        draw = random.Random(f"dialect {seed} {number}")
        how, table = a_dialect(draw), a_table(draw)
        path.write_bytes(written(table, how, draw))
        try:
            columns = found_in(path)
            if columns is None:
                seen["refused"] += 1
                # Without groups of three digits there is nothing to refuse.
                assert in_doubt(path.read_bytes(), how)
            else:
                seen["read"] += 1
                assert_equal(columns, table)
        except AssertionError as error:
            raise AssertionError(f"case {number}: {how}\n{path.read_bytes()!r}") from error
    assert seen["read"] > 4 * seen["refused"] > 0, seen


def test_cells_and_bytes_changed_at_random_are_refused_in_plain_lines_or_read(
    tmp_path: Path, seed: int
) -> None:
    """One change of a good table. What is then read differs from the table in the cells of one
    row, or is a table of fewer or more rows: it never moves values from column to column."""
    seen: Counter[str] = Counter()
    path, end = tmp_path / "rows.csv", time.monotonic() + SECONDS
    for number in itertools.count():
        if time.monotonic() > end:
            break
        draw = random.Random(f"bytes {seed} {number}")
        how, table = a_dialect(draw), a_table(draw)
        content = bytearray(written(table, how, draw))
        for _ in range(draw.randint(1, 3)):
            place = draw.randrange(len(content) + 1)
            piece = draw.choice([*PIECES, bytes([draw.randrange(256)])])
            if draw.random() < 0.5:
                content[place:place] = piece
            else:
                content[place : place + draw.randint(1, 4)] = piece
        path.write_bytes(bytes(content))
        try:
            columns = found_in(path)
        except AssertionError as error:
            raise AssertionError(f"case {number}: {bytes(content)!r}") from error
        seen["refused" if columns is None else "read"] += 1
        if columns is not None:
            for name, high in (("launch_s", 1e10), ("intercept_s", 1e10), ("sspk", 1.0)):
                values = getattr(columns, name)
                absent = np.isnan(values)
                assert name == "sspk" or not absent.any()
                assert ((values[~absent] >= 0) & (values[~absent] <= high)).all()
            assert len(columns.threat) == len(columns.battery) == columns.line.size
    assert min(seen.values()) > 0, seen


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
