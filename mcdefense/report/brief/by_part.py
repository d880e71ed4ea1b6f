"""What a brief says of single threat classes and single raid plans."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from mcdefense.report.causes import CAUSES
from mcdefense.report.fates import NOT_COUNTED, is_counted
from mcdefense.report.numbers import percent, short, with_interval
from mcdefense.report.plans import change_of
from mcdefense.report.reading import Interval, Reading
from mcdefense.statistics import OUTCOMES, OfPlan, by_plan

_FAR = 0.1
"""Part of the largest change of a class below which another is not named."""


def of_classes(reading: Reading) -> Iterator[str]:
    """Of which classes fewer leak, and of which more; the small beside the largest are not
    named."""
    if not reading.has_pair:
        return
    a, b = reading.baseline, reading.compare
    found = {
        c: reading.difference("difference_leak_probability", a, b, c) for c in reading.live_classes
    }
    clear = {c: change for c, change in found.items() if not change.low <= 0 <= change.high}
    most = max((abs(change.value) for change in clear.values()), default=0.0)
    named = {c: change for c, change in clear.items() if abs(change.value) >= _FAR * most}
    if not named:
        yield f"No class shows a clear difference between {reading.labels[b]} and the baseline."
        return
    for word, sign in (("Fewer", -1), ("More", 1)):
        some = sorted(
            (c for c in named if named[c].value * sign > 0), key=lambda c: -abs(named[c].value)
        )
        if some:
            sizes = {c: named[c] if sign > 0 else named[c].turned for c in some}
            texts = [
                f"{reading.classes[c].replace('_', ' ')}, by {percent(sizes[c], join=' to ')}"
                for c in some
            ]
            yield (
                f"{word} of these leak under {reading.labels[b]}, in threats of a hundred: "
                f"{'; '.join(texts)}."
            )
    yield from _why_more(reading, [c for c in named if named[c].value > 0])
    rest = len(found) - len(named)
    if rest:
        yield f"Of the other {rest} classes the difference is small or not clear."


def _why_more(reading: Reading, classes: Sequence[int]) -> Iterator[str]:
    """By what most of those of a class leak that leak under compare alone."""
    if not is_counted(reading):
        return
    a, b = reading.baseline, reading.compare
    for c in classes:
        added = [reading.part("cost", a, b, c, o).value for o in range(len(OUTCOMES))]
        if not sum(added) > 0:
            continue
        cause = OUTCOMES[int(np.argmax(added))]
        yield (
            f"Of the class {reading.classes[c].replace('_', ' ')}, of threats that leak under "
            f"{reading.labels[b]} and are stopped under {reading.labels[a]}, "
            f"{100 * max(added) / sum(added):.0f} % do because {CAUSES[cause]}."
        )


def of_gain(reading: Reading) -> Iterator[str]:
    """How many leakers compare saves and how many it adds, and whether that is a gain at all."""
    if not reading.has_pair:
        return
    a, b = reading.baseline, reading.compare
    change = reading.difference("difference_expected_leakers", a, b)
    if change.low <= 0 <= change.high:
        yield ("There is no clear gain to explain: on the whole as many leak, within the interval.")
    elif max(-change.low, change.high) < reading.margin:
        yield "The whole difference is smaller than the margin of what matters."
    elif change.value > 0:
        yield f"On the whole there is no gain: {reading.labels[b]} lets more through."
    if not is_counted(reading):
        yield NOT_COUNTED
        return
    parts = {
        part: [reading.part(part, a, b, o).value for o in range(len(OUTCOMES))]
        for part in ("gain", "cost")
    }
    saved, added = (short(sum(values)) for values in parts.values())
    yield (
        f"{reading.labels[b]} stops {saved} threats a raid that leak under {reading.labels[a]}, "
        f"and lets {added} through that {reading.labels[a]} stops; the table has both by cause."
    )


def of_plans(reading: Reading) -> Iterator[str]:
    """With which plan most leakers come, and in which the difference is the largest."""
    a = reading.baseline
    plans = by_plan(reading.result)
    part = {one.name: _weight(one) * float(one.leakers[0][a]) for one in plans if one.leakers}
    whole = sum(part.values())
    if len(plans) < 2 or not whole > 0:
        return
    most = max(part, key=lambda name: part[name])
    yield (
        f"Of the leakers under {reading.labels[a]}, {100 * part[most] / whole:.0f} % come with "
        f"the plan '{_said(most)}'."
    )
    changes = _changes(reading, plans)
    if changes:
        name, change = max(changes, key=lambda found: abs(found[1].value))
        yield (
            f"The largest difference is that of '{_said(name)}': "
            f"{with_interval(change, join=' to ')} leakers a raid, where below zero is fewer."
        )


def _weight(one: OfPlan) -> float:
    return one.worlds if math.isnan(one.weight) else one.weight


def _said(name: str) -> str:
    return name.replace("_", " ")


def _changes(reading: Reading, plans: Sequence[OfPlan]) -> list[tuple[str, Interval]]:
    if not reading.has_pair:
        return []
    a, b = reading.baseline, reading.compare
    found = [(one.name, change_of(reading, one, a, b)) for one in plans]
    return [(name, change) for name, change in found if change is not None]


def changes(reading: Reading) -> Iterator[str]:
    """Plans in which the answer is another one, by the intervals of their own worlds: the opposite,
    none, or beyond the margin where the whole is not."""
    seen = _changes(reading, by_plan(reading.result))
    if len(seen) < 2:
        return
    margin = reading.margin
    whole = reading.difference("difference_expected_leakers", reading.baseline, reading.compare)
    if max(-whole.low, whole.high) < margin:
        beyond = [_said(name) for name, x in seen if x.low > margin or x.high < -margin]
        may = [_said(name) for name, x in seen if max(-x.low, x.high) >= margin]
        may = [name for name in may if name not in beyond]
        if beyond:
            yield f"In these raid plans it does matter, by their own worlds: {', '.join(beyond)}."
        if may:
            yield f"In these raid plans it may, by their own worlds: {', '.join(may)}."
        if not beyond and not may:
            yield f"In none of the {len(seen)} raid plans does it make a difference that matters."
        return
    sign = 1 if whole.value > 0 else -1
    other = [_said(n) for n, x in seen if max(sign * x.low, sign * x.high) < 0]
    unclear = [_said(n) for n, x in seen if x.low <= 0 <= x.high]
    if other:
        yield f"These raid plans say the opposite, by their own worlds: {', '.join(other)}."
    if unclear:
        yield f"These raid plans alone show no clear difference: {', '.join(unclear)}."
    if not other and not unclear:
        yield "Every raid plan says the same, by its own worlds."
