import ArgumentParser
import Checkpoints
import Emulation
import Foundation
import Logging
import Reporting

/// `crosspoint nir`.
struct NIRCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nir", abstract: "Show NIR graphs, and write what a run has learned as one.",
    discussion: "An experiment begins as a graph with network.weights_from: FILE.",
    subcommands: [Show.self, Export.self])

  /// `crosspoint nir show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the nodes of a NIR graph, and what network it is here.",
      discussion: "crosspoint nir show net.nir")

    @Argument(help: "The graph, a .nir file.")
    var file: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
      try Failure.reporting {
        let description = NIRDescription(try NIRFile(path: file))
        print(json ? try JSONText.encode(description) : description.text, terminator: "")
      }
    }
  }

  /// `crosspoint nir export`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the weights that the arrays of a run carry as a NIR graph.",
      discussion: """
        Takes the newest checkpoint; the run may go on meanwhile.
        crosspoint nir export runs/a --output net.nir
        """)

    @Argument(help: "The run folder.")
    var folder: String

    @Option(help: "The graph to write, a .nir file; one that is there is replaced.")
    var output: String

    @Flag(help: "Print one JSON object.")
    var json = false

    /// What was written.
    struct Result: Encodable {
      var file: String
      var checkpoint: String
      var samples: UInt64
      var nodes: Int
    }

    func run() throws {
      try Failure.reporting {
        let learned = try LearnedNetwork(runFolder: folder)
        let log = Logger.console(isVerbose: false)
        for skipped in learned.skippedCheckpoints { log.warning("skipped \(skipped)") }
        try NIRFile.write(learned.graph, to: output)
        let result = Result(
          file: output, checkpoint: learned.checkpoint, samples: learned.samples, nodes: learned.graph.nodeCount)
        print(
          json
            ? try JSONText.encode(result)
            : "wrote \(output): \(result.nodes) nodes, after \(result.samples) training samples (\(result.checkpoint))\n",
          terminator: "")
      }
    }
  }
}
