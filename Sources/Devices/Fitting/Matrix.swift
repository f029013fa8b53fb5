/// A small symmetric positive definite matrix, as least squares gives them.
struct Matrix: Equatable {
  let size: Int
  private var values: [Double]

  init(size: Int) {
    self.size = size
    values = Array(repeating: 0, count: size * size)
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * size + column] }
    set { values[row * size + column] = newValue }
  }

  /// The solution x of A·x = b by Cholesky's factors, or nothing if A is not positive definite.
  func solve(_ right: [Double]) -> [Double]? {
    guard let factor = factored() else { return nil }
    var x = right
    for row in 0..<size {
      for column in 0..<row { x[row] -= factor[row, column] * x[column] }
      x[row] /= factor[row, row]
    }
    for row in (0..<size).reversed() {
      for column in row + 1..<size { x[row] -= factor[column, row] * x[column] }
      x[row] /= factor[row, row]
    }
    return x
  }

  /// The inverse, or nothing if the matrix is not positive definite.
  func inverse() -> Matrix? {
    var result = self
    for column in 0..<size {
      guard let unit = solve((0..<size).map { $0 == column ? 1 : 0 }) else { return nil }
      for row in 0..<size { result[row, column] = unit[row] }
    }
    return result
  }

  private func factored() -> Matrix? {
    var factor = Matrix(size: size)
    for row in 0..<size {
      for column in 0...row {
        var sum = self[row, column]
        for index in 0..<column { sum -= factor[row, index] * factor[column, index] }
        if row == column {
          guard sum > self[row, row] * 1e-13, sum.isFinite else { return nil }
          factor[row, row] = sum.squareRoot()
        } else {
          factor[row, column] = sum / factor[column, column]
        }
      }
    }
    return factor
  }
}
