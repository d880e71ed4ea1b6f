"""The page of the docs that tells the values of every class of the packaged libraries.

`python -m mcdefense.scenario.describe_library > docs/reference/library.md` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mcdefense.scenario.fill import (
    LIBRARIES,
    library_base,
    library_changes,
    library_document,
)

Tree = dict[str, dict[str, dict[str, Any]]]

_HEAD = """\
# The library

This page is made from the packaged libraries by `python -m mcdefense.scenario.describe_library`.

A scenario that says `library = "notional-2"` may give a `class` to a battery, a sensor, an
interceptor or a threat. The class fills in what the entry leaves out, and every value that the
entry gives counts before it. For example, this battery has the channels, the radar and the
reaction of the class `medium_sam`, but eight rounds only:

```toml part
[battery.north]
class    = "medium_sam"
magazine = { medium_sam = 8 }
```

`mcdefense check FILE` prints what was filled in, and from which source. A library never changes
once it is released, so that a scenario keeps its meaning. Other figures make another library.

**All figures are NOTIONAL** and rounded on purpose. None describes a real system. Kill
probabilities are invented: 0.7 where round and threat match, 0.4 where the round is stretched, and
no entry where it is unsuited. The page about the [scenario file](scenario_file.md) explains the
keys.
"""
_ABOUT = {
    "threat": "Threat classes, for `[threat.NAME]` and for the `class` of a wave.",
    "interceptor": "Types of round, for `[interceptor.NAME]` and for magazines.",
    "sensor": "Sensors, for `[sensor.NAME]` and for the `organic` radar of a battery.",
    "battery": "Batteries, for `[battery.NAME]`.",
}


def describe_library() -> str:
    """The page as Markdown."""
    parts = [_HEAD]
    for name in LIBRARIES:
        parts.append(f"## `{name}`\n")
        if (base := library_base(name)) is not None:
            parts.append(f"`{name}` is `{base}` but for these values:\n")
            parts.append(f"{_changes(library_changes(name))}\n")
            continue
        for section, classes in library_document(name).items():
            parts.append(f"### `[{section}.NAME]`\n\n{_ABOUT[section]}\n")
            parts += [f"{table}\n" for table in _tables(classes)]
    return "\n".join(parts)


def _changes(sections: Tree) -> str:
    """What a library has otherwise than its base."""
    rows = (
        (f"`{section}.{kind}.{key}`", _text(value))
        for section, classes in sections.items()
        for kind, keys in classes.items()
        for key, value in keys.items()
    )
    return table(("value", "is"), rows)


def _tables(classes: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The values of some classes, what they can do against each threat class, and the sources."""
    values = {name: dict(_flat(entry)) for name, entry in classes.items()}
    keys = list(dict.fromkeys(key for entry in values.values() for key in entry))
    rows = (
        (f"`{name}`", *(_text(entry.get(key)) for key in keys)) for name, entry in values.items()
    )
    yield table(("class", *(f"`{key}`" for key in keys)), rows)
    against = [
        (name, threat, uses)
        for name, entry in classes.items()
        for threat, uses in entry.get("against", {}).items()
    ]
    if against:
        keys = list(dict.fromkeys(key for *_, uses in against for key in uses))
        yield table(
            ("class", "`against`", *(f"`{key}`" for key in keys)),
            (
                (f"`{name}`", f"`{threat}`", *(_text(uses.get(key)) for key in keys))
                for name, threat, uses in against
            ),
        )
    yield table(("class", "source"), ((f"`{n}`", e["source"]) for n, e in classes.items()))


def _flat(entry: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Keys and values, those of small tables by path; a magazine stays in one piece."""
    for key, value in entry.items():
        if key in ("source", "against"):
            continue
        if isinstance(value, dict) and key != "magazine":
            yield from ((f"{key}.{inner}", of) for inner, of in value.items())
        else:
            yield key, value


def _text(value: Any) -> str:
    match value:
        case None:
            return "-"
        case dict():
            return ", ".join(f"{count} {name}" for name, count in value.items())
        case list() | tuple():
            return f"[{', '.join(_text(part) for part in value)}]"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Rows of cells as a table in Markdown."""
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(describe_library(), end="")
