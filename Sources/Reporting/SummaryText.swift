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
    if let error = summary.testErrors.last {
      row("squared error in the test over signal power", NumberText.compact(error), "fraction")
    }
    if let forgetting = summary.forgetting { row("forgetting", NumberText.fixed(forgetting, decimals: 4), "fraction") }
    row("online accuracy", NumberText.fixed(summary.onlineAccuracy, decimals: 4), "fraction")
    row("training samples", NumberText.grouped(Int(summary.samples)), "samples")
    row("ticks emulated", NumberText.grouped(Int(summary.ticks)), "ticks")
    row("speed", NumberText.compact(summary.samplesPerSecond), "training samples/s")
    row("wall time", NumberText.fixed(summary.wallSeconds, decimals: 1), "s")
    row("peak memory", NumberText.fixed(Double(summary.peakRssBytes) / 1048576, decimals: 0), "MiB")
    row("devices", NumberText.grouped(summary.devices), "devices")
    row("devices for each weight", NumberText.compact(summary.devicesPerWeight), "devices")
    row("SET pulses", NumberText.grouped(Int(summary.setPulses)), "pulses")
    row("RESET pulses", NumberText.grouped(Int(summary.resetPulses)), "pulses")
    if summary.refreshPulses > 0 { row("refresh pulses", NumberText.grouped(summary.refreshPulses), "pulses") }
    if let moves = summary.levellingMoves {
      row("lines moved to share the wear", NumberText.grouped(moves), "moves")
      row("lines retired", NumberText.grouped(summary.retiredRows ?? 0), "lines")
      row("spare lines left", NumberText.grouped(summary.spareRowsLeft ?? 0), "lines")
    }
    if summary.halfSelects > 0 {
      row("pulses at reduced voltage", NumberText.grouped(summary.halfSelects), "pulses")
    }
    if let verified = summary.verified {
      row("verify reads", NumberText.grouped(summary.verifyReads), "reads")
      row("verified writes that converged", NumberText.grouped(verified.converged), "writes")
      row("verified writes that gave up", NumberText.grouped(verified.gaveUp), "writes")
      row("verified writes out of range", NumberText.grouped(verified.outOfRange), "writes")
      row("verified writes to stuck devices", NumberText.grouped(verified.wornOut), "writes")
    }
    row("pulses per device and sample", NumberText.compact(summary.pulsesPerDeviceAndSample), "pulses")
    row("stuck devices", NumberText.grouped(summary.stuckDevices), "devices")
    row("devices past half of their life", NumberText.compact(summary.devicesPastHalfLife), "fraction")
    if summary.writeEnergyJoules > 0 {
      row("write energy", NumberText.compact(summary.writeEnergyJoules), "J")
      row("write energy per sample", NumberText.compact(summary.writeEnergyPerSample), "J")
      row("chip time of writes", NumberText.compact(summary.writeSeconds), "s")
    }
    row("read energy", NumberText.compact(summary.readEnergyJoules), "J")
    if summary.conversionEnergyJoules > 0 {
      row("conversion energy", NumberText.compact(summary.conversionEnergyJoules), "J")
    }
    row("digital energy", NumberText.compact(summary.digitalEnergyJoules), "J")
    row("energy per sample", NumberText.compact(summary.energyPerSample), "J")
    row("chip time per sample", NumberText.compact(summary.latencyPerSample), "s")
    row("hidden firing rate", NumberText.fixed(summary.hiddenRateHz, decimals: 1), "Hz")
    row("weights at an end of their range", NumberText.compact(summary.weightsAtRails), "fraction")
    if let alignment = summary.feedbackAlignment {
      row("cosine of feedback and forward weights", NumberText.fixed(alignment, decimals: 3), "1")
    }
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
