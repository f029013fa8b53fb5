import ArgumentParser
import Emulation
import Foundation
import Hardware
import Logging
import Recordings
import Reporting

/// `crosspoint map`.
struct MapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "Show which crossbars, processing elements and chip tiles a network needs.",
    discussion: """
      Inputs and outputs are those of the recording, which is opened for it; with --inputs and --outputs none is needed.
      --faults draws the devices that are stuck since fabrication (device.stuck_off_fraction, device.stuck_on_fraction) and
      prints the error of the weights before and after each remedy: compensation within the pair, rows stored negated, rows
      and columns permuted, spare columns.
      crosspoint map Examples/01-watch-exercises.yaml --figure floor-plan.svg
      crosspoint map Examples/02-n-mnist.yaml --inputs 2312 --outputs 10 --set crossbar.tile_rows=128
      crosspoint map Examples/01-watch-exercises.yaml --faults --spare-columns 4 --set device.stuck_off_fraction=0.05
      crosspoint map Examples/01-watch-exercises.yaml --faults --weights runs/a/results.h5 --set device.stuck_on_fraction=0.02
      """)

  @Argument(help: "The experiment, a YAML file.")
  var experiment: String

  @Option(name: .customLong("set"), help: "Override a key, as in --set crossbar.tile_rows=128. May be repeated.")
  var overrides: [String] = []

  @Option(help: "Seed of all randomness (run.seed).")
  var seed: UInt64?

  @Option(help: "Number of input rows, in place of those of the recording.")
  var inputs: Int?

  @Option(help: "Number of outputs, in place of the classes of the recording.")
  var outputs: Int?

  @Option(help: "Crossbars of a processing element.")
  var crossbarsPerElement = 9

  @Option(help: "Processing elements of a chip tile.")
  var elementsPerTile = 8

  @Option(help: "The floor plan, SVG (default: only print).")
  var figure: String?

  @Flag(help: "Look at stuck devices and what can be done about them.")
  var faults = false

  @Option(help: "With --faults, take the weights from this results.h5 of a run (default: the initial weights).")
  var weights: String?

  @Option(help: "With --faults, spare columns of each crossbar.")
  var spareColumns = 0

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (inputs == nil) == (outputs == nil) else {
      throw ValidationError("--inputs and --outputs go together: with both, no recording is needed")
    }
    for (option, value) in [("--inputs", inputs), ("--outputs", outputs)] {
      guard let value, !(1...LayerShape.longestSide).contains(value) else { continue }
      throw ValidationError("\(option) \(value): expected 1 to \(LayerShape.longestSide)")
    }
    guard (0...4096).contains(spareColumns) else {
      throw ValidationError("--spare-columns \(spareColumns): expected 0 to 4096")
    }
    guard faults || (weights == nil && spareColumns == 0) else {
      throw ValidationError("--weights and --spare-columns need --faults")
    }
  }

  func run() throws {
    try Failure.reporting {
      let configuration = try ExperimentConfiguration.load(
        path: experiment, overrides: overrides + (seed.map { ["run.seed=\($0)"] } ?? []))
      let log = Logger.console(isVerbose: false)
      for warning in configuration.warnings { log.warning("\(warning)") }
      let network = try network(configuration)
      let mapping = try ChipMapping(
        network, crossbarsPerElement: crossbarsPerElement, elementsPerChipTile: elementsPerTile)
      let stuck =
        try faults
        ? FloorPlanFaults(
          network, weights: try weights.map { try WeightMatrixFile(path: $0) }, spareColumns: spareColumns) : nil
      if let figure {
        try FigureFile.write(
          Figures.floorPlan(mapping, title: "Floor plan of \(configuration.name)"), to: figure)
      }
      let report = FloorPlanReport(
        mapping, experiment: configuration.name, faults: stuck, files: figure.map { [$0] } ?? [])
      print(json ? try JSONText.encode(report) : report.text, terminator: "")
    }
  }

  private func network(_ configuration: ExperimentConfiguration) throws -> NetworkParameters {
    if let inputs, let outputs {
      guard configuration.network.features == "none" else {
        throw MissingShape(
          description: "network.features needs the image of the recording; leave out --inputs and --outputs")
      }
      guard configuration.network.weightsFrom == "none" else {
        throw MissingShape(description: "network.weights_from gives the shapes; leave out --inputs and --outputs")
      }
      return configuration.networkParameters(inputRows: inputs, outputs: outputs)
    }
    do {
      let folder = (experiment as NSString).deletingLastPathComponent
      return try Experiment(configuration, experimentFolder: folder).network
    } catch let error as EmulationError {
      guard case .recordingNotFound = error else { throw error }
      throw MissingShape(description: "\(error); or give --inputs and --outputs to map without it")
    }
  }
}

/// Why the shape of the network is not known, as one sentence.
private struct MissingShape: Error, CustomStringConvertible {
  var description: String
}
