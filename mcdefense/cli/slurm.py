"""`mcdefense slurm`: the script that runs or sweeps a scenario in an array of shards."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from mcdefense.cli.options import (
    NumberRange,
    example,
    force_option,
    grid_options,
    output_option,
    override_option,
    scenario_argument,
    size_options,
)


@click.command(epilog=example("mcdefense slurm configs/quick_start.toml --shards 4 -o array.h5"))
@scenario_argument
@click.option("--shards", type=int, required=True, help="Shards, each a task of the array.")
@output_option("HDF5 file that the merge writes.")
@click.option(
    "--sweep",
    is_flag=True,
    help="A sweep in shards, not a run: of --over or --case, which ask for it too, or else of the "
    "scenario's own [study].",
)
@grid_options
@size_options
@click.option(
    "--checkpoint-every",
    type=NumberRange(min=0),
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
def slurm(
    scenario: Path,
    output: Path,
    overrides: tuple[tuple[str, str], ...],
    sweep: bool,
    over: tuple[str, ...],
    case: tuple[str, ...],
    **options: Any,
) -> None:
    """Print a script for sbatch: SCENARIO in shards that survive time limits, then merged.

    A shard of a run has some of its worlds, and one of a sweep some of its points. An output of
    another run or study that is there is refused here, not once the shards are done; with --force
    the script replaces it.
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
    array = Array(scenario, output, program=program, overrides=overrides, **options)
    size = RunOptions(array.worlds, array.trials_per_world, array.seed)
    if sweep or over or case:
        from mcdefense.study import prepared, refuse_other_plan, unique

        plan = prepared(
            scenario, None, unique(over, "over"), unique(case, "case"), overrides, size
        ).plan
        words = [*(f"--over={one}" for one in over), *(f"--case={one}" for one in case)]
        array = replace(array, study=tuple(words), points=len(plan.scenarios))
        scenarios, base = plan.scenarios, plan.scenarios[plan.base]
    else:
        base = load(scenario, overrides)
        scenarios = (base,)
    script = array_script(with_limits(array, scenarios))
    refuse_inputs(array.outputs, inputs_of(scenario, base))
    asked = size.size(base)
    if not array.force:
        if array.study is not None:
            refuse_other_plan(output, plan, asked)
        else:
            identity = Identity.of_run(base, asked)
            refuse_other_run(output, result_at(output), identity, np.arange(asked.worlds))
    # Paths as the system has them, in whatever encoding this process would print.
    click.echo(os.fsencode(script), nl=False)
