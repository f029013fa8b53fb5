import ArgumentParser
import Emulation
import Reporting

/// `crosspoint inspect`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what recordings, checkpoints and run folders hold.",
    discussion: """
      crosspoint inspect streams/watch-exercises.h5
      crosspoint inspect runs/a
      """)

  @Argument(
    help:
      "Sensor recordings, N-MNIST files or folders, folders of spikes as text, checkpoints, or run folders (their newest checkpoint)."
  )
  var paths: [String]

  @Flag(help: "Print one JSON object.")
  var json = false

  /// The JSON object of all paths.
  struct Result: Encodable {
    var inspections: [Inspection]
  }

  func run() throws {
    try Failure.reporting {
      let inspections = try paths.map { try Inspection(path: $0) }
      print(
        json ? try JSONText.encode(Result(inspections: inspections)) : inspections.map(\.text).joined(separator: "\n"),
        terminator: "")
    }
  }
}
