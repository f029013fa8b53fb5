import ArgumentParser
import Emulation
import Foundation
import Reporting

/// `crosspoint early-exit`.
struct EarlyExitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "early-exit",
    abstract: "Dynamic timesteps: what ending a sample as soon as the outputs are certain saves, and costs.",
    discussion: """
      Tests what a run has learned with several entropies at which a sample ends (DT-SNN, arXiv:2305.17346). An entropy is chosen \
      by one half of the test samples and judged by the other, and the other way round. Nothing is learned, no file changed.
      crosspoint early-exit runs/a
      crosspoint early-exit runs/a --entropy 0.2,0.5 --interval 5
      """)

  @Argument(help: "A run folder or a checkpoint.")
  var path: String

  @Option(help: "Entropies to try, 0 to 1, as in 0.2,0.5.")
  var entropy: String?

  @Option(help: "Ticks between looks at the entropy.")
  var interval = 10

  @Option(help: "Accuracy that may be lost on the samples that choose, in points.")
  var loss = 1.0

  @Option(help: "Test samples, 0 for all.")
  var samples = 0

  @Option(name: .customLong("set"), help: "Override the place of the recording, as in --set stream.path=../data.")
  var overrides: [String] = []

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (1...1_000_000).contains(interval) else { throw ValidationError("--interval: 1 or more ticks") }
    guard samples >= 0 else { throw ValidationError("--samples: 0 or more") }
    guard (0...100).contains(loss) else { throw ValidationError("--loss: 0 to 100 points") }
    _ = try thresholds()
  }

  private func thresholds() throws -> [Double] {
    guard let entropy else { return EarlyExitStudy.usualThresholds }
    let values = try entropy.split(separator: ",").map { text in
      guard let value = Double(text), (0...1).contains(value) else {
        throw ValidationError("--entropy \(entropy): expected numbers from 0 to 1, as in 0.2,0.5")
      }
      return value
    }
    return values.contains(0) ? values : [0] + values
  }

  func run() throws {
    try Failure.reporting {
      let study = try EarlyExitStudy(path: path, overrides: overrides, interval: interval, limit: samples)
      let rows = try study.run(thresholds: thresholds())
      let text = EarlyExitText(rows, choice: EarlyExitStudy.choice(rows, loss: loss / 100))
      print(json ? try text.json() : text.text, terminator: "")
    }
  }
}
