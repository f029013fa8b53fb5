import CKernels
import Testing

@Suite struct RowKernelTests {
  @Test(arguments: blockShapes.map(\.width))
  func sumOfRowsEqualsTheScalarTwin(width: Int) {
    var random = SplitMix64(UInt64(width))
    let stride = width + 16
    let matrix = random.floats(40 * stride, in: -1...1)
    for density in [0, 0.1, 0.5, 1] {
      let rows = random.activeRows(of: 40, density: density)
      var sums = [Float](repeating: .nan, count: width)
      cpk_sum_rows(matrix, stride, rows, rows.count, &sums, width)
      #expect(sums.bits == sumRowsTwin(matrix, stride: stride, rows: rows, width: width).bits)
      let ones = [Float](repeating: 1, count: rows.count)
      var scaled = [Float](repeating: .nan, count: width)
      cpk_sum_scaled_rows(matrix, stride, rows, ones, rows.count, &scaled, width)
      #expect(scaled.bits == sums.bits)
      let factors = random.floats(rows.count, in: 0...1)
      let expected = sumScaledRowsTwin(matrix, stride: stride, rows: rows, factors: factors, width: width)
      cpk_sum_scaled_rows(matrix, stride, rows, factors, rows.count, &scaled, width)
      #expect(scaled.bits == expected.bits)
    }
  }

  /// Floating-point sums depend on their order: it is the order of the list, whatever the list is.
  @Test func rowsAreAddedInListOrder() {
    let matrix: [Float] = [1e8, 1, -1e8].flatMap { [Float](repeating: $0, count: 16) }
    var sums = [Float](repeating: 0, count: 16)
    cpk_sum_rows(matrix, 16, [0, 1, 2], 3, &sums, 16)
    #expect(sums[0] == 0)
    cpk_sum_rows(matrix, 16, [0, 2, 1], 3, &sums, 16)
    #expect(sums[0] == 1)
  }

  @Test(arguments: [16, 48, 64, 128])
  func scaledAdditionAndLeakyIntegrationEqualTheScalarTwin(width: Int) {
    var random = SplitMix64(7 + UInt64(width))
    let start = random.floats(width, in: -2...2)
    let addend = random.floats(width, in: -2...2)
    var sums = start
    cpk_add_scaled(&sums, addend, 0.3, width)
    let scaled: [Float] = zip(start, addend).map { $0 + $1 * 0.3 }
    #expect(sums.bits == scaled.bits)
    var values = start
    cpk_leaky_integrate(0.95, &values, addend, width)
    let integrated: [Float] = zip(start, addend).map { $0 * 0.95 + $1 }
    #expect(values.bits == integrated.bits)
  }

  @Test(arguments: [16, 48, 64, 128])
  func nothingIsWrittenBehindTheWidth(width: Int) {
    let matrix = [Float](repeating: 1, count: 4 * 256)
    var sums = [Float](repeating: -7, count: 256)
    cpk_sum_rows(matrix, 256, [0, 1, 2, 3], 4, &sums, width)
    cpk_add_scaled(&sums, matrix, 2, width)
    cpk_gaussian_fill(1, 0, 0, 0, 0, &sums, width)
    #expect(sums[width...].allSatisfy { $0 == -7 })
    #expect(sums[..<width].allSatisfy { $0 != -7 })
  }
}
