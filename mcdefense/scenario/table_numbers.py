"""Numbers as people and programs write them into the cells of a text table."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from mcdefense.scenario.faults import short

Complain = Callable[[int | None, str, str], None]
"""Takes a fault of the table: its line, its column, and what came and what was expected."""

MISSING = frozenset(
    ("", "nan", "-nan", "na", "n/a", "<na>", "#n/a", "#na", "null", "none", "nil", "-", "--")
)
"""Cells, in small letters, that say of an optional column: nothing is given here."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


class _Seen(NamedTuple):
    line: int
    column: str
    text: str


class Numbers:
    """Reads the cells of one table; which mark is the decimal one is settled by all its rows.

    Where commas do not part the cells, "0,9" is a number with a decimal comma. But "1,500" may be
    meant as 1.5 or as 1500, and so may "1.500". Such a cell counts as a decimal number only if
    another cell of the table, such as "0,9", can be nothing else.
    """

    def __init__(self, separator: str) -> None:
        self._comma_parts_cells = separator == ","
        self._first: dict[str, _Seen] = {}
        self._doubt: dict[str, _Seen] = {}
        self._sure: set[str] = set()

    def number(self, text: str, line: int, column: str, whole: bool = False) -> float:
        """The number in a cell, NaN if there is none; `whole` if only a whole one will do."""
        text = text.strip()
        mark = "." if "." in text else ""
        if "," in text and not self._comma_parts_cells:
            if mark:
                return float("nan")
            mark = ","
        plain = text.replace(",", ".") if mark == "," else text
        if not _NUMBER.fullmatch(plain):
            return float("nan")
        if mark and (whole or not self._comma_parts_cells):
            seen = _Seen(line, column, text)
            self._first.setdefault(mark, seen)
            if _THOUSANDS.fullmatch(text):
                self._doubt.setdefault(mark, seen)
            else:
                self._sure.add(mark)
        return float(plain)

    def settle(self, complain: Complain) -> None:
        """Once all cells are read: faults if two decimal marks were seen, or one is in doubt."""
        if len(self._first) > 1:
            early, late = sorted(self._first.values())
            came = f"got {short(late.text)}, but {short(early.text)} in line {early.line}"
            complain(late.line, late.column, f"{came}, expected one decimal mark in all cells")
            return
        for mark in self._doubt.keys() - self._sure:
            seen = self._doubt[mark]
            either = f"{seen.text.replace(mark, '.').rstrip('0').rstrip('.')} or "
            either += seen.text.replace(mark, "")
            came = f"got {short(seen.text)}, which may mean {either}"
            complain(seen.line, seen.column, f"{came}, expected a number that can be read one way")
