"""What attacks: threat classes, waves of a raid, plans and a history of raids."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from mcdefense.scenario.tables import HistoryColumns
from mcdefense.scenario.values import (
    LEAST_INTERVAL_S,
    MAX_EVERY_S,
    MAX_OBJECTS,
    MAX_REPEAT,
    MAX_TIME_S,
    Bearing,
    Box,
    Entry,
    Interval,
    Kilometres,
    LatLon,
    Looks,
    Name,
    NotNegative,
    Positive,
    Probability,
    Range,
    Route,
    Seconds,
    Speed,
    Text,
    Window,
    expects,
    fault,
)


class Threat(Entry):
    """A threat class: what objects of one kind have in common."""

    class_: Annotated[Name | None, Field(alias="class")] = None
    """Library class that fills in what is left out."""
    role: Literal["live", "decoy", "friendly"] = "live"
    """Decoys and friendlies cannot leak but can draw rounds."""
    flight: Literal["ballistic", "quasi_ballistic", "glide", "cruise"] | None = None
    """Kind of trajectory."""
    speed_kms: Speed | None = None
    """Speed [km/s]; a ballistic threat's follows from its range."""
    height_km: Kilometres | None = None
    """Height of level flight (cruise, quasi-ballistic) [km]."""
    loft_deg: Annotated[
        float | None, Field(gt=0, lt=90), expects("an elevation between 0 and 90 degrees")
    ] = None
    """Elevation at launch of a ballistic arc [deg]; absent = minimum energy."""
    glide_height_km: Kilometres | None = None
    """Height of a glide [km]; default height_km."""
    dive_range_km: Kilometres | None = None
    """Ground range from the impact at which the final dive starts [km]."""
    rcs_m2: Positive | None = None
    """Radar cross section [m2]."""
    launch_spacing_s: Interval | None = None
    """Time between the launch times considered against it [s], where greater than the battery's:
    slow threats need no fine grid, a coarse one loses looks. No coarser than half its flight
    through the interceptor's reach."""
    reliability: Probability = 1.0
    """Probability that an object is present at all."""
    value: NotNegative = 1.0
    """Priority of the class where the engagement priority is by value."""
    cost: NotNegative = 1.0
    """Cost of one object relative to others."""
    looks_kept: Looks = 2
    """Looks that waiting for a cheaper round must leave where no doctrine says how many."""
    called: Probability = 1.0
    """Probability that an object is called a threat; for decoys and friendlies the error."""
    source: Text | None = None
    """Where the figures come from."""

    @property
    def motion(self) -> dict[str, Any]:
        """Every key that shapes its path, by name: flights that are alike in these are one flight.

        A key that is new is among them, unless it is named in `_NOT_MOTION`.
        """
        return {
            key: getattr(self, key) for key in type(self).model_fields if key not in _NOT_MOTION
        }


_NOT_MOTION = {"class_", "role", "rcs_m2", "launch_spacing_s", "reliability", "value", "cost"}
_NOT_MOTION |= {"called", "source"}
_SPEED = (("speed_kms",), "a speed [km/s]")
_LEVEL = "the height of level flight [km]"
FLIGHT_NEEDS: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "ballistic": (),
    "quasi_ballistic": (_SPEED, (("height_km",), _LEVEL)),
    "glide": (_SPEED, (("height_km", "glide_height_km"), _LEVEL)),
    "cruise": (_SPEED, (("height_km",), _LEVEL)),
}
"""What each kind of flight needs in a laydown: keys of which one will do, and what they say."""


class CountDraw(Entry):
    """A count drawn once per world: Poisson, or from a column of the history."""

    poisson: Annotated[float | None, Field(ge=0, le=MAX_OBJECTS)] = None
    """Mean of a Poisson count."""
    column: str | None = None
    """Column of the history's file."""

    @model_validator(mode="after")
    def _one(self) -> CountDraw:
        if (self.poisson is None) == (self.column is None):
            raise ValueError("one of the two")
        return self


def _rising(values: tuple[int, int]) -> tuple[int, int]:
    if values[0] > values[1]:
        raise ValueError("falls")
    return values


_Whole = Annotated[int, Field(ge=0, le=MAX_OBJECTS)]
Count = Annotated[
    _Whole | Annotated[tuple[_Whole, _Whole], AfterValidator(_rising)] | CountDraw,
    expects(
        f"a whole number from 0 to {MAX_OBJECTS:,}, [least, greatest] of such, least "
        "first, "
        "{poisson = mean} or {column = 'name'}"
    ),
]
AssetChoice = Annotated[
    str
    | Annotated[tuple[str, ...], Field(min_length=1)]
    | Annotated[dict[str, Annotated[float, Field(ge=0)]], Field(min_length=1)],
    expects("an asset's name, a list of names, or weights {name = weight} of 0 or more"),
]


class Origin(Entry):
    """Where a wave starts: a bearing and range from its asset, a box, or a point."""

    bearing_deg: Bearing | None = None
    """Bearing from the asset [deg], or [from, to] clockwise."""
    range_km: Range | None = None
    """Ground range from the asset [km], or [least, greatest]."""
    box_deg: Box | None = None
    """Box [[latitude, longitude], [latitude, longitude]] [deg] to start in, the short way round."""
    at_deg: LatLon | None = None
    """Start, [latitude, longitude] [deg]."""

    @model_validator(mode="after")
    def _one_form(self) -> Origin:
        bearing = self.bearing_deg is not None or self.range_km is not None
        forms = bearing + (self.box_deg is not None) + (self.at_deg is not None)
        if forms != 1:
            raise fault("expected one of: bearing_deg with range_km; box_deg; at_deg")
        if bearing and self.bearing_deg is None:
            raise fault("got no bearing_deg beside range_km, expected both")
        if bearing and self.range_km is None:
            raise fault("got no range_km beside bearing_deg, expected both")
        return self


class Wave(Entry):
    """Objects of one class that come together."""

    class_: Annotated[Name, Field(alias="class")]
    """Threat class."""
    count: Count
    """How many: a number, [least, greatest] drawn once per world, {poisson = mean} or {column}."""
    asset: AssetChoice | None = None
    """Asset flown at: a name, several, or weights; "battery.x" and "sensor.x" may be named too.
    Default in a laydown the only asset; with an opportunity table "unnamed", which stands for no
    asset of the file, so that none of them is damaged."""
    from_: Annotated[Origin | None, Field(alias="from")] = None
    """Where it starts (laydown)."""
    waypoints_deg: Route | None = None
    """Points flown over in turn, [[latitude, longitude], ...] [deg]."""
    arrival_s: Window | None = None
    """Time of impact [s], or a window (laydown)."""
    arrival: Literal["uniform", "regular", "simultaneous", "poisson"] = "uniform"
    """How objects are spread over the window."""
    routes: Annotated[int, Field(ge=1, le=1024), expects("a whole number of routes, 1 to 1024")] = (
        24
    )
    """Distinct approach routes drawn once per run; objects choose among them."""
    start_s: Window | None = None
    """Start [s], or a window (opportunity table): the table's times count from it."""
    impact_s: Seconds | None = None
    """Impact after the start [s] (opportunity table); default the latest intercept of its rows."""
    repeat: Annotated[
        int,
        Field(ge=1, le=MAX_REPEAT),
        expects(f"a whole number of raids in sequence, 1 to {MAX_REPEAT:,}"),
    ] = 1
    """How often it flies, once in each of so many raids in sequence; every raid draws its count,
    places and times anew."""
    every_s: (
        Annotated[
            float,
            Field(ge=LEAST_INTERVAL_S, le=MAX_EVERY_S),
            expects(f"a number from {LEAST_INTERVAL_S:g} to {MAX_EVERY_S:g}"),
        ]
        | None
    ) = None
    """Time from one raid of the sequence to the next [s]; needed where repeat is above 1."""

    @model_validator(mode="after")
    def _one_way(self) -> Wave:
        if self.start_s is None and self.impact_s is not None:
            raise fault(
                "got impact_s without start_s (opportunity table), expected both", "impact_s"
            )
        if self.start_s is not None:
            for key, value in (
                ("from", self.from_),
                ("arrival_s", self.arrival_s),
                ("waypoints_deg", self.waypoints_deg),
            ):
                if value is not None:
                    raise fault(
                        "got it beside start_s, expected start_s (opportunity table) or "
                        "from and arrival_s (laydown)",
                        key,
                    )
        return self

    @model_validator(mode="after")
    def _in_sequence(self) -> Wave:
        if self.every_s is None:
            if self.repeat > 1:
                raise fault(f"got repeat = {self.repeat} without every_s, expected both", "every_s")
            return self
        if "repeat" not in self.model_fields_set:
            raise fault("got every_s without repeat, expected both", "repeat")
        window = self.arrival_s if self.laydown else self.start_s
        last = max(window) if isinstance(window, tuple) else window or 0.0
        if last + (self.repeat - 1) * self.every_s > MAX_TIME_S:
            got = f"got a last raid at {last + (self.repeat - 1) * self.every_s:g} s"
            raise fault(f"{got}, expected {MAX_TIME_S:g} s or earlier", "every_s")
        return self

    @property
    def laydown(self) -> bool:
        """Whether its opportunities come from positions and envelopes, not from a table."""
        return self.start_s is None

    @property
    def asset_weights(self) -> dict[str, float]:
        """Weight of each asset it may fly at; empty if it names none."""
        if self.asset is None:
            return {}
        if isinstance(self.asset, dict):
            return dict(self.asset)
        names = (self.asset,) if isinstance(self.asset, str) else self.asset
        return dict.fromkeys(names, 1.0)


class Plan(Entry):
    """One raid that may come: some of the waves, drawn once per world by weight."""

    weight: NotNegative = 1.0
    """Weight among the plans."""
    waves: Annotated[
        tuple[str, ...], Field(min_length=1), expects("a list of at least one wave in quotes")
    ]
    """Waves of the raid."""


class History(Entry):
    """Raids of the past: a world takes one night's composition."""

    file: Text
    """CSV or HDF5 file beside the scenario, one row a night, whole numbers in the columns used."""
    _columns: HistoryColumns | None = PrivateAttr(default=None)

    @property
    def loaded(self) -> bool:
        """Whether the columns are there."""
        return self._columns is not None

    def with_columns(self, columns: HistoryColumns | None) -> Self:
        """A copy that has these columns."""
        copy: Self = self.model_copy()
        copy._columns = columns
        return copy

    @property
    def columns(self) -> HistoryColumns:
        """The columns that waves use, once loaded."""
        if self._columns is None:
            raise ValueError("the history was not loaded")
        return self._columns
