"""What `withstand` and `worth` found, in the brief of their study: question, answer and tables."""

from __future__ import annotations

from collections.abc import Iterator

from mcdefense.report.brief.parts import sentence
from mcdefense.report.brief.tables import Table, change_text, interval_text, percent_text
from mcdefense.report.numbers import short
from mcdefense.report.reading import Interval
from mcdefense.report.studies.reading import StudyReading
from mcdefense.report.studies.withstood import (
    SMALLER,
    difference,
    is_clear,
    largest,
    needs_smaller,
    threats_of,
)
from mcdefense.report.studies.worth import WorthReading, rounds_needed
from mcdefense.statistics import (
    Answer,
    Criterion,
    RoundsWorth,
    Study,
    WithstoodAnswer,
    is_whole,
    withstood,
    withstood_more,
)


def asked(study: Study, found: Answer) -> Iterator[str]:
    """What was asked of the study."""
    reading = StudyReading(study)
    if isinstance(found, WithstoodAnswer):
        sizes = sorted(float(value) for value in reading.axis.values)
        yield (
            "How large a raid does each architecture withstand? A raid is withstood with "
            f"{found.criterion.words}, if every smaller one is."
        )
        shown = ", ".join(f"{size:g}" for size in sizes)
        yield f"The raid grows at its mix, {reading.axis.path}; sizes that were run are {shown}."
        return
    if found.options:
        named = (
            name if cost is None else f"{name} (cost {short(cost)})" for name, cost in found.options
        )
        yield f"How many leakers a raid does each of these options save: {', '.join(named)}?"
    if found.rounds is not None:
        a, b = reading.labels[reading.baseline], reading.labels[reading.compare]
        yield (
            f"How many more rounds of {found.rounds.interceptor} does {a} need to leak no more "
            f"than {b} does as it is?"
        )
    if found.order is not None:
        label = reading.labels[study.architectures.index(found.of)]
        yield f"In which order should {label} buy the options?"


def told(study: Study, found: Answer) -> Iterator[str]:
    """The answer, its first sentence the shortest."""
    if isinstance(found, WithstoodAnswer):
        yield from _told_withstood(study, found.criterion)
    else:
        yield from _told_worth(WorthReading(study, found))
    sample = StudyReading(study).sample
    yield f"Brackets, and numbers behind \u00b1, hold 95 % intervals. There are {sample}."


def tables(study: Study, found: Answer) -> Iterator[Table]:
    """The answer in numbers."""
    if isinstance(found, WithstoodAnswer):
        yield _largest(study, found.criterion)
        yield _by_size(StudyReading(study), found.criterion)
        return
    reading = WorthReading(study, found)
    if found.options:
        yield _saved(reading, "Leakers saved a raid", priced=False)
        if reading.priced:
            yield _saved(reading, "Leakers saved a raid for a unit of cost", priced=True)
    if found.rounds is not None:
        yield _rounds(reading.study, found.rounds)
    if found.order is not None:
        rows = [(f"{n}. {name}", _signed(three)) for n, (name, three) in enumerate(found.order, 1)]
        caption = f"Bought one after the other by {reading.label}, {reading.rule}"
        yield Table(caption, ("option", "saves on top of those before it"), rows)


def _told_withstood(study: Study, criterion: Criterion) -> Iterator[str]:
    reading = StudyReading(study)
    path = reading.axis.path
    whole = is_whole(path)
    found = withstood(study, criterion)
    pair = dict.fromkeys((reading.baseline, reading.compare))
    sizes = "; ".join(f"{reading.labels[a]}: {largest(found[a], whole=whole)}" for a in pair)
    yield f"The largest raid withstood, as {path}, is for {sizes}."
    threats = {reading.labels[a]: threats_of(study, found[a]) for a in pair}
    if any(threats.values()):
        shown = "; ".join(f"{label}: {text}" for label, text in threats.items() if text)
        yield f"Such a raid has so many live threats in the mean: {shown}."
    for one in withstood_more(study, criterion):
        if one.compare == study.architectures[reading.compare]:
            a, b = reading.labels[reading.baseline], reading.labels[reading.compare]
            if needs_smaller(study, found, one):
                yield f"What {b} withstands minus what {a} withstands {SMALLER}."
                continue
            clear = "" if is_clear(one.size, whole=whole) else ", no clear difference"
            size = difference(one.size, lambda size: f"{size:g}", whole=whole)
            yield f"What {b} withstands minus what {a} withstands is {size}{clear}."
    yield "Nothing was simulated between two sizes: a size is known as far as the grid tells it."


def _largest(study: Study, criterion: Criterion) -> Table:
    reading = StudyReading(study)
    path = reading.axis.path
    whole = is_whole(path)
    more = {one.compare: one for one in withstood_more(study, criterion)}
    rows = []
    found = withstood(study, criterion)
    for name, label, one in zip(study.architectures, reading.labels, found, strict=True):
        cells = ["", ""]
        if name in more and needs_smaller(study, found, more[name]):
            cells = [SMALLER, SMALLER]
        elif name in more:
            size, threats = more[name].size, more[name].threats
            cells = [
                difference(size, lambda x: f"{x:g}", whole=whole),
                difference(threats, short, whole=whole),
            ]
        rows.append((label, largest(one, whole=whole), threats_of(study, one), *cells))
    base = reading.labels[reading.baseline]
    return Table(
        f"Largest raid withstood with {criterion.words}",
        (
            "architecture",
            path,
            "live threats a raid",
            f"minus {base}, {path}",
            f"minus {base}, live threats a raid",
        ),
        rows,
    )


def _by_size(reading: StudyReading, criterion: Criterion) -> Table:
    clean = criterion.estimate == "p_no_leakers"
    shown = percent_text if clean else interval_text
    columns = [
        [shown(one) for one in reading.of_line(criterion.estimate, (), a)]
        for a in range(len(reading.labels))
    ]
    others = [a for a in range(len(reading.labels)) if a != reading.baseline]
    for a in others:
        gains = reading.against_baseline(f"difference_{criterion.estimate}", (), a)
        columns.append([change_text(one, 100.0 if clean else 1.0) for one in gains])
    base = reading.labels[reading.baseline]
    head = (*reading.labels, *(f"{reading.labels[a]} minus {base}" for a in others))
    order = sorted(range(len(reading.axis.values)), key=lambda n: float(reading.axis.values[n]))
    rows = [(reading.axis.label(n), *(column[n] for column in columns)) for n in order]
    caption = "P(no leaker), %, by size" if clean else "Leakers a raid, by size"
    return Table(caption, (reading.axis.path, *head), rows)


def _told_worth(found: WorthReading) -> Iterator[str]:
    reading = found.study
    a, b = reading.labels[reading.baseline], reading.labels[reading.compare]
    if found.options:
        best, saves = found.best
        value = interval_text(Interval(*saves))
        yield f"Of the options {best} saves most under {found.label}: {value} leakers a raid."
        if found.as_good:
            names = ", ".join(found.as_good)
            yield f"It is not clear at 95 % that {best} saves more than {names}."
    if found.joining is not None:
        value = change_text(found.joining)
        yield f"With no option bought {b} saves {value} leakers a raid against {a}, paired."
    if found.rounds is not None:
        joined = interval_text(Interval(*found.rounds.joined))
        yield (
            f"{sentence(a)} needs {rounds_needed(found.rounds)} more rounds of "
            f"{found.rounds.interceptor} to leak no more than {b} does as it is, {joined} leakers "
            "a raid."
        )
    if found.order is not None:
        names = ", then ".join(name for name, _ in found.order)
        yield (
            f"{sentence(found.label)} should buy {names}: each saves most"
            f"{' for its cost' * found.priced} on top of those before it."
        )


def _saved(found: WorthReading, caption: str, *, priced: bool) -> Table:
    rows = []
    for name, cost in found.options:
        unit = cost if priced else 1.0
        cells = ["no cost given" for _ in found.saved[name]]
        if unit is not None:
            cells = [_signed(three, unit) for three in found.saved[name]]
        rows.append((name, "" if cost is None else short(cost), *cells))
    return Table(caption, ("option", "cost", *found.study.labels), rows)


def _rounds(reading: StudyReading, one: RoundsWorth) -> Table:
    label = reading.labels[reading.baseline]
    rows = [
        (f"{number}", interval_text(Interval(*leakers)))
        for number, leakers in zip(one.tried, one.leakers, strict=True)
    ]
    return Table(
        f"Leakers a raid with more rounds of {one.interceptor}", ("more rounds", label), rows
    )


def _signed(three: tuple[float, float, float], unit: float = 1.0) -> str:
    return change_text(Interval(*(number / unit for number in three)))
