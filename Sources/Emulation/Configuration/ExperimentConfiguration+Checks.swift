import Crossbars
import Quantities

extension ExperimentConfiguration {
  /// Finds values that are valid alone but not together.
  ///
  /// - Parameter file: the name of the file, for the messages.
  /// - Returns: one error per conflict, each with a sentence; empty for a sound experiment.
  func conflicts(file: String) -> [ConfigurationError] {
    (streamConflicts + carryConflicts + featureConflicts + driverConflicts + neuronConflicts + membraneConflicts
      + competitionConflicts
      + crossbarConflicts + mappingConflicts + wireConflicts + deviceConflicts + learningConflicts + writeConflicts).map
    {
      conflict in
      .conflict(file: file, keys: conflict.keys, reason: conflict.reason)
    }
  }

  /// Keys that do not go together, and why, as one sentence.
  typealias Conflict = (keys: [String], reason: String)

  private var streamConflicts: [Conflict] {
    var conflicts: [Conflict] = []
    if stream.fold >= stream.folds {
      conflicts.append(
        (
          ["stream.fold", "stream.folds"],
          "stream.fold (\(stream.fold)) must be below stream.folds (\(stream.folds)): folds count from 0"
        ))
    }
    switch stream.kind {
    case .sensorRecording:
      for (path, span) in [("stream.window", stream.window), ("stream.window_step", stream.windowStep)]
      where span < network.timeStep {
        conflicts.append(
          (
            [path, "network.time_step"],
            "\(path) (\(span)) must be at least one network.time_step (\(network.timeStep))"
          ))
      }
      if stream.window / network.timeStep > Self.mostTicks {
        let reason =
          "stream.window (\(stream.window)) holds more than \(Int(Self.mostTicks)) ticks of network.time_step"
        conflicts.append(
          (["stream.window", "network.time_step"], "\(reason) (\(network.timeStep)); shorten the window"))
      }
    case .activity: break
    default:
      let kind = stream.kind.rawValue
      if stream.split == .groupFolds, !ExperimentConfiguration.Stream.Kind.grouped.contains(stream.kind) {
        let reason = "stream.split group-folds needs groups, which \(kind) does not have; use official or sample-folds"
        conflicts.append((["stream.split", "stream.kind"], reason))
      }
    }
    return conflicts + signalConflicts + stream.eventConflicts + stream.encoderConflicts(tick: network.timeStep)
  }

  /// What a curve to draw cannot go with.
  private var signalConflicts: [Conflict] {
    guard stream.kind == .patternGeneration, learning.rule != .none else { return [] }
    var reasons: [(key: String, found: String, use: String)] = []
    if learning.rule.isSpikeTiming || learning.rule == .decolle {
      reasons.append(("learning.rule", learning.rule.rawValue, "e-prop, ottt or bptt"))
    } else {
      if learning.loss != .squaredError { reasons.append(("learning.loss", learning.loss.rawValue, "squared-error")) }
      if learning.teaching == .target { reasons.append(("learning.teaching", "target", "error, sign or triggered")) }
    }
    return reasons.map { key, found, use in
      ([key, "stream.kind"], "\(key) \(found) needs classes, and pattern-generation has a curve; use \(use)")
    }
  }

  /// What state that stays between samples cannot go with.
  private var carryConflicts: [Conflict] {
    guard network.state == .carry else { return [] }
    var reasons: [(key: String, reason: String)] = []
    if learning.rule.isSpikeTiming {
      reasons.append(("learning.rule", "learning.rule \(learning.rule.rawValue) begins each sample at rest"))
    }
    if !["", ConfigurationTable.noFeatures].contains(network.features) {
      reasons.append(("network.features", "network.features begin each sample at rest"))
    }
    return reasons.map { (["network.state", $0.key], "\($0.reason); use network.state: reset") }
  }

  /// Same limit as `stream.sample_ticks`.
  private static var mostTicks: Double { 10_000_000 }

  private var crossbarConflicts: [Conflict] {
    guard crossbar.adcBits > 0 else { return [] }
    var conflicts: [Conflict] = []
    if crossbar.adcBits == 1 {
      let reason = "crossbar.adc_bits 1 leaves nothing beside the sign; use 0 for no converter, or 2 to 16"
      conflicts.append((["crossbar.adc_bits"], reason))
    }
    if crossbar.adcFullScale == .activeRows, crossbar.adcActiveRows > Double(crossbar.tileRows) {
      let rows = ConfigurationValue.plain(crossbar.adcActiveRows)
      conflicts.append(
        (
          ["crossbar.adc_active_rows", "crossbar.tile_rows"],
          "crossbar.adc_active_rows (\(rows)) must not exceed crossbar.tile_rows (\(crossbar.tileRows)); "
            + "use crossbar.adc_full_scale: worst-case for all rows"
        ))
    }
    if crossbar.adcBits > 1, crossbar.adcInl > Self.largestNonlinearity(bits: crossbar.adcBits) {
      let found = ConfigurationValue.plain(crossbar.adcInl)
      let limit = ConfigurationValue.plain(
        (Self.largestNonlinearity(bits: crossbar.adcBits) * 1000).rounded(.down) / 1000)
      let reason =
        "crossbar.adc_inl (\(found) LSB) makes the codes of \(crossbar.adcBits) bits run into their ends within the full scale; "
        + "use at most \(limit) LSB, or more crossbar.adc_bits"
      conflicts.append((["crossbar.adc_inl", "crossbar.adc_bits"], reason))
    }
    return conflicts
  }

  private var driverConflicts: [Conflict] {
    // Beyond a quarter of the steps a larger code would drive less.
    guard stream.drivesGradually, let steps = crossbar.rowDriver.steps, crossbar.dacInl > Double(steps) / 4 else {
      return []
    }
    let found = ConfigurationValue.plain(crossbar.dacInl)
    let limit = ConfigurationValue.plain(Double(steps) / 4)
    let reason =
      "crossbar.dac_inl (\(found) LSB) makes row drivers of \(crossbar.dacBits) bits drive less for larger codes; use at "
      + "most \(limit) LSB, or more crossbar.dac_bits"
    return [(["crossbar.dac_inl", "crossbar.dac_bits"], reason)]
  }

  private static func largestNonlinearity(bits: Int) -> Double {
    Converter(bits: bits, fullScale: .worstCase, offsetSigma: 0).largestNonlinearity
  }

  private var neuronConflicts: [Conflict] {
    guard learning.rule != .none, learning.updateTicks > 0 else { return [] }
    let reasons: [(key: String, holds: Bool)] = [
      ("network.adaptation", network.adaptation > 0), ("network.reset", network.reset == .zero),
      ("network.synapse_time_constant", network.synapseTimeConstant.seconds > 0),
    ]
    return reasons.filter(\.holds).map { key, _ in
      (
        [key, "learning.update_ticks"],
        "learning.update_ticks (\(learning.updateTicks)) cuts samples, and what \(key) adds to the eligibility is not carried "
          + "over a cut; use 0"
      )
    }
  }

  private var learningConflicts: [Conflict] {
    guard learning.rule == .eProp, learning.feedback != .random, network.hidden.count != 1 else { return [] }
    return [
      (
        ["learning.feedback", "network.hidden"],
        "learning.feedback \(learning.feedback.rawValue) needs exactly one hidden layer, since it uses the output weights; "
          + "network.hidden has \(network.hidden.count); use random"
      )
    ]
  }
}
