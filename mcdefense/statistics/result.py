"""What a run gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from mcdefense.statistics.quantities import ESTIMATE_DIMENSIONS, TALLY_DIMENSIONS
from mcdefense.statistics.summary import summary
from mcdefense.statistics.tally import Tally


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """Counts and estimates of a run, the draws of its worlds, and where it comes from.

    `parameters[name]` [W] is the draw of each uncertainty, in the unit of what it drives;
    `plan` [W] the name of the raid plan, `night` [W] the row of the history (-1 none),
    `schedule_hash` [W] (uint64) what the world's schedule hashes to, `check_hash` [W] what the
    schedule of world 0 hashes to on the host that simulated the world. `provenance` holds
    versions, seed, host and times; `scenario_text` the scenario word for word.
    """

    tally: Tally
    estimates: dict[str, np.ndarray]
    parameters: dict[str, np.ndarray] = field(default_factory=dict)
    plan: np.ndarray = field(default_factory=lambda: np.zeros(0, object))
    night: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    schedule_hash: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint64))
    check_hash: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint64))
    provenance: dict[str, str | int | float] = field(default_factory=dict)
    scenario_text: str = ""

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Positions (baseline, compare) of the pairs of architectures along the axis `pair`.

        A difference of a pair is compare minus baseline.
        """
        known = self.provenance
        baseline, compare = (str(known.get(name, "")) for name in ("baseline", "compare"))
        return self.tally.axes.compared(baseline, compare)

    @property
    def pair_names(self) -> tuple[str, ...]:
        """Labels along the axis `pair`, each read as a subtraction: `integrated - separate`."""
        names = self.tally.axes.architecture
        return tuple(f"{names[b]} - {names[a]}" for a, b in self.pairs)

    def __repr__(self) -> str:
        return "\n".join(["<mcdefense.Result", *(f"  {line}" for line in summary(self))]) + ">"

    def _repr_html_(self) -> str:
        """What a notebook shows: the summary, with every text escaped."""
        from html import escape

        first, *rest = (escape(line, quote=True) for line in summary(self))
        return f"<div><strong>{first}</strong><br>{'<br>'.join(rest)}</div>"

    # Asked for by name: this room does not know the later ones that show and draw a result.

    def table(self, by: str | None = None, *, every: bool = False) -> str:
        """The screen of the result as text, or with `by` a table: "asset", "class", "battery",
        "cause" or "plan", of the two architectures that are compared or of `every` one. A notebook
        shows it as it is printed."""
        shown = import_module("mcdefense.report").shown
        return shown(self, by, every=every)  # type: ignore[no-any-return]

    def figure(self, name: str = "leak", **options: Any) -> Any:
        """A figure of the result by its name, as `mcdefense.figure` draws it."""
        return import_module("mcdefense.commands").figure(self, name, **options)

    def __getitem__(self, name: str) -> np.ndarray:
        """An estimate by name, else a count: `result["leak_probability"]`, `result["trials"]`."""
        if name in self.estimates:
            return self.estimates[name]
        if name in self.tally.counts:
            return self.tally.counts[name]
        raise KeyError(f"{name!r} is neither an estimate nor a count of this result")

    def __contains__(self, name: object) -> bool:
        return name in self.estimates or name in self.tally.counts

    def dimensions(self, name: str) -> tuple[str, ...]:
        """Names of the axes of an estimate or a count, in order."""
        dimensions = {**TALLY_DIMENSIONS, **ESTIMATE_DIMENSIONS}
        if name not in dimensions:
            raise KeyError(f"{name!r} is neither an estimate nor a count of a result")
        return dimensions[name]
