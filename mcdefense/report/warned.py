"""What a result warns of: its run, its counts, its plans and its scarce rounds."""

from __future__ import annotations

import re

from mcdefense.report.as_run import worlds_differ
from mcdefense.report.plans import plan_warnings
from mcdefense.report.reading import Reading
from mcdefense.report.scarce import scarce_rounds

FEW_TRIALS = 1000
FEW_WORLDS = 5


def warnings_of(reading: Reading) -> list[str]:
    """All warnings, a text each, as the screen, the brief and a comparison tell them."""
    return [
        *reading.warnings,
        *_own_warnings(reading),
        *plan_warnings(reading),
        *scarce_rounds(reading),
    ]


def _own_warnings(reading: Reading) -> list[str]:
    tally, texts = reading.result.tally, []
    if not reading.live_classes:
        texts.append("no threat was live in any trial: nothing could leak")
    if reading.trials < FEW_TRIALS:
        texts.append(f"few trials ({reading.trials:,}): rare leaks are hardly seen")
    if reading.worlds < FEW_WORLDS and worlds_differ(reading):
        texts.append(f"few worlds ({reading.worlds}): the spread of the inputs is hardly seen")
    for position, name in enumerate(tally.axes.interceptor):
        told = any(re.search(rf"\b{name}\b", text) for text in reading.warnings)
        if not told and not tally["rounds_fired"][:, :, position].any():
            texts.append(f"interceptor {name} was never fired in any architecture")
    return texts
