import ArgumentParser
import Emulation
import Foundation
import Reporting

/// `crosspoint inspect`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what recordings, checkpoints and run folders hold.",
    discussion: """
      A damaged recording is described up to the damage; the exit code is 1 then.
      crosspoint inspect recording.raw sample.aedat4
      crosspoint inspect headerless.raw --format evt2 --sensor 640x480
      crosspoint inspect streams/watch-exercises.h5
      crosspoint inspect runs/a
      """)

  @Argument(
    help: ArgumentHelp(
      "Recordings of events (RAW, DAT, AEDAT, ES, N-MNIST, CSV, HDF5, NumPy) or samples (Crosspoint's HDF5, WAV, WFDB, MATLAB, "
        + "CSV with --time-column), SHD files, data set folders, checkpoints, or run folders (their newest checkpoint)."
    ))
  var paths: [String]

  @OptionGroup(title: "Reading events") var reading: ReadingOptions
  @OptionGroup(title: "Reading samples") var signals: SignalOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(inversion: .prefixedNo, help: "Show a small picture of recordings of events; without, on a terminal.")
  var picture: Bool?

  /// The JSON object of all paths.
  struct Result: Encodable {
    var inspections: [Inspection]
  }

  func run() throws {
    try Failure.reporting {
      let events = try reading.eventOptions()
      let samples = try signals.signalOptions(timeUnit: reading.timeUnit)
      let isShown = !json && (picture ?? Terminal.isOutput)
      let inspections = try paths.map {
        try Inspection(
          path: $0, reading: events, signal: samples,
          picture: isShown ? Inspection.PictureSettings(isColored: Terminal.isColored) : nil)
      }
      print(
        json ? try JSONText.encode(Result(inspections: inspections)) : inspections.map(\.text).joined(separator: "\n"),
        terminator: "")
      try Failure.tell(inspections.map(\.damage))
    }
  }
}

/// The terminal that the output goes to, if it goes to one.
enum Terminal {
  /// Whether it does.
  static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }
  /// Whether it may be coloured; NO_COLOR (no-color.org) asks for plain text.
  static var isColored: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isOutput && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }
}
