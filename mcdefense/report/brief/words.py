"""The sentences of a brief: the question, the answer with its interval and margin, the risks."""

from __future__ import annotations

import math
from collections.abc import Iterator

from mcdefense.report.numbers import percent, short, with_interval
from mcdefense.report.plans import change_of
from mcdefense.report.reading import Interval, Reading, leakers_by_cause, live_a_raid
from mcdefense.statistics import OUTCOMES, by_plan

LIMITS = (
    "Every figure is notional: it serves to compare ways to command the same defence, and predicts "
    "no real raid.",
    "The model is an aggregate: no guidance, no seekers, no manoeuvre, no detailed jamming. Kill "
    "probabilities are inputs.",
    "The raids are given or drawn, and never the worst that could be thought of.",
    "Intervals hold sampling error alone: what more trials and more worlds would still change. "
    "The error of the inputs is in the spread of the worlds as far as the scenario draws them, "
    "and else in no interval.",
)


def question(reading: Reading) -> str:
    """What was asked, as far as a result knows it."""
    against = f"a raid of {short(live_a_raid(reading))} live threats on average"
    labels = reading.labels
    if not reading.has_pair:
        return f"How many of {against} does {labels[reading.baseline]} let through?"
    return (
        f"Does {labels[reading.compare]} let fewer threats through than "
        f"{labels[reading.baseline]}, with the same defence against {against}?"
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
    size = Interval(*(-change[i] for i in (0, 2, 1))) if fewer else change
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
        "Brackets hold the 95 % interval, within which the true value lies in 95 of 100 such runs. "
        f"It rests upon {reading.sample}."
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
    yield f"{reading.labels[b]} {', '.join(words)}."
    low, high = reading.difference_band(a, b)
    if not math.isnan(low):
        yield (
            f"From world to world the difference varies: nine of ten worlds lie between "
            f"{short(low)} and {short(high)} leakers a raid, where below zero is fewer."
        )


def _share(share: Interval) -> str:
    return percent(share, join=" to ").replace(" (", " % (")


def risks(reading: Reading) -> Iterator[str]:
    """What joining may cost: the network, rounds, worlds and classes in which it hurts."""
    a, b = reading.baseline, reading.compare
    labels, tally = reading.labels, reading.result.tally
    lost = tally["network_lost"].sum(axis=0)
    for i in reading.headline:
        if lost[i]:
            share = 100 * float(lost[i]) / reading.trials
            leakers = with_interval(
                reading.estimate("expected_leakers_network_lost", i), join=" to "
            )
            up = with_interval(reading.estimate("expected_leakers_network_up", i), join=" to ")
            yield (
                f"{labels[i]} loses its network, the links by which it is joined, in "
                f"{short(share)} % of the trials, and then lets {leakers} threats through a raid, "
                f"and {up} in the others. The answer above holds both."
            )
    yield from _losses(reading)
    if not reading.has_pair:
        return
    if not lost[b]:
        yield f"The network of {labels[b]} never failed in any trial: that it may is not in here."
    pays = reading.break_even(a, b)
    if pays is not None and pays.value == 1:
        yield f"{labels[b]} pays at no availability of its network."
    elif pays is not None and pays.value > 0:
        value = with_interval(pays, join=" to ")
        here = reading.network_up(b)
        unsure = ", so that whether it pays is not sure" if pays.low <= here <= pays.high else ""
        yield (
            f"{labels[b]} pays from a network availability of {value} on: with a network that is "
            f"there less often, {labels[a]} lets fewer through. In this run it is there in a share "
            f"of {short(here)} of the trials{unsure}."
        )
    worse = [
        c
        for c in reading.live_classes
        if reading.difference("difference_leak_probability", a, b, c).low > 0
    ]
    if worse:
        named = ", ".join(reading.classes[c].replace("_", " ") for c in worse)
        yield f"More of these classes leak than under {labels[a]}: {named}."
    rounds = [
        with_interval(reading.estimate("expected_rounds_cost", i), join=" to ") for i in (a, b)
    ]
    if not any(text == "-" for text in rounds):
        yield (
            f"Rounds fired cost {rounds[1]} a raid, against {rounds[0]} under {labels[a]}, in the "
            "units in which the scenario gives the cost of a round."
        )
    yield from _beside(reading)


def _losses(reading: Reading) -> Iterator[str]:
    """Batteries and sensors that leakers hit, and what leaked for it (rule 39, `losses`)."""
    named = [
        name
        for name, hits in zip(
            reading.result.tally.axes.asset,
            reading.result.tally["asset_damaged"].sum(axis=0),
            strict=True,
        )
        if name.startswith(("battery.", "sensor.")) and hits
    ]
    leaked = leakers_by_cause(reading)[:, OUTCOMES.index("lost")]
    if not named or not leaked.any():
        return
    for i in reading.headline:
        yield (
            f"{reading.labels[i]} lets {short(float(leaked[i]))} threats through a raid because a "
            "battery or a sensor that could have stopped them had been hit before. The raid flies "
            f"at {len(named)} of them."
        )


def _beside(reading: Reading) -> Iterator[str]:
    """What the scenario compares beside the headline and its ladder, such as a network cut."""
    a = reading.baseline
    for i, label in enumerate(reading.labels):
        if i in reading.headline or i in reading.ladder or len(reading.ladder) < 2:
            continue
        change = reading.difference("difference_expected_leakers", a, i)
        if change.low <= 0 <= change.high:
            yield f"Beside the steps, '{label}' shows no clear difference to {reading.labels[a]}."
            continue
        fewer = change.value < 0
        size = Interval(*(-change[k] for k in (0, 2, 1))) if fewer else change
        yield (
            f"Beside the steps, '{label}' lets {with_interval(size, join=' to ')} "
            f"{'fewer' if fewer else 'more'} threats through a raid than {reading.labels[a]}."
        )


def changes(reading: Reading) -> Iterator[str]:
    """Plans in which the answer is another one, by the intervals of their own worlds."""
    if not reading.has_pair:
        return
    a, b = reading.baseline, reading.compare
    whole = reading.difference("difference_expected_leakers", a, b)
    found = [(plan.name, change_of(reading, plan, a, b)) for plan in by_plan(reading.result)]
    seen = [(name, change) for name, change in found if change is not None]
    sign = 1 if whole.value > 0 else -1
    other = [
        name.replace("_", " ")
        for name, change in seen
        if max(sign * change.low, sign * change.high) < 0
    ]
    unclear = [name.replace("_", " ") for name, change in seen if change.low <= 0 <= change.high]
    if len(seen) < 2:
        return
    if other:
        yield f"These raid plans say the opposite, by their own worlds: {', '.join(other)}."
    if unclear:
        yield f"These raid plans alone show no clear difference: {', '.join(unclear)}."
    if not other and not unclear:
        yield "Every raid plan says the same, by its own worlds."
