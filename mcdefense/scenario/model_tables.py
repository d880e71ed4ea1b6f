"""Opportunity and track tables given instead of a laydown."""

from __future__ import annotations

from pydantic import PrivateAttr, model_validator

from mcdefense.scenario.tables import OpportunityColumns, TrackColumns
from mcdefense.scenario.values import Entry, Probability, Seconds, Text, fault


class OpportunityRow(Entry):
    """One pairing that kinematics allow; times count from the wave's start."""

    threat: Text
    """A wave, or one object of it: "wave.3", from 0; an object's rows go before its wave's."""
    battery: Text
    """Battery that can fire."""
    interceptor: Text
    """Interceptor it fires."""
    launch_s: Seconds
    """Launch [s] after the threat's start."""
    intercept_s: Seconds
    """Intercept [s] after the threat's start."""
    sspk: Probability | None = None
    """Single-shot kill probability; default the interceptor's against the threat's class."""


class Opportunities(Entry):
    """The opportunity table: rows here or in a file."""

    rows: tuple[OpportunityRow, ...] = ()
    """Rows {threat, battery, interceptor, launch_s, intercept_s, sspk}."""
    file: Text | None = None
    """CSV or HDF5 file beside the scenario with columns of the same names (see Tables in
    files)."""
    _columns: OpportunityColumns | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _one(self) -> Opportunities:
        if bool(self.rows) == (self.file is not None):
            raise fault("expected either rows = [...] or file = 'name.csv'")
        return self

    @property
    def columns(self) -> OpportunityColumns:
        """The rows as columns, whichever way they were given, once loaded."""
        if self._columns is None:
            raise ValueError("the opportunity table was not loaded")
        return self._columns


class TrackRow(Entry):
    """One point of the cumulative distribution of a sensor's first track of a threat."""

    sensor: Text
    """Sensor."""
    threat: Text
    """A wave, or one object of it: "wave.3", from 0; an object's rows go before its wave's."""
    time_s: Seconds
    """Time [s] after the threat's start."""
    probability: Probability
    """Probability that it is tracked by then."""
    cued_probability: Probability | None = None
    """The same once the sensor is cued; default as uncued."""


class Tracks(Entry):
    """The track table: rows here or in a file."""

    rows: tuple[TrackRow, ...] = ()
    """Rows {sensor, threat, time_s, probability, cued_probability}."""
    file: Text | None = None
    """CSV or HDF5 file beside the scenario with columns of the same names (see Tables in
    files)."""
    _columns: TrackColumns | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _one(self) -> Tracks:
        if bool(self.rows) == (self.file is not None):
            raise fault("expected either rows = [...] or file = 'name.csv'")
        return self

    @property
    def columns(self) -> TrackColumns:
        """The rows as columns, whichever way they were given, once loaded."""
        if self._columns is None:
            raise ValueError("the track table was not loaded")
        return self._columns
