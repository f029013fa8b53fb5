import ArgumentParser
import Recordings
import Reporting

/// Options of commands that read sampled recordings: what files do not state.
struct SignalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Column with the times of a table of samples, by name or number from 1; tells it from a table of events.",
      valueName: "column"))
  var timeColumn: String?

  @Option(
    name: .customLong("channel"),
    help: ArgumentHelp(
      "Column of a table that is a channel, by name or number; all but the time without. May be repeated. Names the channels "
        + "of a MATLAB array.", valueName: "column"))
  var channels: [String] = []

  @Option(name: .customLong("unit"), help: "Unit of the samples; once, or once for each channel.")
  var units: [String] = []

  @Option(
    help: ArgumentHelp("Rate of a MATLAB array, or of a table of samples without times.", valueName: "Hz"))
  var inputRate: Double?

  @Option(help: "Array of a MATLAB file, such as trial.imu.acceleration.")
  var array: String?

  @Flag(help: "Samples of the MATLAB array are its columns, not its rows.")
  var samplesInColumns = false

  /// The options as the readers take them.
  /// - Parameter timeUnit: That of a table; seconds where it was not told.
  func signalOptions(timeUnit: String?) throws -> SignalInput.Options {
    SignalInput.Options(
      timeColumn: timeColumn,
      timeUnit: try timeUnit.map { text throws(RecordingError) in try TimeUnit(text) } ?? .seconds,
      columns: channels.isEmpty ? nil : channels, units: units.isEmpty ? ["1"] : units, inputRate: inputRate,
      array: array, sampleAxis: samplesInColumns ? .columns : .rows)
  }
}
