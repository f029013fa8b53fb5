import Crossbars
import Devices
import Kernels
import Testing

@Suite struct ConverterTests {
  private static func converter(
    bits: Int, _ fullScale: Converter.FullScale = .worstCase, offsetSigma: Double = 0
  ) -> Converter {
    Converter(bits: bits, fullScale: fullScale, offsetSigma: offsetSigma)
  }

  /// Each tile with an active row adds at most half a code; a 16-bit converter of full range never saturates.
  @Test(arguments: [(64, 64), (16, 16), (10, 7)], [16, 8])
  func idealReadIsWithinHalfACodePerTile(tile: (Int, Int), bits: Int) {
    let converter = Self.converter(bits: bits)
    let array = CrossbarArray.make(rows: 101, columns: 33, tile: tile, device: .ideal, converter: converter)
    var random = ReferenceRandom(2)
    array.deploy(random.floats(101 * 33, in: -0.5...0.5))
    let weights = array.effectiveWeights
    let step = converter.step(tileRows: array.layout.tileRows, weightLimit: 0.5)
    for density in [0.02, 0.3, 1] {
      let rows = random.activeRows(of: 101, density: density)
      let tiles = Set(rows.map { Int($0) / tile.0 }).count
      for (column, sum) in array.read(rows).enumerated() {
        let exact = rows.reduce(0.0) { $0 + Double(weights[Int($1) * 33 + column]) }
        #expect(abs(Double(sum) - exact) <= Double(tiles) * (Double(step) / 2 + 1e-6))
      }
    }
    #expect(array.readActivity.saturatedConversions == 0)
  }

  @Test(arguments: [2, 4, 6, 9, 16], [3, 17, 64])
  func worstCaseScaleHoldsAllRowsAtTheLimit(bits: Int, rows: Int) {
    let array = CrossbarArray.make(rows: rows, columns: 2, device: .ideal, converter: Self.converter(bits: bits))
    array.deploy((0..<rows).flatMap { _ in [Float(0.5), -0.5] })
    let sums = array.read((0..<rows).map { Int32($0) })
    #expect(abs(sums[0] - Float(rows) * 0.5) < 1e-4 && sums[1] == -sums[0])
    #expect(array.readActivity.saturatedConversions == 0)
  }

  /// 3 bits: codes −3…3. Full scale of four rows at the limit 0.5 is 2, so a code is 2/3.
  @Test func codesRailsAndSaturationsAreThoseOfTheDefinition() {
    let converter = Self.converter(bits: 3, .activeRows(4))
    let array = CrossbarArray.make(rows: 8, columns: 5, device: .ideal, converter: converter)
    // Sums of the eight rows: 4, −4, 0.4, 0.3, 2.
    let targets: [Float] = (0..<8).flatMap { _ in [0.5, -0.5, 0.05, 0.0375, 0.25] }
    array.deploy(targets)
    let sums = array.read((0..<8).map { Int32($0) })
    #expect(zip(sums, [2, -2, 2.0 / 3, 0, 2]).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(array.readActivity.saturatedConversions == 2)
    #expect(array.readActivity.conversions == 5)
    #expect(converter.largestCode == 3)
  }

  @Test func onlyTilesWithActiveRowsAreRead() {
    let array = CrossbarArray.make(
      rows: 30, columns: 20, tile: (10, 10), device: .ideal, converter: Self.converter(bits: 6))
    _ = array.read([0, 9, 25])
    #expect(array.readActivity.activeRows == 3 * 2)
    #expect(array.readActivity.tileReads == 2 * 2)
    #expect(array.readActivity.conversions == 2 * 2 * 10)
    #expect(array.read([]) == [Float](repeating: 0, count: 20))
    #expect(array.readActivity.tileReads == 2 * 2)
  }

  /// A zero column shows the rounded offset: fixed in time, normal with variance σ² + 1/12 after rounding (99.9 %).
  @Test func offsetsAreFixedPerTileColumn() {
    let columns = 4_000
    let converter = Self.converter(bits: 12, offsetSigma: 1.5)
    let array = CrossbarArray.make(rows: 8, columns: columns, tile: (4, 64), device: .ideal, converter: converter)
    let step = converter.step(tileRows: 4, weightLimit: 0.5)
    let upper = array.read([0], tick: 1).map { Double($0 / step) }
    let lower = array.read([7], tick: 1).map { Double($0 / step) }
    #expect(array.read([0], tick: 2).map { Double($0 / step) } == upper)
    #expect(upper != lower)
    let observed = moments(upper)
    #expect(abs(observed.mean) < 3.29 * (2.333 / Double(columns)).squareRoot())
    #expect(abs(observed.variance / (2.25 + 1.0 / 12) - 1) < 3.29 * (2 / Double(columns)).squareRoot())
  }
}
