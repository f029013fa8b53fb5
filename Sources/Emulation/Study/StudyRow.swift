import Foundation

/// What one point of a study came to: figures with names and units.
public struct StudyRow: Sendable, Equatable {
  /// One figure.
  public struct Figure: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its unit.
    public var unit: String
    /// What it means.
    public var description: String
    /// Whether more of it is better.
    public var isBetterHigher: Bool
  }

  /// The point.
  public var point: Study.Point
  /// Why it was not run, or how it failed; `nil` where it is complete.
  public var problem: String?
  /// Its figures by name; absent where something did not happen, such as a failure before the end.
  public var values: [String: Double]

  /// The figures of every run, in the order of the table.
  public static let figures: [Figure] = [
    Figure(
      name: "test_accuracy", unit: "1", description: "accuracy on the test samples after the last test",
      isBetterHigher: true),
    Figure(
      name: "online_accuracy", unit: "1", description: "accuracy of decisions before learning, mean over all passes",
      isBetterHigher: true),
    Figure(name: "samples", unit: "samples", description: "training samples seen", isBetterHigher: false),
    Figure(
      name: "pulses_per_device_and_sample", unit: "pulses", description: "SET and RESET pulses", isBetterHigher: false),
    Figure(
      name: "write_energy_per_sample", unit: "J", description: "energy of the writes of a training sample",
      isBetterHigher: false),
    Figure(
      name: "energy_per_sample", unit: "J",
      description: "energy of a training sample: reads, conversions, neurons, writes",
      isBetterHigher: false),
    Figure(
      name: "latency_per_sample", unit: "s", description: "time of the chip for a training sample",
      isBetterHigher: false),
    Figure(name: "stuck_devices", unit: "devices", description: "devices that do not answer", isBetterHigher: false),
    Figure(
      name: "wear_per_sample", unit: "full cycles", description: "mean wear of a device and training sample",
      isBetterHigher: false),
    Figure(
      name: "first_failure_samples", unit: "samples",
      description: "median samples to the first failed device of chips like this one at the wear rates of the run",
      isBetterHigher: true),
    Figure(
      name: "one_percent_failed_samples", unit: "samples",
      description: "samples to 1 % failed devices of chips like this one at the wear rates of the run",
      isBetterHigher: true),
  ]

  /// The figures of every deployment.
  public static let deploymentFigures: [Figure] = [
    Figure(
      name: "aged_accuracy", unit: "1", description: "test accuracy at the end of the deployment, mean of five",
      isBetterHigher: true),
    Figure(
      name: "failed_fraction", unit: "1", description: "share of failed devices at the end of the deployment",
      isBetterHigher: false),
    Figure(
      name: "first_failure", unit: "s", description: "time to the first failed device; absent where none failed",
      isBetterHigher: true),
    Figure(
      name: "one_percent_failed", unit: "s",
      description: "time to 1 % failed devices; absent where it did not come to it",
      isBetterHigher: true),
    Figure(
      name: "accuracy_loss_0.05", unit: "s",
      description: "time from which on the accuracy is lower by 0.05; absent where it did not come to it",
      isBetterHigher: true),
    Figure(
      name: "useful_life", unit: "s",
      description: "time to a loss of 0.1 of accuracy or a tenth of the devices, at most the deployment",
      isBetterHigher: true),
    Figure(
      name: "deployed_energy_per_sample", unit: "J", description: "energy of a sample at the start of the deployment",
      isBetterHigher: false),
  ]

  /// A point that was not run.
  init(_ point: Study.Point, problem: String) {
    (self.point, self.problem, values) = (point, problem, [:])
  }

  /// A complete point, from the files in its folders.
  /// - Throws: `EmulationError.fileAccess`, `CheckpointError`, what decoding throws.
  init(_ point: Study.Point, in folder: String, isAged: Bool) throws {
    self.point = point
    let path = "\(folder)/\(point.folder)"
    let run = try JSONText.decode(
      RunSummary.self, from: try String(contentsOfFile: "\(path)/summary.json", encoding: .utf8))
    var values = [
      "test_accuracy": run.testAccuracy, "online_accuracy": run.onlineAccuracy, "samples": Double(run.samples),
      "pulses_per_device_and_sample": run.pulsesPerDeviceAndSample, "write_energy_per_sample": run.writeEnergyPerSample,
      "energy_per_sample": run.energyPerSample, "latency_per_sample": run.latencyPerSample,
      "stuck_devices": Double(run.stuckDevices),
    ]
    let record = try WearRecord(path: path)
    let wear = record.layers.flatMap(\.wear)
    values["wear_per_sample"] = wear.reduce(0, +) / Double(max(wear.count, 1)) / Double(max(record.samples, 1))
    values["first_failure_samples"] = record.projection?.firstFailure(probability: 0.5)
    values["one_percent_failed_samples"] = record.projection?.meanSamples(untilFailed: 0.01)
    if isAged {
      let aged = try JSONText.decode(
        DeploymentSummary.self,
        from: try String(contentsOfFile: "\(folder)/\(point.agedFolder)/summary.json", encoding: .utf8))
      values["aged_accuracy"] = aged.finalAccuracy
      values["failed_fraction"] = aged.wornFraction
      values["first_failure"] = aged.firstFailureSeconds
      values["one_percent_failed"] = aged.failureSeconds[0]
      values["accuracy_loss_0.05"] = aged.accuracyLossSeconds[0]
      values["useful_life"] = aged.usefulLife ?? aged.seconds
      values["deployed_energy_per_sample"] = aged.energyPerSample
    }
    self.values = values
  }
}
