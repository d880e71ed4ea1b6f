"""The brief of a study: how the answer changes with what the study varies."""

from __future__ import annotations

from collections.abc import Iterator

from mcdefense.report.brief import terms
from mcdefense.report.brief.html import Html, joined, tag
from mcdefense.report.brief.options import options
from mcdefense.report.brief.parts import (
    Pictures,
    bullets,
    footer,
    grid,
    main_of,
    paragraphs,
    section,
    set_over,
    whole_page,
)
from mcdefense.report.brief.study_answers import asked, tables, told
from mcdefense.report.brief.tables import Table, change_text, interval_text, percent_text
from mcdefense.report.brief.words import LIMITS, defence, in_words
from mcdefense.report.figures import curve_words, draw_study
from mcdefense.report.numbers import with_interval
from mcdefense.report.point_notes import point_notes
from mcdefense.report.reading import Interval, read_result
from mcdefense.report.studies.reading import StudyReading
from mcdefense.statistics import Study, answer_of

_MOST_VALUES = 8
_AGAIN = (
    "The study file holds a result for every point; mcdefense show FILE prints what changes "
    "against the base."
)
_GRID = (
    "Nothing was simulated between the points. All points meet the same draws of worlds and of "
    "chance as far as their scenarios have the same, so that what differs is the change itself."
)


def study_brief(study: Study) -> str:
    """The brief of a study as one HTML page that needs nothing from outside and no script.

    Of a sweep: what was varied, what the answer becomes and where it turns, what changes against
    the base. Of `withstand` and `worth`: what they were asked and what they found. Then limits,
    what the points put aside, and where it comes from; the picture with its numbers as tables.
    Raises McdefenseError without matplotlib.
    """
    reading = StudyReading(study)
    pictures = Pictures()
    main = main_of(_sections(reading, pictures), pictures)
    known = {**study.provenance, "overrides": "\n".join(reading.overrides)}
    foot = footer(reading.marking, known, _AGAIN)
    return whole_page(reading.marking, reading.title, main, foot)


def _sections(reading: StudyReading, pictures: Pictures) -> Iterator[Html]:
    study = reading.study
    found = answer_of(study)
    said = terms.terms(reading.sequence)
    yield section(
        "The question",
        paragraphs(_question(reading) if found is None else asked(study, found)),
        tag("p", f"{said} {terms.POINT}" if found is None else said, class_="small"),
    )
    first, *more = answer(reading) if found is None else told(study, found)
    base = read_result(study.points[study.base])
    described = list(options(base)) if base.trials else []
    yield section(
        "The answer",
        tag("p", first, class_="answer"),
        paragraphs(more),
        () if found is None else joined(grid(table) for table in tables(study, found)),
        pictures.of(draw_study(study), curve_words(reading), _drawn(reading)),
    )
    if described:
        yield section(
            "The defence and its architectures", paragraphs([defence(base)]), bullets(described)
        )
    if found is None and reading.has_pair and (turned := list(turns(reading))):
        yield section("What would change the answer", paragraphs(turned))
    if found is None and len(study.points) > 1:
        yield section("What changes against the base", *(grid(one) for one in _changes(reading)))
    yield section(
        "Assumptions and limits", bullets([*LIMITS, _GRID, *set_over(point_notes(study))])
    )


def _question(reading: StudyReading) -> Iterator[str]:
    for axis in reading.study.axes:
        values = [axis.label(place) for place in range(len(axis.values))]
        shown = ", ".join(values[:_MOST_VALUES])
        if len(values) > _MOST_VALUES:
            shown += f" and {len(values) - _MOST_VALUES} more"
        if not axis.path:
            yield f"What if the scenario is changed to {shown}?"
            continue
        said = in_words(axis.path)
        yield f"What if {said} is {shown}?" + f" (In the scenario: {axis.path}.)" * (
            said != axis.path
        )
    yield f"The base is {reading.study.label(reading.study.base)}."


def answer(reading: StudyReading) -> Iterator[str]:
    """What the headline's difference becomes over the study, where it turns, and how sure."""
    study = reading.study
    labels, done = reading.labels, [p for p in range(len(study.points)) if p not in _empty(study)]
    if not reading.has_pair:
        label = labels[reading.baseline]
        low, high = _ends(reading, "expected_leakers", reading.baseline, done)
        yield f"{label} lets {low} threats through a raid at best, and {high} at worst."
    else:
        a, b = labels[reading.baseline], labels[reading.compare]
        low, high = _ends(reading, "difference_expected_leakers", reading.pair, done)
        yield (
            f"{b} minus {a}, in leakers a raid, where below zero is fewer, is least with {low}, "
            f"and greatest with {high}."
        )
        fewest, most = _ends(reading, "expected_leakers", reading.compare, done)
        yield (
            f"That is their difference. Of what leaks under {b} itself, the fewest are {fewest}, "
            f"and the most {most}."
        )
    asked = len(study.asked)
    if asked < len(study.points):
        yield (
            f"This is shard {study.provenance['shard']} of the study alone, with {asked:,} of its "
            f"{len(study.points):,} points."
        )
    if study.unfinished:
        number = len(study.unfinished)
        yield f"{number:,} of {asked:,} points are not finished."
    yield f"Brackets hold 95 % intervals of each point alone. There are {reading.sample}."


def turns(reading: StudyReading) -> Iterator[str]:
    """Where the better of two architectures becomes the other along the last axis, or which it is
    all along."""
    if not reading.axis.path or len(reading.study.asked) < len(reading.study.points):
        return
    for words, where in reading.lines():
        place = f" ({words})" if words else ""
        crossings = reading.crossings(where)
        for one in crossings:
            how = "" if one.clear else ", though not clearly at 95 %"
            yield (
                f"Between {reading.axis.path} = {one.low} and {one.high}{place} it turns{how}: "
                f"from there on {one.better_after} lets fewer through."
            )
        if not crossings:
            yield (
                f"The sign does not turn between any two neighbours along {reading.axis.path}"
                f"{place}: {reading.side(where)}."
            )


def _empty(study: Study) -> set[int]:
    return {place for place, point in enumerate(study.points) if not point.tally.trials}


def _ends(reading: StudyReading, name: str, place: int, points: list[int]) -> tuple[str, str]:
    """The least and the greatest value over the points, each with its interval and its point."""
    study = reading.study
    every = []
    for point in points:
        where = study.where(point)
        ends = (float(study.estimates[name + end][where][place]) for end in ("", "_low", "_high"))
        every.append((Interval(*ends), study.label(point)))
    if not every:
        return "-", "-"
    every.sort(key=lambda one: one[0].value)
    texts = [f"{with_interval(i, join=' to ')} at {label}" for i, label in (every[0], every[-1])]
    return texts[0], texts[1]


def _drawn(reading: StudyReading) -> Iterator[Table]:
    """The numbers of the picture: those of every architecture, and what each differs from the
    baseline by, line by line."""
    clean = reading.asked_about == "p_no_leakers"
    caption, scale = ("P(no leaker), %", 100.0) if clean else ("Leakers a raid", 1.0)
    shown = percent_text if clean else interval_text
    others = [a for a in range(len(reading.labels)) if a != reading.baseline]
    base = reading.labels[reading.baseline]
    head = (reading.axis.path or "case", *reading.labels)
    head += tuple(f"{reading.labels[a]} minus {base}" for a in others)
    for words, where in reading.lines():
        columns = [
            [shown(one) for one in reading.of_line(reading.asked_about, where, a)]
            for a in range(len(reading.labels))
        ]
        for a in others:
            found = reading.against_baseline(f"difference_{reading.asked_about}", where, a)
            columns.append([change_text(one, scale) for one in found])
        yield _of_line(caption, words, head, reading, columns)


def _changes(reading: StudyReading) -> Iterator[Table]:
    """What each point changes against the base, architecture by architecture, and what it changes
    of the headline's difference, line by line."""
    head = (reading.axis.path or "case", *reading.labels)
    if reading.has_pair:
        a, b = reading.labels[reading.baseline], reading.labels[reading.compare]
        head += (f"change of {b} minus {a}",)
    for words, where in reading.lines():
        columns = [
            [change_text(one) for one in reading.of_line("change_expected_leakers", where, a)]
            for a in range(len(reading.labels))
        ]
        if reading.has_pair:
            columns.append([change_text(one) for one in reading.gains_along(where)])
        yield _of_line("Leakers a raid, minus those at the base", words, head, reading, columns)


def _of_line(
    caption: str,
    words: str,
    head: tuple[str, ...],
    reading: StudyReading,
    columns: list[list[str]],
) -> Table:
    names = [reading.axis.label(place) for place in range(len(reading.axis.values))]
    rows = [(name, *cells) for name, *cells in zip(names, *columns, strict=True)]
    return Table(f"{caption}, {words}" if words else caption, head, rows)
