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

CPK_INLINE f8 surrogate_around8(const struct cpk_lif *neuron, f8 u, f8 top) {
  if (neuron->kind == 0) {
    f8 height = 1.0f - abs8(u - top) * neuron->inverse_threshold;
    return select8(height > 0.0f, height * neuron->gain, (f8)0.0f);
  }
  return select8(u >= top - neuron->threshold * (2.0f / 3.0f), (f8)neuron->gain, (f8)0.0f);
}

CPK_INLINE i8 load_draws8(const int32_t *p) {
  i8 v;
  memcpy(&v, p, sizeof v);
  return v;
}

CPK_INLINE f8 membrane8(const struct cpk_neuron *neuron, f8 old, f8 current, i8 before, size_t j) {
  const struct cpk_membrane *membrane = neuron->membrane;
  const f8 limit = (f8)0.0f + 4194303.0f;
  i8 n = __builtin_convertvector(round8(old * membrane->inverse_scale), i8);
  if (membrane->factor) {
    i8 product = n * membrane->factor;
    n = product >> 15;
    // A true lane is -1.
    if (neuron->draws) n -= ((product & 0x7fff) >= load_draws8(neuron->draws + j)) & (n != 0);
  } else {
    n -= (n + ((1 << membrane->shift) - 1)) >> membrane->shift;
  }
  n = neuron->zero_reset ? n & ~before : n - (before & membrane->threshold);
  f8 wanted = current * membrane->inverse_scale;
  wanted = select8(wanted <= limit, wanted, limit);
  wanted = select8(wanted >= -limit, wanted, -limit);
  n += __builtin_convertvector(round8(wanted), i8);
  n = n > membrane->largest ? membrane->largest : n;
  n = n < membrane->smallest ? membrane->smallest : n;
  return __builtin_convertvector(n, f8) * membrane->scale;
}

CPK_DISPATCH
size_t cpk_neuron_step(const struct cpk_neuron *neuron, float *potentials, const float *input, float *psi,
                       uint8_t *spikes, size_t width) {
  const struct cpk_lif *lif = &neuron->lif;
  const f8 zero = 0, one = zero + 1.0f;
  size_t fired = 0;
  for (size_t j = 0; j < width; j += 8) {
    f8 old = load8(potentials + j), strength = zero, adaptation = zero, left = zero;
    if (neuron->strengths) {
      strength = load8(neuron->strengths + j);
      adaptation = load8(neuron->adaptations + j);
    }
    i8 before = old > adaptation * strength + lif->threshold;
    if (neuron->left) {
      left = load8(neuron->left + j);
      before &= left == neuron->refractory;
    }
    if (neuron->strengths) {
      adaptation = adaptation * neuron->adaptation_decay + select8(before, one, zero);
      store8(neuron->adaptations + j, adaptation);
    }
    f8 current = load8(input + j);
    if (neuron->currents) {
      current = load8(neuron->currents + j) * neuron->synapse_leak + current;
      store8(neuron->currents + j, current);
    }
    f8 u;
    if (neuron->membrane)
      u = membrane8(neuron, old, current, before, j);
    else
      u = neuron->zero_reset ? select8(before, zero, old * lif->leak) + current
                             : (old * lif->leak + current) - select8(before, zero + lif->threshold, zero);
    f8 top = adaptation * strength + lif->threshold;
    i8 spike = u > top, blocked = left > 0.0f;
    spike &= ~blocked;
    store8(potentials + j, u);
    if (neuron->left) store8(neuron->left + j, select8(blocked, left - 1.0f, zero) + select8(spike, zero + neuron->refractory, zero));
    uint32_t bits = bits8(spike);
    if (j + 8 > lif->columns) bits &= j >= lif->columns ? 0 : (1u << (lif->columns - j)) - 1;
    spikes[j / 8] = (uint8_t)bits;
    fired += (size_t)__builtin_popcount(bits);
    if (psi) store8(psi + j, select8(blocked, zero, surrogate_around8(lif, u, top)));
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

CPK_DISPATCH
size_t cpk_compete(float *potentials, const float *input, const float *thresholds, float leak, uint8_t *above,
                   size_t width) {
  size_t count = 0;
  for (size_t j = 0; j < width; j += 8) {
    f8 u = load8(potentials + j) * leak + load8(input + j);
    store8(potentials + j, u);
    uint32_t bits = bits8(u > load8(thresholds + j));
    above[j / 8] = (uint8_t)bits;
    count += (size_t)__builtin_popcount(bits);
  }
  return count;
}
