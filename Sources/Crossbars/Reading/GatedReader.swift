import CKernels
import Devices
import Kernels

/// Reads tiles whose access transistors open all cells but those of the active rows: each bit line is a ladder.
///
///     G ← G / (1 + G·r_b·d) + g     from the active cell farthest from the sense amplifier to the nearest
///     I = G / (1 + G·(r_b·d + R_s)) · V
///
/// d counts the segments to the next active cell or, at the end, to the sense amplifier. All active rows are driven by
/// the same voltage, so this is the exact solution of the ladder. O(active rows × columns) for each plane.
final class GatedReader: @unchecked Sendable {
  private let lines: LineResistances
  private let layout: BlockedLayout
  private let devicesPerPolarity: Int
  private let weightPerSiemens: Double
  /// Conductances of the two planes of a continuous array; empty where devices hold them.
  private let pairs: AlignedBuffer<Float>
  /// Room for the sums of one read of each block.
  private let sums: AlignedBuffer<Float>

  init(
    lines: LineResistances, layout: BlockedLayout, devicesPerPolarity: Int, weightPerSiemens: Double, ownsPairs: Bool
  ) {
    self.lines = lines
    self.layout = layout
    self.devicesPerPolarity = devicesPerPolarity
    self.weightPerSiemens = weightPerSiemens
    sums = AlignedBuffer(count: layout.paddedColumns)
    pairs = AlignedBuffer(count: ownsPairs ? 2 * layout.storageCount : 0)
  }

  /// Takes over the weights of a continuous array as conductances around mid-range.
  func noteWeights(_ weights: UnsafePointer<Float>, from start: Int, count: Int, middle: Double) {
    guard pairs.count > 0 else { return }
    let scale = Float(0.5 / weightPerSiemens)
    let middle = Float(middle)
    for position in start..<start + count {
      let half = weights[position] * scale
      pairs.base[position] = middle + half
      pairs.base[position + layout.storageCount] = middle - half
    }
  }

  /// Sums of the weights of some active rows of one tile, as the foot of the columns sees them.
  /// - Parameters:
  ///   - rows: active rows of the tile, ascending.
  ///   - states: conductances in planes of block storage; `nil` for a continuous array.
  /// - Returns: `[blockWidth]` weights, good until the next read of the block.
  func read(
    block: Int, tileRow: Int, rows: UnsafeBufferPointer<Int32>, states: UnsafePointer<Float>?
  ) -> UnsafePointer<Float> {
    let sums = sums.base + block * layout.blockWidth
    sums.update(repeating: 0, count: layout.blockWidth)
    var ladder = cpk_ladder()
    ladder.stride = layout.blockWidth
    ladder.rows = rows.baseAddress
    ladder.count = rows.count
    ladder.first_row = Int32(tileRow * layout.tileRows)
    ladder.end_row = Int32(min((tileRow + 1) * layout.tileRows, layout.rows))
    ladder.segment = Float(lines.bitLine)
    ladder.sense = Float(lines.sense)
    ladder.senses_top = lines.sensed == .top ? 1 : 0
    let first = (states ?? UnsafePointer(pairs.base)) + block * layout.blockElements
    for plane in 0..<2 * devicesPerPolarity {
      ladder.conductances = first + plane * layout.storageCount
      ladder.scale = Float(plane < devicesPerPolarity ? weightPerSiemens : -weightPerSiemens)
      cpk_read_ladder(&ladder, sums, layout.blockWidth)
    }
    return UnsafePointer(sums)
  }
}
