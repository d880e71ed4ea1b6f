"""Values set by path over what the file says: how they are written, and what they match."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from mcdefense.errors import Fault, InputError
from mcdefense.scenario.document import is_finite_tree, parse_path, parse_value
from mcdefense.scenario.faults import RAID_SCALE, RAID_SCALE_AT, Report, short
from mcdefense.scenario.model_scenario import Override, PathParts, Scenario, Tree
from mcdefense.scenario.variants import settings_table

SET_OPTION = "--set"
"""The place that faults of overrides name, as the command line calls them."""
WILD_SECTIONS = (
    "architecture",
    "asset",
    "battery",
    "coin",
    "doctrine",
    "interceptor",
    "raid",
    "sensor",
    "threat",
)
"""Sections that a wildcard in the place of the section stands for, as in `[uncertainty]`."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")

Overrides = Mapping[str, Any] | Sequence[tuple[str, Any]]
"""Values by path: Python values, or texts as TOML writes them."""


def override_pairs(overrides: Overrides) -> tuple[tuple[str, str], ...]:
    """Paths and values as texts of one line each, as `--set PATH=VALUE` has them.

    Raises InputError for a path that is no text of one line, and a value that TOML does not have.
    """
    pairs = overrides.items() if isinstance(overrides, Mapping) else overrides
    found = []
    for path, value in pairs:
        if not isinstance(path, str) or not path.strip() or not path.isprintable():
            message = (
                f"got the path {short(path)}, expected text such as 'battery.north.reaction_s'"
            )
            raise InputError([Fault(SET_OPTION, "", message)])
        try:
            text = value if isinstance(value, str) else toml_text(value)
            if not text.isprintable():  # a text of several lines would not fit its line in a file
                text = toml_text(parse_value(text))
        except TypeError as error:
            raise InputError([Fault(SET_OPTION, path, str(error))]) from None
        found.append((path.strip(), text))
    return tuple(found)


def toml_text(value: Any) -> str:
    """A value as TOML writes it, on one line; TypeError for one that TOML does not have."""
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # of NumPy
        value = value.item()
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return "".join(map(_plain, json.dumps(value, ensure_ascii=False)))
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case Mapping():
            parts = (f"{_key_text(str(k))} = {toml_text(v)}" for k, v in value.items())
            return "{ " + ", ".join(parts) + " }" if value else "{}"
        case list() | tuple():
            return "[" + ", ".join(map(toml_text, value)) + "]"
    wanted = "a number, a text, true or false, a list or a table"
    raise TypeError(f"got {short(value)} ({type(value).__name__}), expected {wanted}")


def _plain(sign: str) -> str:
    """A character of a quoted text, one that ends lines or steers terminals by its number."""
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _key_text(key: str) -> str:
    return key if _BARE.fullmatch(key) else toml_text(key)


def with_override_tables(text: str, overrides: Iterable[tuple[str, str]]) -> str:
    """A scenario's text with these overrides, (path, TOML text), as tables at its end."""
    lines = [text if text.endswith("\n") or not text else text + "\n"]
    if pairs := list(overrides):
        lines.append("\n# Values that were set over those above.\n")
    for path, value in pairs:
        lines.append(f"[[override]]\npath = {toml_text(path)}\n")
        lines.append(f"value = {toml_text(parse_value(value))}\n")
    return "".join(lines)


def take_overrides(raw: Tree, report: Report) -> tuple[Tree, list[Override]]:
    """The document without its own `[[override]]` tables, and what they say."""
    if "override" not in raw:
        return raw, []
    rest = {key: value for key, value in raw.items() if key != "override"}
    tables = raw["override"]
    if not isinstance(tables, tuple) or not all(isinstance(table, dict) for table in tables):
        report.add(("override",), f"got {short(tables)}, expected tables [[override]]")
        return rest, []
    found = []
    for index, table in enumerate(tables):
        at = ("override", index)
        for key in table:
            if key not in ("path", "value"):
                report.add((*at, key), "unknown key; expected one of path, value")
        path = table.get("path")
        if not isinstance(path, str) or not path or not path.isprintable():
            report.add((*at, "path"), f"got {short(path)}, expected a path in quotes")
        elif "value" not in table:
            report.add((*at, "value"), "got nothing, expected the value to set")
        else:
            place = report.place((*at, "path"))[0]
            found.append(Override(path, _pattern(path), table["value"], place))
    return rest, found


def given_overrides(pairs: Iterable[tuple[str, str]]) -> list[Override]:
    """Overrides from outside of the file."""
    return [Override(path, _pattern(path), parse_value(text), SET_OPTION) for path, text in pairs]


def _pattern(path: str) -> PathParts:
    parts = parse_path(path)
    return RAID_SCALE if parts == RAID_SCALE_AT else parts


def take_raid_scale(raw: Tree, report: Report) -> Tree:
    """The document with the scale of its raid, a number `scale` in [raid] and no wave of that name,
    in a place of its own."""
    (name,) = RAID_SCALE
    if name in raw:
        report.add(RAID_SCALE, "unknown key; the scale of the raid is `scale` in the table [raid]")
        raw = {key: value for key, value in raw.items() if key != name}
    waves = raw.get("raid")
    if not isinstance(waves, dict) or isinstance(waves.get("scale", {}), dict):
        return raw
    report.moved[RAID_SCALE] = RAID_SCALE_AT
    others = {key: value for key, value in waves.items() if key != "scale"}
    return {**raw, "raid": others, name: waves["scale"]}


def has_wildcard(path: PathParts) -> bool:
    """Whether a part of the path stands for several."""
    return any(_is_wild(str(part)) for part in path)


def _is_wild(part: str) -> bool:
    return any(sign in part for sign in "*?[")


def matching(document: Tree, pattern: PathParts) -> list[PathParts]:
    """Paths that a pattern with wildcards matches in a complete document.

    A wildcard stands for the names, keys and places in a list that are there. The last part, if
    it has none, may also be a key that the schema allows and the table leaves out; the name of a
    round or a class in a table by name must be there.
    """
    if pattern and _is_wild(str(pattern[0])):
        document = {key: document[key] for key in WILD_SECTIONS if key in document}
    return list(_matching(document, Scenario, tuple(map(str, pattern)), ()))


def _matching(
    node: Any, annotation: Any, parts: tuple[str, ...], path: tuple[str, ...]
) -> Iterator[PathParts]:
    if not parts or (path and settings_table((*path, parts[0])) == path):
        yield (*path, *parts)
        return
    first, rest = parts[0], parts[1:]
    fields = _fields_in(annotation)
    keys = [str(i) for i in range(len(node))] if isinstance(node, tuple) else []
    keys = list(node) if isinstance(node, dict) else keys
    if not rest and not _is_wild(first) and first in fields and first not in keys:
        yield (*path, first)
    for key in keys:
        if key == first or fnmatchcase(key, first):
            child = node[int(key)] if isinstance(node, tuple) else node[key]
            inner = fields[key] if key in fields else _member_of(annotation)
            yield from _matching(child, inner, rest, (*path, key))


def _fields_in(annotation: Any) -> dict[str, Any]:
    """Keys, with what they hold, of the tables that an annotation allows."""
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return {k: v for part in get_args(annotation) for k, v in _fields_in(part).items()}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {i.alias or n: i.annotation for n, i in annotation.model_fields.items()}
    return {}


def _member_of(annotation: Any) -> Any:
    """What the values of a table by name may be; None for anything else."""
    if get_origin(annotation) in (Annotated, Union, UnionType):
        members = [_member_of(part) for part in get_args(annotation)]
        return next((member for member in members if member is not None), None)
    return get_args(annotation)[1] if get_origin(annotation) is dict else None


def leaves(path: PathParts, value: Any) -> list[str]:
    """Dotted paths of the values that a value at a path brings: of a table those in it."""
    if isinstance(value, dict) and value:
        return [leaf for key, part in value.items() for leaf in leaves((*path, key), part)]
    return [".".join(map(str, path))]


def overlap(path: str, other: str) -> bool:
    """Whether one of two dotted paths is the other, or leads through it."""
    return path == other or path.startswith(other + ".") or other.startswith(path + ".")


def reaches(pattern: PathParts, path: PathParts) -> bool:
    """Whether a path, part by part, is one that a pattern with wildcards stands for."""
    return len(pattern) == len(path) and all(map(fnmatchcase, map(str, path), map(str, pattern)))


def check_finite(override: Override, report: Report) -> bool:
    """Whether a value holds no NaN and no infinity; a fault is added if it does."""
    if is_finite_tree(override.value):
        return True
    report.add(override.pattern, f"got {short(override.value)}, expected finite numbers")
    return False
