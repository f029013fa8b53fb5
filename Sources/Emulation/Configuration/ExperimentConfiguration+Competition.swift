import Glibc
import Plasticity
import Quantities

extension ExperimentConfiguration {
  /// What the network has in place of errors; `nil` where hidden layers learn from errors, or not at all.
  var competition: CompetitionParameters? {
    guard learning.rule.isSpikeTiming else { return nil }
    let tick = network.timeStep.seconds
    var competition = CompetitionParameters(
      rule: spikeTimingRule,
      inhibitionTicks: network.inhibition == .winnerTakeAll
        ? Int((network.inhibitionTime / network.timeStep).rounded()) : nil,
      decision: decision)
    competition.homeostasis = Float(network.homeostasis)
    competition.targetSpikes = Float(network.homeostasisTarget)
    if learning.reward == .decision {
      competition.rewardDecay = Float(exp(-tick / learning.rewardTraceTime.seconds))
    }
    return competition
  }

  private var decision: CompetitionParameters.Decision {
    switch network.decision {
    case .readout: .readout
    case .votes: .votes(memory: network.voteMemory)
    case .assigned: .assigned
    }
  }

  private var spikeTimingRule: CompetitionParameters.Rule {
    let (potentiation, depression) = (Float(learning.potentiation), Float(learning.depression))
    guard learning.rule == .pair || learning.rule == .triplet else {
      return .rectangular(
        RectangularSpikeTiming.Parameters(
          potentiation: potentiation, depression: depression,
          softness: learning.rule == .binary ? nil : Float(learning.softness),
          window: max(1, Int((learning.recentTime / network.timeStep).rounded()))))
    }
    let isTriplet = learning.rule == .triplet
    return .exponential(
      ExponentialSpikeTiming.Parameters(
        potentiation: potentiation, depression: depression,
        tripletPotentiation: isTriplet ? Float(learning.tripletPotentiation) : 0,
        tripletDepression: isTriplet ? Float(learning.tripletDepression) : 0,
        inputTimeConstant: learning.inputTraceTime.seconds, outputTimeConstant: learning.outputTraceTime.seconds,
        slowInputTimeConstant: learning.slowInputTraceTime.seconds,
        slowOutputTimeConstant: learning.slowOutputTraceTime.seconds,
        weightDependence: Float(learning.weightDependence), isNearestOnly: learning.pairing == .nearest))
  }

  /// Neurons that do what the learning rule does not know.
  var competitionConflicts: [Conflict] {
    guard learning.rule.isSpikeTiming else {
      let parts: [(key: String, holds: Bool)] = [
        ("network.inhibition", network.inhibition != .none), ("network.homeostasis", network.homeostasis > 0),
        ("network.decision", network.decision != .readout),
      ]
      return parts.filter(\.holds).map { key, _ in
        let words = Learning.Rule.allCases.filter(\.isSpikeTiming).map(\.rawValue).joined(separator: ", ")
        return (
          [key, "learning.rule"],
          "\(key) is for layers that learn from spike times, and learning.rule is \(learning.rule.rawValue); leave it out, or "
            + "use one of \(words)"
        )
      }
    }
    let parts: [(key: String, holds: Bool)] = [
      ("network.weights_from", network.weightsFrom != ConfigurationTable.noWeights), ("network.bias", network.bias),
      ("network.recurrent", network.recurrent), ("network.adaptation", network.adaptation > 0),
      ("network.synapse_time_constant", network.synapseTimeConstant.seconds > 0),
      ("network.membrane_bits", network.membraneBits > 0),
    ]
    return parts.filter(\.holds).map { key, _ in
      (
        [key, "learning.rule"],
        "\(key) is for layers that learn from errors, and learning.rule is \(learning.rule.rawValue); leave it out"
          + (key == "network.adaptation" ? ", or use network.homeostasis" : "")
      )
    }
  }
}
