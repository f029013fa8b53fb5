import Checkpoints
import Spiking

/// What metadata say about ticks, where NIR itself has no word.
///
/// | name | meaning | default |
/// | --- | --- | --- |
/// | `dt` | length of a tick, seconds | any |
/// | `decay` | `exp`: λ = exp(−Δt/τ); `euler`: λ = 1 − Δt/τ | `exp` |
/// | `reset` | `zero`: to v_reset; `subtract`: the threshold is taken off | `zero` |
/// | `refractory` | time after a spike without another, seconds | 0 |
/// | `beta_a`, `tau_a`, `share_a` | rise of the threshold with a spike, time constant of its fall in seconds, share of neurons | none |
///
/// They stand with the graph or with the neurons; those that speak must agree.
struct NIRSettings {
  let timeStep: Double
  let decay: ImportedNetwork.Discretisation.Decay
  let reset: LeakyIntegrateAndFire.Reset
  let refractoryTicks: Int
  let adaptation: AdaptiveThreshold?

  init(
    _ graph: FlatGraph, populations: [String], wanted: ImportedNetwork.Discretisation
  ) throws(NIRError) {
    let speakers =
      [("node", graph.metadata)] + populations.compactMap { place in graph.nodes[place].map { (place, $0.metadata) } }
    func value(_ name: String) throws(NIRError) -> (place: String, value: NIRMetadataValue)? {
      var found: (place: String, value: NIRMetadataValue)?
      for (place, metadata) in speakers {
        guard let value = metadata[name] else { continue }
        guard found == nil || found?.value == value else {
          throw .malformed(
            file: graph.file, node: "\(place)/metadata/\(name)", expected: "the same as \(found?.place ?? "elsewhere")",
            found: "another value")
        }
        found = (found?.place ?? "\(place)/metadata/\(name)", value)
      }
      return found
    }
    func number(_ name: String, from least: Double) throws(NIRError) -> Double? {
      guard let (place, value) = try value(name) else { return nil }
      guard case .number(let number) = value, number >= least else {
        throw .malformed(file: graph.file, node: place, expected: "a number from \(least)", found: "\(value)")
      }
      return number
    }
    func word<Meaning>(_ name: String, _ words: [String: Meaning]) throws(NIRError) -> Meaning? {
      guard let (place, value) = try value(name) else { return nil }
      guard case .text(let text) = value, let meaning = words[text] else {
        throw .malformed(
          file: graph.file, node: place, expected: words.keys.sorted().joined(separator: " or "), found: "\(value)")
      }
      return meaning
    }
    timeStep = wanted.timeStep
    if let own = try number("dt", from: 0), abs(own - timeStep) > 1e-6 * timeStep {
      throw .unfit(
        file: graph.file, node: "node/metadata/dt",
        expected: "ticks of \(timeStep) s (network.time_step, or network.weights_time_step)",
        found: "\(own) s; set network.weights_time_step to it, so that one of its ticks is one here")
    }
    let decay = try word("decay", ["exp": ImportedNetwork.Discretisation.Decay.exact, "euler": .euler])
    let reset = try word(
      "reset", ["zero": LeakyIntegrateAndFire.Reset.zero, "subtract": .subtractive, "subtractive": .subtractive])
    self.decay = wanted.decay ?? decay ?? .exact
    self.reset = wanted.reset ?? reset ?? .zero
    let refractory = try number("refractory", from: 0) ?? 0
    refractoryTicks = Int(min((refractory / timeStep).rounded(), 1e6))
    if let strength = try number("beta_a", from: 0), strength > 0 {
      guard let timeConstant = try number("tau_a", from: .leastNormalMagnitude) else {
        throw .malformed(
          file: graph.file, node: "node/metadata/tau_a", expected: "a time constant beside beta_a", found: "nothing")
      }
      let share = try number("share_a", from: 0) ?? 1
      adaptation = AdaptiveThreshold(strength: Float(strength), timeConstant: timeConstant, share: min(share, 1))
    } else {
      adaptation = nil
    }
  }
}
