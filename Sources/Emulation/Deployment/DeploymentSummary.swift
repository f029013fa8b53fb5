/// How long a deployed network lasted: the final figures of a deployment.
///
/// Times are of the deployment at its duty. What did not happen before its end is `nil`: it lasted longer than that. A network
/// that goes on learning scatters from window to window: accuracies are means over `accuracySpan` measurements.
public struct DeploymentSummary: Codable, Sendable, Equatable {
  /// Name of the experiment.
  public var experiment: String
  /// What was set.
  public var parameters: DeploymentParameters
  /// Length of the deployment in seconds.
  public var seconds: Double
  /// Samples of the deployment, replayed ones among them.
  public var samples: UInt64
  /// Samples that were presented.
  public var presentedSamples: UInt64
  /// Memory devices.
  public var devices: Int
  /// Test accuracy at the start, fraction: mean of the first measurements.
  public var initialAccuracy: Double
  /// Test accuracy at the end, fraction: mean of the last measurements.
  public var finalAccuracy: Double
  /// Share of the devices that wore out.
  public var wornFraction: Double
  /// Time to the failure of the first device, seconds.
  public var firstFailureSeconds: Double?
  /// Time until a share of the devices had failed, for each of `failureShares`, seconds.
  public var failureSeconds: [Double?]
  /// Time from which on the mean accuracy stayed below that of the start by more than each of `accuracyLosses`, seconds.
  public var accuracyLossSeconds: [Double?]
  /// Mean wear of a device and sample at the start, full-cycle equivalents.
  public var wearRate: Double
  /// Pulses for each device and sample at the start.
  public var pulseRate: Double
  /// Energy for each sample at the start, joules.
  public var energyPerSample: Double
  /// Largest error that the changes of the wear rate over the jumps can have brought into the mean wear, share of it.
  public var wearError: Double
  /// Seconds of computing in the last session.
  public var wallSeconds: Double

  /// Shares of failed devices whose times are told.
  public static let failureShares = [0.01, 0.1, 0.2]
  /// Losses of accuracy whose times are told.
  public static let accuracyLosses = [0.05, 0.1]
  /// Measurements that a mean accuracy goes over, two before and two after.
  public static let accuracySpan = 5

  /// Time to the loss of 0.1 of accuracy or of a tenth of the devices, whichever comes first; `nil` where neither came.
  public var usefulLife: Double? {
    [accuracyLossSeconds, failureSeconds].compactMap { $0.count > 1 ? $0[1] : nil }.min()
  }

  /// The figures of a deployment from its rows.
  /// - Precondition: there is a row.
  init(
    experiment: String, parameters: DeploymentParameters, rows: [DeploymentRow], devices: Int, wornAtStart: UInt64,
    firstFailure: Double?, wallSeconds: Double
  ) {
    let (first, last) = (rows[0], rows[rows.count - 1])
    let early = rows.count > 1 ? rows[1] : first
    self.experiment = experiment
    self.parameters = parameters
    self.devices = devices
    self.wallSeconds = wallSeconds
    seconds = last.seconds
    samples = last.samples
    presentedSamples = last.presentedSamples
    initialAccuracy = Self.mean(rows.prefix(Self.accuracySpan))
    finalAccuracy = Self.mean(rows.suffix(Self.accuracySpan))
    wornFraction = last.wornFraction
    firstFailureSeconds = firstFailure.map { $0 / parameters.samplesPerSecond }
    let before = Double(wornAtStart) / Double(max(devices, 1))
    failureSeconds = Self.failureShares.map { Self.time(until: before + $0, rows) }
    accuracyLossSeconds = Self.accuracyLosses.map { Self.time(ofLoss: $0, rows) }
    wearRate = early.wearRate
    pulseRate = early.pulseRate
    energyPerSample = early.energyPerSample
    wearError = Self.wearError(rows)
  }

  /// Time at which the share of failed devices reached `share`, on straight lines between the rows.
  static func time(until share: Double, _ rows: [DeploymentRow]) -> Double? {
    guard let index = rows.firstIndex(where: { $0.wornFraction >= share }) else { return nil }
    guard index > 0 else { return rows[0].seconds }
    let (before, after) = (rows[index - 1], rows[index])
    let part = (share - before.wornFraction) / (after.wornFraction - before.wornFraction)
    return before.seconds + part * (after.seconds - before.seconds)
  }

  /// Accuracy of each row, averaged over those around it; fewer at the ends.
  public static func meanAccuracies(_ rows: [DeploymentRow]) -> [Double] {
    let reach = accuracySpan / 2
    return rows.indices.map { mean(rows[max($0 - reach, 0)...min($0 + reach, rows.count - 1)]) }
  }

  private static func mean(_ rows: ArraySlice<DeploymentRow>) -> Double {
    rows.reduce(0) { $0 + $1.accuracy } / Double(rows.count)
  }

  /// Time of the first row from which on all mean accuracies are below that of the start by more than `loss`.
  static func time(ofLoss loss: Double, _ rows: [DeploymentRow]) -> Double? {
    let means = meanAccuracies(rows)
    let start = mean(rows.prefix(accuracySpan))
    guard let last = means.lastIndex(where: { $0 >= start - loss }), last + 1 < rows.count else { return nil }
    return rows[last + 1].seconds
  }

  /// Σ |ω′ − ω|/2 · jump over Σ ω · samples, ω the rate that was replayed and ω′ the next that was measured.
  static func wearError(_ rows: [DeploymentRow]) -> Double {
    var (error, wear) = (0.0, 0.0)
    for (before, after) in zip(rows, rows.dropFirst()) {
      error += abs(after.wearRate - before.wearRate) / 2 * Double(before.jumpSamples)
      wear += before.wearRate * Double(before.jumpSamples)
      wear += after.wearRate * (Double(after.samples - before.samples) - Double(before.jumpSamples))
    }
    return wear > 0 ? error / wear : 0
  }
}
