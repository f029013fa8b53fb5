// The few loops that need run-time CPU dispatch: each is compiled twice (baseline x86-64 and AVX2) and chosen at load
// time. Every kernel has a scalar Swift twin in KernelsTests or PlasticityTests that must agree bit for bit, so nothing here may
// contract, reassociate or approximate differently on different machines. Widths are multiples of 16.
#pragma once
#include <stddef.h>
#include <stdint.h>

// sums[0..<width] = Σ over the listed rows, in list order, of matrix[row * stride + 0..<width].
void cpk_sum_rows(const float *matrix, size_t stride, const int32_t *rows, size_t count, float *sums, size_t width);

// sums[0..<width] = Σ over the listed rows, in list order, of matrix[row * stride + 0..<width] * factors[position in the list].
void cpk_sum_scaled_rows(const float *matrix, size_t stride, const int32_t *rows, const float *factors, size_t count,
                         float *sums, size_t width);

// out[0..<width] += addend * factor.
void cpk_add_scaled(float *out, const float *addend, float factor, size_t width);

// Standard normal numbers from Philox4x32-10. Draw j of counter word `first` onwards: chunk c = j / 32 uses the counters
// (first + 8 c + lane, counter1, counter2, counter3), lane = j % 8, and output (j % 32) / 8 of that counter. count: multiple of 16.
void cpk_gaussian_fill(uint64_t key, uint32_t first, uint32_t counter1, uint32_t counter2, uint32_t counter3, float *out,
                       size_t count);

// Analog read of the active rows of one tile with aggregated read noise and a converter per column.
//   weights, variances: blocks [rows × stride], variances may be NULL (no read noise)
//   currents: the sums of the weights where they were found otherwise, [width], else NULL
//   amplitudes: of each listed row, as a fraction of full drive; scales its weights, and by its square its variances (NULL: all 1)
//   column_variances, noise_variance: noise of the sums themselves, by column (NULL: none) and alike, added to Σ variances
//   shift: what all sums are off by, ahead of the converters
//   inverse_step = 1 / LSB (0: no converter); offsets in LSB and gains (1: none) per column, either may be NULL
//   smallest_code, largest_code: the rails; middle_code half way, inverse_code = 1 over half their distance
//   bow: code += bow · t · (1 - (t · inverse_code)²), t the code clamped to the rails, less middle_code; 0: none
//   sums += quantised(Σ weights + sqrt(Σ variances) · z); returns the number of saturated conversions among `columns`
struct cpk_tile_read {
  const float *weights;
  const float *variances;
  const float *currents;
  const float *column_variances;
  size_t stride;
  const int32_t *rows;
  const float *amplitudes;
  size_t count;
  uint64_t key;
  uint32_t counter[4];
  const float *offsets;
  const float *gains;
  float noise_variance;
  float step;
  float inverse_step;
  float shift;
  float smallest_code;
  float middle_code;
  float largest_code;
  float inverse_code;
  float bow;
  size_t columns;
};
size_t cpk_read_tile(const struct cpk_tile_read *read, float *sums, size_t width);

// Row-gated read of one plane of a tile: unselected cells are open, each column is a ladder of its own.
//   conductances: row 0 of the matrix; rows ascending, all in first_row ..< end_row (the tile); segment, sense in ohms
//   sums += scale · G, G ← G/(1 + G·segment·distance) + g from the far end to the sense amplifier (siemens with scale 1)
//   amplitudes: of each listed row, as a fraction of full drive: sums += scale · I, I ← I/(1 + G·segment·distance) + amplitude·g
struct cpk_ladder {
  const float *conductances;
  size_t stride;
  const int32_t *rows;
  const float *amplitudes;
  size_t count;
  int32_t first_row;
  int32_t end_row;
  float segment;
  float sense;
  float scale;
  int32_t senses_top;
};
void cpk_read_ladder(const struct cpk_ladder *ladder, float *sums, size_t width);

// One tick of leaky integrate-and-fire neurons with subtractive reset:
//   u = leak·u + input - threshold·[u > threshold];  spike = u > threshold (strict)
//   surrogate: psi[j] = gain · max(0, 1 - |u - threshold| · inverse_threshold)      kind 0, triangle
//              psi[j] = gain if u >= threshold / 3 else 0                            kind 1, one-sided step
// psi may be NULL. Spikes are written as bits, column 0 in bit 0 of spikes[0]; returns the number of spikes.
struct cpk_lif {
  float leak;
  float threshold;
  float inverse_threshold;
  float gain;
  int kind;
  size_t columns;
};
size_t cpk_lif_step(const struct cpk_lif *neuron, float *potentials, const float *input, float *psi, uint8_t *spikes,
                    size_t width);

// One tick of neurons that compete: potentials = potentials · leak + input; sets the bits of those above their thresholds and
// returns how many they are. Nothing is reset.
size_t cpk_compete(float *potentials, const float *input, const float *thresholds, float leak, uint8_t *above,
                   size_t width);

// A membrane of whole units of `scale` (inverse_scale = 1 / scale), from smallest to largest: n = potential / scale is whole.
//   shift:  n - ceil(n / 2^shift), where factor is 0
//   factor: floor(n · factor / 2^15), + 1 where the rest is at or above a draw and the whole part is not 0
// Input is rounded to the nearest unit, ties to even, and cut to ±(2^22 - 1) units; threshold in units.
struct cpk_membrane {
  float scale;
  float inverse_scale;
  int32_t smallest;
  int32_t largest;
  int32_t threshold;
  int32_t shift;
  int32_t factor;
};

// One tick of neurons that may filter their input, adapt their threshold, reset to zero and be refractory:
//   before = u > threshold + strength·a (and left == refractory where that is above 0): the spike of the tick before
//   a = adaptation_decay·a + before;  i = synapse_leak·i + input;  top = threshold + strength·a
//   u = leak·u + i - threshold·before, or leak·u·(1 - before) + i with zero_reset
//   spike = u > top and left == 0;  left = max(left - 1, 0) + refractory·spike
// psi is the surrogate of cpk_lif around top instead of the threshold, 0 where left was above 0. strengths with adaptations,
// currents and left may be NULL: no adaptation, input unfiltered, never refractory. With a membrane u is a whole number of
// its units, lif.threshold is membrane.threshold units, and draws (NULL: round down) has one number 0 ..< 2^15 per neuron.
struct cpk_neuron {
  struct cpk_lif lif;
  int zero_reset;
  float synapse_leak;
  float adaptation_decay;
  float refractory;
  const float *strengths;
  float *adaptations;
  float *currents;
  float *left;
  const struct cpk_membrane *membrane;
  const int32_t *draws;
};
size_t cpk_neuron_step(const struct cpk_neuron *neuron, float *potentials, const float *input, float *psi,
                       uint8_t *spikes, size_t width);

// values = decay·values + input.
void cpk_leaky_integrate(float decay, float *values, const float *input, size_t width);

// error = softmax(values) - onehot(target) over `count` values; the rest of `width` becomes 0.
void cpk_softmax_error(const float *values, size_t count, int32_t target, float *error, size_t width);

// Event-driven e-prop, backwards in time over a window of `ticks` for `width` columns.
//   errors [ticks × error_stride]: error already filtered backwards by the readout decay
//   feedback [outputs × feedback_stride], regularisation [width]
//   psi [ticks × psi_stride] in; on return row t holds scale · R_t, R_t = leak·R_{t+1} + psi_t · (Σ_k errors_tk feedback_k + regularisation)
//   carry [width]: R_0 unscaled on return.
struct cpk_eprop {
  const float *errors;
  size_t error_stride;
  const float *feedback;
  size_t feedback_stride;
  const float *regularisation;
  size_t outputs;
  size_t ticks;
  size_t psi_stride;
  float leak;
  float scale;
};
void cpk_eprop_reverse(const struct cpk_eprop *rule, float *psi, float *carry, size_t width);

// The same for neurons of cpk_neuron. With S_t the sum in brackets above:
//   R_t = leak·R_{t+1}·(1 - spike_t with zero reset) + psi_t · (S_t + A_{t+1})
//   A_t = (adaptation_decay - strength·psi_t)·A_{t+1} - strength·psi_t·S_t      Q_t = synapse_leak·Q_{t+1} + R_t
// row t of psi becomes scale · Q_t. strengths: NULL without adaptation; spikes: bits as cpk_neuron_step leaves them, NULL for a
// subtractive reset.
struct cpk_neuron_eprop {
  struct cpk_eprop rule;
  const float *strengths;
  const uint8_t *spikes;
  size_t spike_stride;
  float adaptation_decay;
  float synapse_leak;
};
void cpk_neuron_eprop_reverse(const struct cpk_neuron_eprop *rule, float *psi, size_t width);

// accumulator += change where the sum is finite; elsewhere the accumulator stays and *flawed becomes 1 instead of 0. Bit j
// of `due` is set where |accumulator[j]| >= limit; returns the number of bits.
size_t cpk_accumulate_due(float *accumulator, const float *change, float limit, uint8_t *due, int *flawed,
                          size_t width);

// Exact write of a continuous device: weight' = clamp(weight + change, -limit, limit); counts one pulse up or down where
// the weight moved and adds |moved| to travel.
void cpk_write_exact(float *weights, const float *change, float limit, uint32_t *up, uint32_t *down, double *travel,
                     size_t width);

// One open-loop write of a row: pulses[j] · sign equal pulses (positive SET, negative RESET, 0 untouched) to each device whose
// condition is 0; others are counted and unmoved. The exponential response with additive noise:
//   g = (state - low) / range;  g' = g + (g - asymptote)(r^n - 1), or g + n·step where the log ratio is 0
//   g' += sigma · sqrt(Σ_{k<n} r^2k) · z, clipped to 0…1 (square_root: sigma · sqrt(n) · z)
// numbers: eight fields of the devices, `number_stride` apart: low, range, then asymptote, log ratio, step of SET and of RESET.
// Counts, travel (Σ|Δstate|) and wear ((|Δg| + wear_per_pulse·n) · weight of the polarity; NULL: no wear) are brought up to date
// (Δg as computed, before rounding to a state). z: counters as in cpk_gaussian_fill. due: bit j set where wear reached lives[j]; returns the number of such bits.
struct cpk_pulse_train {
  const int32_t *pulses;
  int32_t sign;
  float *states;
  const uint8_t *conditions;
  const float *numbers;
  size_t number_stride;
  uint64_t key;
  uint32_t counter[4];
  float sigma;
  int square_root;
  uint32_t *set;
  uint32_t *reset;
  double *travel;
  double *wear;
  const float *lives;
  float wear_per_pulse;
  float set_weight;
  float reset_weight;
};
// Sums over the devices of the row, added to: pulses, Σ pulses·(state before + after)/2, and the longest train of each polarity.
struct cpk_pulse_sums {
  double set_charge;
  double reset_charge;
  uint64_t set;
  uint64_t reset;
  uint64_t longest_set;
  uint64_t longest_reset;
};
size_t cpk_pulse_row(const struct cpk_pulse_train *row, struct cpk_pulse_sums *total, uint8_t *due, size_t width);

// States at tick `now` of devices written at tick written[j], with the coefficient drawn at the write.
//   kind 0, power law: state · (1 + age·inverse_time)^(-coefficient)
//   kind 1, stretched exponential: rest + (state - rest) · exp(-(age / coefficient)^exponent),  rest = lows[j] + rest_level·ranges[j]
// written >= now counts as age 0, which leaves the state as it is. own = 0: lows and ranges hold eight equal numbers.
struct cpk_aging {
  int kind;
  uint64_t now;
  float tick_seconds;
  float inverse_time;
  float exponent;
  float rest_level;
  const float *lows;
  const float *ranges;
  int own;
};
void cpk_age(const struct cpk_aging *law, const float *programmed, const uint64_t *written, const float *coefficient,
             float *aged, size_t width);
