#include "CKernels.h"
#include "vectors.h"

// G seen from the node of a cell grows by the cell and shrinks through the wire to the next one. All cells see the same
// voltage, so the current is G times it: one number for each column is enough.
CPK_INLINE f8 through(f8 g, float resistance) { return g / (1.0f + g * resistance); }

CPK_INLINE void ladder_32(const struct cpk_ladder *ladder, const float *conductances, float *out) {
  f8 g0 = 0, g1 = 0, g2 = 0, g3 = 0;
  int32_t before = 0;
  for (size_t i = 0; i < ladder->count; i++) {
    const int32_t row = ladder->rows[ladder->senses_top ? ladder->count - 1 - i : i];
    const float *cells = conductances + (size_t)row * ladder->stride;
    const int32_t distance = ladder->senses_top ? before - row : row - before;
    const float r = i == 0 ? 0.0f : (float)distance * ladder->segment;
    before = row;
    g0 = through(g0, r) + load8(cells);
    g1 = through(g1, r) + load8(cells + 8);
    g2 = through(g2, r) + load8(cells + 16);
    g3 = through(g3, r) + load8(cells + 24);
  }
  const int32_t segments = ladder->senses_top ? before - ladder->first_row + 1 : ladder->end_row - before;
  const float r = (float)segments * ladder->segment + ladder->sense;
  const float scale = ladder->scale;
  store8(out, load8(out) + through(g0, r) * scale);
  store8(out + 8, load8(out + 8) + through(g1, r) * scale);
  store8(out + 16, load8(out + 16) + through(g2, r) * scale);
  store8(out + 24, load8(out + 24) + through(g3, r) * scale);
}

CPK_INLINE void ladder_16(const struct cpk_ladder *ladder, const float *conductances, float *out) {
  f8 g0 = 0, g1 = 0;
  int32_t before = 0;
  for (size_t i = 0; i < ladder->count; i++) {
    const int32_t row = ladder->rows[ladder->senses_top ? ladder->count - 1 - i : i];
    const float *cells = conductances + (size_t)row * ladder->stride;
    const int32_t distance = ladder->senses_top ? before - row : row - before;
    const float r = i == 0 ? 0.0f : (float)distance * ladder->segment;
    before = row;
    g0 = through(g0, r) + load8(cells);
    g1 = through(g1, r) + load8(cells + 8);
  }
  const int32_t segments = ladder->senses_top ? before - ladder->first_row + 1 : ladder->end_row - before;
  const float r = (float)segments * ladder->segment + ladder->sense;
  const float scale = ladder->scale;
  store8(out, load8(out) + through(g0, r) * scale);
  store8(out + 8, load8(out + 8) + through(g1, r) * scale);
}

// Cells at voltages of their own: beside G the current that flows into a shorted node (Norton).
CPK_INLINE void driven_ladder_8(const struct cpk_ladder *ladder, const float *conductances, float *out) {
  f8 g = 0, current = 0;
  int32_t before = 0;
  for (size_t i = 0; i < ladder->count; i++) {
    const size_t place = ladder->senses_top ? ladder->count - 1 - i : i;
    const int32_t row = ladder->rows[place];
    const f8 cell = load8(conductances + (size_t)row * ladder->stride);
    const int32_t distance = ladder->senses_top ? before - row : row - before;
    const float r = i == 0 ? 0.0f : (float)distance * ladder->segment;
    before = row;
    current = current / (1.0f + g * r) + cell * ladder->amplitudes[place];
    g = through(g, r) + cell;
  }
  const int32_t segments = ladder->senses_top ? before - ladder->first_row + 1 : ladder->end_row - before;
  const float r = (float)segments * ladder->segment + ladder->sense;
  store8(out, load8(out) + current / (1.0f + g * r) * ladder->scale);
}

CPK_DISPATCH
void cpk_read_ladder(const struct cpk_ladder *ladder, float *sums, size_t width) {
  if (ladder->count == 0) return;
  if (ladder->amplitudes) {
    for (size_t k = 0; k < width; k += 8) driven_ladder_8(ladder, ladder->conductances + k, sums + k);
    return;
  }
  size_t j = 0;
  for (; j + 32 <= width; j += 32) ladder_32(ladder, ladder->conductances + j, sums + j);
  for (; j < width; j += 16) ladder_16(ladder, ladder->conductances + j, sums + j);
}
