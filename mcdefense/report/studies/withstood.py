"""What each architecture withstands, on a screen of 80 columns and as numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from mcdefense.report.lines import WIDTH, blocks, cut, heading, label_width, row, wrapped
from mcdefense.report.numbers import short, with_interval, with_margin
from mcdefense.report.reading import finite
from mcdefense.report.studies.reading import StudyReading
from mcdefense.statistics import (
    SIGN,
    Criterion,
    Larger,
    Study,
    Withstood,
    WithstoodMore,
    is_whole,
    live_threats,
    withstood,
    withstood_more,
)

_COLUMN = 20
SMALLER = "cannot be told: add smaller sizes"


def withstood_screen(study: Study, criterion: Criterion) -> str:
    """The largest size that each architecture withstands, how much larger that is than what the
    baseline withstands, and the curve that says so."""
    reading = StudyReading(study)
    path, values = reading.axis.path, [float(v) for v in reading.axis.values]
    lines = [
        cut(f"{reading.marking}  {reading.title}", WIDTH),
        f"{reading.sample}; brackets hold 95 % intervals",
        *wrapped(f"a raid is withstood with {criterion.words}", "    ", "  "),
        *wrapped(f"sizes: {path} from {min(values):g} to {max(values):g}", "    ", "  "),
        "",
        *wrapped(f"LARGEST RAID WITHSTOOD, {path}"),
    ]
    whole = is_whole(path)
    found = withstood(study, criterion)
    for label, one in zip(reading.labels, found, strict=True):
        lines += wrapped(f"{label}: {largest(one, whole=whole)}", "    ", "  ")
        if threats := threats_of(study, one):
            lines += wrapped(f"live threats a raid: {threats}", "      ", "    ")
        for change in one.changes:
            before, after = (
                ("fails", "passes again") if change.passes_after else ("passes", "fails")
            )
            text = f"it clearly {before} at {change.low:g}, and clearly {after} at {change.high:g}"
            lines += wrapped(text, "      ", "    ")
    lines += _more(reading, found, withstood_more(study, criterion))
    lines += ["", *_curve(reading, criterion)]
    return "\n".join(lines) + "\n"


def _more(
    reading: StudyReading, found: Sequence[Withstood], more: Sequence[WithstoodMore]
) -> list[str]:
    """The difference of every other architecture to the baseline, in sizes and in live threats."""
    if not more:
        return []
    named = dict(zip(reading.study.architectures, reading.labels, strict=True))
    lines = ["", *wrapped(f"LARGER THAN WHAT {named[more[0].baseline]} WITHSTANDS BY")]
    whole = is_whole(reading.axis.path)
    for one in more:
        if needs_smaller(reading.study, found, one):
            lines += wrapped(f"{named[one.compare]}: {SMALLER}", "    ", "  ")
            continue
        size = difference(one.size, lambda size: f"{size:g}", whole=whole)
        text = f"{named[one.compare]}: {size}"
        if one.size.low is not None or one.size.high is not None:
            text += f"; live threats a raid: {difference(one.threats, short, whole=whole)}"
            if not is_clear(one.size, whole=whole):
                text += " - no clear difference"
        lines += wrapped(text, "    ", "  ")
    return lines


def needs_smaller(study: Study, found: Sequence[Withstood], one: WithstoodMore) -> bool:
    """Whether the grid begins too high for a difference: one of the two does not clearly pass at
    the smallest size, so that it may withstand anything below, and 0 is not left out."""
    places = (study.architectures.index(name) for name in (one.baseline, one.compare))
    begins = all(found[place].low is not None for place in places)
    return not begins and not is_clear(one.size, whole=is_whole(study.axes[0].path))


def is_clear(one: Larger, *, whole: bool) -> bool:
    """Whether the interval of a difference of sizes leaves out 0. Sizes that are no whole numbers
    lie within the ends of the interval, and not on them."""
    low, high = (end if end is not None else math.nan for end in (one.low, one.high))
    return low > 0 or high < 0 or (not whole and (low == 0 or high == 0))


def difference(one: Larger, shown: Callable[[float], str], *, whole: bool) -> str:
    """A difference with its interval, or what can be told of it. Ends that are not whole numbers
    are no values that it may have."""

    def number(end: float) -> str:
        return "+" * (end > 0) + shown(end)

    if one.low is None and one.high is None:
        return "cannot be told, as sizes beyond the grid may pass"
    if one.high is None:
        return f"{number(one.low or 0.0)} or more, as sizes beyond the grid may pass"
    if one.low is None:
        return f"{number(one.high)} or less, as sizes beyond the grid may pass"
    if one.value is not None:
        return f"{number(one.value)} ({number(one.low)} to {number(one.high)})"
    if whole:
        return f"from {number(one.low)} to {number(one.high)}"
    return f"more than {number(one.low)}, less than {number(one.high)}"


def largest(one: Withstood, *, whole: bool) -> str:
    """The largest raid withstood with its interval, as far as the grid tells it."""
    if one.all_pass:
        return f"beyond the grid: every size passes, {one.low:g} too"
    if one.value is None:
        if one.high is not None and one.below is not None and one.high <= one.below:
            return "none: the smallest size fails"
        return f"{SMALLER}, as the smallest neither clearly passes nor clearly fails"
    if one.below is None:
        value = f"{one.value:g} or more"
    elif not whole:
        value = f"at least {one.value:g}, less than {one.below:g}"
    else:
        last = one.below - 1
        value = f"{one.value:g}" if one.value == last else f"{one.value:g} to {last:g}"
    if one.low is None:
        most = "" if one.high is None else f", {one.high:g} at most"
        return f"{value} by the estimates{most}; how much less {SMALLER}"
    if one.high is None:
        return f"{value} ({one.low:g} to beyond the grid): no size fails clearly"
    return f"{value} ({one.low:g} to {one.high:g})"


def threats_of(study: Study, one: Withstood) -> str:
    """About how many live threats the largest raid withstood has: in the mean at the sizes that
    the grid tells it by; nothing where not even the smallest size passes."""
    has = _live_by_size(study)
    if one.value is None:
        return ""
    least = f"about {short(has[one.value])}"
    if one.below is None:
        return f"{least} or more"
    if is_whole(study.axes[0].path) and one.value == one.below - 1:
        return least
    return f"at least {least}, less than about {short(has[one.below])}"


def _live_by_size(study: Study) -> dict[float, float]:
    sizes = (float(value) for value in study.axes[0].values)
    return dict(zip(sizes, live_threats(study).tolist(), strict=True))


def _curve(reading: StudyReading, criterion: Criterion) -> list[str]:
    axis = reading.axis
    order = sorted(range(len(axis.values)), key=lambda place: float(axis.values[place]))
    percent = criterion.estimate == "p_no_leakers"
    scale = 100.0 if percent else 1.0
    title = "P(NO LEAKER), %" if percent else "LEAKERS A RAID"
    width = label_width([title], 16)
    columns = [
        (label, with_interval, reading.of_line(criterion.estimate, (), a))
        for a, label in enumerate(reading.labels)
    ]
    if reading.has_pair:
        gain = reading.against_baseline(f"difference_{criterion.estimate}", (), reading.compare)
        columns.append(("difference", with_margin, gain))
    lines: list[str] = []
    for group in blocks(len(columns), width, _COLUMN):
        shown = [columns[place] for place in group]
        each = [min((WIDTH - width) // len(shown), 22)] * len(shown)
        lines += heading(title, [name for name, _, _ in shown], width, each)
        for place in order:
            texts = [text(of[place], each[0] - 1, scale=scale) for _, text, of in shown]
            lines.append(row(f"  {axis.label(place)}", texts, width, each))
    if reading.has_pair:
        base, other = reading.labels[reading.baseline], reading.labels[reading.compare]
        unit = ", in %-points" if percent else ""
        lines += wrapped(f"(difference: {other} minus {base}, paired{unit})")
    return lines


def withstood_json(study: Study, criterion: Criterion) -> dict[str, Any]:
    """The same as plain numbers; None for not even the smallest size, and for what the grid does
    not bound. Live threats are those of a raid in the mean, None at a size that was not run."""
    reading = StudyReading(study)
    has = {size: finite(live) for size, live in _live_by_size(study).items()}
    found, more = withstood(study, criterion), withstood_more(study, criterion)
    return {
        "marking": reading.marking,
        "title": reading.title,
        "path": reading.axis.path,
        "sizes": list(reading.axis.values),
        "live_threats": list(has.values()),
        "criterion": criterion._asdict(),
        "withstood": {
            name: {
                **vars(one),
                "changes": [change._asdict() for change in one.changes],
                "live_threats": {end: has.get(getattr(one, end)) for end in ("value", "below")},
            }
            for name, one in zip(study.architectures, found, strict=True)
        },
        "differences": SIGN,
        "difference_withstood": {
            f"{one.compare} - {one.baseline}": {
                "size": vars(one.size),
                "threats": vars(one.threats),
            }
            for one in more
        },
    }
