import CKernels
import Kernels

/// Reads tiles whose word lines gate an access transistor in every cell: unselected cells are open, so the current of a
/// column is that of a ladder of its active cells.
///
/// The ladder is solved in every read, in O(active rows) for each column: nothing has to be kept in line with writes.
final class GatedReader: @unchecked Sendable {
  private let lines: LineResistances
  private let layout: BlockedLayout
  private let planes: [SynapseCoding.Plane]
  private let halfSiemensPerWeight: Float
  /// Conductances of a continuous array around mid-range; empty for devices.
  private let pairs: AlignedBuffer<Float>
  /// Sums of each block.
  private let sums: AlignedBuffer<Float>
  /// Sums of the reference column of each block, 16 wide.
  private let references: AlignedBuffer<Float>

  init(lines: LineResistances, layout: BlockedLayout, coding: SynapseCoding, ownsPairs: Bool) {
    self.lines = lines
    self.layout = layout
    planes = coding.planes
    halfSiemensPerWeight = Float(0.5 / coding.planes[0].weightPerSiemens)
    sums = AlignedBuffer(count: layout.paddedColumns)
    references = AlignedBuffer(count: coding.mapping.hasReferences ? 16 * layout.blockCount : 0)
    pairs = AlignedBuffer(count: ownsPairs ? 2 * layout.storageCount : 0)
  }

  /// Takes over the weights of a continuous array as conductances around mid-range.
  func noteWeights(_ weights: UnsafePointer<Float>, from start: Int, count: Int, middle: Double) {
    guard pairs.count > 0 else { return }
    let middle = Float(middle)
    for position in start..<start + count {
      let half = weights[position] * halfSiemensPerWeight
      pairs.base[position] = middle + half
      pairs.base[position + layout.storageCount] = middle - half
    }
  }

  /// Sums of the weights of some active rows of one tile on one line of a mapping, as the foot of the columns sees them.
  /// - Parameters:
  ///   - driven: active rows of the tile, ascending.
  ///   - states: conductances in planes of block storage; `nil` for a continuous array.
  /// - Returns: `[blockWidth]` weights, good until the next read of the block.
  func read(
    line: Int, block: Int, tileRow: Int, driven: DrivenRows, states: UnsafePointer<Float>?
  ) -> UnsafePointer<Float> {
    let sums = sums.base + block * layout.blockWidth
    sums.update(repeating: 0, count: layout.blockWidth)
    var ladder = ladder(tileRow: tileRow, driven: driven, stride: layout.blockWidth)
    let first = (states ?? UnsafePointer(pairs.base)) + block * layout.blockElements
    for (plane, part) in planes.enumerated() where part.line == line {
      ladder.conductances = first + plane * layout.storageCount
      ladder.scale = Float(part.weightPerSiemens)
      cpk_read_ladder(&ladder, sums, layout.blockWidth)
    }
    return UnsafePointer(sums)
  }

  /// Sum of the references of some planes in some active rows of one tile, in weights.
  func read(
    _ columns: ReferenceColumns, planes chosen: [Int], block: Int, tileRow: Int, driven: DrivenRows
  ) -> Float {
    let sums = references.base + 16 * block
    sums.update(repeating: 0, count: 16)
    var ladder = ladder(tileRow: tileRow, driven: driven, stride: columns.stride)
    for plane in chosen {
      ladder.conductances = UnsafePointer(columns.present.base + columns.position(plane: plane, row: 0, block: block))
      ladder.scale = Float(planes[plane].weightPerSiemens)
      cpk_read_ladder(&ladder, sums, 16)
    }
    return sums[0]
  }

  private func ladder(tileRow: Int, driven: DrivenRows, stride: Int) -> cpk_ladder {
    var ladder = cpk_ladder()
    ladder.stride = stride
    ladder.rows = driven.rows.baseAddress
    ladder.amplitudes = driven.amplitudes
    ladder.count = driven.rows.count
    ladder.first_row = Int32(tileRow * layout.tileRows)
    ladder.end_row = Int32(min((tileRow + 1) * layout.tileRows, layout.rows))
    ladder.segment = Float(lines.bitLine)
    ladder.sense = Float(lines.sense)
    ladder.senses_top = lines.sensed == .top ? 1 : 0
    return ladder
  }
}
