"""When a site can launch at a trajectory, and where each round meets it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mcdefense.geometry.earth import Floats, Site
from mcdefense.geometry.envelope import Envelope
from mcdefense.geometry.flyout import Flyout
from mcdefense.geometry.trajectory import Trajectory

_SAME_S = 1e-6
MOST_LAUNCHES = 20_000
"""Most launch times of one interceptor type against one trajectory: more is a grid gone wrong."""


class Shots(NamedTuple):
    """Launch decisions [s], rising; of each its intercept [s], slant range [m] there, and SSPK."""

    launch_s: Floats
    intercept_s: Floats
    slant_range_m: Floats
    sspk: Floats


NO_SHOTS = Shots(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0))


class _Pieces(NamedTuple):
    """Spans of legs inside the envelope over which the launch time is monotone, in time order.

    With u the time since the start of the piece's leg, slant range^2 = near2 + 2 drift u +
    speed2 u^2, and the flight takes `base_s` + `slowness` slant range. Each [pieces].
    """

    leg_s: Floats
    near2: Floats
    drift: Floats
    speed2: Floats
    base_s: Floats
    slowness: Floats
    begin: Floats
    end: Floats
    launch_begin_s: Floats
    launch_end_s: Floats


def opportunities(
    site: Site,
    flyout: Flyout,
    envelope: Envelope,
    trajectory: Trajectory,
    launch_spacing_s: float,
    not_before_s: float = 0.0,
) -> Shots:
    """Launch times and intercepts of one interceptor type at one site against one trajectory.

    An intercept lies inside the envelope and not after the impact; its launch is earlier by the
    flyout to its slant range. Every span of launch times that have an intercept is cut every
    `launch_spacing_s` from its opening, or from `not_before_s` (or time 0) if that is later. Each
    launch takes its earliest intercept. Exact on the trajectory's polyline, to rounding.
    ValueError for a spacing of 0 and for more than MOST_LAUNCHES launch times.
    """
    if not launch_spacing_s > 0.0:
        raise ValueError(f"launch_spacing_s: got {launch_spacing_s:g}, expected more than 0")
    earliest = max(0.0, not_before_s)
    pieces = _pieces(site, flyout, envelope, trajectory, earliest)
    if pieces is None:
        return NO_SHOTS
    runs = _runs(pieces)
    launch = _launch_times(pieces, runs, launch_spacing_s, earliest)
    if len(launch) == 0:
        return NO_SHOTS
    intercept, slant = _earliest_intercepts(pieces, runs, launch)
    # rounding must not carry an intercept on the edge out of the band or the flyout table
    slant = np.clip(slant, envelope.range_min_m, min(envelope.range_max_m, flyout.reach_m))
    # nor out of the flight; a round with no delay meets a threat over its own site in no time
    launch = np.minimum(launch, trajectory.impact_s)
    intercept = np.clip(intercept, launch, trajectory.impact_s)
    return Shots(launch, intercept, slant, envelope.sspk_at(slant))


def _pieces(
    site: Site, flyout: Flyout, envelope: Envelope, trajectory: Trajectory, earliest: float
) -> _Pieces | None:
    range_max = min(envelope.range_max_m, flyout.reach_m)
    centre, ball = trajectory.ball
    if math.dist(centre, site.position_m) - ball > range_max:
        return None
    apart = trajectory.position_m - site.position_m
    square = np.einsum("ij,ij->i", apart, apart)
    slant, height = np.sqrt(square), trajectory.height_m
    possible = np.minimum(slant[1:], slant[:-1]) <= range_max + 0.5 * trajectory.leg_m
    possible &= np.maximum(slant[1:], slant[:-1]) >= envelope.range_min_m
    possible &= np.maximum(height[1:], height[:-1]) >= envelope.altitude_min_m
    possible &= np.minimum(height[1:], height[:-1]) <= envelope.altitude_max_m
    possible &= trajectory.time_s[1:] > earliest
    legs = possible.nonzero()[0]
    if len(legs) == 0:
        return None

    duration, climb, low = trajectory.duration_s[legs], trajectory.climb_m_s[legs], height[legs]
    near2, speed2 = square[legs], np.maximum(trajectory.speed_squared[legs], 1e-300)
    drift = np.einsum("ij,ij->i", apart[legs], trajectory.velocity_m_s[legs])
    closest = -drift / speed2
    miss2 = np.maximum(near2 + drift * closest, 0.0)
    knots, knot_s = flyout.knots
    radii = np.array([envelope.range_min_m, range_max, *knots[(knots > 0.0) & (knots < range_max)]])
    quick2 = flyout.slowness_s_m[:, None] ** -2.0
    levels = np.array([[envelope.altitude_min_m], [envelope.altitude_max_m]])
    with np.errstate(invalid="ignore", divide="ignore"):
        reached = np.sqrt(((radii * radii)[:, None] - miss2) / speed2)
        # from there on a receding threat outruns the interceptor: later meets want earlier launches
        outrun = np.sqrt(quick2 * miss2 / (speed2 * (speed2 - quick2)))
        level = (levels - low) / climb
    start = np.zeros((1, len(legs)))
    cuts = np.concatenate(
        [start, closest - reached, closest + reached, closest + outrun, level, duration[None]]
    )
    cuts = np.minimum(np.fmax(cuts, 0.0), duration)
    cuts.sort(axis=0)
    at, span = np.diff(cuts, axis=0).T.nonzero()
    begin, end = cuts[span, at], cuts[span + 1, at]
    near2, drift, speed2 = near2[at], drift[at], speed2[at]

    middle = 0.5 * (begin + end)
    high = low[at] + middle * climb[at]
    far = np.sqrt(np.maximum(near2 + middle * (2.0 * drift + middle * speed2), 0.0))
    inside = (far >= envelope.range_min_m) & (far <= range_max)
    inside &= (high >= envelope.altitude_min_m) & (high <= envelope.altitude_max_m)
    if not inside.any():
        return None
    knot = flyout.piece(far)
    slowness = flyout.slowness_s_m[knot]
    base = flyout.launch_delay_s + knot_s[knot] - slowness * knots[knot]
    leg_s = trajectory.time_s[legs][at]
    ends = np.array([begin, end])
    ends_m = np.sqrt(np.maximum(near2 + ends * (2.0 * drift + ends * speed2), 0.0))
    launch, late = leg_s + ends - (base + slowness * ends_m)
    fields = (leg_s, near2, drift, speed2, base, slowness, begin, end, launch, late)
    return _Pieces(*(field[inside] for field in fields))


def _runs(pieces: _Pieces) -> list[tuple[int, int, bool]]:
    """Runs of pieces without a gap in time and with launches all rising, or all falling, with
    the time of intercept: first piece, one past the last, rising."""
    rising = pieces.launch_end_s >= pieces.launch_begin_s
    begin_s, end_s = pieces.leg_s + pieces.begin, pieces.leg_s + pieces.end
    new = (begin_s[1:] - end_s[:-1] > _SAME_S) | (rising[1:] != rising[:-1])
    edges = [0, *(new.nonzero()[0] + 1).tolist(), len(rising)]
    return [(a, b, bool(rising[a])) for a, b in pairwise(edges)]


def _launch_times(
    pieces: _Pieces, runs: list[tuple[int, int, bool]], spacing_s: float, earliest: float
) -> Floats:
    spans = []
    for first, past, rising in runs:
        ends = float(pieces.launch_begin_s[first]), float(pieces.launch_end_s[past - 1])
        low, high = ends if rising else ends[::-1]
        if high >= earliest:
            spans.append((max(low, earliest), high))
    spans.sort()
    windows: list[tuple[float, float]] = []
    for low, high in spans:
        if windows and low <= windows[-1][1] + _SAME_S:
            windows[-1] = (windows[-1][0], max(high, windows[-1][1]))
        else:
            windows.append((low, high))
    counts = [math.floor((high - low) / spacing_s + 1e-9) + 1.0 for low, high in windows]
    if sum(counts) > MOST_LAUNCHES:
        raise ValueError(
            f"got {sum(counts):,.0f} launch times, expected at most {MOST_LAUNCHES:,}: "
            "widen launch_spacing_s"
        )
    grids = [
        low + spacing_s * np.arange(count) for (low, _), count in zip(windows, counts, strict=True)
    ]
    return np.concatenate(grids) if grids else np.zeros(0)


def _earliest_intercepts(
    pieces: _Pieces, runs: list[tuple[int, int, bool]], launch_s: Floats
) -> tuple[Floats, Floats]:
    """Intercept time and slant range of each launch: the first run, in time, that holds it."""
    piece = np.full(len(launch_s), -1)
    for first, past, rising in runs:
        ends = np.append(pieces.launch_begin_s[first], pieces.launch_end_s[first:past])
        low, high = (ends[0], ends[-1]) if rising else (ends[-1], ends[0])
        open_ = (piece < 0) & (launch_s >= low - _SAME_S) & (launch_s <= high + _SAME_S)
        at = open_.nonzero()[0]
        if len(at) == 0:
            continue
        sign = 1.0 if rising else -1.0
        index = np.searchsorted(sign * ends, sign * launch_s[at], side="right") - 1
        piece[at] = first + np.clip(index, 0, past - first - 1)
    return _meet(_Pieces(*(field[piece] for field in pieces)), launch_s)


def _meet(pieces: _Pieces, launch_s: Floats) -> tuple[Floats, Floats]:
    """Intercept [s] and slant range [m] of one launch per piece: the root of
    slowness^2 range^2(u) = (u - lag)^2 that lies in the piece."""
    lag = launch_s - pieces.leg_s + pieces.base_s
    slow2 = pieces.slowness**2
    a = slow2 * pieces.speed2 - 1.0
    b = slow2 * pieces.drift + lag
    c = slow2 * pieces.near2 - lag**2
    q = -(b + np.copysign(np.sqrt(np.maximum(b * b - a * c, 0.0)), b))
    with np.errstate(invalid="ignore", divide="ignore"):
        roots = np.array([q / a, c / q])
    # neither root is lost where threat and interceptor are equally fast (a = 0)
    roots = np.minimum(np.fmax(roots, pieces.begin), pieces.end)
    ranges = np.sqrt(
        np.maximum(pieces.near2 + roots * (2.0 * pieces.drift + roots * pieces.speed2), 0.0)
    )
    error = np.abs(roots - lag - pieces.slowness * ranges)
    second = error[1] < error[0]
    meet = np.where(second, roots[1], roots[0])
    return pieces.leg_s + meet, np.where(second, ranges[1], ranges[0])
