"""What each architecture of a brief is, in a sentence: who commands what, and who tells whom."""

from __future__ import annotations

from collections.abc import Iterator

from mcdefense.errors import InputError
from mcdefense.report.as_run import scenario_of
from mcdefense.report.reading import Reading
from mcdefense.scenario import (
    ResolvedArchitecture,
    Scenario,
    late_text,
    named_paths,
    resolve_architecture,
    with_least_and_greatest_latency,
)

_TELL = {
    "none": "which tell each other nothing",
    "warning": "which warn each other of what they see",
    "launch": "which warn each other, and launch at what another one sees",
    "engage": "which warn each other, and have rounds guided by what another one sees",
}
"""What fire controls with a link tell each other, by what they share."""


_Told = dict[tuple[object, ...], tuple[str, tuple[float, float]]]
"""By the commands of an architecture, which first had them and how late its pictures are."""


def options(reading: Reading) -> Iterator[str]:
    """A sentence each: first those of the headline, then the others."""
    try:
        scenario = scenario_of(reading)
    except InputError as error:  # such as a key that another version knew: said
        yield f"What each architecture is cannot be told here: {str(error).splitlines()[0]}."
        return
    if scenario is None:
        return
    names = reading.result.tally.axes.architecture
    order = [*reading.headline, *(a for a in range(len(names)) if a not in reading.headline)]
    told: _Told = {}
    for a in order:
        one = resolve_architecture(scenario, names[a])
        yield f"{reading.labels[a]}: {_described(reading, scenario, one, told)}."


def failing_links(one: ResolvedArchitecture) -> str:
    """The links that fail and how often each is up, in words; "" if none does."""
    drawn = {path for paths in named_paths(one.scenario).values() for path in paths}
    texts = []
    for cell in one.cells:
        if cell.spoke is None or cell.spoke.share == "none":
            continue
        if f"architecture.{one.name}.links.{cell.name}.availability" in drawn:
            texts.append(f"that of {cell.name} in a share of the trials that each world draws")
        elif cell.spoke.availability < 1:
            up = 100 * cell.spoke.availability
            texts.append(f"that of {cell.name} is up in {up:g} % of the trials")
    return "; ".join(texts)


def _described(
    reading: Reading,
    scenario: Scenario,
    one: ResolvedArchitecture,
    told: _Told,
) -> str:
    """Its fire controls and links, or of which it has the same; its network; what else differs."""
    label = reading.labels[reading.result.tally.axes.architecture.index(one.name)]
    commands = tuple((cell.batteries, cell.share, cell.latency_s, cell.spoke) for cell in one.cells)
    late_s = _late_s(one)
    same, known_s = told.setdefault(commands, (label, late_s))
    parts = [f"as {same}" if same != label else _commands(one, late_s)]
    if late_s != known_s:
        parts[0] += f", but with a picture {late_text(*late_s) or 'that is not late'}"
    if same == label and (failing := failing_links(one)):
        parts.append(f"its links fail: {failing}")
    parts += [*_network(reading, one), *_posts(one)]
    entry = scenario.architecture[one.name]
    if scenario.engagement.losses and not one.losses:
        led = one.network is not None and one.network.post is not None
        led = led or any(cell.post is not None for cell in one.cells)
        posts = ", sensor or post" if led else " or sensor"
        parts.append(f"no battery{posts} that is hit is lost")
    if entry.set:
        parts.append(f"with other values of {', '.join(entry.set)}")
    return "; ".join(parts)


def _late_s(one: ResolvedArchitecture) -> tuple[float, float]:
    """How late [s] the pictures that several batteries share are at least, and at most, in the
    worlds that are drawn."""
    both = with_least_and_greatest_latency(one)
    least, greatest = ([c.latency_s for c in end.cells if len(c.batteries) > 1] for end in both)
    return min(least, default=0.0), max(greatest, default=0.0)


def _commands(one: ResolvedArchitecture, late_s: tuple[float, float]) -> str:
    several = [cell for cell in one.cells if len(cell.batteries) > 1]
    alone = sum(len(cell.batteries) == 1 for cell in one.cells)
    single = "1 battery under its own" if alone == 1 else f"{alone} batteries, each under its own"
    if not several:
        said = f"{single} fire control"
    elif len(several) == 1:
        said = f"one fire control over {len(several[0].batteries)} batteries"
    else:
        *most, last = (str(len(cell.batteries)) for cell in several)
        said = f"{len(several)} fire controls, over {', '.join(most)} and {last} batteries"
    if several and alone:
        said += f", and {single}"
    if late_s[1]:
        said += f", with a picture up to {late_text(late_s[1], late_s[1])}"
    if len(several) + alone < 2:
        beside = sum(not cell.batteries and cell.spoke is not None for cell in one.cells)
        linked = f", linked with {beside} cell{'s' * (beside != 1)} of sensors" if beside else ""
        return said + linked
    shares = {cell.spoke.share if cell.spoke is not None else "none" for cell in one.cells}
    return f"{said}, {_TELL[shares.pop()] if len(shares) == 1 else 'some of which are linked'}"


def _network(reading: Reading, one: ResolvedArchitecture) -> Iterator[str]:
    network, names = one.network, reading.result.tally.axes.architecture
    if network is None:
        return
    then = "nobody fires"
    if one.fallback is not None:
        then = f"'{reading.labels[names.index(one.fallback)]}' takes over"
    up, post = 100 * network.availability, one.network_post
    silent = f", nobody fires for {network.dead_time_s:g} s," if network.dead_time_s else ""
    led = f"lost with {post}, from which it is led,"
    left = " with the rounds that are left" if one.fallback is not None else ""
    if network.onset_s is None and post is None:
        yield f"its network is up in {up:g} % of the trials, and else {then}"
    elif network.onset_s is None and up == 100:
        yield f"its network is {led} once that is hit{silent} and then {then}{left}"
    elif network.onset_s is None:
        yield (
            f"its network is down from the start in {100 - up:g} % of the trials, and else {led} "
            f"once that is hit{silent} and then {then}{left}"
        )
    else:
        onset = network.onset_s
        begin, end = onset if isinstance(onset, tuple) else (onset, onset)
        minutes = " to ".join(f"{time / 60:g}" for time in dict.fromkeys((begin, end)))
        sooner = "" if post is None else f", or {led} if that is hit before"
        yield (
            f"its network is lost in {100 - up:g} % of the trials, {minutes} min after the raid "
            f"begins{sooner}{silent} and then {then} with the rounds that are left"
        )


def _posts(one: ResolvedArchitecture) -> Iterator[str]:
    """From where its cells are led, if that can be lost."""
    if not one.losses:
        return
    for cell in one.cells:
        if cell.post is not None:
            yield (
                f"cell {cell.name} is led from {cell.post}, and once that is hit each of its "
                "batteries fights by itself"
            )
