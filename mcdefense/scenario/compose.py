"""From the file's document and values set by path to the complete document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mcdefense.scenario.document import get, put
from mcdefense.scenario.faults import Report, unknown
from mcdefense.scenario.fill import Filler
from mcdefense.scenario.model_scenario import (
    NAMED,
    Composition,
    Document,
    Filled,
    PathParts,
)
from mcdefense.scenario.positions import Positions

SET_BY_ARCHITECTURE = (
    "battery",
    "coin",
    "doctrine",
    "interceptor",
    "sensor",
)
"""Sections whose values may differ between architectures; all others they have in common: one
list of opportunities in one order, and one raid, serve all of them."""


def compose(composition: Composition, report: Report) -> tuple[Document, list[Filled]]:
    """The complete document with its list of filled values; faults go to the report."""
    filler = Filler(composition.raw, report)
    document = filler.fill()
    for path, value in composition.late:
        try:
            document = put(document, path, value)
        except KeyError:
            report.add(path, "the path matches nothing")
    if composition.late:  # what was set may name rounds that nothing named before
        document = filler.bring(document)
    if not document.get("architecture"):
        document["architecture"] = {"separate": {}}
    given = {".".join(map(str, path)) for path, _ in composition.late}
    return document, [f for f in filler.filled if f.path not in given]


def with_override(
    composition: Composition, path: PathParts, value: Any, report: Report
) -> Composition:
    """The composition with one more value set by path; what does not fit goes to the report.

    A value of an entry that the user wrote is set before the library fills in the rest (so a new
    class brings its own values); one that only the library gave is set afterwards.
    """
    scratch = Report("", Positions())
    document, _ = compose(composition, scratch)
    if fault := _unknown_name(document, path):
        report.add(path, fault)
        return composition
    try:
        if _has(composition.raw, path[:-1]) or not _has(document, path[:-1]):
            return replace(composition, raw=put(composition.raw, path, value))
        put(document, path, value)
    except KeyError as part:
        report.add(path, f"the path matches nothing: there is no {part} here")
        return composition
    return replace(composition, late=(*composition.late, (path, value)))


def _unknown_name(document: Document, path: PathParts) -> str:
    section = path[0]
    if section in NAMED and len(path) > 1:
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


def flatten(settings: Mapping[str, Any], base: PathParts = ()) -> list[tuple[PathParts, Any]]:
    """Paths and values of an architecture's `set`, written with dots in or outside of quotes."""
    flat: list[tuple[PathParts, Any]] = []
    for key, value in settings.items():
        path: PathParts = (*base, *key.split("."))
        flat += flatten(value, path) if isinstance(value, dict) else [(path, value)]
    return flat


def with_settings(
    composition: Composition, architecture: str, settings: Mapping[str, Any], report: Report
) -> Composition:
    """The composition under an architecture's `set`; faults are placed at that table."""
    prefix = ("architecture", architecture, "set")
    base_place = report.place(prefix)[0]
    for path, value in flatten(settings):
        place = _settings_place(report, prefix, path) or base_place
        report.options[path] = (place, prefix)
        if path[0] not in SET_BY_ARCHITECTURE:
            known = ", ".join(SET_BY_ARCHITECTURE)
            report.add(path, f"cannot differ between architectures, expected one of {known}")
        elif path[0] == "coin" and path[2:] != ("probability",):
            report.add(path, "cannot differ between architectures, expected coin.NAME.probability")
        else:
            composition = with_override(composition, path, value, report)
    return composition


def _settings_place(report: Report, prefix: PathParts, path: PathParts) -> str | None:
    """Place of a setting, whichever way its dots were quoted."""
    wanted = ".".join(map(str, path))
    positions = report.positions
    for known in positions.offsets:
        if known[: len(prefix)] == prefix and ".".join(map(str, known[len(prefix) :])) == wanted:
            return f"{report.name}:{positions.line(known)}"
    return None


def overridden(
    raw: Document, overrides: Sequence[tuple[PathParts, Any]], report: Report
) -> Composition:
    """The composition of a file's document with values set from outside (`--set`)."""
    composition = Composition(report, raw)
    for path, value in overrides:
        report.options[path] = ("--set", ())
        composition = with_override(composition, path, value, report)
    return composition
