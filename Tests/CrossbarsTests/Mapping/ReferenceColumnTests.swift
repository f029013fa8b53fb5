import Crossbars
import Devices
import Kernels
import Testing

@Suite struct ReferenceColumnTests {
  private static func array(
    _ device: DeviceParameters, columns: Int = 4, converter: Converter? = nil, tickSeconds: Double = 1e-3,
    sigma: Double = 0
  ) -> CrossbarArray {
    CrossbarArray.make(
      rows: 8, columns: columns, tile: (8, 4), device: device, converter: converter, tickSeconds: tickSeconds,
      mapping: WeightMapping(.referenceColumn, referenceSigma: sigma))
  }

  /// What the reference of a row is off by, all weights of the row in the tile are; other tiles have other references.
  @Test func variationOfAReferenceIsCommonToATile() {
    let array = Self.array(.quiet, columns: 8, sigma: 0.05)
    let own = array.conductances(plane: 0)
    let weights = array.effectiveWeights
    for row in 0..<8 {
      let references = (0..<8).map { own[row * 8 + $0] - weights[row * 8 + $0] * 9e-6 }
      for column in 0..<8 { #expect(abs(references[column] - references[column / 4 * 4]) < 1e-11) }
      #expect(abs(references[0] - references[4]) > 1e-9)
    }
  }

  /// The noise of the references is one draw for all columns of a tile, on top of each column's own.
  @Test(arguments: [false, true]) func noiseOfReferencesIsShared(isConverted: Bool) {
    var device = DeviceParameters.quiet
    device.readNoise = .relative(0.05)
    let converter = isConverted ? Converter(bits: 14, fullScale: .worstCase, offsetSigma: 0) : nil
    let array = Self.array(device, converter: converter)
    let rows: [Int32] = [1, 4, 6]
    let reads = (0..<20_000).map { array.read(rows, tick: UInt64($0)).map { Double($0) } }
    // All devices are at mid-range, 5.5 µS; the full range of 9 µS carries 2 · 0.5.
    let device2 = 3 * (0.05 * 5.5 / 9) * (0.05 * 5.5 / 9)
    let (first, second) = (reads.map { $0[0] }, reads.map { $0[1] })
    let covariance = zip(first, second).reduce(0) { $0 + $1.0 * $1.1 } / Double(reads.count)
    // 20 000 samples know a variance to 1 %, a covariance of half of it to 1.6 %: four times that.
    #expect(abs(moments(first).variance / (2 * device2) - 1) < 0.04)
    #expect(abs(covariance / device2 - 1) < 0.064)
  }

  /// References drift with the devices they are compared to: weights of 0 stay 0.
  @Test func driftOfReferencesCancels() {
    var device = DeviceParameters.quiet
    device.retention = .powerLaw(PowerLawDrift(exponent: .fixed(mean: 0.05, sigma: 0)))
    let array = Self.array(device, tickSeconds: 1)
    array.deploy([Float](repeating: 0, count: 8 * 4))
    let before = array.conductances(plane: 0)
    array.age(to: 100_000)
    #expect(zip(array.conductances(plane: 0), before).allSatisfy { abs($0 - $1) > 0.01 * $1 })
    #expect(array.effectiveWeights.allSatisfy { abs($0) < 1e-6 })
  }
}
