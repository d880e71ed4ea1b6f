"""The answer that a command has read off a study, kept as text among the study's provenance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from mcdefense.statistics.leakage import Three
from mcdefense.statistics.study import Study
from mcdefense.statistics.withstood import Criterion
from mcdefense.statistics.worth import RoundsWorth

_ANSWER = "answer"


@dataclass(frozen=True)
class WithstoodAnswer:
    """The largest raids withstood by a criterion, which the points say again when asked."""

    criterion: Criterion


@dataclass(frozen=True)
class WorthAnswer:
    """What options are worth: their names and costs, in the order of the points after the base,
    which say what each saves; what joining is worth in rounds, and the options bought one after the
    other by the architecture `of`, None where not asked. Both come of points of their own, which
    are not kept."""

    options: tuple[tuple[str, float | None], ...]
    rounds: RoundsWorth | None
    of: str
    order: tuple[tuple[str, Three], ...] | None


Answer = WithstoodAnswer | WorthAnswer


def with_answer(study: Study, answer: Answer) -> Study:
    """The study with an answer."""
    command = "withstand" if isinstance(answer, WithstoodAnswer) else "worth"
    known: dict[str, Any] = {"command": command, **asdict(answer)}
    return replace(study, provenance={**study.provenance, _ANSWER: json.dumps(known)})


def answer_of(study: Study) -> Answer | None:
    """The answer that a study holds, None of a sweep. Raises ValueError, TypeError or KeyError for
    a text that is none, or none of this study."""
    text = study.provenance.get(_ANSWER)
    if text is None:
        return None
    known: dict[str, Any] = json.loads(str(text))
    if known["command"] == "withstand":
        estimate, limit = known["criterion"]
        if estimate not in ("p_no_leakers", "expected_leakers"):
            raise ValueError(f"attribute 'answer': unknown criterion {estimate!r}")
        if len(study.axes) != 1 or not study.axes[0].is_numeric:
            raise ValueError("attribute 'answer': of sizes, but the study has another axis")
        return WithstoodAnswer(Criterion(estimate, float(limit)))
    if known["command"] != "worth":
        raise ValueError(f"attribute 'answer': unknown command {known['command']!r}")
    options = tuple(
        (str(name), None if cost is None else float(cost)) for name, cost in known["options"]
    )
    if len(options) >= len(study.points):
        raise ValueError("attribute 'answer': more options than the study has points")
    order = known["order"]
    return WorthAnswer(
        options,
        None if known["rounds"] is None else _rounds(known["rounds"]),
        str(known["of"]),
        None if order is None else tuple((str(name), _three(saved)) for name, saved in order),
    )


def _rounds(known: Mapping[str, Any]) -> RoundsWorth:
    def number(name: str) -> int | None:
        return None if known[name] is None else int(known[name])

    tried = tuple(int(n) for n in known["tried"])
    leakers = tuple(_three(three) for three in known["leakers"])
    if len(tried) < 2 or len(tried) != len(leakers):
        raise ValueError("attribute 'answer': not every number of rounds has its leakers")
    return RoundsWorth(
        interceptor=str(known["interceptor"]),
        value=number("value"),
        low=number("low"),
        high=number("high"),
        most=int(known["most"]),
        tried=tried,
        leakers=leakers,
        joined=_three(known["joined"]),
    )


def _three(numbers: Any) -> Three:
    value, low, high = (float(number) for number in numbers)
    return value, low, high
