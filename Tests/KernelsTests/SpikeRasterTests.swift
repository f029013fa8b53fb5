import Kernels
import Testing

@Suite struct SpikeRasterTests {
  private static func random(rows: Int, ticks: Int, density: Double, seed: UInt64) -> SpikeRaster {
    var random = SplitMix64(seed)
    var raster = SpikeRaster(rowCount: rows)
    for _ in 0..<ticks {
      for row in random.activeRows(of: rows, density: density) { raster.appendRow(Int(row)) }
      raster.endTick()
    }
    return raster
  }

  @Test func unorderedRowsAreSortedAndMerged() {
    var raster = SpikeRaster(rowCount: 10)
    raster.appendTick(unordered: [7, 2, 7, 0, 2])
    raster.appendTick(unordered: [])
    raster.appendTick(unordered: [9])
    #expect(raster.tickCount == 3)
    #expect(raster.spikeCount == 4)
    #expect((0..<3).map { Array(raster.activeRows(at: $0)) } == [[0, 2, 7], [], [9]])
  }

  @Test func removingAllMakesAnEmptyRaster() {
    var raster = Self.random(rows: 5, ticks: 9, density: 0.5, seed: 1)
    raster.removeAll(rowCount: 8)
    #expect(raster == SpikeRaster(rowCount: 8))
    raster.appendTick(unordered: [7])
    #expect(Array(raster.activeRows(at: 0)) == [7])
  }

  @Test(arguments: [0.0, 0.02, 0.3, 1])
  func transposeListsTheTicksOfEachRow(density: Double) {
    let raster = Self.random(rows: 37, ticks: 53, density: density, seed: UInt64(density * 100))
    var transposed = RowSpikes()
    // One value is reused for windows of many sizes, as a run does.
    for window in [0..<53, 0..<0, 52..<53, 10..<11, 0..<10, 10..<53, 53..<53, 0..<53] {
      transposed.transpose(raster, window: window)
      var expected: [Int32: [Int32]] = [:]
      for tick in window {
        for row in raster.activeRows(at: tick) { expected[row, default: []].append(Int32(tick - window.lowerBound)) }
      }
      #expect(transposed.rows == expected.keys.sorted())
      #expect(transposed.offsets.count == transposed.rows.count + 1)
      for (index, row) in transposed.rows.enumerated() {
        let range = Int(transposed.offsets[index])..<Int(transposed.offsets[index + 1])
        #expect(Array(transposed.ticks[range]) == expected[row])
      }
      #expect(transposed.ticks.count == expected.values.reduce(0) { $0 + $1.count })
    }
  }

  @Test func amplitudesFollowTheirSpikes() {
    var random = SplitMix64(3)
    var raster = SpikeRaster(rowCount: 20)
    raster.removeAll(isGraded: true)
    var expected: [Int: [(tick: Int32, amplitude: Float)]] = [:]
    for tick in 0..<30 {
      for row in random.activeRows(of: 19, density: 0.3) {
        let amplitude = Float.random(in: 0...1, using: &random)
        raster.appendRow(Int(row), amplitude: amplitude)
        if 7..<25 ~= tick { expected[Int(row), default: []].append((Int32(tick - 7), amplitude)) }
      }
      raster.appendRow(19)
      if 7..<25 ~= tick { expected[19, default: []].append((Int32(tick - 7), 1)) }
      raster.endTick()
    }
    var transposed = RowSpikes()
    transposed.transpose(raster, window: 7..<25)
    for (index, row) in transposed.rows.enumerated() {
      let own = Int(transposed.offsets[index])..<Int(transposed.offsets[index + 1])
      #expect(Array(transposed.ticks[own]) == expected[Int(row)]?.map(\.tick))
      #expect(Array(transposed.amplitudes[own]) == expected[Int(row)]?.map(\.amplitude))
    }
    #expect(transposed.rows.count == expected.count)
    var seen: [Float] = []
    raster.forEachDrivenTick(in: 7..<25) { _, driven in
      for position in driven.rows.indices { seen.append(driven.amplitudes?[position] ?? .nan) }
    }
    let window = Int(raster.tickOffsets[7])..<Int(raster.tickOffsets[25])
    #expect(seen == Array(raster.amplitudes[window]))
    raster.removeAll()
    raster.appendRow(4)
    raster.endTick()
    transposed.transpose(raster, window: 0..<1)
    #expect(!raster.isGraded && raster.amplitudes.isEmpty && transposed.amplitudes.isEmpty)
  }
}
