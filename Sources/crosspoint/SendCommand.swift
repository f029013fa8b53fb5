import ArgumentParser
import Emulation
import Foundation
import Recordings
import Reporting

/// `crosspoint send`.
struct SendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Send a recording of events over the network, in place of a sensor.",
    discussion: """
      crosspoint send recording.raw --udp 127.0.0.1:3333
      crosspoint send recording.aedat4 --tcp 192.168.0.7:4444 --wire spif --speed 2x --repeat
      """)

  @Argument(help: "The recording.")
  var path: String

  @Option(help: ArgumentHelp("Send datagrams to this receiver.", valueName: "host:port"))
  var udp: String?

  @Option(help: ArgumentHelp("Connect to this receiver and send bytes.", valueName: "host:port"))
  var tcp: String?

  @Option(
    help: ArgumentHelp(
      "Layout of the events: \(WireName.list). That of crosspoint counts what is lost; over TCP it is time64.",
      valueName: "name"))
  var wire = "crosspoint"

  @Option(help: ArgumentHelp("1x for real time, 2x for twice as fast and so on, or max.", valueName: "speed"))
  var speed = "1x"

  @Flag(name: .customLong("repeat"), help: "Begin again at the end, until Ctrl-C.")
  var repeats = false

  @OptionGroup var span: SpanOptions

  @Option(help: "Steps of preparation, as for `crosspoint convert`.")
  var prepare: String?

  @OptionGroup(title: "Reading events") var reading: ReadingOptions

  @Flag(help: "Print the counts as one JSON object.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  /// What was sent.
  struct Outcome: Encodable {
    var events: Int
    var datagrams: Int
    var bytes: Int
    var refusals: Int
    var seconds: Double
    var repetitions: Int?
    /// How much later than due an event was sent at most, in µs.
    var largestDelay: Int64?
  }

  func validate() throws {
    guard (udp == nil) != (tcp == nil) else { throw ValidationError("expected either --udp or --tcp") }
  }

  func run() throws {
    try Failure.reporting {
      StopSignals.install()
      let input = EventInput(
        path: path, reading: try reading.eventOptions(), span: try span.span(),
        preparation: try prepare.map { text throws(RecordingError) in try PreparationNotation.parse(text) } ?? [])
      let repeated = repeats ? try RepeatedEvents { () throws(RecordingError) in try input.open().source } : nil
      let source = try repeated ?? input.open().source
      let paced = try pace().map { speed throws(RecordingError) in try PacedEvents(source, speed: speed) }
      let sender = try makeSender()
      let start = Date()
      let failure = try send(paced ?? source, by: sender)
      let outcome = Outcome(
        events: sender.counts.events, datagrams: sender.counts.datagrams, bytes: sender.counts.bytes,
        refusals: sender.counts.refusals, seconds: Date().timeIntervalSince(start),
        repetitions: repeated?.repetitions, largestDelay: paced?.largestDelayInMicroseconds)
      print(json ? try JSONText.encode(outcome) : text(outcome), terminator: "")
      if let failure { throw failure }
      // One that repeats has no other end.
      if !repeats, let signal = StopSignals.pending { throw ExitCode(128 + signal) }
    }
  }

  /// Sends until the end or a signal; returns the damage of the recording that ended it.
  private func send(_ source: any EventSource, by sender: EventSender) throws -> RecordingError? {
    let progress = CountProgress(what: "events", isQuiet: quiet || json)
    defer { progress.end() }
    var batch = EventBatch(capacity: 1 << 14)
    var damage: RecordingError?
    while StopSignals.pending == nil {
      do throws(RecordingError) {
        guard try source.next(into: &batch) else { break }
      } catch {
        damage = error
        break
      }
      try sender.send(batch)
      progress.show(sender.counts.events)
    }
    try sender.finish()
    return damage
  }

  private func makeSender() throws -> EventSender {
    let wire = try WireName(option: wire)
    if let udp { return try EventSender(udp: NetworkAddress(udp), format: wire.datagrams) }
    return try EventSender(tcp: NetworkAddress(tcp ?? ""), layout: wire.layout)
  }

  /// Seconds of the recording in a second; `nil` for as fast as possible.
  private func pace() throws -> Double? {
    guard speed != "max" else { return nil }
    guard speed.hasSuffix("x"), let factor = Double(speed.dropLast()), factor > 0 else {
      throw RecordingError.setting(name: "--speed", expected: "1x, 0.5x and so on, or max", found: "'\(speed)'")
    }
    return factor
  }

  private func text(_ outcome: Outcome) -> String {
    var text = "sent \(outcome.events) events"
    if outcome.datagrams > 0 { text += " in \(outcome.datagrams) datagrams" }
    text += String(format: " (%ld bytes) in %.3f s", outcome.bytes, outcome.seconds)
    if let repetitions = outcome.repetitions { text += ", \(repetitions) times whole" }
    if let delay = outcome.largestDelay { text += String(format: ", at most %.1f ms late", Double(delay) / 1000) }
    text += "\n"
    if outcome.refusals > 0 {
      text += "the receiver answered \(outcome.refusals) times that nobody listens there; what was sent then is lost\n"
    }
    return text
  }
}
