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
  /// What the kernel adds to sums of 0.25 for the tile of rows 64 to 127.
  private func kernelSums(
    _ conductances: [Float], width: Int, rows: [Int32], amplitudes: [Float]? = nil, sensesTop: Bool
  ) -> [Float] {
    var sums = [Float](repeating: 0.25, count: width)
    conductances.withUnsafeBufferPointer { cells in
      rows.withUnsafeBufferPointer { rows in
        (amplitudes ?? []).withUnsafeBufferPointer { drives in
          var ladder = cpk_ladder()
          ladder.conductances = cells.baseAddress
          ladder.stride = width
          ladder.rows = rows.baseAddress
          ladder.amplitudes = amplitudes == nil ? nil : drives.baseAddress
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
    }
    return sums
  }

  @Test(arguments: [16, 32, 48, 64, 80], [false, true])
  func equalsTwin(width: Int, sensesTop: Bool) {
    var random = SplitMix64(7)
    let conductances = (0..<128 * width).map { _ in Float.random(in: 0...5e-5, using: &random) }
    let rows: [Int32] = [64, 65, 71, 90, 127]
    let sums = kernelSums(conductances, width: width, rows: rows, sensesTop: sensesTop)
    let expected = (0..<width).map {
      ladderTwin(
        conductances, stride: width, rows: rows, tile: 64..<128, segment: 2.5, sense: 50, scale: 4e3,
        sensesTop: sensesTop, column: $0, sum: 0.25)
    }
    #expect(sums == expected)
  }

  /// Norton's form of the same ladder: beside the conductance, the current into a short.
  @Test(arguments: [16, 48, 80], [false, true])
  func cellsAtVoltagesOfTheirOwnEqualTheTwin(width: Int, sensesTop: Bool) {
    var random = SplitMix64(8)
    let conductances = random.floats(128 * width, in: 0...5e-5)
    let rows: [Int32] = [64, 65, 71, 90, 127]
    func sums(_ amplitudes: [Float]?) -> [Float] {
      kernelSums(conductances, width: width, rows: rows, amplitudes: amplitudes, sensesTop: sensesTop)
    }
    let drives = random.floats(rows.count, in: 0...1)
    #expect(sums(drives) == (0..<width).map { twin(conductances, width, rows, drives, sensesTop, column: $0) })
    let (full, alike) = (sums([Float](repeating: 1, count: rows.count)), sums(nil))
    #expect(zip(full, alike).allSatisfy { abs($0 - $1) < 1e-6 * abs($1) })
  }

  private func twin(
    _ conductances: [Float], _ stride: Int, _ rows: [Int32], _ drives: [Float], _ sensesTop: Bool, column: Int
  ) -> Float {
    var (total, current, before) = (Float(0), Float(0), Int32(0))
    for position in rows.indices {
      let place = sensesTop ? rows.count - 1 - position : position
      let row = rows[place]
      let resistance = position == 0 ? 0 : Float(sensesTop ? before - row : row - before) * 2.5
      let cell = conductances[Int(row) * stride + column]
      current = current / (1 + total * resistance) + cell * drives[place]
      total = total / (1 + total * resistance) + cell
      before = row
    }
    let segments = sensesTop ? before - 63 : 128 - before
    let resistance = Float(segments) * 2.5 + 50
    return 0.25 + current / (1 + total * resistance) * 4e3
  }
}
