import ArgumentParser
import Emulation
import Foundation
import Hardware
import Reporting

/// `crosspoint estimate`.
struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Energy, latency and area of a whole chip: of a run as it happened, or of a network's shape.",
    discussion: """
      Of a run, what its newest checkpoint counted: rows driven, conversions, pulses, verify reads. Of a YAML file with layers, \
      what to expect of their shapes and spike densities. Energy of a run includes its tests (run.evaluate=end has the fewest) \
      and is shared among the samples it learned from.
      crosspoint estimate runs/a
      crosspoint estimate Examples/networks/vgg9.yaml --output vgg9
      crosspoint estimate Examples/networks/vgg9.yaml --constants spikesim-65nm
      crosspoint estimate --list-constants neurosim
      """)

  @Argument(help: "A run folder, a checkpoint, or a YAML file with layers.")
  var path: String?

  @Option(help: "Constants of the circuits: neurosim or spikesim-65nm (networks only).")
  var constants: String?

  @Option(name: .customLong("constant"), help: "Replace a constant, as in --constant leakage=20.")
  var replaced: [String] = []

  @Option(help: "Tiles of the chip (default: as many as are needed).")
  var tiles: Int?

  @Option(help: "layer-by-layer or pipelined.")
  var schedule: String?

  @Option(help: "Membrane memory: sram or fefet.")
  var membrane: String?

  @Flag(help: "Rows are written while others are read.")
  var overlapWrites = false

  @Option(help: "Folder for estimate.csv, estimate.json and chip.svg.")
  var output: String?

  @Option(help: "Print the constants of a set with units and sources, and end.")
  var listConstants: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard path != nil || listConstants != nil else {
      throw ValidationError("name a run folder, a checkpoint or a YAML file with layers")
    }
    _ = try replacements()
    var use = ChipUse()
    try adjust(&use)
  }

  func run() throws {
    try Failure.reporting {
      if let listConstants {
        return print(ChipText.table(of: try ChipConstants(named: listConstants)), terminator: "")
      }
      guard let path else { return }
      let (text, figure) = try ChipDocument.isNetwork(path: path) ? network(path) : ofRun(path)
      if let output { try write(text, figure, to: output) }
      print(json ? try text.json() : text.text, terminator: "")
    }
  }

  private func network(_ path: String) throws -> (ChipText, ChipFigure) {
    var document = try ChipDocument.load(path: path)
    if let constants { document.constants = try ChipConstants(named: constants) }
    try replace(in: &document.constants)
    if let tiles { document.tiles = tiles }
    try adjust(&document.use)
    let (plan, estimate) = (try document.plan(), try document.estimate())
    return (
      ChipText(
        title: document.name, estimate: estimate, plan: plan, constants: document.constants, per: "inference"),
      ChipFigure(title: document.name, estimate: estimate, plan: plan)
    )
  }

  private func ofRun(_ path: String) throws -> (ChipText, ChipFigure) {
    if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
      throw StudyError.malformed(
        file: path, line: 1,
        expected: "layers of a network; what an experiment takes is known when it ran: crosspoint run \(path) --output "
          + "runs/a, then crosspoint estimate runs/a", found: "none")
    }
    var set = try ChipConstants(named: constants ?? ChipConstants.neuroSim.name)
    try replace(in: &set)
    var use = ChipUse()
    try adjust(&use)
    let run = try RunEstimate(path: path, constants: set, tiles: tiles, use: use)
    return (
      ChipText(
        title: run.configuration.name, estimate: run.estimate, plan: run.plan, constants: set, per: "learned sample"),
      ChipFigure(title: run.configuration.name, estimate: run.estimate, plan: run.plan)
    )
  }

  private func replace(in constants: inout ChipConstants) throws {
    for (name, value) in try replacements() { try constants.set(name, to: value) }
  }

  private func replacements() throws -> [(name: String, value: Double)] {
    try replaced.map { text in
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Double(parts[1]) else {
        throw ValidationError("--constant \(text): expected NAME=NUMBER, as in leakage=20")
      }
      return (String(parts[0]), value)
    }
  }

  private func adjust(_ use: inout ChipUse) throws {
    if let schedule { use.schedule = try Self.choice(schedule, "--schedule") }
    if let membrane { use.membrane = try Self.choice(membrane, "--membrane") }
    if overlapWrites { use.overlapsWrites = true }
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: String, _ option: String
  ) throws -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(option) \(text): expected one of \(known)")
    }
    return choice
  }

  private func write(_ text: ChipText, _ figure: ChipFigure, to folder: String) throws {
    try FigureFile.makeFolder(at: folder)
    try FigureFile.write(text.csv, to: "\(folder)/estimate.csv")
    try FigureFile.write(text.json(), to: "\(folder)/estimate.json")
    try FigureFile.write(figure.svg, to: "\(folder)/chip.svg")
  }
}
