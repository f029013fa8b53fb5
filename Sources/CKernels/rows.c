#include "CKernels.h"
#include "vectors.h"

CPK_INLINE void sum_rows_64(const float *matrix, size_t stride, const int32_t *rows, size_t count, float *sums) {
  f8 a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0;
  for (size_t i = 0; i < count; i++) {
    const float *row = matrix + (size_t)rows[i] * stride;
    a0 += load8(row);
    a1 += load8(row + 8);
    a2 += load8(row + 16);
    a3 += load8(row + 24);
    a4 += load8(row + 32);
    a5 += load8(row + 40);
    a6 += load8(row + 48);
    a7 += load8(row + 56);
  }
  store8(sums, a0);
  store8(sums + 8, a1);
  store8(sums + 16, a2);
  store8(sums + 24, a3);
  store8(sums + 32, a4);
  store8(sums + 40, a5);
  store8(sums + 48, a6);
  store8(sums + 56, a7);
}

CPK_INLINE void sum_rows_16(const float *matrix, size_t stride, const int32_t *rows, size_t count, float *sums) {
  f8 a0 = 0, a1 = 0;
  for (size_t i = 0; i < count; i++) {
    const float *row = matrix + (size_t)rows[i] * stride;
    a0 += load8(row);
    a1 += load8(row + 8);
  }
  store8(sums, a0);
  store8(sums + 8, a1);
}

CPK_DISPATCH
void cpk_sum_rows(const float *matrix, size_t stride, const int32_t *rows, size_t count, float *sums, size_t width) {
  size_t j = 0;
  for (; j + 64 <= width; j += 64) sum_rows_64(matrix + j, stride, rows, count, sums + j);
  for (; j < width; j += 16) sum_rows_16(matrix + j, stride, rows, count, sums + j);
}

CPK_DISPATCH
void cpk_sum_scaled_rows(const float *matrix, size_t stride, const int32_t *rows, const float *factors, size_t count,
                         float *sums, size_t width) {
  for (size_t j = 0; j < width; j += 16) {
    f8 a0 = 0, a1 = 0;
    for (size_t i = 0; i < count; i++) {
      const float *row = matrix + (size_t)rows[i] * stride + j;
      a0 += load8(row) * factors[i];
      a1 += load8(row + 8) * factors[i];
    }
    store8(sums + j, a0);
    store8(sums + j + 8, a1);
  }
}

CPK_DISPATCH
void cpk_add_scaled(float *out, const float *addend, float factor, size_t width) {
  for (size_t j = 0; j < width; j += 8) store8(out + j, load8(out + j) + load8(addend + j) * factor);
}

CPK_DISPATCH
void cpk_leaky_integrate(float decay, float *values, const float *input, size_t width) {
  for (size_t j = 0; j < width; j += 8) store8(values + j, load8(values + j) * decay + load8(input + j));
}
