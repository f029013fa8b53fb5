import ArgumentParser
import Emulation
import Foundation
import Reporting

/// `crosspoint figure`.
struct FigureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figure",
    abstract: "Figures of the review this field builds on (arXiv:2408.12767), from the chip model.",
    discussion: """
      Writes NAME.csv and NAME.svg and says what agrees with the printed values, what does not, and why.
        review-7   area by circuit, over datasets
        review-8   energy-delay product and TOPS/W over timesteps
        review-12  membranes in SRAM and in ferroelectric transistors
      crosspoint figure review-7 --output figures
      """)

  @Argument(help: "review-7, review-8 or review-12.")
  var name: String

  @Option(help: "Folder for the files.")
  var output = "figures"

  func validate() throws {
    guard ReviewFigure.names.contains(name) else {
      throw ValidationError("no figure is called \(name); there are \(ReviewFigure.names.joined(separator: ", "))")
    }
  }

  func run() throws {
    try Failure.reporting {
      guard let figure = try ReviewFigure.named(name) else { return }
      try FigureFile.makeFolder(at: output)
      try FigureFile.write(figure.csv, to: "\(output)/\(name).csv")
      try FigureFile.write(figure.svg, to: "\(output)/\(name).svg")
      print(([figure.title] + figure.remarks.map { "- \($0)" } + ["\(output)/\(name).svg"]).joined(separator: "\n"))
    }
  }
}
