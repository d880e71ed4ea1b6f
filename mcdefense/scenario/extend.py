"""Architectures made from others: what a copy inherits, and what else then names it too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from mcdefense.scenario.faults import Report, short, unknown
from mcdefense.scenario.model_scenario import Tree
from mcdefense.scenario.variants import NOT_INHERITED, flatten, with_variants

_MEMBERS = ("join", "cells", "links", "share", "latency_s")
"""Keys that say together who is joined: of `join` they mean one thing, of `cells` another."""


@dataclass(frozen=True)
class Copy:
    """One architecture that extends another; `own` is what its own table gives."""

    name: str
    original: str
    own: Mapping[str, Any]
    joined: bool
    """Whether both have a cell that `join` makes, each under its architecture's name."""
    same_cell: bool
    """Whether the cell that `join` makes is the original's, under the copy's name."""
    same_members: bool
    """Whether the original's cells and links are inherited, as far as they are not replaced."""

    def path(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """Where the copy has what it inherits from a path of the original; None if nowhere."""
        if path[:2] != ("architecture", self.original):
            return None
        rest = path[2:]
        if self.joined and rest[:2] == ("links", self.original):
            rest = ("links", self.name, *rest[2:])
        if not rest or rest[0] in NOT_INHERITED or _gives(self.own, rest):
            return None
        if rest[0] in _MEMBERS and not self.same_members:
            return None
        return ("architecture", self.name, *rest)


def extended(document: Tree, report: Report) -> tuple[Tree, tuple[Copy, ...]]:
    """The document with every copy complete, and named wherever a list names its original."""
    table = document.get("architecture")
    if not isinstance(table, dict):
        return document, ()
    table = with_variants(table, report)
    extending = _Extending(table, report)
    whole = {name: extending.entry(name, ()) for name in table}
    copies = tuple(extending.copies)
    if not copies:
        return document, ()
    document = {**document, "architecture": whole}
    for section, key in (("doctrine", "cells"), ("coin", "cells"), ("coin", "architectures")):
        document = _named_too(document, section, key, copies)
    return _driven_too(document, copies), copies


class _Extending:
    """Follows `extends` from copy to original; each architecture is made once."""

    def __init__(self, table: dict[str, Any], report: Report) -> None:
        self._table, self._report = table, report
        self._made: dict[str, Any] = {}
        self.copies: list[Copy] = []

    def entry(self, name: str, trail: tuple[str, ...]) -> Any:
        """The complete table of an architecture; `trail` are those that wait for it."""
        if name not in self._made:
            self._made[name] = self._make(name, (*trail, name))
        return self._made[name]

    def _make(self, name: str, trail: tuple[str, ...]) -> Any:
        own = self._table[name]
        original = own.get("extends") if isinstance(own, dict) else None
        if not isinstance(original, str):
            return own  # no copy, or a fault of its own
        at = ("architecture", name, "extends")
        if original not in self._table:
            self._report.add(at, unknown("an architecture", original, self._table))
            return own
        if original in trail:
            text = "itself" if original == name else f"which extends {name} in turn"
            self._report.add(at, f"got {short(original)}, {text}, expected another architecture")
            return own
        base = self.entry(original, trail)
        if not isinstance(base, dict):
            return own
        inherited = {key: value for key, value in base.items() if key not in NOT_INHERITED}
        same_members = all(kind in base for kind in ("join", "cells") if kind in own)
        if not same_members:
            inherited = {k: v for k, v in inherited.items() if k not in _MEMBERS}
        links = inherited.get("links")
        if "join" in inherited and isinstance(links, dict) and original in links:
            named = {name if cell == original else cell: link for cell, link in links.items()}
            inherited["links"] = named
            source = ("architecture", original, "links", original)
            self._report.moved["architecture", name, "links", name] = source
        entry = self._merged(inherited, own, ("architecture", name), ("architecture", original))
        joined = "join" in inherited
        same_cell = joined and "join" not in own
        self.copies.append(Copy(name, original, own, joined, same_cell, same_members))
        return entry

    def _merged(
        self,
        inherited: dict[str, Any],
        own: dict[str, Any],
        path: tuple[str, ...],
        source: tuple[str, ...],
    ) -> dict[str, Any]:
        """Tables key by key, any other value whole; the copy's own come last."""
        entry: dict[str, Any] = {}
        for key, value in inherited.items():
            if key not in own:
                entry[key] = value
                self._report.moved.setdefault((*path, key), self._report.origin((*source, key)))
            elif isinstance(value, dict) and isinstance(own[key], dict):
                inner = (*path, key), (*source, key)
                entry[key] = self._merged(value, own[key], *inner)
        return {**entry, **{key: value for key, value in own.items() if key not in entry}}


def _named_too(document: Tree, section: str, key: str, copies: tuple[Copy, ...]) -> Tree:
    """The document in which a list that names an original names its copies after it."""
    table = document.get(section)
    if not isinstance(table, dict):
        return document
    entries = dict(table)
    for name, entry in table.items():
        names = entry.get(key) if isinstance(entry, dict) else None
        if not isinstance(names, tuple):
            continue
        for copy in copies:
            concerned = copy.same_cell or key == "architectures"
            if concerned and copy.original in names and copy.name not in names:
                names = (*names, copy.name)
        entries[name] = {**entry, key: names}
    return {**document, section: entries}


def _driven_too(document: Tree, copies: tuple[Copy, ...]) -> Tree:
    """The document in which a draw that drives an original's value drives what a copy inherits."""
    table = document.get("uncertainty")
    if not isinstance(table, dict):
        return document
    entries = dict(table)
    for name, entry in table.items():
        paths = entry.get("paths") if isinstance(entry, dict) else None
        if isinstance(paths, tuple):
            entries[name] = {**entry, "paths": (*paths, *_inherited(document, paths, copies))}
    return {**document, "uncertainty": entries}


def _inherited(document: Tree, paths: tuple[Any, ...], copies: tuple[Copy, ...]) -> Iterator[str]:
    """Paths in copies of what these patterns match in their originals alone."""
    known = [tuple(path.split(".")) for path in paths if isinstance(path, str)]
    for copy in copies:
        for pattern in tuple(known):
            if len(pattern) < 3 or not fnmatchcase("architecture", pattern[0]):
                continue
            if not fnmatchcase(copy.original, pattern[1]) or fnmatchcase(copy.name, pattern[1]):
                continue
            original = document["architecture"][copy.original]
            for rest in _matches(original, pattern[2:]):
                found = copy.path(("architecture", copy.original, *rest))
                if found is not None and found not in known:
                    known.append(found)
                    yield ".".join(found)


def _matches(node: Any, pattern: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths in a table; the last part may be a key that the table leaves to its default."""
    if not isinstance(node, dict):
        return
    first, rest = pattern[0], pattern[1:]
    if not rest and first not in node and not set("*?[") & set(first):
        yield (first,)
        return
    for key, child in node.items():
        if fnmatchcase(key, first):
            if not rest:
                yield (key,)
            for inner in _matches(child, rest) if rest else ():
                yield (key, *inner)


def _gives(own: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether a copy's own table gives what is at a path, or a part of it."""
    settings = own.get("set")
    if path[0] == "set" and isinstance(settings, dict):  # its dots may be quoted or not
        given = (("set", *map(str, rest)) for rest, _ in flatten(settings))
        return any(known[: len(path)] == path for known in given)
    node: Any = own
    for part in path:
        if not isinstance(node, dict) or part not in node:
            return False
        node = node[part]
    return True
