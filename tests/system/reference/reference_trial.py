"""One trial under one architecture, as a queue of events (rules 14-24, 28, 29).

Each cell keeps what it believes of each object and changes it when an event tells it something.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter

from tests.system.reference.reference_belief import CAUSES, Belief, Look, Replay
from tests.system.reference.reference_defence import Cell, Defence
from tests.system.reference.reference_draws import (
    DEAD_CALLED_ALIVE,
    KILL,
    LIVE_CALLED_DEAD,
    TrialDraws,
)
from tests.system.reference.reference_losses import Lost
from tests.system.reference.reference_luck import Luck
from tests.system.reference.reference_onset import Charge
from tests.system.reference.reference_orders import MOST_ROUNDS, Burst, Orders, assessment_ms, sspk
from tests.system.reference.reference_raid import RaidObject, milliseconds
from tests.system.reference.reference_reloads import Due, Stores
from tests.system.reference.reference_sharing import plan
from tests.system.reference.reference_world import Opportunity, World

# What happens at one time happens in this order: what ends is over before anything is judged.
RELEASE, INTERCEPT, LOOK_OVER, SIGHTING, IMPACT, RELOAD, PLAN, LAUNCH = range(8)


class Trial:
    """Plays one trial of one architecture; `replay()` gives the outcome."""

    def __init__(
        self, world: World, defence: Defence, orders: Orders, luck: Luck, draws: TrialDraws
    ) -> None:
        self.world, self.defence, self.orders = world, defence, orders
        self.luck, self.draws = luck, draws
        self.rounds = {
            (name, interceptor): count
            for name, battery in defence.scenario.battery.items()
            for interceptor, count in battery.magazine.items()
        }
        self.engaged = Counter[str]()
        self.decided_ms: dict[str, int] = {}
        self.beliefs: dict[tuple[str, int], Belief] = {}
        self.killing: list[Opportunity] = []
        self.died_ms: list[int | None] = [None] * len(world.objects)
        self.met: list[set[str]] = [{"no_opportunity"} for _ in world.objects]
        self.counts = Counter[tuple[str, str, str, str]]()
        self.denied: set[str] = set()
        self.queue: list[tuple[int, int, int, Trial, object]] = []
        self.entered = itertools.count()
        self.lost = Lost()
        self.stores = Stores(defence)
        self.together: list[Trial] = [self]
        self.charge: Charge | None = None
        self.counted_as = defence  # whose trial it is, also where its fallback fights

    def at(self, time_ms: int, phase: int, what: object) -> None:
        """Enter an event; of one time and phase the first entered comes first."""
        heapq.heappush(self.queue, (time_ms, phase, next(self.entered), self, what))

    def replay(self) -> Replay:
        """Play everything and count."""
        # Of one time in the order of the list, whoever may take it; who comes later in a trial
        # shares its rounds out when the list comes to the first of its burst.
        listed: list[tuple[int, int, int, int, Burst | Opportunity]] = []
        for i, trial in enumerate(self.together):
            for burst in trial.orders.bursts:
                if burst.planned and i == 0:
                    trial.at(burst.begin_ms, PLAN, burst)
                elif burst.planned:
                    listed.append((burst.shots[0].place, i, 0, burst.begin_ms, burst))
            listed += [(s.place, i, 1, s.launch_ms, s) for s in trial.orders.allowed]
        for _, i, _, time_ms, event in sorted(listed, key=lambda entry: entry[:3]):
            self.together[i].at(time_ms, LAUNCH, event)
        for one in self.world.objects:
            self.at(self.world.impact_ms[one.number], IMPACT, one)
        launches = [shot.launch_ms for trial in self.together for shot in trial.orders.allowed]
        for due in self.stores.due(max(launches, default=-1)):
            self.at(due.time_ms, RELOAD, due)
        while self.queue:
            time_ms, phase, _, trial, what = heapq.heappop(self.queue)
            trial.happens(time_ms, phase, what)
        present = [self.luck.present(one) for one in self.world.objects]
        cause = [max(met, key=CAUSES.index) for met in self.met]
        looks = Counter[int]()
        for trial in self.together:
            for (_, number), belief in trial.beliefs.items():
                looks[number] += belief.looks
        put_in = self.stores.put_in
        return Replay(
            present, cause, self.died_ms, self.counts, self.rounds, self.denied, looks, put_in
        )

    def happens(self, time_ms: int, phase: int, what: object) -> None:
        """Play one event."""
        if phase == RELEASE:
            assert isinstance(what, str)
            self.engaged[what] -= 1
        elif phase == INTERCEPT:
            assert isinstance(what, Opportunity)
            self._killed(what)
        elif phase == LOOK_OVER:
            assert isinstance(what, Belief)
            self._look_over(what, time_ms)
        elif phase == SIGHTING:
            assert isinstance(what, Belief)
            what.seen_dead = True
        elif phase == IMPACT:
            assert isinstance(what, RaidObject)
            if self.luck.present(what) and self.died_ms[what.number] is None:
                self.lost.hit(self.counted_as, what, time_ms, self.draws)
        elif phase == RELOAD:
            assert isinstance(what, Due)
            self.stores.fill(self.rounds, what)
        elif isinstance(what, Burst):
            plan(self, what)
        else:
            assert isinstance(what, Opportunity)
            self._judge(what)

    # What is believed

    def belief(self, cell: Cell, number: int) -> Belief:
        """The cell's belief about an object."""
        return self.beliefs.setdefault((cell.name, number), Belief())

    def _killed(self, shot: Opportunity) -> None:
        number = shot.object.number
        if self.died_ms[number] is not None:
            return
        self.died_ms[number] = shot.intercept_ms
        self.met[number].add("killed")
        self.counts["kills", shot.battery, shot.interceptor, shot.object.class_] += 1
        for trial in self.together:
            for cell in trial.defence.cells:
                class_ = shot.object.class_
                assessment = trial.defence.rule("assessment_s", 10.0, cell.name, class_)
                delay = trial.defence.rule("others_kills_s", assessment, cell.name, class_)
                if delay != "never":
                    seen_ms = shot.intercept_ms + milliseconds(delay)
                    trial.at(seen_ms, SIGHTING, trial.belief(cell, number))

    def _look_over(self, belief: Belief, time_ms: int) -> None:
        look = belief.look
        if look is None or not look.open or look.over_ms != time_ms:
            return  # rounds added since have put the end off
        look.open = False
        place, one = look.first.place, look.first.object
        cell, died_ms = self.defence.cell_of(look.first.battery), self.died_ms[one.number]

        def errs(key: str, purpose: int) -> bool:
            probability = self.defence.rule(key, 0.0, cell.name, one.class_)
            return self.draws.succeeds(probability, purpose, 0, place)

        if died_ms is not None and died_ms <= look.last_intercept_ms:
            belief.by_look = True
            belief.alive = errs("dead_called_alive", DEAD_CALLED_ALIVE)
        elif errs("live_called_dead", LIVE_CALLED_DEAD):
            belief.by_look, belief.alive = True, False
        else:
            belief.by_look, belief.alive = False, True

    def _believed_alive(self, belief: Belief) -> bool:
        if belief.look is not None and belief.look.open:
            return True
        return belief.alive and (belief.by_look or not belief.seen_dead)

    # What is owed

    def doctrinal(self, shot: Opportunity, look: int) -> int:
        """Rounds that doctrine owes at the cell's look of this index (rules 17, 20)."""
        cell, class_ = self.defence.cell_of(shot.battery), shot.object.class_
        own = self.defence.scenario.battery[shot.battery].salvo or {}
        salvo = own.get(class_) or self.defence.rule("salvo", (1,), cell.name, class_)
        owed = salvo[min(look, len(salvo) - 1)]
        last = self.defence.rule("last_salvo", None, cell.name, class_)
        if self.orders.last_chance[shot.place] and last is not None:
            least = owed if own.get(class_) else 0
            owed = max(MOST_ROUNDS if last == "rest" else last, least)
        return owed

    def _owed(self, shot: Opportunity, share: int | None) -> tuple[int, int]:
        """What doctrine, and what doctrine and share owe at a new look, doubled (rule 6)."""
        cell = self.defence.cell_of(shot.battery)
        salvo = self.doctrinal(shot, self.belief(cell, shot.object.number).looks)
        own = self.luck.engagement_doubled(shot)
        if own or self.luck.doubled(shot):
            salvo = min(2 * salvo, MOST_ROUNDS)
        if share is None:
            return salvo, salvo
        return salvo, min(salvo, 2 * share if own else share)

    def _tracked(self, shot: Opportunity, time_ms: int) -> bool:
        """Whether a sensor that is left tracks the object, for a battery that is left."""
        seen = min(self.luck.tracked_from(shot, self.lost.sensors)) <= time_ms
        return seen and shot.battery not in self.lost.batteries

    def stock(self, battery: str, interceptor: str) -> int:
        """Rounds left, where they can be fired."""
        if battery in self.lost.batteries:
            return 0
        return self.rounds.get((battery, interceptor), 0)

    def due(self, shot: Opportunity, time_ms: int) -> int:
        """Rounds due at a new look, as far as it is known at the start of the burst."""
        one, cell = shot.object, self.defence.cell_of(shot.battery)
        if not self.luck.present(one) or not self.luck.assigned(cell, one):
            return 0
        belief = self.belief(cell, one.number)
        if belief.look is not None and belief.look.open:
            return 0
        if not self.luck.up(shot, foreseen=True) or not self._tracked(shot, time_ms):
            return 0
        if not self.luck.called(cell, one) or not self._believed_alive(belief):
            return 0
        salvo = self.doctrinal(shot, belief.looks)
        return min(2 * salvo, MOST_ROUNDS) if self.luck.doubled(shot) else salvo

    # Taking an opportunity

    def _judge(self, shot: Opportunity) -> None:
        one, cell = shot.object, self.defence.cell_of(shot.battery)
        charge = self.charge
        refused = charge.refuses(shot.launch_ms, self.lost, cell.post) if charge else None
        if refused is not None:
            self.met[one.number] |= refused
            return
        if not self.luck.present(one) or not self.luck.assigned(cell, one):
            return
        verdict = self._verdict(shot)
        if verdict == "no_magazine":
            self.denied.add(shot.battery)
        if isinstance(verdict, str):
            self.met[one.number].add(verdict)
        elif verdict is not None:
            self._fire(shot, *verdict)

    def _verdict(self, shot: Opportunity) -> str | tuple[int, int] | None:
        """Why it is refused, or rounds owed and to be fired (rule 14); None: nothing is owed."""
        one, cell = shot.object, self.defence.cell_of(shot.battery)
        belief, stock = self.belief(cell, one.number), self.stock(shot.battery, shot.interceptor)
        if not self.luck.up(shot):
            return "unavailable"
        if not self._tracked(shot, shot.launch_ms):
            was = min(self.luck.tracked_from(shot)) <= shot.launch_ms
            return "lost" if was else "not_tracked"
        if not self.luck.called(cell, one):
            return "not_called"
        if not self._believed_alive(belief):
            return "judged_dead"
        look = belief.look if belief.look is not None and belief.look.open else None
        burst = self.orders.burst[shot.place]
        if look is not None:
            salvo = owed = look.owed
        elif burst.planned:
            salvo, owed = self._owed(shot, belief.share)
        else:
            salvo, owed = self._owed(shot, None)
            owed = owed if burst.first_come else min(owed, stock)
        if owed == 0:
            return "no_magazine" if salvo > 0 else None
        preferred = self.orders.preferred.get(shot.place)
        if preferred is not None:
            hold = self.defence.rule("hold_stock", 0, cell.name, one.class_)
            if self._available(preferred) > hold:
                return "held"
        if look is None and shot.launch_ms < self.decided_ms.get(cell.name, -1):
            return "no_decision"
        battery = self.defence.scenario.battery[shot.battery]
        if battery.channels is not None and self.engaged[shot.battery] >= battery.channels:
            return "no_channel"
        available = self._available(shot)
        return (owed, min(owed, available)) if available > 0 else "no_magazine"

    def _available(self, shot: Opportunity) -> int:
        """Rounds for its class, of its magazine and of all the cell's (rule 23)."""
        kind, class_ = shot.interceptor, shot.object.class_
        battery, cell = (
            self.defence.scenario.battery[shot.battery],
            self.defence.cell_of(shot.battery),
        )
        reserve = ((battery.reserve or {}).get(kind) or {}).get(class_, 0)
        pooled_reserve = self._pooled_reserve(cell, kind, class_)
        pool = sum(self.stock(name, kind) for name in cell.batteries)
        return min(self.stock(shot.battery, kind) - reserve, pool - pooled_reserve)

    def _pooled_reserve(self, cell: Cell, interceptor: str, class_: str) -> int:
        kept: dict[str, int] = self.defence.rule("pooled_reserve", {}, cell.name, class_)
        return kept.get(interceptor, 0)

    def _fire(self, shot: Opportunity, owed: int, fired: int) -> None:
        one, cell = shot.object, self.defence.cell_of(shot.battery)
        battery = self.defence.scenario.battery[shot.battery]
        belief, account = (
            self.belief(cell, one.number),
            (shot.battery, shot.interceptor, one.class_),
        )
        over_ms = shot.intercept_ms + assessment_ms(self.defence, shot)
        look = belief.look
        if look is None or not look.open:
            doomed = any(other.object is one for other in self.killing)
            wasted = one.role != "live" or doomed
            look = Look(shot, wasted, owed, shot.intercept_ms, over_ms)
            belief.look = look
            belief.looks += 1
            self.counts["looks", *account] += 1
            decision = self.defence.rule("decision_s", 0.0, cell.name)
            self.decided_ms[cell.name] = shot.launch_ms + milliseconds(decision)
        look.last_intercept_ms = max(look.last_intercept_ms, shot.intercept_ms)
        look.over_ms = max(look.over_ms, over_ms)
        self.at(look.over_ms, LOOK_OVER, belief)
        look.owed -= fired
        belief.share = 0
        self.rounds[shot.battery, shot.interceptor] -= fired
        self.engaged[shot.battery] += 1
        free_ms = max(
            shot.intercept_ms + milliseconds(battery.hold_s),
            shot.launch_ms + milliseconds(battery.reload_s),
        )
        self.at(free_ms, RELEASE, shot.battery)
        self.counts["fired", *account] += fired
        self.counts["wasted", *account] += fired if look.wasted else 0
        self.counts["engagements", *account] += 1
        self.counts["remote", *account] += self.luck.on_remote_track(shot, self.lost.sensors)
        single = sspk(self.defence, shot)
        kill = self.luck.engagement_probability(shot) * (1.0 - (1.0 - single) ** fired)
        if self.draws.succeeds(kill, KILL, 0, shot.place) and not self.luck.in_vain(shot):
            self.killing.append(shot)
            self.at(shot.intercept_ms, INTERCEPT, shot)
        else:
            self.met[one.number].add("missed")
