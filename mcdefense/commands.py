"""What the command line does with files, as functions: a command parses, calls one and prints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mcdefense.report import leak_probability_figure, save, screen
from mcdefense.run import (
    merge_to_file,
    refuse_existing,
    refuse_inputs,
    scenario_as_run,
)
from mcdefense.statistics import Result
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


def figure(file: Path | str, output: Path | str | None = None, *, force: bool = False) -> Any:
    """Draw the leak probability by threat class from a result file, as `mcdefense plot` does.

    Returns a matplotlib Figure. With `output` it is also saved there, as .png, .svg or .pdf; a file
    that is there is replaced with `force` only. Raises InputError for a file that is no result or
    may not be replaced, and McdefenseError without matplotlib.
    """
    if output is not None:
        refuse_inputs([Path(output)], [("the result", Path(file))])
        if not force:
            refuse_existing(Path(output))
    drawn = leak_probability_figure(read(Path(file)))
    if output is not None:
        save(drawn, Path(output))
    return drawn


def show(file: Path | str, by: str | None = None) -> str:
    """The screen of a result file, 80 columns wide, as `mcdefense show` prints it.

    `by` is "asset", "class", "battery", "cause", "fate" or "rounds" for a table by that instead.
    Raises InputError for a file that is no result.
    """
    return screen(read(Path(file)), by)


def scenario_of(file: Path | str) -> str:
    """The scenario of a result file as it was run, overrides applied; running it gives the same
    counts again. Raises InputError for a file that is no result or holds no scenario."""
    return scenario_as_run(read(Path(file), estimates=False), Path(file))
