"""A file's text, read within bounds, as a TOML document of dicts, tuples and scalars."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from mcdefense.errors import Fault, InputError
from mcdefense.scenario.faults import key_text
from mcdefense.scenario.model_scenario import PathParts, Tree
from mcdefense.scenario.positions import MAX_DEPTH, Positions, TooDeepError, scan

MAX_BYTES = 16 * 2**20
"""Largest scenario file read."""
HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
RESULT_FILETYPE = "mcdefense-result"
"""What the attribute `filetype` of a results file says."""
STUDY_FILETYPE = "mcdefense-study"
"""What it says of the file of a study: many runs along axes."""


def read_text(path: Path) -> str:
    """Text of a scenario file; InputError if it is no readable UTF-8 file of at most 16 MiB."""

    def refuse(message: str) -> InputError:
        return InputError([Fault(str(path), "", message)])

    try:
        if path.is_dir():
            raise refuse("got a folder, expected a scenario file (.toml)")
        if path.exists() and not path.is_file():
            raise refuse("got something that is not a plain file, expected a scenario file (.toml)")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise refuse("got no such file, expected a scenario file (.toml)") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(f"cannot be read: {reason}") from None
    if content.startswith(HDF5_SIGNATURE):
        raise refuse(_what_hdf5(path))
    if len(content) > MAX_BYTES:
        raise refuse(f"got more than {MAX_BYTES // 2**20} MiB, expected a scenario (.toml)")
    try:
        return content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        where = f"{path}:{line}"
        text = f"got byte 0x{content[error.start]:02x}, expected UTF-8 text"
        raise InputError([Fault(where, "", text)]) from None


def _what_hdf5(path: Path) -> str:
    """What to say of an HDF5 file in the place of a scenario."""
    import h5py

    try:
        with h5py.File(path, "r", locking=False) as file:
            kind = file.attrs.get("filetype")
    except OSError:
        kind = None
    got, more = "an HDF5 file", ""
    if kind == RESULT_FILETYPE:
        got = "a result"
        more = (
            f"; 'mcdefense scenario {path} > again.toml' writes the scenario that it was run from"
        )
    elif kind == STUDY_FILETYPE:
        got = "a study"
        more = f"; 'mcdefense show {path}' prints it, and the command that made it, with its "
        more += "scenario and --resume, goes on with it"
    return f"got {got}, expected a scenario file (.toml){more}"


class Document(NamedTuple):
    """A TOML document as it was written."""

    name: str
    """What faults call it."""
    text: str
    tree: Tree
    """Its tables, with tuples for lists."""
    positions: Positions
    """The lines of its keys."""


def parse(text: str, name: str) -> Document:
    """The document of a TOML text; InputError, which calls it `name`, if it is no TOML."""
    try:
        positions = scan(text)
        return Document(name, text, _freeze(tomllib.loads(text)), positions)
    except TooDeepError as error:
        where, message = f"{name}:{error.line}", f"nested deeper than {MAX_DEPTH} levels"
    except RecursionError:
        where, message = name, f"nested deeper than {MAX_DEPTH} levels"
    except ValueError as error:  # TOMLDecodeError, and numbers too long to read
        where, message = _syntax(error, text, name)
        if "Cannot overwrite a value" in message and positions.twice is not None:
            where, message = _twice(positions, name)
    raise InputError([Fault(where, "", message)])


def _syntax(error: ValueError, text: str, name: str) -> tuple[str, str]:
    match = re.search(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", str(error))
    if match is None:
        return name, f"not valid TOML: {str(error)[:120]}"
    what = match[1][:120]
    if match[2] is None:
        return f"{name}:{text.count(chr(10)) + 1}", f"not valid TOML: {what} at the end"
    return f"{name}:{match[2]}", f"not valid TOML: {what} (column {match[3]})"


def _twice(positions: Positions, name: str) -> tuple[str, str]:
    """Where a key stands the second time in its table, and what to say of it."""
    assert positions.twice is not None
    path, table, offset = positions.twice
    what = f"the table [{key_text(table)}], which begins at line {positions.line(table)}"
    if not table:
        what = "the keys above all tables"
    return (
        f"{name}:{positions.line_at(offset)}",
        f"not valid TOML: the key {key_text(path[len(table) :])} stands twice in {what}, the first "
        f"time at line {positions.line(path)}; is the header of another table missing before it?",
    )


def parse_value(text: str) -> Any:
    """A value as TOML reads it; text that is no TOML value stands for itself."""
    try:
        scan(f"v = {text}")
        document = tomllib.loads(f"v = {text}")
    except (ValueError, RecursionError, TooDeepError):
        return text
    return _freeze(document["v"]) if set(document) == {"v"} else text


def parse_path(text: str) -> PathParts:
    """Parts of a dotted path; parts with odd characters may stand in quotes."""
    try:
        node: Any = tomllib.loads(f"{text} = 0") if "=" not in text and "\n" not in text else 0
    except (ValueError, RecursionError):
        node = 0
    parts: list[str] = []
    while isinstance(node, dict) and len(node) == 1:
        part, node = next(iter(node.items()))
        parts.append(part)
    return tuple(parts or text.split("."))


def is_finite_tree(value: Any) -> bool:
    """Whether no number in the value is NaN or infinite."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(is_finite_tree(v) for v in value.values())
    return not isinstance(value, tuple) or all(is_finite_tree(v) for v in value)


def get(node: Any, path: PathParts) -> Any:
    """What stands at the path; KeyError if nothing does."""
    for part in path:
        if isinstance(node, tuple) and str(part).isdigit() and int(part) < len(node):
            node = node[int(part)]
        elif isinstance(node, dict):
            node = node[part]
        else:
            raise KeyError(part)
    return node


def put(node: Any, path: PathParts, value: Any) -> Any:
    """A copy of the tree with the value at the path; tables are made where none was.

    KeyError if the path leads through a value, or beyond the end of a list.
    """
    if not path:
        return value
    part = path[0]
    if isinstance(node, tuple):
        if not str(part).isdigit() or int(part) >= len(node):
            raise KeyError(part)
        index = int(part)
        return (*node[:index], put(node[index], path[1:], value), *node[index + 1 :])
    if not isinstance(node, dict):
        raise KeyError(part)
    return {**node, part: put(node.get(str(part), {}), path[1:], value)}


def _freeze(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _freeze(part) for key, part in value.items()}
    return tuple(_freeze(part) for part in value) if isinstance(value, list) else value
