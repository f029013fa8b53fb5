import ArgumentParser
import Checkpoints
import Emulation
import Foundation
import Reporting

/// `crosspoint diff`.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two checkpoints: which tensors differ, where, and by how much.",
    discussion: """
      Of a run folder the newest valid checkpoint is taken. The exit code is 0 when the state is the same, else 1. The time that \
      computing took is not compared.
      crosspoint diff runs/a runs/b
      crosspoint diff runs/a/checkpoints/checkpoint-000000000170-pass01-trained.h5 runs/a --json
      """)

  @Argument(help: "A run folder or a checkpoint.")
  var first: String

  @Argument(help: "Another.")
  var second: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    try Failure.reporting {
      let sides = try [first, second].map(Self.open)
      let experiments = try sides.map {
        try ExperimentConfiguration.load(text: $0.checkpoint.experiment, name: $0.path)
      }
      let result = ComparisonText(
        names: sides.map(\.path),
        comparison: CheckpointComparison(sides[0].checkpoint, sides[1].checkpoint),
        keys: experiments[0].differences(from: experiments[1]))
      print(json ? try result.json() : result.text, terminator: "")
      if !result.isSame { throw ExitCode.failure }
    }
  }

  private static func open(_ path: String) throws -> (checkpoint: Checkpoint, path: String) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else {
      return (try CheckpointReader.read(path), path)
    }
    let store = CheckpointStore(at: path)
    guard let newest = try store.newestValid() else {
      throw CheckpointError.cannotRead(path: store.folder, reason: "it holds no checkpoint")
    }
    for skipped in newest.skipped {
      FileHandle.standardError.write(
        Data("warning: skipped \(skipped.path): \(skipped.reason)\n".utf8))
    }
    return (newest.checkpoint, newest.path)
  }
}
