import ArgumentParser
import Emulation
import Foundation
import Recordings
import Reporting

/// `crosspoint convert`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Write a recording in another format.",
    discussion: """
      Recordings of events become csv, es, dat, evt2, evt3, aedat4, hdf5 or npy; sampled recordings become Crosspoint's sensor \
      file, several of them one, each with its --label. What a format cannot hold is dropped, counted and told. The output \
      appears when it is whole, or not at all.
      crosspoint convert recording.raw recording.csv
      crosspoint convert recording.aedat4 small.raw --to evt2 --prepare "crop 128x128+96+56, noise 5 ms" --until 2s
      crosspoint convert cut.raw rescued.h5 --partial
      crosspoint convert yes.wav no.wav words.h5 --label yes --label no --rate 8000
      crosspoint convert imu.csv imu.h5 --time-column time --time-unit ms --rate 100 --label walking --subject 3
      """)

  @Argument(help: "The recording, or several sampled ones, then the file to write.")
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "Format to write: \(WritableFormat.allCases.map(\.rawValue).joined(separator: ", ")); by the ending of the output "
        + "otherwise, raw for evt3.", valueName: "name"))
  var to: String?

  @Option(help: "Steps of preparation, such as \"crop 64x64+10+10, noise 10 ms, mask 12:40\".")
  var prepare: String?

  @OptionGroup var span: SpanOptions

  @Option(
    help: ArgumentHelp(
      "How to pack the contents: \(EventCompression.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "name"))
  var compression: String?

  @Option(help: "Zero of the times written: recording, or first-event, whose time becomes 0.")
  var origin = "recording"

  @Flag(help: "Write the part of a damaged recording before the damage.")
  var partial = false

  @Option(help: ArgumentHelp("Samples per second of a sensor file; those of the input without.", valueName: "Hz"))
  var rate: Double?

  @Option(name: .customLong("label"), help: "Class of a sampled recording; once, or once for each.")
  var labels: [String] = []

  @Option(name: .customLong("subject"), help: "Whom a sampled recording comes from, 0 or more; once, or once for each.")
  var subjects: [Int] = []

  @OptionGroup(title: "Reading events") var reading: ReadingOptions
  @OptionGroup(title: "Reading samples") var signals: SignalOptions

  @Flag(help: "Print the outcome as one JSON object.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  func validate() throws {
    guard paths.count >= 2 else { throw ValidationError("expected a recording and the file to write") }
  }

  func run() throws {
    try Failure.reporting {
      StopSignals.install()
      let inputs = Array(paths.dropLast())
      let options = try signals.signalOptions(timeUnit: reading.timeUnit)
      let found = inputs.map { reading.format == nil ? SignalInput(path: $0, options: options) : nil }
      let sampled = found.compactMap { $0 }
      guard sampled.count == inputs.count else {
        guard inputs.count == 1 else {
          throw RecordingError.setting(
            name: "recordings to convert", expected: "one, or several sampled ones",
            found: "\(inputs.count), of which \(sampled.count) are sampled")
        }
        return try convertEvents(inputs[0])
      }
      try convertSignals(sampled)
    }
  }

  private func convertEvents(_ path: String) throws {
    let output = paths[paths.count - 1]
    let conversion = EventConversion(
      input: EventInput(
        path: path, reading: try reading.eventOptions(), span: try span.span(),
        preparation: try prepare.map { text throws(RecordingError) in try PreparationNotation.parse(text) } ?? []),
      output: output, format: try format(of: output), compression: try chosenCompression(), origin: try timeOrigin(),
      allowsPart: partial)
    let progress = CountProgress(what: "events", isQuiet: quiet || json)
    let outcome: EventConversion.Outcome?
    defer { progress.end() }
    do throws(RecordingError) {
      outcome = try conversion.run(progress: progress.show, isStopped: { StopSignals.pending != nil })
    } catch {
      throw PartialAdvice(error: error, isUseful: !partial && error.isDamage)
    }
    progress.end()
    guard let outcome else { throw ExitCode(128 + (StopSignals.pending ?? SIGINT)) }
    for warning in outcome.warnings { FileHandle.standardError.write(Data("warning: \(warning)\n".utf8)) }
    print(json ? try JSONText.encode(outcome) : outcome.text, terminator: "")
  }

  private func convertSignals(_ inputs: [SignalInput]) throws {
    let items = try inputs.enumerated().map { index, input in
      SignalConversion.Item(
        input: input, label: try Self.each(labels, index, of: inputs.count, "--label") ?? "recording",
        subject: try Self.each(subjects, index, of: inputs.count, "--subject"))
    }
    let output = paths[paths.count - 1]
    guard output.hasSuffix(".h5") || output.hasSuffix(".hdf5") else {
      throw RecordingError.setting(
        name: "file to write", expected: "a name that ends in .h5, as sampled recordings become sensor files",
        found: "'\(output)'")
    }
    let progress = CountProgress(what: "samples", isQuiet: quiet || json)
    let outcome = try SignalConversion(items: items, output: output, rate: rate).run(
      progress: progress.show, isStopped: { StopSignals.pending != nil })
    progress.end()
    guard let outcome else { throw ExitCode(128 + (StopSignals.pending ?? SIGINT)) }
    print(json ? try JSONText.encode(outcome) : outcome.text, terminator: "")
  }

  /// The value for one of several recordings, of options given once or for each.
  private static func each<Value>(_ values: [Value], _ index: Int, of count: Int, _ option: String) throws -> Value? {
    guard values.count > 1 else { return values.first }
    guard values.count == count else {
      throw RecordingError.setting(
        name: option, expected: "one, or one for each of \(count) recordings", found: "\(values.count)")
    }
    return values[index]
  }

  private func format(of output: String) throws -> WritableFormat {
    guard let to else { return try WritableFormat(path: output) }
    guard let format = WritableFormat(rawValue: to) else {
      throw RecordingError.setting(
        name: "--to", expected: "one of \(WritableFormat.allCases.map(\.rawValue).joined(separator: ", "))",
        found: "'\(to)'")
    }
    return format
  }

  private func chosenCompression() throws -> EventCompression? {
    guard let compression else { return nil }
    guard let known = EventCompression(rawValue: compression) else {
      throw RecordingError.setting(
        name: "--compression", expected: "one of \(EventCompression.allCases.map(\.rawValue).joined(separator: ", "))",
        found: "'\(compression)'")
    }
    return known
  }

  private func timeOrigin() throws -> TimeOrigin {
    switch origin {
    case "recording": .recording
    case "first-event": .firstEvent
    default:
      throw RecordingError.setting(name: "--origin", expected: "recording or first-event", found: "'\(origin)'")
    }
  }
}

/// An error of a damaged recording, with the way to its good part.
private struct PartialAdvice: Error, CustomStringConvertible {
  let error: RecordingError
  let isUseful: Bool

  var description: String {
    isUseful ? "\(error); nothing was written, --partial writes the part before the damage" : "\(error)"
  }
}

extension RecordingError {
  /// Whether a recording is damaged or ends early, rather than out of reach.
  fileprivate var isDamage: Bool {
    switch self {
    case .truncated, .corrupt: true
    default: false
    }
  }
}

/// Shows how far a long pass over a recording is: a line on a terminal, now and then a line elsewhere, on standard error.
final class CountProgress {
  private let what: String
  private let isQuiet: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let start = Date()
  private var last = Date()
  private var isShown = false

  init(what: String, isQuiet: Bool) {
    (self.what, self.isQuiet) = (what, isQuiet)
  }

  /// Says how many there were so far, if that is due.
  func show(_ count: Int) {
    guard !isQuiet, Date().timeIntervalSince(last) > (isTerminal ? 0.2 : 5) else { return }
    last = Date()
    let rate = Double(count) / last.timeIntervalSince(start)
    let text = "\(NumberFormat.compact(Double(count))) \(what)  \(NumberFormat.compact(rate)) \(what)/s"
    FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n").utf8))
    isShown = isTerminal
  }

  /// Removes the line.
  func end() {
    if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    isShown = false
  }
}
