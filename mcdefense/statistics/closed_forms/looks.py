"""Imperfect looks between salvos, and how many looks a run-in allows."""

from __future__ import annotations


def imperfect_look_leak(
    kill: float,
    salvo: int,
    salvos: int,
    live_called_dead: float = 0.0,
) -> float:
    """Leak probability of a threat met by up to `salvos` salvos, a look between them.

    q al (1 - x^(R-1)) / (1-x) + q x^(R-1) with x = q (1-al) and q = (1-k)^s; a threat once called
    dead is left alone. Calling the dead alive costs rounds but no leakers.
    """
    missed = (1 - kill) ** salvo
    again = missed * (1 - live_called_dead)
    let_go = sum(missed * live_called_dead * again**i for i in range(salvos - 1))
    return let_go + missed * again ** (salvos - 1)


def imperfect_look_rounds(
    kill: float,
    salvo: int,
    salvos: int,
    live_called_dead: float = 0.0,
    dead_called_alive: float = 0.0,
) -> float:
    """Expected rounds at one threat; each look errs on its own, also about the dead."""
    missed = (1 - kill) ** salvo
    alive, dead = 1.0, 0.0  # still fired at, and which of the two
    expected = 0.0
    for _ in range(salvos):
        expected += salvo * (alive + dead)
        dead = (dead + alive * (1 - missed)) * dead_called_alive
        alive *= missed * (1 - live_called_dead)
    return expected


def radial_run_in(
    detected_km: float,
    least_km: float,
    threat_kms: float,
    interceptor_kms: float,
    reaction_s: float,
    assessment_s: float,
) -> int:
    """Shots one after another at a threat that flies straight at the battery.

    Starting at r = detected - v t_reaction, the intercept is at r v_i/(v_i + v), the next shot
    leaves t_assessment later; it ends when an intercept would lie below `least_km`.
    """
    at = detected_km - threat_kms * reaction_s
    shots = 0
    while True:
        intercept = at * interceptor_kms / (interceptor_kms + threat_kms)
        if intercept < least_km:
            return shots
        shots += 1
        at = intercept - threat_kms * assessment_s
