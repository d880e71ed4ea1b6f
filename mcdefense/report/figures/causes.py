"""Why threats leaked: causes stacked in leakers a raid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mcdefense.report.causes import CAUSES
from mcdefense.report.figures.bars import stacked_figure
from mcdefense.report.figures.style import Heading
from mcdefense.report.reading import Reading, leakers_by_cause
from mcdefense.statistics import OUTCOMES

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def causes_figure(reading: Reading) -> Figure:
    """Leakers a raid of each architecture, stacked by the cause of the leak (rule 29, `cause`)."""
    parts = leakers_by_cause(reading)[list(reading.shown)]  # [A, O]
    met = [o for o in np.argsort(-parts.sum(axis=0), kind="stable").tolist() if parts[:, o].any()]
    note = (
        f"{reading.sample}. Estimates without intervals; a part is the leakers whose cause it was, "
        "the last thing that stood in the way of stopping them: "
        f"{'; '.join(f'{OUTCOMES[o]} - {CAUSES[OUTCOMES[o]]}'.replace('_', ' ') for o in met)}. "
        "Inputs are notional."
    )
    heading = Heading(
        reading.marking,
        reading.title,
        "Why threats leaked: leakers a raid by cause; lower is better",
        note,
    )
    rows = [reading.named(a) for a in reading.shown]
    return stacked_figure(
        heading, rows, [OUTCOMES[o] for o in met], parts[:, met], "leakers a raid"
    )
