import ArgumentParser
import Emulation
import Foundation
import Logging
import Recordings
import Reporting

extension ArrayProgramming.Start: ExpressibleByArgument {}

/// `crosspoint program`.
struct ProgramCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "program", abstract: "Program computed weights into an array and show what is left of them.",
    discussion: """
      Takes a matrix [inputs x outputs] of an HDF5 file, or a Linear or Affine node of a NIR graph, which is transposed. The
      largest weight is the weight limit, and verified writes may take four times the pulses of the whole range of a device,
      unless --set or --experiment says otherwise.
      crosspoint program runs/a/results.h5 --dataset layers/hidden1/weight --device rram-taox-hfox --scheme write-verify
      crosspoint program network.nir --dataset fc --device pcm-gst-2018 --after "1 s, 1 h, 1 day, 1 year" --output programmed
      crosspoint program network.nir --dataset fc --scheme write-verify --set writes.tolerance=0.02 --rounds 2
      """)

  @Argument(help: "The weights: an HDF5 file or a NIR graph.")
  var weights: String

  @Option(help: "Path of the dataset, or name of the NIR node; needed where the file holds several matrices.")
  var dataset: String?

  @Flag(inversion: .prefixedNo, help: "Take the dataset as [outputs x inputs] (default: for NIR graphs only).")
  var transpose: Bool?

  @Option(help: "A name from `crosspoint device list`, or a device file (device.preset, device.file).")
  var device: String?

  @Option(help: "open-loop or write-verify (writes.scheme).")
  var scheme: String?

  @Option(help: "Take device, writes, crossbar and run.seed from this experiment, a YAML file.")
  var experiment: String?

  @Option(name: .customLong("set"), help: "Override a key, as in --set writes.tolerance=0.02. May be repeated.")
  var overrides: [String] = []

  @Option(help: "What the array holds before: erased (all devices at Gmin) or mid-range (weights of 0).")
  var from: ArrayProgramming.Start = .erased

  @Option(help: "Times the whole matrix is programmed.")
  var rounds = 1

  @Option(help: "Look at the weights again so long after programming, as in \"1 s, 1 h, 1 day\".")
  var after: String?

  @Flag(help: "Clip weights beyond crossbar.weight_limit; they are refused otherwise.")
  var clip = false

  @Option(help: "Seed of all randomness (run.seed).")
  var seed: UInt64?

  @Option(help: "Folder for programmed.h5, programming.svg and programming.json (default: only print).")
  var output: String?

  @Flag(help: "Replace the files of an earlier call.")
  var overwrite = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds \(rounds): expected 1 to 1000") }
  }

  func run() throws {
    try Failure.reporting {
      let ages = try after.map { try Self.times($0) }
      if let present = output.map(ProgrammingFiles.present(in:))?.first, !overwrite {
        throw ValidationError("\(present) exists; give another --output, or --overwrite to replace it")
      }
      let file = try WeightMatrixFile(path: weights)
      let matrix = try file.matrix(dataset: dataset, transposed: transpose)
      let configuration = try ProgrammingConfiguration(
        experiment: experiment, overrides: try allOverrides(), seed: seed, weights: matrix)
      let log = Logger.console(isVerbose: false)
      for warning in configuration.warnings { log.warning("\(warning)") }
      let programming = ArrayProgramming(configuration.parameters(rounds: rounds, ages: ages, start: from))
      try checkRange(of: matrix, limit: programming.parameters.weightLimit)
      let result = programming.run(targets: matrix.values, rows: matrix.rows, columns: matrix.columns)
      let report =
        try output.map {
          try ProgrammingFiles(result, of: matrix, sha256: try file.sha256, configuration: configuration).write(to: $0)
        } ?? ProgrammingReport(result, of: matrix, sha256: try file.sha256, configuration: configuration)
      print(json ? try JSONText.encode(report) : report.text, terminator: "")
    }
  }

  private func checkRange(of matrix: WeightMatrix, limit: Float) throws {
    let beyond = matrix.values.count { abs($0) > limit }
    guard beyond > 0, !clip else { return }
    throw ValidationError(
      "\(beyond) of \(matrix.values.count) weights lie beyond crossbar.weight_limit (\(limit)), the largest at "
        + "\(matrix.largestMagnitude); raise it to that, or say --clip to program them at the limit")
  }

  private static func times(_ text: String) throws -> ElapsedTimes {
    do {
      return try ElapsedTimes(parsing: text)
    } catch {
      throw ValidationError("--after: \(error)")
    }
  }

  /// The overrides with the shorthand options among them; an explicit key counts more.
  private func allOverrides() throws -> [String] {
    var all: [String] = []
    if let device {
      let override = ProgrammingConfiguration.override(
        device: device, folder: FileManager.default.currentDirectoryPath)
      if override.hasPrefix("device.file"), !FileManager.default.fileExists(atPath: device) {
        throw ValidationError(
          "\(device) is neither a known device nor a file; `crosspoint device list` names the devices, the nearest is "
            + (DeviceCatalogue.nearestName(to: device) ?? "none"))
      }
      all.append(override)
    }
    if let scheme { all.append("writes.scheme=\(scheme)") }
    return all + overrides
  }
}
