"""What may fail: the rows of flags and the limits of the draws that a trial makes."""

from mcdefense.chance.chances import make_chances
from mcdefense.chance.coins import FlagRows, in_scope
from mcdefense.chance.pair_flags import pair_flag_rows, presence
from mcdefense.chance.site_flags import PathFlags, network_flag_rows, site_flag_rows

__all__ = [
    "FlagRows",
    "PathFlags",
    "in_scope",
    "make_chances",
    "network_flag_rows",
    "pair_flag_rows",
    "presence",
    "site_flag_rows",
]
