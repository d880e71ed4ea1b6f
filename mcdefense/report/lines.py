"""Plain text of 80 columns: tables, wrapped sentences, names cut to size."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 80
_LABEL_MOST = 24


def cut(text: str, width: int) -> str:
    """The text in at most `width` columns; `~` shows that something was cut off."""
    return text if len(text) <= width else text[: width - 1] + "~"


def wrapped(text: str, indent: str = "  ", first: str = "") -> list[str]:
    """The text in lines of at most 80 columns, all but the first indented."""
    return textwrap.wrap(
        " ".join(text.split()), WIDTH, initial_indent=first, subsequent_indent=indent
    )


def label_width(labels: Sequence[str], least: int = 12) -> int:
    """Columns for the labels of rows: the longest of them, within limits."""
    return min(max([least, *map(len, labels)]), _LABEL_MOST)


def row(label: str, cells: Sequence[str], label_columns: int, columns: Sequence[int]) -> str:
    """One row of a table: the label to the left, cells to the right of their columns."""
    body = "".join(
        f" {cut(cell, columns_of_cell - 1):>{columns_of_cell - 1}}"
        for cell, columns_of_cell in zip(cells, columns, strict=True)
    )
    return f"{cut(label, label_columns):<{label_columns}}{body}".rstrip()


def heading(
    title: str, cells: Sequence[str], label_columns: int, columns: Sequence[int]
) -> list[str]:
    """The head of a table; a title longer than its column gets a line of its own."""
    if len(title) <= label_columns:
        return [row(title, cells, label_columns, columns)]
    lines = wrapped(title)
    if any(cells):
        lines.append(row("", cells, label_columns, columns))
    return lines


def blocks(count: int, label_columns: int, least: int) -> list[range]:
    """Columns 0..count-1 in groups that fit beside the labels at `least` columns each."""
    fit = max(1, (WIDTH - label_columns) // least)
    return [range(start, min(start + fit, count)) for start in range(0, count, fit)]


def sequence_note(raids: int, each: str = "") -> str:
    """What "a raid" means where raids come in sequence (rule 42, `repeat`); "" where they do not.
    `each` says of how many, if not of so many everywhere."""
    if raids < 2:
        return ""
    return f"'a raid' means all {each or f'{raids:,} raids'} of the sequence together"


def override_lines(overrides: Iterable[str], notes: Iterable[str]) -> list[str]:
    """What was set from outside of the file, and what that did beside; nothing without either."""
    changes = ", ".join(overrides)
    lines = wrapped(f"set from outside the file: {changes}") if changes else []
    return lines + [line for note in notes for line in wrapped(note, "    ", "  ")]
