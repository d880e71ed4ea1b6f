"""The answer on one screen of 80 columns of plain text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from mcdefense.report.fates import gain_and_cost
from mcdefense.report.lines import (
    WIDTH,
    blocks,
    cut,
    heading,
    label_width,
    override_lines,
    row,
    wrapped,
)
from mcdefense.report.numbers import (
    UNKNOWN,
    decimals_for,
    fixed,
    percent,
    short,
    with_interval,
    with_margin,
)
from mcdefense.report.reading import Interval, Reading, read_result
from mcdefense.report.rounds import rounds
from mcdefense.report.scarce import scarce_rounds
from mcdefense.report.tables import TABLES
from mcdefense.statistics import OUTCOMES, Result

FEW_TRIALS = 1000
FEW_WORLDS = 5
_MOST_OTHER_LINES = 12
_MOST_NETWORKS = 6
_LEVELS = (0, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000)


def screen(result: Result, by: str | None = None) -> str:
    """The screen of a result, or one table of all architectures.

    `by` is one of "asset", "class", "battery", "cause", "fate", "rounds". Every line has at most
    80 columns, and the first carries the marking. Raises ValueError for another `by`. See `Reading`
    for the keys of the provenance that are used.
    """
    reading = read_result(result)
    if by is not None and by not in TABLES:
        raise ValueError(f"by: got {by!r}, expected one of {', '.join(TABLES)}")
    if by is not None:
        sections = [_opening(reading), TABLES[by](reading)]
    else:
        sections = [
            _opening(reading),
            _headline(reading),
            _by_class(reading),
            _ladder(reading),
            _at_most(reading),
            _network(reading),
            rounds(reading),
            _causes(reading),
            _sampling(reading),
            _warnings(reading),
        ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _opening(reading: Reading) -> list[str]:
    seed = reading.result.provenance.get("seed")
    text = reading.sample + (f", seed {seed}" if seed is not None else "")
    return [
        cut(f"{reading.marking}  {reading.title}", WIDTH),
        f"{text}; brackets hold 95 % intervals",
        *override_lines(reading.overrides, reading.override_notes),
    ]


def _headline(reading: Reading) -> list[str]:
    labels, a, b = reading.labels, reading.baseline, reading.compare
    if not reading.has_pair:
        alone = with_interval(reading.estimate("expected_leakers", a), join=" to ")
        return wrapped(f"{labels[a]}: {alone} leakers a raid") + _world_band(reading, a)
    difference = reading.difference("difference_expected_leakers", a, b)
    fewer = not difference.value > 0
    size = Interval(*(-difference[i] for i in (0, 2, 1))) if fewer else difference
    number = with_interval(size, join=" to ")
    lines = wrapped(
        f"{labels[b]} against {labels[a]}: {number} {'fewer' if fewer else 'more'} leakers a raid"
        + (" - no clear difference" if difference.low <= 0 <= difference.high else "")
    )
    leakers = [with_interval(reading.estimate("expected_leakers", i)) for i in (a, b)]
    lines += wrapped(f"leakers a raid: {leakers[0]} -> {leakers[1]}", first="  ")
    low, high = reading.difference_band(a, b)
    if not math.isnan(low):
        lines += wrapped(f"90 % of the worlds: {_in_words(low, high)} leakers a raid", first="  ")
    verdicts = reading.worlds_by_verdict(a, b)
    shares = ", ".join(f"{verb} {percent(verdicts[verb])}" for verb in verdicts)
    lines += wrapped(f"share of worlds, %: {shares}", first="  ")
    return lines + gain_and_cost(reading)


def _in_words(low: float, high: float) -> str:
    """A range of differences as words: `0.2 more to 1.1 fewer`, or `0.3 to 1.1 fewer`."""
    decimals = decimals_for((high - low) / 2)
    if high <= 0:
        return f"{fixed(-high, decimals)} to {fixed(-low, decimals)} fewer"
    if low >= 0:
        return f"{fixed(low, decimals)} to {fixed(high, decimals)} more"
    return f"{fixed(high, decimals)} more to {fixed(-low, decimals)} fewer"


def _world_band(reading: Reading, a: int) -> list[str]:
    estimates = reading.result.estimates
    low, high = (
        float(estimates[f"expected_leakers_world_band_{end}"][a]) for end in ("low", "high")
    )
    if math.isnan(low):
        return []
    return [f"  90 % of the worlds: {short(low)} to {short(high)} leakers a raid"]


def _by_class(reading: Reading) -> list[str]:
    """Leak probability and P(no leakers) by class: the pair with its difference, then the rest."""
    a, b = reading.baseline, reading.compare
    pair = [a, b] if reading.has_pair else [a]
    lines = _probabilities(reading, pair, "leak_probability", "LEAK PROBABILITY, %")
    lines += ["", *_probabilities(reading, pair, "p_no_leakers", "P(NO LEAKERS), %")]
    if reading.has_pair:
        note = f"(difference: {reading.labels[b]} minus {reading.labels[a]}, per cent points)"
        lines += wrapped(note)
    others = [i for i in range(len(reading.labels)) if i not in pair]
    if others:
        more = ["", *_probabilities(reading, others, "leak_probability", "LEAK PROBABILITY, %")]
        if len(more) > _MOST_OTHER_LINES:
            more = ["(the other architectures by class: mcdefense show FILE --by class)"]
        lines += more
    return lines


def _probabilities(reading: Reading, shown: list[int], name: str, title: str) -> list[str]:
    """Rows: classes and their total. Columns: architectures, and the difference of a pair."""
    by_class, total = {
        "leak_probability": ("leak_probability", "leak_probability_total"),
        "p_no_leakers": ("p_no_leakers_by_class", "p_no_leakers"),
    }[name]
    names = [reading.classes[c] for c in reading.live_classes]
    first = label_width([*names, title])
    lines: list[str] = []
    for block in blocks(len(shown), first, 21):
        part = [shown[i] for i in block]
        with_difference = part == [reading.baseline, reading.compare]
        columns = [21] * len(part) + [WIDTH - first - 42] * with_difference
        head = [reading.labels[i] for i in part] + ["difference"] * with_difference
        lines += [""] * bool(lines) + heading(title, head, first, columns)
        for c, label in zip(reading.live_classes, names, strict=True):
            cells = [percent(reading.estimate(by_class, i, c), 20) for i in part]
            if with_difference:
                cells.append(_difference_cell(reading, name, columns[-1], c))
            lines.append(row(label, cells, first, columns))
        cells = [percent(reading.estimate(total, i), 20) for i in part]
        if with_difference:
            cells.append(_difference_cell(reading, name, columns[-1]))
        lines.append(row("all", cells, first, columns))
    return lines


def _difference_cell(reading: Reading, name: str, width: int, *place: int) -> str:
    """Compare minus baseline in per cent points, of the class at `place` or of all classes."""
    by_class, total = {
        "leak_probability": ("difference_leak_probability", "difference_leak_probability_total"),
        "p_no_leakers": ("difference_p_no_leakers_by_class", "difference_p_no_leakers"),
    }[name]
    a, b = reading.baseline, reading.compare
    change = reading.difference(by_class if place else total, a, b, *place)
    return with_margin(change, width - 1, 100.0)


def _ladder(reading: Reading) -> list[str]:
    """What each step changes: every architecture minus the one above it."""
    labels = reading.labels
    if len(labels) < 3:
        return []
    first = label_width([*labels, "LADDER, step by step"])
    columns = [20, 20, WIDTH - first - 40]
    head = ("leakers a raid", "minus the above", "no leaker, %")
    lines = heading("LADDER, step by step", head, first, columns)
    for i, label in enumerate(labels):
        step = reading.difference("difference_expected_leakers", i - 1, i) if i else None
        cells = [
            with_interval(reading.estimate("expected_leakers", i), 19),
            with_margin(step, 19) if step else "",
            percent(reading.estimate("p_no_leakers", i), columns[-1] - 1),
        ]
        lines.append(row(label, cells, first, columns))
    return [*lines, "(each row minus the one above it: below 0 is fewer leakers)"]


def _at_most(reading: Reading) -> list[str]:
    """P(at most n leakers), at the few n where it says something."""
    shown = _shown(reading)
    table = reading.result.estimates["p_at_most"]
    first = label_width([reading.labels[i] for i in shown], 20)
    fit = (WIDTH - first) // 7
    telling = [
        n for n in _LEVELS if n < table.shape[1] and np.any(np.abs(table[shown, n] - 0.5) < 0.4995)
    ]
    step = max(1, -(-len(telling) // fit))
    levels = telling[::step]
    if not levels:
        return []
    columns = [7] * len(levels)
    lines = heading("P(AT MOST n), %   n =", [f"{n:,}" for n in levels], max(first, 21), columns)
    for i in shown:
        cells = [short(100 * float(table[i, n])) for n in levels]
        lines.append(row(reading.labels[i], cells, max(first, 21), columns))
    return lines


def _shown(reading: Reading) -> list[int]:
    return list(dict.fromkeys((reading.baseline, reading.compare)))


def _network(reading: Reading) -> list[str]:
    tally = reading.result.tally
    lost = tally["network_lost"].sum(axis=0)
    lines: list[str] = []
    shown = range(len(lost)) if len(lost) <= _MOST_NETWORKS else _shown(reading)
    for i in (i for i in shown if lost[i]):
        share = 100 * float(lost[i]) / reading.trials
        usual = (tally["leaked"][:, i, -1] - tally["leakers_network_lost"][:, i, -1]).sum()
        up = reading.trials - int(lost[i])
        leakers = with_interval(reading.estimate("expected_leakers_network_lost", i), 26)
        cells = [short(share), leakers, short(float(usual) / up) if up else "-"]
        lines.append(row(reading.labels[i], cells, 24, (12, 28, 16)))
    if not lines:
        return []
    head = ("trials, %", "leakers a raid", "network up")
    return [*heading("NETWORK LOST", head, 24, (12, 28, 16)), *lines]


def _causes(reading: Reading) -> list[str]:
    """Why threats leaked, as shares of the leakers and, with intervals, of the live threats."""
    shown = _shown(reading)
    met = reading.result.tally["outcome"].sum(axis=1)[:, : OUTCOMES.index("killed")]
    leaked = met.sum(axis=1)
    if not leaked[shown].any():
        return []
    first = label_width(["WHY THREATS LEAKED, %"])
    columns = [10, 19] * len(shown)
    head = [reading.labels[i] for i in shown]
    lines = heading("WHY THREATS LEAKED, %", head, first, [29] * len(shown))
    lines.append(row("of the", ["leakers", "live threats"] * len(shown), first, columns))
    for cause in np.argsort(-met[shown].sum(axis=0), kind="stable").tolist():
        if met[shown, cause].any():
            cells = []
            for i in shown:
                share = short(100 * met[i, cause] / leaked[i]) if leaked[i] else UNKNOWN
                cells += [share, percent(reading.estimate("cause_share_total", i, cause), 18)]
            lines.append(row(OUTCOMES[cause].replace("_", " "), cells, first, columns))
    return lines


def _sampling(reading: Reading) -> list[str]:
    estimates = reading.result.estimates
    parts = []
    for i in _shown(reading):
        within, between = (
            short(float(estimates[f"sampling_error_{where}"][i]), 2)
            for where in ("within", "between")
        )
        between = "unknown" if between == UNKNOWN else between
        parts.append(f"{reading.labels[i]} {within} within, {between} between worlds")
    text = f"Standard error of leakers a raid: {'; '.join(parts)}. Sampling only: no interval here "
    return wrapped(text + "holds the error of the inputs, which are notional.")


def _warnings(reading: Reading) -> list[str]:
    texts: Sequence[str] = [
        *reading.warnings,
        *_own_warnings(reading),
        *scarce_rounds(reading),
    ]
    return [line for text in texts for line in wrapped(text, first="! ")]


def _own_warnings(reading: Reading) -> list[str]:
    tally, texts = reading.result.tally, []
    if not reading.live_classes:
        texts.append("no threat was live in any trial: nothing could leak")
    if reading.trials < FEW_TRIALS:
        texts.append(f"few trials ({reading.trials:,}): rare leaks are hardly seen")
    if reading.worlds < FEW_WORLDS:
        texts.append(f"few worlds ({reading.worlds}): the spread of the inputs is hardly seen")
    for position, name in enumerate(tally.axes.interceptor):
        told = any(re.search(rf"\b{name}\b", text) for text in reading.warnings)
        if not told and not tally["rounds_fired"][:, :, position].any():
            texts.append(f"interceptor {name} was never fired in any architecture")
    return texts
