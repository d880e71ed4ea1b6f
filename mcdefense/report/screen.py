"""The answer on one screen of 80 columns of plain text."""

from __future__ import annotations

import numpy as np

from mcdefense.contract import MODEL_VERSION
from mcdefense.report.by_class import CLEAN, LEAK, of_classes
from mcdefense.report.by_raid import by_raid
from mcdefense.report.headline import headline
from mcdefense.report.lasting import lasting
from mcdefense.report.lines import (
    WIDTH,
    cut,
    heading,
    label_width,
    override_lines,
    row,
    sequence_note,
    wrapped,
)
from mcdefense.report.lost import loss_notes, lost, posts_lost
from mcdefense.report.narrowing import few_worlds, what_narrows
from mcdefense.report.numbers import (
    UNKNOWN,
    percent,
    short,
    with_interval,
)
from mcdefense.report.own_best import own_bests
from mcdefense.report.plans import in_proportion
from mcdefense.report.reading import Reading, read_result
from mcdefense.report.rounds import rounds
from mcdefense.report.steps import steps
from mcdefense.report.tables import TABLES
from mcdefense.report.warned import warnings_of
from mcdefense.scenario import with_labels
from mcdefense.statistics import OUTCOMES, Result

_MOST_OTHER_LINES = 12
_MOST_NETWORKS = 6
_LEVELS = (0, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000)


def screen(result: Result, by: str | None = None, *, every: bool = False) -> str:
    """The screen of a result, or one table of the two architectures that the headline compares.

    `by` is one of "asset", "class", "battery", "cause", "plan", "fate", "rounds"; `every` asks for
    all architectures in that table. Every line has at most 80 columns, and the first carries the
    marking. Raises ValueError for another `by`. See `Reading` for the keys of the provenance that
    are used.
    """
    reading = read_result(result)
    if by is not None and by not in TABLES:
        raise ValueError(f"by: got {by!r}, expected one of {', '.join(TABLES)}")
    if by is not None:
        shown = reading if every else reading.of_headline()
        note = wrapped(f"({sequence_note(reading.raids)})") if reading.raids > 1 else []
        sections = [_opening(reading), TABLES[by](shown), note, _left_out(shown)]
    else:
        sections = [
            _opening(reading),
            headline(reading),
            _by_class(reading),
            steps(reading),
            own_bests(reading),
            _at_most(reading),
            by_raid(reading),
            lasting(reading),
            _network(reading),
            lost(reading),
            posts_lost(reading),
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
        *_model(reading),
        *override_lines(reading.overrides, reading.override_notes),
    ]


def _left_out(reading: Reading) -> list[str]:
    """Which architectures a table leaves out, by the names that options take, and how to see
    them."""
    names = reading.result.tally.axes.architecture
    labels = enumerate(zip(names, reading.labels, strict=True))
    others = dict(named for a, named in labels if a not in reading.shown)
    if not others:
        return []
    return wrapped(
        f"Not shown: {', '.join(with_labels(others))}. --of NAME shows the architecture NAME "
        "beside the baseline, --against NAME takes NAME as the baseline, and --all shows every "
        "architecture."
    )


def _model(reading: Reading) -> list[str]:
    """Which version of the model counted, where it is not this program's."""
    version = reading.result.provenance.get("model_version", MODEL_VERSION)
    if version == MODEL_VERSION:
        return []
    return wrapped(
        f"Counted by version {version} of the model. This program has version {MODEL_VERSION}, "
        "which gives other counts for the same scenario and seed."
    )


def _by_class(reading: Reading) -> list[str]:
    """Leak probability and P(no leakers) by class: the pair with its difference, then the rest."""
    a, b = reading.baseline, reading.compare
    pair = [a, b] if reading.has_pair else [a]
    lines = of_classes(reading, pair, LEAK)
    lines += ["", *of_classes(reading, pair, CLEAN)]
    if reading.has_pair:
        note = f"(difference: {reading.labels[b]} minus {reading.labels[a]}, per cent points)"
        lines += wrapped(note)
    others = [i for i in range(len(reading.labels)) if i not in pair]
    if others:
        more = ["", *of_classes(reading, others, LEAK)]
        if len(more) > _MOST_OTHER_LINES:
            more = ["(the other architectures by class: mcdefense show FILE --by class --all)"]
        lines += more
    return lines


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
    if not in_proportion(reading):
        lines.append("(of all worlds as they were drawn: plans do not count by their weights here)")
    return lines


def _shown(reading: Reading) -> list[int]:
    return list(dict.fromkeys((reading.baseline, reading.compare)))


def _network(reading: Reading) -> list[str]:
    lost = reading.result.tally["network_lost"].sum(axis=0)
    lines: list[str] = []
    shown = range(len(lost)) if len(lost) <= _MOST_NETWORKS else _shown(reading)
    for i in (i for i in shown if lost[i]):
        share = 100 * float(lost[i]) / reading.trials
        leakers = (
            with_interval(reading.estimate(f"expected_leakers_network_{state}", i), 21)
            for state in ("lost", "up")
        )
        lines.append(row(reading.labels[i], [short(share), *leakers], 24, (12, 22, 22)))
        before = reading.result.tally["leakers_before_onset"][i].sum()
        if before:
            part = short(float(before) / float(lost[i]))
            lines.append(row("  before it was lost", ["", part, ""], 24, (12, 22, 22)))
    if not lines:
        return []
    head = ("trials, %", "leakers a raid", "network up")
    lines = [*heading("NETWORK LOST", head, 24, (12, 22, 22)), *lines]
    if any("network" in reading.posts.get(i, {}) for i in shown if lost[i]):
        lines += wrapped("(by its availability alone; one that is up may be lost with its post)")
    return lines


def _causes(reading: Reading) -> list[str]:
    """Why threats leaked, as shares of the leakers and, with intervals, of the live threats."""
    shown = _shown(reading)
    met = reading.result.tally["outcome"].sum(axis=1)[:, : OUTCOMES.index("killed")]
    leaked = met.sum(axis=1)
    if not leaked[shown].any():
        return []
    shares = reading.result.estimates["cause_share_total"][:, : OUTCOMES.index("killed")]
    whole = shares.sum(axis=1)
    first = label_width(["WHY THREATS LEAKED, %"])
    columns = [10, 19] * len(shown)
    head = [reading.labels[i] for i in shown]
    lines = heading("WHY THREATS LEAKED, %", head, first, [29] * len(shown))
    lines.append(row("of the", ["leakers", "live threats"] * len(shown), first, columns))
    for cause in np.argsort(-met[shown].sum(axis=0), kind="stable").tolist():
        if met[shown, cause].any():
            cells = []
            for i in shown:
                share = short(100 * shares[i, cause] / whole[i]) if leaked[i] else UNKNOWN
                cells += [share, percent(reading.estimate("cause_share_total", i, cause), 18)]
            lines.append(row(OUTCOMES[cause].replace("_", " "), cells, first, columns))
    return [*lines, *loss_notes([OUTCOMES[c] for c in np.flatnonzero(met[shown].any(axis=0))])]


def _sampling(reading: Reading) -> list[str]:
    estimates = reading.result.estimates
    parts = []
    for i in _shown(reading):
        within, between = (
            short(float(estimates[f"sampling_error_{where}"][i]), 2)
            for where in ("within", "between")
        )
        between = "unknown" if between == UNKNOWN else between
        parts.append(f"{reading.labels[i]} {within}, {between}")
    text = f"Standard error of leakers a raid within, between worlds: {'; '.join(parts)}. "
    text += few_worlds(reading) or what_narrows(reading, _shown(reading))
    text += "No interval here holds the error of the notional inputs."
    return wrapped(text)


def _warnings(reading: Reading) -> list[str]:
    return [line for text in warnings_of(reading) for line in wrapped(text, first="! ")]
