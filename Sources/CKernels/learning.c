#include "CKernels.h"
#include "vectors.h"

CPK_DISPATCH
void cpk_eprop_reverse(const struct cpk_eprop *rule, float *psi, float *carry, size_t width) {
  for (size_t j = 0; j < width; j += 16) {
    f8 r0 = 0, r1 = 0;
    f8 base0 = load8(rule->regularisation + j), base1 = load8(rule->regularisation + j + 8);
    for (size_t t = rule->ticks; t-- > 0;) {
      const float *error = rule->errors + t * rule->error_stride;
      f8 signal0 = base0, signal1 = base1;
      for (size_t k = 0; k < rule->outputs; k++) {
        const float *row = rule->feedback + k * rule->feedback_stride + j;
        signal0 += load8(row) * error[k];
        signal1 += load8(row + 8) * error[k];
      }
      float *at = psi + t * rule->psi_stride + j;
      r0 = r0 * rule->leak + load8(at) * signal0;
      r1 = r1 * rule->leak + load8(at + 8) * signal1;
      store8(at, r0 * rule->scale);
      store8(at + 8, r1 * rule->scale);
    }
    store8(carry + j, r0);
    store8(carry + j + 8, r1);
  }
}

CPK_INLINE i8 lanes8(uint8_t bits) {
  const i8 lane = {1, 2, 4, 8, 16, 32, 64, 128};
  return (lane & (int32_t)bits) != 0;
}

CPK_DISPATCH
void cpk_neuron_eprop_reverse(const struct cpk_neuron_eprop *general, float *psi, size_t width) {
  const struct cpk_eprop *rule = &general->rule;
  const f8 zero = 0;
  for (size_t j = 0; j < width; j += 8) {
    f8 r = zero, q = zero, later = zero;
    f8 base = load8(rule->regularisation + j), strength = general->strengths ? load8(general->strengths + j) : zero;
    for (size_t t = rule->ticks; t-- > 0;) {
      const float *error = rule->errors + t * rule->error_stride;
      f8 signal = base;
      for (size_t k = 0; k < rule->outputs; k++) signal += load8(rule->feedback + k * rule->feedback_stride + j) * error[k];
      float *at = psi + t * rule->psi_stride + j;
      f8 slope = load8(at), kept = r * rule->leak;
      if (general->spikes) kept = select8(lanes8(general->spikes[t * general->spike_stride + j / 8]), zero, kept);
      r = kept + slope * (signal + later);
      later = (general->adaptation_decay - strength * slope) * later - strength * slope * signal;
      q = q * general->synapse_leak + r;
      store8(at, q * rule->scale);
    }
  }
}

CPK_DISPATCH
size_t cpk_accumulate_due(float *accumulator, const float *change, float limit, uint8_t *due, int *flawed,
                          size_t width) {
  const float largest = 3.40282347e38f;
  size_t found = 0;
  i8 unsound = 0;
  for (size_t j = 0; j < width; j += 8) {
    f8 old = load8(accumulator + j);
    f8 sum = old + load8(change + j);
    i8 sound = abs8(sum) <= largest;
    sum = select8(sound, sum, old);
    unsound |= ~sound;
    store8(accumulator + j, sum);
    uint32_t bits = bits8(abs8(sum) >= limit);
    due[j / 8] = (uint8_t)bits;
    found += (size_t)__builtin_popcount(bits);
  }
  *flawed = __builtin_reduce_or(unsound) != 0;
  return found;
}

CPK_DISPATCH
void cpk_write_exact(float *weights, const float *change, float limit, uint32_t *up, uint32_t *down, double *travel,
                     size_t width) {
  for (size_t j = 0; j < width; j += 8) {
    f8 old = load8(weights + j);
    f8 wanted = old + load8(change + j);
    f8 written = select8(wanted > limit, (f8)limit, select8(wanted < -limit, (f8)-limit, wanted));
    store8(weights + j, written);
    u8 raised, lowered;
    d8 way;
    memcpy(&raised, up + j, sizeof raised);
    memcpy(&lowered, down + j, sizeof lowered);
    memcpy(&way, travel + j, sizeof way);
    // A true lane is -1; a count that is full stays full.
    raised -= (u8)(written > old) & (u8)(raised != UINT32_MAX);
    lowered -= (u8)(written < old) & (u8)(lowered != UINT32_MAX);
    way += __builtin_convertvector(abs8(written - old), d8);
    memcpy(up + j, &raised, sizeof raised);
    memcpy(down + j, &lowered, sizeof lowered);
    memcpy(travel + j, &way, sizeof way);
  }
}
