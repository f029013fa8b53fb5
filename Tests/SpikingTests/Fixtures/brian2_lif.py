"""Spike trains of 100 leaky integrate-and-fire neurons over 10 000 ticks, made with Brian2.

    pip install brian2==2.9.0 'numpy<2.3'
    python brian2_lif.py brian2_lif.json

Brian2 integrates the continuous equations exactly (method='exact', Float64). Only the order of a time step is set here, so
that it is that of the tick equations

    U(t) = λ·U(t−1) + Σ w − θ·z(t−1)        z(t) = 1 where U(t) > θ

membranes decay, then what the spikes of the tick before do to them is done ('resets'), then input arrives ('synapses'),
then the threshold is tested. Input rows and weights come from a 64-bit linear congruential generator, so that they need
no storing. Weights are multiples of 2^-8 (of 2^-10 behind filters) and the threshold is not, so that there are no ties, and a seed is
taken only if no potential ever comes nearer to its threshold than NEAREST: single precision then gives the same spikes.
"""
import json
import sys

import brian2 as b
import numpy as np

b.prefs.codegen.target = 'numpy'

ROWS, NEURONS, TICKS, SEEDS = 40, 100, 10_000, 400
LEAK, SYNAPSE_LEAK, ADAPTATION_DECAY, STRENGTH = 1 - 2**-4, 0.75, 1 - 2**-7, 0.25
THRESHOLD = 1 + 2**-9
REFRACTORY, NEAREST = 5, 5e-6
VARIANTS = ['subtractive', 'zero', 'refractory', 'filtered', 'adaptive', 'recurrent']
STEP = 1 * b.ms


class Congruential:
    """x <- 6364136223846793005 x + 1442695040888963407 mod 2^64; a draw is the upper 32 bits modulo its bound."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 32) % bound


def drawn(seed, variant):
    """Weights [rows × neurons], weights between neurons, and (row, tick) of every input spike, in this order of draws."""
    generator = Congruential(seed)
    scale = 2**-10 if variant == 'filtered' else 2**-8
    weights = [[(generator.below(257) - 138) * scale for _ in range(NEURONS)] for _ in range(ROWS)]
    between = [[(generator.below(65) - 32) * scale for _ in range(NEURONS)] for _ in range(NEURONS)]
    spikes = [(row, tick) for tick in range(TICKS) for row in range(ROWS) if generator.below(32) == 0]
    return np.array(weights), np.array(between), spikes


def time_constant(decay):
    return -STEP / np.log(decay)


def run(seed, variant):
    """Spike ticks of each neuron, last potentials, and the nearest approach to a threshold."""
    b.start_scope()
    b.defaultclock.dt = STEP
    weights, between, spikes = drawn(seed, variant)
    tau, tau_synapse, tau_adaptation = map(time_constant, (LEAK, SYNAPSE_LEAK, ADAPTATION_DECAY))
    names = {'tau': tau, 'theta': THRESHOLD}
    equations, reset, order = 'dv/dt = -v/tau : 1', 'v -= theta', ['groups', 'resets', 'synapses']
    top, target = 'theta', 'v'
    if variant == 'zero':
        reset = 'v = 0'
    if variant == 'filtered':
        # The current of a tick acts in the same tick, so it arrives ahead of the integration; the gain makes a unit
        # of current raise the potential by one in the tick.
        rates = [float(1 / (t / STEP)) for t in (tau, tau_synapse)]
        names |= {'tau_s': tau_synapse, 'gain': (rates[1] - rates[0]) / (rates[0] * (LEAK - SYNAPSE_LEAK))}
        equations = 'dv/dt = (gain*current - v)/tau : 1\ndcurrent/dt = -current/tau_s : 1'
        target, order = 'current', ['synapses', 'groups', 'resets']
    if variant == 'adaptive':
        names |= {'tau_a': tau_adaptation, 'strength': STRENGTH}
        equations += '\nda/dt = -a/tau_a : 1'
        reset += '\na += 1'
        top = 'theta + strength*a'
    # Brian2 lets a neuron spike again when `refractory` has passed: one step more than the ticks it is silent.
    refractory = (REFRACTORY + 1) * STEP if variant == 'refractory' else False
    neurons = b.NeuronGroup(
        NEURONS, equations + f'\ndistance = abs(v - ({top})) : 1', threshold=f'v > {top}', reset=reset,
        refractory=refractory, method='exact', namespace=names)
    source = b.SpikeGeneratorGroup(
        ROWS, [row for row, _ in spikes], [tick for _, tick in spikes] * STEP, when='start')
    synapses = b.Synapses(source, neurons, 'w : 1', on_pre=f'{target}_post += w')
    synapses.connect()
    synapses.w = weights[np.array(synapses.i), np.array(synapses.j)]
    parts = [neurons, source, synapses]
    if variant == 'recurrent':
        own = b.Synapses(neurons, neurons, 'w : 1', on_pre='v_post += w')
        own.connect(condition='i != j')
        own.w = between[np.array(own.i), np.array(own.j)]
        parts.append(own)
    train = b.SpikeMonitor(neurons)
    distances = b.StateMonitor(neurons, 'distance', record=True, when='end')
    network = b.Network(parts + [train, distances])
    network.schedule = ['start'] + order + ['thresholds', 'end']
    network.run(TICKS * STEP)
    ticks = np.round(np.array(train.t / STEP)).astype(int)
    times = [sorted(int(t) for t in ticks[np.array(train.i) == neuron]) for neuron in range(NEURONS)]
    return times, [float(v) for v in neurons.v], float(distances.distance.min())


def main(path):
    cases = []
    for variant in VARIANTS:
        for seed in range(1, SEEDS):
            times, potentials, nearest = run(seed, variant)
            print(f'{variant} seed {seed}: {sum(map(len, times))} spikes, nearest {nearest:.3g}', flush=True)
            if nearest >= NEAREST:
                break
        else:
            raise SystemExit(f'no seed for {variant}')
        intervals = [[t - s for s, t in zip([0] + own, own)] for own in times]
        cases.append({'variant': variant, 'seed': seed, 'nearest': nearest, 'potentials': potentials,
                      'intervals': intervals})
    constants = {'rows': ROWS, 'neurons': NEURONS, 'ticks': TICKS, 'threshold': THRESHOLD, 'leak': LEAK, 'synapse_leak': SYNAPSE_LEAK,
                 'adaptation_decay': ADAPTATION_DECAY, 'strength': STRENGTH, 'refractory': REFRACTORY,
                 'brian2': b.__version__, 'numpy': np.__version__}
    with open(path, 'w') as file:
        body = json.dumps(constants | {'cases': cases}, separators=(',', ':'))
        file.write(body.replace('{"variant"', '\n{"variant"') + '\n')


if __name__ == '__main__':
    main(sys.argv[1])
