/* What a block comes to: leakers, causes, stocks and accounts, all as integer sums. */
#ifndef TALLY_H
#define TALLY_H

#include "judge.h"

enum { KILLED = 10, CODES = 11, NO_NETWORK = -1, FIRES_NOTHING = -2 };

static int64_t sum_of(I32 lanes) {
    int64_t sum = 0;
    for (int i = 0; i < BYTES / 4; i++) sum += lanes[i];
    return sum;
}

static int64_t row_sum(const int16_t *row) {
    I32 lanes = {};
    for (int t = 0; t < T; t += LANES) lanes += pairs_added(at(row, t));
    return sum_of(lanes);
}

/* Architecture a's row, where its network is down its fallback's, or `idle` (rule 26). */
INLINE V seen_through(
    const state *s, const problem *p, const int16_t *base, int per, int row, int a, int t, V idle) {
    V own = at(ROW(base, a * per + row), t);
#if NETWORK
    int fallback = p->fallback[a];
    if (fallback != NO_NETWORK) {
        V other = fallback == FIRES_NOTHING ? idle : at(ROW(base, fallback * per + row), t);
        own = choose(equal(at(ROW(s->masks, ARCHITECTURES + a), t), all(1)), other, own);
    }
#else
    (void)s, (void)p, (void)idle;
#endif
    return own;
}

/* `class_leakers` [A, classes + 1, T], `class_live` [classes + 1, T]. */
static void count_objects(
    const state *s, const problem *p, counts *c, int16_t *class_leakers, int16_t *class_live) {
    const int groups = p->classes + 1;
    for (int n = 0; n < p->objects; n++) {
        if (!p->object_live[n]) continue;
        int16_t *live_row = ROW(class_live, p->object_class[n]);
        for (int a = 0; a < ARCHITECTURES; a++) {
            V fates[CODES] = {}, live_sum = all(0);
            int16_t *leak_row = ROW(class_leakers, a * groups + p->object_class[n]);
            for (int t = 0; t < T; t += LANES) {
                V death = seen_through(s, p, s->death, p->objects, n, a, t, all(NEVER));
                V cause = seen_through(
                    s, p, s->cause, p->objects, n, a, t, all((int16_t)p->unused[a * p->objects + n]));
                M alive = equal(death, all(NEVER));
                V fate = choose(alive, cause, all(KILLED));
                for (int code = 0; code < CODES; code++)
                    fates[code] = plus_one(fates[code], equal(fate, all((int16_t)code)));
                put(leak_row, t, plus_one(at(leak_row, t), alive));
                live_sum = plus_one(live_sum, every());
                if (a == 0) put(live_row, t, plus_one(at(live_row, t), every()));
            }
            int64_t *outcome = c->outcome + (a * p->objects + n) * CODES, killed;
            for (int code = 0; code < CODES; code++)
                outcome[code] += sum_of(pairs_added(fates[code]));
            int64_t living = sum_of(pairs_added(live_sum));
            killed = sum_of(pairs_added(fates[KILLED]));
            c->leakers[a * p->objects + n] += living - killed;
            if (a == 0) c->live[n] += living;
        }
    }
}

/* Histograms of leakers by class, and sums of products of all, of live objects and of leakers. */
static void count_raids(
    const problem *p, counts *c, int16_t *class_leakers, int16_t *class_live) {
    const int groups = p->classes + 1, bins = p->objects + 1;
    for (int k = 0; k < p->classes; k++)
        for (int t = 0; t < T; t++) {
            ROW(class_live, p->classes)[t] += ROW(class_live, k)[t];
            for (int a = 0; a < ARCHITECTURES; a++)
                ROW(class_leakers, a * groups + p->classes)[t] +=
                    ROW(class_leakers, a * groups + k)[t];
        }
    for (int row = 0; row < ARCHITECTURES * groups; row++)
        for (int t = 0; t < T; t++) c->histogram[(long)row * bins + ROW(class_leakers, row)[t]]++;
    const int16_t *totals[ARCHITECTURES + 1];
    for (int a = 0; a < ARCHITECTURES; a++)
        totals[a] = ROW(class_leakers, a * groups + p->classes);
    totals[ARCHITECTURES] = ROW(class_live, p->classes);
    for (int x = 0; x <= ARCHITECTURES; x++)
        for (int y = x; y <= ARCHITECTURES; y++) {
            int64_t sum = 0;
            for (int t = 0; t < T; t++) sum += (int32_t)totals[x][t] * totals[y][t];
            c->products[x * (ARCHITECTURES + 1) + y] += sum;
        }
}

static void count_stocks(const state *s, const problem *p, counts *c) {
    static _Thread_local int16_t refused[256 * T] __attribute__((aligned(64)));
    for (int a = 0; a < ARCHITECTURES; a++) {
        memset(refused, 0, sizeof(int16_t) * T * (size_t)p->batteries);
        for (int m = 0; m < p->magazines; m++) {
            int place = a * p->magazines + m;
            int16_t *denied = ROW(refused, p->magazine_battery[m]);
            V empty = all(0), left = all(0);
            I32 total = {};
            V idle = all((int16_t)(p->start_stock[place] << 1));
            for (int t = 0; t < T; t += LANES) {
                V stock = seen_through(s, p, s->stock, p->magazines, m, a, t, idle);
                empty = plus_one(empty, greater(all(2), stock));
                left = stock >> 1;
                total += pairs_added(left);
                put(denied, t, at(denied, t) | (stock & 1));
            }
            if (p->start_stock[place] > 0) c->emptied[place] += sum_of(pairs_added(empty));
            c->rounds_left[place] += sum_of(total);
        }
        for (int b = 0; b < p->batteries; b++)
            c->denied[a * p->batteries + b] += row_sum(ROW(refused, b));
        c->network_lost[a] += row_sum(ROW(s->masks, ARCHITECTURES + a));
    }
}

/* Which intercept was an object's death, by account. */
static void count_kills(state *s, const problem *p) {
    for (int i = 0; i < p->opportunities; i++)
        for (int j = p->first_order[i]; j < p->first_order[i + 1]; j++) {
            const order *o = p->orders + j;
            const int16_t *death = ROW(s->death, o->object);
            for (int slot = 0; slot < s->slots[o->architecture]; slot++) {
                V kills = all(0);
                for (int t = 0; t < T; t += LANES) {
                    M in = equal(at(death, t), all((int16_t)o->death_rank));
#if NETWORK
                    in &= equal(at(ROW(s->masks, s->slot_rows[o->architecture][slot]), t), all(1));
#endif
                    kills = plus_one(kills, in);
                }
                s->account_sums[(o->account * SLOTS + slot) * COLUMNS + 5] += pairs_added(kills);
            }
        }
}

static void count_block(state *s, const problem *p, counts *c) {
    const int groups = p->classes + 1;
    static _Thread_local int16_t class_leakers[ARCHITECTURES * GROUPS * T] __attribute__((aligned(64)));
    static _Thread_local int16_t class_live[GROUPS * T] __attribute__((aligned(64)));
    memset(class_leakers, 0, sizeof(int16_t) * T * (size_t)(ARCHITECTURES * groups));
    memset(class_live, 0, sizeof class_live);
    count_objects(s, p, c, class_leakers, class_live);
    count_raids(p, c, class_leakers, class_live);
    count_stocks(s, p, c);
    count_kills(s, p);
}

static void add_account_sums(const state *s, const problem *p, counts *c) {
    for (long i = 0; i < (long)ARCHITECTURES * p->accounts * SLOTS * COLUMNS; i++)
        c->account_sums[i] += sum_of(s->account_sums[i]);
}

#endif
