"""A table in a text file: its encoding, what parts its cells, its header and its rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from mcdefense.scenario.faults import short
from mcdefense.scenario.table_numbers import Complain

Row = tuple[int, Sequence[str]]
"""Line of the file, from 1, and the cells."""

SEPARATORS = (",", ";", "\t", "|")
"""What may part the cells of a row."""

_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"?')
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


class TextTable:
    """One text table being read; faults are told to `complain`, none is raised.

    `header` is empty if the file has none that can be read. `wanted` are columns that it must
    have: they decide what parts the cells where the header alone leaves that open.
    """

    def __init__(
        self, path: Path, wanted: Sequence[str], most_rows: int, complain: Complain
    ) -> None:
        self._path, self._wanted = path, wanted
        self._most_rows, self._complain = most_rows, complain
        self.header: list[str] = []
        self.header_line = 1
        self.separator = ","
        with path.open("rb") as file:
            start = file.read(4)
        self._encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
        self._rows = self._guarded(self._read())
        next(self._rows, None)

    def rows(self) -> Iterator[Row]:
        """The rows that are not empty, each as long as the header."""
        return self._rows

    def _guarded(self, rows: Iterator[Row]) -> Iterator[Row]:
        try:
            yield from rows
        except UnicodeDecodeError as error:
            self._complain(*self._bad_text(error))
        except OSError as error:
            self._complain(None, "", f"cannot be read: {error.strerror}")

    def _bad_text(self, error: UnicodeDecodeError) -> tuple[int | None, str, str]:
        if self._encoding != "utf-8":
            return None, "", f"got text that is not {self._encoding.upper()}, as it begins"
        with self._path.open("rb") as file:
            for line, content in enumerate(file, start=1):
                try:
                    content.decode()
                except UnicodeDecodeError as fault:
                    byte = content[fault.start]
                    return line, "", f"got byte {byte:#04x}, expected UTF-8 text"
        return None, "", f"got text that is not UTF-8 ({error.reason}), expected UTF-8"

    def _read(self) -> Iterator[Row]:
        """First one row that stands for the header, then the rows of cells."""
        encoding = "utf-8-sig" if self._encoding == "utf-8" else self._encoding
        with self._path.open(encoding=encoding, newline="") as file:
            before, first, given = 0, "", ""
            for first in file:
                said = _SEPARATOR_LINE.fullmatch(first.strip("\r\n"))
                if said and not given:
                    given = said[1]
                elif first.strip().strip("".join(SEPARATORS)):
                    break
                before += 1
            else:
                self._complain(None, "", "got an empty file, expected a header and rows")
                return
            self.header_line = before + 1
            if not self._parted(first, given):
                return
            reader = csv.reader(chain([first], file), delimiter=self.separator, strict=True)
            try:
                self.header = [name.strip() for name in next(reader)]
                while self.header and not self.header[-1]:
                    self.header.pop()
                yield self.header_line, self.header
                for cells in reader:
                    row = self._row(before + reader.line_num, cells)
                    if row is not None:
                        yield row
                    if reader.line_num > self._most_rows:
                        text = f"got more than {self._most_rows:,} rows, expected fewer"
                        self._complain(None, "", text)
                        return
            except csv.Error as error:
                text = f"not readable as CSV: {short(str(error), 80)}"
                self._complain(before + reader.line_num, "", text)

    def _row(self, line: int, cells: list[str]) -> Row | None:
        """The row without empty cells at its end that no column asks for; None if it is empty."""
        if not any(cell.strip() for cell in cells):
            return None
        width = len(self.header)
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) != width:
            text = f"got {len(cells)} columns, expected {width} as in the header"
            self._complain(line, "", text)
            return None
        if [cell.strip() for cell in cells] == self.header:
            self._complain(line, "", "got the header again, expected it once, in the first row")
            return None
        return line, cells

    def _parted(self, header: str, given: str) -> bool:
        """Sets what parts the cells; False, with a fault, if that cannot be told."""
        line = self.header_line
        if "\0" in header:
            text = "got NUL characters, expected UTF-8 text (or UTF-16 with its byte order mark)"
            self._complain(line, "", text)
            return False
        if given:
            if given not in SEPARATORS:
                came = short(f"sep={given}")
                text = f"got {came}, expected one of sep=, sep=; sep=| or sep= and a tab"
                self._complain(line - 1, "", text)
            self.separator = given
            return given in SEPARATORS
        bare = _QUOTED.sub("", header)
        found = [mark for mark in SEPARATORS if mark in bare]
        if len(found) > 1 and self._wanted:
            fits = [mark for mark in found if set(self._wanted) <= _names(header, mark)]
            if len(fits) > 1 or not fits:
                marks = " and ".join(map(short, found))
                self._complain(line, "", f"got {marks} in the header, expected one of them")
                return False
            found = fits
        elif not found and len(self._wanted) > 1 and set(self._wanted) <= set(header.split()):
            text = "got cells set apart by spaces, expected a comma, a semicolon or a tab"
            self._complain(line, "", text)
            return False
        self.separator = found[0] if found else ","
        return True


def _names(header: str, separator: str) -> set[str]:
    """The columns of a header of which `separator` parts the cells."""
    return {name.strip() for row in csv.reader([header], delimiter=separator) for name in row}
