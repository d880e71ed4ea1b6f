/* The yardstick: the rules in C, vectorised over trials by hand, one thread a call.

   State is [row][T] of 16-bit integers; T trials go through the whole list before the next T, so
   that the rows stay in the core's own cache. Compiled for one schedule: rules that it does not
   use are left out, as the engine leaves them out. */
#include <stdlib.h>
#include <string.h>

#include "pictures.h"
#include "sharing.h"

/* Coins, presence, calling. */
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

static void start(state *s, const problem *p) {
    for (int i = 0; i < ARCHITECTURES * p->objects; i++) {
        fill(ROW(s->death, i), NEVER);
        fill(ROW(s->cause, i), 0);
    }
    for (int i = 0; i < p->pairs; i++) {
        fill(ROW(s->last, i), -1);
        fill(ROW(s->look, i), 0);
        if (SHARING) fill(ROW(s->share, i), 0);
    }
    for (int i = 0; i < ARCHITECTURES * p->magazines; i++)
        fill(ROW(s->stock, i), (int16_t)(p->start_stock[i] << 1));
    for (int i = 0; i < ARCHITECTURES * p->batteries * CHANNELS; i++)
        fill(ROW(s->channel_free, i), (int16_t)p->start_channels[i]);
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

#if ERRORS
/* Whether a look that this opportunity opens would err, for each distinct pair of limits. */
static void draw_errors(state *s, const problem *p, int i) {
    for (int bit = 0; bit < 2; bit++)
        for (int v = 0; v < p->variant_count[i]; v++) {
            int a = p->error_variants[i * p->variants + v];
            limit most = limit_of(p->error[(a * p->opportunities + i) * 2 + bit]);
            int16_t *row = ROW(s->errors, v);
            uint32_t purpose = bit ? LIVE_CALLED_DEAD : DEAD_CALLED_ALIVE;
            /* All variants compare the same draw; of a single one no low bits are needed. */
            if (p->variant_count[i] == 1)
                count_within(&s->luck, purpose, (uint32_t)i, &most, 1, s->draw_high);
            else if (v == 0)
                draw_rows(&s->luck, purpose, 0, (uint32_t)i, s->draw_high, s->draw_low);
            for (int t = 0; t < T; t += LANES) {
                V errs = at(s->draw_high, t) << (bit ? 6 : 5);
                if (p->variant_count[i] > 1) {
                    M in = within(at(s->draw_high, t), at(s->draw_low, t), most);
                    errs = only(in, all(bit ? LIVE_DEAD : DEAD_ALIVE));
                }
                if (bit) errs |= at(row, t);
                put(row, t, errs);
            }
        }
}
#endif

static void engage(state *s, const problem *p) {
    limit limits[16];
    for (int i = 0; i < p->opportunities; i++) {
        int from = p->first_order[i], to = p->first_order[i + 1], n = p->rounds[i];
        for (int k = 0; k < n; k++) limits[k] = limit_of(p->kill[i * ROUNDS + k]);
        count_within(&s->luck, KILL, (uint32_t)i, limits, n, s->spare);
#if ERRORS
        draw_errors(s, p, i);
#endif
        for (int j = from; j < to; j++) {
            const order *o = p->orders + j;
#if SHARING
            if (o->sharing_end > o->sharing_begin) share_out(s, p, o->sharing_begin, o->sharing_end);
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
    s->share = rows(&next, SHARING ? p->pairs : 1);
    s->gates = rows(&next, p->gates);
    s->flags = rows(&next, p->flags);
    s->spare = rows(&next, 1);
    s->errors = rows(&next, p->variants);
    s->masks = rows(&next, 2 * ARCHITECTURES);
    s->places = rows(&next, p->most_places);
    s->draw_high = rows(&next, 1);
    s->draw_low = rows(&next, 1);
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
    start_gates(&s, p);
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
