import Crossbars
import Devices
import Kernels
import Testing

/// Every way to store signed weights, without imperfections.
let allMappings: [WeightMapping] = {
  var mappings = [
    WeightMapping(), WeightMapping(.differentialPair, rangeScaling: .array),
    WeightMapping(.differentialPair, rangeScaling: .tile),
  ]
  for complements in [false, true] {
    for scaling in WeightMapping.RangeScaling.allCases {
      mappings.append(WeightMapping(.referenceColumn, storesComplements: complements, rangeScaling: scaling))
      mappings.append(WeightMapping(.digitalOffset, storesComplements: complements, rangeScaling: scaling))
    }
    for bits in [1, 2, 4] {
      mappings.append(
        WeightMapping(
          .bitSlices(BitSlices(weightBits: 6, deviceBits: bits, signs: .twosComplement)), storesComplements: complements
        ))
    }
  }
  for bits in [1, 2, 4] {
    mappings.append(WeightMapping(.bitSlices(BitSlices(weightBits: 6, deviceBits: bits, signs: .pairs))))
  }
  return mappings
}()

@Suite struct WeightMappingTests {
  private static let (rows, columns) = (40, 21)
  /// Weights on the grid of 6-bit integers, so that every mapping can hold them.
  private static func integers(seed: UInt64) -> [Int] {
    var random = ReferenceRandom(seed)
    return (0..<rows * columns).map { _ in Int.random(in: -31...31, using: &random) }
  }

  private static func array(
    _ mapping: WeightMapping, device: DeviceParameters = .quiet, converter: Converter? = nil,
    wires: WireParameters? = nil
  ) -> CrossbarArray {
    CrossbarArray.make(
      rows: rows, columns: columns, tile: (16, 16), device: device, converter: converter, wires: wires,
      mapping: mapping)
  }

  private static func sums(of integers: [Int], rows active: [Int32]) -> [Double] {
    (0..<columns).map { column in
      active.reduce(0) { $0 + Double(integers[Int($1) * columns + column]) * 0.5 / 31 }
    }
  }

  /// Weights and reads are those of the matrix, whatever stores it.
  @Test(arguments: allMappings) func idealResultsAreIdentical(mapping: WeightMapping) {
    let integers = Self.integers(seed: 1)
    let array = Self.array(mapping)
    array.deploy(integers.map { Float($0) * 0.5 / 31 })
    for (weight, integer) in zip(array.effectiveWeights, integers) {
      #expect(abs(weight - Float(integer) * 0.5 / 31) < 2e-6)
    }
    var random = ReferenceRandom(2)
    for density in [0.02, 0.3, 1] {
      let active = random.activeRows(of: Self.rows, density: density)
      for (sum, expected) in zip(array.read(active), Self.sums(of: integers, rows: active)) {
        #expect(abs(Double(sum) - expected) < 2e-6 * Double(active.count + 1))
      }
    }
  }

  /// With a converter of enough bits for every sum of digits, slices give the sums of integers, without any error.
  @Test(arguments: [1, 2, 4], BitSlices.Signs.allCases) func slicesThroughConvertersAreIntegerSums(
    deviceBits: Int, signs: BitSlices.Signs
  ) {
    for complements in signs == .pairs ? [false] : [false, true] {
      let slices = BitSlices(weightBits: 6, deviceBits: deviceBits, signs: signs)
      // 16 rows of a tile times 15 need 8 bits, and one for the sign.
      let array = Self.array(
        WeightMapping(.bitSlices(slices), storesComplements: complements),
        converter: Converter(bits: 9, fullScale: .worstCase, offsetSigma: 0))
      let integers = Self.integers(seed: 3)
      array.deploy(integers.map { Float($0) * 0.5 / 31 })
      var random = ReferenceRandom(4)
      for density in [0.1, 0.5, 1] {
        let active = random.activeRows(of: Self.rows, density: density)
        let sums = array.read(active).map { Double($0) / 0.5 * 31 }
        for (sum, expected) in zip(sums, Self.sums(of: integers, rows: active)) {
          #expect(abs(sum - expected / 0.5 * 31) < 1e-3)
          #expect(sum.rounded() == (expected / 0.5 * 31).rounded())
        }
      }
      #expect(array.readActivity.saturatedConversions == 0)
      #expect(array.readActivity.conversions % UInt64(slices.sliceCount) == 0)
    }
  }

  /// One bit less than the sums need, and some are off.
  @Test func tooFewBitsRoundSlices() {
    let mapping = WeightMapping(.bitSlices(BitSlices(weightBits: 6, deviceBits: 4, signs: .twosComplement)))
    let array = Self.array(mapping, converter: Converter(bits: 6, fullScale: .worstCase, offsetSigma: 0))
    let integers = Self.integers(seed: 3)
    array.deploy(integers.map { Float($0) * 0.5 / 31 })
    let active = (0..<Int32(Self.rows)).map { $0 }
    let errors = zip(array.read(active), Self.sums(of: integers, rows: active)).map { abs(Double($0) - $1) * 62 }
    #expect((errors.max() ?? 0) > 0.6)
  }

  /// The converter of an offset mapping sees whole currents, so its step is (2·Gmax/R) as large in proportion to its codes.
  @Test(arguments: [false, true]) func convertedOffsetsAreWithinHalfACodePerTile(complements: Bool) {
    let mapping = WeightMapping(.digitalOffset, storesComplements: complements)
    let array = Self.array(mapping, converter: Converter(bits: 10, fullScale: .worstCase, offsetSigma: 0))
    let integers = Self.integers(seed: 5)
    array.deploy(integers.map { Float($0) * 0.5 / 31 })
    let step = 16 * 1.0 * (1e-5 / 9e-6) / 1023
    let active: [Int32] = [0, 3, 15, 16, 17, 39]
    for (sum, expected) in zip(array.read(active), Self.sums(of: integers, rows: active)) {
      #expect(abs(Double(sum) - expected) <= 3 * (step / 2 + 1e-6))
    }
    #expect(array.readActivity.saturatedConversions == 0)
  }

  @Test func devicesPerWeightAreThoseOfTheDefinition() {
    func devices(_ scheme: WeightMapping.Scheme, of polarity: Int = 1) -> Double {
      WeightMapping(scheme).devicesPerWeight(devicesPerPolarity: polarity, tileColumns: 64)
    }
    #expect(devices(.differentialPair) == 2 && devices(.differentialPair, of: 3) == 6)
    #expect(devices(.referenceColumn) == 1 + 1.0 / 64 && devices(.digitalOffset) == 1)
    // 8 bits: D.4 of the usual tables, 2 devices of 4 bits, 4 of 2, 8 of 1; pairs need one bit less on each of two sides.
    for (bits, count) in [(4, 2.0), (2, 4), (1, 8)] {
      #expect(devices(.bitSlices(BitSlices(deviceBits: bits, signs: .twosComplement))) == count * (1 + 1.0 / 64))
    }
    for (bits, count) in [(4, 4.0), (2, 8), (1, 14)] {
      #expect(devices(.bitSlices(BitSlices(deviceBits: bits, signs: .pairs))) == count)
    }
  }

  /// A pulse up moves a weight up by the nominal step of an even device; digits move by whole steps.
  @Test(arguments: allMappings.filter { $0.rangeScaling == .none })
  func pulsesMoveWeightsByTheNominalStep(mapping: WeightMapping) {
    // The digits of devices of 300 even pulses are whole pulses apart.
    let linear = DeviceParameters.labelled((0, 0), pulses: (300, 300))
    let array = Self.array(mapping, device: linear)
    let integers = Self.integers(seed: 6).map { $0 / 2 }
    array.deploy(integers.map { Float($0) * 0.5 / 31 })
    let before = array.effectiveWeights
    var random = ReferenceRandom(7)
    let pulses = integers.map { _ in Int.random(in: -4...4, using: &random) }
    array.program(pulses)
    for (index, weight) in array.effectiveWeights.enumerated() {
      #expect(abs(weight - before[index] - Float(pulses[index]) * array.nominalStep) < 1e-4 * array.nominalStep + 2e-6)
    }
    #expect(array.ledger.total(.set) + array.ledger.total(.reset) > 0)
  }

  /// Weights of digits end at the largest integer.
  @Test(arguments: BitSlices.Signs.allCases) func digitsStopAtTheLimit(signs: BitSlices.Signs) {
    // The digits of a device of 300 even pulses are whole pulses apart.
    let array = Self.array(
      WeightMapping(.bitSlices(BitSlices(weightBits: 6, deviceBits: 2, signs: signs))),
      device: .labelled((0, 0), pulses: (300, 300)))
    array.program(all: 40)
    #expect(array.effectiveWeights.allSatisfy { abs($0 - 0.5) < 1e-5 })
    array.program(all: -80, event: 1)
    #expect(array.effectiveWeights.allSatisfy { abs($0 + 0.5) < 1e-5 })
    let pulses = array.ledger.total(.set) + array.ledger.total(.reset)
    array.program(all: -3, event: 2)
    #expect(array.ledger.total(.set) + array.ledger.total(.reset) == pulses)
  }

  /// What an array holds can be put into another, with complements, sign bits and scales.
  @Test(arguments: allMappings) func putBackStateContinuesIdentically(mapping: WeightMapping) {
    let converter = Converter(bits: 8, fullScale: .activeRows(8), offsetSigma: 0.5, gainSigma: 0.01)
    var device = DeviceParameters.rough
    device.retention = DeviceParameters.technology("fefet-hzo-2017").retention
    let integers = Self.integers(seed: 8)
    func fresh() -> CrossbarArray { Self.array(mapping, device: device, converter: converter) }
    func go(_ array: CrossbarArray, from first: Int) -> [Float] {
      (first..<first + 5).flatMap { round in
        array.program(integers.map { ($0 + round) % 3 - 1 }, event: UInt64(round), tick: UInt64(1000 * round))
        return array.read([0, 5, 20, 38], tick: UInt64(1000 * round + 1))
      }
    }
    let whole = fresh()
    whole.deploy(integers.map { Float($0) * 0.3 / 31 })
    _ = go(whole, from: 0)
    let resumed = fresh()
    resumed.state = whole.state
    #expect(resumed.state == whole.state)
    #expect(resumed.effectiveWeights == whole.effectiveWeights)
    #expect(go(resumed, from: 5) == go(whole, from: 5))
    #expect(resumed.state == whole.state)
  }

  /// Verified writes of whole weights reach them in every mapping.
  @Test(arguments: allMappings) func programmedTargetsAreReached(mapping: WeightMapping) {
    let array = CrossbarArray.make(
      rows: Self.rows, columns: Self.columns, tile: (16, 16), device: .labelled((1, -1), pulses: (400, 400)),
      writing: WriteParameters(scheme: .writeVerify(WriteVerify(tolerance: 0.003, verifyNoise: 0, attemptLimit: 1000))),
      mapping: mapping)
    let integers = Self.integers(seed: 9)
    array.programTargets(integers.map { Float($0) * 0.5 / 31 })
    for (weight, integer) in zip(array.effectiveWeights, integers) {
      #expect(abs(weight - Float(integer) * 0.5 / 31) < 0.5 * 0.003 * 4)
    }
  }
}
