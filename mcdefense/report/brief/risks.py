"""What a brief says of the risks of joining: the network, what is hit, rounds, and what else the
scenario compares."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mcdefense.errors import InputError
from mcdefense.report.as_run import scenario_of
from mcdefense.report.brief.options import failing_links
from mcdefense.report.lost import post_lost
from mcdefense.report.numbers import percent, short, with_interval
from mcdefense.report.reading import Reading, leakers_by_cause
from mcdefense.scenario import ResolvedArchitecture, resolve_architecture
from mcdefense.statistics import OUTCOMES


def risks(reading: Reading) -> Iterator[str]:
    """What joining may cost, a sentence each: first what is beyond the margin."""
    beside = list(_beside(reading))
    yield from (text for text, matters in beside if matters)
    yield from _network(reading)
    yield from _posts(reading)
    yield from _links(reading)
    yield from _pays(reading)
    yield from _losses(reading)
    yield from _rounds(reading)
    yield from (text for text, matters in beside if not matters)


def _network(reading: Reading) -> Iterator[str]:
    """What leaks without the network, by its availability alone (rule 35, `break_even`)."""
    labels, lost = reading.labels, reading.result.tally["network_lost"].sum(axis=0)
    for i in (i for i in reading.headline if lost[i]):
        share = short(100 * float(lost[i]) / reading.trials)
        without, up = (
            with_interval(reading.estimate(f"expected_leakers_network_{state}", i), join=" to ")
            for state in ("lost", "up")
        )
        post = reading.posts.get(i, {}).get("network")
        if post is None:
            yield (
                f"The network of {labels[i]} is lost in {share} % of the trials. Without it "
                f"{without} threats a raid leak, and with it {up}. The answer above holds both."
            )
        else:
            yield (
                f"By its availability alone the network of {labels[i]} is lost in {share} % of the "
                f"trials. In these {without} threats a raid leak, and in the others, in which it "
                f"may be lost with {post}, {up}. The answer above holds both."
            )


def _posts(reading: Reading) -> Iterator[str]:
    """What is lost with the posts from which it is led, and how often (rule 43, `post`)."""
    some = False
    for i in reading.headline:
        for what, post in reading.posts.get(i, {}).items():
            lost, network = post_lost(reading, i, post), what == "network"
            named = "The network" if network else what.replace("cell", "Cell", 1)
            of = f"{named} of {reading.labels[i]}"
            if not lost.value:
                yield (
                    f"{of} is led from {post}, which no trial lost: that it may be is not in here."
                )
                continue
            some = True
            ends = "ends with it, so that each of its batteries fights by itself"
            yield (
                f"{of} is led from {post}, and {'is lost with it' if network else ends}: {post} is "
                f"lost in {percent(lost, join=' to ')} % of the trials."
            )
    if some:
        yield (
            "How many threats leak because a post is lost is not counted apart: the answer above "
            "holds them, and an architecture that differs in losses = false alone leaves them out."
        )


def _links(reading: Reading) -> Iterator[str]:
    """Links that fail, what is up in every trial, and so is not seen to fail."""
    architectures = _resolved(reading)
    for i in reading.headline:
        if architectures is not None and (some := failing_links(architectures[i])):
            yield (
                f"Links of {reading.labels[i]} fail: {some}. What leaks while they are down is in "
                "the answer above."
            )
    b = reading.compare
    lost = reading.result.tally["network_lost"][:, b].any()
    if lost or b in reading.posts or not reading.has_pair:
        return
    label = reading.labels[b]
    one = None if architectures is None else architectures[b]
    if one is None or _has_network(one):
        yield f"The network of {label} never failed in any trial: that it may is not in here."
    elif not failing_links(one) and any(cell.spoke is not None for cell in one.cells):
        yield f"The links of {label} never failed in any trial: that they may is not in here."


def _resolved(reading: Reading) -> list[ResolvedArchitecture] | None:
    """The architectures as they were run; None where the result does not tell them."""
    try:
        scenario = scenario_of(reading)
    except InputError:  # the brief says why, where it describes them
        return None
    if scenario is None:
        return None
    return [resolve_architecture(scenario, n) for n in reading.result.tally.axes.architecture]


def _has_network(one: ResolvedArchitecture) -> bool:
    """Whether it joins batteries, or has a network that is lost as a whole."""
    joins = one.scenario.architecture[one.name].join is not None
    return joins or one.network is not None or any(len(cell.batteries) > 1 for cell in one.cells)


def _pays(reading: Reading) -> Iterator[str]:
    """From which availability of its network on compare pays."""
    if not reading.has_pair:
        return
    labels, a, b = reading.labels, reading.baseline, reading.compare
    pays = reading.break_even(a, b)
    if pays is not None and pays.value == 1:
        yield f"{labels[b]} does not pay at any availability of its network."
    elif pays is not None and pays.value > 0:
        here = reading.network_up(b)
        unsure = ", so that whether it pays is not sure" if pays.low <= here <= pays.high else ""
        share_up = with_interval(pays, scale=100, join=" to ")
        post = reading.posts.get(b, {}).get("network")
        aside = "" if post is None else f", its loss with {post} aside"
        yield (
            f"{labels[b]} pays if its network is up in {share_up} % of the raids or more; in this "
            f"run it is up in {short(100 * here)} %{aside}{unsure}. If it "
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
