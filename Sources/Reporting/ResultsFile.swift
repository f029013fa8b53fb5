import Crossbars
import Emulation
import Foundation
import HDF5Store

/// `results.h5`: the arrays at the end of a run and its metrics, in SI units, for other tools.
///
/// Layers are groups `layers/<name>`; matrices of devices are `[planes × rows × columns]`: the devices of a synapse that
/// raise its weight, one or more, then as many that lower it. What a way of writing does not have is absent.
struct ResultsFile {
  let run: EmulationRun
  let initial: any EmulatedNetwork
  let summary: RunSummary
  let rows: [MetricsRow]

  /// Writes the file as a whole: under a temporary name, then renamed.
  func write(to path: String) throws {
    let partial = path + ".partial"
    do {
      let file = try HDF5File.create(at: partial)
      try file.setAttribute("format", to: .text("crosspoint-results"))
      try file.setAttribute("experiment", to: .text(run.experiment.configuration.resolved.yaml))
      try file.setAttribute("written_by", to: .text("crosspoint \(ProgramVersion.text)"))
      for (now, before) in zip(run.network.arrays, initial.arrays) {
        try write(now.array, before: before.array, group: "layers/\(now.name)", into: file)
      }
      try writeMetrics(into: file)
      let classes = summary.classes.count
      try file.write(
        summary.testConfusion, shape: [classes, classes], to: "test/confusion", units: "decisions",
        description: "decisions of the last test [classes x decisions]")
      if let tasks = summary.taskAccuracies.first?.count {
        try file.write(
          summary.taskAccuracies.flatMap { $0 }, shape: [summary.taskAccuracies.count, tasks], to: "test/task_accuracy",
          units: "1", description: "accuracy on the classes of each task after each test [tests x tasks]")
      }
      if !summary.testErrors.isEmpty {
        try file.write(
          summary.testErrors, shape: [summary.testErrors.count], to: "test/normalised_error", units: "1",
          description: "sum of (output - signal)^2 over sum of signal^2 in each test")
      }
      try file.close()
    } catch {
      unlink(partial)
      throw error
    }
    guard rename(partial, path) == 0 else {
      throw EmulationError.fileAccess(path: path, action: "write", reason: String(cString: strerror(errno)))
    }
  }

  private func write(_ array: CrossbarArray, before: CrossbarArray, group: String, into file: HDF5File) throws {
    let matrix = [array.layout.rows, array.layout.columns]
    try file.write(
      array.effectiveWeights, shape: matrix, to: "\(group)/weight", units: "1",
      description: "effective weight [rows x columns] at the end", compression: .deflate(level: 1))
    let devices = DeviceWriter(array: array, group: group, file: file)
    let quantity = array.parameters.device.quantity
    try devices.write(
      "conductance", units: quantity.unit, "\(quantity) at the end, G+ then G-", array.conductances(plane:))
    try devices.write(
      "initial_conductance", units: quantity.unit, "\(quantity) before learning, G+ then G-",
      before.conductances(plane:))
    try devices.write("travel", units: quantity.unit, "sum of |\(quantity) change| of all pulse trains") {
      array.ledger.travel(plane: $0)
    }
    try devices.write("wear", units: "1", "wear as a fraction of the device's own life", array.wearFractions(plane:))
    try devices.write(
      "condition", units: "1",
      "0 sound, 1 and 2 stuck off/on since fabrication, 3 and 4 worn out, off/on, 5 worn out where it was"
    ) { array.conditions(plane: $0).map(\.rawValue) }
    try writePulses(of: array, devices: devices, group: group, into: file)
  }

  private func writePulses(of array: CrossbarArray, devices: DeviceWriter, group: String, into file: HDF5File) throws {
    func pulses(_ name: String, _ kind: WearLedger.PulseKind, _ description: String) throws {
      try devices.write(name, units: "pulses", description) { array.ledger.pulses(kind, plane: $0) }
    }
    let writing = array.parameters.writing
    try pulses("set_pulses", .set, "SET pulses of learning received since the start")
    try pulses("reset_pulses", .reset, "RESET pulses of learning received since the start")
    if writing.refresh != nil {
      try pulses("refresh_pulses", .refresh, "pulses of refreshes received since the start")
    }
    if writing.biasing != .selector {
      try devices.write(
        "half_selects", units: "pulses", "pulses at reduced voltage received since the start",
        array.halfSelectCounts(plane:))
    }
    guard case .writeVerify = writing.scheme else { return }
    try devices.write("verify_reads", units: "reads", "verify reads since the start") {
      array.ledger.pulses(.verify, plane: $0)
    }
    try write(array.verifyHistogram, group: "\(group)/verified", into: file)
  }

  private func write(_ histogram: VerifyHistogram, group: String, into file: HDF5File) throws {
    let bins = 0..<VerifyHistogram.binCount
    func list<Value: HDF5Scalar>(_ name: String, units: String, _ description: String, _ values: [Value]) throws {
      try file.write(values, shape: [bins.count], to: "\(group)/\(name)", units: units, description: description)
    }
    try list(
      "pulses_from", units: "pulses", "fewest pulses of each bin of writes_by_pulses; the last has no end",
      bins.map { Int64(VerifyHistogram.lowestAttempts(ofBin: $0)) })
    try list("writes_by_pulses", units: "writes", "verified writes by pulses needed", histogram.attempts)
    try list(
      "residual_from", units: "1",
      "lowest error of each bin of writes_by_residual, fraction of the range; the end bins take what lies beyond",
      bins.map { Double($0 - bins.count / 2) * VerifyHistogram.residualWidth })
    try list(
      "writes_by_residual", units: "writes", "verified writes by error left, (G - target) / range",
      histogram.residuals)
  }

  private func writeMetrics(into file: HDF5File) throws {
    func column<Value: HDF5Scalar>(_ name: String, units: String, _ description: String, _ value: (MetricsRow) -> Value)
      throws
    {
      try file.write(
        rows.map(value), shape: [rows.count], to: "metrics/\(name)", units: units, description: description)
    }
    try column("samples", units: "samples", "training samples seen", \.samples)
    try column("is_test", units: "1", "1 where the row measures on test samples") { $0.phase == .test ? UInt8(1) : 0 }
    try column("accuracy", units: "1", "share of correct decisions since the row before", \.accuracy)
    try column("set_pulses", units: "pulses", "SET pulses of all devices since the start", \.setPulses)
    try column("reset_pulses", units: "pulses", "RESET pulses of all devices since the start", \.resetPulses)
    try column("stuck_devices", units: "devices", "devices that no longer answer to pulses") { Int64($0.stuckDevices) }
    try column("refresh_pulses", units: "pulses", "pulses of refreshes since the start", \.refreshPulses)
    try column("verify_reads", units: "reads", "verify reads since the start", \.verifyReads)
    try column("write_energy", units: "J", "energy of all writes since the start", \.writeEnergyInJoules)
    try column("read_energy", units: "J", "energy of driving rows since the start", \.readEnergyInJoules)
    try column("conversion_energy", units: "J", "energy of conversions since the start", \.conversionEnergyInJoules)
    try column(
      "digital_energy", units: "J", "energy of accumulators, neurons and their memory since the start",
      \.digitalEnergyInJoules)
    try column("silent_neurons", units: "neurons", "hidden neurons without a spike since the row before") {
      Int64($0.silentNeurons)
    }
    try column("weights_at_rails", units: "1", "share of weights within 1 % of an end of their range", \.weightsAtRails)
    if rows.contains(where: { $0.feedbackAlignment != nil }) {
      try column("feedback_alignment", units: "1", "mean cosine between fixed feedback and forward weights") {
        $0.feedbackAlignment ?? 0
      }
    }
    if rows.contains(where: { $0.normalisedError != nil }) {
      try column("normalised_error", units: "1", "sum of (output - signal)^2 over sum of signal^2") {
        $0.normalisedError ?? 0
      }
    }
    try column("hidden_rate", units: "Hz", "mean firing rate of the hidden neurons", \.hiddenRateInHertz)
  }
}

/// Writes matrices of all devices of an array.
private struct DeviceWriter {
  let array: CrossbarArray
  let group: String
  let file: HDF5File

  func write<Value: HDF5Scalar>(
    _ name: String, units: String, _ description: String, _ plane: (Int) -> [Value]
  ) throws {
    let planes = array.planeCount
    try file.write(
      (0..<planes).flatMap(plane), shape: [planes, array.layout.rows, array.layout.columns], to: "\(group)/\(name)",
      units: units, description: description, compression: .deflate(level: 1))
  }
}
