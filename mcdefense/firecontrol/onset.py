"""When the network of an architecture is lost during the raid (rule 38, `onset`)."""

from __future__ import annotations

from typing import NamedTuple

from mcdefense.encounter import durations_ms, milliseconds
from mcdefense.scenario import MAX_ONSET_S, ResolvedArchitecture


class Onset(NamedTuple):
    """The whole milliseconds from first_ms to last_ms are equally likely."""

    first_ms: int
    last_ms: int
    dead_ms: int
    """From the onset until the fallback fires."""
    from_start: bool = False
    """Whether it stands for a network that is down from the start (rule 26, `fallback`), if it is
    down at all."""


FROM_THE_START = Onset(0, 0, 0, from_start=True)


def onset_of(resolved: ResolvedArchitecture) -> Onset | None:
    """The onset of its network; None if it has none, so that it is up or down from the start.

    One that is led from a post is replayed with what follows on the post's loss, and so with what
    follows where its network is down from the start.
    """
    network = resolved.network
    if network is None or network.onset_s is None:
        led = resolved.has_posts or resolved.network_post is not None
        return FROM_THE_START if led else None
    window = network.onset_s if isinstance(network.onset_s, tuple) else (network.onset_s,) * 2
    first, last = (int(milliseconds(end)) for end in window)
    # Ends that are drawn apart may cross, and lie further apart than a user may write.
    last = min(max(first, last), first + int(milliseconds(MAX_ONSET_S)))
    return Onset(first, last, int(durations_ms(network.dead_time_s)))
