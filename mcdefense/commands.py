"""What the command line does with files, as functions: a command parses, calls one and prints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.preview import found_for, refuse_options
from mcdefense.report import (
    Compared,
    DriversShown,
    chosen,
    compared,
    draw,
    draw_found,
    draw_study,
    drivers_shown,
    entry_of,
    found_browser,
    picture_format,
    printed,
    save,
    screen,
    sides_of,
    study_brief,
    study_screen,
)
from mcdefense.report import brief as brief_page
from mcdefense.run import (
    merge_to_file,
    refuse_existing,
    refuse_inputs,
    scenario_as_run,
)
from mcdefense.scenario import Scenario, first_laydown
from mcdefense.statistics import Result, Steps, Study, TooFewWorlds, untold, with_provenance
from mcdefense.store import ONE_POINT, is_study, read, read_any, read_study, replace_file
from mcdefense.study import merge_studies_to_file, sweep, withstand, worth

__all__ = [
    "brief",
    "compare",
    "drivers",
    "figure",
    "init",
    "merge",
    "opened",
    "plotted",
    "scenario_of",
    "show",
    "sweep",
    "with_margin",
    "withstand",
    "worth",
]


def init(output: Path | str, *, force: bool = False) -> str:
    """Write a first scenario with comments to `output`, to be changed, and return its text.

    A file that is there is replaced with `force` only; else it raises InputError.
    """
    if not force:
        refuse_existing(Path(output))
    text = first_laydown()
    replace_file(Path(output), text.encode())
    return text


def merge(
    files: Sequence[Path | str],
    output: Path | str,
    *,
    allow_gaps: bool = False,
    force: bool = False,
) -> Result | Study:
    """Merge the files of shards to the one of the whole run, write it to `output` and return it.

    The counts are the same as of one run. Worlds that no file has are refused, unless `allow_gaps`.
    An `output` that is there is replaced if it is of the same run and has no other worlds, or with
    `force`. Files of a study are merged so by its points. Raises InputError with a line for each
    file at fault; the first file that can be read says whether they shall be of a run or a study.
    """
    paths = [Path(file) for file in files]
    if _first_is_study(paths):
        return merge_studies_to_file(paths, Path(output), allow_gaps=allow_gaps, force=force)
    return merge_to_file(paths, Path(output), allow_gaps=allow_gaps, force=force)


def _first_is_study(paths: Sequence[Path]) -> bool:
    for path in paths:
        with suppress(McdefenseError):
            return is_study(path)
    return False


Drawable = Result | Study | Scenario | Path | str


def _opened(source: Drawable, name: str) -> Drawable:
    """What is drawn: what a file holds, read once, but for a figure that is drawn of a scenario."""
    if not isinstance(source, Path | str) or Path(source).suffix == ".toml":
        return source
    return source if name and entry_of(name).of == "scenario" else read_any(source)


def _first_figure(source: Drawable) -> str:
    return "curve" if isinstance(source, Study) else "leak"


def plotted(
    file: Path | str, name: str, output: Path | str, *, force: bool = False, **options: Any
) -> str:
    """Draw one figure of a file to `output`, as `figure` does, and return its name."""
    return _figure(file, name, output, force, options)[0]


def _refuse_output(source: Drawable, name: str, output: Path | str, *, force: bool) -> None:
    """Raises InputError for a picture that would replace the input, or a file without `force`."""
    if isinstance(source, Path | str):
        what = "the input" if entry_of(name).of == "scenario" else "the result"
        refuse_inputs([Path(output)], [(what, Path(source))])
    picture_format(output)
    if not force:
        refuse_existing(Path(output))


def figure(
    source: Drawable,
    name: str = "",
    output: Path | str | None = None,
    *,
    force: bool = False,
    **options: Any,
) -> Any:
    """Draw one figure of a result, of a study or of a file of one, as `mcdefense plot` does.

    `name` is one of `mcdefense plot --list`: "leak" is the leak probability by threat class, which
    is drawn where none is given, and "curve" is that of a study. "map"
    and "timeline" are drawn of a scenario, of its file, or of the scenario that a result holds.
    They take `options`: the map a `threat_class` and a `height_km` for the reach; the timeline an
    `architecture`, and with `wave`, `member` (from 1) and `world` which threat it is of.

    Returns a matplotlib Figure. With `output` it is also saved there, as .png, .svg or .pdf; a file
    that is there is replaced with `force` only. Raises InputError for a file that is no result or
    may not be replaced, for another name and for an option that the figure does not have;
    McdefenseError for a result that cannot show it and without matplotlib.
    """
    return _figure(source, name, output, force, options)[1]


def _figure(
    source: Drawable, name: str, output: Path | str | None, force: bool, options: dict[str, Any]
) -> tuple[str, Any]:
    opened = source if name else _opened(source, name)
    name = name or _first_figure(opened)
    entry = entry_of(name)
    asked = {option: value for option, value in options.items() if value is not None}
    refuse_options(name, entry.options, asked)
    if output is not None:
        _refuse_output(source, name, output, force=force)
    opened = _opened(opened, name)
    if entry.of == "scenario":
        if isinstance(opened, Study):
            raise McdefenseError(f"the figure {name!r} is drawn of a scenario, not of a study")
        drawn = draw_found(name, found_for(name, opened, asked))
    elif entry.of == "study" or isinstance(opened, Study):
        drawn = draw_study(_study(opened, name), name)
    else:
        drawn = draw(_result(opened, name), name)
    if output is not None:
        save(drawn, Path(output))
    return name, drawn


def _study(source: Drawable, name: str) -> Study:
    if isinstance(source, Result | Scenario):
        raise McdefenseError(f"the figure {name!r} is drawn of a study: sweep the scenario first")
    return source if isinstance(source, Study) else read_study(Path(source))


def _result(source: Drawable, name: str) -> Result:
    if isinstance(source, Scenario):
        raise McdefenseError(f"the figure {name!r} is drawn of a result: run the scenario first")
    assert not isinstance(source, Study)
    return source if isinstance(source, Result) else read(Path(source))


def brief(
    source: Result | Study | Path | str,
    output: Path | str | None = None,
    *,
    pdf: Path | str | None = None,
    force: bool = False,
    progress: Steps = untold,
) -> str:
    """The brief of a result, of a study or of a file of one: one HTML page for people who decide.

    The page needs nothing from outside and no script. With `output` it is also written there, and
    with `pdf` printed there by a Chromium or Chrome of this machine; files that are there are
    replaced with `force` only. `progress` is called with the steps done and their number while the
    page finds what drives a result. Raises InputError for a file that is no result or may not be
    replaced, McdefenseError without matplotlib, and for a `pdf` without a browser.
    """
    outputs = [Path(path) for path in (output, pdf) if path is not None]
    if len(outputs) == 2 and outputs[0].resolve() == outputs[1].resolve():
        text = f"got {str(outputs[1])!r}, where the page goes, expected another file"
        raise InputError([Fault("pdf", "", text, option=True)])
    if isinstance(source, Path | str):
        refuse_inputs(outputs, [("the result", Path(source))])
    if not force:
        for path in outputs:
            refuse_existing(path)
    browser = None if pdf is None else found_browser()
    found = read_any(source) if isinstance(source, Path | str) else source
    page = study_brief(found) if isinstance(found, Study) else brief_page(found, progress)
    if output is not None:
        replace_file(Path(output), page.encode())
    if pdf is not None and browser is not None:
        replace_file(Path(pdf), printed(page, browser))
    return page


def show(
    file: Path | str,
    by: str | None = None,
    *,
    margin: float | None = None,
    of: str | None = None,
    against: str | None = None,
    every: bool = False,
) -> str:
    """The screen of a result file, or of a study's, 80 columns wide, as `mcdefense show` prints it.

    `by` is "asset", "class", "battery", "cause", "plan", "fate" or "rounds" for a table by that
    instead, of the two architectures that are compared or, with `every`, of all. `of` is the
    architecture to judge and `against` the one to compare it with, if others than the file's.
    `margin` [leakers a raid] is what a world must differ by to count as helped or hurt, if it shall
    be another than the file's; a table judges no worlds and takes none. Raises InputError for a
    file that is neither, for an unknown architecture, for a margin that is no number from 0 on or
    stands beside a table, for `every` without one, and for any of them of a study.
    """
    found = opened(file, by, margin, of, against, every=every)
    return screen(found, by, every=every) if isinstance(found, Result) else study_screen(found)


def opened(
    file: Path | str,
    by: str | None = None,
    margin: float | None = None,
    of: str | None = None,
    against: str | None = None,
    *,
    every: bool = False,
) -> Result | Study:
    """The study in a file, or its result as `show` is asked for it: of these two architectures, its
    worlds judged by this margin [leakers a raid]. Raises InputError as `show` does."""
    _check_margin(margin, by)
    if every and by is None:
        raise InputError([Fault("every", "", "got it without `by`, expected both", option=True)])
    found = read_any(Path(file))
    if isinstance(found, Result):
        changes: dict[str, Any] = {} if margin is None else {"margin": float(margin)}
        if of is not None or against is not None:
            sides = sides_of(Path(file), found, of, against)
            changes |= {"baseline": sides[0].name, "compare": sides[1].name}
        return with_provenance(found, **changes) if changes else found
    given = {"by": by, "margin": margin, "of": of, "against": against}
    for option, value in given.items():
        if value is not None:
            text = f"got {value}, expected none, since it asks for part of a run, not of a study"
            raise InputError([Fault(option, "", f"{text}; {ONE_POINT}", option=True)])
    return found


def with_margin(file: Path | str, margin: float | None = None) -> Result:
    """The result of a file, its worlds judged by this margin [leakers a raid] if one is given.

    Raises InputError for a margin that is no number from 0 on.
    """
    _check_margin(margin, None)
    result = read(Path(file))
    return result if margin is None else with_provenance(result, margin=float(margin))


def _check_margin(margin: float | None, by: str | None) -> None:
    if margin is not None:
        if not 0 <= margin < math.inf:
            _refuse_margin(margin, "a number of leakers, 0 or more")
        if by is not None:
            _refuse_margin(margin, f"none, since the table by {by} judges no worlds")


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
    if margin is not None and len(paths) > 1:
        _refuse_margin(margin, "none, since worlds are judged within one file only")
    results = [with_margin(path, margin) for path in paths]
    first = results[0]
    if len(paths) == 1:
        return (compared(*sides_of(paths[0], first, of, against)),)
    base = chosen(paths[0], first, "against", against or of, "compare")
    return tuple(
        compared(base, chosen(path, result, "of", of, "compare"))
        for path, result in zip(paths[1:], results[1:], strict=True)
    )


def drivers(source: Result | Path | str, *, progress: Steps = untold) -> DriversShown:
    """What drives the leakers and the gain of a result, or of a result file, from world to world.

    It has a `screen`, 80 columns wide, `numbers` for JSON, and `driven`, the shares. `progress` is
    called with the steps done and their number. Raises InputError for a file that is no result,
    and where worlds are too few to tell.
    """
    result = source if isinstance(source, Result) else read(Path(source))
    try:
        return drivers_shown(result, progress)
    except TooFewWorlds as error:
        where = "" if isinstance(source, Result) else str(source)
        raise InputError([Fault(where, "", str(error))]) from error


def _refuse_margin(margin: float, expected: str) -> NoReturn:
    raise InputError([Fault("margin", "", f"got {margin:g}, expected {expected}", option=True)])


def scenario_of(file: Path | str) -> str:
    """The scenario of a result file as it was run, overrides applied; running it gives the same
    counts again. Raises InputError for a file that is no result or holds no scenario."""
    return scenario_as_run(read(Path(file), estimates=False), Path(file))
