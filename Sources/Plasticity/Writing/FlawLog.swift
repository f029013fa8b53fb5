import Kernels

/// The first non-finite change of each block. A block has one owner at a time, so blocks need no lock.
final class FlawLog: @unchecked Sendable {
  private let layout: BlockedLayout
  private let flaws: UnsafeMutableBufferPointer<WriteFlaw?>

  init(layout: BlockedLayout) {
    self.layout = layout
    flaws = .allocate(capacity: layout.blockCount)
    flaws.initialize(repeating: nil)
  }

  deinit { flaws.deallocate() }

  /// Takes note of the change in `lane` of a row, unless the block has an earlier one or the lane is padding.
  func note(block: Int, row: Int, lane: Int, boundary: UInt64) {
    let columns = layout.columns(inBlock: block)
    guard flaws[block] == nil, lane < columns.count else { return }
    flaws[block] = WriteFlaw(block: block, row: row, column: columns.lowerBound + lane, boundary: boundary)
  }

  /// The earliest: by boundary, then row, then column, so that threads cannot change it.
  var first: WriteFlaw? {
    flaws.compactMap { $0 }.min { ($0.boundary, $0.row, $0.column) < ($1.boundary, $1.row, $1.column) }
  }
}
