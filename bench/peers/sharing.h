/* Fire plans of bursts (rules 18 and 19). */
#ifndef PLAN_H
#define PLAN_H

#include "judge.h"

enum { P_BEGIN, P_MAGAZINE, P_BATTERY, P_TEST, P_COUNT, P_EVEN, P_SERVE };

typedef struct {
    int16_t due[T], rounds[T], battery_rounds[T], units[T], salvo[T];
} plan_counts __attribute__((aligned(64)));

static inline void test_entry(state *s, const plan_entry *p, const int32_t *salvo, int16_t *most_due) {
    const int16_t *death = ROW(s->death, p->object), *last = ROW(s->last, p->pair);
    const int16_t *looks = ROW(s->look, p->pair), *gate = ROW(s->gates, p->gate);
    const int16_t *site = ROW(s->flags, p->site_flags), *pair = ROW(s->flags, p->pair_flags);
    const V look_limit = all((int16_t)p->look_limit), seen = all((int16_t)p->seen_limit);
    const V gate_limit = all((int16_t)p->gate_limit);
    const int flagged = FLAGS && (p->site_flags || p->pair_flags);
    for (int t = 0; t < T; t += LANES) {
        V look = at(looks, t);
        M open = greater(at(last, t), look_limit);
        M due = believed(at(death, t), at(last, t), look, open, seen) & ~open;
        due &= ~greater(at(gate, t), gate_limit);
        V owed = salvo_due(salvo, look);
        if (flagged) {
            V flags = at(site, t) | at(pair, t);
            due &= ~bits_set(flags, all(UNAVAILABLE | NOT_CALLED | OUT_OF_PLAY));
            owed = doubled(owed, flags);
        }
        put(most_due, t, most(at(most_due, t), only(due, owed)));
    }
}

#if PLANS
/* One of `due` equally likely numbers from a whole word, whether below `below`. */
INLINE int drawn_below(uint32_t word, int due, int below) {
    uint32_t n = (uint32_t)(due > 1 ? due : 1);
    return (int)(((word >> 16) * n + (((word & 0xFFFF) * n) >> 16)) >> 16) < below;
}

static void make_plan(state *s, const problem *q, int begin, int end) {
    static _Thread_local plan_counts c;
    for (int i = begin; i < end; i++) {
        const plan_entry *p = q->plan + i;
        const int32_t *salvo = q->plan_salvos + p->salvo;
        int16_t *share = ROW(s->share, p->pair), *stock = ROW(s->stock, p->stock);
        switch (p->kind) {
        case P_BEGIN:
            c = (plan_counts){};
            break;
        case P_MAGAZINE:
            for (int t = 0; t < T; t++) {
                c.rounds[t] += stock[t] >> 1;
                c.battery_rounds[t] += stock[t] >> 1;
            }
            break;
        case P_BATTERY: {
            int most_owed = salvo[0] > 1 ? salvo[0] : 1;
            for (int t = 0; t < T; t++) {
                int served = (c.battery_rounds[t] + most_owed - 1) / most_owed, free = 0;
                for (int channel = 0; channel < p->channels; channel++)
                    free += ROW(s->channel_free, p->battery * CHANNELS + channel)[t] <= p->launch;
                /* Channels that are free at once count as the schedule says. */
                if (!p->channels) free = p->free_at_once;
                c.units[t] += p->unlimited || served < free ? served : free;
                c.battery_rounds[t] = 0;
            }
            break;
        }
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
        case P_SERVE: {
            const uint32_t *words = words_of(&s->luck, CHOICE, p->cell_key, p->entity);
            for (int t = 0; t < T; t++) {
                int is_due = share[t] > 0;
                int served = drawn_below(words[t], c.due[t], c.units[t]) & is_due;
                share[t] = served ? share[t] : 0;
                c.units[t] -= (int16_t)served;
                c.due[t] -= (int16_t)is_due;
            }
            break;
        }
        }
    }
}

#endif

#endif
