import Emulation

/// The table of a sweep, one row for each combination.
public struct SweepText {
  private let axes: [String]
  private let rows: [SweepRow]

  /// The table over the keys `axes`.
  public init(_ axes: [String], _ rows: [SweepRow]) {
    self.axes = axes
    self.rows = rows
  }

  /// The table, then what was refused and why.
  public var text: String {
    let names = axes.map { String($0.split(separator: ".").last ?? "") }
    var table = TextTable(
      header: names + [
        "test accuracy", "range", "pulses/device/sample", "write energy/sample", "chip time/sample", "past half life",
        "stuck", "samples/s",
      ])
    for row in rows {
      table.append(row.values + (row.refusal == nil ? figures(row) : ["refused", "", "", "", "", "", "", ""]))
    }
    let reasons = rows.compactMap { row in row.refusal.map { "\(row.values.joined(separator: ", ")): \($0)\n" } }
    return table.rendered() + (reasons.isEmpty ? "" : "\n" + reasons.joined())
  }

  private func figures(_ row: SweepRow) -> [String] {
    let (lowest, highest) = (row.testAccuracies.min() ?? 0, row.testAccuracies.max() ?? 0)
    return [
      NumberText.fixed(row.testAccuracy, decimals: 3),
      row.runs > 1
        ? "\(NumberText.fixed(lowest, decimals: 3))–\(NumberText.fixed(highest, decimals: 3))" : "",
      NumberText.compact(row.pulsesPerDeviceAndSample), NumberText.compact(row.writeEnergyPerSample) + " J",
      NumberText.compact(row.latencyPerSample) + " s", NumberText.fixed(row.devicesPastHalfLife, decimals: 4),
      NumberText.fixed(row.stuckDevices, decimals: 0),
      NumberText.compact(row.samplesPerSecond),
    ]
  }
}
