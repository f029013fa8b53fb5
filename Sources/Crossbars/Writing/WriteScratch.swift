import Kernels

/// Where and when an array was asked to hold something that is no number.
public struct ArrayFlaw: BitwiseCopyable, Sendable, Equatable {
  /// Row of the synapse in the matrix.
  public var row: Int
  /// Column of the synapse in the matrix.
  public var column: Int
  /// Row of the tile among the tiles of the array.
  public var tileRow: Int
  /// Column of the tile among the tiles of the array.
  public var tileColumn: Int
  /// Number of the write.
  public var event: UInt64
}

/// Room for the rows under work, one for each block, so that threads can write different blocks.
final class WriteScratch: @unchecked Sendable {
  /// Signed pulses of the row, `[padded columns]`, and their two signs apart.
  let pulses: AlignedBuffer<Int32>
  let raising: AlignedBuffer<Int32>
  let lowering: AlignedBuffer<Int32>
  let gaussians: AlignedBuffer<Float>
  let due: AlignedBuffer<UInt8>
  let phases: AlignedBuffer<RowPhases>
  /// First flaw of each block.
  var flaws: [ArrayFlaw] { (0..<firstFlaws.count).filter { isFlawed[$0] }.map { firstFlaws[$0] } }
  private let isFlawed: AlignedBuffer<Bool>
  private let firstFlaws: AlignedBuffer<ArrayFlaw>

  init(layout: BlockedLayout) {
    pulses = AlignedBuffer(count: layout.paddedColumns)
    raising = AlignedBuffer(count: layout.paddedColumns)
    lowering = AlignedBuffer(count: layout.paddedColumns)
    gaussians = AlignedBuffer(count: layout.paddedColumns)
    due = AlignedBuffer(count: layout.paddedColumns / 8)
    phases = AlignedBuffer(count: layout.blockCount)
    isFlawed = AlignedBuffer(count: layout.blockCount)
    firstFlaws = AlignedBuffer(count: layout.blockCount)
  }

  /// Remembers the first flaw of a block.
  func note(_ flaw: ArrayFlaw, block: Int) {
    guard !isFlawed[block] else { return }
    isFlawed[block] = true
    firstFlaws[block] = flaw
  }
}
