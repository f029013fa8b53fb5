import ArgumentParser
import Emulation
import Logging
import Foundation

/// `crosspoint config`.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Explain and check experiment files.", subcommands: [Explain.self, Check.self])

  /// `crosspoint config explain`.
  struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print every key with its unit, default, range and source.",
      discussion: """
        crosspoint config explain
        crosspoint config explain device
        """)

    @Argument(help: "Only keys that begin so, such as device or crossbar.adc.")
    var prefix: String = ""

    @Flag(help: "Print a JSON object.")
    var json = false

    func run() throws {
      guard !ConfigurationReference.keys(prefix: prefix).isEmpty else {
        throw ValidationError("no key begins with '\(prefix)'; `crosspoint config explain` prints all")
      }
      print(json ? ConfigurationReference.json(prefix: prefix) : ConfigurationReference.text(prefix: prefix))
    }
  }

  /// `crosspoint config check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check an experiment file without running it, and print it with all defaults.",
      discussion: "crosspoint config check Examples/01-watch-exercises.yaml")

    @Argument(help: "The experiment, a YAML file.")
    var experiment: String

    @Option(name: .customLong("set"), help: "Override a key, as in --set crossbar.adc_bits=5. May be repeated.")
    var overrides: [String] = []

    @Flag(help: "Print a JSON object.")
    var json = false

    func run() throws {
      try Failure.reporting {
        let configuration = try ExperimentConfiguration.load(path: experiment, overrides: overrides)
        let log = Logger.console(isVerbose: false)
        for warning in configuration.warnings { log.warning("\(warning)") }
        print(json ? configuration.resolved.json : configuration.resolved.yaml, terminator: "")
      }
    }
  }
}
