"""The page of the docs on scenario files, made from the models: `python -m
mcdefense.scenario.describe`."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from mcdefense.scenario.describe_tables import TABLES
from mcdefense.scenario.faults import descriptions, models_in
from mcdefense.scenario.fill import LIBRARIES, library_document
from mcdefense.scenario.model_scenario import NAMED, SINGLE, Scenario
from mcdefense.scenario.model_uncertainty import DISTRIBUTIONS
from mcdefense.scenario.schema import scenario_schema

EXAMPLE = """\
title   = "One area, two batteries: joined or apart?"
library = "notional-1"
[asset.area]
at_deg = [50.0, 20.0]               # latitude, longitude; fictional
[sensor.lookout]
class  = "airborne_radar"
at_deg = [50.0, 21.0]
[battery.north]                     # own radar, channels, magazine: from the library
class  = "medium_sam"
at_deg = [50.2, 20.1]
[battery.south]
class    = "long_sam"
at_deg   = [49.9, 20.1]
magazine = { long_sam = 12, low_terminal = 16 }
[raid.drones]
class     = "one_way_drone"
count     = [15, 30]                # one draw per world
from      = { bearing_deg = [40, 110], range_km = 600 }
arrival_s = [0, 1800]               # windows mean arrival, so that slow and fast meet
[raid.ballistic]
class     = "short_range_ballistic"
count     = 6
from      = { bearing_deg = 90, range_km = 400 }
arrival_s = [1500, 1560]
[architecture.separate]             # default: every battery its own cell
[architecture.integrated]
join    = ["lookout", "north", "south"]
network = { availability = 0.95, fallback = "separate" }
"""
"""A whole scenario; a test loads it."""

_OPENING = f"""# The scenario file

This page is made from the models in `mcdefense/scenario/` by
`python -m mcdefense.scenario.describe`. `mcdefense schema` prints the same as JSON Schema, with
which an editor completes and checks a file as it is written.

A scenario is one TOML file in UTF-8. Things have names (`[battery.north]`) of small letters,
digits and `_`; units stand in the keys (`_km`, `_m`, `_s`, `_deg`, `_m2`, `_kms`); an unknown key
is a fault. All faults are reported at once, each at its line. An entry with a `class` takes from
the `library` what it leaves out; `mcdefense check FILE` prints what was filled in, and from which
source. All figures are notional.

```toml
{EXAMPLE}```

`mcdefense run FILE --set battery.north.reaction_s=5` overrides one value by its path; the results
file keeps the text and the overrides. `[uncertainty.NAME]` draws values by path, where `*` stands
for one part, and an architecture's `set` gives values that hold under it alone.
"""


def describe() -> str:
    """The page in Markdown: every table of a scenario file with its keys, then the library."""
    schema = scenario_schema()
    parts = [_OPENING, "## Top of the file\n", _table(_keys(Scenario, schema, schema, _scalars()))]
    for section in (*SINGLE, *NAMED):
        heading = f"[{section}.NAME]" if section in NAMED else f"[{section}]"
        kinds: list[type[BaseModel]] = [*DISTRIBUTIONS.values()] if section == "uncertainty" else []
        models = kinds or [NAMED.get(section) or SINGLE[section]]
        meaning = descriptions(Scenario)[section]
        parts.append(f"\n## `{heading}`\n\n{' '.join(meaning.split())}\n")
        for model in _with_parts(models):
            if model is not models[0] or kinds:
                text = " ".join(inspect.cleandoc(model.__doc__ or "").split())
                parts.append(f"\n### {_title(model)}\n\n{text}\n")
            place = schema["$defs"][model.__name__]
            parts.append(_table(_keys(model, place, schema, tuple(place["properties"]))))
        if section == "tracks":
            parts.append(TABLES.rstrip("\n"))
    return "\n".join([*parts, *_library()]) + "\n"


def _scalars() -> tuple[str, ...]:
    return tuple(name for name in Scenario.model_fields if name not in (*NAMED, *SINGLE))


def _with_parts(models: Iterable[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """The models and the tables within them; a battery's organic radar is a sensor of its own."""
    for model in models:
        yield model
        for info in model.model_fields.values():
            for part in models_in(info.annotation):
                if part.__name__ != "Sensor":
                    yield from _with_parts([part])


def _title(model: type[BaseModel]) -> str:
    names = {
        "Against": "`against.THREATCLASS`",
        "CellEntry": "`cells.CELL`",
        "CountDraw": "`count`, as a table",
        "Cue": "`cued`",
        "Link": "`links.CELL`",
        "Network": "`network`",
        "OpportunityRow": "`rows`",
        "Origin": "`from`",
        "TrackRow": "`rows`",
    }
    return names.get(model.__name__) or f'`distribution = "{model.__name__.lower()}"`'


def _keys(
    model: type[BaseModel], place: dict[str, Any], schema: dict[str, Any], keys: Iterable[str]
) -> Iterator[tuple[str, ...]]:
    texts = descriptions(model)
    required = place.get("required", [])
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key not in keys:
            continue
        about = place["properties"][key]
        default = "required" if key in required else _value(about.get("default"))
        yield f"`{key}`", _kind(about, schema), default, " ".join(texts[name].split())


def _value(value: Any) -> str:
    match value:
        case None | "" | [] | {}:
            return "-"
        case bool():
            return "`true`" if value else "`false`"
        case str():
            return f'`"{value}"`'
        case _:
            return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _kind(about: dict[str, Any], schema: dict[str, Any]) -> str:
    """What may stand there, in words; `|` would end the cell of the table."""
    if "anyOf" in about or "oneOf" in about:
        options = about.get("anyOf") or about["oneOf"]
        return " or ".join(dict.fromkeys(_kind(option, schema) for option in options))
    if "$ref" in about:
        return "table"
    if "const" in about:
        return f'`"{about["const"]}"`'
    if "enum" in about:
        return ", ".join(f'`"{word}"`' for word in about["enum"])
    match about.get("type"):
        case "array":
            inner = about.get("prefixItems")
            if inner:
                return f"[{', '.join(_kind(part, schema) for part in inner)}]"
            return f"list of: {_kind(about.get('items', {}), schema)}"
        case "object":
            other = about.get("additionalProperties")
            return f"table of: {_kind(other, schema)}" if isinstance(other, dict) else "table"
        case "string":
            return "text"
        case "boolean":
            return "true or false"
        case "integer" | "number" as kind:
            return ("whole number" if kind == "integer" else "number") + _range(about)
        case _:
            return "any value"


def _range(about: dict[str, Any]) -> str:
    low, high = about.get("minimum"), about.get("maximum")
    above, below = about.get("exclusiveMinimum"), about.get("exclusiveMaximum")
    if low is not None and high is not None:
        return f" {low:,g} to {high:,g}" if abs(high) < 1e6 else f" {low:,g} to {high:,}"
    parts = [
        f"{word} {limit:,}" if isinstance(limit, int) else f"{word} {limit:g}"
        for word, limit in (("of at least", low), ("above", above), ("up to", high))
        if limit is not None
    ]
    if below is not None:
        parts.append(f"below {below:,}" if isinstance(below, int) else f"below {below:g}")
    return f" {' and '.join(parts)}" if parts else ""


def _library() -> Iterator[str]:
    for name in LIBRARIES:
        yield f"\n## Library `{name}`\n"
        yield "Classes that fill in what an entry leaves out; no figure describes a real system.\n"
        for section, classes in library_document(name).items():
            rows = ((f"`{key}`", entry["source"]) for key, entry in classes.items())
            yield f"\n### Classes of [{section}.NAME]\n"
            yield _table(rows, ("class", "source"))


def _table(
    rows: Iterable[tuple[str, ...]],
    heading: tuple[str, ...] = ("key", "value", "default", "meaning"),
) -> str:
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(describe(), end="")
