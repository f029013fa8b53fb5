import ArgumentParser
import Recordings
import Reporting

/// Options of every command that reads event recordings: what files do not state, or state wrongly.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Format of the recording: \(EventFormat.allCases.map(\.rawValue).joined(separator: ", ")); found from the file "
        + "otherwise.", valueName: "name"))
  var format: String?

  @Option(help: ArgumentHelp("Pixels of the camera, where the file does not state them.", valueName: "WxH"))
  var sensor: String?

  @Option(help: "Order of the columns of tables without names: t, x, y, p once each, - for one to pass over.")
  var columns = "t,x,y,p"

  @Option(help: "Unit of the times of tables: s, ms, us or ns.")
  var timeUnit: String?

  @Option(help: "What to do with times that go back: clamp, reject or reorder.")
  var order = "clamp"

  @Option(help: "How far back times may go to be put in order, with --order reorder.")
  var reorderWindow = "10 ms"

  @Flag(help: "Take entries of an unknown kind for damage, instead of passing them over.")
  var strict = false

  /// The options as the decoders take them.
  func eventOptions() throws -> EventReadingOptions {
    EventReadingOptions(
      format: try format.map { name throws(RecordingError) in try EventFormat(name: name) },
      sensor: try sensor.map { text throws(RecordingError) in try SensorSize(text) }, order: try timestampOrder(),
      isStrict: strict, columns: columns,
      timeUnit: try timeUnit.map { text throws(RecordingError) in try TimeUnit(text) })
  }

  private func timestampOrder() throws -> TimestampOrder {
    switch order {
    case "clamp": .clamp
    case "reject": .reject
    case "reorder": .reorder(windowInMicroseconds: try TimeText.microseconds(reorderWindow, of: "--reorder-window"))
    default: throw RecordingError.setting(name: "--order", expected: "clamp, reject or reorder", found: "'\(order)'")
    }
  }
}

/// A span of a recording on the command line.
struct SpanOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Begin so long after the first event.", valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("End so long after the first event.", valueName: "time"))
  var until: String?

  /// The span in µs after the first event; `nil` for all.
  func span() throws -> Range<Int64>? {
    guard from != nil || until != nil else { return nil }
    let start = try from.map { try TimeText.microseconds($0, of: "--from") } ?? 0
    let end = try until.map { try TimeText.microseconds($0, of: "--until") } ?? .max
    guard start < end else {
      throw RecordingError.setting(name: "--until", expected: "a time after --from", found: "'\(until ?? "")'")
    }
    return start..<end
  }
}
