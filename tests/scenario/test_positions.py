"""The position finder against documents whose lines are known by construction."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mcdefense.scenario.positions import Path, scan

KEYS = st.text("abc_-1", min_size=1, max_size=3) | st.text(' .]=#"\\é', min_size=1, max_size=4)
SCALARS = (
    st.integers(-999, 999)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(" a\"\\\n#[]{}=,'", max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
TABLES = st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=4), max_size=4)


def quoted(text: str) -> str:
    for char, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n")):
        text = text.replace(char, escape)
    return f'"{text}"'


class Writer:
    """Writes TOML, with a line break wherever one may stand, and notes where each path began."""

    def __init__(self) -> None:
        self.text = ""
        self.lines: dict[Path, int] = {}

    def put(self, text: str) -> None:
        self.text += text

    def note(self, path: Path) -> None:
        self.lines[path] = self.text.count("\n") + 1

    def value(self, value: Any, path: Path) -> None:
        match value:
            case bool():
                self.put(str(value).lower())
            case str():
                self.put(quoted(value))
            case list():
                self.put("[ # ] comment\n")
                for index, part in enumerate(value):
                    self.note((*path, index))
                    self.value(part, (*path, index))
                    self.put(" ,\n\n" if index < len(value) - 1 else "\n")
                self.put("]")
            case dict():
                self.put("{ ")
                for index, (key, part) in enumerate(value.items()):
                    self.put(", " if index else "")
                    self.note((*path, key))
                    self.put(quoted(key) + " = ")
                    self.value(part, (*path, key))
                self.put(" }")
            case _:
                self.put(repr(value))


@given(TABLES)
def test_lines_of_written_documents(document: dict[str, dict[str, Any]]) -> None:
    writer = Writer()
    for name, table in document.items():
        writer.put("# [comment]\n\n")
        writer.note((name,))
        writer.put(f" [ {quoted(name)} ]\t# = x\n")
        for key, value in table.items():
            writer.note((name, key))
            writer.put(f"{quoted(key)} = ")
            writer.value(value, (name, key))
            writer.put("\n")
    assert tomllib.loads(writer.text) == document
    positions = scan(writer.text)
    assert {path: positions.line(path) for path in writer.lines} == writer.lines


TEXT = '''\
title = "a [b] # c"
[[row]]
x.y = [1, 2]
[row.sub]
z = """
[not.a.table]
"quoted" \\""" # end
"""
[[row]]
x = { a = [
  { b = 1 }, "c" ], d = 1979-05-27 07:32:00 }
[row.sub]
[other.'dotted name']
last = 1
'''


def test_every_kind_of_table() -> None:
    tomllib.loads(TEXT)
    line = scan(TEXT).line
    assert line(("title",)) == 1
    assert line(("row", 0)) == 2
    assert line(("row", 0, "x", "y", 1)) == 3
    assert line(("row", 0, "sub")) == 4
    assert line(("row", 0, "sub", "z")) == 5
    assert line(("row", 1)) == 9
    assert line(("row", 1, "x", "a", 0, "b")) == 11
    assert line(("row", 1, "x", "d")) == 11
    assert line(("row", 1, "sub")) == 12
    assert line(("other", "dotted name", "last")) == 14
    assert line(("other", "dotted name", "missing", "deeper")) == 13
    assert line(("nowhere",)) is None


@given(st.text("a=[]{}\"'.,#\n \\1", max_size=60))
def test_any_text_is_scanned_to_its_end_or_given_up(text: str) -> None:
    positions = scan(text)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert all(positions.names((key,)) for key in document)
