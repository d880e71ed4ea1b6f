"""The sentences of a brief: the question, and the answer with its interval and margin."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from mcdefense.report.narrowing import few_worlds
from mcdefense.report.numbers import percent, short, with_interval
from mcdefense.report.own_best import best_against_best
from mcdefense.report.reading import Interval, Reading, live_a_raid

LIMITS = (
    "Every figure is notional: it serves to compare ways to command the same defence, and predicts "
    "no real raid.",
    "The model is an aggregate: no guidance, no seekers, no manoeuvre, no detailed jamming. Kill "
    "probabilities are inputs.",
    "The raids are given or drawn, and never the worst that could be thought of.",
    "Intervals hold sampling error alone: what more trials and more worlds would still change. "
    "How wrong an input may be is in the spread of the worlds where the scenario draws that input, "
    "and nowhere where it does not.",
)


_PATHS = (
    (
        r"battery\.(\w+)\.magazine\.(\w+)",
        "the number of rounds of {1} in the magazine of battery {0}",
    ),
    (
        r"battery\.(\w+)\.reserve\.(\w+)\.(\w+)",
        "the reserve of {1} that battery {0} keeps from {2}",
    ),
    (r"battery\.(\w+)\.(\w+)", "{1} of battery {0}"),
    (r"architecture\.(\w+)\.network\.(\w+)", "the {1} of the network of {0}"),
    (r"architecture\.(\w+)\.(\w+)", "{1} of the architecture {0}"),
    (r"raid\.scale", "the size of the raid, against that of the scenario,"),
    (r"raid\.(\w+)\.(\w+)", "{1} of the wave {0}"),
    (r"interceptor\.(\w+)\.against\.(\w+)\.sspk", "the kill probability of a {0} against {1}"),
)
"""Paths of a scenario, and how they are said."""


def in_words(path: str) -> str:
    """What a path of the scenario is, where that can be said; else the path."""
    for pattern, said in _PATHS:
        if match := re.fullmatch(pattern, path):
            return said.format(*(name.replace("_", " ") for name in match.groups()))
    return path


def against(reading: Reading) -> str:
    """The raid, or the sequence of raids, with the live threats of it."""
    live = f"{short(live_a_raid(reading))} live threats on average"
    if reading.raids > 1:
        return f"a sequence of {reading.raids:,} raids, together {live}"
    return f"a raid of {live}"


def defence(reading: Reading) -> str:
    """How many batteries stand against what, in a sentence."""
    number = len(reading.result.tally.axes.battery)
    return (
        f"{number} {'battery stands' if number == 1 else 'batteries stand'} against "
        f"{against(reading)}, at the base."
    )


def question(reading: Reading) -> str:
    """What was asked, as far as a result knows it."""
    number = len(reading.result.tally.axes.battery)
    labels = reading.labels
    same = f"the same defence of {number} {'battery' if number == 1 else 'batteries'}"
    if not reading.has_pair:
        many = "How many threats of" if reading.raids > 1 else "How many of"
        return f"{many} {against(reading)} does {labels[reading.baseline]} let through?"
    return (
        f"Does the architecture '{labels[reading.compare]}' let fewer threats through than "
        f"'{labels[reading.baseline]}', with {same} against {against(reading)}?"
    )


def answer(reading: Reading) -> str:
    """The answer in one sentence, with its 95 % interval."""
    labels, a, b = reading.labels, reading.baseline, reading.compare
    leakers = [with_interval(reading.estimate("expected_leakers", i), join=" to ") for i in (a, b)]
    if not reading.has_pair:
        return f"{labels[a]} lets {leakers[0]} threats through a raid."
    change = reading.difference("difference_expected_leakers", a, b)
    if math.isnan(change.value):
        return "The result holds no trials, so there is no answer."
    means = reading.result["expected_leakers"]
    values = f"{short(float(means[b]))} instead of {short(float(means[a]))}"
    if change.low <= 0 <= change.high:
        number = with_interval(change, join=" to ")
        return (
            f"{labels[b]} shows no clear difference to {labels[a]}: {number} leakers a raid, where "
            f"below zero is fewer ({values})."
        )
    fewer = change.value < 0
    size = change.turned if fewer else change
    word = "fewer" if fewer else "more"
    if reading.margin and size.high < reading.margin:
        return (
            f"It makes no difference that matters: {labels[b]} lets "
            f"{with_interval(size, join=' to ')} {word} threats through a raid than {labels[a]}, "
            f"{values}, and the margin of what matters is {short(reading.margin)}."
        )
    return (
        f"{labels[b]} lets {with_interval(size, join=' to ')} {word} threats through a raid than "
        f"{labels[a]}: {values}{_against_margin(size, reading.margin)}."
    )


def _against_margin(size: Interval, margin: float) -> str:
    """Whether a difference is more than what matters, by the whole of its interval."""
    if not margin:
        return ""
    that = f"the margin of {short(margin)} that matters"
    if size.low > margin:
        return f", which is more than {that}"
    return f", which may be more or less than {that}"


def how_sure(reading: Reading) -> Iterator[str]:
    """What stands behind the answer: the sample, the interval, the worlds and the margin."""
    yield (
        "Brackets hold the 95 % interval: in 95 of 100 such runs the model's own value lies "
        "within. That the inputs may be wrong is in none of them. All numbers rest upon "
        f"{reading.sample}. {few_worlds(reading)}".rstrip()
    )
    if not reading.has_pair:
        return
    a, b = reading.baseline, reading.compare
    shares = reading.worlds_by_verdict(a, b)
    margin = (
        f" by more than the margin of {short(reading.margin)} leakers a raid"
        if reading.margin
        else ""
    )
    words = [f"helps in {_share(shares['helps'])} of the worlds{margin}"]
    words.append(f"hurts in {_share(shares['hurts'])}")
    if reading.margin:
        words.append(f"makes less difference than that in {_share(shares['same'])}")
    words.append(f"and is unclear in {_share(shares['unclear'])}")
    said = " The scenario sets the margin: a smaller difference is to change no decision."
    yield f"World by world, {reading.labels[b]} {', '.join(words)}.{said if margin else ''}"
    low, high = reading.difference_band(a, b)
    if not math.isnan(low):
        yield (
            f"From world to world the difference varies: nine of ten worlds lie between "
            f"{short(low)} and {short(high)} leakers a raid, where below zero is fewer."
        )


def _share(share: Interval) -> str:
    return percent(share, join=" to ").replace(" (", " % (")


def at_their_best(reading: Reading) -> Iterator[str]:
    """What changes with each architecture at the best of its variants, if any names some."""
    if best := best_against_best(reading):
        yield (
            f"A joined defence may win by a better doctrine alone. With {best}. Half of the worlds "
            "choose the best, the other half judges it."
        )


def best_step(reading: Reading) -> Iterator[str]:
    """Where a step between baseline and compare lets fewer through than compare does."""
    between = [a for a in reading.steps if a not in reading.headline]
    if not between:
        return
    leakers, b = reading.result["expected_leakers"], reading.compare
    best = min(between, key=lambda a: float(leakers[a]))
    change = reading.difference("difference_expected_leakers", best, b)
    if not change.low > 0:
        return
    yield (
        f"On the way from one to the other, '{reading.labels[best]}' lets fewer through than "
        f"{reading.labels[b]}: {short(float(leakers[best]))} a raid, so that the rest of the way "
        f"adds {with_interval(change, join=' to ')}."
    )
