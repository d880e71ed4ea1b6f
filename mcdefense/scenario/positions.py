"""Lines of keys in a TOML text, which tomllib does not tell; also the bound on nesting.

The scanner reads the text once, without recursion, and takes it to be valid: where it is not, it
stops and leaves the word to tomllib.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

MAX_DEPTH = 32
"""Most parts of a key path; deeper nesting is refused before tomllib would recurse into it."""
MAX_POSITIONS = 500_000
"""Positions kept; a key beyond them is reported at the nearest table before."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d\d[^\s,\]}#]*|[^\s,\]}#\[{\"']+")


class TooDeepError(Exception):
    """The text nests deeper than MAX_DEPTH; `line` says where."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"line {line}")


class _Lost(Exception):
    """The text is not what the scanner expects."""


@dataclass
class Positions:
    """Where key paths begin in a text."""

    offsets: dict[Path, int] = field(default_factory=dict)
    newlines: list[int] = field(default_factory=list)
    twice: tuple[Path, Path, int] | None = None
    """The first key that stands twice, with its table, and where it stands the second time."""

    def line(self, path: Path) -> int | None:
        """Line, from 1, of the path or of its nearest table that the text names; None if none."""
        for length in range(len(path), 0, -1):
            offset = self.offsets.get(path[:length])
            if offset is not None:
                return self.line_at(offset)
        return None

    def line_at(self, offset: int) -> int:
        """Line, from 1, of a place in the text."""
        return bisect_right(self.newlines, offset - 1) + 1

    def names(self, path: Path) -> bool:
        """Whether the text itself names this path."""
        return path in self.offsets


def scan(text: str) -> Positions:
    """Positions of every table, key, array element and inline table of a TOML text."""
    positions = Positions(newlines=[m.start() for m in re.finditer("\n", text)])
    scanner = _Scanner(text, positions)
    try:
        scanner.document()
    except _Lost:
        pass
    except TooDeepError:
        line = bisect_right(positions.newlines, scanner.at - 1) + 1
        raise TooDeepError(line) from None
    return positions


class _Scanner:
    def __init__(self, text: str, positions: Positions) -> None:
        self.text = text
        self.at = 0
        self.positions = positions
        self.offsets = positions.offsets
        self.counts: dict[Path, int] = {}

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match is not None:
            self.at = match.end()

    def take(self, literal: str) -> bool:
        if self.text.startswith(literal, self.at):
            self.at += len(literal)
            return True
        return False

    def need(self, literal: str) -> None:
        if not self.take(literal):
            raise _Lost

    def note(self, path: Path, offset: int) -> None:
        if len(path) > MAX_DEPTH:
            raise TooDeepError(0)
        if len(self.offsets) < MAX_POSITIONS:
            self.offsets.setdefault(path, offset)

    def key_parts(self) -> Iterator[str]:
        while True:
            self.skip(_SPACE)
            if match := _BARE.match(self.text, self.at):
                self.at = match.end()
                yield match.group()
            elif (match := _STRING.match(self.text, self.at)) and len(match.group()) < 1000:
                self.at = match.end()
                try:
                    yield tomllib.loads("k=" + match.group())["k"]
                except tomllib.TOMLDecodeError:
                    raise _Lost from None
            else:
                raise _Lost
            self.skip(_SPACE)
            if not self.take("."):
                return

    def key(self, base: Path) -> Path:
        start = self.at
        path = base
        for part in self.key_parts():
            path = (*path, part)
            self.note(path, start)
        return path

    def header(self) -> Path:
        start = self.at
        array = self.take("[[")
        if not array:
            self.need("[")
        path: Path = ()
        parts = list(self._bounded_parts())
        for place, part in enumerate(parts):
            path = (*path, part)
            last = place == len(parts) - 1
            if last and array:
                self.note(path, start)
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
            if last:
                # The table's own header is a better place than the first of its subtables.
                if len(path) > MAX_DEPTH:
                    raise TooDeepError(0)
                self.offsets[path] = start
            else:
                self.note(path, start)
        self.need("]]" if array else "]")
        return path

    def _bounded_parts(self) -> Iterator[str]:
        for number, part in enumerate(self.key_parts()):
            if number >= MAX_DEPTH:
                raise TooDeepError(0)
            yield part

    def document(self) -> None:
        table: Path = ()
        while True:
            self.skip(_BLANK)
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                table = self.header()
            else:
                start = self.at
                path = self.key(table)
                if self.offsets.get(path, start) != start and self.positions.twice is None:
                    self.positions.twice = path, table, start
                self.need("=")
                self.value(path)

    def value(self, path: Path) -> None:
        """One value, with an explicit stack of the arrays and inline tables that are open."""
        stack: list[tuple[Path, int]] = []  # path and next index; -1 for an inline table
        self.skip(_SPACE)
        pending: Path | None = path
        while pending is not None:
            pending = self.open(pending, stack) or self.close(stack)

    def open(self, path: Path, stack: list[tuple[Path, int]]) -> Path | None:
        """Reads a scalar or opens a container; path of the container's first member, if any."""
        if self.take("["):
            stack.append((path, 0))
        elif self.take("{"):
            stack.append((path, -1))
        else:
            match = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
            if match is None:
                raise _Lost
            self.at = match.end()
            return None
        self.skip(_BLANK)
        return None if self.text[self.at : self.at + 1] in ("]", "}") else self.member(stack)

    def close(self, stack: list[tuple[Path, int]]) -> Path | None:
        """Closes what ends here; path of the next member of what stays open, if any."""
        while stack:
            self.skip(_BLANK)
            comma = self.take(",")
            self.skip(_BLANK)
            if self.take("]" if stack[-1][1] >= 0 else "}"):
                stack.pop()
            elif comma:
                return self.member(stack)
            else:
                raise _Lost
        return None

    def member(self, stack: list[tuple[Path, int]]) -> Path:
        """Path of the next member of the innermost open array or inline table."""
        owner, index = stack[-1]
        if index >= 0:
            stack[-1] = (owner, index + 1)
            path: Path = (*owner, index)
            self.note(path, self.at)
            return path
        path = self.key(owner)
        self.need("=")
        self.skip(_SPACE)
        return path
