"""Commands that take a while: run, alone or as one shard of many, merge, and slurm for both."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.log import plain, say
from mcdefense.options import (
    force_option,
    override_option,
    print_result,
    scenario_argument,
    strict_option,
)

if TYPE_CHECKING:
    from mcdefense.scenario import Scenario


@click.command()
@scenario_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="HDF5 file to write."
)
@click.option("--worlds", type=int, help="Worlds to draw; default the scenario's.")
@click.option("--trials-per-world", type=int, help="Trials of each world; default the scenario's.")
@click.option("--seed", type=int, help="Seed of all draws; default the scenario's.")
@click.option("--devices", type=int, help="Cores or GPUs to use; default all.")
@click.option("--batch", type=int, help="Trials simulated at a time; default what fits the device.")
@click.option(
    "--dask", metavar="ADDRESS", help="Dask scheduler to run on, or `local` for workers here."
)
@click.option("--shard", metavar="I/N", help="One of N parts, to a file named after it; see merge.")
@click.option("--resume", is_flag=True, help="Go on from what an earlier run saved, if it did.")
@force_option
@click.option(
    "--checkpoint-every",
    type=click.FloatRange(min=0),
    default=60.0,
    metavar="SECONDS",
    help="Save what is done so often; default 60.",
)
@override_option
@click.option(
    "--compile-cache",
    type=click.Path(path_type=Path),
    envvar="MCDEFENSE_COMPILE_CACHE",
    help="Folder to keep compiled programs in for the next run; default none.",
)
@strict_option
@click.option("--quiet", is_flag=True, help="No progress and no screen.")
@click.option("--json", "as_json", is_flag=True, help="Print the estimates as JSON.")
def run(
    scenario: Path,
    output: Path,
    worlds: int | None,
    trials_per_world: int | None,
    seed: int | None,
    devices: int | None,
    batch: int | None,
    dask: str | None,
    shard: str | None,
    resume: bool,
    force: bool,
    checkpoint_every: float,
    overrides: tuple[tuple[str, str], ...],
    compile_cache: Path | None,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Simulate SCENARIO and write the leak probabilities to an HDF5 file.

    Asked to stop by SIGTERM, SIGHUP, SIGUSR1 or Ctrl-C it saves what is done and exits with 75;
    --resume goes on. A file that is there is kept: --resume goes on from it if it is of this run,
    --force replaces it, and both together do the one or else the other.
    """
    from mcdefense.signals import StopSignals

    with StopSignals() as stopped:
        from mcdefense.run import (
            Shard,
            Size,
            files_of_run,
            inputs_of,
            refuse_existing,
            refuse_inputs,
        )
        from mcdefense.scenario import load
        from mcdefense.store import check_writable, write

        loaded = load(scenario, overrides)
        part = None if shard is None else Shard.parse(shard)
        path = output if part is None else part.file(output)
        refuse_inputs(files_of_run(path), inputs_of(scenario, loaded))
        if not resume and not force:
            refuse_existing(path, resumable=dask is None)
        check_writable(path)
        size = Size.of(loaded, worlds, trials_per_world, seed, batch)
        if dask is not None and (part is not None or resume):
            message = "saves nothing meanwhile, so it takes neither --shard nor --resume"
            raise InputError([Fault("--dask", "", message)])
        if dask is not None and devices is not None:
            message = "workers use a device for each of their threads, so it takes no --devices"
            raise InputError([Fault("--dask", "", message)])
        if strict or not (quiet or part is not None):
            _warn(loaded, size.worlds, size.seed, strict=strict)
        from mcdefense.progress import Reporter
        from mcdefense.run import run_to_file, simulate_on_dask

        if compile_cache is not None:
            from mcdefense.engine import keep_compiled

            keep_compiled(compile_cache)
        with Reporter(quiet=quiet) as reporter:
            if dask is not None:
                stopped.ignore()
                result = simulate_on_dask(
                    loaded,
                    dask,
                    worlds=size.worlds,
                    trials_per_world=size.trials,
                    seed=size.seed,
                    batch=batch,
                    compile_cache=compile_cache,
                    progress=reporter.show,
                )
                write(result, path)
                print_result(result, as_json=as_json, quiet=quiet)
                return
            result = run_to_file(
                loaded,
                path,
                size,
                shard=part,
                resume=resume,
                force=force,
                checkpoint_every_s=checkpoint_every,
                devices=devices,
                batch=batch,
                stopped=stopped,
                progress=reporter.show,
                tell=reporter.tell,
                log=reporter.log,
            )
    print_result(result, as_json=as_json, quiet=quiet)


def _warn(scenario: Scenario, worlds: int, seed: int, *, strict: bool) -> None:
    """Say what looks wrong before a run; McdefenseError for any of it if `strict`."""
    from mcdefense.check import survey, warnings

    texts = warnings(scenario, survey(scenario, seed, timed=False), worlds, seed)
    for text in texts:
        say(f"warning: {text}")
    if strict and texts:
        number = f"{len(texts)} warning{'s' * (len(texts) > 1)}"
        raise McdefenseError(f"{number}, and --strict asks for none: nothing was run")


@click.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="HDF5 file to write."
)
@click.option("--allow-gaps", is_flag=True, help="Merge although worlds are missing.")
@force_option
def merge(files: tuple[Path, ...], output: Path, allow_gaps: bool, force: bool) -> None:
    """Merge FILES of shards to one file: the same as of one run.

    An output that is there is replaced if it is of the same run and has no other worlds, or with
    --force.
    """
    from mcdefense.run import Identity, refuse_inputs, refuse_other_run, result_at
    from mcdefense.store import check_writable, write

    refuse_inputs([output], [("a file to merge", file) for file in files])
    there = None if force else result_at(output)
    check_writable(output)
    from mcdefense.run import merge_files

    result = merge_files(files, allow_gaps=allow_gaps)
    refuse_other_run(output, there, Identity.of_file(result), result.tally.axes.world)
    write(result, output)
    for warning in json.loads(str(result.provenance["warnings"])):
        say(f"{output}: {warning}")
    worlds, trials = result.tally.axes.world.size, result.tally.trials
    click.echo(
        f"{plain(str(output))}: {worlds:,} worlds, {trials:,} trials, from {len(files):,} files"
    )


@click.command()
@scenario_argument
@click.option(
    "--shards", type=int, required=True, help="Tasks of the array; one part of the run each."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="HDF5 file of it all."
)
@click.option("--worlds", type=int, help="Worlds to draw; default the scenario's.")
@click.option("--trials-per-world", type=int, help="Trials of each world; default the scenario's.")
@click.option("--seed", type=int, help="Seed of all draws; default the scenario's.")
@click.option(
    "--checkpoint-every",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Save what is done so often; default 60.",
)
@override_option
@force_option
@click.option("--time", "time_limit", help="Time limit of a shard; default twice the forecast.")
@click.option("--mem", "memory", help="Memory of a shard; default half over the forecast.")
@click.option("--cpus-per-task", type=int, default=1, help="Cores of a shard; default 1.")
@click.option("--gpus", help="GPUs of a shard; default none.")
@click.option("--partition", help="Partition of both jobs.")
@click.option("--account", help="Account of both jobs.")
@click.option("--qos", help="Quality of service of both jobs.")
@click.option(
    "--sbatch", multiple=True, metavar="OPTION", help="Another option of sbatch, for both jobs."
)
def slurm(scenario: Path, overrides: tuple[tuple[str, str], ...], **options: Any) -> None:
    """Print a script for sbatch: SCENARIO in shards that survive time limits, then merged.

    An output of another run that is there is refused here, not once the shards are done; with
    --force the script replaces it.
    """
    import numpy as np

    from mcdefense.check import with_limits
    from mcdefense.run import (
        Array,
        Identity,
        Size,
        array_script,
        inputs_of,
        refuse_inputs,
        refuse_other_run,
        result_at,
    )
    from mcdefense.scenario import load

    program = (sys.executable, "-m", "mcdefense")
    array = Array(scenario, program=program, overrides=overrides, **options)
    loaded = load(scenario, overrides)
    script = array_script(with_limits(array, loaded))
    refuse_inputs(array.outputs, inputs_of(scenario, loaded))
    if not array.force:
        size = Size.of(loaded, array.worlds, array.trials_per_world, array.seed)
        identity = Identity.of_run(loaded, size)
        refuse_other_run(array.output, result_at(array.output), identity, np.arange(size.worlds))
    # Paths as the system has them, in whatever encoding this process would print.
    click.echo(os.fsencode(script), nl=False)
