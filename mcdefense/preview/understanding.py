"""What a scenario means, on the screen of `check`: as understood, before anything is simulated."""

from __future__ import annotations

from collections.abc import Sequence

from mcdefense.preview.command import architecture_lines
from mcdefense.preview.forecast import (
    COMPILING_S,
    PAIRINGS_PER_CORE_S,
    TRIALS_PER_CORE_S,
    Forecast,
)
from mcdefense.preview.raids import raid_lines
from mcdefense.preview.sources import (
    coin_lines,
    doctrine_lines,
    filled_lines,
    uncertain_lines,
)
from mcdefense.preview.survey import Survey
from mcdefense.report import (
    WIDTH,
    blocks,
    cut,
    duration,
    heading,
    label_width,
    override_lines,
    row,
    short,
    wrapped,
)
from mcdefense.scenario import Battery, Scenario, override_notes


def understanding(
    scenario: Scenario, survey: Survey, expected: Forecast, warnings: Sequence[str]
) -> str:
    """The screen of `check`: at most 80 columns; the first line counts the warnings, which come
    before the tables."""
    sections = [
        _opening(scenario, len(warnings)),
        [line for text in warnings for line in wrapped(text, first="! ")],
        raid_lines(scenario),
        _batteries(scenario, survey),
        architecture_lines(scenario),
        _matrix(survey),
        _reached(survey),
        doctrine_lines(scenario),
        coin_lines(scenario),
        uncertain_lines(scenario),
        filled_lines(scenario),
        _expected(expected),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _opening(scenario: Scenario, warnings: int) -> list[str]:
    counts = [
        (len(scenario.asset), "asset"),
        (len(scenario.sensor), "sensor"),
        (len(scenario.battery), "battery"),
        (len(scenario.raid), "wave"),
        (len(scenario.architecture), "architecture"),
    ]
    plural = {"battery": "batteries"}
    texts = [f"{n} {word if n == 1 else plural.get(word, word + 's')}" for n, word in counts if n]
    tail = f": {warnings or 'no'} warning{'s' * (warnings != 1)}"
    lines = [cut(f"{scenario.marking}  {scenario.title}", WIDTH - len(tail)) + tail]
    lines += wrapped(f"{', '.join(texts)}; no fault found")
    changes = [f"{path} = {text}" for path, text in scenario.overrides]
    return lines + override_lines(changes, override_notes(scenario))


def _looked_at(survey: Survey) -> str:
    numbers = ", ".join(map(str, survey.worlds[:6])) + ", ..." * (len(survey.worlds) > 6)
    return f"mean of world{'s' * (len(survey.worlds) > 1)} {numbers}"


def _batteries(scenario: Scenario, survey: Survey) -> list[str]:
    first = label_width([*scenario.battery, "BATTERIES"])
    columns = (10, 12)
    head = row("BATTERIES", ("channels", "reaction, s"), first, columns)
    lines = [f"{head}   rounds; own sensors"]
    for name in survey.names.battery:
        battery = scenario.battery[name]
        held = [f"{n} {i}{_filled_up(battery, i)}" for i, n in battery.magazine.items()]
        rounds = ", ".join(held) or "no rounds"
        own = ", ".join(battery.sensors) or "no sensor of its own"
        channels = "any" if battery.channels is None else str(battery.channels)
        opening = row(name, (channels, f"{battery.reaction_s:g}"), first, columns)
        text = f"{opening}   {rounds}; {own}"
        indent = " " * (first + 25)
        lines += [text] if len(text) <= WIDTH else _hanging(opening, f"{rounds}; {own}", indent)
    return lines


def _filled_up(battery: Battery, interceptor: str) -> str:
    """How a magazine is filled up, behind its rounds; "" if it is not."""
    reload = battery.reload.get(interceptor)
    if reload is None:
        return ""
    when = f"every {reload.every_s:g} s"
    if reload.at_s is not None:
        when = f"{len(reload.at_s)} time{'s' * (len(reload.at_s) != 1)}"
    store = "without end" if reload.stock is None else f"of {reload.stock:,}"
    return f" (+{reload.rounds} {when}, store {store})"


def _hanging(opening: str, text: str, indent: str) -> list[str]:
    lines = wrapped(text, indent=indent, first=indent)
    return [opening + lines[0][len(opening) :], *lines[1:]]


def _matrix(survey: Survey) -> list[str]:
    """Opportunities by class and interceptor; a range where architectures differ."""
    names, counts = survey.names, survey.opportunities.sum(axis=2) / len(survey.worlds)
    least, most = counts.min(axis=0), counts.max(axis=0)
    first = label_width(names.threat_class)
    width = max([12, *(len(name) + 1 for name in names.interceptor)])
    title = f"OPPORTUNITIES a raid ({_looked_at(survey)}"
    differ = "; a range where architectures differ" * bool((least != most).any())
    lines = wrapped(f"{title}{differ})")
    for block in blocks(len(names.interceptor), first, width):
        columns = [width] * len(block)
        lines += heading("", [names.interceptor[i] for i in block], first, columns)
        for c, name in enumerate(names.threat_class):
            cells = [_between(least[c, i], most[c, i]) for i in block]
            lines.append(row(name, cells, first, columns))
    return lines


def _between(least: float, most: float) -> str:
    if not most:
        return "."
    return short(most) if least == most else f"{short(least)}..{short(most)}"


def _reached(survey: Survey) -> list[str]:
    """Share of the objects that have an opportunity; what nobody can engage stands out."""
    names, reached = survey.names, survey.reached
    first = label_width(names.threat_class)
    same = (reached == reached[0]).all()
    heads = ["everywhere"] if same else list(names.architecture)
    width = min(max(12, *(len(head) + 1 for head in heads)), 20)
    lines = wrapped(
        f"REACHED: objects a raid, and % of them with an opportunity ({_looked_at(survey)})"
    )
    for block in blocks(len(heads), first + 9, width):
        columns = [9, *[width] * len(block)]
        lines += heading("", ["objects", *(heads[a] for a in block)], first, columns)
        for c, name in enumerate(names.threat_class):
            number = int(survey.objects[c])
            cells = [short(number / len(survey.worlds))]
            for a in block:
                share = short(100 * reached[a, c] / number) if number else "-"
                cells.append("NOBODY" if number and not reached[a, c] else share)
            lines.append(row(name, cells, first, columns))
    return lines


def _expected(expected: Forecast) -> list[str]:
    memory = expected.memory_bytes / 2**30
    cores = f"{expected.cores} core{'s' * (expected.cores != 1)}"
    text = (
        f"A RUN of {expected.worlds:,} worlds x {expected.trials_per_world:,} trials: some "
        f"{duration(expected.total_s)} on {cores} and {memory:.1f} GB of memory"
    )
    parts = (
        f"{_many(expected.pairings)} pairings at {PAIRINGS_PER_CORE_S / 1e6:.0f} million a second "
        f"and core, {TRIALS_PER_CORE_S / 1e3:.0f} thousand trials at most: "
        f"{duration(expected.judging_s)} (rates measured elsewhere)",
        f"building worlds: {duration(expected.building_s)} of one core (measured here, now)",
        f"compiling: some {duration(COMPILING_S)}, once a kind of scenario",
        f"of Slurm, ask for --time={expected.time_limit} --mem={expected.memory_limit} "
        f"--cpus-per-task={expected.cores}, or let mcdefense slurm cut it into shards",
    )
    return [*wrapped(text), *(line for part in parts for line in wrapped(part, "    ", "  "))]


def _many(number: float) -> str:
    for size, word in ((1e12, "million million"), (1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{short(number / size)} {word}"
    return f"{number:,.0f}"
