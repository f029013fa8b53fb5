import ArgumentParser
import Emulation
import Foundation
import Reporting

/// `crosspoint wear`.
struct WearCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wear", abstract: "Show what learning did to every device, and when the devices will fail.",
    discussion: """
      Prints tables and writes wear.h5 (plain arrays), figures and report.html into a folder. Several runs are compared side by
      side; runs that differ in their seeds alone give intervals.
      crosspoint wear runs/a
      crosspoint wear runs/a runs/b --duty 10/s --output comparison
      crosspoint wear runs/a/checkpoints/checkpoint-000000001600-pass02-trained.h5
      """)

  @Argument(help: "Run folders, folders of deployments (their newest checkpoint), or checkpoints.")
  var paths: [String]

  @Option(help: "Samples that the network learns from, as in 10/s; tells projected lifetimes.")
  var duty: String?

  @Option(help: "Folder for the files, which are replaced (default: wear in the run folder, or wear-comparison).")
  var output: String?

  @Flag(help: "Print tables only; write nothing.")
  var noFiles = false

  @Option(name: .customLong("set"), help: "Override the place of the recording, as in --set stream.path=../data.")
  var overrides: [String] = []

  @Flag(help: "Print one JSON object.")
  var json = false

  /// The JSON object.
  struct Result: Encodable {
    /// One layer.
    struct Layer: Encodable {
      var name: String
      var rows: Int
      var columns: Int
      var planes: Int
      var pulses: WearStatistics
      var lifeFractions: WearStatistics
      var failedDevices: Int
      var stuckDevices: Int
    }
    /// One run.
    struct Run: Encodable {
      var path: String
      var checkpoint: String
      var samples: UInt64
      var layers: [Layer]
    }
    var runs: [Run]
    var files: [String]
  }

  func run() throws {
    try Failure.reporting {
      let rate = try duty.map { try ProductTime.rate($0) }
      let records = try Self.named(paths.map { try WearRecord(path: $0) })
      let text = WearText(records, heat: inputHeat(of: records[0].record), samplesPerSecond: rate)
      let files = noFiles ? [] : try WearReport(records, text: text).write(to: output ?? defaultOutput)
      guard json else {
        print(text.text + (files.isEmpty ? "" : "\n" + files.map { "\($0)\n" }.joined()), terminator: "")
        return
      }
      print(try JSONText.encode(Result(runs: records.map { Self.result($0.record) }, files: files)), terminator: "")
    }
  }

  /// What drives the rows, where the recording is at hand.
  private func inputHeat(of record: WearRecord) -> InputHeat? {
    do {
      return try InputHeat(of: record, overrides: overrides)
    } catch {
      FileHandle.standardError.write(Data("note: without what drives the rows: \(error)\n".utf8))
      return nil
    }
  }

  private var defaultOutput: String {
    guard paths.count == 1 else { return "wear-comparison" }
    let path = paths[0].hasSuffix("/") ? String(paths[0].dropLast()) : paths[0]
    return path.hasSuffix(".h5") ? "\(path.dropLast(3))-wear" : "\(path)/wear"
  }

  /// Names of the last parts of the paths, told apart where these are alike.
  private static func named(_ records: [WearRecord]) -> [(name: String, record: WearRecord)] {
    let names = records.map { URL(fileURLWithPath: $0.path).lastPathComponent }
    return zip(names, records).enumerated().map { index, pair in
      let isAlone = names.count { $0 == pair.0 } == 1
      return (isAlone ? pair.0 : "\(pair.0)-\(index + 1)", pair.1)
    }
  }

  private static func result(_ record: WearRecord) -> Result.Run {
    Result.Run(
      path: record.path, checkpoint: record.checkpoint, samples: record.samples,
      layers: record.layers.map { layer in
        Result.Layer(
          name: layer.name, rows: layer.rows, columns: layer.columns, planes: layer.planes,
          pulses: WearStatistics(layer.pulses.map { Double($0) }),
          lifeFractions: WearStatistics(layer.lifeFractions.map { Double($0) }),
          failedDevices: layer.hasFailed.count { $0 }, stuckDevices: layer.conditions.count { $0 != .sound })
      })
  }
}
