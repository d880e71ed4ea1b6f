/* Draws of 31 bits, the high 16 in `high` (less 2^15, so that they compare signed) and the low 15.

   A draw is within a limit if high < limit's, or equal and low <= limit's. An analyst's own
   generator, xoshiro128++ (Blackman, Vigna 2019) in every 32-bit lane, makes the low bits only
   where the high ones tie: once in 65,536. With -DPHILOX the draws are the engine's, bit by bit:
   the test that this peer plays by the same rules. */
#ifndef CHANCE_H
#define CHANCE_H

#include "vector.h"

enum { KILL, DEAD_CALLED_ALIVE, LIVE_CALLED_DEAD, TRACK, CHOICE = 8, DAMAGE = 7 };

typedef struct { int16_t high, low; } limit;

static limit limit_of(int32_t most) {
    /* `most` is the greatest draw within; -1 none, 2^31 - 1 every one. */
    limit l;
    int64_t below = (int64_t)most + 1;
    if (below == (int64_t)1 << 31) return (limit){32767, 32767};
    l.high = (int16_t)((below >> 15) - 32768);
    l.low = (int16_t)((below & 32767) - 1);
    return l;
}

typedef struct {
    U32 s0, s1, s2, s3;
    uint32_t key[2], world, trial;
    uint32_t label, block;
    uint32_t *words; /* [4][T] of (label, block) */
} luck;

INLINE U32 turned(U32 x, int k) { return (x << k) | (x >> (32 - k)); }

INLINE U32 next_words(luck *r) {
    U32 s0 = r->s0, s1 = r->s1, s2 = r->s2, s3 = r->s3;
    U32 word = turned(s0 + s3, 7) + s0, t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    r->s0 = s0;
    r->s1 = s1;
    r->s2 = s2 ^ t;
    r->s3 = turned(s3, 11);
    return word;
}

static uint64_t mixed(uint64_t x) { /* SplitMix64 */
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static void start_luck(luck *r, uint64_t seed, uint32_t world, uint32_t trial) {
    uint64_t x = mixed(seed ^ mixed(((uint64_t)world << 32) | trial));
    U32 *states[4] = {&r->s0, &r->s1, &r->s2, &r->s3};
    for (int s = 0; s < 4; s++)
        for (int lane = 0; lane < BYTES / 4; lane++) {
            x = mixed(x + 1);
            (*states[s])[lane] = (uint32_t)(x >> 32);
        }
    r->key[0] = (uint32_t)seed;
    r->key[1] = (uint32_t)(seed >> 32);
    r->world = world;
    r->trial = trial;
    r->label = 0xFFFFFFFFu;
}

#ifdef PHILOX
static void philox_words(luck *r, uint32_t label, uint32_t block) {
    if (r->label == label && r->block == block) return;
    r->label = label;
    r->block = block;
    for (int t = 0; t < T; t++) {
        uint32_t c0 = block, c1 = label, c2 = r->world, c3 = r->trial + (uint32_t)t;
        uint32_t k0 = r->key[0], k1 = r->key[1];
        for (int round = 0; round < 10; round++) {
            uint64_t p0 = (uint64_t)c0 * 0xD2511F53u, p1 = (uint64_t)c2 * 0xCD9E8D57u;
            c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
            c1 = (uint32_t)p1;
            c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
            c3 = (uint32_t)p0;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        r->words[t] = c0;
        r->words[T + t] = c1;
        r->words[2 * T + t] = c2;
        r->words[3 * T + t] = c3;
    }
}
#endif

/* Rows of whole words [T] of one entity. */
static inline const uint32_t *words_of(luck *r, uint32_t purpose, uint32_t sub, uint32_t entity) {
#ifdef PHILOX
    philox_words(r, purpose + (sub << 8), entity >> 2);
    return r->words + (entity & 3) * T;
#else
    (void)purpose, (void)sub, (void)entity;
    for (int t = 0; t < T; t += BYTES / 4) *(U32 *)(r->words + t) = next_words(r);
    return r->words;
#endif
}

/* Both parts of the draws [T] of one entity. */
static void draw_rows(
    luck *r, uint32_t purpose, uint32_t sub, uint32_t entity, int16_t *high, int16_t *low) {
#ifdef PHILOX
    const uint32_t *words = words_of(r, purpose, sub, entity);
    for (int t = 0; t < T; t++) {
        high[t] = (int16_t)((int32_t)(words[t] >> 16) - 32768);
        low[t] = (int16_t)((words[t] >> 1) & 32767);
    }
#else
    (void)purpose, (void)sub, (void)entity;
    for (int t = 0; t < T; t += LANES) {
        *(V *)(high + t) = (V)next_words(r);
        *(V *)(low + t) = (V)next_words(r) & 32767;
    }
#endif
}

INLINE M within(V high, V low, limit l) {
    return greater(all(l.high), high) | (equal(high, all(l.high)) & ~greater(low, all(l.low)));
}

/* For one entity and n limits: each trial's number of limits it is within [T]. */
INLINE void count_within(
    luck *r, uint32_t purpose, uint32_t entity, const limit *limits, int n, int16_t *row) {
#ifdef PHILOX
    const uint32_t *words = words_of(r, purpose, 0, entity);
    int16_t *high = (int16_t *)(r->words + 4 * T), *low = high + T;
    for (int t = 0; t < T; t++) {
        high[t] = (int16_t)((int32_t)(words[t] >> 16) - 32768);
        low[t] = (int16_t)((words[t] >> 1) & 32767);
    }
    for (int t = 0; t < T; t += LANES) {
        V count = all(0);
        for (int i = 0; i < n; i++)
            count = plus_one(count, within(*(V *)(high + t), *(V *)(low + t), limits[i]));
        *(V *)(row + t) = count;
    }
#else
    (void)purpose, (void)entity;
    luck local = *r;
    for (int t = 0; t < T; t += LANES) {
        V high = (V)next_words(&local), count = all(0);
        M tie = none();
        for (int i = 0; i < n; i++) {
            count = plus_one(count, greater(all(limits[i].high), high));
            tie |= equal(high, all(limits[i].high));
        }
        if (__builtin_expect(any(tie), 0)) {
            V low = (V)next_words(&local) & 32767;
            count = all(0);
            for (int i = 0; i < n; i++) count = plus_one(count, within(high, low, limits[i]));
        }
        *(V *)(row + t) = count;
    }
    r->s0 = local.s0, r->s1 = local.s1, r->s2 = local.s2, r->s3 = local.s3;
#endif
}

#endif
