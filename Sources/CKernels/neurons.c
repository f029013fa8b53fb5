#include "CKernels.h"
#include "vectors.h"

CPK_INLINE f8 surrogate8(const struct cpk_lif *neuron, f8 u) {
  if (neuron->kind == 0) {
    f8 height = 1.0f - abs8(u - neuron->threshold) * neuron->inverse_threshold;
    return select8(height > 0.0f, height * neuron->gain, (f8)0.0f);
  }
  return select8(u >= neuron->threshold / 3.0f, (f8)neuron->gain, (f8)0.0f);
}

CPK_DISPATCH
size_t cpk_lif_step(const struct cpk_lif *neuron, float *potentials, const float *input, float *psi, uint8_t *spikes,
                    size_t width) {
  size_t fired = 0;
  for (size_t j = 0; j < width; j += 8) {
    f8 old = load8(potentials + j);
    f8 reset = select8(old > neuron->threshold, (f8)neuron->threshold, (f8)0.0f);
    f8 u = (old * neuron->leak + load8(input + j)) - reset;
    store8(potentials + j, u);
    uint32_t bits = bits8(u > neuron->threshold);
    if (j + 8 > neuron->columns) bits &= j >= neuron->columns ? 0 : (1u << (neuron->columns - j)) - 1;
    spikes[j / 8] = (uint8_t)bits;
    fired += (size_t)__builtin_popcount(bits);
    if (psi) store8(psi + j, surrogate8(neuron, u));
  }
  return fired;
}

// e^x for x <= 0 by 2^n · 2^f with a polynomial on [-1/2, 1/2]; 0 below -87; relative error < 3e-7.
CPK_INLINE f8 exp8(f8 x) {
  f8 clamped = select8(x < -87.0f, (f8)-87.0f, x);
  f8 n = round8(clamped * 1.44269504f);
  f8 r = (clamped - n * 0.693359375f) - n * -2.12194440e-4f;
  f8 p = ((((r * 1.3888889e-3f + 8.3333333e-3f) * r + 4.1666667e-2f) * r + 1.6666667e-1f) * r + 0.5f) * r;
  f8 mantissa = p * r + (r + 1.0f);
  i8 scale = (__builtin_convertvector(n, i8) + 127) << 23;
  return select8(x < -87.0f, (f8)0.0f, mantissa * (f8)scale);
}

CPK_DISPATCH
void cpk_softmax_error(const float *values, size_t count, int32_t target, float *error, size_t width) {
  float largest = values[0];
  for (size_t k = 1; k < count; k++) largest = values[k] > largest ? values[k] : largest;
  for (size_t k = 0; k < width; k += 8) store8(error + k, exp8(load8(values + k) - largest));
  float total = 0;
  for (size_t k = 0; k < count; k++) total += error[k];
  for (size_t k = 0; k < count; k++) error[k] = error[k] / total - (k == (size_t)target ? 1.0f : 0.0f);
  for (size_t k = count; k < width; k++) error[k] = 0;
}
