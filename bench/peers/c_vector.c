/* The yardstick: the rules in C, vectorised over trials by hand, one thread a call.

   State is [row][T] of 16-bit integers; T trials go through the whole list before the next T, so
   that the rows stay in the core's own cache. Compiled for one schedule: rules that it does not
   use are left out, as the engine leaves them out. */
#include <stdlib.h>
#include <string.h>

#include "plan.h"

static void fill(int16_t *row, int16_t value) {
    for (int t = 0; t < T; t += LANES) put(row, t, all(value));
}

/* Draws of a trial before its first opportunity: coins, presence, calling, tracks. */
static void toss_flags(state *s, const problem *p) {
    memset(s->flags, 0, sizeof(int16_t) * T * p->flags);
    for (int i = 0; i < p->tosses; i++) {
        const toss *e = p->tosses_table + i;
        int16_t *row = ROW(s->flags, e->flags);
        limit low = limit_of(p->toss_low[i]), high = limit_of(p->toss_high[i]);
        draw_rows(&s->luck, e->purpose, e->sub, e->entity, s->draw_high, s->draw_low);
        for (int t = 0; t < T; t += LANES) {
            V h = at(s->draw_high, t), l = at(s->draw_low, t);
            M fails = within(h, l, low) | ~within(h, l, high);
            put(row, t, at(row, t) | only(fails, all((int16_t)e->bits)));
        }
    }
}

static void track_gates(state *s, const problem *p) {
    for (int i = 0; i < p->gates; i++) fill(ROW(s->gates, i), i ? NEVER : -2);
    limit limits[16], cued[16];
    for (int i = 0; i < p->tracks; i++) {
        const track *e = p->tracks_table + i;
        int16_t *high = ROW(s->draw_high, e->draw), *low = ROW(s->draw_low, e->draw);
        if (e->fresh) draw_rows(&s->luck, TRACK, 0, e->entity, high, low);
        int16_t *gate = ROW(s->gates, e->gate);
        const int16_t *path = ROW(s->flags, e->path_flags), *warning = ROW(s->gates, e->warning);
        const int32_t *values = p->step_values + e->first, *late = p->step_warnings + e->first;
        for (int j = 0; j < e->steps; j++) {
            limits[j] = limit_of(p->step_limits[e->first + j]);
            cued[j] = limit_of(p->step_cued_limits[e->first + j]);
        }
        for (int t = 0; t < T; t += LANES) {
            V h = at(high, t), value = all((int16_t)e->begin);
            M tie = none();
            for (int j = 0; j < e->steps; j++) {
                M beyond = greater(h, all(limits[j].high));
                tie |= equal(h, all(limits[j].high));
                if (e->cued) {
                    M warned = ~greater(at(warning, t), all((int16_t)late[j]));
                    beyond &= ~warned | greater(h, all(cued[j].high));
                    tie |= equal(h, all(cued[j].high));
                }
                value = choose(beyond, all((int16_t)values[j]), value);
            }
            if (__builtin_expect(any(tie), 0)) { /* once in 65,536: the low bits decide */
                value = all((int16_t)e->begin);
                for (int j = 0; j < e->steps; j++) {
                    M inside = within(h, at(low, t), limits[j]);
                    if (e->cued)
                        inside |= within(h, at(low, t), cued[j]) &
                                  ~greater(at(warning, t), all((int16_t)late[j]));
                    value = choose(inside, value, all((int16_t)values[j]));
                }
            }
#if FLAGS
            if (e->path_flags)
                value = choose(bits_set(at(path, t), all(UNAVAILABLE)), all(NEVER), value);
#endif
            put(gate, t, least(at(gate, t), value));
        }
        (void)path;
    }
}

static void start(state *s, const problem *p) {
    for (int i = 0; i < ARCHITECTURES * p->objects; i++) {
        fill(ROW(s->death, i), NEVER);
        fill(ROW(s->cause, i), 0);
    }
    for (int i = 0; i < p->pairs; i++) {
        fill(ROW(s->last, i), -1);
        fill(ROW(s->look, i), 0);
        if (PLANS) fill(ROW(s->share, i), 0);
    }
    for (int i = 0; i < ARCHITECTURES * p->magazines; i++)
        fill(ROW(s->stock, i), (int16_t)(p->start_stock[i] << 1));
    for (int i = 0; i < ARCHITECTURES * p->batteries * CHANNELS; i++)
        fill(ROW(s->channel_free, i), (int16_t)p->start_channels[i]);
    for (int i = 0; i < p->cells; i++) fill(ROW(s->opening, i), -1);
    for (int a = 0; a < ARCHITECTURES; a++) {
        s->slots[a] = p->slots[a];
        for (int slot = 0; slot < SLOTS; slot++) s->slot_rows[a][slot] = p->slot_rows[a * SLOTS + slot];
        /* Rows of masks: a's network up, then a's network down. */
        const int16_t *network = ROW(s->flags, p->network_flags[a]);
        for (int t = 0; t < T; t += LANES) {
            M down = bits_set(at(network, t), all(UNAVAILABLE));
            put(ROW(s->masks, a), t, only(~down, all(1)));
            put(ROW(s->masks, ARCHITECTURES + a), t, only(down, all(1)));
        }
    }
}

static void engage(state *s, const problem *p) {
    limit limits[16];
    for (int i = 0; i < p->opportunities; i++) {
        int from = p->first_order[i], to = p->first_order[i + 1], n = p->rounds[i];
        for (int k = 0; k < n; k++) limits[k] = limit_of(p->kill[i * ROUNDS + k]);
        count_within(&s->luck, KILL, (uint32_t)i, limits, n, s->spare);
#if ERRORS
        for (int bit = 0; bit < 2; bit++) /* all variants compare the same draw */
            for (int v = 0; v < p->variants; v++) {
                int a = p->error_variants[i * p->variants + v];
                limits[0] = limit_of(p->error[(a * p->opportunities + i) * 2 + bit]);
                int16_t *row = ROW(s->errors, v);
                if (v == 0) draw_rows(&s->luck, 1 + bit, 0, (uint32_t)i, s->draw_high, s->draw_low);
                for (int t = 0; t < T; t += LANES) {
                    M within_limit = within(at(s->draw_high, t), at(s->draw_low, t), limits[0]);
                    V errs = only(within_limit, all(bit ? LIVE_DEAD : DEAD_ALIVE));
                    if (bit) errs |= at(row, t);
                    put(row, t, errs);
                }
            }
#endif
        for (int j = from; j < to; j++) {
            const order *o = p->orders + j;
#if PLANS
            if (o->plan_end > o->plan_begin) make_plan(s, p, o->plan_begin, o->plan_end);
#endif
            judge_order(s, o, p->salvos + o->salvo);
        }
    }
}

#include "tally.h"

static int16_t *rows(char **next, long count) {
    int16_t *begin = (int16_t *)*next;
    *next += ((count > 0 ? count : 1) * T * (long)sizeof(int16_t) + 63) / 64 * 64;
    return begin;
}

/* Bytes of a block's state; sets its rows where `memory` is given. */
static long lay_out(state *s, const problem *p, char *memory) {
    char *next = memory;
    s->death = rows(&next, ARCHITECTURES * p->objects);
    s->cause = rows(&next, ARCHITECTURES * p->objects);
    s->last = rows(&next, p->pairs);
    s->look = rows(&next, p->pairs);
    s->stock = rows(&next, ARCHITECTURES * p->magazines);
    s->channel_free = rows(&next, ARCHITECTURES * p->batteries * CHANNELS);
    s->opening = rows(&next, p->cells);
    s->share = rows(&next, PLANS ? p->pairs : 1);
    s->gates = rows(&next, p->gates);
    s->flags = rows(&next, p->flags);
    s->spare = rows(&next, 1);
    s->errors = rows(&next, p->variants);
    s->masks = rows(&next, 2 * ARCHITECTURES);
    s->draw_high = rows(&next, p->draws);
    s->draw_low = rows(&next, p->draws);
    s->luck.words = (uint32_t *)rows(&next, 2 * (4 + 2));
    s->account_sums = (I32 *)next;
    next += (long)ARCHITECTURES * p->accounts * SLOTS * COLUMNS * sizeof(I32);
    return next - memory;
}

/* Simulate blocks first, first + step, ... of T trials each, up to trial `trials`, of one world,
   and add to the counts. Returns 0, or 1 if there is no memory. */
int simulate(const problem *p, counts *c, uint64_t seed, uint32_t world, long trials, long first,
             long step) {
    state s = {};
    long bytes = lay_out(&s, p, 0);
    char *memory = aligned_alloc(64, (size_t)(bytes + 63) / 64 * 64);
    if (!memory) return 1;
    lay_out(&s, p, memory);
    memset(s.account_sums, 0, (size_t)ARCHITECTURES * p->accounts * SLOTS * COLUMNS * sizeof(I32));
    for (long block = first; block * T < trials; block += step) {
        start_luck(&s.luck, seed, world, (uint32_t)(block * T));
        toss_flags(&s, p);
        track_gates(&s, p);
        start(&s, p);
        engage(&s, p);
        count_block(&s, p, c);
    }
    add_account_sums(&s, p, c);
    free(memory);
    return 0;
}
