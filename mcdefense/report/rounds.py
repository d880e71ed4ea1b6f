"""Rounds and kills: what was fired at which class, and what of it nothing else could have done."""

from __future__ import annotations

import numpy as np

from mcdefense.report.lines import WIDTH, cut, heading, label_width, row, wrapped
from mcdefense.report.numbers import short, with_interval
from mcdefense.report.reading import Reading, dear_on_cheap

_HEAD = ("fired", "wasted", "kills", "a kill")
_COLUMNS = (19, 18, 9, 8)
_MOST_CLASSES = 2
"""Classes that are named where rounds were spent elsewhere; what went to the rest is summed."""


def rounds(reading: Reading) -> list[str]:
    """Rounds a raid of the pair: fired, wasted, what they cost, dear ones spent on cheap threats;
    then those spent elsewhere."""
    if not reading.result.tally["rounds_fired"].any():
        return []
    dear = dear_on_cheap(reading)
    columns = [18, 18, 18, 8]
    shown = list(dict.fromkeys((reading.baseline, reading.compare)))
    first = min(label_width(["ROUNDS A RAID", *(reading.labels[i] for i in shown)]), 18)
    lines = heading("ROUNDS A RAID", ["fired", "wasted", "cost", "dear"], first, columns)
    for i in shown:
        cells = [
            with_interval(reading.estimate(f"expected_rounds_{what}", i), 17)
            for what in ("fired_total", "wasted_total", "cost")
        ]
        fired = reading.result.estimates["expected_rounds_fired"][i]
        spent = "-" if dear is None else short(float((fired * dear).sum()))
        lines.append(row(reading.labels[i], [*cells, spent], first, columns))
    if dear is not None:
        lines.append("(dear: rounds that cost more than the threat they are fired at)")
    return lines + spent_elsewhere(reading, shown)


def spent_elsewhere(reading: Reading, shown: list[int]) -> list[str]:
    """Rounds that alone could have stopped a class that leaked, and that were fired at others.

    An interceptor alone could stop a class if it is the only one that any architecture fired at it.
    """
    axes, tally = reading.result.tally.axes, reading.result.tally
    fired = tally["rounds_fired"].sum(axis=1)  # [A, I, C]
    lines: list[str] = []
    for c in reading.live_classes:
        answers = np.flatnonzero(fired[:, :, c].any(axis=0)).tolist()
        leaked = tally["leaked"][:, shown, c].any()
        others = [d for d in range(len(axes.threat_class)) if d != c]
        if len(answers) != 1 or not leaked or not fired[shown][:, answers[0], others].any():
            continue
        texts = []
        for a in shown:
            mean = reading.result.estimates["expected_rounds_fired"][a, answers[0]]
            at = sorted((d for d in others if fired[a, answers[0], d]), key=lambda d: -mean[d])
            spent = [
                f"{axes.threat_class[d]} "
                + with_interval(reading.estimate("expected_rounds_fired", a, answers[0], d))
                for d in at[:_MOST_CLASSES]
            ]
            if at[_MOST_CLASSES:]:
                spent.append(f"others {short(float(mean[at[_MOST_CLASSES:]].sum()))}")
            texts.append(f"{reading.labels[a]}: {', '.join(spent) or 'none'}")
        lines += wrapped(
            f"{axes.interceptor[answers[0]]} alone was fired at {axes.threat_class[c]}; rounds of "
            f"it a raid fired elsewhere: {'; '.join(texts)}",
            "  ",
        )
    return lines


def decoys_killed(reading: Reading) -> str:
    """That kills count decoys and friendlies too, with a blank before it; "" where the
    architectures shown killed none."""
    killed = reading.result.tally["kills"][list(reading.shown)].sum(axis=(0, 1, 2))
    never_live = np.setdiff1d(np.flatnonzero(killed), reading.live_classes)
    if not never_live.size:
        return ""
    named = ", ".join(reading.classes[c] for c in never_live)
    return f" Kills are of objects, decoys or friendlies among them: {named}."


def by_rounds(reading: Reading) -> list[str]:
    """Rounds and kills a raid of each interceptor at each class, one table an architecture."""
    tally = reading.result.tally
    axes = tally.axes
    fired, kills = (tally[name].sum(axis=1) for name in ("rounds_fired", "kills"))
    if not fired.any():
        return ["No round was fired."]
    places = np.argwhere(fired.any(axis=0)).tolist()
    names = [*axes.interceptor, *(f"  at {axes.threat_class[c]}" for _, c in places)]
    first = min(max(map(len, names)), WIDTH - sum(_COLUMNS))
    lines = ["ROUNDS A RAID by interceptor and class"]
    for a in reading.shown:
        lines += ["", *heading(cut(reading.labels[a], first), _HEAD, first, _COLUMNS)]
        before = -1
        for i, c in places:
            if i != before:
                lines.append(cut(axes.interceptor[i], WIDTH))
            before = i
            number, killed = float(fired[a, i, c]), float(kills[a, i, c])
            cells = [
                with_interval(reading.estimate("expected_rounds_fired", a, i, c), _COLUMNS[0] - 1),
                with_interval(reading.estimate("expected_rounds_wasted", a, i, c), _COLUMNS[1] - 1),
                short(killed / reading.trials),
                short(number / killed) if killed else "-",
            ]
            lines.append(row(f"  at {axes.threat_class[c]}", cells, first, _COLUMNS))
    text = "Kills, and rounds fired for a kill: over the run, without intervals."
    lines += ["", *wrapped(text + decoys_killed(reading), "")]
    return lines + spent_elsewhere(reading, list(reading.shown))
