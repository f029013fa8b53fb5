import Kernels

/// Eliminates the bit lines of a crossbar row by row, from their open ends to the sense amplifiers.
///
/// The rows taken in so far are, seen from the bit lines, sources of currents J with an admittance Y (Norton). One segment
/// of resistance R in each line turns them into P·J and P·Y with P = (1 + R·Y)⁻¹, and the next row adds its own. R of 0
/// gives P = 1, so ideal lines need no cases of their own.
///
/// Where all segments are of one resistance r, 1 + r·Y is 2 - P of the row before + r times the admittance of the row, and Y
/// is never needed. This loses digits in the last step as the sense resistance grows beyond r: then Y is carried.
/// - Complexity: O(columns³) for each row.
struct BitLineElimination: ~Copyable {
  let columns: Int
  let segment: Double
  let sense: Double
  /// P of the row taken in last, column-major `[columns × columns]`, upper triangle.
  let inverse: AlignedBuffer<Double>
  private let admittance: AlignedBuffer<Double>
  private let product: AlignedBuffer<Double>
  private let carriesAdmittance: Bool

  /// Sense resistance over segment up to which the digits lost do not matter.
  private static let largestRatio = 1e3

  init(columns: Int, lines: LineResistances) {
    self.columns = columns
    segment = lines.bitLine
    sense = lines.sense
    carriesAdmittance = !(lines.sense <= Self.largestRatio * lines.bitLine && lines.bitLine > 0)
    inverse = AlignedBuffer(count: columns * columns)
    admittance = AlignedBuffer(count: carriesAdmittance ? columns * columns : 0)
    product = AlignedBuffer(count: carriesAdmittance ? columns * columns : 0)
  }

  /// Resistance behind a row, Ω.
  func resistance(isLast: Bool) -> Double { isLast ? segment + sense : segment }

  /// Forgets all rows.
  func reset() {
    inverse.fill(0)
    for column in 0..<columns { inverse.base[column * columns + column] = 1 }
    admittance.fill(0)
  }

  /// Takes the next row in, and updates `inverse`.
  /// - Returns: `false` when the equations are singular to working precision.
  func take(_ row: borrowing LineLadder, isLast: Bool) -> Bool {
    carriesAdmittance ? takeCarrying(row, isLast: isLast) : takeUniform(row, isLast: isLast)
  }

  private func takeUniform(_ row: borrowing LineLadder, isLast: Bool) -> Bool {
    let ratio = isLast ? (segment + sense) / segment : 1
    row.addAdmittance(ratio * segment, to: inverse.base, keeping: -ratio)
    for column in 0..<columns { inverse.base[column * columns + column] += 1 + ratio }
    return DenseBlock.invert(inverse.base, size: columns)
  }

  private func takeCarrying(_ row: borrowing LineLadder, isLast: Bool) -> Bool {
    let matrix = admittance.base
    row.addAdmittance(1, to: matrix, keeping: 1)
    let resistance = resistance(isLast: isLast)
    guard resistance > 0 else { return true }
    for column in 0..<columns {
      for other in 0...column {
        matrix[other * columns + column] = matrix[column * columns + other]
        inverse.base[column * columns + other] = resistance * matrix[column * columns + other]
      }
      inverse.base[column * columns + column] += 1
    }
    guard DenseBlock.invert(inverse.base, size: columns) else { return false }
    if !isLast {
      DenseBlock.multiply(inverse.base, size: columns, by: matrix, columns: columns, into: product.base)
      matrix.update(from: product.base, count: columns * columns)
    }
    return true
  }
}
