import ArgumentParser
import Emulation
import Foundation
import Recordings
import Reporting

/// `crosspoint listen`.
struct ListenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "listen", abstract: "Receive live events or samples: watch, record, or let a learned network decide.",
    discussion: """
      Prints once a second what came, what the queue had no room for (dropped) and what was lost on the way. Ctrl-C or --for ends \
      it with exact counts and the exit code 0; a damaged stream ends it with 1.
      crosspoint listen --udp 3333
      crosspoint listen --tcp 192.168.0.7:4444 --wire spif --sensor 640x480 --output take.raw --for 10s
      crosspoint listen --follow growing.raw --output copy.h5
      camera | crosspoint listen --stdin --format evt3 --run runs/gestures
      crosspoint listen --mqtt broker:1883/lab/imu --channels 6 --output imu.csv

      With --run, the newest checkpoint of a run decides on windows as long as its samples, prepared and encoded alike. A window \
      ends with the first event behind it, or by the clock when none comes. With --session, a folder keeps the figures of every ten \
      windows, lost events among them; with --learn the network goes on learning, and its checkpoints are kept there:
      crosspoint listen --udp 3333 --run runs/gestures --session runs/monday --learn --labels shown.csv
      """)

  @OptionGroup(title: "Source") var live: LiveOptions

  @Option(help: "Write what comes to this file: any format of `crosspoint convert`, csv for samples.")
  var output: String?

  @Option(name: .customLong("for"), help: ArgumentHelp("End after this time.", valueName: "time"))
  var duration: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Let the newest checkpoint of this run folder decide.", valueName: "folder"))
  var runFolder: String?

  @Option(
    name: .customLong("set"), help: "Override a key of the run, as in --set stream.path=../data. May be repeated.")
  var overrides: [String] = []

  @Option(help: ArgumentHelp("Keep figures of the decisions in this new folder.", valueName: "folder"))
  var session: String?

  @Flag(help: "Go on learning from the stream; needs --session.")
  var learn = false

  @Option(help: ArgumentHelp("What the stream shows throughout.", valueName: "class"))
  var label: String?

  @Option(
    help: ArgumentHelp("What the stream shows: lines of a time in µs and the class from then on.", valueName: "file"))
  var labels: String?

  @Option(help: "Where windows begin: first-event, or recording for multiples of their length on the sender's clock.")
  var origin = "first-event"

  @Option(help: "How long after its end a window waits for events that are under way.")
  var patience = "50 ms"

  @Option(help: "Channels of a sample that comes by MQTT.")
  var channels = 1

  @Option(help: "How a message carries a sample: json, csv or float32.")
  var payload = "json"

  @Flag(help: "The first number of a message is its time in µs.")
  var payloadTimes = false

  @OptionGroup(title: "Reading events") var reading: ReadingOptions

  @Flag(help: "Print the counts as one JSON object at the end; with --run a line of JSON for each window before.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print nothing until the end.")
  var quiet = false

  func validate() throws {
    if session != nil && runFolder == nil { throw ValidationError("--session needs --run") }
    if learn && session == nil { throw ValidationError("--learn needs --session, a folder for what is learned") }
    if label != nil && labels != nil { throw ValidationError("expected one of --label and --labels") }
    if (label != nil || labels != nil) && session == nil {
      throw ValidationError("--label and --labels need --session")
    }
  }

  func run() throws {
    try Failure.reporting {
      StopSignals.install()
      let limit = try duration.map { try TimeText.positive($0, of: "--for") }
      if let topic = try live.topic() { return try receiveSamples(topic, limit) }
      let options = try reading.eventOptions()
      let network = try runFolder.map { try LiveInference(runFolder: $0, overrides: overrides) }
      let recorder = try output.map { LiveRecorder(path: $0, format: try WritableFormat(path: $0)) }
      let source = try live.events(options, sensor: network?.samples.sensor)
      let kept = try network.flatMap { network in try self.session.map { try keep(network, at: $0) } }
      let session = ListenSession(
        source: source, recorder: recorder, limitInMicroseconds: limit, queueCapacity: live.queue,
        showsLines: !quiet && !json && network == nil)
      tell("listening: \(place(of: source)), \(source.formatName)")
      let failure: (any Error)?
      if let network {
        tell("network of \(network.checkpointPath), \(network.samplesSeen) samples learned")
        failure = try decide(network, session, kept)
      } else {
        failure = session.watch()
      }
      let report = try session.finish()
      print(json ? try Self.line(report, isLast: network != nil) : report.text, terminator: "")
      if let kept { tell("session \(kept.folder.path)") }
      if let failure { throw failure }
    }
  }

  /// A session of the network in a new folder.
  private func keep(_ network: LiveInference, at folder: String) throws -> LiveSession {
    var told = try label.map { try LiveLabels(className: $0, among: network.classNames) }
    if let labels {
      let text = try String(contentsOfFile: labels, encoding: .utf8)
      told = try LiveLabels(text: text, name: labels, among: network.classNames)
    }
    return try LiveSession(network, parameters: .init(learns: learn, labels: told), output: folder)
  }

  /// Decides until the end; returns the damage of the stream that ended it.
  private func decide(
    _ network: LiveInference, _ session: ListenSession, _ kept: LiveSession?
  ) throws -> (any Error)? {
    for skipped in network.skippedCheckpoints { tell("warning: skipped \(skipped)") }
    let origin: LiveWindows.Origin
    switch self.origin {
    case "first-event": origin = .firstEvent
    case "recording": origin = .timeZero
    default:
      throw RecordingError.setting(name: "--origin", expected: "first-event or recording", found: "'\(self.origin)'")
    }
    let windows = try LiveWindows(
      session, like: network.samples, origin: origin,
      patienceInMicroseconds: try TimeText.microseconds(patience, of: "--patience"))
    var damage: RecordingError?
    do {
      try network.run(windows, session: kept, isStopped: session.isStopped) { decision in
        guard !quiet else { return }
        Output.write(json ? try JSONText.line(decision) : Self.text(decision) + "\n")
      }
    } catch let error as RecordingError {
      damage = error
    }
    try kept?.finish(lost: windows.lostEventCount, late: windows.lateEventCount)
    if windows.lateEventCount > 0 {
      tell("\(windows.lateEventCount) events came after their window was closed; raise --patience")
    }
    if windows.skippedWindowCount > 0 { tell("\(windows.skippedWindowCount) windows without events left out") }
    return damage
  }

  private static func text(_ decision: LiveInference.Decision) -> String {
    // Without anything that speaks for a class, the first one is no decision.
    let isSilent = decision.evidence.allSatisfy { $0 == 0 }
    let margin = isSilent ? "–" : String(format: "%.4g", Double(decision.margin))
    return String(format: "window %ld  %.6f s  ", decision.window, Double(decision.start) / 1e6)
      + "\(isSilent ? "–" : decision.className)  margin \(margin)  events \(decision.events)  lost \(decision.lost)  "
      + String(format: "%.1f ms", Double(decision.computeTime) / 1000)
  }

  private static func line(_ report: LiveReport, isLast: Bool) throws -> String {
    isLast ? try JSONText.line(report) : try JSONText.encode(report)
  }

  private func receiveSamples(_ topic: MQTTTopic, _ limit: Int64?) throws {
    let encodings: [String: SamplePayload.Encoding] = ["json": .json, "csv": .csv, "float32": .float32]
    guard let encoding = encodings[payload] else {
      throw RecordingError.setting(name: "--payload", expected: "json, csv or float32", found: "'\(payload)'")
    }
    guard runFolder == nil else {
      throw RecordingError.setting(name: "--run", expected: "a source of events", found: "samples by MQTT")
    }
    if let output, !output.hasSuffix(".csv") {
      throw RecordingError.setting(name: "--output", expected: "a name that ends in .csv", found: "'\(output)'")
    }
    let source = try LiveSampleSource(
      mqtt: topic, payload: SamplePayload(encoding: encoding, channelCount: channels, hasTime: payloadTimes),
      queueCapacity: min(live.queue, 1 << 24), dropPolicy: try live.dropPolicy(.dropOldest))
    tell("listening: \(topic)")
    let session = SampleSession(
      source: source,
      recorder: try output.map { path throws(RecordingError) in
        try LiveSampleRecorder(path: path, channelCount: channels)
      }, limitInMicroseconds: limit, queueCapacity: live.queue, showsLines: !quiet && !json)
    let report = try session.run()
    print(json ? try JSONText.encode(report) : report.text, terminator: "")
  }

  private func place(of source: LiveEventSource) -> String {
    if live.udp != nil { return "udp port \(source.port ?? 0)" }
    if live.serveTcp != nil { return "tcp port \(source.port ?? 0)" }
    return live.tcp.map { "tcp from \($0)" } ?? live.follow ?? "standard input"
  }

  private func tell(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}

/// Standard output, line by line: whoever reads a pipe is to see each line at once.
enum Output {
  static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
