import Devices
import Glibc
import Kernels
import Testing

@testable import Crossbars

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
    labelled((1, -1), pulses: (40, 40))
  }

  /// The exponential model of NeuroSim from 1 to 10 µS, without any imperfection.
  static func labelled(
    _ labels: (Double, Double), pulses: (Double, Double), cycleSigma: Double = 0
  ) -> DeviceParameters {
    DeviceParameters(
      off: 1e-6, on: 1e-5,
      response: .exponential(
        ExponentialPair(
          labels: NonlinearityLabels(
            potentiation: labels.0, depression: labels.1, potentiationPulses: pulses.0, depressionPulses: pulses.1))),
      cycleNoise: CycleNoise(sigma: cycleSigma))
  }

  /// A device that takes any weight exactly.
  static var ideal: DeviceParameters {
    var device = labelled((0, 0), pulses: (40, 40))
    device.isContinuous = true
    return device
  }

  /// A device with every imperfection of the exponential model at once.
  static var rough: DeviceParameters {
    var device = quiet
    device.cycleNoise.sigma = 0.02
    device.variation = DeviceVariation(nonlinearitySigma: 0.3, rangeSigma: 0.07)
    device.readNoise = .relative(0.05)
    device.faults = FabricationFaults(stuckOff: 0.05, stuckOn: 0.03)
    device.endurance = Endurance(scale: 6, shape: 1.5)
    return device
  }

  /// A technology by name; the names are those of the catalogue.
  static func technology(_ name: String) -> DeviceParameters {
    guard let technology = DeviceTechnology.named(name) else { preconditionFailure("no technology \(name)") }
    return technology.parameters
  }

  /// The same device without spread, faults, wear, read noise and traps.
  var uniform: DeviceParameters {
    var device = self
    device.variation = DeviceVariation()
    device.faults = FabricationFaults()
    device.endurance = .unlimited
    device.readNoise = .none
    device.telegraphNoise = nil
    return device
  }

  /// Level of a state on the range of the typical device.
  func level(_ state: Float) -> Double { (Double(state) - off) / (on - off) }
}

extension CrossbarArray {
  static func make(
    rows: Int, columns: Int, tile: (Int, Int) = (64, 64), device: DeviceParameters, converter: Converter? = nil,
    writing: WriteParameters = WriteParameters(), tickSeconds: Double = 1e-3, index: Int = 0, seed: UInt64 = 7,
    usesKernel: Bool = true, wires: WireParameters? = nil, charge: ChargeParameters? = nil,
    mapping: WeightMapping = WeightMapping()
  ) -> CrossbarArray {
    CrossbarArray(
      layout: BlockedLayout(rows: rows, columns: columns, tileRows: tile.0, tileColumns: tile.1),
      parameters: .init(
        index: index, weightLimit: 0.5, converter: converter, hasReadNoise: !device.readNoise.isNone, device: device,
        writing: writing, tickSeconds: tickSeconds, wires: wires, charge: charge, mapping: mapping),
      seed: seed, usesKernel: usesKernel)
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
  func program(row: Int, column: Int, pulses: Int, event: UInt64 = 0, tick: UInt64 = 0) {
    let request = PulseRequest(position: Int32(layout.index(row: row, column: column)), pulses: Int32(pulses))
    program(CollectionOfOne(request), block: column / layout.tileColumns, event: event, tick: tick)
  }

  /// Pulses for all synapses, row-major `[rows × columns]`, in one write; 0 leaves a synapse alone.
  func program(_ pulses: [Int], event: UInt64 = 0, tick: UInt64 = 0) {
    for block in 0..<layout.blockCount {
      let requests = (0..<layout.rows).flatMap { row in
        layout.columns(inBlock: block).compactMap { column -> PulseRequest? in
          let count = pulses[row * layout.columns + column]
          guard count != 0 else { return nil }
          return PulseRequest(position: Int32(layout.index(row: row, column: column)), pulses: Int32(count))
        }
      }
      program(requests, block: block, event: event, tick: tick)
    }
  }

  /// The same pulses for all synapses.
  func program(all pulses: Int, event: UInt64 = 0, tick: UInt64 = 0) {
    program([Int](repeating: pulses, count: layout.rows * layout.columns), event: event, tick: tick)
  }

  /// Levels of a plane on the range of the typical device, as written.
  func levels(plane: Int) -> [Double] { state.conductances[plane].map { parameters.device.level($0) } }
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

extension DeviceModel {
  /// State of a device after a train without noise.
  func state(after pulses: Double, from state: Double, of device: DeviceNumbers) -> Double {
    let (low, range) = (Double(device.low), Double(device.range))
    var cell = CellState(level: (state - low) / range)
    apply(pulses: pulses, to: &cell, of: device, gaussian: 0, uniform: 1)
    return low + cell.level * range
  }
}
