import Hardware
import Kernels
import Testing

@Suite("Optimal assignment")
struct MappingAssignmentTests {
  private let stream = RandomStream(seed: 11, purpose: .fabricationFaults)

  private func number(_ item: Int, _ event: Int) -> Double {
    Double(stream.words(array: 0, item: item, event: UInt64(event))[0]) / Double(UInt32.max)
  }

  /// Least sum over all ways to give rows columns.
  private func least(_ costs: [Double], rows: Int, columns: Int) -> Double {
    func search(_ row: Int, _ taken: Set<Int>) -> Double {
      guard row < rows else { return 0 }
      return (0..<columns).filter { !taken.contains($0) }.map {
        costs[row * columns + $0] + search(row + 1, taken.union([$0]))
      }.min() ?? .infinity
    }
    return search(0, [])
  }

  @Test(
    "As cheap as the best of all permutations, square and with columns to spare",
    arguments: [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (1, 5), (3, 6), (5, 7)])
  func bruteForce(rows: Int, columns: Int) {
    for trial in 0..<12 {
      let costs = (0..<rows * columns).map { place -> Double in
        let value = number(place, trial)
        // Continuous, with many ties, mostly zero, and below zero.
        return switch trial % 4 {
        case 0: value
        case 1: (value * 4).rounded(.down)
        case 2: value < 0.6 ? 0 : value
        default: value - 0.5
        }
      }
      let found = OptimalAssignment.columns(costs: costs, rows: rows, columns: columns)
      #expect(Set(found).count == rows && found.allSatisfy { (0..<columns).contains($0) })
      let sum = found.enumerated().reduce(0) { $0 + costs[$1.offset * columns + $1.element] }
      #expect(abs(sum - least(costs, rows: rows, columns: columns)) < 1e-9, "\(costs)")
      #expect(found == OptimalAssignment.columns(costs: costs, rows: rows, columns: columns))
    }
  }

  @Test("Rows that cost nothing where they are stay there")
  func identity() {
    let costs = [Double](repeating: 0, count: 30)
    #expect(OptimalAssignment.columns(costs: costs, rows: 5, columns: 6) == [0, 1, 2, 3, 4])
    #expect(OptimalAssignment.columns(costs: [], rows: 0, columns: 0) == [])
  }

  @Test("A known large problem: i·j costs least when one runs against the other")
  func products() {
    let count = 150
    let costs = (0..<count * count).map { Double(($0 / count) * ($0 % count)) }
    let found = OptimalAssignment.columns(costs: costs, rows: count, columns: count)
    #expect(found == (0..<count).reversed())
  }
}
