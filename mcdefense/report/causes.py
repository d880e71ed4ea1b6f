"""What each cause of a leak means, in words."""

from __future__ import annotations

CAUSES = {
    "no_opportunity": "nobody could reach it",
    "unavailable": "what could stop it was not ready, or its network down and nothing took over",
    "not_tracked": "no track of it came in time for a launch",
    "network": "the network was just lost, and what takes over did not fire yet",
    "lost": "the battery, or every sensor that saw it, had been hit by a leaker",
    "not_called": "it was not taken for a threat",
    "held": "a cheaper round was waited for",
    "no_decision": "those who decide were busy",
    "no_channel": "the battery was busy with as many threats as it engages at a time",
    "no_magazine": "no round was left for it",
    "missed": "every round missed",
    "judged_dead": "it was taken for dead though alive",
}
"""What each cause of a leak means (rule 29, `cause`), for a reader who knows no model."""
