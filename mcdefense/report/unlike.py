"""Two results of which each is of a scenario of its own, and not one of the other's changed."""

from __future__ import annotations

from mcdefense.scenario import said_keys
from mcdefense.statistics import Result

_THINGS = {
    "threat_class": ("threat class", "threat classes"),
    "battery": ("battery", "batteries"),
    "asset": ("asset", "assets"),
}
_MOST_DIFFERENT = 0.5
"""Part of all keys of two scenarios above which a difference is no longer one of a change."""


def unlike(one: Result, other: Result, changed: set[str]) -> str:
    """The warning that two results are of different scenarios: more than half of the keys that
    either has are among the `changed` ones, and they have other threat classes, batteries or
    assets. Nothing where a reader may take the difference for that of a change."""
    keys = frozenset[str]().union(
        *(
            said_keys(
                result.scenario_text, str(result.provenance.get("overrides", "")).splitlines()
            )
            for result in (one, other)
        )
    )
    alone = [_alone(one, other), _alone(other, one)]
    differ = len(changed & keys)
    if not any(alone) or differ <= _MOST_DIFFERENT * len(keys):
        return ""
    sides = zip(("the baseline", "compare"), alone, strict=True)
    has = "; ".join(f"only {side} has {', '.join(things)}" for side, things in sides if things)
    return (
        f"These are different scenarios: {differ:,} of {len(keys):,} keys differ; {has}. The "
        "difference below is between two scenarios, and not what a change of one brings."
    )


def _alone(result: Result, other: Result) -> list[str]:
    """How many things of each kind the first has by names that the other does not have."""
    found = []
    for axis, words in _THINGS.items():
        names = set(getattr(result.tally.axes, axis)) - set(getattr(other.tally.axes, axis))
        if names:
            found.append(f"{len(names)} {words[len(names) != 1]}")
    return found
