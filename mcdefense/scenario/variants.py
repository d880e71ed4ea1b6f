"""Variants of an architecture: the architectures they make, and the paths that reach into them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mcdefense.scenario.faults import Report, key_text, short
from mcdefense.scenario.model_command import Architecture
from mcdefense.scenario.model_scenario import PathParts, Tree
from mcdefense.scenario.values import NAME_PATTERN

NOT_INHERITED = ("extends", "label", "variants")
"""A copy of the same label could not be told apart in a table, and has no variants of its own."""


def variant_name(architecture: str, variant: str) -> str:
    """The name of the architecture that a variant is (rule 36, `own_best`)."""
    return f"{architecture}_{variant}"


def _named(entry: Any) -> Iterator[tuple[str, Any]]:
    variants = entry.get("variants") if isinstance(entry, dict) else None
    yield from variants.items() if isinstance(variants, dict) else ()


def with_variants(table: dict[str, Any], report: Report) -> dict[str, Any]:
    """The architectures, each followed by its variants: copies with another `set`."""
    whole: dict[str, Any] = {}
    for name, entry in table.items():
        whole[name] = entry
        for variant, settings in _named(entry):
            made, at = variant_name(name, variant), ("architecture", name, "variants", variant)
            if not isinstance(settings, dict):
                continue  # a fault of its own
            if not re.fullmatch(NAME_PATTERN, variant) or len(made) > 64:
                wanted = "small letters, digits and _, 64 with the architecture's name at most"
                report.add(at, f"got {short(variant)}, expected a name of {wanted}")
            elif made in table or made in whole:
                report.add(at, f"got a variant that is architecture {made}, which is there already")
            elif not settings:
                report.add(at, "got an empty table, expected values by path, as of set")
            else:
                whole[made] = {"extends": name, "set": settings}
                report.moved["architecture", made, "set"] = at
    return whole


def flatten(settings: Mapping[str, Any], base: PathParts = ()) -> list[tuple[PathParts, Any]]:
    """Paths and values of an architecture's `set`, written with dots in or outside of quotes."""
    flat: list[tuple[PathParts, Any]] = []
    for key, value in settings.items():
        path: PathParts = (*base, *key.split("."))
        flat += flatten(value, path) if isinstance(value, dict) else [(path, value)]
    return flat


def settings_table(path: PathParts) -> PathParts:
    """The `set` of an architecture, or a variant's table, that a path leads into; else nothing.

    Whatever follows in the path is the path of a value of the scenario.
    """
    for length, key in ((3, "set"), (4, "variants")):
        if path[:1] == ("architecture",) and path[2:3] == (key,) and len(path) > length:
            return path[:length]
    return ()


def made_setting(path: PathParts) -> PathParts | None:
    """Where the architecture that a variant makes has what a path gives to the variant."""
    match path:
        case ("architecture", name, "variants", variant, *rest) if rest:
            return ("architecture", variant_name(str(name), str(variant)), "set", *rest)
    return None


def written_path(raw: Tree, path: PathParts) -> PathParts | None:
    """The path under which a file's document has what a path reads in an architecture that a
    variant makes: the variant's table, or what the architecture shares with its original. Nothing
    for any other path, and for a key that a variant has neither from the one nor the other."""
    if (found := _made(raw, path)) is None:
        return None
    name, variant = found
    match path[2:]:
        case () | ("set",):
            return ("architecture", name, "variants", variant)
        case ("set", *rest):
            return ("architecture", name, "variants", variant, *rest)
        case ("links", cell, *rest) if cell == path[1]:  # the cell that `join` makes
            return ("architecture", name, "links", name, *rest)
        case (key, *rest) if key in Architecture.model_fields and key not in NOT_INHERITED:
            return ("architecture", name, key, *rest)
    return None


def variant_fault(raw: Tree, path: PathParts) -> str:
    """What to say of a path into an architecture that a variant makes, which no file writes under
    that name; nothing for any other path."""
    if (found := _made(raw, path)) is None:
        return ""
    name, variant = found
    text = f"got a path into {path[1]}, which variant {variant} of architecture {name} makes"
    table = ("architecture", name, "variants", variant)
    own = "where the variant has its own values"
    instead = written_path(raw, path)
    if instead is None:
        text += f" and which has no {short(path[2])} of its own"
        return f"{text}, expected a path in {key_text(table)}, {own}"
    why = own if instead[: len(table)] == table else "which holds for both"
    return f"{text}, expected {key_text(instead)}, {why}"


def in_the_file(raw: Tree, paths: Sequence[PathParts]) -> list[PathParts]:
    """The paths that a wildcard matches, each once and as the file writes it: what an architecture
    shares with the variant that it makes counts once where both are matched."""
    found: dict[PathParts, None] = {}
    for path in paths:
        instead = written_path(raw, path)
        own = instead is not None and (instead in paths or settings_table(path) != ())
        found[instead if own and instead is not None else path] = None
    return list(found)


def _made(raw: Tree, path: PathParts) -> tuple[str, str] | None:
    """The architecture and its variant that make the one a path leads into, if variants do."""
    table = raw.get("architecture")
    if path[:1] != ("architecture",) or len(path) < 2 or not isinstance(table, dict):
        return None
    if path[1] in table:
        return None
    return next(
        (
            (name, variant)
            for name, entry in table.items()
            for variant, _ in _named(entry)
            if variant_name(name, variant) == path[1]
        ),
        None,
    )
