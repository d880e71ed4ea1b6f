"""`mcdefense run`: a scenario, or one shard of it, simulated to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mcdefense.cli.log import say
from mcdefense.cli.options import (
    cache_options,
    dask_option,
    device_options,
    example,
    output_option,
    override_option,
    print_result,
    printing_options,
    saving_options,
    scenario_argument,
    shard_option,
    size_options,
    strict_option,
)
from mcdefense.errors import McdefenseError

if TYPE_CHECKING:
    from mcdefense.run import Size
    from mcdefense.scenario import Scenario


@click.command(epilog=example("mcdefense run configs/quick_start.toml -o quick.h5"))
@scenario_argument
@output_option("HDF5 file to write.")
@size_options
@click.option(
    "--precision",
    metavar="LEAKERS|SHARE%",
    help="Run as many worlds as the headline's interval needs to be that short: +-0.05, or 1%.",
)
@device_options
@dask_option
@shard_option
@saving_options
@override_option
@cache_options
@strict_option
@printing_options("estimates")
def run(
    scenario: Path,
    output: Path,
    overrides: tuple[tuple[str, str], ...],
    strict: bool,
    quiet: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Simulate SCENARIO and write the leak probabilities to an HDF5 file.

    Asked to stop by SIGTERM, SIGHUP, SIGUSR1 or Ctrl-C it saves what is done and exits with 75;
    --resume goes on. A file that is there is kept: --resume goes on from it if it is of this run,
    --force replaces it, and both together do the one or else the other.
    """
    from mcdefense.cli.signals import StopSignals

    with StopSignals() as stopped:
        from mcdefense.run import (
            Monitor,
            Precision,
            RunOptions,
            Shard,
            files_of_run,
            inputs_of,
            refuse_existing,
            refuse_inputs,
        )
        from mcdefense.scenario import load
        from mcdefense.store import check_writable

        loaded = load(scenario, overrides)
        shard, precision = given.pop("shard"), given.pop("precision")
        options = RunOptions(
            shard=None if shard is None else Shard.parse(shard),
            precision=None if precision is None else Precision.parse(precision),
            **given,
        )
        path = options.file(output)
        refuse_inputs(files_of_run(path), inputs_of(scenario, loaded))
        if not options.resume and not options.force:
            refuse_existing(path, resumable=options.dask is None)
        check_writable(path)
        size = options.size(loaded)
        if strict or not (quiet or shard is not None):
            _warn(loaded, size, strict=strict)
        from mcdefense.cli.progress import Reporter
        from mcdefense.run import run_to_file

        if options.dask is not None:
            stopped.let_go()
        with Reporter(quiet=quiet) as reporter:
            result = run_to_file(loaded, path, options, Monitor(reporter.show, stopped))
    print_result(result, as_json=as_json, quiet=quiet)


def _warn(scenario: Scenario, size: Size, *, strict: bool) -> None:
    """Say what looks wrong before a run; McdefenseError for any of it if `strict`."""
    from mcdefense.preview import survey, warnings

    surveyed = survey(scenario, size.seed, timed=False)
    texts = warnings(scenario, surveyed, size.worlds, size.seed)
    for text in texts:
        say(f"warning: {text}")
    if strict and texts:
        number = f"{len(texts)} warning{'s' * (len(texts) > 1)}"
        raise McdefenseError(f"{number}, and --strict asks for none: nothing was run")
