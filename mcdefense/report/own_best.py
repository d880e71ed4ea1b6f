"""Architectures at their own best, of those that name variants (rule 36, `own_best`)."""

from __future__ import annotations

from typing import Any

from mcdefense.report.lines import WIDTH, heading, label_width, row, wrapped
from mcdefense.report.numbers import more_or_fewer, short, with_interval
from mcdefense.report.reading import Interval, Reading, finite
from mcdefense.statistics import BestOf, between, own_best

_NO_BETTER = "no variant is better; the headline stands"


def own_bests(reading: Reading) -> list[str]:
    """Each list of variants with the chosen one, and what the best of compare saves against the
    best of the baseline. Nothing where no architecture names variants."""
    if not reading.variants:
        return []
    found = choices(reading)
    if not found:
        return ["OWN BEST: not chosen, as it takes worlds of even and of odd number"]
    among = [a for choice in found.values() for a in choice.among]
    first = label_width([*(f"  {reading.labels[a]}" for a in among), "OWN BEST of variants"])
    columns = [16, 24, WIDTH - first - 40]
    head = ("even worlds", "odd worlds", "")
    lines = heading("OWN BEST of variants", head, first, columns)
    for choice in found.values():
        for a, leaked in zip(choice.among, choice.on_even, strict=True):
            chosen = a == choice.chosen
            told = with_interval(Interval(*choice.on_odd), 23) if chosen else ""
            cells = [short(leaked, 3), told, "chosen" * chosen]
            lines.append(row(reading.labels[a], cells, first, columns))
    lines += wrapped(
        "(leakers a raid: worlds of even number choose, those of odd number tell what it is worth)"
    )
    if _stands(reading, found):
        return lines + wrapped(f"({_NO_BETTER})")
    against = _against(reading, found)
    return lines + (wrapped(f"{against[0]}, each the best: {against[1]}") if against else [])


def best_against_best(reading: Reading) -> str:
    """How many more or fewer leak where the headline's two architectures are each at the best of
    their variants. Nothing where neither names any."""
    if not {reading.baseline, reading.compare} & set(reading.variants):
        return ""
    found = choices(reading)
    if _stands(reading, found):
        return f"each at its own best: {_NO_BETTER}"
    told = _against(reading, found)
    return f"each at its own best, {told[0]}: {told[1]}" if told else ""


def _stands(reading: Reading, found: dict[int, BestOf]) -> bool:
    """Whether the best of both are the headline's two themselves, which all worlds tell already."""
    one, other = _pair(reading, found)
    chosen = None if one is None or other is None else (one.chosen, other.chosen)
    return chosen == (reading.baseline, reading.compare)


def _against(reading: Reading, found: dict[int, BestOf]) -> tuple[str, str] | None:
    """The best of compare against that of the baseline in words, and what it changes."""
    one, other = _pair(reading, found)
    if one is None or other is None:
        return None
    of = f"{reading.labels[other.chosen]} against {reading.labels[one.chosen]}"
    return of, more_or_fewer(Interval(*between(reading.result, one, other)))


def own_bests_as_json(reading: Reading) -> dict[str, Any]:
    """The same by name; `difference_expected_leakers` is the best of compare minus that of the
    baseline, null where there is none."""
    names = reading.result.tally.axes.architecture
    found = choices(reading)
    one, other = _pair(reading, found) if found else (None, None)
    change = None
    if one is not None and other is not None:
        change = Interval(*between(reading.result, one, other)).as_json
    return {
        "chosen": {
            names[first]: {
                "best": names[choice.chosen],
                "even_worlds": {
                    names[one]: finite(value)
                    for one, value in zip(choice.among, choice.on_even, strict=True)
                },
                "odd_worlds": Interval(*choice.on_odd).as_json,
            }
            for first, choice in found.items()
        },
        "difference_expected_leakers": change,
    }


def choices(reading: Reading) -> dict[int, BestOf]:
    """What each list of variants chose, by the architecture that names them."""
    made = {first: own_best(reading.result, among) for first, among in reading.variants.items()}
    return {first: choice for first, choice in made.items() if choice is not None}


def _pair(reading: Reading, found: dict[int, BestOf]) -> tuple[BestOf | None, BestOf | None]:
    """The choices of baseline and compare: of their lists, or themselves where they name none."""
    if not reading.has_pair:
        return None, None
    one, other = (
        found.get(a) or own_best(reading.result, [a]) for a in (reading.baseline, reading.compare)
    )
    return one, other
