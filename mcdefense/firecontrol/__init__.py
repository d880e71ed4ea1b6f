"""Who may fire at what, on whose track, under one architecture."""

from mcdefense.firecontrol.control import (
    NO_POST,
    UNSET,
    FireControl,
    fire_control,
    salvo_length,
)
from mcdefense.firecontrol.onset import FROM_THE_START, Onset
from mcdefense.firecontrol.preference import NONE, preferred_later
from mcdefense.firecontrol.salvos import last_chance, looks_left, salvos, spends_rest
from mcdefense.firecontrol.scope import Scope, scope_of
from mcdefense.firecontrol.sources import SHARE_LEVELS, Source, find_sources

__all__ = [
    "FROM_THE_START",
    "NONE",
    "NO_POST",
    "SHARE_LEVELS",
    "UNSET",
    "FireControl",
    "Onset",
    "Scope",
    "Source",
    "find_sources",
    "fire_control",
    "last_chance",
    "looks_left",
    "preferred_later",
    "salvo_length",
    "salvos",
    "scope_of",
    "spends_rest",
]
