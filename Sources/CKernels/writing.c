#include "CKernels.h"
#include "philox.h"

// e^x - 1: n = round(x / ln 2), r = x - n ln 2, (e^r - 1) 2^n + (2^n - 1); relative error < 5e-7, exact sign, |x| <= 80 after
// clamping. With n = 0 nothing cancels, so small arguments keep their precision.
CPK_INLINE f8 expm1_near_0(f8 r) {
  f8 p = (((((r * 1.9841270e-4f + 1.3888889e-3f) * r + 8.3333333e-3f) * r + 4.1666667e-2f) * r + 1.6666667e-1f) * r + 0.5f) * r;
  return p * r + r;
}

CPK_INLINE f8 expm1_8(f8 x) {
  // The same bits as below with n = 0, which is the rule for few pulses.
  if (!__builtin_reduce_or(abs8(x) > 0.34f)) return expm1_near_0(x);
  x = select8(x > 80.0f, (f8)80.0f, select8(x < -80.0f, (f8)-80.0f, x));
  f8 n = round8(x * 1.44269504f);
  f8 r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  f8 power = (f8)((__builtin_convertvector(n, i8) + 127) << 23);
  return expm1_near_0(r) * power + (power - 1.0f);
}

CPK_INLINE i8 load8i(const int32_t *p) {
  i8 v;
  memcpy(&v, p, sizeof v);
  return v;
}

CPK_INLINE d8 load8d(const double *p) {
  d8 v;
  memcpy(&v, p, sizeof v);
  return v;
}

CPK_INLINE void store8d(double *p, d8 v) { memcpy(p, &v, sizeof v); }

CPK_INLINE u8 load8u(const uint32_t *p) {
  u8 v;
  memcpy(&v, p, sizeof v);
  return v;
}

CPK_INLINE void store8u(uint32_t *p, u8 v) { memcpy(p, &v, sizeof v); }

// Level after |n| pulses of the polarity of n, with the noise z of the whole train, clipped to 0…1.
CPK_INLINE f8 level8(const struct cpk_pulse_train *row, const float *number, f8 level, i8 rises, f8 count, f8 z) {
  const size_t stride = row->number_stride;
  f8 asymptote = select8(rises, load8(number + 2 * stride), load8(number + 5 * stride));
  f8 log_ratio = select8(rises, load8(number + 3 * stride), load8(number + 6 * stride));
  f8 step = select8(rises, load8(number + 4 * stride), load8(number + 7 * stride));
  i8 linear = log_ratio == 0.0f;
  f8 whole = expm1_8(count * log_ratio);
  f8 next = level + select8(linear, count * step, (level - asymptote) * whole);
  if (row->sigma > 0) {
    // Σ r^2k over the train = (r^2n - 1) / (r^2 - 1), and e^2x - 1 = (e^x - 1)(e^x + 1).
    f8 one = expm1_8(log_ratio);
    f8 exact = (whole * (whole + 2.0f)) / select8(linear, (f8)1.0f, one * (one + 2.0f));
    f8 variance = row->square_root ? count : select8(linear, count, exact);
    next = next + (__builtin_elementwise_sqrt(variance) * row->sigma) * z;
  }
  return select8(next > 0.0f, select8(next > 1.0f, (f8)1.0f, next), (f8)0.0f);
}

// Sums of a row by lane; a row is short enough for single precision.
struct lane_sums {
  f8 set_charge, reset_charge;
  u8 set, reset;
  i8 highest, lowest;
};

// Lanes whose condition byte is 0.
CPK_INLINE i8 sound8(const uint8_t *conditions) {
  uint64_t bytes;
  memcpy(&bytes, conditions, sizeof bytes);
  if (!bytes) return (i8)-1;
  const u8 shift = {0, 8, 16, 24, 0, 8, 16, 24};
  uint32_t low = (uint32_t)bytes, high = (uint32_t)(bytes >> 32);
  u8 words = {low, low, low, low, high, high, high, high};
  return (i8)(((words >> shift) & 255u) == 0u);
}

// Counts n more pulses; a count that is full stays full.
CPK_INLINE void count8(uint32_t *counts, u8 n) {
  u8 old = load8u(counts), sum = old + n;
  store8u(counts, sum | (u8)(sum < old));
}

// Returns the lanes that reached the end of their life.
CPK_INLINE i8 pulse8(const struct cpk_pulse_train *row, size_t j, f8 z, struct lane_sums *sums) {
  i8 pulses = load8i(row->pulses + j) * row->sign;
  i8 ups = __builtin_elementwise_max(pulses, (i8)0), downs = __builtin_elementwise_max(-pulses, (i8)0);
  f8 up = __builtin_convertvector(ups, f8), down = __builtin_convertvector(downs, f8);
  f8 count = up + down;
  i8 moves = (pulses != 0) & sound8(row->conditions + j);
  const float *number = row->numbers + j;
  f8 low = load8(number), range = load8(number + row->number_stride);
  f8 before = load8(row->states + j);
  f8 level = (before - low) / range;
  f8 next = level8(row, number, level, pulses > 0, count, z);
  f8 after = select8(moves, low + next * range, before);
  store8(row->states + j, after);
  store8d(row->travel + j, load8d(row->travel + j) + __builtin_convertvector(abs8(after - before), d8));
  count8(row->set + j, (u8)ups);
  count8(row->reset + j, (u8)downs);
  f8 charge = (before + after) * 0.5f;
  sums->set_charge += charge * up;
  sums->reset_charge += charge * down;
  sums->set += (u8)ups;
  sums->reset += (u8)downs;
  sums->highest = __builtin_elementwise_max(sums->highest, ups);
  sums->lowest = __builtin_elementwise_max(sums->lowest, downs);
  if (!row->wear) return (i8)0;
  f8 weight = select8(pulses > 0, (f8)row->set_weight, (f8)row->reset_weight);
  f8 spent = select8(moves, (abs8(next - level) + count * row->wear_per_pulse) * weight, (f8)0.0f);
  d8 wear = load8d(row->wear + j) + __builtin_convertvector(spent, d8);
  store8d(row->wear + j, wear);
  return (__builtin_convertvector(wear, f8) >= load8(row->lives + j)) & moves;
}

CPK_INLINE int is_idle(const int32_t *pulses) {
  uint64_t words[4];
  memcpy(words, pulses, sizeof words);
  return (words[0] | words[1] | words[2] | words[3]) == 0;
}

CPK_DISPATCH
size_t cpk_pulse_row(const struct cpk_pulse_train *row, struct cpk_pulse_sums *total, uint8_t *due, size_t width) {
  struct lane_sums sums = {0, 0, 0, 0, 0, 0};
  size_t found = 0;
  memset(due, 0, width / 8);
  for (size_t j = 0; j < width; j += 32) {
    size_t vectors = width - j < 32 ? (width - j) / 8 : 4;
    int busy[4] = {0, 0, 0, 0};
    for (size_t q = 0; q < vectors; q++) busy[q] = !is_idle(row->pulses + j + 8 * q);
    if (!(busy[0] | busy[1] | busy[2] | busy[3])) continue;
    f8 z[4] = {0, 0, 0, 0};
    if (row->sigma > 0)
      gaussian32(row->key, row->counter[0] + (uint32_t)(j / 4), row->counter[1], row->counter[2], row->counter[3], z);
    i8 dead[4] = {0, 0, 0, 0};
    for (size_t q = 0; q < vectors; q++)
      if (busy[q]) dead[q] = pulse8(row, j + 8 * q, z[q], &sums);
    if (!__builtin_reduce_or(dead[0] | dead[1] | dead[2] | dead[3])) continue;
    for (size_t q = 0; q < vectors; q++) {
      uint32_t bits = bits8(dead[q]);
      due[j / 8 + q] = (uint8_t)bits;
      found += (size_t)__builtin_popcount(bits);
    }
  }
  int32_t longest_set = 0, longest_reset = 0;
  for (int l = 0; l < 8; l++) {
    total->set_charge += (double)sums.set_charge[l];
    total->reset_charge += (double)sums.reset_charge[l];
    total->set += sums.set[l];
    total->reset += sums.reset[l];
    longest_set = sums.highest[l] > longest_set ? sums.highest[l] : longest_set;
    longest_reset = sums.lowest[l] > longest_reset ? sums.lowest[l] : longest_reset;
  }
  total->longest_set += (uint64_t)longest_set;
  total->longest_reset += (uint64_t)longest_reset;
  return found;
}

// Seconds since the last write; the difference of two tick counts is below 2^52 and so exact in a double.
CPK_INLINE f8 age8(uint64_t now, const uint64_t *written, float tick_seconds) {
  w8 then;
  memcpy(&then, written, sizeof then);
  w8 past = (now - then) & (w8)(then < now);
  d8 ticks = (d8)(past | 0x4330000000000000u) - 4503599627370496.0;
  return __builtin_convertvector(ticks * (double)tick_seconds, f8);
}

CPK_INLINE f8 exp_8(f8 x) { return expm1_8(x) + 1.0f; }

CPK_DISPATCH
void cpk_age(const struct cpk_aging *law, const float *programmed, const uint64_t *written, const float *coefficient,
             float *aged, size_t width) {
  for (size_t j = 0; j < width; j += 8) {
    f8 state = load8(programmed + j);
    f8 age = age8(law->now, written + j, law->tick_seconds);
    f8 c = load8(coefficient + j);
    f8 next;
    if (law->kind == 0) {
      next = state * exp_8(c * -log8(1.0f + age * law->inverse_time));
    } else {
      f8 x = log8(select8(age > 0.0f, age, (f8)1.0f) / c) * law->exponent;
      size_t own = law->own ? j : 0;
      f8 rest = load8(law->lows + own) + load8(law->ranges + own) * law->rest_level;
      next = rest + (state - rest) * exp_8(-exp_8(x));
    }
    store8(aged + j, select8(age > 0.0f, next, state));
  }
}
