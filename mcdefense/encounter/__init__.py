"""Who meets whom, and when: flights, tracks and opportunities of one world, in milliseconds."""

from mcdefense.encounter.engagements import (
    Engagements,
    TimedObjects,
    TimedOpportunities,
    TrackTables,
    durations_ms,
)
from mcdefense.encounter.kinematics import Kinematics, Variant

__all__ = [
    "Engagements",
    "Kinematics",
    "TimedObjects",
    "TimedOpportunities",
    "TrackTables",
    "Variant",
    "durations_ms",
]
