import Crossbars
import Devices
import Glibc
import Kernels
import Quantities

/// Vigna's SplitMix64 with normal numbers by the polar method: nothing of the code under test.
struct ReferenceRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func normal() -> Double {
    while true {
      let (x, y) = (Double.random(in: -1...1, using: &self), Double.random(in: -1...1, using: &self))
      let square = x * x + y * y
      if square < 1 && square > 0 { return x * (-2 * log(square) / square).squareRoot() }
    }
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }

  mutating func activeRows(of rowCount: Int, density: Double) -> [Int32] {
    (0..<rowCount).filter { _ in Double.random(in: 0..<1, using: &self) < density }.map { Int32($0) }
  }

  /// One train of 1 to 5 pulses, up or down, for about a third of the synapses of a block.
  mutating func requests(_ layout: BlockedLayout, block: Int) -> [PulseRequest] {
    (0..<layout.rows).flatMap { row in
      layout.columns(inBlock: block).compactMap { column in
        guard Int.random(in: 0..<3, using: &self) == 0 else { return nil }
        let pulses = Int32.random(in: 1...5, using: &self) * (Bool.random(using: &self) ? 1 : -1)
        return PulseRequest(position: Int32(layout.index(row: row, column: column)), pulses: pulses)
      }
    }
  }
}

extension DeviceParameters {
  /// A quiet device of 40 pulses, to be changed where a test needs it.
  static var quiet: DeviceParameters {
    DeviceParameters(
      offConductance: .microsiemens(1), onConductance: .microsiemens(10), isContinuous: false, potentiationPulses: 40,
      depressionPulses: 40, potentiationNonlinearity: 1, depressionNonlinearity: -1, cycleToCycleSigma: 0,
      nonlinearitySigma: 0, rangeSigma: 0, readNoise: 0, stuckOffFraction: 0, stuckOnFraction: 0, endurance: .unlimited)
  }

  /// A device that takes any weight exactly.
  static var ideal: DeviceParameters {
    var device = quiet
    device.isContinuous = true
    (device.potentiationNonlinearity, device.depressionNonlinearity) = (0, 0)
    return device
  }

  /// A device with every imperfection at once.
  static var rough: DeviceParameters {
    var device = quiet
    device.cycleToCycleSigma = 0.02
    device.nonlinearitySigma = 0.3
    device.rangeSigma = 0.07
    device.readNoise = 0.05
    (device.stuckOffFraction, device.stuckOnFraction) = (0.05, 0.03)
    device.endurance = Endurance(scale: 6, shape: 1.5)
    return device
  }
}

extension CrossbarArray {
  static func make(
    rows: Int, columns: Int, tile: (Int, Int) = (64, 64), device: DeviceParameters, converter: Converter? = nil,
    index: Int = 0, seed: UInt64 = 7
  ) -> CrossbarArray {
    CrossbarArray(
      layout: BlockedLayout(rows: rows, columns: columns, tileRows: tile.0, tileColumns: tile.1),
      parameters: .init(
        index: index, weightLimit: 0.5, converter: converter, hasReadNoise: device.readNoise > 0, device: device),
      seed: seed)
  }

  /// Reads all columns.
  func read(_ rows: [Int32], tick: UInt64 = 0) -> [Float] {
    (0..<layout.blockCount).flatMap { block in
      var sums = [Float](repeating: .nan, count: layout.blockWidth)
      rows.withUnsafeBufferPointer { read(block: block, rows: $0, tick: tick, into: &sums) }
      return sums[..<layout.columns(inBlock: block).count]
    }
  }

  /// One request given by row and column.
  func program(row: Int, column: Int, pulses: Int) {
    let request = PulseRequest(position: Int32(layout.index(row: row, column: column)), pulses: Int32(pulses))
    program(CollectionOfOne(request), block: column / layout.tileColumns)
  }
}

/// Mean and variance (with n − 1) of samples.
func moments(_ samples: [Double]) -> (mean: Double, variance: Double) {
  let mean = samples.reduce(0, +) / Double(samples.count)
  let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (mean, squares / Double(samples.count - 1))
}

/// Greatest distance between the empirical distribution of `samples` and the normal law, times √n. For a true hypothesis it
/// stays below 1.95 with 99.9 % probability.
func kolmogorovSmirnovNormal(_ samples: [Double]) -> Double {
  let sorted = samples.sorted()
  let n = Double(sorted.count)
  var distance = 0.0
  for (index, value) in sorted.enumerated() {
    let expected = 0.5 * erfc(-value / 2.0.squareRoot())
    distance = max(distance, abs(Double(index + 1) / n - expected), abs(expected - Double(index) / n))
  }
  return distance * n.squareRoot()
}
