"""The command line: parse, one call, print. Heavy libraries are imported by the commands."""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from mcdefense.batch import merge, run, slurm
from mcdefense.errors import McdefenseError
from mcdefense.log import plain, say, usable_streams
from mcdefense.options import (
    force_option,
    override_option,
    print_result,
    scenario_argument,
    strict_option,
)

_INTERRUPTED = 130
"""Exit code that shells give for SIGINT: 128 + 2."""


class _Commands(click.Group):
    """A group whose commands report a user's mistake, or an interrupt, without a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        usable_streams()
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except McdefenseError as error:
            _fail(error)
        except MemoryError:
            say("out of memory: use a smaller --batch, fewer --devices or --worlds")
            sys.exit(McdefenseError.exit_code)
        except KeyboardInterrupt:
            say("interrupted")
            sys.exit(_INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:  # such as `| head`: click ends quietly
                raise
            say(f"{_place(error)}cannot go on: {error.strerror or error}")
            sys.exit(McdefenseError.exit_code)
        except Warning as error:
            say(f"a warning, which PYTHONWARNINGS makes an error: {error}")
            sys.exit(McdefenseError.exit_code)


def _place(error: OSError) -> str:
    """What a refusal of the system is about, as far as it is known."""
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: "
    try:
        os.getcwd()
    except OSError:
        return "the current folder, which has been removed: "
    return ""


def _fail(error: McdefenseError) -> NoReturn:
    for line in str(error).splitlines():
        say(line)
    sys.exit(error.exit_code)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="All figures are NOTIONAL: for comparing defences, predicting none.",
)
@click.version_option(package_name="mcdefense")
def main() -> None:
    """Compare joined and separate air and missile defences by Monte Carlo (NOTIONAL)."""


main.add_command(run)
main.add_command(merge)
main.add_command(slurm)


@main.command()
@scenario_argument
@override_option
@click.option(
    "--worlds", type=click.IntRange(1, 1000), default=2, help="Worlds to look at; default 2."
)
@strict_option
def check(
    scenario: Path, overrides: tuple[tuple[str, str], ...], worlds: int, strict: bool
) -> None:
    """Print what the model understood of SCENARIO, and what looks wrong; simulate nothing."""
    from mcdefense.check import forecast, survey, understanding, warnings
    from mcdefense.engine import usable_cores
    from mcdefense.scenario import load

    loaded = load(scenario, overrides)
    found = survey(loaded, loaded.run.seed, worlds)
    run = loaded.run
    expected = forecast(found, run.worlds, run.trials_per_world, usable_cores())
    texts = warnings(loaded, found, run.worlds, run.seed)
    click.echo(plain(understanding(loaded, found, expected, texts)), nl=False)
    if strict and texts:
        sys.exit(McdefenseError.exit_code)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--by",
    type=click.Choice(["asset", "class", "battery", "cause"]),
    help="A table by asset, threat class, battery or cause instead.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the estimates as JSON; with --by, the table's."
)
def show(file: Path, by: str | None, as_json: bool) -> None:
    """Print the screen of a result FILE."""
    from mcdefense.store import read

    print_result(read(file), as_json=as_json, quiet=False, by=by)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def scenario(file: Path) -> None:
    """Print the scenario of a result FILE as it was run, overrides applied."""
    from mcdefense.run import scenario_as_run
    from mcdefense.store import read

    text = scenario_as_run(read(file, estimates=False), file)
    click.echo(plain(text.expandtabs()) if sys.stdout.isatty() else text, nl=False)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Picture to write: .png, .svg or .pdf.",
)
@force_option
def plot(file: Path, output: Path, force: bool) -> None:
    """Draw the leak probability by threat class from a result FILE."""
    from mcdefense.report import leak_probability_figure, save
    from mcdefense.run import refuse_existing, refuse_inputs
    from mcdefense.store import read

    refuse_inputs([output], [("the result", file)])
    if not force:
        refuse_existing(output)
    save(leak_probability_figure(read(file)), output)
    click.echo(f"{plain(str(output))}: leak probability by threat class (NOTIONAL)")


@main.command()
@click.option(
    "--seconds", type=click.FloatRange(0.1, 600), default=3.0, help="How long; default 3."
)
@click.option("--devices", type=int, help="Cores or GPUs to use; default all.")
def bench(seconds: float, devices: int | None) -> None:
    """Measure how fast this machine simulates a built-in case."""
    from mcdefense.report import speed_lines
    from mcdefense.run import measure

    click.echo(speed_lines(measure(seconds=seconds, devices=devices)), nl=False)


@main.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from mcdefense.scenario import scenario_schema

    click.echo(json.dumps(scenario_schema(), indent=2))


if __name__ == "__main__":
    main(prog_name="mcdefense")
