import Kernels
import Plasticity
import Testing

@Suite struct ReadoutRuleTests {
  private static func rule(_ observation: Observation, largestWindow: Int, carries: Bool, tile: Int) -> ReadoutRule {
    ReadoutRule(
      layout: BlockedLayout(rows: observation.rows, columns: observation.outputs, tileRows: 64, tileColumns: tile),
      largestWindow: largestWindow, rate: 0.02, decay: 0.85, carriesTraces: carries)
  }

  @Test(arguments: [1, 2, 7, 33, 100], [64, 4])
  func windowsEqualThePerTickDeltaRule(size: Int, tile: Int) {
    let observation = Observation.random(rows: 41, columns: 1, outputs: 11, ticks: 100, seed: UInt64(size))
    let cut = windows(of: 100, size: size)
    let oracle = PerTickOracle(leak: 0.9, decay: 0.85, rate: 0.02)
    let expected = oracle.readoutChanges(observation, windows: cut)
    let rule = Self.rule(observation, largestWindow: size, carries: true, tile: tile)
    for _ in 0..<2 {
      let changes = cut.map { rule.changes(of: observation, window: $0) }
      #expect(relativeError(changes.flatMap { $0 }, expected.flatMap { $0 }) < 1e-5)
      rule.rest()
    }
  }

  @Test func wholeSampleNeedsNoTraces() {
    let observation = Observation.random(rows: 41, columns: 1, outputs: 20, ticks: 100, seed: 5)
    let expected = PerTickOracle(leak: 0.9, decay: 0.85, rate: 0.02).readoutChanges(observation, windows: [0..<100])[0]
    let rule = Self.rule(observation, largestWindow: 100, carries: false, tile: 64)
    #expect(relativeError(rule.changes(of: observation, window: 0..<100), expected) < 1e-5)
    #expect(rule.state.allSatisfy { $0 == 0 })
  }

  @Test func putBackTracesContinueIdentically() {
    let observation = Observation.random(rows: 41, columns: 1, outputs: 11, ticks: 40, seed: 6)
    let whole = Self.rule(observation, largestWindow: 20, carries: true, tile: 64)
    let resumed = Self.rule(observation, largestWindow: 20, carries: true, tile: 64)
    _ = whole.changes(of: observation, window: 0..<20)
    resumed.state = whole.state
    #expect(whole.changes(of: observation, window: 20..<40) == resumed.changes(of: observation, window: 20..<40))
    #expect(whole.state == resumed.state)
  }
}
