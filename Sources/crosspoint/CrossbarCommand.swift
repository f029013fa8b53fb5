import ArgumentParser
import Crossbars
import Emulation
import Recordings
import Reporting

/// `crosspoint crossbar`.
struct CrossbarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crossbar", abstract: "Solve crossbars with wire resistance, and compare the fast models of wires.",
    subcommands: [Solve.self, Compare.self])

  /// `crosspoint crossbar solve`.
  struct Solve: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Solve the nodal equations of a stored crossbar.",
      discussion: """
        The HDF5 file holds G [rows x columns] in S, V [rows x vectors] in V, r_word_line and r_bit_line in ohm between two
        cells, and may hold r_driver and r_sense. Word lines are driven at the left, bit lines sensed at the bottom.
        Cells are ohmic unless --sinh, --polynomial or a transistor says otherwise; then Newton's method is used, which
        names what is left where it does not come to rest.
        crosspoint crossbar solve crossbar.h5 --output solution.h5
        crosspoint crossbar solve crossbar.h5 --output solution.h5 --sinh 0.25 --transistor 1e-4,0.7
        """)

    @Argument(help: "The crossbar, an HDF5 file.")
    var file: String

    @Option(help: "The file for currents and node voltages.")
    var output: String

    @OptionGroup var cell: CellOptions

    @Option(help: "Column currents and the loss of voltage across the cells, SVG.")
    var figure: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
      try Failure.reporting {
        let study = try CrossbarStudy(CrossbarFile(path: file).read(), cell: cell.law, source: file)
        try CrossbarSolutionFile.write(study, of: file, to: output)
        if let figure { try FigureFile.write(Figures.crossbar(study, title: file), to: figure) }
        let report = study.report(files: [output] + (figure.map { [$0] } ?? []))
        print(json ? try JSONText.encode(report) : report.text, terminator: "")
      }
    }
  }

  /// `crosspoint crossbar compare`.
  struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Set the fast models of wire resistance beside the exact one.",
      discussion: """
        crosspoint crossbar compare crossbar.h5
        crosspoint crossbar compare --grid
        """)

    @Argument(help: "The crossbar, an HDF5 file.")
    var file: String?

    @Flag(help: "Compare crossbars of 16, 32 and 64 rows, 1 and 5 ohm a segment, devices of 20 and 100 kohm.")
    var grid = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
      guard (file == nil) == grid else { throw ValidationError("give a file, or --grid") }
    }

    func run() throws {
      try Failure.reporting {
        if let file {
          let comparison = try CrossbarComparison(CrossbarFile(path: file).read(), source: file)
          print(json ? try JSONText.encode(comparison) : comparison.text, terminator: "")
        } else {
          let comparison = try CrossbarGrid()
          print(json ? try JSONText.encode(comparison) : comparison.text, terminator: "")
        }
      }
    }
  }
}

/// The current of a cell over its voltage, on the command line.
struct CellOptions: ParsableArguments {
  @Option(name: .customLong("sinh"), help: "I = G V0 sinh(V/V0), with V0 in V.")
  var scale: Double?

  @Option(help: "I = G V + a2 V^2 + a3 V^3, given as a2,a3 in A/V^2 and A/V^3.")
  var polynomial: NumberPair?

  @Option(help: "A transistor in series with each cell, given as gain,overdrive in A/V^2 and V.")
  var transistor: NumberPair?

  func validate() throws {
    guard scale == nil || polynomial == nil else { throw ValidationError("give --sinh or --polynomial, not both") }
  }

  var law: NonlinearCell {
    let access = transistor.map { NonlinearCell.AccessTransistor(gain: $0.first, overdrive: $0.second) }
    if let scale { return NonlinearCell(law: .sinh(scale: scale), transistor: access) }
    if let polynomial {
      return NonlinearCell(
        law: .polynomial(second: polynomial.first, third: polynomial.second), transistor: access)
    }
    return NonlinearCell(law: .ohmic, transistor: access)
  }
}

/// Two numbers with a comma between them.
struct NumberPair: ExpressibleByArgument {
  let first: Double
  let second: Double

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 2, let first = parts[0], let second = parts[1] else { return nil }
    (self.first, self.second) = (first, second)
  }
}
