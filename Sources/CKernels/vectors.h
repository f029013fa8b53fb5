// Eight-lane helpers shared by the kernels. `static inline`, so each is compiled for the instruction set of its caller.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CPK_DISPATCH __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#define CPK_INLINE static inline __attribute__((always_inline))
#pragma clang diagnostic ignored "-Wpsabi"

typedef float f8 __attribute__((ext_vector_type(8)));
typedef int32_t i8 __attribute__((ext_vector_type(8)));
typedef uint32_t u8 __attribute__((ext_vector_type(8)));
typedef uint64_t w8 __attribute__((ext_vector_type(8)));
typedef double d8 __attribute__((ext_vector_type(8)));

CPK_INLINE f8 load8(const float *p) {
  f8 v;
  memcpy(&v, p, sizeof v);
  return v;
}

CPK_INLINE void store8(float *p, f8 v) { memcpy(p, &v, sizeof v); }

CPK_INLINE f8 select8(i8 mask, f8 yes, f8 no) { return (f8)(((i8)yes & mask) | ((i8)no & ~mask)); }

CPK_INLINE f8 abs8(f8 v) { return (f8)((i8)v & 0x7fffffff); }

// Bit j of the result: lane j of a comparison is true.
CPK_INLINE uint32_t bits8(i8 mask) {
  const u8 weights = {1, 2, 4, 8, 16, 32, 64, 128};
  u8 picked = (u8)mask & weights;
  return __builtin_reduce_or(picked);
}

// Round to nearest, ties to even, for |v| < 2^22.
CPK_INLINE f8 round8(f8 v) {
  const float magic = 12582912.0f;  // 1.5 · 2^23
  return (v + magic) - magic;
}
