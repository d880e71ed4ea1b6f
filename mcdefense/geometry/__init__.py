"""Metres and seconds: where threats fly, what sensors see, when a launch meets a threat."""

from mcdefense.geometry import powered
from mcdefense.geometry.ballistic import ballistic, launch_speed_m_s, minimum_energy_loft_deg
from mcdefense.geometry.earth import (
    EARTH_RADIUS_M,
    Sighting,
    Site,
    bearing_deg,
    destination_deg,
    great_circle_m,
    position_m,
    radio_horizon_m,
    seen_from,
)
from mcdefense.geometry.engagement import Shots, opportunities
from mcdefense.geometry.envelope import Envelope
from mcdefense.geometry.flyout import Flyout
from mcdefense.geometry.radar import RadarModel, covers, reach_m, swerling1_detection
from mcdefense.geometry.track import TrackTable, Watch, track_times
from mcdefense.geometry.trajectory import Trajectory

__all__ = [
    "EARTH_RADIUS_M",
    "Envelope",
    "Flyout",
    "RadarModel",
    "Shots",
    "Sighting",
    "Site",
    "TrackTable",
    "Trajectory",
    "Watch",
    "ballistic",
    "bearing_deg",
    "covers",
    "destination_deg",
    "great_circle_m",
    "launch_speed_m_s",
    "minimum_energy_loft_deg",
    "opportunities",
    "position_m",
    "powered",
    "radio_horizon_m",
    "reach_m",
    "seen_from",
    "swerling1_detection",
    "track_times",
]
