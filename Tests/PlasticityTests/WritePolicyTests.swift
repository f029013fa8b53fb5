import Devices
import Kernels
import Plasticity
import Testing

/// What holds for every policy.
@Suite struct WritePolicyTests {
  /// Blocks absorbed by any number of threads, in any order, ask for the same pulses.
  @Test(arguments: PolicyBench.choices.map(\.name), [2, 4])
  func requestsDoNotDependOnTheThreadOfABlock(name: String, threads: Int) throws {
    let choice = try #require(PolicyBench.choices.first { $0.name == name }).choice
    let layout = BlockedLayout(rows: 6, columns: 200, tileRows: 8, tileColumns: 16)
    func run(threads: Int, isReversed: Bool = false) -> [[PulseRequest]] {
      let policy = PolicyBench.make(choice, layout: layout, seed: 3)
      let pool = TilePool(threadCount: threads)
      var requests = [[PulseRequest]](repeating: [], count: layout.blockCount)
      for boundary in 0..<20 {
        requests.withUnsafeMutableBufferPointer { requests in
          let base = requests.baseAddress!
          pool.forEach(layout.blockCount) { number in
            let block = isReversed ? layout.blockCount - 1 - number : number
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
    #expect(alone.contains { !$0.isEmpty })
    #expect(run(threads: threads) == alone)
    #expect(run(threads: 1, isReversed: true) == alone)
  }

  /// A change that is no number is left out and reported; its neighbours are written as if it had been 0.
  @Test(arguments: PolicyBench.choices.map(\.name), [Float.nan, .infinity, -.infinity])
  func nonFiniteChangesAreLeftOutAndReported(name: String, flaw: Float) throws {
    let choice = try #require(PolicyBench.choices.first { $0.name == name }).choice
    let (policy, twin) = (PolicyBench.make(choice), PolicyBench.make(choice))
    var random = SplitMix64(11)
    #expect(policy.firstNonFinite == nil)
    for boundary in UInt64(0)..<40 {
      for row in 0..<3 {
        var changes = random.floats(21, in: -0.04...0.04)
        var sound = changes
        if boundary >= 7 {
          for column in row == 1 ? [13, 4, 20] : [0] { (changes[column], sound[column]) = (flaw, 0) }
        } else if row == 2 && boundary == 6 {
          (changes[19], sound[19]) = (flaw, 0)
        }
        let requests = PolicyBench.absorb(policy, row: row, changes: changes, boundary: boundary)
        #expect(requests == PolicyBench.absorb(twin, row: row, changes: sound, boundary: boundary))
      }
      if boundary < 6 { #expect(policy.firstNonFinite == nil) }
    }
    #expect(policy.firstNonFinite == WriteFlaw(block: 1, row: 2, column: 19, boundary: 6))
    #expect(twin.firstNonFinite == nil)
    #expect(policy.pendingChanges.allSatisfy { $0.isFinite })
  }

  /// Two blocks find flaws at the same boundary: the earlier row counts, not the block that ran first.
  @Test func firstFlawIsOrderedByBoundaryThenRow() {
    let policy = PolicyBench.make(.direct(largestTrain: 1))
    let flawed = [Float](repeating: .nan, count: PolicyBench.layout.blockWidth)
    var requests: [PulseRequest] = []
    policy.absorb(block: 0, row: 2, changes: flawed, boundary: 8, into: &requests)
    policy.absorb(block: 2, row: 1, changes: flawed, boundary: 8, into: &requests)
    #expect(policy.firstNonFinite == WriteFlaw(block: 2, row: 1, column: 20, boundary: 8))
    policy.absorb(block: 1, row: 2, changes: flawed, boundary: 7, into: &requests)
    #expect(policy.firstNonFinite == WriteFlaw(block: 1, row: 2, column: 10, boundary: 7))
    #expect(requests.isEmpty)
  }

  @Test func flawsInThePaddingAreNotReported() {
    for (_, choice) in PolicyBench.choices {
      let policy = PolicyBench.make(choice)
      var changes = [Float](repeating: 0, count: PolicyBench.layout.blockWidth)
      changes[10] = .nan
      var requests: [PulseRequest] = []
      policy.absorb(block: 0, row: 0, changes: changes, boundary: 0, into: &requests)
      #expect(policy.firstNonFinite == nil && requests.isEmpty)
    }
  }

  /// Changes as large as numbers get end in the longest train, not in a trap.
  @Test func hugeChangesAreCut() {
    let changes = [Float](repeating: .greatestFiniteMagnitude, count: 21)
    for (name, choice) in PolicyBench.choices {
      let policy = PolicyBench.make(choice)
      for boundary in UInt64(0)..<3 {
        for request in PolicyBench.absorb(policy, row: 0, changes: changes, boundary: boundary) {
          #expect((1...100).contains(request.pulses), "\(name)")
        }
      }
      #expect(policy.pendingChanges.allSatisfy { $0.isFinite })
    }
  }

  @Test func policiesThatKeepNothingHaveNothingPending() {
    let keeping = PolicyBench.choices.filter { !PolicyBench.make($0.choice).pendingChanges.isEmpty }.map(\.name)
    #expect(keeping == ["accumulate-threshold", "ternary", "wear-aware"])
    #expect(
      WritePolicyChoice.exact.makePolicy(layout: PolicyBench.layout, step: 1, array: 0, seed: 0) { _ in 0 } == nil)
    #expect(
      WritePolicyChoice.wearAware(from: 0.5, .exact)
        .makePolicy(layout: PolicyBench.layout, step: 1, array: 0, seed: 0) { _ in 0 } == nil)
  }
}
