"""Tables in files: opportunities, tracks and the history of raids, from CSV or HDF5."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mcdefense.errors import Fault
from mcdefense.scenario.faults import did_you_mean, short
from mcdefense.scenario.table_formats import is_hdf5, other_format
from mcdefense.scenario.table_hdf5 import Hdf5Table
from mcdefense.scenario.table_numbers import MISSING, Numbers
from mcdefense.scenario.table_text import Row, TextTable
from mcdefense.scenario.values import MAX_TIME_S

if TYPE_CHECKING:  # numpy takes longer to import than all of this room
    import numpy as np
    from numpy.typing import NDArray

MAX_BYTES = 256 * 2**20
"""Largest table file read."""
MAX_ROWS = 4_000_000
"""Most rows of a table."""
_MOST_OBJECTS = 10**9
"""Counts of a history lie below; a raid's own limit is checked with its waves."""
_LONGEST_KEY = 64
"""Longest name of a column that a fault gives as it stands."""
MAX_ROW_FAULTS = 20
"""Faulty rows of one file that are reported."""

OPPORTUNITY_COLUMNS = ("threat", "battery", "interceptor", "launch_s", "intercept_s", "sspk")
TRACK_COLUMNS = ("sensor", "threat", "time_s", "probability", "cued_probability")
_TIME = f"a number, 0 or more (at most {MAX_TIME_S:g})"
_TEXT = ("threat", "battery", "interceptor", "sensor")
_OPTIONAL = ("sspk", "cued_probability")
_PROBABILITY = ("sspk", "probability", "cued_probability")
_SECONDS = ("launch_s", "intercept_s", "time_s")
_LABELS = ("date", "label")
"""Datasets of an HDF5 history that may label its nights."""


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
    """Line of the file (row of an HDF5 file), from 1; -1 for a row of the scenario itself."""


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
    """Line of the file (row of an HDF5 file), from 1; -1 for a row of the scenario itself."""


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


class _Table(NamedTuple):
    """A table being read, from whichever kind of file."""

    header: list[str]
    header_line: int | None
    rows: Iterator[Row]
    numbers: Numbers | None
    """How the cells of a text file are read; None where they are numbers already."""


class TableReader:
    """Reads one table file, text or HDF5 by what it holds; faults are collected with file and line,
    none is raised."""

    def __init__(self, path: Path, shown: str) -> None:
        self.path = path
        self.shown = shown
        self.faults: list[Fault] = []

    def fault(self, line: int | None, key: str, message: str) -> None:
        """Adds a fault; once there are too many, the rest is dropped."""
        if len(self.faults) < MAX_ROW_FAULTS:
            where = self.shown if line is None else f"{self.shown}:{line}"
            plain = key.isprintable() and len(key) <= _LONGEST_KEY
            self.faults.append(Fault(where, key if plain else short(key), message))

    def opportunities(self) -> OpportunityColumns | None:
        """The opportunity table, or None if it has faults."""
        read = self._columns(OPPORTUNITY_COLUMNS)
        return None if read is None else opportunity_columns(*read)

    def tracks(self) -> TrackColumns | None:
        """The track table, or None if it has faults."""
        read = self._columns(TRACK_COLUMNS)
        return None if read is None else track_columns(*read)

    def history(self, used: Sequence[str]) -> HistoryColumns | None:
        """A label and the columns used, whole numbers, by night; None if there are faults.

        A night is labelled by the first column of a text file, and by the dataset `date` or `label`
        of an HDF5 file, else by its number.
        """
        table = self._opened(used)
        if table is None:
            return None
        for name in used:
            if name not in table.header:
                came = f"got no such column, expected it{did_you_mean(name, table.header)}"
                self.fault(table.header_line, name, came)
        if self.faults:
            return None
        at = [table.header.index(name) for name in used]
        labelled = next((table.header.index(n) for n in _LABELS if n in table.header), None)
        label_at = 0 if table.numbers is not None else labelled
        labels: list[str] = []
        counts: list[list[int]] = []
        for line, row in table.rows:
            labels.append(str(line) if label_at is None else str(row[label_at]).strip())
            counts.append([self._whole(table, line, table.header[i], row[i]) for i in at])
        self._settle(table, rows=len(labels), wanted="at least one night")
        if self.faults:
            return None
        import numpy as np

        columns = np.array(counts, np.int64).reshape(len(labels), len(used))
        return HistoryColumns(tuple(labels), {n: columns[:, i] for i, n in enumerate(used)})

    def _opened(self, wanted: Sequence[str], known: Sequence[str] = ()) -> _Table | None:
        """The table's header and rows; None if they cannot be told.

        `wanted` are columns that it must have. It may have any others unless `known` lists all
        that it may have.
        """
        try:
            if (kind := other_format(self.path)) is not None:
                self.fault(None, "", f"got {kind}, expected CSV text in UTF-8, or HDF5")
                return None
            if is_hdf5(self.path):
                return self._opened_hdf5(wanted, known)
            text = TextTable(self.path, wanted, MAX_ROWS, self.fault)
        except OSError as error:
            self.fault(None, "", f"cannot be read: {error.strerror}")
            return None
        if not (self.faults or text.header):
            self.fault(None, "", "got no header, expected the names of the columns")
        for name, times in Counter(text.header).items():
            if name and times > 1:
                places = [str(i) for i, n in enumerate(text.header, start=1) if n == name]
                came = f"got this column {times} times (columns {', '.join(places)})"
                self.fault(text.header_line, name, f"{came}, expected it once")
        numbers = Numbers(text.separator)
        table = _Table(text.header, text.header_line, text.rows(), numbers)
        return None if self.faults else table

    def _opened_hdf5(self, wanted: Sequence[str], known: Sequence[str]) -> _Table | None:
        texts = _TEXT if known else tuple(name for name in _LABELS if name not in wanted)
        source = Hdf5Table(self.path, texts, _SECONDS if known else (), MAX_ROWS, self.fault)
        columns = source.columns(known or (*wanted, *texts), others=not known)
        rows = enumerate(zip(*columns.values(), strict=True), start=1)
        return None if self.faults else _Table(list(columns), None, rows, None)

    def _settle(self, table: _Table, rows: int, wanted: str) -> None:
        if table.numbers is not None:
            table.numbers.settle(self.fault)
        if not rows and not self.faults:
            self.fault(None, "", f"got no rows, expected {wanted}")

    def _columns(self, names: tuple[str, ...]) -> tuple[dict[str, list[Any]], list[int]] | None:
        required = [name for name in names if name not in _OPTIONAL]
        table = self._opened(required, known=names)
        if table is None:
            return None
        header = table.header
        for place, name in enumerate(header, start=1):
            if not name:
                came = f"got column {place} without a name, expected {', '.join(names)}"
                self.fault(table.header_line, "", came)
            elif name not in names:
                text = f"unknown column{did_you_mean(name.lower(), names)}"
                self.fault(table.header_line, name, text)
        for name in required:
            if name not in header and not self.faults:
                self.fault(table.header_line, name, "got no such column, expected it")
        if self.faults:
            return None
        columns: dict[str, list[Any]] = {name: [] for name in names}
        lines: list[int] = []
        known: dict[str, str] = {}
        for line, row in table.rows:
            lines.append(line)
            for name, cell in zip(header, row, strict=True):
                if name in _TEXT:
                    text = str(cell).strip()
                    columns[name].append(known.setdefault(text, text))
                else:
                    columns[name].append(self._number(table, line, name, cell))
        for name in names:
            if name not in header:
                columns[name] = [float("nan")] * len(lines)
        self._settle(table, rows=len(lines), wanted="at least one")
        return None if self.faults else (columns, lines)

    def _number(self, table: _Table, line: int, name: str, cell: Any) -> float:
        """A time or a probability; NaN where an optional one is not given."""
        if table.numbers is None:
            value = float(cell)
            missing = isnan(value)
        else:
            missing = cell.strip().lower() in MISSING
            value = float("nan") if missing else table.numbers.number(cell, line, name)
        if missing and name in _OPTIONAL:
            return float("nan")
        high = 1.0 if name in _PROBABILITY else MAX_TIME_S
        if not 0 <= value <= high:
            wanted = "a probability, a number from 0 to 1" if high == 1 else _TIME
            self.fault(line, name, f"got {short(cell)}, expected {wanted}")
        return value

    def _whole(self, table: _Table, line: int, name: str, cell: Any) -> int:
        value = (
            float(cell)
            if table.numbers is None
            else table.numbers.number(cell, line, name, whole=True)
        )
        if not (0 <= value < _MOST_OBJECTS and value.is_integer()):
            self.fault(line, name, f"got {short(cell)}, expected a whole number, 0 or more")
            return 0
        return int(value)


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
