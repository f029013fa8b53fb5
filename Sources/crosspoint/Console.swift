import Emulation
import Foundation
import Logging

/// What a run shows while it goes on: a bar on a terminal, plain lines elsewhere, on standard error.
final class Console {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let isQuiet: Bool
  private let log: Logger
  private var lastLine = Date.distantPast
  private var isBarShown = false
  private var isDone = false

  init(isQuiet: Bool, log: Logger) {
    self.isQuiet = isQuiet
    self.log = log
  }

  func show(_ progress: RunProgress) {
    guard !isQuiet else { return }
    let isLast = progress.step == progress.steps
    guard !isDone else { return }
    isDone = isLast
    if isTerminal {
      write("\r\u{1B}[K" + bar(progress) + facts(progress))
      isBarShown = true
      if isLast { clearBar(keeping: true) }
    } else if Date().timeIntervalSince(lastLine) > 5 || isLast {
      lastLine = Date()
      write("\(progress.step)/\(progress.steps) samples\(facts(progress))\n")
    }
  }

  func tell(_ notice: RunNotice) {
    clearBar(keeping: false)
    switch notice {
    case .passCompleted: if !isQuiet { write(notice.message + "\n") }
    case .checkpointSaved: log.debug("\(notice.message)")
    case .ratesTooHigh, .writesTooMany, .layerSilent, .checkpointFailed: log.warning("\(notice.message)")
    }
  }

  func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }

  private func clearBar(keeping: Bool) {
    guard isBarShown else { return }
    write(keeping ? "\n" : "\r\u{1B}[K")
    isBarShown = false
  }

  private func bar(_ progress: RunProgress) -> String {
    let width = 24
    let filled = progress.steps > 0 ? width * progress.step / progress.steps : width
    return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
  }

  private func facts(_ progress: RunProgress) -> String {
    var parts = ["pass \(progress.pass)/\(progress.passes)\(progress.isTesting ? " test" : "")"]
    if progress.stepsPerSecond > 0 { parts.append("\(Int(progress.stepsPerSecond.rounded())) samples/s") }
    if let accuracy = progress.trainingAccuracy { parts.append(String(format: "accuracy %.3f", accuracy)) }
    if let test = progress.testAccuracy { parts.append(String(format: "test %.3f", test)) }
    parts.append("pulses \(NumberFormat.compact(Double(progress.pulses)))")
    if let seconds = progress.remainingSeconds, progress.step < progress.steps {
      parts.append("\(NumberFormat.duration(seconds)) left")
    }
    return "  " + parts.joined(separator: "  ")
  }
}

/// Numbers for a terminal.
enum NumberFormat {
  /// `28.2M`.
  static func compact(_ value: Double) -> String {
    for (limit, suffix) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")] where abs(value) >= limit {
      return String(format: "%.3g%@", value / limit, suffix)
    }
    return String(format: "%.3g", value)
  }

  /// `1 h 05 min`, `3 min 20 s`, `12 s`.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole >= 3600 { return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60) }
    if whole >= 60 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
    return "\(whole) s"
  }
}

/// Writes log messages of the program to standard error, without dates: a terminal is not a log file.
struct ConsoleLogHandler: LogHandler {
  var logLevel: Logger.Level = .info
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    FileHandle.standardError.write(Data("\(event.level): \(event.message)\n".utf8))
  }
}

extension Logger {
  /// The log of the command line.
  static func console(isVerbose: Bool) -> Logger {
    var log = Logger(label: "crosspoint") { _ in ConsoleLogHandler() }
    log.logLevel = isVerbose ? .debug : .info
    return log
  }
}
