"""Names that a scenario's entries refer to, and the faults of names that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mcdefense.scenario.faults import Report, unknown
from mcdefense.scenario.fill import LIBRARIES, library_document
from mcdefense.scenario.model_scenario import PathParts, Scenario, Tree
from mcdefense.scenario.values import MOST_NAME, NAME_PATTERN


@dataclass(frozen=True)
class Draft:
    """A scenario while it is checked."""

    scenario: Scenario
    """The entries that are valid in themselves."""
    document: Tree
    """The complete document, which names the entries with faults of their own too."""


def names_of(draft: Draft, section: str) -> list[str]:
    """Names of a section, those of entries that have faults of their own included: one that is no
    name also as it should be, so that what refers to either has no fault of its own."""
    table = draft.document.get(section, {})
    if not isinstance(table, dict):
        return []
    return [*table, *filter(None, (mended(name, table) for name in table))]


def is_name(text: str) -> bool:
    """Whether an entry may have this name."""
    return re.fullmatch(NAME_PATTERN, text) is not None and len(text) <= MOST_NAME


def by_label(word: str, labels: Mapping[str, str]) -> str:
    """The name that a word stands for, of entries with labels by name: itself, or that of the only
    entry which screens call so."""
    named = [name for name, label in labels.items() if label == word]
    return named[0] if len(named) == 1 and word not in labels else word


def with_labels(labels: Mapping[str, str]) -> list[str]:
    """Every name as an option takes it, behind it the label where screens print another."""
    return [name if label == name else f"{name} ({label})" for name, label in labels.items()]


def mended(text: str, others: Iterable[str]) -> str:
    """The name that a text which is none stands for, in small letters and with _ for other signs;
    "" for a name, and where that is none either or another's."""
    name = re.sub(r"[^a-z0-9_]", "_", text.lower())
    return name if not is_name(text) and is_name(name) and name not in others else ""


def class_names_of(draft: Draft) -> set[str]:
    """Threat classes that may be named: the scenario's and those of its library."""
    known = set(names_of(draft, "threat"))
    if draft.scenario.library in LIBRARIES:
        known.update(library_document(draft.scenario.library)["threat"])
    return known


def asset_names_of(draft: Draft) -> list[str]:
    """What threats may fly at: assets, and batteries and sensors by section and name."""
    return [
        *names_of(draft, "asset"),
        *(f"battery.{name}" for name in names_of(draft, "battery")),
        *(f"sensor.{name}" for name in names_of(draft, "sensor")),
    ]


def check_names(
    report: Report,
    path: PathParts,
    kind: str,
    names: Iterable[str] | None,
    known: Iterable[str],
) -> None:
    """Adds a fault for every name that is not known; `kind` as in "a battery"."""
    options = set(known)
    for index, name in enumerate(names or ()):
        if name not in options:
            report.add((*path, index), unknown(kind, name, options))
