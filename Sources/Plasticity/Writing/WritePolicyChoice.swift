import Kernels

/// A write policy with its numbers, before it is made for an array. Changes are in pulses of the array's own step.
public indirect enum WritePolicyChoice: Sendable, Equatable {
  /// Exactly, on continuous devices: no policy and no pulses.
  case exact
  /// `AccumulateAndThreshold`.
  case accumulateThreshold(threshold: Float, largestTrain: Int)
  /// `StochasticRounding`.
  case stochasticRounding(largestTrain: Int)
  /// `DirectWrite`.
  case direct(largestTrain: Int)
  /// `SignWithDeadZone`.
  case sign(deadZone: Float)
  /// `TernaryErrorTriggered`.
  case ternary(threshold: Float)
  /// `ProbabilisticWrite`.
  case probabilistic(scale: Float)
  /// `StochasticCoincidence`.
  case coincidence(bitLength: Int)
  /// `WearAwareSkip` around another policy; `from` is the fraction of life at which it begins.
  case wearAware(from: Float, WritePolicyChoice)

  /// Words that it keeps for each synapse.
  public var wordsPerSynapse: Int {
    switch self {
    case .accumulateThreshold, .ternary: 1
    case .wearAware(_, let choice): choice.wordsPerSynapse
    case .exact, .stochasticRounding, .direct, .sign, .probabilistic, .coincidence: 0
    }
  }

  /// The policy for an array; `nil` for exact writes.
  ///
  /// - Parameters:
  ///   - layout: where the array's weights lie.
  ///   - step: weight change of one pulse to a typical pair.
  ///   - array: number of the array.
  ///   - seed: seed of the run.
  ///   - wear: worst wear of the devices at a position of the block storage, as a fraction of life.
  public func makePolicy(
    layout: BlockedLayout, step: Float, array: Int, seed: UInt64, wear: @escaping @Sendable (_ position: Int) -> Float
  ) -> (any WritePolicy)? {
    switch self {
    case .exact:
      return nil
    case .accumulateThreshold(let threshold, let largestTrain):
      return AccumulateAndThreshold(
        layout: layout, parameters: .init(step: step, threshold: threshold, largestTrain: largestTrain))
    case .stochasticRounding(let largestTrain):
      return StochasticRounding(
        layout: layout, parameters: .init(step: step, largestTrain: largestTrain), array: array, seed: seed)
    case .direct(let largestTrain):
      return DirectWrite(layout: layout, parameters: .init(step: step, largestTrain: largestTrain))
    case .sign(let deadZone):
      return SignWithDeadZone(layout: layout, deadZone: deadZone * step)
    case .ternary(let threshold):
      return TernaryErrorTriggered(layout: layout, step: step, threshold: threshold)
    case .probabilistic(let scale):
      return ProbabilisticWrite(layout: layout, scale: scale * step, array: array, seed: seed)
    case .coincidence(let bitLength):
      return StochasticCoincidence(layout: layout, step: step, bitLength: bitLength, array: array, seed: seed)
    case .wearAware(let onset, let choice):
      let policy = choice.makePolicy(layout: layout, step: step, array: array, seed: seed, wear: wear)
      return policy.map { WearAwareSkip($0, from: onset, array: array, seed: seed, wear: wear) }
    }
  }
}
