import Crossbars
import Emulation
import Foundation
import HDF5Store

/// `results.h5`: the arrays at the end of a run and its metrics, in SI units, for other tools.
///
/// Layers are groups `layers/<name>`; matrices of devices are `[2 × rows × columns]`, plane 0 the plus and plane 1 the
/// minus device of each pair.
struct ResultsFile {
  let run: EmulationRun
  let initial: SpikingNetwork
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
    func devices<Value: HDF5Scalar>(
      _ name: String, units: String, _ description: String, _ plane: (Int) -> [Value]
    ) throws {
      try file.write(
        plane(0) + plane(1), shape: [2] + matrix, to: "\(group)/\(name)", units: units, description: description,
        compression: .deflate(level: 1))
    }
    try file.write(
      array.effectiveWeights, shape: matrix, to: "\(group)/weight", units: "1",
      description: "effective weight [rows x columns] at the end", compression: .deflate(level: 1))
    try devices("conductance", units: "S", "conductance at the end, G+ then G-", array.conductances(plane:))
    try devices(
      "initial_conductance", units: "S", "conductance before learning, G+ then G-", before.conductances(plane:))
    try devices("set_pulses", units: "pulses", "SET pulses received since the start") {
      array.ledger.pulses(.set, plane: $0)
    }
    try devices("reset_pulses", units: "pulses", "RESET pulses received since the start") {
      array.ledger.pulses(.reset, plane: $0)
    }
    try devices("travel", units: "S", "sum of |conductance change| of all pulse trains") {
      array.ledger.travel(plane: $0)
    }
    try devices("wear", units: "1", "wear as a fraction of the device's own life", array.wearFractions(plane:))
    try devices("condition", units: "1", "0 sound, 1 and 2 stuck off/on since fabrication, 3 and 4 worn out, off/on") {
      array.conditions(plane: $0).map(\.rawValue)
    }
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
    try column("hidden_rate", units: "Hz", "mean firing rate of the hidden neurons", \.hiddenRateInHertz)
  }
}
