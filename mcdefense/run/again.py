"""The scenario of a result, as it was run: a file that gives the same counts again."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from mcdefense.scenario import Run, parse, parse_value, with_override_tables
from mcdefense.statistics import Result

_SIZE = {"worlds": "worlds", "trials_per_world": "trials_per_world", "seed": "seed"}
"""Keys of `[run]`, and the attribute that says what a run took for them."""


def scenario_as_run(result: Result, file: Path) -> str:
    """The scenario's text with `[[override]]` tables for all that the run was given besides.

    These are its overrides, and its size and seed where options gave others than the scenario.
    Tables in files are named as they were, and must stand beside the text to run it again. Raises
    InputError, naming `file`, if the result holds no scenario.
    """
    text = result.scenario_text
    parse(text, f"{file}: scenario_toml")
    overrides = [
        (path, value)
        for line in str(result.provenance.get("overrides", "")).splitlines()
        for path, _, value in [line.partition(" = ")]
    ]
    known = _known_size(text, overrides)
    for key, attribute in _SIZE.items():
        took = result.provenance.get(attribute)
        if took is not None and took != known[key]:
            overrides = [(path, value) for path, value in overrides if path != f"run.{key}"]
            overrides.append((f"run.{key}", str(took)))
    return with_override_tables(text, overrides)


def _known_size(text: str, overrides: list[tuple[str, str]]) -> dict[str, Any]:
    """What the scenario says of the run's size and seed, with these overrides."""
    document = tomllib.loads(text)
    size = {**Run().model_dump(), **document.get("run", {})}
    own = [(str(one.get("path")), one.get("value")) for one in document.get("override", [])]
    for path, value in [*own, *((p, parse_value(v)) for p, v in overrides)]:
        section, _, key = path.partition(".")
        if section == "run":
            size[key] = value
    return size
