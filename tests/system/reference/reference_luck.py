"""What is tossed before the first launch of a trial: coins, tracks, presence (rules 6-13)."""

from __future__ import annotations

from typing import NamedTuple

from mcdefense.scenario.model_command import Coin
from tests.system.reference.reference_defence import LEVELS, Cell, Defence, Source
from tests.system.reference.reference_draws import (
    ASSIGN,
    CALLED,
    COIN,
    LINK,
    PRESENT,
    TRACK,
    TrialDraws,
    limit,
)
from tests.system.reference.reference_raid import RaidObject, milliseconds
from tests.system.reference.reference_world import Opportunity, World

NONE: frozenset[str] = frozenset()
"""No sensor is lost."""
NEVER = 1 << 62
"""A time after everything [ms]."""


class TrackTimes(NamedTuple):
    """When a battery first has an object's track of each kind [ms], and what is added to it."""

    own: int
    own_beside_launch: int
    """As own, for a round that a remote track may license: its sensor warns no more once lost."""
    own_in_itself: int
    """As own, but not cued by a remote track that licenses the launch itself."""
    launch: int
    engage: int
    delay: int


class Luck:
    """One trial's tosses under one architecture; nothing here changes during the trial."""

    def __init__(
        self, world: World, defence: Defence, interceptors: list[str], draws: TrialDraws
    ) -> None:
        self._world, self._defence, self._draws = world, defence, draws
        self._batteries = list(defence.scenario.battery)
        self._sensors = list(defence.scenario.sensor)
        self._interceptors = interceptors
        self._known: dict[tuple[str, int, frozenset[str]], TrackTimes] = {}

    def _holds(self, number: int, coin: Coin, entity: int) -> bool:
        return self._draws.succeeds(coin.probability, COIN, number, entity)

    def _in_scope(self, coin: Coin, shot: Opportunity) -> bool:
        cell = self._defence.cell_of(shot.battery).name
        return all(
            scope is None or name in scope
            for scope, name in (
                (coin.batteries, shot.battery),
                (coin.interceptors, shot.interceptor),
                (coin.classes, shot.object.class_),
                (coin.cells, cell),
            )
        )

    def _failed(self, shot: Opportunity, effect: str, *, foreseen: bool) -> bool:
        """Whether any coin with this effect fails; an engagement's own is not foreseen."""
        battery = self._batteries.index(shot.battery)
        entity = {
            "engagement": shot.place,
            "pair": shot.object.number * len(self._batteries) + battery,
            "threat": shot.object.number,
            "battery": battery,
            "interceptor": self._interceptors.index(shot.interceptor),
            "cell": self._defence.cell_of(shot.battery).key,
            "raid": 0,
        }
        for number, coin in self._defence.coins():
            if coin.level not in entity or coin.effect_or_default != effect:
                continue
            if coin.level == "engagement" and (foreseen or effect == "kill"):
                continue
            if self._in_scope(coin, shot) and not self._holds(number, coin, entity[coin.level]):
                return True
        return False

    def up(self, shot: Opportunity, *, foreseen: bool = False) -> bool:
        """Whether every coin allows the launch."""
        return not self._failed(shot, "launch", foreseen=foreseen)

    def doubled(self, shot: Opportunity) -> bool:
        """Whether doctrine owes double, by a coin that a plan foresees."""
        return self._failed(shot, "double", foreseen=True)

    def engagement_doubled(self, shot: Opportunity) -> bool:
        """Whether the rounds owed at this opportunity double, by a coin of its own."""
        return any(
            coin.level == "engagement"
            and coin.effect_or_default == "double"
            and self._in_scope(coin, shot)
            and not self._holds(number, coin, shot.place)
            for number, coin in self._defence.coins()
        )

    def in_vain(self, shot: Opportunity) -> bool:
        """Whether a coin spoils every round fired."""
        return self._failed(shot, "kill", foreseen=False)

    def engagement_probability(self, shot: Opportunity) -> float:
        """The c of rule 9."""
        product = 1.0
        for _, coin in self._defence.coins():
            kills = coin.level == "engagement" and coin.effect_or_default == "kill"
            if kills and self._in_scope(coin, shot):
                product *= coin.probability
        return product

    def present(self, one: RaidObject) -> bool:
        """Rule 7."""
        reliability = self._defence.scenario.threat[one.class_].reliability
        return self._draws.succeeds(reliability, PRESENT, 0, one.number)

    def assigned(self, cell: Cell, one: RaidObject) -> bool:
        """Whether the object is the cell's to engage (rule 3)."""
        if cell.assigned is None:
            return True
        low, high = cell.assigned
        return limit(low) < self._draws.draw(ASSIGN, 0, one.number) <= limit(high)

    def called(self, cell: Cell, one: RaidObject) -> bool:
        """Rule 13."""
        default = self._defence.scenario.threat[one.class_].called
        probability = self._defence.rule("called", default, cell.name, one.class_)
        return self._draws.succeeds(probability, CALLED, 0, one.number)

    def _sensor_up(self, sensor: str) -> bool:
        return all(
            self._holds(number, coin, self._sensors.index(sensor))
            for number, coin in self._defence.coins()
            if coin.level == "sensor" and (coin.sensors is None or sensor in coin.sensors)
        )

    def _spoke_up(self, cell: Cell) -> bool:
        assert cell.spoke is not None
        if not self._draws.succeeds(cell.spoke[2], LINK, 0, cell.key):
            return False
        return all(
            self._holds(number, coin, cell.key)
            for number, coin in self._defence.coins()
            if coin.level == "link" and (coin.cells is None or cell.name in coin.cells)
        )

    def first_track(self, sensor: str, one: RaidObject, warned_ms: int) -> int:
        """When the sensor first tracks the object, warned from a time on (rules 10, 11)."""
        if not self._sensor_up(sensor):
            return NEVER
        entity = one.number * len(self._sensors) + self._sensors.index(sensor)
        draw = self._draws.draw(TRACK, 0, entity)
        for time in self._world.tracks.get((one.number, sensor), []):
            cued = warned_ms <= time.time_ms and draw <= limit(time.cued)
            if draw <= limit(time.plain) or cued:
                return time.time_ms
        return NEVER

    def _remote(
        self, one: RaidObject, sources: list[Source], *levels: str, lost: frozenset[str] = NONE
    ) -> int:
        """The earliest remote track that is good for one of these levels."""
        return min(
            (
                self.first_track(source.sensor, one, NEVER) + source.latency_ms
                for source in sources
                if LEVELS[source.level] in levels
                and source.sensor not in lost
                and all(self._spoke_up(cell) for cell in source.over)
            ),
            default=NEVER,
        )

    def tracked_from(self, shot: Opportunity, lost: frozenset[str] = NONE) -> tuple[int, int]:
        """From when an own, and a remote, track licenses the engagement [ms], delays included, of
        sensors that are not lost."""
        times = self._times(shot, lost)
        remote = self._defence.scenario.interceptor[shot.interceptor].remote
        if not covers(self._world, self._defence, shot, lost):
            return NEVER, (times.engage if remote == "engage" else NEVER) + times.delay
        if remote == "none":
            return times.own + times.delay, NEVER + times.delay
        return times.own_beside_launch + times.delay, times.launch + times.delay

    def on_remote_track(self, shot: Opportunity, lost: frozenset[str] = NONE) -> bool:
        """Whether an engagement counts as one on a remote track."""
        times, (own, remote) = self._times(shot, lost), self.tracked_from(shot, lost)
        in_itself = own if own == NEVER else times.own_in_itself + times.delay
        return remote < in_itself

    def _times(self, shot: Opportunity, lost: frozenset[str]) -> TrackTimes:
        key = (shot.battery, shot.object.number, lost)
        if key not in self._known:
            self._known[key] = self._track_times(shot, lost)
        return self._known[key]

    def _track_times(self, shot: Opportunity, lost: frozenset[str]) -> TrackTimes:
        defence, one = self._defence, shot.object
        cell, battery = defence.cell_of(shot.battery), defence.scenario.battery[shot.battery]
        identification = defence.rule("identification_s", 0.0, cell.name, one.class_)
        delay = milliseconds(identification) + milliseconds(battery.reaction_s)
        if defence.sees_nothing(cell):
            return TrackTimes(one.start_ms, one.start_ms, one.start_ms, NEVER, NEVER, delay)
        sources = defence.sources(shot.battery)

        def own(warned_ms: int) -> int:
            left = [s for s in battery.sensors if s not in lost]
            every = (self.first_track(s, one, warned_ms) for s in left)
            return min(every, default=NEVER)

        warned = self._remote(one, sources, "warning")
        launch = self._remote(one, sources, "launch", "engage", lost=lost)
        return TrackTimes(
            own(self._remote(one, sources, "warning", "launch", "engage")),
            own(min(warned, launch)),
            own(warned),
            launch,
            self._remote(one, sources, "engage", lost=lost),
            delay,
        )


def covers(world: World, defence: Defence, shot: Opportunity, lost: frozenset[str] = NONE) -> bool:
    """Whether an own sensor that is left covers the intercept; without need of a track, always."""
    if defence.sees_nothing(defence.cell_of(shot.battery)):
        return True
    own = defence.scenario.battery[shot.battery].sensors
    return any((shot.object.number, sensor) in world.tracks for sensor in own if sensor not in lost)
