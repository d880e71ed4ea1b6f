"""What a brief says of the risks of joining: the network, what is hit, rounds, and what else the
scenario compares."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mcdefense.report.numbers import short, with_interval
from mcdefense.report.reading import Reading, leakers_by_cause
from mcdefense.statistics import OUTCOMES


def risks(reading: Reading) -> Iterator[str]:
    """What joining may cost, a sentence each: first what is beyond the margin."""
    beside = list(_beside(reading))
    yield from (text for text, matters in beside if matters)
    yield from _network(reading)
    yield from _losses(reading)
    yield from _rounds(reading)
    yield from (text for text, matters in beside if not matters)


def _network(reading: Reading) -> Iterator[str]:
    a, b = reading.baseline, reading.compare
    labels, lost = reading.labels, reading.result.tally["network_lost"].sum(axis=0)
    for i in reading.headline:
        if lost[i]:
            share = 100 * float(lost[i]) / reading.trials
            leakers = with_interval(
                reading.estimate("expected_leakers_network_lost", i), join=" to "
            )
            up = with_interval(reading.estimate("expected_leakers_network_up", i), join=" to ")
            yield (
                f"The network of {labels[i]} is lost in {short(share)} % of the trials. Without it "
                f"{leakers} threats a raid leak, and with it {up}. The answer above holds both."
            )
    if not reading.has_pair:
        return
    if not lost[b]:
        yield f"The network of {labels[b]} never failed in any trial: that it may is not in here."
    pays = reading.break_even(a, b)
    if pays is not None and pays.value == 1:
        yield f"{labels[b]} does not pay at any availability of its network."
    elif pays is not None and pays.value > 0:
        here = reading.network_up(b)
        unsure = ", so that whether it pays is not sure" if pays.low <= here <= pays.high else ""
        share_up = with_interval(pays, scale=100, join=" to ")
        yield (
            f"{labels[b]} pays if its network is up in {share_up} % of the raids or more; in this "
            f"run it is up in {short(100 * here)} %{unsure}. If it "
            f"is up less often, {labels[a]} lets fewer through{_less_than_margin(reading)}."
        )


def _less_than_margin(reading: Reading) -> str:
    """Whether even a network that is never up would cost less than what matters."""
    names = reading.result.tally.axes.architecture
    known = json.loads(str(reading.result.provenance.get("fallbacks") or "{}"))
    fallback = known.get(names[reading.compare])
    if fallback not in names:
        return ""
    a, instead = reading.baseline, names.index(fallback)
    more = reading.difference("difference_expected_leakers", a, instead).high if a != instead else 0
    return ", though by less than the margin" if more < reading.margin else ""


def _losses(reading: Reading) -> Iterator[str]:
    """Batteries and sensors that leakers hit, and what leaked for it (rule 39, `losses`)."""
    axes, damaged = reading.result.tally.axes, reading.result.tally["asset_damaged"].sum(axis=0)
    named = [
        name
        for name, hits in zip(axes.asset, damaged, strict=True)
        if name.startswith(("battery.", "sensor.")) and hits
    ]
    leaked = leakers_by_cause(reading)[:, OUTCOMES.index("lost")]
    if not named or not leaked.any():
        return
    under = ", and ".join(
        f"{short(float(leaked[i]))} threats a raid under {reading.labels[i]}"
        for i in reading.headline
    )
    yield (
        f"Leakers hit batteries and sensors: {len(named)} of these are hit in some trials. Because "
        f"what could have stopped them had been hit before, {under} leak."
    )


def _rounds(reading: Reading) -> Iterator[str]:
    if not reading.has_pair:
        return
    a, b = reading.baseline, reading.compare
    rounds = [
        with_interval(reading.estimate("expected_rounds_cost", i), join=" to ") for i in (a, b)
    ]
    if not any(text == "-" for text in rounds):
        yield (
            f"Rounds fired cost {rounds[1]} a raid, against {rounds[0]} under {reading.labels[a]}, "
            "in the units in which the scenario gives the cost of a round."
        )


def _beside(reading: Reading) -> Iterator[tuple[str, bool]]:
    """What the scenario compares beside the headline and its ladder, such as a network cut, and
    whether it lets more through than the baseline by more than the margin."""
    a = reading.baseline
    for i, label in enumerate(reading.labels):
        if i in reading.headline or i in reading.ladder or len(reading.ladder) < 2:
            continue
        change = reading.difference("difference_expected_leakers", a, i)
        if change.low <= 0 <= change.high:
            yield f"'{label}' shows no clear difference to {reading.labels[a]}.", False
            continue
        fewer = change.value < 0
        size = change.turned if fewer else change
        matters = not fewer and bool(reading.margin) and size.low > reading.margin
        yield (
            f"'{label}', which is not in the answer above, lets "
            f"{with_interval(size, join=' to ')} {'fewer' if fewer else 'more'} threats through "
            f"than {reading.labels[a]}{': more than the margin' if matters else ''}.",
            matters,
        )
