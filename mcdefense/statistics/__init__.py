"""Counts and confidence: tallies, estimates with their intervals, exact answers."""

from mcdefense.contract import OUTCOMES
from mcdefense.statistics.anew import by_name, estimates_anew, with_provenance
from mcdefense.statistics.answers import (
    Answer,
    WithstoodAnswer,
    WorthAnswer,
    answer_of,
    with_answer,
)
from mcdefense.statistics.axes import LOOKS, TOTAL, Axes
from mcdefense.statistics.by_plan import OfPlan, by_plan, live_a_raid, of_plan
from mcdefense.statistics.by_time import leakers_so_far, lost_so_far
from mcdefense.statistics.contrast import (
    Contrast,
    Counted,
    Side,
    causes,
    contrast,
    costs,
    difference_by_asset,
    difference_by_class,
    leakers,
    rounds,
    unpaired_because,
)
from mcdefense.statistics.deviations import Deviations, deviations_of
from mcdefense.statistics.driven import Driven, TooFewWorlds, driven
from mcdefense.statistics.drivers import (
    DriverInput,
    Drivers,
    Share,
    Steps,
    WorldMeans,
    drivers_of,
    untold,
)
from mcdefense.statistics.estimates import NO_PLANS, Plans, Worths, estimate, headline
from mcdefense.statistics.larger import Larger, WithstoodMore, live_threats, withstood_more
from mcdefense.statistics.leakage import Estimate, Three
from mcdefense.statistics.of_worlds import world_difference
from mcdefense.statistics.own_best import BestOf, between, own_best
from mcdefense.statistics.quantities import (
    BY_RAID,
    COUNTS,
    ESTIMATE_DIMENSIONS,
    ESTIMATES,
    OF_WORLD,
    SIGN,
    STUDY_DIMENSIONS,
    STUDY_ESTIMATES,
    TALLY_DIMENSIONS,
    Quantity,
)
from mcdefense.statistics.result import Result
from mcdefense.statistics.sample import sample_of
from mcdefense.statistics.study import CASE, Study, StudyAxis, aligned, with_worlds
from mcdefense.statistics.study_estimates import (
    change_of_difference,
    complete,
    estimates_at,
    with_estimates,
    with_those,
)
from mcdefense.statistics.tally import Tally, merge
from mcdefense.statistics.turn import Turn
from mcdefense.statistics.verdicts import DEFAULT_MARGIN, VERDICTS, verdict_of_worlds
from mcdefense.statistics.without_network import NOTHING_FIRED
from mcdefense.statistics.withstood import Criterion, Withstood, is_whole, withstood
from mcdefense.statistics.worth import EACH_TRIED, RoundsWorth, not_told_apart, rounds_worth, saved

__all__ = [
    "BY_RAID",
    "CASE",
    "COUNTS",
    "DEFAULT_MARGIN",
    "EACH_TRIED",
    "ESTIMATES",
    "ESTIMATE_DIMENSIONS",
    "LOOKS",
    "NOTHING_FIRED",
    "NO_PLANS",
    "OF_WORLD",
    "OUTCOMES",
    "SIGN",
    "STUDY_DIMENSIONS",
    "STUDY_ESTIMATES",
    "TALLY_DIMENSIONS",
    "TOTAL",
    "VERDICTS",
    "Answer",
    "Axes",
    "BestOf",
    "Contrast",
    "Counted",
    "Criterion",
    "Deviations",
    "Driven",
    "DriverInput",
    "Drivers",
    "Estimate",
    "Larger",
    "OfPlan",
    "Plans",
    "Quantity",
    "Result",
    "RoundsWorth",
    "Share",
    "Side",
    "Steps",
    "Study",
    "StudyAxis",
    "Tally",
    "Three",
    "TooFewWorlds",
    "Turn",
    "Withstood",
    "WithstoodAnswer",
    "WithstoodMore",
    "WorldMeans",
    "WorthAnswer",
    "Worths",
    "aligned",
    "answer_of",
    "between",
    "by_name",
    "by_plan",
    "causes",
    "change_of_difference",
    "complete",
    "contrast",
    "costs",
    "deviations_of",
    "difference_by_asset",
    "difference_by_class",
    "driven",
    "drivers_of",
    "estimate",
    "estimates_anew",
    "estimates_at",
    "headline",
    "is_whole",
    "leakers",
    "leakers_so_far",
    "live_a_raid",
    "live_threats",
    "lost_so_far",
    "merge",
    "not_told_apart",
    "of_plan",
    "own_best",
    "rounds",
    "rounds_worth",
    "sample_of",
    "saved",
    "unpaired_because",
    "untold",
    "verdict_of_worlds",
    "with_answer",
    "with_estimates",
    "with_provenance",
    "with_those",
    "with_worlds",
    "withstood",
    "withstood_more",
    "world_difference",
]
