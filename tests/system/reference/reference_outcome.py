"""A trial's outcome under every architecture, as counts by name (rules 7, 26-30)."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

from mcdefense.scenario import Scenario
from mcdefense.scenario.model_command import Network
from tests.system.reference import reference_onset
from tests.system.reference.reference_defence import Defence, interceptor_names, make_defences
from tests.system.reference.reference_draws import DAMAGE, NETWORK, TrialDraws
from tests.system.reference.reference_losses import Lost
from tests.system.reference.reference_luck import Luck
from tests.system.reference.reference_onset import Charge, charge_of, from_when, onset_ms
from tests.system.reference.reference_orders import Orders, make_orders
from tests.system.reference.reference_raid import RaidObject
from tests.system.reference.reference_trial import Replay, Trial
from tests.system.reference.reference_world import make_world

Counts = Counter[tuple[str, ...]]
"""What was counted, by what it is and of whom; what is zero is left out."""

NO_ASSET = "unnamed"


class Reference:
    """The reference engine for one world of a scenario."""

    def __init__(self, scenario: Scenario, seed: int, world: int) -> None:
        self.scenario, self.seed, self.number = scenario, seed, world
        self.defences = make_defences(scenario)
        self.interceptors = interceptor_names(scenario, self.defences)
        self.world = make_world(scenario, self.interceptors, seed, world)
        self.orders: dict[tuple[str, frozenset[str] | None], Orders] = {}

    def outcome(self, trial: int) -> Counts:
        """Everything counted in one trial."""
        draws = TrialDraws(self.seed, self.number, trial)
        counts: Counts = Counter()
        settled = {}
        for defence in self.defences:
            network = defence.scenario.architecture[defence.name].network
            if network is None or draws.succeeds(network.availability, NETWORK, 0, 0):
                replay = self._fought(defence, network, draws, math.inf)
            else:
                counts["network_lost", defence.name] += 1
                if network.onset_s is not None:
                    onset = onset_ms(network, draws)
                    replay = self._fought(defence, network, draws, onset)
                    replay = replace(replay, onset_ms=from_when(onset))
                elif network.fallback == "none" and defence.losses and defence.alone():
                    replay = self._fought(defence, network, draws, -math.inf)
                elif network.fallback == "none":
                    replay = self._nothing(defence, draws)
                else:
                    instead = self._named(network.fallback)
                    replay = self._played(
                        defence, [(instead, charge_of(None, math.inf, None))], draws
                    )
                for (what, *account), n in replay.counts.items():
                    if what == "fired":
                        counts["fired_network_lost", defence.name, *account] += n
            self._count(defence, replay, draws, counts)
            settled[defence.name] = replay
        self._count_fates(settled, draws, counts)
        for one in self.world.objects:
            if one.role == "live" and replay.present[one.number]:
                counts["live", str(one.number)] += 1
        return Counter({key: n for key, n in counts.items() if n})

    def _trial(self, defence: Defence, draws: TrialDraws) -> Trial:
        key = defence.name, defence.only
        if key not in self.orders:
            self.orders[key] = make_orders(self.world, defence)
        luck = Luck(self.world, defence, self.interceptors, draws)
        return Trial(self.world, defence, self.orders[key], luck, draws)

    def _fought(
        self, defence: Defence, network: Network | None, draws: TrialDraws, onset: float
    ) -> Replay:
        """What happens where the network is lost at this onset [ms], or with its post."""
        post = network.post if network is not None and defence.losses else None
        charge = charge_of(network, onset, post)
        fighting = [(defence, charge)]
        if network is not None and network.fallback != "none":
            fighting.append((self._named(network.fallback), charge._replace(takes_over=True)))
        return self._played(defence, fighting, draws)

    def _played(
        self, defence: Defence, fighting: list[tuple[Defence, Charge]], draws: TrialDraws
    ) -> Replay:
        """What happens where these fight with what the first has, and their batteries by
        themselves once the posts of their cells are damaged; counted as a trial of `defence`."""
        trials = []
        for one, charge in [
            *fighting,
            *((a, c._replace(alone=True)) for d, c in fighting if (a := d.alone()) is not None),
        ]:
            trial = self._trial(one, draws)
            trial.charge, trial.counted_as = charge, defence
            trials.append(trial)
        reference_onset.cut(trials[0], trials[1:])
        return trials[0].replay()

    def _named(self, name: str) -> Defence:
        return next(d for d in self.defences if d.name == name)

    def _nothing(self, defence: Defence, draws: TrialDraws) -> Replay:
        """What happens where nothing is fired."""
        replay = self._trial(defence, draws)
        reached = {shot.object.number for shot in replay.orders.allowed}
        return Replay(
            present=[True] * len(self.world.objects),
            cause=["unavailable" if n in reached else "no_opportunity" for n in self._numbers()],
            died_ms=[None] * len(self.world.objects),
            rounds=replay.rounds,
        )

    def _numbers(self) -> range:
        return range(len(self.world.objects))

    def _count(self, defence: Defence, replay: Replay, draws: TrialDraws, counts: Counts) -> None:
        name, scenario = defence.name, defence.scenario
        reached = {s.object.number for s in self._trial(defence, draws).orders.allowed}
        leakers = 0
        for one in self.world.objects:
            reliability = scenario.threat[one.class_].reliability
            if one.role != "live" or not draws.succeeds(reliability, 4, 0, one.number):
                continue
            counts["cause", name, str(one.number), replay.cause[one.number]] += 1
            if one.number in reached:
                counts["live_reachable", name, one.class_] += 1
            if replay.died_ms[one.number] is not None:
                continue
            leakers += 1
            if self.world.impact_ms[one.number] < replay.onset_ms:
                counts["before_onset", name, one.class_] += 1
            counts["leaker", name, str(one.number)] += 1
            counts["leakers_reachable", name, one.class_] += one.number in reached
            if draws.succeeds(self._damage(one), DAMAGE, 0, one.number):
                asset = one.asset or NO_ASSET
                counts["hit", name, str(one.number)] += 1
                counts["asset_hit", name, asset] = 1
        counts["no_leakers", name] = int(leakers == 0)
        self._count_losses(defence, replay, draws, counts)
        for key, n in replay.counts.items():
            what, *account = key
            counts[what, name, *account] += n
        for (battery, interceptor), n in replay.rounds.items():
            counts["left", name, battery, interceptor] = n
            held = scenario.battery[battery].magazine[interceptor]
            counts["emptied", name, battery, interceptor] = int(n == 0 < held)
        for magazine, n in replay.put_in.items():
            counts["reloaded", name, *magazine] = n
        for battery in replay.denied:
            counts["denied", name, battery] = 1

    def _count_losses(
        self, defence: Defence, replay: Replay, draws: TrialDraws, counts: Counts
    ) -> None:
        """When batteries and sensors are lost, each once, after the last launch too."""
        lost, impact_ms = Lost(), self.world.impact_ms
        for one in sorted(self.world.objects, key=lambda one: impact_ms[one.number]):
            reliability = defence.scenario.threat[one.class_].reliability
            there = draws.succeeds(reliability, 4, 0, one.number)
            if there and replay.died_ms[one.number] is None:
                before = lost.batteries, lost.sensors
                lost.hit(defence, one, impact_ms[one.number], draws)
                time_ms = str(impact_ms[one.number])
                counts["battery_lost", defence.name, time_ms] += len(lost.batteries - before[0])
                counts["sensor_lost", defence.name, time_ms] += len(lost.sensors - before[1])

    def _count_fates(self, settled: dict[str, Replay], draws: TrialDraws, counts: Counts) -> None:
        """Each threat that leaks under one architecture and is killed under another, by cause."""
        for one in self.world.objects:
            reliability = self.scenario.threat[one.class_].reliability
            if one.role != "live" or not draws.succeeds(reliability, 4, 0, one.number):
                continue
            for name, replay in settled.items():
                if replay.died_ms[one.number] is None:
                    cause = replay.cause[one.number]
                    for other, against in settled.items():
                        killed = against.died_ms[one.number] is not None
                        counts["leaked_alone", name, other, one.class_, cause] += killed
                    looks = str(min(replay.looks[one.number], 3))
                    counts["leaker_looks", name, one.class_, looks] += 1

    def _damage(self, one: RaidObject) -> float:
        if one.asset in self.scenario.asset:
            return self.scenario.asset[one.asset].damage_probability
        return 1.0
