/* One opportunity under one architecture in a block of T trials (rules 12 to 28): judged and
   carried out in one loop, every row read and written once. */
#ifndef JUDGE_H
#define JUDGE_H

#include "state.h"

enum {
    UNAVAILABLE = 1, DOUBLE = 4, NOT_CALLED = 8,
    R_UNAVAILABLE = 1, R_NOT_TRACKED, R_NOT_CALLED, R_HELD, R_NO_CHANNEL = 6,
    R_NO_MAGAZINE, R_MISSED, R_JUDGED_DEAD,
    FIRST_COME = 1, SHARED_OUT = 2, NEVER = 32767
};

/* A look in 16 bits: rounds owed 0-3, wasted 4, dead called alive 5, live called dead 6. */
enum { WASTED = 1 << 4, DEAD_ALIVE = 1 << 5, LIVE_DEAD = 1 << 6 };

INLINE V at(const int16_t *row, int t) { return *(const V *)(row + t); }
INLINE void put(int16_t *row, int t, V value) { *(V *)(row + t) = value; }

static inline void fill(int16_t *row, int16_t value) {
    for (int t = 0; t < T; t += LANES) put(row, t, all(value));
}

INLINE V doubled(V rounds, V flags) {
    return choose(bits_set(flags, all(DOUBLE)), least(rounds << 1, all(15)), rounds);
}

/* Rules 15, 16, 24. */
INLINE M believed(V death, V last, V look, M open, V seen_limit) {
#if ERRORS
    M then = greater(death, last); /* alive at the last intercept */
    M waits_alive = greater(death, seen_limit) & ~bits_set(look, all(LIVE_DEAD));
    return open | (then & waits_alive) | (~then & bits_set(look, all(DEAD_ALIVE)));
#else
    (void)look;
    return open | greater(death, most(last, seen_limit));
#endif
}

INLINE void judge(
    state *s, const order *o, const int32_t *salvo, const int flagged, const int waits,
    const int mode, const int slots) {
    int16_t *death_row = ROW(s->death, o->object), *cause_row = ROW(s->cause, o->object);
    int16_t *last_row = ROW(s->last, o->pair), *look_row = ROW(s->look, o->pair);
    int16_t *stock_row = ROW(s->stock, o->stock);
    int16_t *free_row = ROW(s->channel_free, o->battery * CHANNELS);
    const int16_t *gate_row = ROW(s->gates, o->gate), *spare_row = s->spare;
    const int16_t *site_row = ROW(s->flags, o->site_flags);
    const int16_t *pair_row = ROW(s->flags, o->pair_flags);
    const int16_t *wait_row = ROW(s->stock, o->wait_stock_row);
    const int16_t *error_row = ROW(s->errors, o->errors);
    int16_t *share_row = ROW(s->share, o->pair);
    const int channels = o->channels;
    const V launch = all((int16_t)o->launch), release = all((int16_t)o->release);
    const V look_limit = all((int16_t)o->look_limit), seen = all((int16_t)o->seen_limit);
    const V gate_limit = all((int16_t)o->gate_limit), reserve = all((int16_t)o->reserve);
    const V death_rank = all((int16_t)o->death_rank);
    const V intercept_rank = all((int16_t)o->intercept_rank);
    const V wait_stock = all((int16_t)o->wait_stock), rounds = all((int16_t)o->most_rounds);
    const M dead_object = o->live ? none() : every();
    sums added[SLOTS] = {};

    for (int t = 0; t < T; t += LANES) {
        V death = at(death_row, t), last = at(last_row, t), look = at(look_row, t);
        V stock = at(stock_row, t), gate = at(gate_row, t);
        M open = greater(last, look_limit);
        M alive = believed(death, last, look, open, seen);
        V doctrinal = all((int16_t)salvo[0]), flags = all(0);
        if (flagged) {
            flags = at(site_row, t) | at(pair_row, t);
            doctrinal = doubled(doctrinal, flags);
        }
        V left = stock >> 1, due = doctrinal;
        if (mode == SHARED_OUT) due = least(at(share_row, t), doctrinal);
        else if (mode != FIRST_COME) due = least(doctrinal, left);
        V owed = choose(open, look & 15, due), available = left - reserve;
        V fired = least(owed, available);

        /* From the last test to the first: the first that fails has the last word. */
        V cause = choose(greater(available, all(0)), all(R_MISSED), all(R_NO_MAGAZINE));
        if (channels)
            cause = choose(greater(at(free_row, t), launch), all(R_NO_CHANNEL), cause);
        if (waits) cause = choose(greater(at(wait_row, t) >> 1, wait_stock), all(R_HELD), cause);
        V none_owed = only(~open & greater(doctrinal, all(0)), all(R_NO_MAGAZINE));
        cause = choose(greater(owed, all(0)), cause, none_owed);
        cause = choose(alive, cause, all(R_JUDGED_DEAD));
        if (flagged) cause = choose(bits_set(flags, all(NOT_CALLED)), all(R_NOT_CALLED), cause);
        cause = choose(greater(gate, gate_limit), all(R_NOT_TRACKED), cause);
        if (flagged) cause = choose(bits_set(flags, all(UNAVAILABLE)), all(R_UNAVAILABLE), cause);
        put(cause_row, t, most(at(cause_row, t), cause));
        M taken = equal(cause, all(R_MISSED));
        fired = only(taken, fired);
        put(stock_row, t, (stock - (fired << 1)) | only(equal(cause, all(R_NO_MAGAZINE)), all(1)));
        if (!any(taken)) continue;

        M opens = taken & ~open, kills = taken & greater(fired + at(spare_row, t), rounds);
        put(death_row, t, choose(kills, least(death, death_rank), death));
        put(last_row, t, choose(taken, most(last, intercept_rank), last));
        M doomed = greater(all(NEVER), death) | dead_object;
        V fresh = only(doomed, all(WASTED));
#if ERRORS
        fresh |= at(error_row, t);
#endif
        V begun = choose(open, look & (WASTED | DEAD_ALIVE | LIVE_DEAD), fresh);
        put(look_row, t, choose(taken, begun | (owed - fired), look));
        for (int c = 0; c < channels; c++) {
            int16_t *channel = free_row + c * T;
            V now = at(channel, t), inserted = release;
            if (c + 1 < channels) inserted = least(release, at(channel + T, t));
            if (c) inserted = most(now, inserted);
            put(channel, t, choose(taken, inserted, now));
        }
#if SHARING
        put(share_row, t, choose(opens, all(0), at(share_row, t)));
#endif
        M remote = taken & bits_set(gate, all(1)), wasted = bits_set(begun, all(WASTED));
        for (int slot = 0; slot < slots; slot++) {
            M in = every();
#if NETWORK
            in = equal(at(ROW(s->masks, s->slot_rows[o->architecture][slot]), t), all(1));
#endif
            added[slot].fired += only(in, fired);
            added[slot].wasted += only(in & wasted, fired);
            added[slot].engaged = plus_one(added[slot].engaged, in & taken);
            added[slot].remote = plus_one(added[slot].remote, in & remote);
            added[slot].opened = plus_one(added[slot].opened, in & opens);
        }
        (void)share_row, (void)error_row;
    }
    for (int slot = 0; slot < slots; slot++) {
        I32 *totals = s->account_sums + (o->account * SLOTS + slot) * COLUMNS;
        totals[0] += pairs_added(added[slot].fired);
        totals[1] += pairs_added(added[slot].wasted);
        totals[2] += pairs_added(added[slot].engaged);
        totals[3] += pairs_added(added[slot].remote);
        totals[4] += pairs_added(added[slot].opened);
    }
}

/* The loop made for what this opportunity uses. */
static void judge_order(state *s, const order *o, const int32_t *salvo) {
    const int flagged = FLAGS && (o->site_flags || o->pair_flags);
    const int waits = WAITS && o->wait_stock < NEVER;
    const int slots = s->slots[o->architecture];
#define CASE(f, h, m)                                                                           \
    if (flagged == f && waits == h && o->mode == m) {                                            \
        if (slots == 1) judge(s, o, salvo, f, h, m, 1);                                         \
        else judge(s, o, salvo, f, h, m, slots);                                                \
        return;                                                                                 \
    }
#define MODES(f, h) CASE(f, h, 0) CASE(f, h, FIRST_COME) CASE(f, h, SHARED_OUT)
    MODES(0, 0)
#if FLAGS
    MODES(1, 0)
#endif
#if WAITS
    MODES(0, 1)
#if FLAGS
    MODES(1, 1)
#endif
#endif
}

#endif
