"""All architectures: against the one baseline, or up the ladder that the scenario names."""

from __future__ import annotations

from collections.abc import Sequence

from mcdefense.report.lines import WIDTH, cut, heading, label_width, row
from mcdefense.report.numbers import percent, with_interval, with_margin
from mcdefense.report.reading import Reading

_MARKS = {
    "ladder": "LADDER, step by step",
    "beside": "BESIDE THE LADDER",
    "baseline": "AGAINST ONE BASELINE",
}


def steps(reading: Reading) -> list[str]:
    """What each step of the ladder changes, or each architecture against the baseline.

    Nothing for the two of the headline alone (rule 37, `ladder`).
    """
    if len(reading.labels) < 3:
        return []
    if len(reading.ladder) > 1:
        lines = _table(reading, "ladder", [None, *reading.ladder], list(reading.ladder))
        lines.append("(each row minus the one above it: below 0 is fewer leakers)")
        left = [i for i in range(len(reading.labels)) if i not in reading.ladder]
        return [*lines, "", *_against_one(reading, "beside", left)] if left else lines
    others = [i for i in range(len(reading.labels)) if i != reading.baseline]
    return _against_one(reading, "baseline", [reading.baseline, *others])


def _against_one(reading: Reading, kind: str, shown: list[int]) -> list[str]:
    """A table of architectures, each against the baseline."""
    baseline = reading.baseline
    against = [None if i == baseline else baseline for i in shown]
    name = reading.labels[baseline]
    lines = _table(reading, kind, against, shown)
    return [*lines, cut(f"(each row minus {name}: below 0 is fewer leakers)", WIDTH)]


def _table(
    reading: Reading, kind: str, above: Sequence[int | None], shown: Sequence[int]
) -> list[str]:
    title = _MARKS[kind]
    first = label_width([*(reading.labels[i] for i in shown), title])
    columns = [20, 20, WIDTH - first - 40]
    minus = "minus the above" if kind == "ladder" else "minus baseline"
    lines = heading(title, ("leakers a raid", minus, "no leaker, %"), first, columns)
    for before, i in zip(above, shown, strict=False):
        step = (
            None if before is None else reading.difference("difference_expected_leakers", before, i)
        )
        cells = [
            with_interval(reading.estimate("expected_leakers", i), 19),
            with_margin(step, 19) if step else "",
            percent(reading.estimate("p_no_leakers", i), columns[-1] - 1),
        ]
        lines.append(row(reading.labels[i], cells, first, columns))
    return lines
