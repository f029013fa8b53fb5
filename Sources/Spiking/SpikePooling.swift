import Kernels

/// Pooled maps: each neuron sees a square of places of one map.
///
///     mean    c(t) = c(t−1) + n(t),  a spike and c −= K² where c ≥ K²        any    a spike where n(t) > 0
///
/// n is the number of spikes of the K × K places in a tick. Counters and gates, no memory devices; at most one spike a tick.
public struct SpikePooling: Sendable {
  /// What makes a spike.
  public enum Kind: Sendable, Equatable {
    /// As many spikes as there are places.
    case mean
    /// Any spike.
    case any
  }

  /// What makes a spike.
  public let kind: Kind
  /// The maps that are read.
  public let input: ImageShape
  /// The pooled maps.
  public let output: ImageShape
  /// Side of a square.
  public let size: Int
  private var counters: [Int32]
  private var met: [Int32] = []
  private var isMet: [Bool]

  /// Sets the geometry; `output` must be the shape of that pooling.
  public init(_ kind: Kind, input: ImageShape, output: ImageShape, size: Int) {
    self.kind = kind
    self.input = input
    self.output = output
    self.size = size
    counters = [Int32](repeating: 0, count: output.count)
    isMet = [Bool](repeating: false, count: output.count)
  }

  /// Empties all counters.
  public mutating func rest() {
    for neuron in counters.indices { counters[neuron] = 0 }
  }

  /// Takes the spikes of a tick, ascending rows of the input, and adds the spikes of the pooled maps as a tick.
  public mutating func step(_ active: UnsafeBufferPointer<Int32>, into raster: inout SpikeRaster) {
    for row in active {
      let (channel, y, x) = input.pixel(ofRow: Int(row))
      guard y / size < output.height, x / size < output.width else { continue }
      let neuron = output.row(channel: channel, y: y / size, x: x / size)
      counters[neuron] += 1
      if !isMet[neuron] {
        isMet[neuron] = true
        met.append(Int32(neuron))
      }
    }
    met.sort()
    let enough = kind == .any ? 1 : Int32(size * size)
    for neuron in met {
      let index = Int(neuron)
      isMet[index] = false
      guard counters[index] >= enough else { continue }
      raster.appendRow(index)
      counters[index] = kind == .any ? 0 : counters[index] - enough
    }
    met.removeAll(keepingCapacity: true)
    raster.endTick()
  }
}
