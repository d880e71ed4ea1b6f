/* The sharing of rounds in bursts (rules 18 and 19). */
#ifndef SHARING_H
#define SHARING_H

#include "judge.h"

enum { P_BEGIN, P_MAGAZINE, P_TEST = 3, P_COUNT, P_EVEN };

typedef struct {
    int16_t due[T], rounds[T], salvo[T];
} sharing_counts __attribute__((aligned(64)));

static inline void test_entry(state *s, const sharing_step *p, const int32_t *salvo, int16_t *most_due) {
    const int16_t *death = ROW(s->death, p->object), *last = ROW(s->last, p->pair);
    const int16_t *looks = ROW(s->look, p->pair), *gate = ROW(s->gates, p->gate);
    const int16_t *site = ROW(s->flags, p->site_flags), *pair = ROW(s->flags, p->pair_flags);
    const V look_limit = all((int16_t)p->look_limit), seen = all((int16_t)p->seen_limit);
    const V gate_limit = all((int16_t)p->gate_limit);
    const int flagged = FLAGS && (p->site_flags || p->pair_flags);
    for (int t = 0; t < T; t += LANES) {
        V look = at(looks, t), owed = all((int16_t)salvo[0]);
        M open = greater(at(last, t), look_limit);
        M due = believed(at(death, t), at(last, t), look, open, seen) & ~open;
        due &= ~greater(at(gate, t), gate_limit);
        if (flagged) {
            V flags = at(site, t) | at(pair, t);
            due &= ~bits_set(flags, all(UNAVAILABLE | NOT_CALLED));
            owed = doubled(owed, flags);
        }
        put(most_due, t, most(at(most_due, t), only(due, owed)));
    }
}

#if SHARING
/* One of `due` equally likely numbers from a whole word, whether below `below`. */
INLINE int drawn_below(uint32_t word, int due, int below) {
    uint32_t n = (uint32_t)(due > 1 ? due : 1);
    return (int)(((word >> 16) * n + (((word & 0xFFFF) * n) >> 16)) >> 16) < below;
}

static void share_out(state *s, const problem *q, int begin, int end) {
    static _Thread_local sharing_counts c;
    for (int i = begin; i < end; i++) {
        const sharing_step *p = q->sharing + i;
        const int32_t *salvo = q->sharing_salvos + p->salvo;
        int16_t *share = ROW(s->share, p->pair), *stock = ROW(s->stock, p->stock);
        switch (p->kind) {
        case P_BEGIN:
            c = (sharing_counts){};
            break;
        case P_MAGAZINE:
            for (int t = 0; t < T; t++) c.rounds[t] += stock[t] >> 1;
            break;
        case P_TEST:
            test_entry(s, p, salvo, c.salvo);
            break;
        case P_COUNT:
            for (int t = 0; t < T; t++) {
                share[t] = c.salvo[t];
                c.due[t] += c.salvo[t] > 0;
                c.salvo[t] = 0;
            }
            break;
        case P_EVEN: {
            const uint32_t *words = s->luck.words;
            if (p->random) words = words_of(&s->luck, CHOICE, p->cell_key, p->entity);
            for (int t = 0; t < T; t++) {
                int due = c.due[t] > 1 ? c.due[t] : 1, rounds = c.rounds[t];
                /* Exact in float for fewer than 2^15 rounds. */
                int each = (int)(((float)rounds + 0.5f) / (float)due), odd = rounds - each * due;
                int extra = p->random ? drawn_below(words[t], due, odd) : odd > 0;
                int given = each + extra < share[t] ? each + extra : share[t];
                c.due[t] -= share[t] > 0;
                c.rounds[t] = (int16_t)(rounds - given);
                share[t] = (int16_t)given;
            }
            break;
        }
        }
    }
}

#endif

#endif
