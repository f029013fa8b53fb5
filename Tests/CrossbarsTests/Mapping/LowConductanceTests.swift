import Crossbars
import Devices
import Kernels
import Testing

@Suite struct LowConductanceTests {
  private static func array(_ mapping: WeightMapping, converter: Converter? = nil) -> CrossbarArray {
    CrossbarArray.make(rows: 32, columns: 8, tile: (16, 8), device: .quiet, converter: converter, mapping: mapping)
  }

  /// Weights that are mostly positive in even columns and mostly negative in odd ones.
  private static var skewed: [Float] {
    var random = ReferenceRandom(1)
    return (0..<32 * 8).map { Float.random(in: -0.1...0.5, using: &random) * ($0 % 2 == 0 ? 1 : -1) }
  }

  @Test(arguments: [WeightMapping.Scheme.referenceColumn, .digitalOffset])
  func complementsLowerTheConductance(scheme: WeightMapping.Scheme) {
    let plain = Self.array(WeightMapping(scheme))
    let sparing = Self.array(WeightMapping(scheme, storesComplements: true))
    plain.deploy(Self.skewed)
    sparing.deploy(Self.skewed)
    #expect(sparing.state.complementColumns == (0..<16).map { UInt8(1 - $0 % 2) })
    let (before, after) = (plain.tileConductances, sparing.tileConductances)
    for tile in before.indices { #expect(after[tile] < 0.75 * before[tile]) }
    for (weight, wanted) in zip(sparing.effectiveWeights, Self.skewed) { #expect(abs(weight - wanted) < 1e-6) }
  }

  /// Two's complement stores small negative numbers as large ones: the complement of a column of those has few bits.
  @Test(arguments: [1, 2, 4]) func complementsOfSmallNegativeNumbersAreSmall(deviceBits: Int) {
    let scheme = WeightMapping.Scheme.bitSlices(BitSlices(deviceBits: deviceBits, signs: .twosComplement))
    let plain = Self.array(WeightMapping(scheme))
    let sparing = Self.array(WeightMapping(scheme, storesComplements: true))
    let weights = [Float](repeating: -0.5 / 127, count: 32 * 8)
    plain.deploy(weights)
    sparing.deploy(weights)
    // −1 has all bits set, its complement none.
    let devices = Double(8 / deviceBits * 16 * 8)
    #expect(plain.tileConductances.allSatisfy { abs($0 / (devices * 1e-5) - 1) < 1e-5 })
    #expect(sparing.tileConductances.allSatisfy { abs($0 / (devices * 1e-6) - 1) < 1e-5 })
    #expect(sparing.effectiveWeights.allSatisfy { abs($0 + 0.5 / 127) < 1e-6 })
  }

  /// A tile of small weights uses the whole range of its devices, so a coarse converter resolves them.
  @Test func scaledTilesAreResolvedFiner() {
    let converter = Converter(bits: 6, fullScale: .worstCase, offsetSigma: 0)
    var random = ReferenceRandom(2)
    // The upper tile has weights up to 0.5, the lower one a tenth of that.
    let weights = (0..<32 * 8).map { Float.random(in: -0.5...0.5, using: &random) * ($0 < 16 * 8 ? 1 : 0.1) }
    func error(_ scaling: WeightMapping.RangeScaling) -> Double {
      let array = Self.array(WeightMapping(rangeScaling: scaling), converter: converter)
      array.deploy(weights)
      let rows = (16..<Int32(32)).map { $0 }
      let sums = array.read(rows)
      return sums.indices.reduce(0) { worst, column in
        let exact = rows.reduce(0.0) { $0 + Double(weights[Int($1) * 8 + column]) }
        return max(worst, abs(Double(sums[column]) - exact))
      }
    }
    let step = 16 * 0.5 / 31
    #expect(error(.none) > 0.2 * step && error(.none) <= 0.51 * step)
    #expect(error(.array) > 0.2 * step)
    #expect(error(.tile) <= 0.51 * step * 0.1)
  }
}
