/* Tracks (rules 10 and 11): object by object, a place for every draw, then every gate at once. */
#ifndef PICTURES_H
#define PICTURES_H

#include "judge.h"

/* A table of 16 values by place; a place of 16 gives 0. */
#if defined(__AVX512BW__)
typedef __m512i lookup;
INLINE lookup lookup_of(const int16_t *table) {
    return _mm512_zextsi256_si512(_mm256_loadu_si256((const __m256i *)table));
}
INLINE V looked_up(lookup l, V place) { return (V)_mm512_permutexvar_epi16((__m512i)place, l); }
#elif defined(__AVX2__)
typedef struct { __m256i low, high; } lookup;
INLINE lookup lookup_of(const int16_t *table) {
    int8_t low[16], high[16];
    for (int i = 0; i < 16; i++) low[i] = (int8_t)table[i], high[i] = (int8_t)(table[i] >> 8);
    return (lookup){_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)low)),
                    _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)high))};
}
INLINE V looked_up(lookup l, V place) {
    /* A byte with its top bit set gives 0: 16 + 0x70, and the byte that is not meant. */
    V low = place + (int16_t)0x8070, high = (place << 8) + 0x7080;
    return (V)_mm256_shuffle_epi8(l.low, (__m256i)low) |
           (V)_mm256_shuffle_epi8(l.high, (__m256i)high);
}
#else
typedef struct { const int16_t *table; } lookup;
INLINE lookup lookup_of(const int16_t *table) { return (lookup){table}; }
INLINE V looked_up(lookup l, V place) {
    V value = all(0);
    for (int i = 0; i < 16; i++) value |= only(equal(place, all((int16_t)i)), all(l.table[i]));
    return value;
}
#endif

static void find_places(state *s, const problem *p, const group *g) {
    for (int i = 0; i < g->places; i++) {
        const place *e = p->places + g->first_place + i;
        const int32_t *weights = p->step_weights + e->first;
        int16_t *row = ROW(s->places, i);
        limit limits[16];
        for (int j = 0; j < e->steps; j++) limits[j] = limit_of(p->step_limits[e->first + j]);
        if (e->fresh) draw_rows(&s->luck, TRACK, 0, e->entity, s->draw_high, s->draw_low);
        for (int t = 0; t < T; t += LANES) {
            V high = at(s->draw_high, t), count = all(0);
            M tie = none();
            for (int j = 0; j < e->steps; j++) {
                count += only(greater(high, all(limits[j].high)), all((int16_t)weights[j]));
                tie |= equal(high, all(limits[j].high));
            }
            if (__builtin_expect(any(tie), 0)) { /* once in 65,536: the low bits decide */
                count = all(0);
                for (int j = 0; j < e->steps; j++)
                    count += only(
                        ~within(high, at(s->draw_low, t), limits[j]), all((int16_t)weights[j]));
            }
            put(row, t, count);
        }
    }
}

/* The gate's values, least of all contributions; kept as NEVER less the value, so that none is 0. */
static void find_gate(state *s, const problem *p, const gate *g) {
    int16_t *row = ROW(s->gates, g->gate);
    fill(row, 0);
    for (int i = 0; i < g->contributions; i++) {
        const contribution *c = p->contributions + g->first + i;
        const int16_t *place = ROW(s->places, c->place), *path = ROW(s->flags, c->path_flags);
        const lookup values = lookup_of(p->gate_values + 16 * c->values);
        if (c->cued_place < 0 && !(FLAGS && c->path_flags)) {
            for (int t = 0; t < T; t += LANES)
                put(row, t, most(at(row, t), looked_up(values, at(place, t))));
            continue;
        }
        const int16_t *cued = ROW(s->places, c->cued_place < 0 ? c->place : c->cued_place);
        const int16_t *warning = ROW(s->gates, c->warning);
        const int32_t *late = p->warnings + 16 * c->warnings;
        for (int t = 0; t < T; t += LANES) {
            V index = at(place, t);
            if (c->cued_place >= 0) {
                V warned = all(0);
                for (int j = 0; j < 16; j++)
                    warned = plus_one(warned, greater(at(warning, t), all((int16_t)late[j])));
                index = least(index, most(at(cued, t), warned));
            }
            V value = looked_up(values, index);
            if (FLAGS) value = only(~bits_set(at(path, t), all(UNAVAILABLE)), value);
            put(row, t, most(at(row, t), value));
        }
    }
    for (int t = 0; t < T; t += LANES) put(row, t, NEVER - at(row, t));
}

/* Gates that no track opens stay as they are in every block: the first always open. */
static void start_gates(state *s, const problem *p) {
    for (int i = 0; i < p->gates; i++) fill(ROW(s->gates, i), i ? NEVER : -2);
}

static void track_gates(state *s, const problem *p) {
    for (int i = 0; i < p->groups; i++) {
        const group *g = p->group_table + i;
        find_places(s, p, g);
        for (int j = 0; j < g->gates; j++) find_gate(s, p, p->gate_table + g->first_gate + j);
    }
}

#endif
