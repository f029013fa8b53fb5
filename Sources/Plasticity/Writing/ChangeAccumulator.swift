import CKernels
import Kernels

/// The digital accumulator χ beside an array: one number per synapse, to which wanted changes are added.
///
/// It stays finite whatever it is given: a sum that would not be finite is left out and noted.
final class ChangeAccumulator: @unchecked Sendable {
  private let layout: BlockedLayout
  private let sums: AlignedBuffer<Float>
  private let due: AlignedBuffer<UInt8>
  private let flaws: FlawLog

  init(layout: BlockedLayout) {
    self.layout = layout
    sums = AlignedBuffer(count: layout.storageCount)
    due = AlignedBuffer(count: layout.paddedColumns / 8)
    flaws = FlawLog(layout: layout)
  }

  var firstNonFinite: WriteFlaw? { flaws.first }

  /// The accumulator, row-major `[rows × columns]`.
  var values: [Float] {
    get { layout.rowMajor(sums.base) }
    set { layout.scatter(newValue, into: sums.base) }
  }

  /// Adds the changes `[blockWidth]` of one row; then lets `body` take from each sum of at least `limit` in magnitude.
  func add(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, limit: Float,
    body: (_ position: Int, _ sum: inout Float) -> Void
  ) {
    let width = layout.blockWidth
    let start = (block * layout.rows + row) * width
    let bytes = due.base + block * width / 8
    var flawed: Int32 = 0
    let found = cpk_accumulate_due(sums.base + start, changes, limit, bytes, &flawed, width)
    if flawed != 0 {
      for lane in 0..<width where !(sums[start + lane] + changes[lane]).isFinite {
        flaws.note(block: block, row: row, lane: lane, boundary: boundary)
      }
    }
    guard found > 0 else { return }
    for byte in 0..<width / 8 {
      var bits = bytes[byte]
      while bits != 0 {
        let position = start + byte * 8 + bits.trailingZeroBitCount
        bits &= bits - 1
        body(position, &sums.base[position])
      }
    }
  }
}
