import Kernels
import Plasticity
import Testing

/// The event-driven reverse form against the per-tick definition, in double precision: 1e-5 of the greatest change.
@Suite struct EPropTests {
  static let nets = [
    (rows: 1, columns: 1, outputs: 1, ticks: 1), (rows: 5, columns: 3, outputs: 2, ticks: 40),
    (rows: 37, columns: 17, outputs: 11, ticks: 100), (rows: 70, columns: 131, outputs: 3, ticks: 53),
  ]

  @Test(arguments: nets, [Float(0.8), nil])
  func oneWindowPerSampleEqualsThePerTickRule(
    net: (rows: Int, columns: Int, outputs: Int, ticks: Int), decay: Float?
  ) {
    let observation = Observation.random(
      rows: net.rows, columns: net.columns, outputs: net.outputs, ticks: net.ticks, seed: UInt64(net.rows))
    let oracle = PerTickOracle(leak: 0.9, decay: decay.map(Double.init), rate: 0.01)
    let whole = 0..<net.ticks
    let expected = oracle.hiddenChanges(observation, windows: [whole])[0]
    for (carries, tile) in [(false, 64), (false, 10), (true, 64), (true, 10)] {
      let rule = EProp.make(
        for: observation, parameters: .init(rate: 0.01, leak: 0.9, decay: decay), largestWindow: net.ticks,
        carries: carries, tile: tile)
      let changes = rule.changes(of: observation, window: whole, decay: 0.8)
      #expect(relativeError(changes, expected) < 1e-5)
    }
  }

  @Test(arguments: [1, 2, 7, 10, 33, 100], [Float(0.8), 0.97, nil])
  func windowsInsideASampleCarryTheTraces(size: Int, decay: Float?) {
    let observation = Observation.random(rows: 23, columns: 35, outputs: 4, ticks: 100, seed: UInt64(size))
    let cut = windows(of: 100, size: size)
    let oracle = PerTickOracle(leak: 0.9, decay: decay.map(Double.init), rate: 0.01, penalty: 0.3, target: 0.5)
    let rule = EProp.make(
      for: observation,
      parameters: .init(rate: 0.01, leak: 0.9, decay: decay, penalty: 0.3, targetSpikesPerTick: 0.5),
      largestWindow: size, carries: true, tile: 16)
    let expected = oracle.hiddenChanges(observation, windows: cut)
    // Twice with a rest in between: a second sample starts from nothing.
    for _ in 0..<2 {
      let changes = cut.map { rule.changes(of: observation, window: $0, decay: decay ?? 0.8) }
      // Per window, each against the greatest change of the sample: a window may change little.
      #expect(relativeError(changes.flatMap { $0 }, expected.flatMap { $0 }) < 1e-5)
      rule.carried?.rest()
    }
  }

  /// Inputs that drive their rows by an amplitude count by it.
  @Test(arguments: [10, 33, 100], [Float(0.8), nil])
  func amplitudesWeighTheTraces(size: Int, decay: Float?) {
    var observation = Observation.random(rows: 23, columns: 35, outputs: 4, ticks: 100, seed: UInt64(size))
    var random = SplitMix64(77)
    observation.amplitudes = (0..<100).map { _ in random.floats(23, in: 0...1) }
    let cut = windows(of: 100, size: size)
    let expected = PerTickOracle(leak: 0.9, decay: decay.map(Double.init), rate: 0.01)
      .hiddenChanges(observation, windows: cut)
    let rule = EProp.make(
      for: observation, parameters: .init(rate: 0.01, leak: 0.9, decay: decay), largestWindow: size,
      carries: size < 100, tile: 16)
    let changes = cut.map { rule.changes(of: observation, window: $0, decay: decay ?? 0.8) }
    #expect(relativeError(changes.flatMap { $0 }, expected.flatMap { $0 }) < 1e-5)
  }

  @Test func singlePrecisionRuleIsAsFarFromTheTruth() {
    let observation = Observation.random(rows: 20, columns: 30, outputs: 5, ticks: 200, seed: 4)
    let exact = PerTickOracle<Double>(leak: 0.95, decay: 0.95, rate: 0.01).hiddenChanges(
      observation, windows: [0..<200])
    let single = PerTickOracle<Float>(leak: 0.95, decay: 0.95, rate: 0.01).hiddenChanges(
      observation, windows: [0..<200])
    let rule = EProp.make(
      for: observation, parameters: .init(rate: 0.01, leak: 0.95, decay: 0.95), largestWindow: 200, carries: false)
    let changes = rule.changes(of: observation, window: 0..<200, decay: 0.95)
    #expect(relativeError(changes, exact[0]) < 1e-5)
    #expect(relativeError(single[0], exact[0]) < 1e-5)
    #expect(relativeError(changes, single[0].map(Double.init)) < 2e-5)
  }

  @Test func ratePenaltyActsAboveTheTargetOnly() {
    var observation = Observation.random(rows: 10, columns: 4, outputs: 2, ticks: 50, seed: 9)
    observation.spikeCounts = [0, 5, 10, 50]
    for tick in 0..<50 { observation.errors[tick] = [0, 0] }
    let rule = EProp.make(
      for: observation, parameters: .init(rate: 1, leak: 0.9, decay: 0.8, penalty: 2, targetSpikesPerTick: 0.2),
      largestWindow: 50, carries: false)
    let changes = rule.changes(of: observation, window: 0..<50, decay: 0.8)
    let ofColumn = (0..<4).map { column in (0..<10).map { changes[$0 * 4 + column] } }
    #expect(ofColumn[..<3].joined().allSatisfy { $0 == 0 })
    #expect(ofColumn[3].allSatisfy { $0 < 0 })
    rule.parameters.penalty = 0
    #expect(rule.changes(of: observation, window: 0..<50, decay: 0.8).allSatisfy { $0 == 0 })
  }

  /// Traces taken out in the middle of a sample and put into a fresh rule go on with the same bits.
  @Test(arguments: [Float(0.8), nil])
  func putBackTracesContinueIdentically(decay: Float?) throws {
    let observation = Observation.random(rows: 23, columns: 35, outputs: 4, ticks: 60, seed: 2)
    func make() -> EProp {
      EProp.make(
        for: observation, parameters: .init(rate: 0.01, leak: 0.9, decay: decay), largestWindow: 10, carries: true,
        tile: 16)
    }
    let (whole, resumed) = (make(), make())
    let cut = windows(of: 60, size: 10)
    for window in cut[..<3] { _ = whole.changes(of: observation, window: window, decay: 0.8) }
    let state = try #require(whole.carried?.state)
    resumed.carried?.state = state
    #expect(resumed.carried?.state == state)
    for window in cut[3...] {
      #expect(
        whole.changes(of: observation, window: window, decay: 0.8)
          == resumed.changes(of: observation, window: window, decay: 0.8))
    }
    #expect(whole.carried?.state == resumed.carried?.state)
  }

  /// Rows without a spike since the rest are not shown to the write policy, also after their traces were put back.
  @Test func silentRowsAreSkippedAlsoAfterAResume() throws {
    var observation = Observation.random(rows: 12, columns: 5, outputs: 2, ticks: 20, seed: 1)
    for tick in 0..<20 { for row in 0..<12 where row % 3 != 0 { observation.inputs[tick][row] = false } }
    observation.inputs[0] = (0..<12).map { $0 % 3 == 0 }
    let rule = EProp.make(
      for: observation, parameters: .init(rate: 0.01, leak: 0.9, decay: 0.8), largestWindow: 10, carries: true)
    func visitedRows(_ window: Range<Int>) -> [Int] {
      var rows: [Int] = []
      let signal = observation.signal(of: window, decay: 0.8)
      let spikes = observation.raster(of: window)
      rule.reverse(block: 0, ticks: 10, signal: signal)
      rule.forEachChange(block: 0, ticks: 10, spikes: spikes, signal: signal) { row, _ in rows.append(row) }
      rule.endWindow(ticks: 10, spikes: spikes)
      return rows
    }
    #expect(visitedRows(0..<10) == [0, 3, 6, 9])
    rule.carried?.state = try #require(rule.carried?.state)
    #expect(visitedRows(10..<20) == [0, 3, 6, 9])
  }
}
