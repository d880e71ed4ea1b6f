"""What several commands of the command line share."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mcdefense.cli.colour import coloured
from mcdefense.errors import Fault, InputError
from mcdefense.plain import plain

if TYPE_CHECKING:
    from mcdefense.statistics import Result, Study


def _pairs(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    pairs = []
    for value in values:
        path, separator, text = value.partition("=")
        if not separator or not path:
            raise click.BadParameter(f"got {value!r}, expected PATH=VALUE", ctx, param)
        pairs.append((path.strip(), text.strip()))
    return tuple(pairs)


scenario_argument = click.argument("scenario", type=click.Path(path_type=Path))
override_option = click.option(
    "--set",
    "overrides",
    multiple=True,
    callback=_pairs,
    metavar="PATH=VALUE",
    help="Override one value of the scenario, for example battery.north.reaction_s=5.",
)


force_option = click.option("--force", is_flag=True, help="Replace a file that is there.")
strict_option = click.option(
    "--strict", is_flag=True, help="Exit with 1 if there is any warning, before anything is done."
)


class NumberRange(click.FloatRange):
    """Numbers in a range. To click's own type NaN is in every one, as it is below no number."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"got {value!r}, expected a number", param, ctx)
        return number


def example(command: str) -> str:
    """The end of a command's help: a line that a reader may copy, and that a test runs."""
    return f"\b\nExample:\n  {command}"


of_option = click.option(
    "--of", metavar="NAME", help="Architecture to judge; default the headline's."
)


def against_option(meaning: str) -> Callable[[Any], Any]:
    """`--against`, which goes with `--of`; `meaning` is its help."""
    return click.option("--against", metavar="NAME", help=meaning)


margin_option = click.option(
    "--margin",
    type=NumberRange(min=0, max=1e6),
    metavar="LEAKERS",
    help="Difference a raid that matters, for the share of worlds; default the file's.",
)


def output_option(meaning: str) -> Callable[[Any], Any]:
    """`-o`, which every command that writes a file needs; `meaning` is its help."""
    return click.option(
        "-o", "--output", type=click.Path(path_type=Path), required=True, help=meaning
    )


def optional_output(meaning: str) -> Callable[[Any], Any]:
    """`-o` of a command whose answer is what it prints."""
    return click.option("-o", "--output", type=click.Path(path_type=Path), help=meaning)


def stacked(*options: Any) -> Callable[[Any], Any]:
    """Several options as one, in this order in the help."""

    def with_options(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return with_options


size_options = stacked(
    click.option("--worlds", type=int, help="Worlds to draw; default the scenario's."),
    click.option(
        "--trials-per-world", type=int, help="Trials of each world; default the scenario's."
    ),
    click.option("--seed", type=int, help="Seed of all draws; default the scenario's."),
)
device_options = stacked(
    click.option("--devices", type=int, help="Cores or GPUs to use; default all."),
    click.option(
        "--batch", type=int, help="Trials simulated at a time; default what fits the device."
    ),
    click.option(
        "--builders",
        type=int,
        envvar="MCDEFENSE_BUILDERS",
        help="Processes that build worlds, 0 for none; default as many as are worth it.",
    ),
)
saving_options = stacked(
    click.option(
        "--resume",
        is_flag=True,
        help="Go on from what an earlier call saved; begin anew if it saved nothing.",
    ),
    force_option,
    click.option(
        "--checkpoint-every",
        "checkpoint_every_s",
        type=NumberRange(min=0),
        default=60.0,
        metavar="SECONDS",
        help="Time between two checkpoints; default 60.",
    ),
)
cache_options = stacked(
    click.option(
        "--compile-cache",
        type=click.Path(path_type=Path),
        envvar="MCDEFENSE_COMPILE_CACHE",
        help="Folder to keep compiled programs in for the next run; default ~/.cache/mcdefense.",
    ),
    click.option("--no-compile-cache", is_flag=True, help="Keep and load no compiled programs."),
)


dask_option = click.option(
    "--dask", metavar="ADDRESS", help="Dask scheduler to run on, or `local` for workers here."
)
shard_option = click.option(
    "--shard", metavar="I/N", help="One of N parts, to a file named after it; see merge."
)


grid_options = stacked(
    click.option(
        "--over",
        multiple=True,
        metavar="PATH=VALUES",
        help="An axis: values first:last:step with the last, or a,b,c. Several make a grid of all "
        "combinations.",
    ),
    click.option(
        "--case",
        multiple=True,
        metavar="NAME=PATH=VALUE,...",
        help="A named case beside the base, which is the scenario as it stands, instead of a grid.",
    ),
)


def printing_options(what: str) -> Callable[[Any], Any]:
    """What is printed at the end; `what` is printed as JSON."""
    return stacked(
        click.option("--quiet", is_flag=True, help="No progress and no screen."),
        click.option("--json", "as_json", is_flag=True, help=f"Print the {what} as JSON."),
    )


def study_options(what: str) -> Callable[[Any], Any]:
    """All that the commands which run a study share; it prints `what`."""
    return stacked(
        size_options,
        device_options,
        dask_option,
        saving_options,
        override_option,
        cache_options,
        printing_options(what),
    )


def refuse_unseen(output: Path | None, *, as_json: bool, quiet: bool) -> None:
    """Raises InputError where nothing of what a command finds out would be left."""
    if quiet and output is None and not as_json:
        fault = "nothing of the answer would be left; expected -o FILE or --json beside it"
        raise InputError([Fault("quiet", "", fault, option=True)])


def print_as_json(numbers: Any) -> None:
    """Print what a program reads."""
    click.echo(plain(json.dumps(numbers, indent=2, allow_nan=False)))


def print_screen(screen: str) -> None:
    """Print what a person reads, in colour on a terminal."""
    click.echo(coloured(plain(screen)), nl=False)


def print_study(study: Study, *, as_json: bool, quiet: bool) -> None:
    """Print a study as its screen or as JSON: the answer of the command that ran it, if it has one,
    in JSON beside its points."""
    from mcdefense.report import study_json, study_screen

    if as_json:
        print_as_json(study_json(study))
    elif not quiet:
        print_screen(study_screen(study))


def print_answer(study: Study, *, as_json: bool, quiet: bool) -> None:
    """Print the answer of a study alone, as its screen or as JSON."""
    from mcdefense.report import answer_json, study_screen

    if as_json:
        print_as_json(answer_json(study))
    elif not quiet:
        print_screen(study_screen(study))


def print_result(
    result: Result, *, as_json: bool, quiet: bool, by: str | None = None, every: bool = False
) -> None:
    """Print a result as its screen or as JSON, either of them of one table if `by` names it; the
    table of `every` architecture, or of the two that are compared. JSON has all."""
    from mcdefense.report import screen, to_json

    if as_json:
        print_as_json(to_json(result, by))
    elif not quiet:
        print_screen(screen(result, by, every=every))
