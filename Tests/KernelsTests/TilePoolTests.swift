import Kernels
import Synchronization
import Testing

@Suite struct TilePoolTests {
  @Test(arguments: 1...4)
  func everyItemOfEveryRoundIsDoneExactlyOnce(threads: Int) {
    let pool = TilePool(threadCount: threads)
    #expect(pool.threadCount == threads)
    let total = Atomic<Int>(0)
    for round in 0..<2_000 {
      let items = [0, 1, 2, 3, 7, 64][round % 6]
      let visits = AlignedBuffer<Int>(count: items)
      let base = visits.base
      pool.forEach(items) { item in
        base[item] += 1
        total.add(item + 1, ordering: .relaxed)
      }
      #expect(Array(visits.elements) == [Int](repeating: 1, count: items))
    }
    // Σ over rounds of 1 + … + items: nothing was done twice and then overwritten.
    let expected = (0..<2_000).reduce(0) { sum, round in
      let items = [0, 1, 2, 3, 7, 64][round % 6]
      return sum + items * (items + 1) / 2
    }
    #expect(total.load(ordering: .relaxed) == expected)
  }

  /// What one round writes the next round sees, on whichever thread.
  @Test func resultsOfChainedRoundsDoNotDependOnTheNumberOfThreads() {
    func chain(threads: Int) -> [UInt64] {
      let pool = TilePool(threadCount: threads)
      let values = AlignedBuffer<UInt64>(count: 2 * 32)
      let base = values.base
      for round in 0..<500 {
        let (from, to) = round % 2 == 0 ? (base, base + 32) : (base + 32, base)
        pool.forEach(32) { to[$0] = (from[$0] &+ from[($0 + 1) % 32] &+ UInt64($0)) &* 6_364_136_223_846_793_005 }
      }
      return Array(values.elements)
    }
    let alone = chain(threads: 1)
    for threads in 2...4 { #expect(chain(threads: threads) == alone) }
  }

  @Test(arguments: 1...4)
  func poolGoesAwayWithItsLastOwner(threads: Int) {
    weak var observed: TilePool?
    do {
      let pool = TilePool(threadCount: threads)
      observed = pool
      pool.forEach(8) { _ in }
    }
    #expect(observed == nil)
  }
}
