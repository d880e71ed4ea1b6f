"""What is settled before any trial under one architecture (rules 3, 11, 18-21)."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.system.reference.reference_defence import LEVELS, Cell, Defence
from tests.system.reference.reference_luck import covers
from tests.system.reference.reference_raid import milliseconds
from tests.system.reference.reference_world import Opportunity, World

MOST_ROUNDS = 15
"""Most rounds owed at one look (where the rules leave room)."""


@dataclass
class Burst:
    """Opportunities of a cell that are shared out together, in the list's order."""

    cell: Cell
    begin_ms: int
    shots: list[Opportunity] = field(default_factory=list)
    random: bool = False
    first_come: bool = False

    @property
    def planned(self) -> bool:
        """Whether shares are allotted at its start (rules 18, 19)."""
        return len(self.shots) > 1 and (self.random or not self.first_come)


@dataclass
class Orders:
    """The opportunities that an architecture allows, and what doctrine says of each by place."""

    allowed: list[Opportunity]
    burst: dict[int, Burst]
    last_chance: dict[int, bool]
    preferred: dict[int, Opportunity]
    bursts: list[Burst]


def sspk(defence: Defence, shot: Opportunity) -> float:
    """The row's kill probability, else the interceptor's against the class."""
    if shot.sspk is not None:
        return shot.sspk
    value = defence.scenario.interceptor[shot.interceptor].against[shot.object.class_].sspk
    assert isinstance(value, float | int)
    return float(value)


def make_orders(world: World, defence: Defence) -> Orders:
    """Everything about the list that no draw changes."""
    allowed = [shot for shot in world.opportunities if _allowed(world, defence, shot)]
    last_chance = {shot.place: _is_last(defence, shot, allowed) for shot in allowed}
    preferred = {}
    for shot in allowed:
        other = _preferred(defence, shot, allowed)
        if other is not None:
            preferred[shot.place] = other
    bursts = _bursts(defence, allowed, last_chance)
    if defence.only is not None:  # the others do not fight, but may reach the same objects
        allowed = [shot for shot in allowed if shot.battery in defence.only]
        bursts = [b for b in bursts if defence.only.issuperset(b.cell.batteries)]
    by_place = {shot.place: burst for burst in bursts for shot in burst.shots}
    return Orders(allowed, by_place, last_chance, preferred, bursts)


def _allowed(world: World, defence: Defence, shot: Opportunity) -> bool:
    """Whether the cell may engage the object, and guidance is possible."""
    cell = defence.cell_of(shot.battery)
    if cell.classes is not None and shot.object.class_ not in cell.classes:
        return False
    if cell.assets is not None and shot.object.asset not in cell.assets:
        return False
    if covers(world, defence, shot):
        return True
    if defence.scenario.interceptor[shot.interceptor].remote != "engage":
        return False
    return any(s.level == LEVELS.index("engage") for s in defence.sources(shot.battery))


def _same_fight(defence: Defence, one: Opportunity, other: Opportunity) -> bool:
    """Whether two opportunities are of one cell and one object."""
    same_cell = defence.cell_of(one.battery) is defence.cell_of(other.battery)
    return same_cell and one.object is other.object


def assessment_ms(defence: Defence, shot: Opportunity) -> int:
    """Time from the latest intercept until the outcome is known."""
    cell = defence.cell_of(shot.battery).name
    return milliseconds(defence.rule("assessment_s", 10.0, cell, shot.object.class_))


def _is_last(defence: Defence, shot: Opportunity, allowed: list[Opportunity]) -> bool:
    over_ms = shot.intercept_ms + assessment_ms(defence, shot)
    return not any(o.launch_ms >= over_ms and _same_fight(defence, shot, o) for o in allowed)


def looks_left(defence: Defence, shot: Opportunity, fight: list[Opportunity]) -> int:
    """The longest chain of looks from an opportunity on, itself included (rule 21)."""
    over_ms = shot.intercept_ms + assessment_ms(defence, shot)
    later = [looks_left(defence, o, fight) for o in fight if o.launch_ms >= over_ms]
    return 1 + max(later, default=0)


def _preferred(
    defence: Defence, shot: Opportunity, allowed: list[Opportunity]
) -> Opportunity | None:
    cell, class_ = defence.cell_of(shot.battery).name, shot.object.class_
    if defence.rule("choice", "cheapest_adequate", cell, class_) == "first":
        return None
    adequate = defence.rule("adequate_sspk", 0.5, cell, class_)
    of_class = defence.scenario.threat[class_].looks_kept
    kept = defence.rule("looks_kept", of_class, cell, class_)
    fight = [o for o in allowed if _same_fight(defence, shot, o)]
    needed = min(kept, looks_left(defence, shot, fight))

    def cost(one: Opportunity) -> float:
        return defence.scenario.interceptor[one.interceptor].cost

    candidates = [
        o
        for o in fight
        if o.place > shot.place
        and cost(o) < cost(shot)
        and sspk(defence, o) >= adequate
        and looks_left(defence, o, fight) >= needed
    ]
    return min(candidates, key=lambda o: (cost(o), o.place), default=None)


def _spends_the_rest(defence: Defence, shot: Opportunity, last_chance: dict[int, bool]) -> bool:
    cell = defence.cell_of(shot.battery).name
    last = defence.rule("last_salvo", None, cell, shot.object.class_)
    return last_chance[shot.place] and last == "rest"


def _bursts(
    defence: Defence, allowed: list[Opportunity], last_chance: dict[int, bool]
) -> list[Burst]:
    bursts: list[Burst] = []
    for cell in defence.cells:
        length_ms = milliseconds(defence.rule("burst_s", 0.0, cell.name))
        current: Burst | None = None
        for shot in (o for o in allowed if defence.cell_of(o.battery) is cell):
            same = current is not None and (
                shot.launch_ms == current.begin_ms or shot.launch_ms < current.begin_ms + length_ms
            )
            if current is None or not same:
                current = Burst(cell, shot.launch_ms)
                bursts.append(current)
            current.shots.append(shot)
    for burst in bursts:
        rest = any(_spends_the_rest(defence, shot, last_chance) for shot in burst.shots)
        allot = defence.rule("allot", "even", burst.cell.name)
        burst.first_come = allot == "first_come" and not rest
        reached = {shot.object.number for shot in burst.shots}
        contested = any(
            o.object.number in reached and defence.cell_of(o.battery) is not burst.cell
            for o in allowed
        )
        burst.random = defence.rule("random", contested, burst.cell.name)
    return bursts
