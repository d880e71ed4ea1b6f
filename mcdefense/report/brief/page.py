"""The brief: one page that holds everything it shows, for people who decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mcdefense.report.brief import by_part, terms, words
from mcdefense.report.brief.html import Html, tag
from mcdefense.report.brief.options import options
from mcdefense.report.brief.parts import (
    OnPaper,
    Pictures,
    bullets,
    footer,
    grid,
    main_of,
    paragraphs,
    section,
    sentence,
    set_over,
    whole_page,
)
from mcdefense.report.brief.risks import risks
from mcdefense.report.brief.tables import TABLES, drivers
from mcdefense.report.by_time import has_times, losses_of
from mcdefense.report.driven import (
    MEANING,
    drivers_of_result,
    headline_drivers,
    order_shown,
    turn_shown,
    unseen_shown,
    why_along,
)
from mcdefense.report.figures import draw_reading
from mcdefense.report.lines import sequence_note
from mcdefense.report.reading import Reading, read_result
from mcdefense.report.warned import warnings_of
from mcdefense.statistics import Result, Steps, TooFewWorlds, untold

_AGAIN = (
    "The result file holds the scenario: mcdefense scenario FILE prints it, and running it again "
    "gives the same counts."
)


def brief(result: Result, show: Steps = untold) -> str:
    """The brief of a result as one HTML page that needs nothing from outside and no script.

    The question, the answer with its interval and margin, by class and by plan, where the gain
    comes from, what it risks and what drives it, assumptions and limits, where it comes from; every
    picture with its numbers as a table. `show` is told how far the search for what drives it is.
    Raises McdefenseError without matplotlib.
    """
    reading = read_result(result)
    pictures = Pictures()
    main = main_of(_sections(reading, pictures, show), pictures)
    foot = footer(reading.marking, reading.result.provenance, _AGAIN)
    return whole_page(reading.marking, reading.title, main, foot)


def _sections(reading: Reading, pictures: Pictures, show: Steps) -> Iterator[Html]:
    pair = reading.of_headline()
    plans, steps = {str(name) for name in reading.result.plan}, len(reading.steps) > 2
    yield section(
        "The question",
        tag("p", words.question(reading)),
        tag("p", terms.terms(sequence_note(reading.raids)), class_="small"),
    )
    yield section(
        "The answer",
        tag("p", sentence(words.answer(reading)), class_="answer"),
        paragraphs(
            [*words.at_their_best(reading), *words.best_step(reading), *words.how_sure(reading)]
        ),
        _picture(pictures, pair, "worlds", "In how many worlds it helps", "nothing")
        if reading.has_pair
        else (),
        bullets(options(reading)),
    )
    yield section(
        "By threat class",
        paragraphs(by_part.of_classes(reading)),
        _picture(pictures, pair, "leak", "What leaks, class by class", "numbers"),
    )
    if len(plans) > 1:
        yield section(
            "By raid plan",
            paragraphs(by_part.of_plans(reading)),
            _picture(pictures, pair, "plans", "What leaks, plan by plan", "numbers"),
        )
    yield section(
        "Where the gain comes from" if reading.has_pair else "Why threats leak",
        tag(
            "p", sentence(" ".join([*by_part.of_gain(reading), terms.causes(pair)])), class_="small"
        ),
        _picture(pictures, pair, "causes", "Why threats leak", "numbers" if steps else "picture"),
        _picture(pictures, reading, "ladder", "Step by step") if steps else (),
    )
    yield section(
        "What it risks", bullets(map(sentence, risks(reading))), _over_time(pictures, reading)
    )
    yield section(
        "What drives it, and what would change the answer",
        paragraphs(by_part.changes(reading)),
        *_drivers(reading, show),
    )
    yield section(
        "Assumptions and limits",
        bullets(
            [
                *words.LIMITS,
                *set_over(reading.override_notes),
                *(f"Warning: {text.rstrip('.')}." for text in warnings_of(reading)),
            ]
        ),
    )


def _over_time(pictures: Pictures, reading: Reading) -> Html | tuple[()]:
    """What the raid cost over time, where the defence itself may be lost in it: of the headline,
    and of what has a network that is."""
    if not has_times(reading) or not (reading.onsets or losses_of(reading).kinds):
        return ()
    shown = tuple(sorted({*reading.headline, *reading.onsets}))
    return _picture(
        pictures, replace(reading, shown=shown), "losses", "What is lost over time", "nothing"
    )


def _drivers(reading: Reading, show: Steps) -> Iterator[Html]:
    try:
        found = drivers_of_result(reading.result, show)
    except TooFewWorlds as error:  # of a small run: said, and no part of the brief is left out
        yield tag("p", f"What drives it cannot be told: {error}.")
        return
    table = drivers(reading, found)
    if not table.rows:
        yield tag("p", "Nothing that the worlds drew can be told apart by so few worlds.")
        return
    yield grid(table)
    _, one = headline_drivers(reading, found)
    if order := order_shown(one):
        yield tag("p", f"{sentence(order)}.", class_="small")
    if unseen := unseen_shown(one):
        yield tag("p", f"{sentence(unseen)}.", class_="small screen")
    if found.turn is not None:
        yield tag("p", f"{sentence(turn_shown(found.turn))}{why_along(found)}.")
    yield tag("p", f"{terms.INPUTS} {MEANING}", class_="small")


def _picture(
    pictures: Pictures, reading: Reading, name: str, caption: str, paper: OnPaper = "picture"
) -> Html:
    return pictures.of(draw_reading(reading, name), caption, [TABLES[name](reading)], paper)
