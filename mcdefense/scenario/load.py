"""A scenario file read, composed, validated and checked: every fault at once, at its line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mcdefense.scenario.check_command import check_command
from mcdefense.scenario.check_raid import check_raid
from mcdefense.scenario.check_tables import check_tables, read_tables
from mcdefense.scenario.compose import (
    by_address,
    compose,
    explicit_settings,
    fixed_by,
    flatten,
    overridden,
    with_overrides,
    with_settings,
)
from mcdefense.scenario.document import is_finite_tree, parse, read_text
from mcdefense.scenario.faults import Report, did_you_mean, short
from mcdefense.scenario.model_scenario import (
    NAMED,
    SINGLE,
    Composition,
    OverrideTable,
    Scenario,
)
from mcdefense.scenario.model_uncertainty import DISTRIBUTIONS
from mcdefense.scenario.overrides import (
    SET_OPTION,
    Overrides,
    given_overrides,
    override_pairs,
    take_overrides,
)
from mcdefense.scenario.values import (
    MAX_ARCHITECTURES,
    MAX_PLACES,
    NAME_PATTERN,
    PLAIN_TEXT,
    TOTALS,
)

_MOST = {"battery": MAX_PLACES, "sensor": MAX_PLACES, "architecture": MAX_ARCHITECTURES}
_MOST_OTHERS = 10_000
_COUNTED = ("asset", "battery", "interceptor", "plan", "raid", "sensor", "threat")
_TEXTS = ("title", "marking", "library")


def load(path: str | Path, overrides: Overrides = ()) -> Scenario:
    """The scenario of a TOML file, with other values at the paths of `overrides`.

    They are a dict by path, or pairs of path and value, as of `--set PATH=VALUE`; a value is a
    number, a list and so on, or its text as TOML writes it. Raises InputError with every fault
    found, each with file and line.
    """
    path = Path(path)
    return loads(read_text(path), name=str(path), base=path.parent, overrides=overrides)


def loads(
    text: str,
    name: str = "scenario",
    base: Path | None = None,
    overrides: Overrides = (),
) -> Scenario:
    """The scenario of a TOML text; `name` stands for the file in faults, `base` is its folder.

    Without `base`, tables in files are refused. `overrides` are as of `load`. Raises InputError
    with every fault found.
    """
    pairs = override_pairs(overrides)
    raw, positions = parse(text, name)
    report = Report(name, positions)
    raw, own = take_overrides(raw, report)
    composition = overridden(raw, [*own, *given_overrides(pairs)], report)
    scenario = _build(composition, report)
    content = read_tables(scenario, base, report)
    _check(scenario, report)
    scenario._text = text
    scenario._overrides = pairs
    scenario._sha256 = _hash(text, scenario._overrides, content)
    if not scenario.title:
        scenario = scenario.model_copy(update={"title": Path(name).stem})
    _check_settings(scenario, report)
    report.raise_any()
    return _with_every_round(scenario)


def effective(scenario: Scenario, architecture: str) -> tuple[Scenario, frozenset[str]]:
    """The scenario under one architecture's `set`, and the dotted paths that were set.

    Values changed since loading (`with_values`) are kept, except at those paths. Raises
    InputError if a setting does not fit.
    """
    from mcdefense.scenario.paths import with_values

    settings = scenario.architecture[architecture].set
    if not settings or scenario._composition is None:
        return scenario, frozenset()
    key = ("effective", architecture)
    cached = scenario._cache.entries.get(key)
    if cached is None:
        base = scenario._composition.report
        report = base.beside()
        cached = _effective(scenario, architecture, report)
        report.raise_any()
        scenario._cache.entries[key] = cached
    composition = cached._composition
    paths = frozenset[str]() if composition is None else composition.set_paths
    changes = {path: value for path, value in scenario._changes.items() if path not in paths}
    return (with_values(cached, changes) if changes else cached), paths


def _effective(scenario: Scenario, architecture: str, report: Report) -> Scenario:
    assert scenario._composition is not None
    base = scenario._composition
    copies = scenario._cache.entries["copies"]
    explicit = explicit_settings(base, copies, architecture)
    first, last = by_address(flatten(scenario.architecture[architecture].set), explicit)
    start = Composition(base.report, base.file, file=base.file, overrides=base.overrides)
    composition = with_settings(start, architecture, first, report)
    composition = with_overrides(composition, report)
    composition = with_settings(composition, architecture, last, report)
    own = _build(composition, report)
    own._fixed |= frozenset(explicit)
    for section in ("history", "opportunities", "tracks"):
        read, fresh = getattr(scenario, section), getattr(own, section)
        if read is not None and fresh is not None:
            fresh._columns = read._columns
    _check(own, report)
    own = own.model_copy(update={"title": scenario.title})
    own._text, own._sha256 = scenario._text, scenario._sha256
    own._overrides = scenario._overrides
    return own


def _with_every_round(scenario: Scenario) -> Scenario:
    """The scenario, and what it is under each `set`, with the interceptors that any of them names:
    an architecture that changes magazines may name others, and all have one axis of them."""
    changed = [name for name, entry in scenario.architecture.items() if entry.set]
    owns = [effective(scenario, name)[0] for name in changed]
    every = dict(scenario.interceptor)
    for own in owns:
        every.update({k: v for k, v in own.interceptor.items() if k not in every})
    for name, own in zip(changed, owns, strict=True):
        rounds = {kind: own.interceptor.get(kind, entry) for kind, entry in every.items()}
        scenario._cache.entries["effective", name] = own.model_copy(update={"interceptor": rounds})
    return scenario.model_copy(update={"interceptor": every})


def _check_settings(scenario: Scenario, report: Report) -> None:
    """Adds the faults that an architecture's `set` brings beyond those there without it."""
    without = {(f.key, f.message) for f in report.faults}
    for name, entry in scenario.architecture.items():
        if not entry.set:
            continue
        own = report.beside()
        _effective(scenario, name, own)
        for fault in own.faults:
            if (fault.key, fault.message) not in without:
                report.add_fault(fault)


def _build(composition: Composition, report: Report) -> Scenario:
    """A scenario of all entries that are valid in themselves."""
    composed = compose(composition, report)
    document = composed.document
    parts: dict[str, Any] = {}
    for key, value in document.items():
        if report.full:
            break
        if key in NAMED:
            parts[key] = _entries(key, value, report)
        elif key in SINGLE:
            parts[key] = _validated(SINGLE[key], value, (key,), report)
        elif key in _TEXTS:
            if isinstance(value, str) and re.fullmatch(PLAIN_TEXT, value):
                parts[key] = value
            else:
                report.add((key,), f"got {short(value)}, expected text in quotes, on one line")
        else:
            known = [*NAMED, *SINGLE, *_TEXTS]
            report.add((key,), "unknown key" + did_you_mean(key, known))
    tables = tuple(
        OverrideTable(path=one.key, value=one.value)
        for one in composition.overrides
        if one.place != SET_OPTION
    )
    parts["override"] = tables or None
    scenario = Scenario.model_construct(**{k: v for k, v in parts.items() if v is not None})
    given = tuple(fixed_by(one, composed) for one in composition.given)
    scenario._composition = replace(composition, given=given)
    scenario._fixed = frozenset(path for one in given for path in one.fixed)
    scenario._filled = tuple(composed.filled)
    scenario._cache.entries["document"] = document
    scenario._cache.entries["copies"] = composed.copies
    return scenario


def _entries(section: str, table: Any, report: Report) -> dict[str, Any]:
    if not isinstance(table, dict):
        report.add((section,), f"got {short(table)}, expected tables [{section}.NAME]")
        return {}
    if len(table) > (most := _MOST.get(section, _MOST_OTHERS)):
        report.add((section,), f"got {len(table):,} entries, expected at most {most:,}")
        return {}
    entries: dict[str, Any] = {}
    for name, entry in table.items():
        path = (section, name)
        if not re.fullmatch(NAME_PATTERN, name) or len(name) > 64:
            wanted = "a name of at most 64 small letters, digits and _ that starts with a letter"
            report.add(path, f"got {short(name)}, expected {wanted}")
        elif name in TOTALS and section in _COUNTED:
            report.add(path, f"got {short(name)}, the word for a total, expected another name")
        entry = _validated(NAMED[section], entry, path, report)
        if entry is not None:
            entries[name] = entry
    return entries


def _validated(model: Any, entry: Any, path: tuple[str, ...], report: Report) -> Any:
    if not isinstance(entry, dict):
        report.add(path, f"got {short(entry)}, expected a table")
        return None
    if path[0] == "uncertainty":
        kind = entry.get("distribution")
        model = DISTRIBUTIONS.get(kind) if isinstance(kind, str) else None
        if model is None:
            wanted = "one of " + ", ".join(DISTRIBUTIONS) + did_you_mean(kind, DISTRIBUTIONS)
            report.add((*path, "distribution"), f"got {short(kind)}, expected {wanted}")
            return None
    if path[0] == "architecture" and not is_finite_tree(entry.get("set", {})):
        report.add((*path, "set"), "got nan or inf, expected finite numbers")
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        report.add_validation(error, path, model)
        return None


def _check(scenario: Scenario, report: Report) -> None:
    check_raid(scenario, report)
    check_tables(scenario, report)
    check_command(scenario, report)


def _hash(text: str, overrides: Sequence[tuple[str, str]], content: Sequence[bytes]) -> str:
    digest = hashlib.sha256()
    for part in (text.encode(), *(f"{k}={v}".encode() for k, v in overrides), *content):
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()
