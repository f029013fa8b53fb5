import Devices
import Quantities
import Recordings

extension ExperimentConfiguration {
  /// What will likely not do what was meant, one sentence each; the experiment can be run.
  public var warnings: [String] {
    verifyWarnings + pairWarnings + faultWarnings + enduranceWarnings + wireWarnings + membraneWarnings
  }

  /// Fewest pulses that the policy sends to a device at once.
  private var smallestRequest: Double {
    writes.policy == .accumulateThreshold ? max(writes.threshold.rounded(.down), 1) : 1
  }

  /// Most pulses that the policy sends to a device at once.
  private var largestRequest: Double {
    switch writes.policy {
    case .accumulateThreshold, .stochasticRounding, .direct: Double(writes.largestTrain)
    case .coincidence: Double(writes.bitLength)
    case .sign, .ternary, .probabilistic, .exact: 1
    }
  }

  // MARK: Wires

  /// Tiles of fewer weights are solved in no time.
  private static let largeTile = 1024

  private var wireWarnings: [String] {
    guard crossbar.wireModel == .exact, crossbar.wireStaleness == 0, learning.rule != .none,
      crossbar.tileRows * crossbar.tileColumns >= Self.largeTile
    else { return [] }
    return [
      "crossbar.wire_model exact solves every tile again that learning has written, some milliseconds each; "
        + "crossbar.wire_staleness 0.01 keeps a solution while the conductances of a tile move by less than a hundredth"
    ]
  }

  // MARK: Write-verify

  private var verifyWarnings: [String] {
    guard writes.scheme == .writeVerify else { return [] }
    return [toleranceBelowNoise, toleranceAboveRequest, fewAttempts].compactMap { $0 }
  }

  /// Noise of a verify read over the range, root mean square over equally likely states.
  private var verifySpread: Double {
    let (off, on) = (device.parameters.off, device.parameters.on)
    return writes.verifyNoise * ((off * off + off * on + on * on) / 3).squareRoot() / (on - off)
  }

  private var toleranceBelowNoise: String? {
    guard writes.tolerance < verifySpread else { return nil }
    // A read within the tolerance is accepted, so what is left is the error of that read and where in the tolerance it fell.
    let residual = (verifySpread * verifySpread + writes.tolerance * writes.tolerance / 3).squareRoot()
    return "writes.tolerance (\(Self.short(writes.tolerance)) of the range) is below the noise of a verify read "
      + "(writes.verify_noise \(Self.short(writes.verifyNoise)), on average \(Self.short(verifySpread)) of the range): lucky "
      + "reads end the writes, and an error of about σ = \(Self.short(residual)) of the range stays"
  }

  private var toleranceAboveRequest: String? {
    // The digits of a bit-sliced weight are far apart.
    guard crossbar.mapping != .bitSlices else { return nil }
    let steps = device.parameters.typicalSteps
    let step = writes.pair == .oneSided ? steps.potentiation : (steps.potentiation + steps.depression) / 2
    let smallest = step * smallestRequest
    guard writes.tolerance >= smallest else { return nil }
    return "writes.tolerance (\(Self.short(writes.tolerance)) of the range) is not below the smallest change that "
      + "writes.policy \(writes.policy.rawValue) asks of a device (\(Self.short(smallest)) of the range): such writes end "
      + "without a pulse, and what was asked is lost"
  }

  private var fewAttempts: String? {
    // To hit a tolerance that is small beside the noise of a pulse takes several tries around the target.
    let noise = device.parameters.cycleNoise
    let steps = device.parameters.typicalSteps
    let spread = noise.kind == .additive ? noise.sigma : noise.sigma * max(steps.potentiation, steps.depression)
    let tries = max(spread * (2 * Double.pi).squareRoot() / (2 * writes.tolerance), 1)
    let needed = largestRequest + tries
    guard Double(writes.attemptLimit) < needed else { return nil }
    return "writes.attempt_limit (\(writes.attemptLimit)) is below what a long write takes (about "
      + "\(Int(needed.rounded(.up))) pulses: \(Int(largestRequest)) at most asked for by writes.policy "
      + "\(writes.policy.rawValue), and \(Int(tries.rounded(.up))) to hit the tolerance): such writes give up"
  }

  // MARK: Pairs and faults

  private var pairWarnings: [String] {
    guard writes.pair == .oneSided, writes.refreshSaturation == 1 else { return [] }
    return [
      "writes.pair one-sided without refresh (writes.refresh_saturation 1): both sides of a pair only rise, and weights "
        + "fade as they reach the end of the range"
    ]
  }

  private var faultWarnings: [String] {
    let faults = device.parameters.faults
    guard faults.clusteredShare > 0, faults.total == 0 else { return [] }
    return [
      "device.clustered_share (\(Self.short(faults.clusteredShare))) has no effect: device.stuck_off_fraction and "
        + "device.stuck_on_fraction are 0"
    ]
  }

  // MARK: Endurance

  private var enduranceWarnings: [String] {
    let endurance = device.parameters.endurance
    guard learning.rule != .none, writes.policy != .exact else { return [] }
    guard endurance.isLimited else {
      guard writes.wearAware < 1 else { return [] }
      return ["writes.wear_aware (\(Self.short(writes.wearAware))) has no effect: device.endurance is unlimited"]
    }
    let pulses = endurance.scale / wearPerPulse
    guard pulses.isFinite else { return [] }
    let life =
      "device.endurance (\(Self.short(endurance.scale))) lasts about \(Self.count(pulses)) pulses of the typical "
      + "device"
    if pulses < largestRequest {
      return [
        "\(life), fewer than one write may send (\(Int(largestRequest))): devices can wear out in their first write; "
          + "lower the pulses of writes.policy \(writes.policy.rawValue), or raise device.endurance"
      ]
    }
    let samples = pulses / smallestRequest / updatesPerSample
    guard samples < Double(stream.limit > 0 ? stream.limit : Self.usualPass) else { return [] }
    return [
      "\(life): one that is written at every update is worn out after \(Self.count(samples)) samples "
        + "(\(Self.duration(samples * sampleSeconds)) of recording), less than one pass; raise device.endurance, or let "
        + "learning.rate and writes.policy write less"
    ]
  }

  /// Samples of a pass where the recording is not known yet.
  private static let usualPass = 1000

  /// Mean wear of one pulse, full cycles.
  private var wearPerPulse: Double {
    let (endurance, steps) = (device.parameters.endurance, device.parameters.typicalSteps)
    let set = endurance.wear(displacement: steps.potentiation, pulses: 1, polarity: .potentiation)
    if writes.pair == .oneSided { return set }
    return (set + endurance.wear(displacement: steps.depression, pulses: 1, polarity: .depression)) / 2
  }

  private var ticksPerSample: Double {
    switch stream.kind {
    case .sensorRecording: max((stream.window / network.timeStep).rounded(), 1)
    case .activity: Double(ActivitySource.windowLength)
    default: Double(stream.sampleTicks)
    }
  }

  private var updatesPerSample: Double {
    guard learning.updateTicks > 0 else { return 1 }
    return (ticksPerSample / Double(learning.updateTicks)).rounded(.up)
  }

  /// Emulated time from one sample to the next.
  private var sampleSeconds: Double {
    stream.kind == .sensorRecording ? stream.windowStep.seconds : ticksPerSample * network.timeStep.seconds
  }

  private static func duration(_ seconds: Double) -> String {
    if seconds >= 2 * 86_400 { return "\(count(seconds / 86_400)) days" }
    if seconds >= 2 * 3600 { return "\(count(seconds / 3600)) hours" }
    if seconds >= 120 { return "\(count(seconds / 60)) minutes" }
    return "\(short(seconds)) s"
  }

  /// A number with two digits.
  private static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return ConfigurationValue.plain(value) }
    var scale = 1.0
    while abs(value) * scale < 10 { scale *= 10 }
    while abs(value) * scale >= 100 { scale /= 10 }
    let digits = (value * scale).rounded()
    return ConfigurationValue.plain(scale >= 1 ? digits / scale : digits * (1 / scale))
  }

  /// A number of things with two digits.
  private static func count(_ value: Double) -> String { value < 1 ? "less than 1" : short(value.rounded()) }
}
