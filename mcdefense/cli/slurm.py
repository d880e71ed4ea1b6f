"""`mcdefense slurm`: the script that runs a scenario as an array of shards and merges them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from mcdefense.cli.options import (
    example,
    force_option,
    output_option,
    override_option,
    scenario_argument,
    size_options,
)


@click.command(epilog=example("mcdefense slurm configs/quick_start.toml --shards 4 -o array.h5"))
@scenario_argument
@click.option("--shards", type=int, required=True, help="Shards, each a task of the array.")
@output_option("HDF5 file that the merge writes.")
@size_options
@click.option(
    "--checkpoint-every",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Time between two checkpoints; default 60.",
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

    from mcdefense.preview import with_limits
    from mcdefense.run import (
        Array,
        Identity,
        RunOptions,
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
    size = RunOptions(array.worlds, array.trials_per_world, array.seed).size(loaded)
    if not array.force:
        identity = Identity.of_run(loaded, size)
        refuse_other_run(array.output, result_at(array.output), identity, np.arange(size.worlds))
    # Paths as the system has them, in whatever encoding this process would print.
    click.echo(os.fsencode(script), nl=False)
