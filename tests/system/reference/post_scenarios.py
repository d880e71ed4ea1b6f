"""Random scenarios whose networks and cells are led from posts (rule 43, `post`)."""

from __future__ import annotations

import copy
import random

from tests.support.toml_text import Document
from tests.system.reference.loss_scenarios import TARGETS, loss_scenario

POSTS = (*TARGETS, *(6 * ("town",)))
"""The town, which not every leaker damages, more often than the others."""


def post_scenario(number: int) -> Document:
    """The random scenario of this number with losses and posts, in some also with onsets.

    Posts are what the waves fly at, so that they are damaged while there is still a raid to fight.
    Every architecture has a cell that is led from one, so that few programs are compiled.
    """
    draw = random.Random(f"post {number}")
    document = copy.deepcopy(loss_scenario(number))  # scenarios share the table of a cell
    document["architecture"]["joined"].pop("losses", None)
    document["asset"]["town"]["damage_probability"] = 0.5
    document["raid"]["w0"]["asset"] = ["town", draw.choice(TARGETS)]
    document["title"] = f"post {number}"
    architectures = document["architecture"]
    for name in ("apart", "sectors", "joined"):
        cells = [c for c in architectures[name]["cells"].values() if c.get("assign") is None]
        for cell in draw.sample(cells, draw.randint(1, len(cells))):
            cell["post"] = draw.choice(POSTS)
        network = architectures[name].get("network")
        if network is not None and draw.random() < 0.6:
            network["post"] = draw.choice(POSTS)
            if network["fallback"] != "none":
                network["dead_time_s"] = float(draw.choice((0, 0, 1, 2, 5)))
    return document
