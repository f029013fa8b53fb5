import Checkpoints
import Foundation

/// What a tick does to the neurons of one node.
struct NeuronConstants {
  /// Decay of the membranes λ.
  let leak: Float
  /// Decay of the filtered input λs, 0 without filter.
  let synapseLeak: Float
  /// What a unit of input adds to each neuron.
  let gains: [Double]
  /// What is added to each neuron in every tick, whatever its input.
  let drives: [Double]
  /// Threshold of each neuron, counted from its reset; empty without spikes.
  let thresholds: [Double]

  /// Integrators that pass on what they get.
  init(memoryless count: Int) {
    (leak, synapseLeak, thresholds) = (0, 0, [])
    gains = [Double](repeating: 1, count: count)
    drives = [Double](repeating: 0, count: count)
  }

  /// - Throws: `NIRError` for neurons that differ in what all must share, or that no tick describes.
  init(_ neurons: NIRNeurons, place: String, file: String, settings: NIRSettings) throws(NIRError) {
    func unsupported(_ found: String, _ remedy: String) -> NIRError {
      .unsupported(file: file, node: place, found: found, remedy: remedy)
    }
    /// Decay and share of the input of one time constant.
    func step(_ timeConstant: Double, _ name: String) throws(NIRError) -> (decay: Double, share: Double) {
      let ratio = settings.timeStep / timeConstant
      switch settings.decay {
      case .exact: return (exp(-ratio), -expm1(-ratio))
      case .euler:
        // A hundred roundings beyond 1 is no memory; more would change sign in every tick.
        guard ratio <= 1 + 1e-14 else {
          throw unsupported(
            "found \(name) of \(timeConstant) s, shorter than a tick of \(settings.timeStep) s, solved by Euler's rule",
            "set network.weights_time_step to the tick it was trained with, or network.weights_decay: exact")
        }
        return (max(1 - ratio, 0), ratio)
      }
    }
    func decays(_ timeConstants: [Double], _ name: String) throws(NIRError) -> (decay: Float, shares: [Double]) {
      var shares: [Double] = []
      var common: Float?
      for timeConstant in timeConstants {
        let (decay, share) = try step(timeConstant, name)
        guard common == nil || common == Float(decay) else {
          throw unsupported(
            "found \(name) from \(timeConstants.min() ?? 0) s to \(timeConstants.max() ?? 0) s",
            "all neurons share one; train with one time constant")
        }
        common = Float(decay)
        shares.append(share)
      }
      return (common ?? 0, shares)
    }
    guard neurons.count > 0 else { throw unsupported("found no neurons", "take the node out") }
    var gains = neurons.resistances
    if neurons.type.leaks {
      let (decay, shares) = try decays(neurons.timeConstants, neurons.type.filters ? "tau_mem" : "tau")
      leak = decay
      gains = zip(gains, shares).map(*)
      let resets = neurons.type.spikes ? neurons.resetPotentials : [Double](repeating: 0, count: neurons.count)
      drives = shares.indices.map { shares[$0] * (neurons.leakPotentials[$0] - resets[$0]) }
    } else {
      leak = 1
      gains = gains.map { $0 * settings.timeStep }
      drives = [Double](repeating: 0, count: neurons.count)
    }
    if neurons.type.filters {
      let (decay, shares) = try decays(neurons.synapseTimeConstants, "tau_syn")
      synapseLeak = decay
      gains = gains.indices.map { gains[$0] * shares[$0] * neurons.inputWeights[$0] }
      guard decay == 0 || drives.allSatisfy({ $0 == 0 }) else {
        throw unsupported(
          "found filtered synapses and a v_leak other than v_reset",
          "the bias row would be filtered too; use equal potentials and a bias of the Affine ahead")
      }
    } else {
      synapseLeak = 0
    }
    self.gains = gains
    thresholds = neurons.type.spikes ? zip(neurons.thresholds, neurons.resetPotentials).map(-) : []
    if let bad = thresholds.firstIndex(where: { $0 <= 0 }) {
      throw unsupported(
        "found v_threshold \(neurons.thresholds[bad]) at or below v_reset \(neurons.resetPotentials[bad])",
        "thresholds lie above the reset")
    }
  }
}
