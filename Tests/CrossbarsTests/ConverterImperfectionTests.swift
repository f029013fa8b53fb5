import Crossbars
import Devices
import Kernels
import Testing

/// What converters get wrong, seen through reads of arrays whose sums are known.
@Suite struct ConverterImperfectionTests {
  /// Codes of one row of weights, each read on its own column; the step is 1/4 of a weight unit for 6 bits.
  private static func codes(_ weights: [Float], _ converter: Converter, tick: UInt64 = 0, seed: UInt64 = 7) -> [Double]
  {
    let array = CrossbarArray.make(
      rows: 1, columns: weights.count, device: .ideal, converter: converter, seed: seed)
    array.deploy(weights)
    let step = converter.step(tileRows: 1, weightLimit: 0.5)
    return array.read([0], tick: tick).map { Double(($0 / step).rounded()) }
  }

  @Test func aFixedFullScaleIsThatOfItsWeight() {
    let converter = Converter(bits: 6, fullScale: .fixed(0.31), offsetSigma: 0)
    #expect(abs(converter.step(tileRows: 64, weightLimit: 0.5) - 0.01) < 1e-9)
    #expect(Self.codes([0.31, 0.104, -0.2, 0.4], converter) == [31, 10, -20, 31])
  }

  /// The slope of the codes of a column over its input is its gain: normal with the given spread (99.9 %).
  @Test func gainsAreFixedAndNormal() {
    let columns = 4_000
    let converter = Converter(bits: 14, fullScale: .fixed(1), offsetSigma: 0, gainSigma: 0.02)
    let weights = [Float](repeating: 0.45, count: columns)
    let codes = Self.codes(weights, converter)
    #expect(Self.codes(weights, converter, tick: 9) == codes)
    let gains = moments(codes.map { $0 / (0.45 * 8191) })
    #expect(abs(gains.mean - 1) < 3.29 * 0.02 / Double(columns).squareRoot())
    #expect(abs(gains.variance / 4e-4 - 1) < 3.29 * (2 / Double(columns)).squareRoot())
    // Half the input shows the same gains, to the rounding of codes.
    let halves = Self.codes(weights.map { $0 / 2 }, converter)
    #expect(zip(codes, halves).allSatisfy { abs($0 - 2 * $1) <= 1.5 })
  }

  /// Gain and offset of a column have nothing to do with each other: |r| < 3.29/√n (99.9 %).
  @Test func gainsAndOffsetsAreIndependent() {
    let columns = 4_000
    let converter = Converter(bits: 16, fullScale: .fixed(1), offsetSigma: 200, gainSigma: 0.02)
    let offsets = Self.codes([Float](repeating: 0, count: columns), converter)
    let gains = zip(Self.codes([Float](repeating: 0.5, count: columns), converter), offsets).map { $0 - $1 }
    let (x, y) = (moments(offsets), moments(gains))
    let covariance = zip(offsets, gains).reduce(0) { $0 + ($1.0 - x.mean) * ($1.1 - y.mean) } / Double(columns)
    #expect(abs(covariance / (x.variance * y.variance).squareRoot()) < 3.29 / Double(columns).squareRoot())
  }

  /// The bow is the cubic of the definition: its peak at 1/√3 of the scale, nothing at zero and at the ends.
  @Test(arguments: [0.5, 3]) func nonlinearityIsACubicOfTheGivenPeak(peak: Double) {
    let converter = Converter(bits: 12, fullScale: .fixed(0.5), offsetSigma: 0, nonlinearity: peak)
    let inputs = (-2047...2047).map { Double($0) }
    let codes = Self.codes(inputs.map { Float($0 / 2047 * 0.5) }, converter)
    var departures: [Double] = []
    for (input, code) in zip(inputs, codes) {
      let x = input / 2047
      let expected = peak * 1.5 * 3.0.squareRoot() * x * (1 - x * x)
      departures.append(expected)
      #expect(abs(code - input - expected) <= 0.5 + 1e-3)
    }
    #expect(abs(departures.max()! - peak) < 1e-3)
    #expect(codes.first == -2047 && codes.last == 2047 && codes[2047] == 0)
    #expect(zip(codes, codes.dropFirst()).allSatisfy { $0 <= $1 })
  }

  /// Up to its limit the bow saturates nothing within the scale; sums far beyond the scale stay at its end.
  @Test func theLimitOfNonlinearityKeepsTheScale() {
    var converter = Converter(bits: 5, fullScale: .fixed(0.1), offsetSigma: 0)
    converter.nonlinearity = converter.largestNonlinearity
    let codes = Self.codes((-500...500).map { Float($0) / 1000 }, converter)
    #expect(zip(codes, codes.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(codes.first == -15 && codes.last == 15)
    for (factor, saturates) in [(1.0, false), (3, true)] {
      var bent = converter
      bent.nonlinearity *= factor
      let array = CrossbarArray.make(rows: 1, columns: 1001, device: .ideal, converter: bent)
      array.deploy((-500...500).map { Float($0) / 5001 })
      _ = array.read([0])
      #expect((array.readActivity.saturatedConversions > 0) == saturates)
    }
  }

  /// Noise of a conversion: normal, new in each read, with variance s² + 1/12 after rounding (99.9 %).
  @Test(arguments: [0.7, 3]) func noiseHasTheGivenSpread(noise: Double) {
    let converter = Converter(bits: 10, fullScale: .fixed(0.511), offsetSigma: 0, noise: noise)
    let array = CrossbarArray.make(rows: 1, columns: 40, device: .ideal, converter: converter)
    array.deploy((0..<40).map { Float($0) * 0.005 + 0.0003 })
    let codes = (0..<500).flatMap { tick in
      array.read([0], tick: UInt64(tick)).enumerated().map { Double($1) / 0.001 - Double($0) * 5 - 0.3 }
    }
    let observed = moments(codes)
    let variance = noise * noise + 1.0 / 12
    #expect(abs(observed.mean) < 3.29 * (variance / 20_000).squareRoot())
    #expect(abs(observed.variance / variance - 1) < 3.29 * (2.0 / 20_000).squareRoot())
  }

  /// Noise of devices and of conversions is one draw of the summed variance (99.9 %).
  @Test func noiseOfDevicesAndConversionsAddsUp() {
    var device = DeviceParameters.ideal
    device.readNoise = .relative(0.1)
    let quiet = Converter(bits: 16, fullScale: .fixed(2), offsetSigma: 0)
    var noisy = quiet
    noisy.noise = 500
    let variances = [quiet, noisy].map { converter in
      let array = CrossbarArray.make(rows: 2, columns: 32, device: device, converter: converter)
      return moments((0..<600).flatMap { array.read([0, 1], tick: UInt64($0)).map(Double.init) }).variance
    }
    let added = 500 * 2.0 / 32767
    let expected = variances[0] + added * added
    #expect(abs(variances[1] / expected - 1) < 2 * 3.29 * (2.0 / 19_200).squareRoot())
    #expect(variances[0] > 0.1 * added * added && variances[0] < 10 * added * added)
  }

  /// A trim of n bits spans ±4 σ: what is left lies within σ·4/2ⁿ, evenly spread, but for offsets beyond its ends.
  @Test(arguments: [2, 4, 6]) func trimsLeaveTheirOwnStep(bits: Int) {
    let converter = Converter(bits: 16, fullScale: .fixed(1), offsetSigma: 1000, trimBits: bits)
    let codes = Self.codes([Float](repeating: 0, count: 4_000), converter)
    let half = 4000 / Double(1 << bits)
    // The top code of the trim is one short of +4 σ; 0.2 % of offsets reach beyond where it is 2 bits wide.
    let beyond = codes.filter { abs($0) > half + 0.5 }.count
    #expect(beyond <= (bits == 2 ? 30 : 4))
    let observed = moments(codes.filter { abs($0) <= half })
    if bits > 2 { #expect(abs(observed.variance / (half * half / 3) - 1) < 0.08) }
    #expect(abs(observed.mean) < 3.29 * half / (3 * 4_000.0).squareRoot() || bits == 2)
  }

  /// Tiles count their own reads; a code that a gain carries beyond the end of the scale is a saturation.
  @Test func tilesCountTheirReadsAndSaturations() {
    let converter = Converter(bits: 4, fullScale: .fixed(0.4), offsetSigma: 0)
    let array = CrossbarArray.make(rows: 30, columns: 20, tile: (10, 10), device: .ideal, converter: converter)
    array.deploy((0..<600).map { $0 / 20 >= 20 && $0 % 20 >= 10 ? 0.5 : 0.1 })
    _ = array.read([0, 9, 25])
    _ = array.read([25])
    let tiles = array.tileReadActivity
    #expect(tiles.map(\.activeRows) == [2, 2, 0, 0, 2, 2])
    #expect(tiles.map(\.tileReads) == [1, 1, 0, 0, 2, 2])
    #expect(tiles.map(\.conversions) == [10, 10, 0, 0, 20, 20])
    #expect(tiles.map(\.saturatedConversions) == [0, 0, 0, 0, 0, 20])
    #expect(array.blockReadActivity.map(\.saturatedConversions) == [0, 20])
    #expect(array.state.activity == array.blockReadActivity && array.state.tileActivity == tiles)
    let exact = CrossbarArray.make(rows: 30, columns: 20, tile: (10, 10), device: .ideal)
    _ = exact.read([0, 9, 25])
    #expect(exact.tileReadActivity.isEmpty && exact.readActivity.activeRows == 6)
  }
}
