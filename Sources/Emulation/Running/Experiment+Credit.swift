import Foundation
import Plasticity

extension ExperimentConfiguration.Learning {
  /// How errors reach the synapses of hidden layers.
  var credit: CreditAssignment {
    switch rule {
    case .eProp, .pair, .triplet, .rectangular, .binary, .none: .feedback
    case .decolle: .localReadouts
    case .onlineThroughTime: .layerByLayer
    case .throughTime: .throughTime
    }
  }

  /// Where the learning signal of the last hidden layer, or of all, comes from.
  var feedbackWeights: NetworkParameters.Feedback {
    let sigma = Float(feedbackSigma)
    if credit.passesWeights { return .symmetric }
    guard credit == .feedback else { return .random(sigma: sigma) }
    switch feedback {
    case .random: return .random(sigma: sigma)
    case .symmetric: return .symmetric
    case .adaptive: return .adaptive(sigma: sigma, decay: Float(feedbackDecay))
    }
  }

  /// What shapes wanted changes before they are written.
  var optimiserChoice: OptimiserChoice {
    switch optimiser {
    case .gradientDescent: .gradientDescent
    case .momentum: .momentum(decay: Float(momentum))
    case .adam:
      .adam(
        .init(
          firstDecay: Float(adamFirstDecay), secondDecay: Float(adamSecondDecay), epsilon: Float(adamEpsilon)))
    }
  }

  /// What both rates are multiplied by, in pass `pass` of `passes` after `samples` training samples of the run.
  func rateFactor(pass: Int, passes: Int, samples: Int) -> Double {
    let fall =
      switch rateSchedule {
      case .exponential: pow(rateDecay, Double(pass))
      case .cosine: 0.5 * (1 + cos(.pi * Double(pass) / Double(passes)))
      }
    return samples < warmupSamples ? fall * Double(samples + 1) / Double(warmupSamples) : fall
  }

  /// What hidden layers are told.
  var teachingSignal: TeachingSignal {
    guard credit == .feedback || credit == .localReadouts else { return .error }
    switch teaching {
    case .error: return .error
    case .sign: return .sign(threshold: Float(signThreshold))
    case .target: return .target
    case .triggered:
      return .triggered(
        .init(threshold: Float(triggerThreshold), share: Float(triggerShare), gain: Float(triggerGain)))
    }
  }
}
