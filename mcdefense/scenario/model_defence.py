"""What defends: assets, sensors, batteries and interceptors."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from mcdefense.scenario.values import (
    MAX_OWN_SENSORS,
    MAX_RELOADS,
    MAX_ROUNDS,
    MAX_STOCK,
    Elevation,
    Entry,
    Flyout,
    Interval,
    LatLon,
    Name,
    Names,
    NotNegative,
    Positive,
    Probability,
    Rounds,
    Salvo,
    Seconds,
    Sector,
    Span,
    Speed,
    Sspk,
    Switch,
    Text,
    expects,
    fault,
)


class Asset(Entry):
    """Something that threats fly at: an area."""

    at_deg: LatLon | None = None
    """Centre of the area, [latitude, longitude] [deg]."""
    value: NotNegative = 1.0
    """Worth relative to other assets. The result adds up the worth of the assets that are damaged
    in a trial, each once."""
    defended: Switch = True
    """Whether the defence is meant to protect it; a denominator of the leak probability."""
    damage_probability: Probability = 1.0
    """Probability that a leaker damages it, one toss per leaker."""
    source: Text | None = None
    """Where the figures come from."""


class Cue(Entry):
    """What a sensor does better when warned."""

    reach_factor: Positive = 1.0
    """Factor on the reach once cued."""
    revisit_s: Interval | None = None
    """Time between looks once cued [s]; absent = as uncued."""
    p_look: Probability | None = None
    """Detection probability of one look once cued; absent = as uncued."""


class Sensor(Entry):
    """What yields tracks."""

    class_: Annotated[Name | None, Field(alias="class")] = None
    """Library class that fills in what is left out."""
    at_deg: LatLon | None = None
    """Place, [latitude, longitude] [deg]."""
    height_m: NotNegative = 10.0
    """Height of antenna or platform above ground [m]."""
    reach_km: Positive | None = None
    """Reach against 1 m2 [km]; grows with the fourth root of the radar cross section."""
    max_range_km: Positive | None = None
    """Range beyond which nothing is seen whatever its size [km]; absent = none."""
    sector_deg: Sector | None = None
    """[azimuth of the centre, full width] [deg]; absent = all round."""
    elevation_deg: Elevation = (0.0, 90.0)
    """[lowest, highest] elevation [deg]."""
    revisit_s: Interval | None = None
    """Time between looks [s]."""
    p_look: Probability | None = None
    """Detection probability of one look inside the reach."""
    cued: Cue | None = None
    """What it does better when warned; absent = nothing."""
    sees: Names | None = None
    """Threat classes it can see; absent = all."""
    source: Text | None = None
    """Where the figures come from."""


def _rises(times: tuple[float, ...] | None) -> tuple[float, ...] | None:
    if times is not None and any(a >= b for a, b in pairwise(times)):
        raise ValueError("falls")
    return times


class Reload(Entry):
    """When a magazine is filled up during the raid, with how many rounds, and from what store."""

    rounds: Annotated[
        int,
        Field(ge=1, le=MAX_ROUNDS),
        expects(f"a whole number of rounds, 1 or more (at most {MAX_ROUNDS:,})"),
    ]
    """Rounds put in at a time; fewer where the magazine lacks the room, or the store the rounds."""
    every_s: Interval | None = None
    """Time from one reload to the next [s]; the first comes after as long, or at from_s."""
    from_s: Seconds | None = None
    """Time of the first of those that come every so often [s]."""
    at_s: Annotated[
        tuple[Seconds, ...] | None,
        Field(min_length=1, max_length=MAX_RELOADS),
        AfterValidator(_rises),
        expects(f"a list of 1 to {MAX_RELOADS:,} times of 0 or more that rise [s]"),
    ] = None
    """Times of the reloads [s]."""
    stock: Annotated[
        int | None,
        Field(ge=0, le=MAX_STOCK),
        expects(f"a whole number of rounds, 0 or more (at most {MAX_STOCK:,})"),
    ] = None
    """Rounds in the store behind the magazine at the start; absent = unlimited."""

    @model_validator(mode="after")
    def _one_clock(self) -> Reload:
        if (self.every_s is None) == (self.at_s is None):
            raise fault(
                f"got {'neither' if self.at_s is None else 'both'}, "
                "expected one of: every_s, perhaps with from_s; at_s"
            )
        if self.from_s is not None and self.every_s is None:
            raise fault("got from_s beside at_s, expected it with every_s", "from_s")
        return self


class Battery(Entry):
    """Shooters that share a magazine and fire channels."""

    class_: Annotated[Name | None, Field(alias="class")] = None
    """Library class that fills in what is left out."""
    at_deg: LatLon | None = None
    """Place, [latitude, longitude] [deg]."""
    magazine: dict[str, Rounds] = Field(default_factory=dict)
    """Rounds at the start by interceptor."""
    reload: dict[str, Reload] = Field(default_factory=dict)
    """How its magazine is filled up during the raid, by interceptor; absent = not at all."""
    channels: Annotated[
        int | None,
        Field(ge=1, le=1024),
        expects("a whole number of fire channels, 1 to 1024 (leave it out for unlimited)"),
    ] = None
    """Fire channels: engagements at a time; absent = unlimited."""
    organic: Sensor | None = None
    """Its own radar; becomes the sensor BATTERY_radar at the battery's place."""
    sensors: Annotated[
        Names,
        Field(max_length=MAX_OWN_SENSORS),
        expects(f"a list of at most {MAX_OWN_SENSORS} names in quotes"),
    ] = ()
    """Its own sensors by name; default its organic one."""
    reaction_s: Seconds = 0.0
    """Time from track to the first possible launch [s]."""
    launch_spacing_s: Interval = 2.0
    """Time between the launch times considered [s]; a coarse grid loses looks."""
    hold_s: Seconds = 0.0
    """Time a channel stays taken after the intercept [s]."""
    reload_s: Seconds = 0.0
    """Least time from a launch until its channel is free again [s]."""
    salvo: dict[str, Salvo] | None = None
    """Rounds owed look by look, by threat class; overrides the doctrine's salvo."""
    reserve: dict[str, dict[str, Rounds]] | None = None
    """Rounds by interceptor that a threat class may not touch."""
    source: Text | None = None
    """Where the figures come from."""


class Against(Entry):
    """What an interceptor can do against one threat class."""

    range_km: Span | None = None
    """[least, greatest] slant range of the intercept from the battery [km]."""
    altitude_km: Span | None = None
    """[least, greatest] altitude of the intercept [km]."""
    sspk: Sspk | None = None
    """Single-shot kill probability: a number, or a table [[range_km, probability], ...].
    A row of an opportunity table that gives its own sspk holds instead."""


class Interceptor(Entry):
    """A type of round."""

    class_: Annotated[Name | None, Field(alias="class")] = None
    """Library class that fills in what is left out."""
    speed_kms: Speed | None = None
    """Mean speed to the intercept [km/s]."""
    flyout: Flyout | None = None
    """Instead of a mean speed: table [[range_km, time_s], ...] of slant range and flight time."""
    launch_delay_s: Seconds = 0.0
    """Time from the decision to fire to first motion [s]."""
    remote: Literal["none", "launch", "engage"] = "none"
    """What a remote track may license: nothing, a launch, or a whole engagement."""
    cost: NotNegative = 1.0
    """Cost of one round relative to others."""
    against: dict[str, Against] = Field(default_factory=dict)
    """What it can do, by threat class; a class left out cannot be engaged."""
    source: Text | None = None
    """Where the figures come from."""

    @model_validator(mode="after")
    def _one_flyout(self) -> Interceptor:
        if self.speed_kms is not None and self.flyout is not None:
            raise fault("got both flyout and speed_kms, expected one of the two", "flyout")
        return self
