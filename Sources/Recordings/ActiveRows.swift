import Kernels

/// The rows that are active in the tick being built: one bit per row, and one bit per word of these that is not zero.
///
/// The second level makes emptying it cost as much as the tick has spikes, not as much as the sensor has pixels.
struct ActiveRows: Sendable {
  /// Storage of the set while it is held in place; see ``ActiveRows/withBits(_:)``.
  struct Bits {
    fileprivate let words: UnsafeMutableBufferPointer<UInt64>
    fileprivate let summary: UnsafeMutableBufferPointer<UInt64>

    /// Makes a row active; one that is stays so.
    func insert(_ row: Int) {
      words[row >> 6] |= 1 << UInt64(row & 63)
      summary[row >> 12] |= 1 << UInt64(row >> 6 & 63)
    }

    /// Adds all active rows to the tick being built, ascending, and forgets them.
    func move(to appender: inout SpikeRaster.Appender) {
      for index in summary.indices {
        var left = summary[index]
        while left != 0 {
          let word = index << 6 + left.trailingZeroBitCount
          appender.appendRows(bits: words[word], firstRow: word << 6)
          words[word] = 0
          left &= left - 1
        }
        summary[index] = 0
      }
    }

    /// Calls `isKept` with every active row, ascending, and forgets those for which it says no.
    func keep(_ isKept: (_ row: Int) -> Bool) {
      for index in summary.indices {
        var left = summary[index]
        while left != 0 {
          let bit = left.trailingZeroBitCount
          let word = index << 6 + bit
          let kept = kept(of: words[word], firstRow: word << 6, isKept)
          words[word] = kept
          if kept == 0 { summary[index] &= ~(1 << UInt64(bit)) }
          left &= left - 1
        }
      }
    }

    private func kept(of word: UInt64, firstRow: Int, _ isKept: (_ row: Int) -> Bool) -> UInt64 {
      var (kept, left) = (word, word)
      while left != 0 {
        let bit = left.trailingZeroBitCount
        if !isKept(firstRow + bit) { kept &= ~(1 << UInt64(bit)) }
        left &= left - 1
      }
      return kept
    }
  }

  private var words: [UInt64]
  private var summary: [UInt64]

  /// No active rows, of `rowCount` there are.
  init(rowCount: Int) {
    words = [UInt64](repeating: 0, count: (rowCount + 63) / 64)
    summary = [UInt64](repeating: 0, count: (rowCount + 4095) / 4096)
  }

  /// Number of active rows.
  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Forgets all rows.
  mutating func removeAll() {
    for index in words.indices { words[index] = 0 }
    for index in summary.indices { summary[index] = 0 }
  }

  /// Holds the storage in place for many changes.
  mutating func withBits<Result>(_ body: (Bits) -> Result) -> Result {
    words.withUnsafeMutableBufferPointer { words in
      summary.withUnsafeMutableBufferPointer { summary in body(Bits(words: words, summary: summary)) }
    }
  }
}
