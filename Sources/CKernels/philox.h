// Philox4x32-10 (Salmon et al., SC 2011, doi:10.1145/2063384.2063405) on eight counters at once, and normal numbers
// from it by the Box-Muller transform with polynomial logarithm, sine and cosine.
#pragma once
#include "vectors.h"

typedef struct {
  u8 word[4];
} philox8;

CPK_INLINE void multiply_high_low(uint32_t factor, u8 x, u8 *high, u8 *low) {
  w8 product = __builtin_convertvector(x, w8) * (uint64_t)factor;
  *high = __builtin_convertvector(product >> 32, u8);
  *low = x * factor;
}

CPK_INLINE philox8 philox4x32_10(uint64_t key, u8 c0, u8 c1, u8 c2, u8 c3) {
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    u8 high0, low0, high1, low1;
    multiply_high_low(0xD2511F53u, c0, &high0, &low0);
    multiply_high_low(0xCD9E8D57u, c2, &high1, &low1);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  philox8 r = {{c0, c1, c2, c3}};
  return r;
}

// Natural logarithm of u in (0, 1]: exponent plus a polynomial of the mantissa in [sqrt(1/2), sqrt(2)); |error| < 1e-6.
CPK_INLINE f8 log8(f8 u) {
  i8 bits = (i8)u;
  i8 exponent = (bits - 0x3f3504f3) >> 23;
  f8 mantissa = (f8)(bits - (exponent << 23));
  f8 x = mantissa - 1.0f;
  f8 s = x / (x + 2.0f);  // log(m) = 2 atanh(s)
  f8 s2 = s * s;
  f8 series = ((s2 * 0.2222222f + 0.2857143f) * s2 + 0.4f) * s2 + 0.6666667f;
  f8 log_mantissa = s * 2.0f + s * s2 * series;
  return __builtin_convertvector(exponent, f8) * 0.6931472f + log_mantissa;
}

// Sine and cosine of 2π·turn for turn in [0, 1): quarter turns exactly, a Taylor polynomial on [-1/8, 1/8] of a turn.
CPK_INLINE void sincos8(f8 turn, f8 *sine, f8 *cosine) {
  f8 quarter = round8(turn * 4.0f);
  f8 x = (turn - quarter * 0.25f) * 6.2831853f;
  f8 x2 = x * x;
  f8 s = x + x * x2 * (((x2 * 2.7557319e-6f - 1.9841270e-4f) * x2 + 8.3333333e-3f) * x2 - 1.6666667e-1f);
  f8 c = (((x2 * 2.4801587e-5f - 1.3888889e-3f) * x2 + 4.1666667e-2f) * x2 - 0.5f) * x2 + 1.0f;
  i8 q = __builtin_convertvector(quarter, i8) & 3;
  i8 swap = (q & 1) == 1;
  f8 a = select8(swap, c, s);
  f8 b = select8(swap, s, c);
  *sine = select8(q >= 2, -a, a);
  *cosine = select8((q == 1) | (q == 2), -b, b);
}

// Two normal numbers per lane from two words per lane.
CPK_INLINE void box_muller8(u8 first, u8 second, f8 *a, f8 *b) {
  // 24 bits each: u in (0, 1], turn in [0, 1), both exact in a float.
  f8 u = (__builtin_convertvector((i8)(first >> 8), f8) + 1.0f) * 5.9604645e-8f;
  f8 turn = __builtin_convertvector((i8)(second >> 8), f8) * 5.9604645e-8f;
  f8 radius = __builtin_elementwise_sqrt(log8(u) * -2.0f);
  f8 sine, cosine;
  sincos8(turn, &sine, &cosine);
  *a = radius * cosine;
  *b = radius * sine;
}

// 32 normal numbers: output q of lane l is element 8 q + l.
CPK_INLINE void gaussian32(uint64_t key, uint32_t first, uint32_t c1, uint32_t c2, uint32_t c3, f8 out[4]) {
  const u8 lane = {0, 1, 2, 3, 4, 5, 6, 7};
  u8 zero = 0;
  philox8 r = philox4x32_10(key, lane + first, zero + c1, zero + c2, zero + c3);
  box_muller8(r.word[0], r.word[1], &out[0], &out[1]);
  box_muller8(r.word[2], r.word[3], &out[2], &out[3]);
}
