"""Networks that are lost during the raid (rule 38, `onset`): whose orders hold at each launch.

An architecture whose network has an onset replays two lists as one: its own opportunities, and
those of its fallback, on the same stocks, channels and kills. In each trial an opportunity of the
first kind counts until the onset, one of the second from the end of the dead time on. The orders of
the second kind are the fallback's, with cells that stand beside the architecture's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mcdefense.contract import (
    CAUSE_NETWORK,
    CAUSE_UNAVAILABLE,
    FIRES_NOTHING,
    NEVER,
    NO_LOSS,
    NO_ONSET,
    ONSET_BITS,
    ChannelRanks,
    Channels,
    DoctrineRows,
    Integers,
    OnsetRows,
    OpportunityRows,
    SharingRows,
    Turns,
)
from mcdefense.firecontrol import FROM_THE_START, NO_POST, FireControl, Onset
from mcdefense.schedule.channels import make_channels, make_turns
from mcdefense.schedule.orders import Orders


def with_own_losses(
    controls: list[FireControl], lost: Sequence[Mapping[int, tuple[int, ...]]]
) -> list[FireControl]:
    """The fire controls, where one is not to lose what its fallback loses of itself (rule 39,
    `losses`) with the fallback as one that follows on it: so it fights with these losses.

    `lost` are by architecture the rows that a leaker at each asset sets.
    """
    names = [control.name for control in controls]
    found = []
    for control, own in zip(controls, lost, strict=True):
        falls_back = control.onset is None and control.fallback in names
        if falls_back and lost[names.index(str(control.fallback))] != own:
            control = replace(control, onset=FROM_THE_START)
        found.append(control)
    return found


@dataclass(frozen=True)
class OrdersOf:
    """Which architecture's doctrine each orders follow, and in whose trials.

    The first orders are the architectures' own, in file order.
    """

    doctrine: tuple[int, ...]
    owner: tuple[int, ...]
    onsets: tuple[int, ...]
    """Per architecture: the orders of its fallback, FIRES_NOTHING, NO_ONSET; () if none has one."""
    as_from_start: tuple[bool, ...]
    """Whether a fallback fires its own rounds where the network is down, since it is so from the
    start."""
    comes_first: tuple[bool, ...]
    """Whether the cells are the first of a trial, in every trial."""
    takes_over: tuple[bool, ...]
    """Whether the cells are a fallback's."""
    alone: tuple[int, ...]
    """The orders of batteries that fight by themselves, once the posts of cells are lost."""

    @classmethod
    def of(cls, controls: Sequence[FireControl], without_posts: Sequence[int] = ()) -> OrdersOf:
        """Those of the architectures of one world; `without_posts` are the architectures that the
        last of the controls tell without the posts of their cells."""
        controls, extra = controls[: len(controls) - len(without_posts)], len(controls)
        names = [control.name for control in controls]
        fallbacks = [c.fallback if c.fallback in names else None for c in controls]
        doctrine, owner = list(range(len(names))), list(range(len(names)))
        onsets = [NO_ONSET] * len(names)
        for a, control in enumerate(controls):
            if control.onset is None:
                continue
            onsets[a] = FIRES_NOTHING
            if fallbacks[a] is not None:
                onsets[a] = len(owner)
                doctrine.append(names.index(str(control.fallback)))
                owner.append(a)
        used = any(orders != NO_ONSET for orders in onsets)
        takes_over = [number >= len(names) for number in range(len(owner))]
        followed = len(owner)
        for place, led in enumerate(without_posts, extra - len(without_posts)):
            for a, fallback in enumerate(fallbacks):
                falls_back = fallback == names[led]
                if onsets[a] != NO_ONSET and (a == led or falls_back):
                    doctrine.append(place)
                    owner.append(a)
                    takes_over.append(falls_back)
        instead = [controls[a].onset for a in owner]
        from_start = [onset is not None and onset.from_start for onset in instead]
        led_from_post = [controls[a].post != NO_POST for a in owner]
        return cls(
            tuple(doctrine),
            tuple(owner),
            tuple(onsets) if used else (),
            tuple(from_start),
            tuple(
                number < len(names) or (start and over and not led and number < followed)
                for number, (start, over, led) in enumerate(
                    zip(from_start, takes_over, led_from_post, strict=True)
                )
            ),
            tuple(takes_over),
            tuple(range(followed, len(owner))),
        )

    def loads(self) -> Integers:
        """By orders, the architecture whose rounds lie in the magazines once the network is lost
        at all: the fallback's own if it is down from the start."""
        whose = []
        for a in self.owner:
            falls_back = self.as_from_start[a] and self.onsets[a] >= 0
            whose.append(self.doctrine[self.onsets[a]] if falls_back else a)
        return np.array(whose, np.int64)

    def of_architecture(self, architecture: int) -> list[int]:
        """Its own orders, those of its fallback, and those of batteries by themselves."""
        return [orders for orders, owner in enumerate(self.owner) if owner == architecture]


def beside(orders: Orders, own: Orders) -> Orders:
    """A fallback's orders with its cells beside those of the architecture's `own`."""
    doctrine, sharing = orders.doctrine, orders.sharing
    pair = np.where(doctrine.allowed != 0, doctrine.pair + own.pairs, 0).astype(np.int32)
    cell = (doctrine.cell + own.cells).astype(np.int32)
    return replace(
        orders,
        doctrine=doctrine._replace(pair=pair, cell=cell),
        sharing=sharing._replace(pair=(sharing.pair + own.pairs).astype(np.int32)),
        pairs=orders.pairs + own.pairs,
        cells=orders.cells + own.cells,
    )


def come_by(onset: Onset, time_ms: Integers, after_ms: int = 0) -> Integers:
    """The highest draw of ONSET_BITS whose onset has come by these times; -1 none.

    The draw u makes the onset at first_ms + floor(u n / 2**ONSET_BITS), of n milliseconds. An onset
    at 0 s comes before everything, what happens earlier included. `after_ms` is how long it must
    have been past.
    """
    number = onset.last_ms - onset.first_ms + 1
    come = np.clip(np.maximum(time_ms, 0) - after_ms - onset.first_ms + 1, 0, number)
    highest: Integers = -(-(come << ONSET_BITS) // number) - 1
    return highest


def onset_rows(
    controls: Sequence[FireControl],
    which: OrdersOf,
    turns: Integers,
    launch_ms: Integers,
    impact_ms: Integers,
) -> OnsetRows:
    """The onsets of all architectures; `turns` [A, turns] are the orders of each turn, `impact_ms`
    the times of the objects."""
    if not which.onsets:
        none = np.zeros((len(which.owner), 0), np.int32)
        own = none[: len(controls)]
        nobody = np.zeros(0, np.int32)
        return OnsetRows(own, none, none, nobody, nobody, own)
    ended = np.full((len(which.owner), launch_ms.size), -1, np.int64)
    handed, cause = ended.copy(), np.full(len(which.owner), CAUSE_NETWORK)
    for orders, architecture in enumerate(which.owner):
        onset = controls[architecture].onset
        if onset is None:
            continue
        ended[orders] = come_by(onset, launch_ms)
        if which.onsets[architecture] == FIRES_NOTHING:
            cause[orders] = CAUSE_UNAVAILABLE
        else:
            handed[orders] = come_by(onset, launch_ms, onset.dead_ms)
    impact = np.full((len(controls), impact_ms.size), NO_LOSS, np.int64)
    for a, control in enumerate(controls):
        if control.onset is not None:
            impact[a] = come_by(control.onset, impact_ms)
    columns = (turns, ended, handed, cause, which.loads(), impact)
    return OnsetRows(*(column.astype(np.int32) for column in columns))


def turns_of(doctrine: DoctrineRows, which: OrdersOf) -> tuple[Turns, Integers]:
    """The opportunities that each architecture replays, and whose orders each follows [A, turns]:
    no entry where no network is lost during the raid, as all follow the architecture's own.

    Of one opportunity the architecture's own orders come first.
    """
    if not which.onsets:
        turns = make_turns(doctrine)
        return turns, turns.place[:, :0].astype(np.int64)
    places, orders = [], []
    for a in dict.fromkeys(which.owner):
        mine = np.array(which.of_architecture(a))
        allowed = doctrine.allowed[mine].T.ravel() != 0
        order = np.argsort(~allowed, kind="stable")
        places.append(order // mine.size)
        orders.append(mine[order % mine.size])
    size = max(place.size for place in places)
    number = [(doctrine.allowed[which.of_architecture(a)] != 0).sum() for a in range(len(places))]

    def padded(rows: list[Integers]) -> Integers:
        return np.stack([np.pad(row, (0, size - row.size)) for row in rows])

    turns = Turns(padded(places).astype(np.int32), np.array(number, np.int32))
    return turns, padded(orders)


def channels_of(
    opportunities: OpportunityRows,
    doctrine: DoctrineRows,
    sharing: SharingRows,
    ranks: ChannelRanks,
    which: OrdersOf,
) -> Channels:
    """Every architecture's releases.

    Where one list has the opportunities of several orders it is made as that of one architecture
    alone, in which every opportunity stands once for each of its orders.
    """
    if not which.onsets:
        return make_channels(opportunities, doctrine, sharing, ranks)
    battery, size = opportunities.battery, opportunities.battery.size
    # A channel of a battery without a number of them is taken by nobody: as if never released.
    never = int(max(x.max(initial=0) for x in (ranks.launch, ranks.sharing, ranks.release))) + 1
    release = np.where(ranks.number[:, battery] == 0, never, ranks.release)
    lists = []
    for a in dict.fromkeys(which.owner):
        mine = which.of_architecture(a)

        def beside(rows: Integers, mine: list[int] = mine) -> Integers:
            return rows[mine].T.reshape(1, -1)

        twice = opportunities._replace(battery=np.repeat(battery, len(mine)))
        own = doctrine._replace(
            allowed=beside(doctrine.allowed),
            sharing_begin=beside(doctrine.sharing_begin),
            sharing_end=beside(doctrine.sharing_end),
        )
        taken = ranks._replace(
            launch=np.repeat(ranks.launch, len(mine)),
            release=beside(release),
            number=ranks.number[mine].max(axis=0, keepdims=True),
        )
        lists.append((mine, make_channels(twice, own, sharing, taken)))
    number = np.where(ranks.number == 0, NEVER, ranks.number)
    rows = np.zeros((3, len(which.owner), size), np.int64)
    most = max(channels.release_row.shape[1] for _, channels in lists)
    releases = np.zeros((2, len(which.owner), most), np.int64)
    for mine, channels in lists:
        for row, values in zip(rows, channels[1:4], strict=True):
            row[mine] = values.reshape(size, len(mine)).T
        for row, values in zip(releases, channels[4:], strict=True):
            row[mine, : values.shape[1]] = values
    columns = (number, *rows, *releases)
    return Channels(*(column.astype(np.int32) for column in columns))
