"""Tables in files: opportunities, tracks and the history of raids, from CSV or HDF5."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcdefense.errors import Fault
from mcdefense.scenario.faults import did_you_mean, short
from mcdefense.scenario.values import MAX_TIME_S

if TYPE_CHECKING:  # numpy takes longer to import than all of this room
    import numpy as np
    from numpy.typing import NDArray

MAX_BYTES = 256 * 2**20
"""Largest table file read."""
MAX_ROWS = 4_000_000
"""Most rows of a table."""
_MOST_TEXT = 64
"""Most bytes of a name of fixed length in HDF5, as of a name in a scenario."""
MAX_ROW_FAULTS = 20
"""Faulty rows of one file that are reported."""

OPPORTUNITY_COLUMNS = ("threat", "battery", "interceptor", "launch_s", "intercept_s", "sspk")
TRACK_COLUMNS = ("sensor", "threat", "time_s", "probability", "cued_probability")
_TIME = f"a number, 0 or more (at most {MAX_TIME_S:g})"
_TEXT = ("threat", "battery", "interceptor", "sensor")
_OPTIONAL = ("sspk", "cued_probability")
_PROBABILITY = ("sspk", "probability", "cued_probability")


@dataclass(frozen=True)
class OpportunityColumns:
    """The opportunity table as columns, every field [rows]; times [s] after the threat's start."""

    threat: tuple[str, ...]
    battery: tuple[str, ...]
    interceptor: tuple[str, ...]
    launch_s: NDArray[np.float64]
    intercept_s: NDArray[np.float64]
    sspk: NDArray[np.float64]
    """NaN where the interceptor's value against the threat's class holds."""
    line: NDArray[np.int64]
    """Line of the file, from 1; -1 for a row of the scenario itself."""


@dataclass(frozen=True)
class TrackColumns:
    """The track table as columns, every field [rows]; times [s] after the threat's start."""

    sensor: tuple[str, ...]
    threat: tuple[str, ...]
    time_s: NDArray[np.float64]
    probability: NDArray[np.float64]
    cued_probability: NDArray[np.float64]
    """NaN where as uncued."""
    line: NDArray[np.int64]
    """Line of the file, from 1; -1 for a row of the scenario itself."""


@dataclass(frozen=True)
class HistoryColumns:
    """Raids of the past; every array [nights]."""

    label: tuple[str, ...]
    """Date, or whatever the first column says."""
    count: dict[str, NDArray[np.int64]]
    """Objects by column name."""

    @property
    def nights(self) -> int:
        """Number of nights."""
        return len(self.label)


class TableReader:
    """Reads one table file; faults are collected with file and line, none is raised."""

    def __init__(self, path: Path, shown: str) -> None:
        self.path = path
        self.shown = shown
        self.faults: list[Fault] = []

    def fault(self, line: int | None, key: str, message: str) -> None:
        """Adds a fault; once there are too many, the rest is dropped."""
        if len(self.faults) < MAX_ROW_FAULTS:
            where = self.shown if line is None else f"{self.shown}:{line}"
            self.faults.append(Fault(where, key, message))

    def opportunities(self) -> OpportunityColumns | None:
        """The opportunity table, or None if it has faults."""
        columns, lines = self._columns(OPPORTUNITY_COLUMNS)
        return None if self.faults else opportunity_columns(columns, lines)

    def tracks(self) -> TrackColumns | None:
        """The track table, or None if it has faults."""
        columns, lines = self._columns(TRACK_COLUMNS)
        return None if self.faults else track_columns(columns, lines)

    def history(self, used: Sequence[str]) -> HistoryColumns | None:
        """Label and the columns used, whole numbers; None if there are faults."""
        rows = self._rows()
        _, header = next(rows, (1, []))
        missing = [name for name in used if name not in header]
        for name in missing:
            self.fault(1, name, f"got no such column, expected it{did_you_mean(name, header)}")
        if missing or not header:
            return None
        at = [header.index(name) for name in used]
        labels: list[str] = []
        counts: list[list[int]] = []
        for line, row in rows:
            if self._ragged(line, row, header):
                continue
            labels.append(row[0])
            values = [row[i].strip() for i in at]
            for name, text in zip(used, values, strict=True):
                if not (text.isascii() and text.isdigit() and len(text) < 10):
                    self.fault(line, name, f"got {short(text)}, expected a whole number, 0 or more")
            counts.append([int(t) if t.isascii() and t.isdigit() else 0 for t in values])
        if not labels:
            self.fault(None, "", "got no rows, expected at least one night")
        if self.faults:
            return None
        import numpy as np

        table = np.array(counts, np.int64).reshape(len(labels), len(used))
        return HistoryColumns(tuple(labels), {n: table[:, i] for i, n in enumerate(used)})

    def _columns(self, names: tuple[str, ...]) -> tuple[dict[str, list[Any]], list[int]]:
        source = self._hdf5(names) if self.path.suffix in (".h5", ".hdf5") else self._rows()
        _, header = next(source, (1, []))
        for name in header:
            if name not in names:
                self.fault(1, name, f"unknown column{did_you_mean(name, names)}")
        for name in names:
            if name not in header and name not in _OPTIONAL and not self.faults:
                self.fault(1, name, "got no such column, expected it")
        columns: dict[str, list[Any]] = {name: [] for name in names}
        lines: list[int] = []
        if self.faults:
            return columns, lines
        absent = [name for name in names if name not in header]
        known: dict[str, str] = {}
        for line, row in source:
            if self._ragged(line, row, header):
                continue
            lines.append(line)
            for name, cell in zip(header, row, strict=True):
                value = self._cell(line, name, cell)
                columns[name].append(known.setdefault(value, value) if name in _TEXT else value)
            for name in absent:
                columns[name].append(float("nan"))
        if not lines and not self.faults:
            self.fault(None, "", "got no rows, expected at least one")
        return columns, lines

    def _cell(self, line: int, name: str, cell: Any) -> Any:
        if name in _TEXT:
            return str(cell).strip()
        if name in _OPTIONAL and isinstance(cell, str) and not cell.strip():
            return float("nan")
        try:
            value = float(cell)
        except ValueError:
            value = float("nan")
        high = 1.0 if name in _PROBABILITY else MAX_TIME_S
        if not (isfinite(value) and 0 <= value <= high):
            wanted = "a probability, a number from 0 to 1" if high == 1 else _TIME
            self.fault(line, name, f"got {short(cell)}, expected {wanted}")
        return value

    def _ragged(self, line: int, row: Sequence[Any], header: Sequence[str]) -> bool:
        if len(row) != len(header):
            self.fault(line, "", f"got {len(row)} columns, expected {len(header)} as in the header")
            return True
        return False

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line and cells of the header and of every row that is not blank."""
        header = True
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, strict=True)
                for row in reader:
                    if not row or (len(row) == 1 and not row[0].strip()):
                        continue
                    if reader.line_num > MAX_ROWS:
                        self.fault(None, "", f"got more than {MAX_ROWS:,} rows, expected fewer")
                        return
                    yield reader.line_num, [c.strip() for c in row] if header else row
                    header = False
        except UnicodeDecodeError as error:
            self.fault(None, "", f"got text that is not UTF-8 ({error.reason}), expected UTF-8")
        except csv.Error as error:
            self.fault(reader.line_num, "", f"not readable as CSV: {error}")
        except OSError as error:
            self.fault(None, "", f"cannot be read: {error.strerror}")
        if header and not self.faults:
            self.fault(None, "", "got an empty file, expected a header and rows")

    def _hdf5(self, names: tuple[str, ...]) -> Iterator[tuple[int, Sequence[Any]]]:
        import h5py

        try:
            with h5py.File(self.path, "r") as file:
                found = [n for n in names if isinstance(file.get(n, getlink=True), h5py.HardLink)]
                yield 1, found
                arrays: list[Any] = []
                for name in found:
                    dataset = file[name]
                    if not isinstance(dataset, h5py.Dataset) or dataset.ndim != 1:
                        self.fault(None, name, "expected a dataset of one dimension")
                    elif dataset.external or dataset.is_virtual:
                        self.fault(None, name, "got a dataset stored elsewhere, expected it here")
                    elif dataset.shape[0] > MAX_ROWS:
                        self.fault(None, name, f"got more than {MAX_ROWS:,} rows, expected fewer")
                    elif name in _TEXT and dataset.dtype.itemsize <= _MOST_TEXT:
                        arrays.append(dataset.asstr()[:])
                    elif name not in _TEXT and dataset.dtype.kind in "iuf":
                        arrays.append(dataset[:])
                    else:
                        wanted = "texts" if name in _TEXT else "numbers"
                        self.fault(
                            None, name, f"got {short(str(dataset.dtype))}, expected {wanted}"
                        )
                if self.faults:
                    return
                if len({len(a) for a in arrays}) > 1:
                    self.fault(None, "", "got datasets of several lengths, expected one")
                    return
                yield from enumerate(zip(*arrays, strict=True), start=1)
        except (OSError, TypeError, ValueError, KeyError) as error:
            self.fault(None, "", f"not readable as HDF5: {short(str(error), 80)}")


def opportunity_columns(columns: dict[str, list[Any]], lines: Sequence[int]) -> OpportunityColumns:
    """Columns from lists by name."""
    import numpy as np

    return OpportunityColumns(
        threat=tuple(columns["threat"]),
        battery=tuple(columns["battery"]),
        interceptor=tuple(columns["interceptor"]),
        launch_s=np.array(columns["launch_s"], np.float64),
        intercept_s=np.array(columns["intercept_s"], np.float64),
        sspk=np.array(columns["sspk"], np.float64),
        line=np.array(lines, np.int64),
    )


def track_columns(columns: dict[str, list[Any]], lines: Sequence[int]) -> TrackColumns:
    """Columns from lists by name."""
    import numpy as np

    return TrackColumns(
        sensor=tuple(columns["sensor"]),
        threat=tuple(columns["threat"]),
        time_s=np.array(columns["time_s"], np.float64),
        probability=np.array(columns["probability"], np.float64),
        cued_probability=np.array(columns["cued_probability"], np.float64),
        line=np.array(lines, np.int64),
    )
