import Foundation
import Testing

/// The `crosspoint` executable that was built beside these tests.
enum Program {
  /// Folder of the package.
  static let package = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Path of the executable.
  static let path: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    var folder = URL(filePath: own).deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appending(path: "crosspoint").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    fatalError("no crosspoint above \(own)")
  }()

  /// Seven exercises of ten people, the smallest real experiment.
  static let watchExercises = "\(package)/Examples/01-watch-exercises.yaml"
  static let watchRecording = "\(package)/streams/watch-exercises.h5"

  /// Real recordings beside the project: `CROSSPOINT_DATA`, else `../shared/data`.
  static let data =
    ProcessInfo.processInfo.environment["CROSSPOINT_DATA"]
    ?? URL(filePath: "\(package)/../shared/data").standardizedFileURL.path

  /// Runs the program to its end.
  static func run(_ arguments: String..., set overrides: [String] = []) throws -> Result {
    try launch(arguments, set: overrides).end()
  }

  /// Starts the program.
  static func launch(_ arguments: [String], set overrides: [String] = []) throws -> RunningProgram {
    try RunningProgram(path, arguments + overrides.flatMap { ["--set", $0] })
  }

  /// How a process ended and what it said.
  struct Result {
    /// Exit code; 128 and more the number of an uncaught signal when `isCrash`.
    var status: Int32
    var isCrash: Bool
    var output: String
    var errors: String

    var json: [String: Any] {
      get throws {
        try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)\(errors)")
      }
    }
  }
}

/// A process whose output goes to files, so that nothing it says can block it.
final class RunningProgram {
  private let process = Process()
  private let folder: TemporaryFolder

  init(_ path: String, _ arguments: [String]) throws {
    folder = try TemporaryFolder()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    // What the tests found is also what the program finds.
    process.environment = ProcessInfo.processInfo.environment.merging(["CROSSPOINT_DATA": Program.data]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.file(folder("out"))
    process.standardError = try Self.file(folder("err"))
    try process.run()
  }

  private static func file(_ path: String) throws -> FileHandle {
    FileManager.default.createFile(atPath: path, contents: nil)
    return try #require(FileHandle(forWritingAtPath: path))
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  var isRunning: Bool { process.isRunning }
  /// What it has said on standard error so far.
  var errors: String { (try? String(contentsOfFile: folder("err"), encoding: .utf8)) ?? "" }

  func send(_ signal: Int32) {
    // A process that ended may have left its number to another.
    if process.isRunning { kill(process.processIdentifier, signal) }
  }

  /// Waits for the end; a process that does not come to it is killed.
  func end(within seconds: Double = 300) throws -> Program.Result {
    let limit = Date(timeIntervalSinceNow: seconds)
    while process.isRunning && Date() < limit { usleep(1000) }
    send(SIGKILL)
    process.waitUntilExit()
    return Program.Result(
      status: process.terminationStatus, isCrash: process.terminationReason == .uncaughtSignal,
      output: try String(contentsOfFile: folder("out"), encoding: .utf8),
      errors: try String(contentsOfFile: folder("err"), encoding: .utf8))
  }

  /// Waits until `condition` holds; false when the process ended before.
  func wait(until condition: () -> Bool) -> Bool {
    while !condition() {
      if !process.isRunning { return condition() }
      usleep(2000)
    }
    return true
  }
}

/// A folder that lives as long as the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "crosspoint-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Path of an entry of the folder.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, with the folders above it, and gives its path.
  @discardableResult
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    let target = URL(filePath: self(name))
    try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: target)
    return target.path
  }
}
