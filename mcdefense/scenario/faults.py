"""Faults with their places: file and line, an option, or a row of a table file."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from mcdefense.errors import Fault, InputError
from mcdefense.scenario.positions import Path, Positions
from mcdefense.scenario.values import IfAbsent

MAX_FAULTS = 100
"""Faults reported at once; more would hide the first."""

_BARE = re.compile(r"[A-Za-z0-9_*?-]+")

_EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}


RAID_SCALE, RAID_SCALE_AT = ("raid_scale",), ("raid", "scale")
"""The raid's scale in a document, and where the user writes it: in [raid], beside the waves."""


def key_text(path: Sequence[str | int]) -> str:
    """A key path as text: `raid.drones.from.range_km[1]`, odd keys in quotes."""
    text = ""
    for part in RAID_SCALE_AT if tuple(path) == RAID_SCALE else path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            part = part if _BARE.fullmatch(part) else '"' + short(part, 60)[1:-1] + '"'
            text += f".{part}" if text else part
    return text


def short(value: Any, width: int = 40) -> str:
    """A value as a reader of TOML would know it, cut to `width` characters."""
    match value:
        case bool():
            text = "true" if value else "false"
        case str():
            text = repr(value[: width + 1])
        case int() if abs(value) >= 10**30:
            text = "a number of more than 30 digits"
        case tuple() | list():
            parts = [short(v, width) for v in value[:8]]
            text = "[" + ", ".join(parts + (["..."] if len(value) > 8 else [])) + "]"
        case Mapping():
            few = list(value.items())[:4]
            parts = [f"{short(str(k), 20)[1:-1]} = {short(v, 20)}" for k, v in few]
            text = "{" + ", ".join(parts + (["..."] if len(value) > 4 else [])) + "}"
        case None:
            text = "nothing"
        case _:
            text = str(value)
    return text if len(text) <= width else text[: width - 3] + "..."


def did_you_mean(word: object, options: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing where no option is near."""
    known = sorted(options)
    near = get_close_matches(str(word)[:200], known[:20_000], n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def unknown(kind: str, word: object, options: Iterable[str]) -> str:
    """Message for a name that is not among the options."""
    known = sorted(options)
    hint = did_you_mean(word, known)
    if not hint and known:
        few = ", ".join(known[:8]) + (", ..." if len(known) > 8 else "")
        hint = f" ({few})"
    elif not known:
        hint = " (there is none)"
    return f"got {short(word)}, expected the name of {kind}{hint}"


class Report:
    """Faults of one input as they are found, each placed where the user wrote the cause.

    `moved` names where tables that were made from others came from; `options` the paths set from
    outside the file, with the place to name instead of a line; `unfilled` entries whose class
    does not exist, so that what they lack is no fault of its own.
    """

    def __init__(self, name: str, positions: Positions) -> None:
        self.name = name
        self.positions = positions
        self.options: dict[Path, tuple[str, Path]] = {}
        self.moved: dict[Path, Path] = {}
        self.unfilled: set[Path] = set()
        self.faults: list[Fault] = []
        self._known: set[Fault] = set()

    def beside(self) -> Report:
        """A report on the same input without its faults, for another reading of it."""
        other = Report(self.name, self.positions)
        other.options, other.moved = dict(self.options), dict(self.moved)
        return other

    def origin(self, path: Path) -> Path:
        """The path under which the user wrote it."""
        for made, source in self.moved.items():
            if path[: len(made)] == made:
                return source + path[len(made) :]
        return path

    def place(self, path: Path) -> tuple[str, Path]:
        """Place (`file:line`, or an option) and the key path to print for it."""
        for option, (where, prefix) in self.options.items():
            if path[: len(option)] == option or self.origin(path)[: len(option)] == option:
                return where, prefix + path
        path = self.origin(path)
        if path and not self.positions.names(path):  # a table that only an option made
            for option, (where, prefix) in self.options.items():
                if option[: len(path)] == path:
                    return where, prefix + path
        line = self.positions.line(path)
        return (self.name if line is None else f"{self.name}:{line}"), path

    def add(self, path: Path, message: str) -> None:
        """Adds a fault at a key path."""
        where, shown = self.place(path)
        self.add_fault(Fault(where, key_text(shown), message))

    def add_fault(self, fault: Fault) -> None:
        """Adds a fault with its own place, once; beyond what is reported, drops it."""
        if fault not in self._known and not self.full:
            self._known.add(fault)
            self.faults.append(fault)

    @property
    def full(self) -> bool:
        """Whether there are more faults than anyone will read."""
        return len(self.faults) >= 10 * MAX_FAULTS

    def raise_any(self) -> None:
        """Raises InputError if there is a fault, in order of line."""
        if self.faults:
            raise InputError(sorted(self.faults, key=_line)[:MAX_FAULTS])

    def add_validation(
        self, error: ValidationError, path: Path, model: type[BaseModel] | None
    ) -> None:
        """Adds every fault that pydantic found in the table at `path`."""
        for item in error.errors(include_url=False)[: 10 * MAX_FAULTS]:
            loc = tuple(part for part in item["loc"] if part != "[key]")
            kind, context = item["type"], item.get("ctx", {})
            if kind == "fault":
                at = (*loc, context["at"]) if context["at"] else loc
                self.add(path + at, context["message"])
            elif kind == "extra_forbidden":
                options = _keys_at(model, loc[:-1])
                hint = did_you_mean(loc[-1], options)
                if not hint and options:
                    hint = f"; expected one of {', '.join(sorted(options))}"
                self.add(path + loc, f"unknown key{hint}")
            elif kind == "missing":
                self.add(path + loc, f"got nothing, expected {_description(model, loc)}")
            else:
                wanted, hint = _wanted(kind, context, item["input"], item["msg"])
                self.add(path + loc, f"got {short(item['input'])}, expected {wanted}{hint}")


def _line(fault: Fault) -> tuple[str, int]:
    name, _, line = fault.where.rpartition(":")
    return (name, int(line)) if line.isdigit() else (fault.where, 0)


def _wanted(kind: str, context: Mapping[str, Any], got: Any, message: str) -> tuple[str, str]:
    if kind == "expected":
        return context["expected"], ""
    if kind in ("literal_error", "union_tag_invalid"):
        text = context.get("expected") or context.get("expected_tags", "")
        options = re.findall(r"'([^']*)'", text)
        return "one of " + ", ".join(options), did_you_mean(got, options) if got else ""
    return _EXPECTED.get(kind) or message[:1].lower() + message[1:], ""


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Models that a field's annotation may hold, directly or as members of a collection."""
    if get_origin(annotation) in (Annotated, Union, UnionType, dict, tuple):
        return [m for part in get_args(annotation) for m in models_in(part)]
    return (
        [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []
    )


def _owners(model: type[BaseModel] | None, loc: Sequence[str | int]) -> list[type[BaseModel]]:
    owners = [model] if model is not None else []
    for part in loc:
        step: list[type[BaseModel]] = []
        for owner in owners:
            for name, info in owner.model_fields.items():
                if part == (info.alias or name):
                    step += models_in(info.annotation)
        owners = step or owners  # a collection's key or index stays with its members' model
    return owners


def _keys_at(model: type[BaseModel] | None, loc: Sequence[str | int]) -> list[str]:
    return [i.alias or n for o in _owners(model, loc) for n, i in o.model_fields.items()]


@cache
def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Docstrings under the fields of a model and its bases, by attribute name, each with the value
    where no table gives it.

    Read from the source when asked for, since pydantic would read it at every import.
    """
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if not (issubclass(base, BaseModel) and base is not BaseModel):
            continue
        tree = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        assert isinstance(tree, ast.ClassDef)
        for field, text in pairwise(tree.body):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                match text:
                    case ast.Expr(value=ast.Constant(value=str() as words)):
                        found[field.target.id] = inspect.cleandoc(words)
    for name, value in IfAbsent.values_of(model).items():
        words = f"{value:g}" if isinstance(value, float) else short(value).strip("'")
        found[name] += f" Default {words}."
    return found


def _description(model: type[BaseModel] | None, loc: Sequence[str | int]) -> str:
    for owner in _owners(model, loc[:-1]):
        for name, info in owner.model_fields.items():
            if loc and loc[-1] == (info.alias or name):
                text = descriptions(owner)[name].split("\n")[0].rstrip(".")
                return text[:1].lower() + text[1:]
    return "a value"
