"""Random tables in random dialects, and such tables spoilt: what becomes of them is counted.

The oracle is the table itself: what was drawn is known before any text is made of it, so nothing
here reads a table.
"""

from __future__ import annotations

import itertools
import math
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mcdefense.scenario.tables import OPPORTUNITY_COLUMNS, OpportunityColumns, TableReader

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


def _cases(kind: str, seed: int, seconds: float) -> Iterator[tuple[int, random.Random]]:
    """Numbered sources of luck, for so long."""
    end = time.monotonic() + seconds
    for number in itertools.count():
        if time.monotonic() > end:
            return
        yield number, random.Random(f"{kind} {seed} {number}")


def dialects_tried(folder: Path, seed: int, seconds: float) -> Counter[str]:
    """Tables read back: how many were read, each equal to what was meant, or refused where a
    number may be meant in two ways. Raises AssertionError at the first that was neither."""
    seen: Counter[str] = Counter()
    path = folder / "rows.csv"
    for number, draw in _cases("dialect", seed, seconds):
        how, table = a_dialect(draw), a_table(draw)
        path.write_bytes(written(table, how, draw))
        try:
            columns = found_in(path)
            if columns is None:
                # Without groups of three digits there is nothing to refuse.
                assert in_doubt(path.read_bytes(), how)
            else:
                assert_equal(columns, table)
        except AssertionError as error:
            raise AssertionError(f"case {number}: {how}\n{path.read_bytes()!r}") from error
        seen["refused" if columns is None else "accepted"] += 1
    return seen


def spoilt_tried(folder: Path, seed: int, seconds: float) -> Counter[str]:
    """Tables with some bytes changed: how many were refused in plain lines, or read as numbers in
    their bounds. Raises AssertionError at the first that was neither."""
    seen: Counter[str] = Counter()
    path = folder / "rows.csv"
    for number, draw in _cases("bytes", seed, seconds):
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
            if columns is not None:
                assert_in_bounds(columns)
        except AssertionError as error:
            raise AssertionError(f"case {number}: {bytes(content)!r}") from error
        seen["refused" if columns is None else "accepted"] += 1
    return seen


def assert_in_bounds(columns: OpportunityColumns) -> None:
    """Every number is one that a scenario takes, and every column has all rows."""
    for name, high in (("launch_s", 1e10), ("intercept_s", 1e10), ("sspk", 1.0)):
        values = getattr(columns, name)
        absent = np.isnan(values)
        assert name == "sspk" or not absent.any()
        assert ((values[~absent] >= 0) & (values[~absent] <= high)).all()
    assert len(columns.threat) == len(columns.battery) == columns.line.size
