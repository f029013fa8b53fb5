import CKernels
import Testing

/// The same operations in the same order, one column at a time.
private func ladderTwin(
  _ conductances: [Float], stride: Int, rows: [Int32], tile: Range<Int32>, segment: Float, sense: Float, scale: Float,
  sensesTop: Bool, column: Int, sum: Float
) -> Float {
  func through(_ conductance: Float, _ resistance: Float) -> Float { conductance / (1 + conductance * resistance) }
  var total: Float = 0
  var before: Int32 = 0
  for (position, row) in (sensesTop ? rows.reversed() : rows).enumerated() {
    let distance = position == 0 ? 0 : Float(sensesTop ? before - row : row - before) * segment
    total = through(total, distance) + conductances[Int(row) * stride + column]
    before = row
  }
  let segments = sensesTop ? before - tile.lowerBound + 1 : tile.upperBound - before
  return sum + through(total, Float(segments) * segment + sense) * scale
}

@Suite("The ladder kernel is its scalar twin, bit for bit")
struct LadderKernelTests {
  @Test(arguments: [16, 32, 48, 64, 80], [false, true])
  func equalsTwin(width: Int, sensesTop: Bool) {
    var random = SplitMix64(7)
    let conductances = (0..<128 * width).map { _ in Float.random(in: 0...5e-5, using: &random) }
    let rows: [Int32] = [64, 65, 71, 90, 127]
    var sums = [Float](repeating: 0.25, count: width)
    let before = sums
    conductances.withUnsafeBufferPointer { cells in
      rows.withUnsafeBufferPointer { rows in
        var ladder = cpk_ladder()
        ladder.conductances = cells.baseAddress
        ladder.stride = width
        ladder.rows = rows.baseAddress
        ladder.count = rows.count
        ladder.first_row = 64
        ladder.end_row = 128
        ladder.segment = 2.5
        ladder.sense = 50
        ladder.scale = 4e3
        ladder.senses_top = sensesTop ? 1 : 0
        cpk_read_ladder(&ladder, &sums, width)
      }
    }
    let expected = (0..<width).map {
      ladderTwin(
        conductances, stride: width, rows: rows, tile: 64..<128, segment: 2.5, sense: 50, scale: 4e3,
        sensesTop: sensesTop, column: $0, sum: before[$0])
    }
    #expect(sums == expected)
  }
}
