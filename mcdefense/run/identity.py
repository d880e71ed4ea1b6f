"""What must be the same for counts to belong to one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import zip_longest

from mcdefense.contract import MODEL_VERSION
from mcdefense.run.size import Size
from mcdefense.scenario import Scenario
from mcdefense.statistics import Result

_MOST_SHOWN = 60


@dataclass(frozen=True)
class Identity:
    """Scenario, seed, trials and version: with these, a world has the same counts everywhere."""

    scenario_sha256: str
    scenario_text: str
    overrides: str
    seed: int
    trials: int
    model_version: int
    major_version: str
    counts_by_time: bool

    @classmethod
    def of_run(cls, scenario: Scenario, size: Size) -> Identity:
        """Of a run of this program."""
        return cls(
            scenario.sha256,
            scenario.text,
            "\n".join(f"{path} = {text}" for path, text in scenario.overrides),
            size.seed,
            size.trials,
            MODEL_VERSION,
            _major(version("mcdefense")),
            True,
        )

    @classmethod
    def of_file(cls, result: Result) -> Identity:
        """Of the run that a file is from."""
        known = result.provenance
        return cls(
            str(known.get("scenario_sha256", "")),
            result.scenario_text,
            str(known.get("overrides", "")),
            int(known["seed"]),
            int(known.get("trials_per_world", 0)),
            int(known.get("model_version", 0)),
            _major(str(known.get("mcdefense_version", "none"))),
            result.tally.axes.time.size > 0,
        )

    def differences(self, other: Identity) -> list[str]:
        """What this is and the other is not, a phrase each; empty if they are of one run."""
        found = []
        if self.scenario_sha256 != other.scenario_sha256:
            found.append(self._scenario_difference(other))
        for what, ours, theirs in (
            ("seed", self.seed, other.seed),
            ("trials per world", self.trials, other.trials),
            ("model version", self.model_version, other.model_version),
            ("mcdefense version", f"{self.major_version}.x", f"{other.major_version}.x"),
            ("format of counts", _format(self.counts_by_time), _format(other.counts_by_time)),
        ):
            if ours != theirs:
                found.append(f"{what} {ours}, not {theirs}")
        return found

    def _scenario_difference(self, other: Identity) -> str:
        for what, ours, theirs in (
            ("scenario line", self.scenario_text, other.scenario_text),
            ("--set", self.overrides, other.overrides),
        ):
            for number, (one, two) in enumerate(_lines(ours, theirs), 1):
                if one != two:
                    place = what if what == "--set" else f"{what} {number}:"
                    return f"{place} {_shown(one)}, not {_shown(two)}"
        return "a table that the scenario names has other content"


def _lines(one: str, other: str) -> Iterator[tuple[str | None, str | None]]:
    return zip_longest(one.splitlines(), other.splitlines())


def _shown(line: str | None) -> str:
    if line is None:
        return "nothing"
    line = line.strip()
    return repr(line if len(line) <= _MOST_SHOWN else line[:_MOST_SHOWN] + "...")


def _format(counts_by_time: bool) -> str:
    """Of a file before format 2.3, which counts nothing by time, or of one since."""
    return "2.3 or later" if counts_by_time else "before 2.3"


def _major(number: str) -> str:
    return number.partition(".")[0]
