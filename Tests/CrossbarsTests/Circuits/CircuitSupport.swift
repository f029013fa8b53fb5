import Crossbars
import Testing

/// Numbers that are the same each time.
struct CircuitNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  /// Uniform in 0..<1.
  mutating func next() -> Double {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Double(state >> 11) / 0x1p53
  }

  /// Conductances of 16 levels between a tenth of the largest and the largest.
  mutating func levels(_ count: Int, largest: Double) -> [Double] {
    (0..<count).map { _ in
      let level = (next() * 16).rounded(.down)
      return largest * (0.1 + 0.9 * level / 15)
    }
  }

  mutating func uniform(_ count: Int, _ range: ClosedRange<Double>) -> [Double] {
    (0..<count).map { _ in range.lowerBound + next() * (range.upperBound - range.lowerBound) }
  }
}

/// Kirchhoff's law at every node as one dense system, by Gaussian elimination: slow, and nothing of the solvers in it.
///
/// Nodes joined by a resistance of 0 are one node.
struct DenseNodalOracle {
  var word: [Double] = []
  var bit: [Double] = []
  var currents: [Double] = []

  init(_ circuit: CrossbarCircuit, voltages: [Double]) {
    let (n, m, lines) = (circuit.rows, circuit.columns, circuit.lines)
    let count = 2 * n * m + n + m
    // Nodes: word lines, bit lines, drivers, amplifiers.
    var merged = Array(0..<count)
    func find(_ node: Int) -> Int { merged[node] == node ? node : find(merged[node]) }
    var wires: [(Int, Int, Double)] = []
    for i in 0..<n {
      for j in 0..<m {
        let isNear = lines.driven == .left ? j == 0 : j == m - 1
        let inner = isNear ? 2 * n * m + i : i * m + (lines.driven == .left ? j - 1 : j + 1)
        wires.append((i * m + j, inner, lines.wordLine + (isNear ? lines.driver : 0)))
        let isLast = lines.sensed == .bottom ? i == n - 1 : i == 0
        let next = isLast ? 2 * n * m + n + j : n * m + (lines.sensed == .bottom ? i + 1 : i - 1) * m + j
        wires.append((n * m + i * m + j, next, lines.bitLine + (isLast ? lines.sense : 0)))
      }
    }
    for (a, b, r) in wires where r == 0 { merged[find(a)] = find(b) }
    var fixed: [Int: Double] = [:]
    for i in 0..<n { fixed[find(2 * n * m + i)] = voltages[i] }
    for j in 0..<m { fixed[find(2 * n * m + n + j)] = 0 }
    let branches =
      wires.filter { $0.2 > 0 }.map { (find($0.0), find($0.1), 1 / $0.2) }
      + (0..<n * m).map { (find($0), find(n * m + $0), circuit.conductances[$0]) }
    let free = Array(Set((0..<count).map(find)).subtracting(fixed.keys)).sorted()
    let places = Dictionary(uniqueKeysWithValues: free.enumerated().map { ($1, $0) })
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: free.count + 1), count: free.count)
    for (a, b, g) in branches {
      for (node, other) in [(a, b), (b, a)] {
        guard let row = places[node] else { continue }
        matrix[row][row] += g
        if let column = places[other] { matrix[row][column] -= g } else { matrix[row][free.count] += g * fixed[other]! }
      }
    }
    let solved = Self.solve(&matrix)
    func voltage(_ node: Int) -> Double { fixed[find(node)] ?? solved[places[find(node)]!] }
    word = (0..<n * m).map(voltage)
    bit = (0..<n * m).map { voltage(n * m + $0) }
    currents = (0..<m).map { j in
      (0..<n).reduce(0) { $0 + circuit.conductances[$1 * m + j] * (word[$1 * m + j] - bit[$1 * m + j]) }
    }
  }

  private static func solve(_ matrix: inout [[Double]]) -> [Double] {
    let n = matrix.count
    for k in 0..<n {
      let pivot = (k..<n).max { abs(matrix[$0][k]) < abs(matrix[$1][k]) }!
      matrix.swapAt(k, pivot)
      for i in k + 1..<max(n, k + 1) where matrix[i][k] != 0 {
        let factor = matrix[i][k] / matrix[k][k]
        for j in k...n { matrix[i][j] -= factor * matrix[k][j] }
      }
    }
    var result = [Double](repeating: 0, count: n)
    for k in (0..<n).reversed() {
      result[k] = (k + 1..<max(n, k + 1)).reduce(matrix[k][n]) { $0 - matrix[k][$1] * result[$1] } / matrix[k][k]
    }
    return result
  }
}

/// Largest difference over the largest magnitude of `expected`.
func worstError(_ found: [Double], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let scale = expected.reduce(0) { max($0, abs($1)) }
  // `max` would drop a difference that is not a number.
  return zip(found, expected).reduce(0) { $0 >= abs($1.0 - $1.1) ? $0 : abs($1.0 - $1.1) } / scale
}
