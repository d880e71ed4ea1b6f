"""From the file's document and values set by path to the complete document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mcdefense.scenario.document import get, put
from mcdefense.scenario.extend import Copy, extended
from mcdefense.scenario.faults import Report, short, unknown
from mcdefense.scenario.fill import Filler
from mcdefense.scenario.model_scenario import (
    NAMED,
    Filled,
    Given,
    Override,
    PathParts,
    Tree,
)
from mcdefense.scenario.overrides import (
    SET_OPTION,
    check_finite,
    has_wildcard,
    leaves,
    matching,
    overlap,
)
from mcdefense.scenario.variants import (
    flatten,
    in_the_file,
    made_setting,
    settings_table,
    variant_fault,
)

SET_BY_ARCHITECTURE = (
    "battery",
    "coin",
    "doctrine",
    "interceptor",
    "sensor",
)
"""Sections whose values may differ between architectures; all others they have in common: one
list of opportunities in one order, and one raid, serve all of them."""

CREATED = ("coin", "doctrine", "plan", "uncertainty")
"""Sections in which an override may make an entry. Those of things, and architectures, are named
elsewhere by what is in the file: there a name that is not known is a slip."""


@dataclass(frozen=True)
class Composition:
    """What a document is composed from, so that it can be composed again with other values."""

    report: Report
    raw: Tree
    late: tuple[tuple[PathParts, Any], ...] = ()
    """Values set by path after the library's were filled in."""
    file: Tree = field(default_factory=dict)
    """The file's document, before anything was set."""
    overrides: tuple[Override, ...] = ()
    given: tuple[Given, ...] = ()
    set_paths: frozenset[str] = frozenset()
    """Dotted paths that an architecture's `set` gave."""


@dataclass(frozen=True)
class Composed:
    """A complete document, and what in it follows from something else."""

    document: Tree
    filled: list[Filled]
    copies: tuple[Copy, ...]
    followed: Mapping[tuple[str, str], str]

    def repeats(self, path: PathParts) -> list[PathParts]:
        """Paths of values that are what they are because of the value at this one."""
        found: list[PathParts] = []
        if path[0] == "interceptor" and path[2:3] == ("against",):
            found += _followers(self.followed, path)
        return [*found, *_also_at(self.copies, path)]


def _also_at(copies: Sequence[Copy], path: PathParts) -> list[tuple[str, ...]]:
    """Where architectures that are made from others have a value because of this path."""
    known = [tuple(map(str, path))]
    if (made := made_setting(path)) is not None:
        known.append(tuple(map(str, made)))
    for copy in copies:
        known += [p for p in map(copy.path, known) if p is not None]
    return known[1:]


def compose(composition: Composition, report: Report) -> Composed:
    """The complete document, and which of its values were filled in; faults go to the report."""
    filler = Filler(composition.raw, report)
    document = filler.fill()
    for path, value in composition.late:
        try:
            for repeated in (path, *_followers(filler.followed, path)):
                document = put(document, repeated, value)
        except KeyError:
            report.add(path, "the path matches nothing")
    if composition.late:  # what was set may name rounds that nothing named before
        document = filler.bring(document)
    if not document.get("architecture"):
        document["architecture"] = {"separate": {}}
    document, copies = extended(document, report)
    given = {".".join(map(str, path)) for path, _ in composition.late}
    filled = [f for f in filler.filled if f.path not in given]
    return Composed(document, filled, copies, filler.followed)


def _followers(followed: Mapping[tuple[str, str], str], path: PathParts) -> list[PathParts]:
    """Where an interceptor repeats what it can do against one class for a threat of that class."""
    if path[0] != "interceptor" or path[2:3] != ("against",) or len(path) < 4:
        return []
    return [
        ("interceptor", name, "against", threat, *path[4:])
        for (name, threat), base in followed.items()
        if (name, base) == (path[1], path[3])
    ]


def _set_one(
    composition: Composition, override: Override, report: Report, creates: tuple[str, ...]
) -> Composition:
    """The composition with one more value set by path; what does not fit goes to the report.

    A value of an entry that the user wrote is set before the library fills in the rest (so a new
    class brings its own values); one that only the library gave is set afterwards.
    """
    if not check_finite(override, report):
        return composition
    document = compose(composition, report.beside()).document
    pattern = override.pattern
    paths = [pattern]
    if has_wildcard(pattern):
        paths = in_the_file(composition.raw, matching(document, pattern))
    if not paths:
        report.add(pattern, "the path matches nothing in the scenario")
    known = len(report.faults)
    created = ""
    for path in paths:
        fault = variant_fault(composition.raw, path) or _unknown_name(document, path, creates)
        fault = fault or _without_round(document, path, override.value)
        if fault:
            report.add(pattern, fault)
            continue
        if path[0] in creates and len(path) > 1 and not _has(document, path[:2]):
            created = ".".join(map(str, path[:2]))
        composition = _placed(composition, document, path, override.value, report)
    if len(report.faults) > known:
        return composition
    given = Given(override, tuple(paths), created)
    return replace(composition, given=(*composition.given, given))


def _without_round(document: Tree, path: PathParts, value: Any) -> str:
    """Message for a number in the place of a magazine, with the path of its rounds."""
    if path[-3:-2] != ("battery",) or path[-1] != "magazine" or isinstance(value, dict):
        return ""
    at = path[-3:]
    held = document["battery"][at[1]]["magazine"] if _has(document, at) else None
    rounds = held if isinstance(held, dict) and held else document.get("interceptor", {})
    wanted = f"a table of rounds, or {'.'.join(map(str, path))}.ROUND for one kind of them"
    named = f", ROUND of {', '.join(list(rounds)[:8])}" if rounds else ""
    return f"got {short(value)}, expected {wanted}{named}"


def _placed(
    composition: Composition, document: Tree, path: PathParts, value: Any, report: Report
) -> Composition:
    try:
        if table := settings_table(path):
            return replace(composition, raw=_with_setting(composition.raw, table, path, value))
        if _has(composition.raw, path[:-1]) or not _has(document, path[:-1]):
            return replace(composition, raw=put(composition.raw, path, value))
        put(document, path, value)
    except KeyError as part:
        report.add(path, f"the path matches nothing: there is no {part} here")
        return composition
    return replace(composition, late=(*composition.late, (path, value)))


def _with_setting(raw: Tree, table: PathParts, path: PathParts, value: Any) -> Tree:
    """The document with one more value in an architecture's `set`, or in its variant's table, the
    last there, however the dots of the others are quoted."""
    settings = get(raw, table) if _has(raw, table) else {}
    flat = dict(flatten(settings)) if isinstance(settings, dict) else {}
    rest = path[len(table) :]
    kept = {".".join(map(str, p)): v for p, v in flat.items() if not _within(p, rest)}
    kept[".".join(map(str, rest))] = value
    changed: Tree = put(raw, table, kept)
    return changed


def _within(path: PathParts, table: PathParts) -> bool:
    return path[: len(table)] == table


def _unknown_name(document: Tree, path: PathParts, creates: tuple[str, ...]) -> str:
    section = path[0]
    if section in NAMED and len(path) > 1 and section not in creates:
        entries = document.get(str(section), {})
        if isinstance(entries, dict) and path[1] not in entries:
            return "the path matches nothing: " + unknown(
                f"an entry of [{section}]", path[1], entries
            )
    return ""


def _has(node: Any, path: PathParts) -> bool:
    try:
        return isinstance(get(node, path), dict | tuple)
    except KeyError:
        return False


def with_settings(
    composition: Composition,
    architecture: str,
    settings: Sequence[tuple[PathParts, Any]],
    report: Report,
) -> Composition:
    """The composition under an architecture's `set`; faults are placed at that table."""
    prefix = ("architecture", architecture, "set")
    given = composition.given
    for path, value in settings:
        report.options[path] = _settings_place(report, prefix, path)
        if path[0] not in SET_BY_ARCHITECTURE:
            known = ", ".join(SET_BY_ARCHITECTURE)
            report.add(path, f"cannot differ between architectures, expected one of {known}")
        elif path[0] == "coin" and path[2:] != ("probability",):
            report.add(path, "cannot differ between architectures, expected coin.NAME.probability")
        else:
            key = ".".join(map(str, path))
            setting = Override(key, path, value, report.options[path][0])
            composition = _set_one(composition, setting, report, ())
    paths = {".".join(map(str, p)) for g in composition.given[len(given) :] for p in g.paths}
    return replace(composition, given=given, set_paths=composition.set_paths | paths)


def _settings_place(report: Report, prefix: PathParts, path: PathParts) -> tuple[str, PathParts]:
    """Place and table of a setting, whichever way its dots were quoted: in this `set`, or in that
    of the architecture that it is inherited from."""
    for table in (prefix, report.origin(prefix)):
        if (*table, *path) in report.options:
            return report.options[*table, *path][0], table
    wanted = ".".join(map(str, path))
    positions = report.positions
    sources = (prefix, (*prefix, path[0]), (*prefix, wanted))
    for table in dict.fromkeys((prefix, *(report.origin(source)[:3] for source in sources))):
        for known in positions.offsets:
            rest = known[len(table) :]
            if known[: len(table)] == table and ".".join(map(str, rest)) == wanted:
                return f"{report.name}:{positions.line(known)}", table
    return report.place(prefix)[0], prefix


def overridden(raw: Tree, overrides: Sequence[Override], report: Report) -> Composition:
    """The composition of a file's document with values set over it, one after the other."""
    start = Composition(report, raw, file=raw, overrides=tuple(overrides))
    composition = with_overrides(start, report)
    _refuse_void(composition.given, report)
    return composition


def with_overrides(composition: Composition, report: Report) -> Composition:
    """The composition with its overrides on top of whatever was set before."""
    composition = replace(composition, given=())
    for override in composition.overrides:
        report.options[override.pattern] = (override.place, ())
        known = len(composition.given)
        composition = _set_one(composition, override, report, CREATED)
        for given in composition.given[known:]:
            # what a new entry lacks has no line of its own
            made = [tuple(given.created.split("."))] if given.created else []
            report.options.update(dict.fromkeys((*given.paths, *made), (override.place, ())))
    return composition


def fixed_by(given: Given, composed: Composed) -> Given:
    """An override with every value that it fixes, whether it names it or a copy follows it."""
    direct = [leaf for path in given.paths for leaf in leaves(path, given.override.value)]
    repeated = [
        ".".join(map(str, path))
        for leaf in direct
        for path in composed.repeats(tuple(leaf.split(".")))
    ]
    return given._replace(fixed=tuple(dict.fromkeys((*direct, *repeated))))


def explicit_settings(composition: Composition, copies: Sequence[Copy], name: str) -> list[str]:
    """Dotted paths within the `set` of an architecture that overrides give by its full path."""
    found = []
    for given in composition.given:
        for path in given.paths:
            known = [tuple(map(str, path)), *_also_at(copies, path)]
            found += [p[3:] for p in known if p[:3] == ("architecture", name, "set")]
    return [".".join(path) for path in found]


def _refuse_void(given: Sequence[Given], report: Report) -> None:
    """A value that a later one of the same command replaces would be asked for in vain."""
    for number, one in enumerate(given):
        if one.override.place != SET_OPTION:
            continue  # tables of a file may follow each other; a note says which counts
        direct = [leaf for path in one.paths for leaf in leaves(path, one.override.value)]
        for other in given[number + 1 :]:
            if one.override.value != other.override.value and covers(other, direct):
                got = short(one.override.value)
                text = f"got {got} in vain, as a later override of {other.override.key} replaces it"
                report.options[one.paths[0]] = (one.override.place, ())
                report.add(one.paths[0], f"{text}, expected one of the two")
                break


def covers(given: Given, direct: Sequence[str]) -> bool:
    """Whether an override replaces all values at these dotted paths."""
    later = [".".join(map(str, path)) for path in given.paths]
    return all(any(f"{leaf}.".startswith(f"{path}.") for path in later) for leaf in direct)


def by_address(
    settings: Sequence[tuple[PathParts, Any]], explicit: Sequence[str]
) -> tuple[list[tuple[PathParts, Any]], list[tuple[PathParts, Any]]]:
    """Settings of the file, and those that an override gives by the architecture's full path."""
    first: list[tuple[PathParts, Any]] = []
    last: list[tuple[PathParts, Any]] = []
    for path, value in settings:
        dotted = ".".join(map(str, path))
        (last if any(overlap(dotted, e) for e in explicit) else first).append((path, value))
    return first, last
