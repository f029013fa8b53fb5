#include "CKernels.h"
#include "philox.h"

CPK_DISPATCH
void cpk_gaussian_fill(uint64_t key, uint32_t first, uint32_t counter1, uint32_t counter2, uint32_t counter3, float *out,
                       size_t count) {
  for (size_t j = 0; j < count; j += 32) {
    f8 z[4];
    gaussian32(key, first + (uint32_t)(j / 4), counter1, counter2, counter3, z);
    size_t left = count - j < 32 ? (count - j) / 8 : 4;
    for (size_t q = 0; q < left; q++) store8(out + j + 8 * q, z[q]);
  }
}

// Round, clamp, and count lanes of real columns (index below `columns`) whose code lies beyond the rails. Rounding comes
// first: a sum of full scale may miss the last code by a rounding error, which is no saturation.
CPK_INLINE f8 convert8(const struct cpk_tile_read *read, f8 value, size_t column, size_t *saturated) {
  f8 code = value * read->inverse_step, top = read->largest_code, bottom = read->smallest_code;
  if (read->gains) code = code * load8(read->gains + column);
  if (read->offsets) code = code + load8(read->offsets + column);
  if (read->bow != 0) {
    f8 t = select8(code > top, top, select8(code < bottom, bottom, code)) - read->middle_code;
    f8 x = t * read->inverse_code;
    code = code + t * read->bow * (1.0f - x * x);
  }
  code = round8(code);
  i8 above = code > top, below = code < bottom;
  code = select8(above, top, select8(below, bottom, code));
  uint32_t railed = bits8(above | below);
  if (railed) {
    if (column + 8 > read->columns) railed &= column >= read->columns ? 0 : (1u << (read->columns - column)) - 1;
    *saturated += (size_t)__builtin_popcount(railed);
  }
  return code * read->step;
}

CPK_INLINE void read_chunk(const struct cpk_tile_read *read, size_t column, size_t vectors, float *sums, size_t *saturated) {
  f8 value[4] = {0, 0, 0, 0}, variance[4] = {0, 0, 0, 0};
  if (read->currents)
    for (size_t q = 0; q < vectors; q++) value[q] = load8(read->currents + column + 8 * q);
  for (size_t i = 0; i < read->count; i++) {
    size_t start = (size_t)read->rows[i] * read->stride + column;
    if (read->amplitudes) {
      const float drive = read->amplitudes[i], square = drive * drive;
      if (!read->currents)
        for (size_t q = 0; q < vectors; q++) value[q] += load8(read->weights + start + 8 * q) * drive;
      if (read->variances)
        for (size_t q = 0; q < vectors; q++) variance[q] += load8(read->variances + start + 8 * q) * square;
      continue;
    }
    if (!read->currents)
      for (size_t q = 0; q < vectors; q++) value[q] += load8(read->weights + start + 8 * q);
    if (read->variances)
      for (size_t q = 0; q < vectors; q++) variance[q] += load8(read->variances + start + 8 * q);
  }
  if (read->column_variances)
    for (size_t q = 0; q < vectors; q++) variance[q] += load8(read->column_variances + column + 8 * q);
  if (read->variances || read->column_variances || read->noise_variance != 0) {
    f8 z[4];
    gaussian32(read->key, read->counter[0] + (uint32_t)(column / 4), read->counter[1], read->counter[2], read->counter[3], z);
    for (size_t q = 0; q < vectors; q++) value[q] = value[q] + __builtin_elementwise_sqrt(variance[q] + read->noise_variance) * z[q];
  }
  if (read->shift != 0)
    for (size_t q = 0; q < vectors; q++) value[q] = value[q] + read->shift;
  for (size_t q = 0; q < vectors; q++) {
    size_t at = column + 8 * q;
    f8 seen = read->inverse_step != 0 ? convert8(read, value[q], at, saturated) : value[q];
    store8(sums + at, load8(sums + at) + seen);
  }
}

CPK_DISPATCH
size_t cpk_read_tile(const struct cpk_tile_read *read, float *sums, size_t width) {
  size_t saturated = 0, column = 0;
  for (; column + 32 <= width; column += 32) read_chunk(read, column, 4, sums, &saturated);
  if (column < width) read_chunk(read, column, 2, sums, &saturated);
  return saturated;
}
