import Kernels
import Recordings

/// The comparison over sizes, line resistances and cell resistances, on random cells.
///
/// Cells take one of 16 levels between a tenth of the largest conductance and the largest; a tenth of the rows is active.
public struct CrossbarGrid: Encodable, Sendable {
  /// One circuit.
  public struct Entry: Encodable, Sendable {
    /// Rows, and columns.
    public let size: Int
    /// Resistance of a segment of either kind of line, Ω.
    public let segment: Double
    /// Resistance of a cell of the largest conductance, Ω.
    public let cell: Double
    /// What the ways of computing it give.
    public let comparison: CrossbarComparison
  }

  /// The circuits.
  public let entries: [Entry]
  /// Seed of cells and voltages.
  public let seed: UInt64

  private static let sizes = [16, 32, 64]
  private static let segments = [1.0, 5]
  private static let cells = [20e3, 100e3]
  private static let vectors = 8
  private static let volts = 0.2

  /// Compares on the whole grid.
  /// - Throws: `CircuitError`.
  public init(seed: UInt64 = 1) throws {
    self.seed = seed
    entries = try Self.sizes.flatMap { size in
      try Self.segments.flatMap { segment in
        try Self.cells.map { cell in
          let crossbar = Self.crossbar(size: size, segment: segment, cell: cell, stream: RandomStream(key: seed))
          return Entry(
            size: size, segment: segment, cell: cell,
            comparison: try CrossbarComparison(crossbar, source: "grid, seed \(seed)"))
        }
      }
    }
  }

  private static func crossbar(size: Int, segment: Double, cell: Double, stream: RandomStream) -> RecordedCrossbar {
    let conductances = (0..<size * size).map { index in
      let level = Double(stream.words(0, UInt32(index), UInt32(size), 0).x & 15)
      return (0.1 + 0.9 * level / 15) / cell
    }
    var voltages = [Double](repeating: 0, count: size * vectors)
    for vector in 0..<vectors {
      let keys = (0..<size).map { stream.words(1, UInt32($0), UInt32(vector), UInt32(size)).x }
      let order = (0..<size).sorted { (keys[$0], $0) < (keys[$1], $1) }
      for row in order.prefix((size + 5) / 10) { voltages[row * vectors + vector] = volts }
    }
    return RecordedCrossbar(
      rows: size, columns: size, vectors: vectors, conductances: conductances, voltages: voltages,
      wordLineResistance: segment, bitLineResistance: segment)
  }

  /// For a terminal.
  public var text: String {
    let shown = entries.first?.comparison.methods.dropFirst(2).map(\.name) ?? []
    var errors = TextTable(header: ["size", "segment (Ω)", "cell (Ω)", "loss"] + shown)
    var times = TextTable(header: ["size", "exact T (s)"] + shown)
    for entry in entries {
      let methods = entry.comparison.methods.dropFirst(2)
      let place = ["\(entry.size)", NumberText.compact(entry.segment), NumberText.compact(entry.cell)]
      errors.append(
        place + [NumberText.compact(entry.comparison.columnLoss.mean)]
          + methods.map { "\(NumberText.compact($0.error.mean)) / \(NumberText.compact($0.error.largest))" })
      if entry.segment == Self.segments[0], entry.cell == Self.cells[0] {
        times.append(
          ["\(entry.size)", NumberText.compact(entry.comparison.seconds)]
            + methods.map { NumberText.compact($0.relativeTime) })
      }
    }
    return
      "Random cells of 16 levels, on/off ratio 10, a tenth of the rows active, \(Self.vectors) vectors, seed \(seed).\n"
      + "Errors relative to the exact current, mean / largest; the gated ladder is another circuit, with rows at 0 V open.\n\n"
      + errors.rendered() + "\nTime relative to the exact T\n\n" + times.rendered()
  }
}
