import Foundation
import Recordings

/// Python, whose packages write files that are read here.
enum IndependentWriter {
  static let hasNumPy = (try? run("import numpy")) != nil
  static let hasH5py = (try? run("import h5py, numpy")) != nil
  static let hasSciPy = (try? run("import scipy.io, numpy")) != nil
  static let hasWFDB = (try? run("import wfdb, numpy")) != nil

  /// Runs a script with arguments and gives what it prints.
  @discardableResult
  static func run(_ script: String, _ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: text) }
    return text
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }
}

/// SplitMix64 by Vigna: a fixed seed gives the same damage on every run.
struct DamageGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A copy with one to three bits flipped, or cut, or both.
  mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 0...3, using: &self) where !bytes.isEmpty {
      bytes[Int.random(in: 0..<bytes.count, using: &self)] ^= 1 << UInt8.random(in: 0..<8, using: &self)
    }
    if Bool.random(using: &self) { bytes.removeLast(Int.random(in: 0...bytes.count, using: &self)) }
    return bytes
  }
}

extension EventSource {
  /// All events that come before the end, and the error at the end if there is one.
  func drain(batchCapacity: Int = 4096) -> (events: [TestEvent], error: RecordingError?) {
    var batch = EventBatch(capacity: batchCapacity)
    var events: [TestEvent] = []
    do {
      while try next(into: &batch) { events += batch.events }
      return (events, nil)
    } catch {
      return (events, error)
    }
  }
}
