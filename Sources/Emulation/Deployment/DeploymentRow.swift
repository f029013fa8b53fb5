/// One row of `deployment.csv`: a measured window, or the start.
public struct DeploymentRow: Codable, Sendable, Equatable {
  /// Samples of the deployment at the end of the window, replayed ones among them.
  public var samples: UInt64
  /// The same in seconds, at the duty.
  public var seconds: Double
  /// Samples that were presented up to there.
  public var presentedSamples: UInt64
  /// Accuracy on the test samples, fraction.
  public var accuracy: Double
  /// Accuracy of the decisions made in the window before learning from each sample; `nil` at the start.
  public var onlineAccuracy: Double?
  /// Devices that have worn out, those from before the deployment among them.
  public var wornDevices: UInt64
  /// The same as a share of all devices.
  public var wornFraction: Double
  /// Devices that do not answer, those stuck since fabrication among them.
  public var stuckDevices: UInt64
  /// Mean wear of a device and sample in the window, full-cycle equivalents.
  public var wearRate: Double
  /// Pulses of all kinds for each device and sample in the window.
  public var pulseRate: Double
  /// Energy of reads, conversions, neurons and writes for each sample of the window, joules.
  public var energyPerSample: Double
  /// Samples of the jump after the window.
  public var jumpSamples: UInt64 = 0

  /// First line of the file.
  static let header =
    "samples,seconds,presented_samples,accuracy,online_accuracy,worn_devices,worn_fraction,stuck_devices,"
    + "wear_rate_full_cycles,pulses_per_device_and_sample,energy_per_sample_J,jump_samples"

  /// The row as text; numbers read back to the same bits.
  var line: String {
    "\(samples),\(seconds),\(presentedSamples),\(accuracy),\(onlineAccuracy.map { "\($0)" } ?? ""),\(wornDevices),"
      + "\(wornFraction),\(stuckDevices),\(wearRate),\(pulseRate),\(energyPerSample),\(jumpSamples)"
  }

  /// Reads a row.
  init?(line: some StringProtocol) {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == 12, let samples = UInt64(fields[0]), let seconds = Double(fields[1]),
      let presented = UInt64(fields[2]), let accuracy = Double(fields[3]),
      fields[4].isEmpty || Double(fields[4]) != nil, let worn = UInt64(fields[5]), let fraction = Double(fields[6]),
      let stuck = UInt64(fields[7]), let wear = Double(fields[8]), let pulses = Double(fields[9]),
      let energy = Double(fields[10]), let jump = UInt64(fields[11])
    else { return nil }
    self.init(
      samples: samples, seconds: seconds, presentedSamples: presented, accuracy: accuracy,
      onlineAccuracy: Double(fields[4]), wornDevices: worn, wornFraction: fraction, stuckDevices: stuck,
      wearRate: wear, pulseRate: pulses, energyPerSample: energy, jumpSamples: jump)
  }

  /// A row from its parts.
  init(
    samples: UInt64, seconds: Double, presentedSamples: UInt64, accuracy: Double, onlineAccuracy: Double?,
    wornDevices: UInt64, wornFraction: Double, stuckDevices: UInt64, wearRate: Double, pulseRate: Double,
    energyPerSample: Double, jumpSamples: UInt64 = 0
  ) {
    self.samples = samples
    self.seconds = seconds
    self.presentedSamples = presentedSamples
    self.accuracy = accuracy
    self.onlineAccuracy = onlineAccuracy
    self.wornDevices = wornDevices
    self.wornFraction = wornFraction
    self.stuckDevices = stuckDevices
    self.wearRate = wearRate
    self.pulseRate = pulseRate
    self.energyPerSample = energyPerSample
    self.jumpSamples = jumpSamples
  }

  /// All rows of a file.
  public static func rows(of text: String) -> [DeploymentRow] {
    text.split(separator: "\n").dropFirst().compactMap { DeploymentRow(line: $0) }
  }
}
