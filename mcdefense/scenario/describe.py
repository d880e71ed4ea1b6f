"""The page of the docs on scenario files, made from the models: `python -m
mcdefense.scenario.describe`."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from mcdefense.scenario.describe_library import table
from mcdefense.scenario.describe_tables import TABLES
from mcdefense.scenario.faults import RAID_SCALE, RAID_SCALE_AT, descriptions, models_in
from mcdefense.scenario.model_scenario import NAMED, SINGLE, Scenario
from mcdefense.scenario.model_uncertainty import DISTRIBUTIONS
from mcdefense.scenario.schema import scenario_schema

EXAMPLE = """\
title   = "One area, two batteries: joined or apart?"
library = "notional-2"
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
the [library](library.md) what it leaves out; `mcdefense check FILE` prints what was filled in, and
from which source. All figures are notional.

```toml
{EXAMPLE}```

`[uncertainty.NAME]` draws values by path, where `*` stands for one part, and an architecture's
`set` gives values that hold under it alone.

## Overrides

`mcdefense run FILE --set battery.north.reaction_s=5` sets one value by its path. `check` and
`slurm` take the same option, and `load(FILE, overrides={{...}})` takes a dict of values by path. A
value is written as in the file; a text needs no quotes.

- **An override has the last word.** The value that you set is the value of every world: an
  `[uncertainty]` that would replace or multiply it no longer draws it. The other values of that
  uncertainty, and all other draws, stay as they are. The screens and the results file say so, for
  example `doctrine.cruise.assessment_s: fixed at 0.5; [uncertainty.network] no longer draws it`.
  To move a value and keep its spread, change it in the file.
- **It holds in every architecture**, also in one whose `set` gives the value otherwise. To change
  that `set`, give its full path: `--set architecture.lost.set.doctrine.all.identification_s=20`
  holds in `lost` alone, even beside an override of `doctrine.all.identification_s` for the others.
- **`*` stands for one part of the path**, as in an uncertainty: `--set 'battery.*.reaction_s=5'`
  reaches every battery. Names of rounds and classes must be there to be matched, so that
  `interceptor.*.against.*.sspk` gives no round a new use. A path that matches nothing is refused.
- **An entry may be new** in `[doctrine]`, `[coin]`, `[uncertainty]` and `[plan]`:
  `--set doctrine.cruise.choice=first` makes `[doctrine.cruise]`, which holds for every cell and
  class that it does not limit. An unknown battery, wave or architecture is a slip, and refused.
- **A table or a list is replaced whole.** `--set 'battery.south.magazine={{ long_sam = 4 }}'`
  leaves no other round there; `--set battery.south.magazine.long_sam=4` changes that number alone.
- **Two overrides of one value** are refused, unless the later is more special than the earlier:
  `'battery.*.reaction_s=5'` and then `battery.north.reaction_s=6`.

In a file an override is a table at its end, and the last one counts:

```toml part
[[override]]
path  = "battery.*.reaction_s"
value = 5
```

`mcdefense scenario RESULT.h5 > again.toml` writes the scenario that a result was run from in this
form: the text word for word, then every override, and the size and seed of the run where options
gave them. Run again, it gives the same counts. Tables in files must stand beside it as before.

## Copies of architectures

`extends` makes an architecture from another. It has all that the other has, but for the label:

```toml part
[architecture.plus]
extends   = "full"
latency_s = 2.0                     # all else is as in full
```

- **Own keys come first.** A table is merged with the original's key by key, at every depth: with
  `network = {{ availability = 0.5 }}` the copy keeps the original's fallback, and with
  `cells.north.latency_s = 3` it keeps that cell's batteries. Any other value, a list too, is
  replaced whole.
- **`join` and `cells` exclude each other.** A copy that gives one of them, where the original has
  it not, inherits neither `join` nor `cells`, `links`, `share` and `latency_s`.
- **What names the original names the copy**: the `architectures` of a coin, and the `cells` of
  coins and doctrine where they name the cell that `join` makes, which is called like its
  architecture. A copy with a `join` of its own replaces that cell, and is named only by its own
  name. A cell of `cells` has the same name in both, and every list that names it means both.
- **A draw that drives the original's value drives the copy's**, unless the copy gives its own. An
  override of the original reaches the copy in the same way.
- Copies of copies are allowed, circles are not.

## Warnings

`check` counts its warnings in the first line and prints them before the tables; `run` says them
before it begins. With `--strict` either exits with 1 if there is any, and `run` runs nothing. They
are:

- **Nothing to do**: an interceptor or a battery without an opportunity, a class that nobody can
  engage or that does not come, an asset at which nothing that flies can be engaged though its
  classes can be elsewhere, an envelope beyond the end of a flyout table.
- **Lists that name only one of two like architectures**: the `architectures` of a coin, where
  another architecture shares tracks as far (at most `warning`, `launch` or `engage`) as one that is
  named; the `cells` of a coin or doctrine, where more than half of the batteries of a joined cell
  that is not named and of one that is are the same.
- **Scarce rounds without a reserve**: one interceptor is an architecture's only one against a live
  class, a single joined cell has all of it, and a battery there keeps no reserve from a live class
  that it can be fired at and that costs less than the first class and than the round.
- **Settings that change nothing**: a wave in no plan; a doctrine whose classes do not come, or
  whose keys later tables and the batteries' salvos replace everywhere; `adequate_sspk` and
  `hold_stock` without `choice = "cheapest_adequate"`; with an opportunity table, an
  `identification_s` that ends before every launch in the worlds looked at; reserves and salvos
  against a class that does not come, and reserves from one the round is never fired at; reserves of
  more rounds than the magazine holds, and pooled reserves of all rounds that any cell has; a coin
  that always holds, whose classes do not come, or that no architecture tosses in the worlds drawn;
  an uncertainty that drives nothing which a trial uses; a reload of a magazine that loads nothing,
  or from an empty store; `latency_s` of an architecture that shares no track; tracks that are
  shared for a launch where no round has a `remote` to use them and no sensor a cue to be warned by;
  an `onset_s` after the last launch of the worlds drawn; a `set` of what holds anyway.
- **What an opportunity table makes idle**: an interceptor's `sspk` that the file, an override or a
  `set` gives, where every row for that round and class has its own; keys that only a laydown uses
  (`reach_km`, `speed_kms`, `launch_delay_s`, `at_deg` and the like), but for those that the library
  gives; live waves without `asset`, which fly at `"unnamed"` and damage none of the file's assets.
- **Draws that are cut**: an uncertainty, `as = "factor"`, that multiplies a value beyond the range
  of its key in more than a tenth of its draws. Each world then takes the end of that range; the
  warning gives the share.
- **Plans that no world of the run draws**, or a single one, though they have a weight.
- **An override that makes an entry** of nearly the name of another.

After a run its screen warns of scarce rounds that cheaper threats used up: live threats of a class
leaked for want of rounds (`no_magazine`), only one interceptor was ever fired at the class, a
battery ran out of it or refused a launch, and a tenth of it or more was fired at live classes that
cost less than this class and than the round. It warns of an architecture only where these leakers
are the `margin` a raid or more, or else 5 % of the leakers of the class and more than a tenth of
the `margin`.

No asset, sensor, battery, interceptor, threat class, wave, plan or column of the history
may be called `all` or `total`: screens and files call their sums so.
"""


_HEADING = ("key", "value", "default", "meaning")


def describe() -> str:
    """The page in Markdown: every table of a scenario file with its keys, then the library."""
    schema = scenario_schema()
    parts = [
        _OPENING,
        "## Top of the file\n",
        table(_HEADING, _keys(Scenario, schema, schema, _scalars())),
    ]
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
            parts.append(table(_HEADING, _keys(model, place, schema, tuple(place["properties"]))))
        if section == "raid":
            parts.append(_of_raid(schema))
        if section == "tracks":
            parts.append(TABLES.rstrip("\n"))
    return "\n".join(parts) + "\n"


def _scalars() -> tuple[str, ...]:
    elsewhere = (*NAMED, *SINGLE, *RAID_SCALE)
    return tuple(name for name in Scenario.model_fields if name not in elsewhere)


def _of_raid(schema: dict[str, Any]) -> str:
    """What stands in [raid] beside its waves."""
    about = schema["properties"]["raid"]["properties"][RAID_SCALE_AT[-1]]
    key, *cells = next(_keys(Scenario, {"properties": {RAID_SCALE[0]: about}}, schema, RAID_SCALE))
    rows = table(_HEADING, [(f"`{RAID_SCALE_AT[-1]}`", *cells)])
    assert key == f"`{RAID_SCALE[0]}`"
    text = "A wave may be called `scale` too: then the table is the wave."
    return f"\n### All waves together: `[raid]`\n\n{text}\n\n{rows}"


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
        "Reload": "`reload.INTERCEPTOR`",
        "StudyOption": "`option.NAME`",
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


if __name__ == "__main__":
    print(describe(), end="")
