"""What overrides did beside setting a value: in words, for screens and the results file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from mcdefense.scenario.compose import covers
from mcdefense.scenario.faults import did_you_mean, short
from mcdefense.scenario.model_scenario import Given, Scenario
from mcdefense.scenario.overrides import SET_OPTION, overlap, reaches
from mcdefense.scenario.paths import is_fixed, named_paths
from mcdefense.scenario.variants import flatten


def override_notes(scenario: Scenario) -> tuple[str, ...]:
    """A line for every override that takes a value from a draw or a `set`, reaches several
    places, makes an entry, or stands in the file itself; in the order of the overrides."""
    drawn = named_paths(scenario)
    notes: list[str] = []
    for number, given in enumerate(scenario.given):
        later = scenario.given[number + 1 :]
        if any(covers(other, given.fixed) for other in later):
            notes.append(f"{given.override.key}: a later override replaces it")
        else:
            notes += _notes(scenario, given, drawn)
    return tuple(notes)


def _notes(scenario: Scenario, given: Given, drawn: dict[str, tuple[str, ...]]) -> Iterator[str]:
    parts = [*_drawn(given, drawn), *_set_otherwise(scenario, given), *_addressed(given)]
    if given.created:
        parts.append(f"[{given.created}] is new{_holds(scenario, given.created)}")
    many = len(given.paths) > 1
    copies = len(given.fixed) > len(given.paths) and not isinstance(given.override.value, dict)
    if not (parts or many or copies or given.override.place != SET_OPTION):
        return
    text = f"{given.override.key}: fixed at {short(given.override.value, 60)}"
    if many:
        text += f" in {len(given.paths)} places"
    if copies:
        direct = {".".join(map(str, path)) for path in given.paths}
        followers = [path for path in given.fixed if path not in direct]
        text += f", and so {', '.join(followers[:3])}" + ", ..." * (len(followers) > 3)
    yield "; ".join([text, *parts])


def _drawn(given: Given, drawn: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for name, paths in drawn.items():
        taken = [p for p in paths if any(overlap(p, fixed) for fixed in given.fixed)]
        if taken:
            them = "it" if len(taken) == 1 else "them"
            text = f"[uncertainty.{name}] no longer draws {them}"
            left = len(paths) - len(taken)
            yield text + (f", but {left} other value{'s' * (left != 1)} still" if left else "")


def _set_otherwise(scenario: Scenario, given: Given) -> Iterator[str]:
    """Architectures whose `set` gives a value that the override replaces, or gives it once more
    because another override says so for that architecture."""
    for one in _settings(scenario):
        taken = [p for p in one.paths if any(overlap(p, fixed) for fixed in given.fixed)]
        if not taken:
            continue
        if one.explicit:
            yield f"in {one.architecture} the override of its `set` holds, {short(one.value)}"
        else:
            left = len(one.paths) - len(taken)
            text = f"the `set` of [architecture.{one.architecture}] no longer gives "
            text += short(one.value)
            yield text + (f" here, but to {left} other{'s' * (left != 1)} still" if left else "")


class _Setting(NamedTuple):
    """A value that the `set` of an architecture gives, with the dotted paths it is given at."""

    architecture: str
    value: Any
    paths: tuple[str, ...]
    explicit: bool
    """Whether an override gives it by the architecture's full path."""


def _settings(scenario: Scenario) -> Iterator[_Setting]:
    for name, entry in scenario.architecture.items():
        explicit = scenario.origins.addressed.get(name, ())
        own = scenario.effective.get(name)
        known = [] if own is None else [tuple(p.split(".")) for p in sorted(own.origins.set_paths)]
        for pattern, value in flatten(entry.set):
            dotted = ".".join(map(str, pattern))
            paths = tuple(".".join(path) for path in known if reaches(pattern, path))
            addressed = any(overlap(dotted, e) for e in explicit)
            yield _Setting(name, value, paths or (dotted,), addressed)


def held(scenario: Scenario) -> dict[tuple[str, str], Any]:
    """What an override may take beside the value at its path, by what gives it and where: the
    distribution of a draw, the value of an architecture's `set`; None where it is taken."""
    found: dict[tuple[str, str], Any] = {}
    for name, paths in named_paths(scenario).items():
        for path in paths:
            kind = scenario.uncertainty[name].distribution
            found[f"uncertainty.{name} draws", path] = None if is_fixed(scenario, path) else kind
    for one in _settings(scenario):
        for path in one.paths:
            taken = is_fixed(scenario, path) and not one.explicit
            found[f"architecture.{one.architecture}.set gives", path] = None if taken else one.value
    return found


def _addressed(given: Given) -> Iterator[str]:
    fixed = [path.split(".") for path in given.fixed]
    names = [part[1] for part in fixed if part[0] == "architecture" and part[2:3] == ["set"]]
    if names:
        yield f"it holds in {', '.join(dict.fromkeys(names))} alone"


def _holds(scenario: Scenario, created: str) -> str:
    """What a new doctrine concerns, and whether its name was perhaps another's."""
    section, _, name = created.partition(".")
    others = [other for other in getattr(scenario, section) if other != name]
    text = ""
    if section == "doctrine" and name in scenario.doctrine:
        entry = scenario.doctrine[name]
        cells = "every cell" if entry.cells is None else ", ".join(entry.cells)
        classes = "every threat class" if entry.classes is None else ", ".join(entry.classes)
        text = f" and holds for {cells} against {classes}"
    return text + did_you_mean(name, others)
