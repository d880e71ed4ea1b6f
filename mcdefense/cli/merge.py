"""`mcdefense merge`: the files of shards put together to the file of one run."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mcdefense.cli.log import say
from mcdefense.cli.options import example, force_option, output_option
from mcdefense.plain import plain


@click.command(epilog=example("mcdefense merge a.shard-1-of-2.h5 a.shard-2-of-2.h5 -o whole.h5"))
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@output_option("HDF5 file to write.")
@click.option("--allow-gaps", is_flag=True, help="Merge although worlds or points are missing.")
@force_option
def merge(files: tuple[Path, ...], output: Path, allow_gaps: bool, force: bool) -> None:
    """Merge FILES of shards to one file: the same as of one run, or of one sweep.

    An output that is there is replaced if it is of the same run and has no other worlds, or with
    --force. Of a sweep that holds for its points.
    """
    from mcdefense import commands
    from mcdefense.statistics import Study

    made = commands.merge(files, output, allow_gaps=allow_gaps, force=force)
    if isinstance(made, Study):
        trials = sum(point.tally.trials for point in made.points)
        what = f"{len(made.points) - len(made.unfinished):,} points"
    else:
        for warning in json.loads(str(made.provenance["warnings"])):
            say(f"{output}: {warning}")
        trials, what = made.tally.trials, f"{made.tally.axes.world.size:,} worlds"
    click.echo(f"{plain(str(output))}: {what}, {trials:,} trials, from {len(files):,} files")
