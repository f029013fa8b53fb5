import Foundation
import Recordings

/// Name and version of the program that did a run.
public enum ProgramVersion {
  /// Version of Crosspoint.
  public static let text = "0.1.0"
}

/// Where a run comes from: enough to do it again.
public struct Provenance: Codable, Sendable {
  /// One process that worked on the run.
  public struct Session: Codable, Sendable {
    /// When it began, ISO 8601, UTC.
    public var started: String
    /// Version of Crosspoint.
    public var version: String
    /// Training samples seen when it began.
    public var fromSample: UInt64
    /// Threads used.
    public var threads: Int
    /// Processor and operating system.
    public var machine: String
    /// Command line.
    public var command: [String]
    /// Keys that this process was given other values for than the one before, as `key: value here, value there`.
    public var changes: [String]?
  }

  /// The state of another run that a run began as.
  public struct Origin: Codable, Sendable, Equatable {
    /// The checkpoint.
    public var path: String
    /// Its SHA-256.
    public var sha256: String
    /// Training samples that it had seen.
    public var fromSample: UInt64
    /// Keys with other values, as `key: value here, value there`.
    public var changes: [String]
    /// Datasets that began anew, since the state did not have them like that.
    public var begunAnew: [String]
    /// Layers whose arrays were transplanted; `nil` where the whole state was taken.
    public var arrays: [String]?
  }

  /// Name of the experiment.
  public var experiment: String
  /// Seed of all randomness.
  public var seed: UInt64
  /// Recording read.
  public var recording: String
  /// SHA-256 of the recording.
  public var recordingSha256: String
  /// NIR graph that the network began as.
  public var weights: String?
  /// SHA-256 of that graph.
  public var weightsSha256: String?
  /// How the program was built.
  public var build: String
  /// Works to cite for the device.
  public var citations: [String]
  /// The state of another run that it began as, where it did.
  public var origin: Origin?
  /// Processes that worked on the run, in order.
  public var sessions: [Session]

  /// The provenance of a run that begins.
  public init(experiment: Experiment) {
    self.experiment = experiment.configuration.name
    seed = experiment.configuration.run.seed
    recording = experiment.configuration.stream.path
    recordingSha256 = experiment.fingerprint
    weights = experiment.configuration.weightsPath
    weightsSha256 = experiment.weightsFile.flatMap { try? FileDigest.sha256(ofFile: $0) }
    #if DEBUG
      build = "debug"
    #else
      build = "release, cross-module optimisation; C kernels -O3 -ffp-contract=off, AVX2 where the CPU has it"
    #endif
    citations = experiment.configuration.device.preset.citations
    sessions = []
  }

  /// Adds the present process.
  public mutating func addSession(fromSample: UInt64, threads: Int, changes: [String] = []) {
    sessions.append(
      Session(
        started: ISO8601DateFormatter().string(from: Date()), version: ProgramVersion.text, fromSample: fromSample,
        threads: threads, machine: Machine.name,
        command: CommandLine.arguments, changes: changes.isEmpty ? nil : changes))
  }

  /// As JSON text.
  public func json() throws -> String {
    try JSONText.encode(self)
  }
}

/// JSON as this program writes it: readable, with sorted keys.
public enum JSONText {
  /// Encodes with snake_case keys.
  public static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  /// Encodes with snake_case keys into one line, ended by a newline.
  public static func line(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  /// Decodes snake_case keys.
  public static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(text.utf8))
  }
}
