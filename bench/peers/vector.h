/* Vectors of trials: 16-bit lanes as wide as the machine has them, and masks.

   With AVX-512 a mask is a bit a lane in a register of its own; else it is a vector of 0 and -1. */
#ifndef VECTOR_H
#define VECTOR_H

#include <stdint.h>
#if defined(__AVX512BW__) || defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__AVX512BW__)
#define BYTES 64
#elif defined(__AVX2__)
#define BYTES 32
#else
#define BYTES 16
#endif
#define LANES (BYTES / 2)
#define INLINE static inline __attribute__((always_inline))

typedef int16_t V __attribute__((vector_size(BYTES), may_alias));
typedef uint16_t UV __attribute__((vector_size(BYTES), may_alias));
typedef uint32_t U32 __attribute__((vector_size(BYTES), may_alias));
typedef int32_t I32 __attribute__((vector_size(BYTES), may_alias));

INLINE V all(int16_t value) { return (V){} + value; }

#if defined(__AVX512BW__)
typedef __mmask32 M;
INLINE M greater(V a, V b) { return _mm512_cmpgt_epi16_mask((__m512i)a, (__m512i)b); }
INLINE M equal(V a, V b) { return _mm512_cmpeq_epi16_mask((__m512i)a, (__m512i)b); }
INLINE M bits_set(V a, V b) { return _mm512_test_epi16_mask((__m512i)a, (__m512i)b); }
INLINE V choose(M m, V a, V b) { return (V)_mm512_mask_blend_epi16(m, (__m512i)b, (__m512i)a); }
INLINE V only(M m, V a) { return (V)_mm512_maskz_mov_epi16(m, (__m512i)a); }
INLINE V plus_one(V a, M m) {
    return (V)_mm512_mask_sub_epi16((__m512i)a, m, (__m512i)a, _mm512_set1_epi16(-1));
}
INLINE V least(V a, V b) { return (V)_mm512_min_epi16((__m512i)a, (__m512i)b); }
INLINE V most(V a, V b) { return (V)_mm512_max_epi16((__m512i)a, (__m512i)b); }
INLINE I32 pairs_added(V a) {
    return (I32)_mm512_madd_epi16((__m512i)a, _mm512_set1_epi16(1));
}
INLINE int any(M m) { return m != 0; }
INLINE M none(void) { return 0; }
INLINE M every(void) { return 0xFFFFFFFFu; }
#else
typedef V M;
INLINE M greater(V a, V b) { return a > b; }
INLINE M equal(V a, V b) { return a == b; }
INLINE M bits_set(V a, V b) { return (a & b) != 0; }
INLINE V only(M m, V a) { return m & a; }
INLINE V plus_one(V a, M m) { return a - m; }
INLINE M none(void) { return all(0); }
INLINE M every(void) { return all(-1); }
#if defined(__AVX2__)
INLINE V choose(M m, V a, V b) {
    return (V)_mm256_blendv_epi8((__m256i)b, (__m256i)a, (__m256i)m);
}
INLINE V least(V a, V b) { return (V)_mm256_min_epi16((__m256i)a, (__m256i)b); }
INLINE V most(V a, V b) { return (V)_mm256_max_epi16((__m256i)a, (__m256i)b); }
INLINE I32 pairs_added(V a) {
    return (I32)_mm256_madd_epi16((__m256i)a, _mm256_set1_epi16(1));
}
INLINE int any(M m) { return !_mm256_testz_si256((__m256i)m, (__m256i)m); }
#else
INLINE V choose(M m, V a, V b) { return (m & a) | (~m & b); }
INLINE V least(V a, V b) { return choose(a < b, a, b); }
INLINE V most(V a, V b) { return choose(a > b, a, b); }
INLINE I32 pairs_added(V a) { return ((I32)a >> 16) + (((I32)a << 16) >> 16); }
INLINE int any(M m) {
    uint64_t parts[BYTES / 8], set = 0;
    __builtin_memcpy(parts, &m, sizeof m);
    for (int i = 0; i < BYTES / 8; i++) set |= parts[i];
    return set != 0;
}
#endif
#endif

#endif
