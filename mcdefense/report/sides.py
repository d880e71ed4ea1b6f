"""The two architectures that a reader asks for by name, or those of the headline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mcdefense.errors import Fault, InputError
from mcdefense.report.reading import read_result
from mcdefense.scenario import by_label, did_you_mean, with_labels
from mcdefense.statistics import Result, Side


@dataclass(frozen=True, eq=False)
class Chosen:
    """One side: the file, as it was named, and the architecture."""

    file: Path
    side: Side

    @property
    def name(self) -> str:
        """The architecture's name."""
        return self.side.result.tally.axes.architecture[self.side.architecture]


def sides_of(
    path: Path, result: Result, of: str | None, against: str | None
) -> tuple[Chosen, Chosen]:
    """The baseline and the architecture to judge of one file, by default those of the headline."""
    judged = chosen(path, result, "of", of, "compare")
    base = chosen(path, result, "against", against, "baseline")
    if judged.name == base.name:
        text = f"got {judged.name!r} against itself, expected two architectures"
        raise InputError([Fault("of", "", text, option=True)])
    return base, judged


def chosen(path: Path, result: Result, option: str, name: str | None, default: str) -> Chosen:
    """An architecture of a file: of this name or label, or the one of the headline."""
    names = result.tally.axes.architecture
    labels = dict(zip(names, read_result(result).labels, strict=True))
    if name is None:
        name = str(result.provenance.get(default, ""))
        name = name if name in names else names[-1 if default == "compare" else 0]
    name = by_label(name, labels)
    if name not in names:
        known = ", ".join(with_labels(labels))
        text = f"got {name!r}, expected an architecture of {path}: {known}"
        text += did_you_mean(name, names)
        raise InputError([Fault(option, "", text, option=True)])
    return Chosen(path, Side(result, names.index(name)))
