import Quantities
import Recordings

extension ExperimentConfiguration.Stream {
  /// What a change of a channel is counted from.
  public enum DeltaCoding: String, ConfigurationChoice {
    /// The last spike.
    case sendOnDelta = "send-on-delta"
    /// Fixed levels, with a band around each.
    case levelCrossing = "level-crossing"
  }

  /// When a row spikes that has a rate.
  public enum RateCoding: String, ConfigurationChoice {
    /// At random.
    case poisson
    /// At equal distances.
    case regular
  }

  /// How a value becomes the time of a spike.
  public enum LatencyLaw: String, ConfigurationChoice {
    /// As a capacitor is charged.
    case logarithmic
    /// In proportion.
    case linear
  }

  /// What becomes of the response of a band of sound.
  public enum SoundCompression: String, ConfigurationChoice {
    /// Nothing.
    case none
    /// Its square root.
    case squareRoot = "square-root"
    /// Its logarithm.
    case logarithm
  }

  /// How a band of sound spikes.
  public enum BandSpiking: String, ConfigurationChoice {
    /// One row, an integrate-and-fire neuron.
    case integrateAndFire = "integrate-and-fire"
    /// Two rows, when the response passes levels.
    case levelCrossing = "level-crossing"
  }

  /// The encoder of sampled channels.
  /// - Parameters:
  ///   - tickInMicroseconds: length of a tick.
  ///   - steps: of the row drivers; `nil` for any amplitude.
  ///   - seed: of random draws.
  /// - Throws: `RecordingError.setting`.
  func sensorEncoder(
    tickInMicroseconds: Int64, steps: Int?, seed: UInt64
  ) throws(RecordingError) -> SensorEncoder.Parameters {
    try SensorEncoder.Parameters(
      deltaThresholdInSigmas: deltaRows ? deltaThreshold : nil,
      crossingHysteresis: deltaRows && deltaCoding == .levelCrossing ? deltaHysteresis : nil,
      levelCount: levelRows > 0 ? levelRows : nil,
      rate: rateRows
        ? ScaledSignal(
          rangeInSigmas: rateRange,
          encoding: RateEncoder.Parameters(
            maximumRateInHertz: highestRate.hertz, tickInMicroseconds: tickInMicroseconds,
            scheme: rateCoding == .poisson ? .random(seed: seed) : .regular)) : nil,
      latency: latencyRows ? latency(tickInMicroseconds: tickInMicroseconds) : nil,
      direct: directRows ? DirectRows.Parameters(rangeInSigmas: directRange, steps: steps) : nil)
  }

  private func latency(
    tickInMicroseconds: Int64
  ) throws(RecordingError) -> ScaledSignal<LatencyEncoder.Parameters> {
    let ticks = Int((latencyWindow.seconds * 1e6 / Double(tickInMicroseconds)).rounded())
    let law: LatencyEncoder.Law =
      switch latencyLaw {
      case .logarithmic:
        .logarithmic(
          timeConstantInMicroseconds: Int64((latencyTimeConstant.seconds * 1e6).rounded()),
          threshold: latencyThreshold)
      case .linear: .linear(threshold: latencyThreshold)
      }
    return try ScaledSignal(
      rangeInSigmas: latencyRange,
      encoding: LatencyEncoder.Parameters(tickInMicroseconds: tickInMicroseconds, tickCount: ticks, law: law))
  }

  /// What is wrong with the rows of channels, for the list of all flaws of an experiment.
  func encoderConflicts(tick: TimeSpan) -> [(keys: [String], reason: String)] {
    let optional = [
      ("stream.rate_rows", rateRows), ("stream.latency_rows", latencyRows), ("stream.direct_rows", directRows),
    ]
    guard Kind.sampled.contains(kind) else {
      return optional.filter(\.1).map { key, _ in
        ([key, "stream.kind"], "\(key) needs sampled channels; the events of \(kind.rawValue) are spikes already")
      }
    }
    let keys = ["stream.delta_rows", "stream.level_rows"] + optional.map(\.0)
    guard deltaRows || levelRows > 0 || optional.contains(where: \.1) else {
      let reason =
        "\(keys.joined(separator: ", ")) are all off, which leaves the network without input; turn one of them on"
      return [(keys, reason)]
    }
    guard levelRows != 1 else {
      return [(["stream.level_rows"], "stream.level_rows is 1, and one level says nothing; use 0 or at least 2")]
    }
    do {
      _ = try sensorEncoder(tickInMicroseconds: max(Int64((tick.seconds * 1e6).rounded()), 1), steps: nil, seed: 1)
      return []
    } catch {
      return [(keys, "\(error)")]
    }
  }

  /// How sounds become spikes.
  func soundParameters(tickInMicroseconds: Int64) -> SoundFolderSource.Parameters {
    SoundFolderSource.Parameters(
      tickInMicroseconds: tickInMicroseconds, tickCount: sampleTicks, bandCount: bands,
      lowestFrequencyInHertz: lowestFrequency.hertz, highestFrequencyInHertz: highestFrequency.hertz,
      compression: cochleaCompression, spiking: cochleaSpiking, isNormalised: normaliseSound)
  }

  private var cochleaCompression: CochleaEncoder.Compression {
    switch compression {
    case .none: .none
    case .squareRoot: .squareRoot
    case .logarithm: .logarithm(reference: compressionReference)
    }
  }

  private var cochleaSpiking: CochleaEncoder.Spiking {
    switch bandSpiking {
    case .integrateAndFire:
      .integrateAndFire(
        rateInHertz: bandRate.hertz,
        timeConstantInMicroseconds: Int64((bandTimeConstant.seconds * 1e6).rounded()),
        refractoryInMicroseconds: Int64((bandRefractoryTime.seconds * 1e6).rounded()))
    case .levelCrossing: .levelCrossing(spacing: bandLevelSpacing)
    }
  }
}
