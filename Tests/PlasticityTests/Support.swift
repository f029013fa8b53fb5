import Foundation
import Kernels
import Plasticity

/// Vigna's SplitMix64: a fixed seed gives the same nets and spikes on every run.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}

/// What a learning rule sees of one layer during a sample; the numbers need not come from a network.
struct Observation {
  var rows: Int
  var columns: Int
  var outputs: Int
  var ticks: Int
  /// Input spikes `[ticks][rows]`.
  var inputs: [[Bool]]
  /// Amplitudes of the input spikes `[ticks][rows]`; `nil` for binary ones.
  var amplitudes: [[Float]]?
  /// Pseudo-derivative `[ticks][columns]`.
  var psi: [[Float]]
  /// Readout errors `[ticks][outputs]`.
  var errors: [[Float]]
  /// Feedback `[outputs][columns]`.
  var feedback: [[Float]]
  /// Spikes of the neurons `[columns]` in the whole sample, for the rate penalty.
  var spikeCounts: [Int32]

  /// Random numbers for everything, about one input spike in ten ticks.
  static func random(rows: Int, columns: Int, outputs: Int, ticks: Int, seed: UInt64) -> Observation {
    var random = SplitMix64(seed)
    return Observation(
      rows: rows, columns: columns, outputs: outputs, ticks: ticks,
      inputs: (0..<ticks).map { _ in (0..<rows).map { _ in Int.random(in: 0..<10, using: &random) == 0 } },
      psi: (0..<ticks).map { _ in random.floats(columns, in: -0.3...0.3).map { max(0, $0) } },
      errors: (0..<ticks).map { _ in random.floats(outputs, in: -1...1) },
      feedback: (0..<outputs).map { _ in random.floats(columns, in: -1...1) },
      spikeCounts: (0..<columns).map { _ in Int32.random(in: 0...Int32(ticks), using: &random) })
  }

  func raster(of window: Range<Int>) -> RowSpikes {
    var raster = SpikeRaster(rowCount: rows)
    raster.removeAll(isGraded: amplitudes != nil)
    for tick in window {
      for row in 0..<rows where inputs[tick][row] {
        if let amplitudes { raster.appendRow(row, amplitude: amplitudes[tick][row]) } else { raster.appendRow(row) }
      }
      raster.endTick()
    }
    var spikes = RowSpikes()
    spikes.transpose(raster, window: 0..<window.count)
    return spikes
  }

  /// Input of a row in a tick: 0, or the amplitude of its spike.
  func input(tick: Int, row: Int) -> Float { inputs[tick][row] ? amplitudes?[tick][row] ?? 1 : 0 }

  /// Errors of a window, filtered backwards by `decay` inside the window.
  func signal(of window: Range<Int>, decay: Float) -> ErrorSignal {
    let signal = ErrorSignal(outputs: outputs, largestWindow: window.count)
    for (index, tick) in window.enumerated() {
      for output in 0..<outputs { signal.errors[index * signal.stride + output] = errors[tick][output] }
    }
    signal.filterBackwards(ticks: window.count, decay: decay)
    return signal
  }
}

/// Cuts `0..<ticks` into windows of `size` ticks, the last one shorter.
func windows(of ticks: Int, size: Int) -> [Range<Int>] {
  stride(from: 0, to: ticks, by: size).map { $0..<min($0 + size, ticks) }
}

/// Greatest difference of two matrices relative to the greatest element of the second.
func relativeError(_ actual: [Float], _ expected: [Double]) -> Double {
  let scale = expected.map(abs).max() ?? 0
  let worst = zip(actual, expected).map { abs(Double($0) - $1) }.max() ?? 0
  return actual.count == expected.count ? worst / max(scale, .leastNormalMagnitude) : .infinity
}
