"""`mcdefense schema`: the JSON Schema of scenario files."""

from __future__ import annotations

import json

import click

from mcdefense.cli.options import example


@click.command(epilog=example("mcdefense schema"))
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from mcdefense.scenario import scenario_schema

    click.echo(json.dumps(scenario_schema(), indent=2))
