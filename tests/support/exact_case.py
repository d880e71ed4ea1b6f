"""Scenarios of the exact checks as TOML text, and the comparison with the exact answer.

Opportunities come as tables, so that geometry plays no part. Several cases share a scenario where
they don't touch: each has a threat class, batteries and a magazine of its own.

Every comparison is recorded for docs/validation.md (tests/support/validation_record.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

import mcdefense
from mcdefense.statistics import Result
from mcdefense.statistics.closed_forms import distribution
from tests.support.validation_record import running

FEWEST = 25
"""A share is compared where at least so many trials, of either kind, are expected: below, the
standard error says little. The histogram's chi-square pools such rare counts."""

Shot = tuple[float, float]
"""Launch and intercept [s] after the threat's start."""


def waves(count: int, begin: float = 0.0) -> list[Shot]:
    """Shots 20 s apart with 10 s of flight, so that each outcome (10 s) is known for the next."""
    return [(begin + 20.0 * i, begin + 20.0 * i + 10.0) for i in range(count)]


def threats(
    name: str, count: int | str, *, start_s: str = "0", more: str = "", raid: str = ""
) -> str:
    """A threat class and its wave, of one name; `more` and `raid` are further keys of each."""
    wave = [f'class = "{name}"', f"count = {count}", f"start_s = {start_s}", *raid.split("\n")]
    return f"threat.{name} = {{{more}}}\nraid.{name} = {{{', '.join(w for w in wave if w)}}}"


def battery(name: str, rounds: int, more: str = "") -> str:
    """A battery with rounds of the one interceptor."""
    return f"battery.{name} = {{magazine = {{shot = {rounds}}}{', ' if more else ''}{more}}}"


def shots(threat: str, by: str, times: Iterable[Shot], kill: float | None = None) -> list[str]:
    """Rows of the opportunity table; without `kill` the interceptor's own holds."""
    sspk = "" if kill is None else f", sspk = {kill!r}"
    return [
        f'{{threat = "{threat}", battery = "{by}", interceptor = "shot", '
        f"launch_s = {launch}, intercept_s = {intercept}{sspk}}}"
        for launch, intercept in times
    ]


def cells(members: Mapping[str, Sequence[str]], assign: Mapping[str, float] | None = None) -> str:
    """The explicit cells of an architecture, with the share of threats assigned to each."""
    parts = []
    for name, batteries in members.items():
        quoted = ", ".join(f'"{b}"' for b in batteries)
        share = f", assign = {assign[name]!r}" if assign and name in assign else ""
        parts.append(f"{name} = {{batteries = [{quoted}]{share}}}")
    return f"cells = {{{', '.join(parts)}}}"


def setting(**values: str) -> str:
    """The `set` of an architecture; a double underscore in a name is the dot of a path."""
    pairs = [f'"{path.replace("__", ".")}" = {value}' for path, value in values.items()]
    return f"set = {{{', '.join(pairs)}}}"


def scenario(
    parts: Iterable[str], rows: Iterable[str], architectures: Mapping[str, str], more: str = ""
) -> str:
    """TOML of a scenario with one interceptor, `shot`; `more` comes after the opportunities."""
    lines = ["interceptor.shot = {}"] if not any("interceptor.shot" in p for p in parts) else []
    lines += parts
    lines += [f"architecture.{name} = {{{text}}}" for name, text in architectures.items()]
    lines += ["[opportunities]", "rows = [", *(f"  {row}," for row in rows), "]", more]
    return "\n".join(lines)


@dataclass(frozen=True)
class Counted:
    """A run to be compared with exact answers."""

    result: Result

    @property
    def trials(self) -> int:
        """Trials over all worlds."""
        return int(self.result.tally["trials"].sum())

    def at(self, dimension: str, name: str) -> int:
        """Position of a name on an axis."""
        names: tuple[str, ...] = getattr(self.result.tally.axes, dimension)
        return names.index(name)

    def _count(self, what: str, architecture: str, by: str) -> int:
        place = self.at("architecture", architecture), self.at("battery", by)
        return int(self.result.tally[what][place].sum())

    def rounds(self, architecture: str, by: str) -> int:
        """Rounds that a battery fired, over all trials."""
        return self._count("rounds_fired", architecture, by)

    def emptied(self, architecture: str, by: str) -> int:
        """Trials that emptied a battery's magazine."""
        return self._count("emptied", architecture, by)

    def denied(self, architecture: str, by: str) -> int:
        """Trials in which a battery was refused for want of rounds."""
        return self._count("denied", architecture, by)

    def histogram(self, architecture: str, kind: str) -> np.ndarray:
        """Trials by number of leakers of a class."""
        counts: np.ndarray = self.result.tally["leakers_histogram"]
        return counts[self.at("architecture", architecture), self.at("threat_class", kind)]

    def leakers_are(self, architecture: str, kind: str, exact: np.ndarray, label: str = "") -> None:
        """The leakers of a class have this distribution: mean, chi-square, P(no leakers)."""
        seen, label = self.histogram(architecture, kind), label or f"{kind}, {architecture}"
        running().histogram(f"{label}: leakers", exact=exact, seen=seen)
        none = float(exact[0])
        if self.trials * min(none, 1 - none) >= FEWEST:
            self.share_is(f"{label}: P(no leakers)", int(seen[0]), none)

    def variance_is(self, architecture: str, kind: str, exact: np.ndarray) -> None:
        """The leakers of a class have the variance of this distribution."""
        seen = self.histogram(architecture, kind)
        counts, mean = np.arange(len(exact)), distribution.mean(exact)
        variance = distribution.variance(exact)
        fourth = float((counts - mean) ** 4 @ exact)
        running().mean(
            f"{kind}, {architecture}: variance of the leakers",
            exact=variance,
            estimated=float((np.arange(len(seen)) - mean) ** 2 @ seen) / self.trials,
            standard_error=((fourth - variance**2) / self.trials) ** 0.5,
        )

    def mean_is(self, label: str, total: int, exact: float, variance: float) -> None:
        """A count has this mean per trial; `variance` is its exact one, or an upper bound."""
        error = (variance / self.trials) ** 0.5
        running().mean(label, exact=exact, estimated=total / self.trials, standard_error=error)

    def share_is(self, label: str, count: int, exact: float) -> None:
        """A share of the trials has this probability."""
        running().share(label, exact=exact, count=count, trials=self.trials)


def most_variance(mean: float, least: float, most: float) -> float:
    """The greatest variance of a count of this mean between two bounds (Bhatia and Davis)."""
    return (most - mean) * (mean - least)


def run(text: str, seed: int, trials: int, worlds: int = 1) -> Counted:
    """The scenario replayed, all architectures on the same draws."""
    case = mcdefense.loads(text, name="check")
    return Counted(mcdefense.simulate(case, worlds=worlds, trials_per_world=trials, seed=seed))
