/// Gives every row of a cost matrix a column of its own so that the sum of the costs is least.
///
/// Shortest augmenting paths with dual prices: rows whose cheapest column is free take it, the others are brought in one after
/// the other. Of equal columns a row takes that with its own number, else the first.
/// - Reference: R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
///   problems", Computing 38, 325 (1987), doi:10.1007/BF02278710.
public enum OptimalAssignment {
  /// The column of each row.
  ///
  /// - Parameters:
  ///   - costs: finite numbers, row-major `[rows × columns]`.
  ///   - columns: at least as many as rows.
  /// - Complexity: O(rows² · columns), less where many rows find their cheapest column free.
  public static func columns(costs: [Double], rows: Int, columns: Int) -> [Int] {
    precondition(rows >= 0 && columns >= rows && costs.count == rows * columns, "a column for every row")
    guard rows > 0 else { return [] }
    return costs.withUnsafeBufferPointer { buffer in
      var search = Search(costs: buffer.baseAddress!, rows: rows, columns: columns)
      search.takeFreeColumns()
      for row in 0..<rows where search.columnOfRow[row] < 0 { search.augment(from: row) }
      return search.columnOfRow
    }
  }

  private struct Search {
    let costs: UnsafePointer<Double>
    let rows: Int
    let columns: Int
    /// −1 where there is none yet.
    var columnOfRow: [Int]
    var rowOfColumn: [Int]
    var rowPrices: [Double]
    var columnPrices: [Double]

    init(costs: UnsafePointer<Double>, rows: Int, columns: Int) {
      self.costs = costs
      self.rows = rows
      self.columns = columns
      columnOfRow = [Int](repeating: -1, count: rows)
      rowOfColumn = [Int](repeating: -1, count: columns)
      columnPrices = [Double](repeating: 0, count: columns)
      rowPrices = (0..<rows).map { row in
        UnsafeBufferPointer(start: costs + row * columns, count: columns).min() ?? 0
      }
    }

    mutating func takeFreeColumns() {
      for row in 0..<rows where costs[row * columns + row] == rowPrices[row] { take(row, row) }
      for row in 0..<rows where columnOfRow[row] < 0 {
        let cheapest = (0..<columns).first {
          rowOfColumn[$0] < 0 && costs[row * columns + $0] == rowPrices[row]
        }
        if let cheapest { take(row, cheapest) }
      }
    }

    private mutating func take(_ row: Int, _ column: Int) {
      columnOfRow[row] = column
      rowOfColumn[column] = row
    }

    /// Brings in a row along the cheapest chain of rows that give up their columns (Dijkstra on reduced costs).
    mutating func augment(from start: Int) {
      var distances = [Double](repeating: .infinity, count: columns)
      var previous = [Int](repeating: -1, count: columns)
      var isReached = [Bool](repeating: false, count: columns)
      var row = start
      var column = -1
      repeat {
        let (step, nearest) = relax(row: row, through: column, &distances, &previous, isReached)
        rowPrices[start] += step
        for other in 0..<columns {
          if isReached[other] {
            rowPrices[rowOfColumn[other]] += step
            columnPrices[other] -= step
          } else {
            distances[other] -= step
          }
        }
        isReached[nearest] = true
        column = nearest
        row = rowOfColumn[nearest]
      } while row >= 0
      while column >= 0 {
        let before = previous[column]
        take(before < 0 ? start : rowOfColumn[before], column)
        column = before
      }
    }

    /// Updates the distances of columns by way of `row`; returns that of the nearest column not reached, and its number.
    private func relax(
      row: Int, through column: Int, _ distances: inout [Double], _ previous: inout [Int], _ isReached: [Bool]
    ) -> (step: Double, nearest: Int) {
      let line = costs + row * columns
      var (step, nearest) = (Double.infinity, -1)
      for other in 0..<columns where !isReached[other] {
        let reduced = line[other] - rowPrices[row] - columnPrices[other]
        if reduced < distances[other] {
          distances[other] = reduced
          previous[other] = column
        }
        if distances[other] < step || nearest < 0 { (step, nearest) = (distances[other], other) }
      }
      return (step, nearest)
    }
  }
}
