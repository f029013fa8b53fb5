import ArgumentParser
import Checkpoints
import Emulation
import Foundation

/// `crosspoint verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check that checkpoints are whole, to the last byte.",
    discussion: """
      Checks the manifest, the checksum and the range of every dataset, changes nothing, and says from which checkpoint a run \
      would go on. The exit code is 1 when a file is not as it was written.
      crosspoint verify runs/a runs/b
      crosspoint verify runs/a/checkpoints/*.h5
      """)

  @Argument(help: "Run folders, folders of checkpoints, or checkpoints.")
  var paths: [String]

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    try Failure.reporting {
      let places = try paths.map(Place.init)
      print(
        json ? try JSONText.encode(["places": places.map(\.record)]) : places.map(\.text).joined(), terminator: "")
      try Failure.tell(places.flatMap(\.checks).map { $0.isSound ? nil : $0.problem?.description })
    }
  }

  /// One of the paths.
  private struct Place {
    let path: String
    let checks: [CheckpointVerification]
    /// Whether a run would choose among its files.
    let isFolder: Bool

    init(_ path: String) throws {
      self.path = path
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      self.isFolder = isFolder.boolValue
      guard self.isFolder else {
        checks = [CheckpointVerification(ofFile: path)]
        return
      }
      let store = CheckpointStore(at: path)
      checks = try store.verify()
      guard !checks.isEmpty else {
        throw CheckpointError.cannotRead(path: store.folder, reason: "it holds no checkpoint")
      }
    }

    /// The checkpoint that a run of this folder goes on from.
    var next: CheckpointVerification? { isFolder ? checks.last { $0.problem == nil } : nil }

    var text: String {
      var lines = checks.map { check in
        let size = "\(check.fileBytes) B"
        guard let summary = check.summary else { return "unusable  \(check.path)  \(size)" }
        let version = check.problem == nil ? "" : "  only \(summary.writtenBy) can go on from it"
        return "sound     \(check.path)  \(size)  \(summary.datasets.count) datasets\(version)"
      }
      if isFolder { lines.append(next.map { "resume goes on from \($0.path)" } ?? "resume has nothing to go on from") }
      return lines.map { "\($0)\n" }.joined()
    }

    var record: Record {
      Record(
        path: path,
        checkpoints: checks.map {
          Record.Check(
            path: $0.path, bytes: $0.fileBytes, isSound: $0.isSound, datasets: $0.summary?.datasets.count,
            schemaVersion: $0.summary?.schemaVersion, problem: $0.problem?.description)
        }, resumesFrom: next?.path)
    }
  }

  /// What `--json` says of one path.
  private struct Record: Encodable {
    struct Check: Encodable {
      var path: String
      var bytes: Int
      var isSound: Bool
      var datasets: Int?
      var schemaVersion: UInt64?
      var problem: String?
    }
    var path: String
    var checkpoints: [Check]
    var resumesFrom: String?
  }
}
