import CKernels
import Testing

@Suite struct LearningKernelTests {
  @Test(arguments: [16, 48, 64, 128])
  func accumulationMarksWhatReachesTheLimit(width: Int) {
    var random = SplitMix64(UInt64(width))
    var accumulator = random.floats(width, in: -1...1)
    var change = random.floats(width, in: -1...1)
    // Exactly at the limit, either sign, is due.
    (accumulator[3], change[3], accumulator[9], change[9]) = (0.25, 0.5, -0.25, -0.5)
    let expected = zip(accumulator, change).map { $0 + $1 }
    var due = [UInt8](repeating: 0xFF, count: width / 8)
    var flawed: Int32 = -1
    let found = cpk_accumulate_due(&accumulator, change, 0.75, &due, &flawed, width)
    let marked = setBits(of: due)
    #expect(accumulator.bits == expected.bits)
    #expect(marked == (0..<width).filter { abs(expected[$0]) >= 0.75 })
    #expect(found == marked.count)
    #expect(flawed == 0)
    #expect(marked.contains(3) && marked.contains(9))
  }

  /// A sum that is not finite leaves the accumulator as it was, with its mark.
  @Test(arguments: [16, 48, 64, 128], [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude])
  func accumulatorStaysFinite(width: Int, flaw: Float) {
    var random = SplitMix64(UInt64(width) + 9)
    var accumulator = random.floats(width, in: -1...1)
    var change = random.floats(width, in: -1...1)
    let places = [0, 7, 8, width - 1]
    for place in places {
      change[place] = flaw
      if flaw == .greatestFiniteMagnitude { accumulator[place] = flaw }
    }
    let expected = (0..<width).map { accumulateTwin(accumulator[$0], change[$0]) }
    for place in places { #expect(expected[place].bitPattern == accumulator[place].bitPattern) }
    var due = [UInt8](repeating: 0, count: width / 8)
    var flawed: Int32 = 0
    let found = cpk_accumulate_due(&accumulator, change, 0.75, &due, &flawed, width)
    #expect(accumulator.bits == expected.bits)
    #expect(setBits(of: due) == (0..<width).filter { abs(expected[$0]) >= 0.75 })
    #expect(found == setBits(of: due).count)
    #expect(flawed == 1)
  }

  @Test(arguments: [16, 48, 64, 128])
  func exactWriteEqualsTheScalarTwin(width: Int) {
    var random = SplitMix64(UInt64(width) + 5)
    var weights = random.floats(width, in: -0.5...0.5)
    var change = random.floats(width, in: -0.3...0.3)
    change[5] = 0
    var up = [UInt32](repeating: 10, count: width)
    var down = [UInt32](repeating: 20, count: width)
    var travel = [Double](repeating: 0.125, count: width)
    var expected = (weights: weights, up: up, down: down, travel: travel)
    for column in 0..<width {
      let written = min(max(weights[column] + change[column], -0.5), 0.5)
      expected.up[column] += written > weights[column] ? 1 : 0
      expected.down[column] += written < weights[column] ? 1 : 0
      expected.travel[column] += Double(abs(written - weights[column]))
      expected.weights[column] = written
    }
    cpk_write_exact(&weights, change, 0.5, &up, &down, &travel, width)
    #expect(weights.bits == expected.weights.bits)
    #expect(up == expected.up)
    #expect(down == expected.down)
    #expect(travel == expected.travel)
    #expect(up[5] == 10 && down[5] == 20)
  }

  @Test func fullPulseCountStaysFull() {
    var weights = [Float](repeating: 0, count: 16)
    let change: [Float] = (0..<16).map { $0 < 8 ? 0.1 : -0.1 }
    var up = [UInt32](repeating: .max, count: 16)
    var down = [UInt32](repeating: .max, count: 16)
    var travel = [Double](repeating: 0, count: 16)
    cpk_write_exact(&weights, change, 1, &up, &down, &travel, 16)
    #expect(up.allSatisfy { $0 == .max })
    #expect(down.allSatisfy { $0 == .max })
  }
}
