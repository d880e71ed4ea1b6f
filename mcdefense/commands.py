"""What the command line does with files, as functions: a command parses, calls one and prints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mcdefense.errors import Fault, InputError
from mcdefense.report import FIGURES, Chosen, Compared, compared, save, screen
from mcdefense.run import (
    merge_to_file,
    refuse_existing,
    refuse_inputs,
    scenario_as_run,
)
from mcdefense.statistics import Result, Side, with_provenance
from mcdefense.store import read


def merge(
    files: Sequence[Path | str],
    output: Path | str,
    *,
    allow_gaps: bool = False,
    force: bool = False,
) -> Result:
    """Merge the files of shards to the one of the whole run, write it to `output` and return it.

    The counts are the same as of one run. Worlds that no file has are refused, unless `allow_gaps`.
    An `output` that is there is replaced if it is of the same run and has no other worlds, or with
    `force`. Raises InputError with a line for each file at fault.
    """
    paths = [Path(file) for file in files]
    return merge_to_file(paths, Path(output), allow_gaps=allow_gaps, force=force)


def figure(
    file: Path | str,
    output: Path | str | None = None,
    name: str = "leak_probability",
    *,
    force: bool = False,
) -> Any:
    """Draw a figure from a result file, as `mcdefense plot` does.

    `name` is one of the figures of mcdefense/report/figures, by default the leak probability by
    threat class. Returns a matplotlib Figure. With `output` it is saved there too, as .png, .svg or
    .pdf; a file that is there is replaced with `force` only. Raises InputError for another name, a
    file that is no result or may not be replaced, and McdefenseError without matplotlib.
    """
    if name not in FIGURES:
        message = f"got {name!r}, expected one of: {', '.join(FIGURES)}"
        raise InputError([Fault("figure", "", message)])
    if output is not None:
        refuse_inputs([Path(output)], [("the result", Path(file))])
        if not force:
            refuse_existing(Path(output))
    drawn = FIGURES[name](read(Path(file)))
    if output is not None:
        save(drawn, Path(output))
    return drawn


def show(file: Path | str, by: str | None = None, *, margin: float | None = None) -> str:
    """The screen of a result file, 80 columns wide, as `mcdefense show` prints it.

    `by` is "asset", "class", "battery", "cause", "plan", "fate" or "rounds" for a table by that
    instead. `margin` [leakers a raid] is what a world must differ by to count as helped or hurt, if
    it shall be another than the file's. Raises InputError for a file that is no result.
    """
    return screen(with_margin(file, margin), by)


def with_margin(file: Path | str, margin: float | None = None) -> Result:
    """The result of a file, its worlds judged by this margin [leakers a raid] if one is given."""
    result = read(Path(file))
    return result if margin is None else with_provenance(result, margin=float(margin))


def compare(
    *files: Path | str,
    of: str | None = None,
    against: str | None = None,
    margin: float | None = None,
) -> tuple[Compared, ...]:
    """Compare two architectures of a result, or of each further file with the first.

    `of` is the architecture to judge, `against` that of the first file to compare it with. Their
    defaults are those of the headline; between files both are the one that is judged. Each
    `Compared` has a `screen`, 80 columns wide, and `numbers` for JSON. Raises InputError for a
    file that is no result, an unknown architecture, and an architecture compared with itself.
    """
    paths = [Path(file) for file in files]
    if not paths:
        raise InputError([Fault("compare", "", "got no file, expected one or more")])
    results = [with_margin(path, margin) for path in paths]
    first = results[0]
    if len(paths) == 1:
        judged = _chosen(paths[0], first, "of", of, "compare")
        base = _chosen(paths[0], first, "against", against, "baseline")
        if judged.name == base.name:
            text = f"got {judged.name!r} against itself, expected two architectures"
            raise InputError([Fault("of", "", text, option=True)])
        return (compared(base, judged),)
    base = _chosen(paths[0], first, "against", against or of, "compare")
    return tuple(
        compared(base, _chosen(path, result, "of", of, "compare"))
        for path, result in zip(paths[1:], results[1:], strict=True)
    )


def _chosen(path: Path, result: Result, option: str, name: str | None, default: str) -> Chosen:
    """An architecture of a file: of this name, or the one of the headline."""
    names = result.tally.axes.architecture
    if name is None:
        name = str(result.provenance.get(default, ""))
        name = name if name in names else names[-1 if default == "compare" else 0]
    if name not in names:
        text = f"got {name!r}, expected an architecture of {path} ({', '.join(names)})"
        raise InputError([Fault(option, "", text, option=True)])
    return Chosen(path, Side(result, names.index(name)))


def scenario_of(file: Path | str) -> str:
    """The scenario of a result file as it was run, overrides applied; running it gives the same
    counts again. Raises InputError for a file that is no result or holds no scenario."""
    return scenario_as_run(read(Path(file), estimates=False), Path(file))
