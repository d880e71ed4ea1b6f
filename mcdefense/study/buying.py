"""What options are worth: each alone, how many rounds joining is worth, and a list one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import gcd
from pathlib import Path
from typing import Any

from mcdefense.run import DEFAULT, UNWATCHED, Interrupted, Monitor, RunOptions, Workers, workers_of
from mcdefense.scenario import (
    Scenario,
    by_label,
    did_you_mean,
    load,
    unknown,
    with_labels,
)
from mcdefense.statistics import RoundsWorth, Study, Three, WorthAnswer, rounds_worth, saved
from mcdefense.study.answered import answered
from mcdefense.study.begun import refuse_shard
from mcdefense.study.grid import Overrides, Prepared, prepared
from mcdefense.study.options import Option, of_table, options_of
from mcdefense.study.values import fault

MOST_IN_ORDER = 6
"""Options of an order at most: of n it takes n (n + 1) / 2 runs."""
_LEAST_STEPS, _MOST_STEPS = 8, 16
"""Numbers of further rounds to try, where there are so many."""

_WANTED = (
    "expected one or more, such as more=battery.NAME.magazine.ROUND=32,cost=4, or `rounds` with "
    "the name of an interceptor"
)


@dataclass(frozen=True)
class Bought:
    """An option bought next in an order: what it saves, given those before it."""

    option: Option
    saved: Three


@dataclass(frozen=True, eq=False)
class OptionsWorth:
    """What the options of a study are worth, in leakers a raid saved, with 95 % intervals.

    `saved[name]` has a number for each architecture. `rounds` is what joining is worth in rounds,
    `order` the options bought one after the other by the architecture `of`, None where not asked.
    """

    study: Study
    options: tuple[Option, ...]
    saved: Mapping[str, tuple[Three, ...]]
    of: str
    rounds: RoundsWorth | None
    order: tuple[Bought, ...] | None


@dataclass(frozen=True)
class Asked:
    """What is asked beside the worth of each option: the rounds that joining is worth, of which
    `interceptor`, and with at most how many `more`; the `order`; the architecture that buys."""

    interceptor: str = ""
    more: int | None = None
    order: bool = False
    of: str = ""


NOTHING_MORE = Asked()


@dataclass(frozen=True, eq=False)
class WorthStudy:
    """A study of options that is ready to be run."""

    first: Prepared
    options: list[Option]
    asked: Asked
    then: Prepared | None
    """The study of more rounds, where options are asked for besides."""
    again: Callable[[Mapping[str, Mapping[str, Any]], Sequence[tuple[str, Any]]], Prepared]
    """Prepares a study of such cases, with values that hold in all of them."""

    def run(self, monitor: Monitor = UNWATCHED) -> OptionsWorth:
        """Run the base and each option, then what else is asked."""
        with workers_of(self.first.options) as workers:
            return self._run(monitor, workers)

    def _run(self, monitor: Monitor, workers: Workers | None) -> OptionsWorth:
        study = self.first.run(monitor, workers=workers)
        number = len(study.architectures)
        found = {
            option.name: tuple(saved(study, point, a) for a in range(number))
            for point, option in enumerate(self.options, 1)
        }
        scenario = self.first.plan.scenarios[0]
        of = self.asked.of or scenario.compare
        rounds = order = None
        try:
            if self.asked.interceptor:
                rounds = self._rounds(scenario, study, monitor, workers)
            if self.asked.order:
                order = self._order(study, study.architectures.index(of), monitor, workers)
        except Interrupted as error:
            if self.first.output is None:
                raise
            # What is run beyond the options is in no file, but the file of the options is whole.
            there = f"its {len(study.points):,} points are saved, its answer is not"
            message = f"{self.first.output}: interrupted; {there}; go on with `resume`"
            raise Interrupted(message) from error
        answer = WorthAnswer(
            tuple((option.name, option.cost) for option in self.options),
            rounds,
            of,
            None if order is None else tuple((one.option.name, one.saved) for one in order),
        )
        study = answered(study, self.first.output, answer)
        return OptionsWorth(study, tuple(self.options), found, of, rounds, order)

    def _rounds(
        self, scenario: Scenario, study: Study, monitor: Monitor, workers: Workers | None
    ) -> RoundsWorth:
        _, extra = stocks(scenario, self.asked.interceptor, self.asked.more)
        if self.then is not None:
            study = self.then.run(monitor, study, workers)
        names = study.architectures
        pair = names.index(scenario.baseline), names.index(scenario.compare)
        return rounds_worth(self.asked.interceptor, (0, *extra), study, pair)

    def _order(
        self, study: Study, a: int, monitor: Monitor, workers: Workers | None
    ) -> tuple[Bought, ...]:
        """The options bought one after the other, the one that saves most for its cost first."""
        left, chosen, bought = list(self.options), list[tuple[str, Any]](), list[Bought]()
        while left:
            gains = [saved(study, point, a) for point in range(1, len(study.points))]
            best = max(range(len(left)), key=lambda i: gains[i][0] / (left[i].cost or 1.0))
            bought.append(Bought(left[best], gains[best]))
            chosen += list(left.pop(best).values.items())
            if left:
                cases = {option.name: dict(option.values) for option in left}
                study = self.again(cases, chosen).run(monitor, study, workers)
        return tuple(bought)


def stocks(
    scenario: Scenario, interceptor: str, more: int | None
) -> tuple[dict[str, int], tuple[int, ...]]:
    """The rounds of an interceptor by battery, and how many more are tried.

    Steps keep the batteries' proportion where that leaves enough numbers to try. Raises InputError
    for an interceptor of which no battery has a round, and for none to try.
    """
    loaded = {
        name: battery.magazine[interceptor]
        for name, battery in scenario.battery.items()
        if battery.magazine.get(interceptor)
    }
    total = sum(loaded.values())
    if not total:
        held = dict.fromkeys(
            k for b in scenario.battery.values() for k, n in b.magazine.items() if n
        )
        raise fault("rounds", "", unknown("an interceptor in a magazine", interceptor, held))
    most = total if more is None else more
    step = total // gcd(*loaded.values())
    while most // step > _MOST_STEPS:
        step *= 2
    if most // step < _LEAST_STEPS:
        step = max(1, -(-most // _MOST_STEPS))
    if most < step:
        raise fault("most_rounds", "", f"got {most}, expected {step} or more")
    return loaded, tuple(range(step, most + 1, step))


def _more_rounds(scenario: Scenario, asked: Asked) -> dict[str, Mapping[str, Any]]:
    """A case for each number of further rounds, over all batteries that have any."""
    loaded, extra = stocks(scenario, asked.interceptor, asked.more)
    return {
        f"more_{n}": {
            f"battery.{battery}.magazine.{asked.interceptor}": rounds
            for battery, rounds in in_proportion(loaded, n).items()
        }
        for n in extra
    }


def in_proportion(loaded: Mapping[str, int], more: int) -> dict[str, int]:
    """The rounds of each battery with so many more over all, by largest remainders."""
    total = sum(loaded.values())
    shares = {name: more * rounds / total for name, rounds in loaded.items()}
    found = {name: rounds + int(shares[name]) for name, rounds in loaded.items()}
    left = more - sum(int(share) for share in shares.values())
    for name in sorted(shares, key=lambda n: int(shares[n]) - shares[n])[:left]:
        found[name] += 1
    return found


def prepared_worth(
    scenario: Path | str,
    output: Path | str | None,
    options: Mapping[str, Mapping[str, Any]],
    asked: Asked,
    overrides: Overrides,
    run: RunOptions,
) -> WorthStudy:
    """A study of options, before anything is run.

    Raises InputError for no option, for a single place that may be real, for an order of options
    that replace each other, and for the faults of a scenario.
    """
    refuse_shard(run)
    given = list(overrides.items() if isinstance(overrides, Mapping) else overrides)
    own = load(scenario, given)
    if not options:
        options = of_table(own)
    if not options and not asked.interceptor:
        raise fault("option", "", f"got no option, {_WANTED}")
    found = options_of(options)
    if asked.order and not found:
        raise fault("order", "", "got no option to put in order, expected `option`")
    if asked.more is not None and not asked.interceptor:
        raise fault("most_rounds", "", "got it without `rounds`, expected both")
    labels = {name: entry.label or name for name, entry in own.architecture.items()}
    asked = replace(asked, of=by_label(asked.of, labels))
    if asked.of and asked.of not in labels:
        message = f"got {asked.of!r}, expected an architecture: {', '.join(with_labels(labels))}"
        raise fault("of", "", message + did_you_mean(asked.of, labels))
    if asked.of and not found:
        raise fault("of", "", f"got {asked.of} without `option`, expected both: it buys them")
    if asked.interceptor:
        stocks(own, asked.interceptor, asked.more)
        if own.baseline == own.compare:
            raise fault("rounds", "", "needs two architectures to compare, got one")
    rounds = _more_rounds(own, asked) if asked.interceptor else {}
    cases = {option.name: option.values for option in found}

    def again(
        cases: Mapping[str, Mapping[str, Any]], chosen: Sequence[tuple[str, Any]]
    ) -> Prepared:
        later = replace(run, resume=False, force=False)
        what = "option" if chosen else "rounds"
        return prepared(scenario, None, None, cases, [*given, *chosen], later, what)

    kind = "option" if cases else "rounds"
    first = prepared(scenario, output, None, cases or rounds, given, run, kind)
    if asked.order:
        _check_order(found, first.plan.scenarios[1:])
    then = again(rounds, ()) if cases and rounds else None
    return WorthStudy(first, found, asked, then, again)


def _check_order(options: list[Option], scenarios: Sequence[Scenario]) -> None:
    """Raises InputError for too many options, for a cost that some have and others lack, and for
    two that change one value."""
    if len(options) > MOST_IN_ORDER:
        message = f"got {len(options)} options, expected {MOST_IN_ORDER} or fewer"
        raise fault("order", "", message)
    priced = [option.name for option in options if option.cost is not None]
    for option in options:
        if priced and option.cost is None:
            message = f"got no cost, expected one, since {priced[0]} has one: the order is by cost"
            raise fault("order", option.name, message)
    known: dict[str, str] = {}
    for option, scenario in zip(options, scenarios, strict=True):
        given = scenario.given[len(scenario.given) - len(option.values) :]
        for path in dict.fromkeys(path for one in given for path in one.fixed):
            other = next((p for p in known if _one_in_other(p, path)), None)
            if other is not None and known[other] != option.name:
                message = f"changes {path} as {known[other]} does; bought after it, it would"
                raise fault("order", option.name, f"{message} replace it")
            known[path] = option.name


def _one_in_other(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def worth(
    scenario: Path | str,
    options: Mapping[str, Mapping[str, Any]],
    output: Path | str | None = None,
    *,
    asked: Asked = NOTHING_MORE,
    overrides: Overrides = (),
    run: RunOptions = DEFAULT,
) -> OptionsWorth:
    """What each option saves under each architecture, paired on common draws, for its cost.

    `options` have values by path for each name, and a `cost` where one is known. `asked` is what
    else is wanted: the rounds that joining is worth, and the order in which to buy the options.
    """
    return prepared_worth(scenario, output, options, asked, overrides, run).run()
