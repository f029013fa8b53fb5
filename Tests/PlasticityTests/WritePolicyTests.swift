import Devices
import Kernels
import Plasticity
import Testing

@Suite struct WritePolicyTests {
  private static let layout = BlockedLayout(rows: 3, columns: 21, tileRows: 8, tileColumns: 10)
  private static let step: Float = 0.01

  private static func accumulator(threshold: Float, largestTrain: Int = 1000) -> AccumulateAndThreshold {
    AccumulateAndThreshold(
      layout: layout, parameters: .init(step: step, threshold: threshold, largestTrain: largestTrain))
  }

  private static func absorb(
    _ policy: some WritePolicy, row: Int, changes: [Float], boundary: UInt64 = 0
  ) -> [PulseRequest] {
    var requests: [PulseRequest] = []
    for block in 0..<layout.blockCount {
      let columns = layout.columns(inBlock: block)
      let own = Array(changes[columns]) + [Float](repeating: 0, count: layout.blockWidth - columns.count)
      policy.absorb(block: block, row: row, changes: own, boundary: boundary, into: &requests)
    }
    return requests
  }

  /// Σ pulses·δ + χ = Σ Δw to the rounding of the accumulator, and no train below the threshold.
  @Test(arguments: [Float(1), 2, 4.5])
  func accumulatorLosesNothingAndNeverWritesBelowTheThreshold(threshold: Float) {
    let policy = Self.accumulator(threshold: threshold)
    var random = SplitMix64(UInt64(threshold * 2))
    var wanted = [Double](repeating: 0, count: 3 * 21)
    var written = wanted
    var trains = 0
    for _ in 0..<500 {
      for row in 0..<3 {
        let changes = random.floats(21, in: -0.02...0.02)
        for column in 0..<21 { wanted[row * 21 + column] += Double(changes[column]) }
        for request in Self.absorb(policy, row: row, changes: changes) {
          #expect(abs(Float(request.pulses)) >= threshold.rounded(.down))
          let (_, column) = Self.place(request.position)
          #expect(Self.layout.index(row: row, column: column) == Int(request.position))
          written[row * 21 + column] += Double(request.pulses) * Double(Self.step)
          trains += 1
        }
      }
    }
    let pending = policy.pendingChanges
    for index in wanted.indices { #expect(abs(written[index] + Double(pending[index]) - wanted[index]) < 1e-5) }
    #expect(pending.allSatisfy { abs($0) < threshold * Self.step })
    #expect(trains > 100)
  }

  private static func place(_ position: Int32) -> (row: Int, column: Int) {
    let block = Int(position) / layout.blockElements
    let inside = Int(position) % layout.blockElements
    return (inside / layout.blockWidth, layout.columns(inBlock: block).lowerBound + inside % layout.blockWidth)
  }

  @Test func pulsesAreTruncatedTowardZero() {
    let policy = Self.accumulator(threshold: 1)
    var changes = [Float](repeating: 0, count: 21)
    (changes[0], changes[5], changes[12], changes[20]) = (0.0299, -0.0299, 0.0099, -0.0099)
    let requests = Self.absorb(policy, row: 1, changes: changes)
    #expect(requests.map(\.pulses) == [2, -2])
    #expect(requests.map { Self.place($0.position).column } == [0, 5])
    #expect(abs(policy.pendingChanges[21] - 0.0099) < 1e-7)
    #expect(policy.pendingChanges[21 + 12] == 0.0099)
  }

  @Test func restOfALongTrainWaits() {
    let policy = Self.accumulator(threshold: 1, largestTrain: 3)
    var changes = [Float](repeating: 0, count: 21)
    changes[7] = -0.0755
    #expect(Self.absorb(policy, row: 0, changes: changes).map(\.pulses) == [-3])
    changes[7] = 0
    #expect(Self.absorb(policy, row: 0, changes: changes).map(\.pulses) == [-3])
    #expect(Self.absorb(policy, row: 0, changes: changes).map(\.pulses) == [-1])
    #expect(Self.absorb(policy, row: 0, changes: changes).isEmpty)
  }

  @Test func pendingChangesArePutBackAndContinueIdentically() {
    let (first, second) = (Self.accumulator(threshold: 2), Self.accumulator(threshold: 2))
    var random = SplitMix64(77)
    for _ in 0..<20 { _ = Self.absorb(first, row: 1, changes: random.floats(21, in: -0.02...0.02)) }
    second.pendingChanges = first.pendingChanges
    for _ in 0..<20 {
      let changes = random.floats(21, in: -0.02...0.02)
      #expect(Self.absorb(first, row: 1, changes: changes) == Self.absorb(second, row: 1, changes: changes))
    }
    #expect(first.pendingChanges == second.pendingChanges)
  }

  // MARK: Stochastic rounding

  private static func rounding(seed: UInt64 = 5, array: Int = 0, largestTrain: Int = 1000) -> StochasticRounding {
    StochasticRounding(
      layout: layout, parameters: .init(step: step, threshold: 1, largestTrain: largestTrain), array: array, seed: seed)
  }

  /// The mean of 2e4 boundaries is the wanted change within 3 σ, and one boundary varies by f·(1 − f) ≤ 1/4 of a pulse².
  @Test func stochasticRoundingIsUnbiased() {
    let policy = Self.rounding()
    let wanted: [Double] = (0..<21).map { Double($0 - 10) * 0.37 }
    let changes = wanted.map { Float($0) * Self.step }
    let boundaries = 20_000
    var sums = [Double](repeating: 0, count: 21)
    var squares = sums
    for boundary in 0..<boundaries {
      for request in Self.absorb(policy, row: 2, changes: changes, boundary: UInt64(boundary)) {
        let column = Self.place(request.position).column
        sums[column] += Double(request.pulses)
        squares[column] += Double(request.pulses) * Double(request.pulses)
      }
    }
    for column in 0..<21 {
      let fraction = abs(wanted[column]).truncatingRemainder(dividingBy: 1)
      let variance = fraction * (1 - fraction)
      let mean = sums[column] / Double(boundaries)
      #expect(abs(mean - wanted[column]) <= 3 * (variance / Double(boundaries)).squareRoot() + 1e-6)
      #expect(squares[column] / Double(boundaries) - mean * mean <= 0.25 * 1.03)
    }
  }

  @Test func stochasticRoundingDependsOnSeedArrayBoundaryAndPlaceOnly() {
    var random = SplitMix64(1)
    let changes = random.floats(21, in: -0.02...0.02)
    let first = Self.absorb(Self.rounding(), row: 1, changes: changes, boundary: 9)
    let used = Self.rounding()
    for boundary in 0..<9 { _ = Self.absorb(used, row: 0, changes: changes, boundary: UInt64(boundary)) }
    #expect(Self.absorb(used, row: 1, changes: changes, boundary: 9) == first)
    #expect(Self.absorb(used, row: 1, changes: changes, boundary: 10) != first)
    #expect(Self.absorb(Self.rounding(seed: 6), row: 1, changes: changes, boundary: 9) != first)
    #expect(Self.absorb(Self.rounding(array: 1), row: 1, changes: changes, boundary: 9) != first)
  }

  @Test func stochasticRoundingCutsLongTrainsAndKeepsNothing() {
    let policy = Self.rounding(largestTrain: 4)
    let requests = Self.absorb(policy, row: 0, changes: [Float](repeating: -0.1, count: 21))
    #expect(requests.map(\.pulses) == [Int32](repeating: -4, count: 21))
    #expect(Self.absorb(policy, row: 0, changes: [Float](repeating: 0, count: 21)).isEmpty)
    #expect(policy.pendingChanges.isEmpty)
  }

  // MARK: Threads

  /// Blocks absorbed by any number of threads ask for the same pulses.
  @Test(arguments: 1...4, [false, true])
  func requestsDoNotDependOnTheThreadOfABlock(threads: Int, isStochastic: Bool) {
    let layout = BlockedLayout(rows: 6, columns: 200, tileRows: 8, tileColumns: 16)
    let parameters = WritePolicyParameters(step: Self.step, threshold: 1, largestTrain: 100)
    func run(threads: Int) -> [[PulseRequest]] {
      let policy: any WritePolicy =
        isStochastic
        ? StochasticRounding(layout: layout, parameters: parameters, array: 0, seed: 3)
        : AccumulateAndThreshold(layout: layout, parameters: parameters)
      let pool = TilePool(threadCount: threads)
      var requests = [[PulseRequest]](repeating: [], count: layout.blockCount)
      for boundary in 0..<20 {
        requests.withUnsafeMutableBufferPointer { requests in
          let base = requests.baseAddress!
          pool.forEach(layout.blockCount) { block in
            var random = SplitMix64(UInt64(block * 1000 + boundary))
            for row in 0..<6 {
              let columns = layout.columns(inBlock: block).count
              let changes =
                random.floats(columns, in: -0.02...0.02) + [Float](repeating: 0, count: layout.blockWidth - columns)
              policy.absorb(block: block, row: row, changes: changes, boundary: UInt64(boundary), into: &base[block])
            }
          }
        }
      }
      return requests
    }
    let alone = run(threads: 1)
    #expect(alone.allSatisfy { !$0.isEmpty })
    #expect(run(threads: threads) == alone)
  }
}
