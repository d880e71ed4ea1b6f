"""What the words of a brief mean, said where they first stand."""

from __future__ import annotations

from mcdefense.report.causes import CAUSES
from mcdefense.report.reading import Reading, leakers_by_cause
from mcdefense.statistics import OUTCOMES

LEAKER = "A leaker is a live threat that reaches what it was aimed at."
ARCHITECTURE = (
    "An architecture is one way to command the defence: which batteries and sensors are under one "
    "fire control, and what they tell each other over a network."
)
SAMPLE = (
    "A trial is one replay of the raid with new chance, a world one draw of what nobody knows, and "
    "a plan one raid that may come, of which each world draws one."
)
FAIR = (
    "Every architecture meets the same raids with the same luck, so that differences to the "
    "baseline, the one that others are compared with, are taken trial by trial."
)
TERMS = f"{LEAKER} {ARCHITECTURE} {SAMPLE} {FAIR}"
POINT = (
    "A point is one run with the values that stand beside it; the base is the point with which the "
    "others are compared."
)
CAUSE = "Each leaker has one cause, the last thing that stood in the way of stopping it."
INPUTS = (
    "uncertainty.NAME is a value that each world draws, live NAME how many live threats of that "
    "class come, and live at NAME how many fly at that place."
)


def terms(sequence: str) -> str:
    """The words of a page, and what "a raid" means on it where raids come in sequence."""
    return f"{TERMS} Here {sequence}." if sequence else TERMS


def causes(reading: Reading) -> str:
    """What a cause is, and what each means that came in the architectures shown."""
    leakers = leakers_by_cause(reading)[list(reading.shown)]
    said = [
        f"{name.replace('_', ' ')} ({meaning})"
        for name, meaning in CAUSES.items()
        if leakers[:, OUTCOMES.index(name)].any()
    ]
    return f"{CAUSE} Here they are: {', '.join(said)}." if said else CAUSE
