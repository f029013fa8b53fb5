import Kernels
import Plasticity

/// Collects the changes a rule hands out block by block into a row-major matrix.
struct ChangeMatrix {
  let layout: BlockedLayout
  private(set) var values: [Float]

  init(layout: BlockedLayout) {
    self.layout = layout
    values = [Float](repeating: 0, count: layout.rows * layout.columns)
  }

  mutating func add(block: Int, row: Int, changes: UnsafePointer<Float>) {
    for (offset, column) in layout.columns(inBlock: block).enumerated() {
      values[row * layout.columns + column] += changes[offset]
    }
  }
}

extension EProp {
  /// A rule with the feedback of `observation` on tiles of `tile` columns.
  static func make(
    for observation: Observation, parameters: Parameters, largestWindow: Int, carries: Bool, tile: Int = 64,
    firstOwnRow: Int? = nil
  ) -> EProp {
    let layout = BlockedLayout(rows: observation.rows, columns: observation.columns, tileRows: 64, tileColumns: tile)
    let rule = EProp(
      layout: layout, outputs: observation.outputs, largestWindow: largestWindow, parameters: parameters,
      carriesTraces: carries, firstOwnRow: firstOwnRow)
    rule.setFeedback { observation.feedback[$0][$1] }
    return rule
  }

  /// Runs one window of the sample and returns its weight changes `[rows × columns]`.
  /// - Parameters:
  ///   - spikeBits: bits of the neurons of the first block, needed where they reset to zero.
  ///   - spikeStride: bytes from one tick to the next.
  func changes(
    of observation: Observation, window: Range<Int>, decay: Float, spikeBits: [UInt8] = [], spikeStride: Int = 0
  ) -> [Float] {
    let spikes = observation.raster(of: window)
    let signal = observation.signal(of: window, decay: decay)
    var matrix = ChangeMatrix(layout: layout)
    penalise(spikeCounts: observation.spikeCounts, ticks: window.count)
    for block in 0..<layout.blockCount {
      for (index, tick) in window.enumerated() {
        for (offset, column) in layout.columns(inBlock: block).enumerated() {
          psi(block: block, tick: index)[offset] = observation.psi[tick][column]
        }
      }
      spikeBits.withUnsafeBufferPointer {
        reverse(
          block: block, ticks: window.count, signal: signal, spikes: $0.baseAddress, spikeStride: spikeStride)
      }
      forEachChange(block: block, ticks: window.count, spikes: spikes, signal: signal) { row, changes in
        matrix.add(block: block, row: row, changes: changes)
      }
    }
    endWindow(ticks: window.count, spikes: spikes)
    return matrix.values
  }
}

extension ReadoutRule {
  /// Runs one window of the sample and returns its weight changes `[rows × outputs]`.
  func changes(of observation: Observation, window: Range<Int>) -> [Float] {
    let spikes = observation.raster(of: window)
    let signal = observation.signal(of: window, decay: decay)
    var matrix = ChangeMatrix(layout: layout)
    prepare(ticks: window.count, signal: signal)
    for block in 0..<layout.blockCount {
      forEachChange(block: block, spikes: spikes) { row, changes in
        matrix.add(block: block, row: row, changes: changes)
      }
    }
    endWindow(ticks: window.count, spikes: spikes)
    return matrix.values
  }
}
