"""Who meets whom, and when: flights, tracks and opportunities of one world, in milliseconds."""

from mcdefense.encounter.engagements import (
    Engagements,
    TimedObjects,
    TimedOpportunities,
    TrackTables,
    durations_ms,
    milliseconds,
)
from mcdefense.encounter.kinematics import Kinematics, Variant
from mcdefense.encounter.physics import Physics
from mcdefense.encounter.routes import fly, origin_deg, place_deg

__all__ = [
    "Engagements",
    "Kinematics",
    "Physics",
    "TimedObjects",
    "TimedOpportunities",
    "TrackTables",
    "Variant",
    "durations_ms",
    "fly",
    "milliseconds",
    "origin_deg",
    "place_deg",
]
