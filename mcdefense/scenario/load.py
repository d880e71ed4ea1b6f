"""A scenario file read, composed, validated and checked: every fault at once, at its line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mcdefense.scenario.check_command import check_command
from mcdefense.scenario.check_raid import check_raid
from mcdefense.scenario.check_tables import check_tables, read_tables
from mcdefense.scenario.compose import (
    Composed,
    Composition,
    by_address,
    compose,
    explicit_settings,
    fixed_by,
    overridden,
    with_overrides,
    with_settings,
)
from mcdefense.scenario.document import is_finite_tree, parse, read_text
from mcdefense.scenario.faults import RAID_SCALE, Report, did_you_mean, models_in, short
from mcdefense.scenario.model_scenario import (
    NAMED,
    SINGLE,
    Origins,
    OverrideTable,
    Scenario,
    Tree,
)
from mcdefense.scenario.model_uncertainty import DISTRIBUTIONS
from mcdefense.scenario.names import Draft, is_name, mended
from mcdefense.scenario.overrides import (
    SET_OPTION,
    Overrides,
    given_overrides,
    override_pairs,
    take_overrides,
    take_raid_scale,
)
from mcdefense.scenario.paths import uncertain_paths
from mcdefense.scenario.values import (
    MAX_ARCHITECTURES,
    MAX_PLACES,
    MAX_RAID_SCALE,
    MOST_NAME,
    PLAIN_TEXT,
    TOTALS,
)
from mcdefense.scenario.variants import flatten

_MOST = {"battery": MAX_PLACES, "sensor": MAX_PLACES, "architecture": MAX_ARCHITECTURES}
_MOST_OTHERS = 10_000
_COUNTED = ("asset", "battery", "interceptor", "plan", "raid", "sensor", "threat")
_TEXTS = ("title", "marking", "library")


def first_laydown() -> str:
    """The text of a small scenario with comments, for someone to begin with."""
    return (files("mcdefense.scenario") / "first_laydown.toml").read_text(encoding="utf-8")


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
    report, composition = _composition(text, name, pairs)
    scenario, composed = _build(composition, report)
    scenario, content = read_tables(scenario, base, report)
    _check(Draft(scenario, composed.document), report)
    if not scenario.title:
        scenario = scenario.model_copy(update={"title": Path(name).stem})
    digest = _hash(text, pairs, content)
    scenario = _with_text(scenario, composition, composed, (text, pairs, digest))
    effective = _effective_scenarios(scenario, composition, report)
    report.raise_any()
    return _with_every_round(scenario, effective)


def without_tables(text: str, overrides: Overrides = (), *, checked: bool = False) -> Scenario:
    """The scenario of a text that was loaded before, such as that in a result: without its tables
    in files, which need not be here. Raises InputError for no TOML and, if all else is to be
    `checked` again, with every fault: another version may have loaded it."""
    pairs = override_pairs(overrides)
    report, composition = _composition(text, "scenario", pairs)
    scenario, composed = _build(composition, report)
    if checked:
        _check(Draft(scenario, composed.document), report)
    scenario = _with_text(scenario, composition, composed, (text, pairs, ""))
    effective = _effective_scenarios(scenario, composition, report)
    if checked:
        report.raise_any()
    return _with_every_round(scenario, effective)


def _composition(
    text: str, name: str, pairs: Sequence[tuple[str, str]]
) -> tuple[Report, Composition]:
    document = parse(text, name)
    report = Report(name, document.positions)
    raw, own = take_overrides(document.tree, report)
    raw = _without_nameless(take_raid_scale(raw, report), report)
    return report, overridden(raw, [*own, *given_overrides(pairs)], report)


def _without_nameless(raw: Tree, report: Report) -> Tree:
    """The document without the keys of entries that stand in a section without a name, as
    `[battery]` instead of `[battery.north]` puts them there; one fault a section."""
    found = dict(raw)
    for section, model in NAMED.items():
        table = raw.get(section)
        if not isinstance(table, dict):
            continue
        keys = {i.alias or n for one in models_in(model) for n, i in one.model_fields.items()}
        if any(key in keys and not isinstance(value, dict) for key, value in table.items()):
            here = [key for key in table if key in keys]
            message = f"got {', '.join(here)} without the name of an entry"
            report.add((section,), f"{message}, expected the header [{section}.NAME]")
            found[section] = {key: value for key, value in table.items() if key not in keys}
    return found


def _with_text(
    scenario: Scenario,
    composition: Composition,
    composed: Composed,
    of: tuple[str, tuple[tuple[str, str], ...], str],
) -> Scenario:
    """The scenario with where it comes from: `of` this text, overrides and hash of all content."""
    addressed = {
        architecture: tuple(explicit_settings(composition, composed.copies, architecture))
        for architecture in scenario.architecture
    }
    text, pairs, digest = of
    origins = replace(
        _origins(composition, composed),
        text=text,
        overrides=pairs,
        sha256=digest,
        addressed=addressed,
    )
    return scenario.with_origins(origins)


def _effective_scenarios(
    scenario: Scenario, composition: Composition, report: Report
) -> dict[str, Scenario]:
    """The scenario under each `set`; adds the faults that it brings beyond those without it."""
    without = {(f.key, f.message) for f in report.faults}
    effective = {}
    for name, entry in scenario.architecture.items():
        if not entry.set:
            continue
        beside = report.beside()
        effective[name] = _effective(scenario, composition, name, beside)
        for fault in beside.faults:
            if (fault.key, fault.message) not in without:
                report.add_fault(fault)
    return effective


def _effective(
    scenario: Scenario, base: Composition, architecture: str, report: Report
) -> Scenario:
    """The scenario composed anew with an architecture's `set`; faults go to the report."""
    origins = scenario.origins
    explicit = origins.addressed[architecture]
    first, last = by_address(flatten(scenario.architecture[architecture].set), explicit)
    start = Composition(base.report, base.file, file=base.file, overrides=base.overrides)
    composition = with_settings(start, architecture, first, report)
    composition = with_overrides(composition, report)
    composition = with_settings(composition, architecture, last, report)
    own, composed = _build(composition, report)
    tables = ("history", "opportunities", "tracks")
    read = {key: getattr(scenario, key) for key in tables if getattr(own, key) is not None}
    own = own.model_copy(update={**read, "title": scenario.title})
    _check(Draft(own, composed.document), report)
    known = _origins(composition, composed)
    return own.with_origins(
        replace(
            origins,
            filled=known.filled,
            given=known.given,
            fixed=known.fixed | frozenset(explicit),
            set_paths=known.set_paths,
        )
    )


def _origins(composition: Composition, composed: Composed) -> Origins:
    given = tuple(fixed_by(one, composed) for one in composition.given)
    return Origins(
        report=composition.report,
        filled=tuple(composed.filled),
        given=given,
        fixed=frozenset(path for one in given for path in one.fixed),
        set_paths=composition.set_paths,
    )


def _with_every_round(scenario: Scenario, effective: Mapping[str, Scenario]) -> Scenario:
    """The scenario, and what it is under each `set`, with the interceptors that any of them names:
    an architecture that changes magazines may name others. All share one axis of interceptors."""
    every = dict(scenario.interceptor)
    for own in effective.values():
        every.update({k: v for k, v in own.interceptor.items() if k not in every})
    complete = {}
    for name, own in effective.items():
        rounds = {kind: own.interceptor.get(kind, entry) for kind, entry in every.items()}
        own = own.model_copy(update={"interceptor": rounds})
        complete[name] = own.with_drawn(uncertain_paths(own))
    scenario = scenario.model_copy(update={"interceptor": every})
    return scenario.with_drawn(uncertain_paths(scenario)).with_effective(complete)


def _build(composition: Composition, report: Report) -> tuple[Scenario, Composed]:
    """A scenario of all entries that are valid in themselves, and the document it is from."""
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
        elif (key,) == RAID_SCALE:
            parts[key] = _scale(value, report)
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
    given = {key: part for key, part in parts.items() if part is not None}
    return Scenario.model_construct(**given), composed


def _scale(value: Any, report: Report) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and 0 <= value <= MAX_RAID_SCALE:
        return float(value)
    wanted = f"a number from 0 to {MAX_RAID_SCALE:,}, the scale of every count"
    report.add(RAID_SCALE, f"got {short(value)}, expected {wanted}")
    return None


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
        if not is_name(name):
            made_of = report.origin(path)[1]  # a sensor that a battery of no name brings
            if made_of == name or is_name(str(made_of)):
                wanted = f"a name of at most {MOST_NAME} small letters, digits and _ that starts "
                wanted += "with a letter"
                hint = f"; did you mean '{right}'?" if (right := mended(name, table)) else ""
                report.add(path, f"got {short(name)}, expected {wanted}{hint}")
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


def _check(draft: Draft, report: Report) -> None:
    check_raid(draft, report)
    check_tables(draft, report)
    check_command(draft, report)


def _hash(text: str, overrides: Sequence[tuple[str, str]], content: Sequence[bytes]) -> str:
    digest = hashlib.sha256()
    for part in (text.encode(), *(f"{k}={v}".encode() for k, v in overrides), *content):
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()
