import Kernels

/// All node voltages of a crossbar whose cells carry g·V + c: the factors of every row are kept for the way back.
///
/// c, the companion current, is 0 for ohmic cells; with it the solver does one step of Newton's method. Everything here is in
/// the order of the elimination (`LineOrder`).
/// - Complexity: O(rows · columns³) to factor, O(rows · columns²) for each vector; rows · columns² numbers of memory.
final class NodalSolver {
  let rows: Int
  let columns: Int
  let order: LineOrder
  private let ladder: LineLadder
  private let elimination: BitLineElimination
  private let conductances: AlignedBuffer<Double>
  private let inverses: AlignedBuffer<Double>

  init(rows: Int, columns: Int, lines: LineResistances) throws(CircuitError) {
    try CircuitLimits.check(rows: rows, columns: columns)
    try lines.check()
    let bytes = rows * columns * columns * MemoryLayout<Double>.stride
    guard bytes <= CircuitLimits.largestBytes else {
      throw .tooLarge(rows: rows, columns: columns, bytes: bytes, limit: CircuitLimits.largestBytes)
    }
    self.rows = rows
    self.columns = columns
    order = LineOrder(rows: rows, columns: columns, lines: lines)
    ladder = LineLadder(count: columns, near: lines.driver + lines.wordLine, segment: lines.wordLine)
    elimination = BitLineElimination(columns: columns, lines: lines)
    conductances = AlignedBuffer(count: rows * columns)
    inverses = AlignedBuffer(count: rows * columns * columns)
  }

  /// Takes in conductances `[rows × columns]`.
  func factor(_ values: UnsafePointer<Double>) throws(CircuitError) {
    conductances.base.update(from: values, count: rows * columns)
    elimination.reset()
    for place in 0..<rows {
      load(place)
      guard elimination.take(ladder, isLast: place == rows - 1) else { throw .singular(row: order.row(place)) }
      (inverses.base + place * columns * columns).update(from: elimination.inverse.base, count: columns * columns)
    }
  }

  private func load(_ place: Int) {
    ladder.conductances.base.update(from: conductances.base + place * columns, count: columns)
    ladder.update()
  }

  /// Solves for some vectors of drive voltages.
  ///
  /// - Parameters:
  ///   - drives: `[rows × vectors]`, V.
  ///   - companions: `[rows × vectors × columns]`, A, from word to bit line; `nil` for none.
  ///   - word: voltages of the word-line nodes `[rows × vectors × columns]`.
  ///   - bit: voltages of the bit-line nodes `[rows × vectors × columns]`.
  ///   - currents: into the amplifiers, `[vectors × columns]`.
  func solve(
    drives: UnsafePointer<Double>, companions: UnsafePointer<Double>?, vectors: Int,
    word: UnsafeMutablePointer<Double>, bit: UnsafeMutablePointer<Double>, currents: UnsafeMutablePointer<Double>
  ) {
    collect(drives: drives, companions: companions, vectors: vectors, word: word, sources: bit)
    let width = vectors * columns
    let scratch = AlignedBuffer<Double>(count: width)
    multiply(rows - 1, bit + (rows - 1) * width, vectors: vectors, into: currents)
    for place in stride(from: rows - 1, through: 0, by: -1) {
      let resistance = elimination.resistance(isLast: place == rows - 1)
      let nodes = bit + place * width
      for index in 0..<width {
        scratch.base[index] = resistance * nodes[index] + (place == rows - 1 ? 0 : nodes[width + index])
      }
      multiply(place, scratch.base, vectors: vectors, into: nodes)
    }
    solveWordLines(drives: drives, companions: companions, vectors: vectors, word: word, bit: bit)
  }

  /// product = P of a row · factor.
  private func multiply(
    _ place: Int, _ factor: UnsafePointer<Double>, vectors: Int, into product: UnsafeMutablePointer<Double>
  ) {
    guard elimination.resistance(isLast: place == rows - 1) > 0 else {
      product.update(from: factor, count: vectors * columns)
      return
    }
    DenseBlock.multiply(
      inverses.base + place * columns * columns, size: columns, by: factor, columns: vectors, into: product)
  }

  /// The currents into the bit lines at each row, with its nodes held at 0 V, and those from above.
  private func collect(
    drives: UnsafePointer<Double>, companions: UnsafePointer<Double>?, vectors: Int,
    word: UnsafeMutablePointer<Double>, sources: UnsafeMutablePointer<Double>
  ) {
    let width = vectors * columns
    let injections = AlignedBuffer<Double>(count: columns)
    for place in 0..<rows {
      load(place)
      let row = sources + place * width
      if place > 0 {
        multiply(place - 1, row - width, vectors: vectors, into: row)
      } else {
        row.update(repeating: 0, count: width)
      }
      for vector in 0..<vectors {
        let cells = place * width + vector * columns
        for column in 0..<columns { injections.base[column] = -(companions?[cells + column] ?? 0) }
        ladder.solve(drive: drives[place * vectors + vector], injections: injections.base, into: word + cells)
        for column in 0..<columns {
          row[vector * columns + column] +=
            ladder.conductances.base[column] * word[cells + column] - injections.base[column]
        }
      }
    }
  }

  private func solveWordLines(
    drives: UnsafePointer<Double>, companions: UnsafePointer<Double>?, vectors: Int,
    word: UnsafeMutablePointer<Double>, bit: UnsafePointer<Double>
  ) {
    let injections = AlignedBuffer<Double>(count: columns)
    for place in 0..<rows {
      load(place)
      for vector in 0..<vectors {
        let cells = (place * vectors + vector) * columns
        for column in 0..<columns {
          injections.base[column] =
            ladder.conductances.base[column] * bit[cells + column] - (companions?[cells + column] ?? 0)
        }
        ladder.solve(drive: drives[place * vectors + vector], injections: injections.base, into: word + cells)
      }
    }
  }
}
