import Crossbars
import Emulation
import Foundation
import HDF5Store

/// `wear.h5`: what every device has been through, as plain arrays in SI units.
///
///     /<group>/layers/<name>/set_pulses, reset_pulses, …   [planes × rows × columns]
///     /<group>/layers/<name>/tiles/pulses, failed          [tile rows × tile columns]
///
/// One record stands at the root; several stand in groups `runs/<name>`.
struct WearFile {
  let records: [(name: String, record: WearRecord)]

  /// Writes the file as a whole: under a temporary name, then renamed.
  func write(to path: String) throws {
    let partial = path + ".partial"
    do {
      let file = try HDF5File.create(at: partial)
      try file.setAttribute("format", to: .text("crosspoint-wear"))
      try file.setAttribute("written_by", to: .text("crosspoint \(ProgramVersion.text)"))
      for (name, record) in records {
        try write(record, prefix: records.count == 1 ? "" : "runs/\(name)/", into: file)
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

  private func write(_ record: WearRecord, prefix: String, into file: HDF5File) throws {
    try file.write(
      record.configuration.resolved.yaml, to: "\(prefix)experiment", description: "the resolved experiment, YAML")
    try file.write(
      [record.samples], shape: [], to: "\(prefix)samples", units: "samples", description: "training samples seen")
    for layer in record.layers {
      let group = "\(prefix)layers/\(layer.name)"
      try writeDevices(of: layer, record: record, group: group, into: file)
      try writeTiles(of: layer, group: "\(group)/tiles", into: file)
    }
  }

  private func writeDevices(of layer: LayerWear, record: WearRecord, group: String, into file: HDF5File) throws {
    func devices<Value: HDF5Scalar>(_ name: String, _ units: String, _ description: String, _ values: [Value]) throws {
      try file.write(
        values, shape: [layer.planes, layer.rows, layer.columns], to: "\(group)/\(name)", units: units,
        description: "\(description) [planes x rows x columns]", compression: .deflate(level: 1))
    }
    let unit = record.configuration.device.parameters.quantity.unit
    try devices("set_pulses", "pulses", "SET pulses of learning", layer.setPulses)
    try devices("reset_pulses", "pulses", "RESET pulses of learning", layer.resetPulses)
    try devices("refresh_pulses", "pulses", "pulses of refreshes", layer.refreshPulses)
    try devices("verify_reads", "reads", "verify reads", layer.verifyReads)
    try devices("half_selects", "pulses", "pulses at reduced voltage", layer.halfSelects)
    try devices("travel", unit, "sum of all changes, without sign", layer.travel)
    try devices("wear", "full cycles", "wear in full-cycle equivalents", layer.wear)
    try devices("life_fraction", "1", "wear as a share of the device's own life", layer.lifeFractions)
    try devices("state", unit, "conductance or capacitance", layer.states)
    try devices(
      "condition", "1", "0 sound, 1 and 2 stuck off/on since fabrication, 3 to 5 worn out: off, on, in place",
      layer.conditions.map(\.rawValue))
    try devices("failed", "1", "1 where the device has worn out", layer.hasFailed.map { $0 ? UInt8(1) : 0 })
  }

  private func writeTiles(of layer: LayerWear, group: String, into file: HDF5File) throws {
    let tiles = layer.tiles
    let shape = [tiles.count, tiles.first?.count ?? 0]
    try file.write(
      tiles.joined().map(\.pulses), shape: shape, to: "\(group)/pulses", units: "pulses",
      description: "pulses of all devices of each tile [tile rows x tile columns]")
    try file.write(
      tiles.joined().map { UInt64($0.failed) }, shape: shape, to: "\(group)/failed", units: "devices",
      description: "devices of each tile that have worn out [tile rows x tile columns]")
    try file.write(
      tiles.joined().map(\.meanLifeFraction), shape: shape, to: "\(group)/mean_life_fraction", units: "1",
      description: "mean share of their lives that the devices of each tile have spent [tile rows x tile columns]")
  }
}
