import Crossbars
import Devices
import Kernels
import Testing

@Suite struct ReadNoiseTests {
  private static func noisy(columns: Int, tile: (Int, Int) = (64, 64), device: DeviceParameters = .quiet)
    -> CrossbarArray
  {
    var device = device
    device.readNoise = .relative(0.1)
    let array = CrossbarArray.make(rows: 20, columns: columns, tile: tile, device: device)
    var random = ReferenceRandom(3)
    array.deploy(random.floats(20 * columns, in: -0.5...0.5))
    return array
  }

  /// What a read is in physics: a draw for each of the two devices of each active synapse.
  private static func drawPerDevice(
    _ array: CrossbarArray, rows: [Int32], column: Int, random: inout ReferenceRandom
  ) -> Double {
    let (plus, minus) = (array.conductances(plane: 0), array.conductances(plane: 1))
    return rows.reduce(0) { sum, row in
      let index = Int(row) * array.layout.columns + column
      let up = Double(plus[index]) * (1 + 0.1 * random.normal())
      let down = Double(minus[index]) * (1 + 0.1 * random.normal())
      return sum + (up - down) * 0.5 / 9e-6
    }
  }

  /// One draw per column has the law of one draw per device: mean and variance within 99.9 % of both, and normal.
  @Test(arguments: [DeviceParameters.quiet, .ideal])
  func aggregatedNoiseHasTheLawOfNoiseOnEveryDevice(device: DeviceParameters) {
    let array = Self.noisy(columns: 3, device: device)
    let rows: [Int32] = [0, 2, 3, 8, 11, 19]
    let count = 20_000
    let reads = (0..<count).map { array.read(rows, tick: UInt64($0)).map(Double.init) }
    var random = ReferenceRandom(4)
    let (weights, plus, minus) = (array.effectiveWeights, array.conductances(plane: 0), array.conductances(plane: 1))
    for column in 0..<3 {
      let samples = reads.map { $0[column] }
      let observed = moments(samples)
      let places = rows.map { Int($0) * 3 + column }
      let mean = places.reduce(0.0) { $0 + Double(weights[$1]) }
      let variance = places.reduce(0.0) { sum, place in
        let squares = Double(plus[place]) * Double(plus[place]) + Double(minus[place]) * Double(minus[place])
        return sum + squares * (0.1 * 0.5 / 9e-6) * (0.1 * 0.5 / 9e-6)
      }
      #expect(abs(observed.mean - mean) < 3.29 * (variance / Double(count)).squareRoot())
      #expect(abs(observed.variance / variance - 1) < 3.29 * (2 / Double(count)).squareRoot())
      #expect(kolmogorovSmirnovNormal(samples.map { ($0 - mean) / variance.squareRoot() }) < 1.95)
      let loop = moments(
        (0..<2_000).map { _ in Self.drawPerDevice(array, rows: rows, column: column, random: &random) })
      #expect(abs(loop.mean - mean) < 3.29 * (variance / 2_000).squareRoot())
      #expect(abs(loop.variance / variance - 1) < 3.29 * (2 / 2_000.0).squareRoot())
    }
  }

  @Test func noiseOfColumnsTilesAndTicksIsIndependent() {
    let count = 20_000
    let array = Self.noisy(columns: 40, tile: (10, 16))
    array.deploy([Float](repeating: 0, count: 20 * 40))
    let upper = (0..<count).map { array.read([0], tick: UInt64($0)).map(Double.init) }
    let lower = (0..<count).map { array.read([10], tick: UInt64($0)).map(Double.init) }
    func correlation(_ a: [Double], _ b: [Double]) -> Double {
      let products = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(a.count)
      return products / (moments(a).variance * moments(b).variance).squareRoot()
    }
    let bound = 3.29 / Double(count).squareRoot()
    // Neighbours, the same lane of the next block, and the same column of the tile below.
    #expect(abs(correlation(upper.map { $0[0] }, upper.map { $0[1] })) < bound)
    #expect(abs(correlation(upper.map { $0[0] }, upper.map { $0[8] })) < bound)
    #expect(abs(correlation(upper.map { $0[0] }, upper.map { $0[16] })) < bound)
    #expect(abs(correlation(upper.map { $0[0] }, lower.map { $0[0] })) < bound)
    let column = upper.map { $0[0] }
    #expect(abs(correlation(Array(column.dropLast()), Array(column.dropFirst()))) < bound)
  }

  @Test(arguments: 1...4)
  func readDoesNotDependOnTheOrderOrThreadOfTheBlocks(threads: Int) {
    let array = Self.noisy(columns: 131, tile: (6, 16))
    let layout = array.layout
    let rows: [Int32] = [1, 4, 7, 12, 13, 19]
    let expected = (0..<5).map { array.read(rows, tick: UInt64($0)) }
    let pool = TilePool(threadCount: threads)
    let sums = AlignedBuffer<Float>(count: layout.paddedColumns)
    let base = sums.base
    for tick in (0..<5).reversed() {
      pool.forEach(layout.blockCount) { item in
        let block = layout.blockCount - 1 - item
        rows.withUnsafeBufferPointer {
          array.read(block: block, rows: $0, tick: UInt64(tick), into: base + block * layout.blockWidth)
        }
      }
      #expect((0..<131).map { sums[layout.paddedColumn($0)] } == expected[tick])
    }
    #expect(Set(expected.map { $0[0] }).count == 5)
  }

  /// The noise follows the conductances: a write changes its spread at once, also on an array that is written exactly.
  @Test func noiseOfAContinuousArrayFollowsItsWrites() {
    let array = Self.noisy(columns: 1, device: .ideal)
    let fresh = CrossbarArray.make(rows: 20, columns: 1, device: array.parameters.device)
    array.deploy([Float](repeating: 0.2, count: 20))
    fresh.deploy([Float](repeating: 0, count: 20))
    let changes: [Float] = [0.2] + [Float](repeating: 0, count: 15)
    for row in 0..<20 { fresh.writeExactly(block: 0, row: row, changes: changes) }
    #expect(fresh.read([3, 5], tick: 9) == array.read([3, 5], tick: 9))
    let restored = CrossbarArray.make(rows: 20, columns: 1, device: array.parameters.device)
    restored.state = array.state
    #expect(restored.read([3, 5], tick: 9) == array.read([3, 5], tick: 9))
    #expect(abs(array.read([3, 5], tick: 9)[0] - 0.4) > 1e-6)
  }
}
