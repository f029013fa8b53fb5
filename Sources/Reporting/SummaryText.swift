import Emulation

/// The final figures of a run as a table for terminal and report.
public struct SummaryText {
  private let summary: RunSummary
  private let folder: RunFolder

  /// The figures of `summary`, whose files lie in `folder`.
  public init(summary: RunSummary, folder: RunFolder) {
    self.summary = summary
    self.folder = folder
  }

  /// The figures, one a row.
  public var table: TextTable {
    var table = TextTable(header: ["result", "value", "unit"])
    func row(_ name: String, _ value: String, _ unit: String) { table.append([name, value, unit]) }
    row("test accuracy", NumberText.fixed(summary.testAccuracy, decimals: 4), "fraction")
    row("online accuracy", NumberText.fixed(summary.onlineAccuracy, decimals: 4), "fraction")
    row("training samples", NumberText.grouped(Int(summary.samples)), "samples")
    row("ticks emulated", NumberText.grouped(Int(summary.ticks)), "ticks")
    row("speed", NumberText.compact(summary.samplesPerSecond), "training samples/s")
    row("wall time", NumberText.fixed(summary.wallSeconds, decimals: 1), "s")
    row("peak memory", NumberText.fixed(Double(summary.peakRssBytes) / 1048576, decimals: 0), "MiB")
    row("devices", NumberText.grouped(summary.devices), "devices")
    row("SET pulses", NumberText.grouped(Int(summary.setPulses)), "pulses")
    row("RESET pulses", NumberText.grouped(Int(summary.resetPulses)), "pulses")
    row("pulses per device and sample", NumberText.compact(summary.pulsesPerDeviceAndSample), "pulses")
    row("stuck devices", NumberText.grouped(summary.stuckDevices), "devices")
    row("hidden firing rate", NumberText.fixed(summary.hiddenRateHz, decimals: 1), "Hz")
    row("saturated conversions", NumberText.compact(summary.saturatedFraction), "fraction")
    for channel in summary.encoding {
      row("\(channel.name) rebuilt from spikes, RMS error", NumberText.compact(channel.rmsError), channel.unit)
    }
    return table
  }

  /// Table and places of the files.
  public var text: String {
    table.rendered() + "\nreport  \(folder.reportPath)\narrays  \(folder.resultsPath)\n"
  }
}
