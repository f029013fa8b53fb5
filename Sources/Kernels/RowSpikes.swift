/// The spikes of a window sorted by row: for each row that spiked, its ticks in ascending order.
///
/// The transpose of a `SpikeRaster`. Learning walks it: one pass over the rows that spiked, each with its spike times.
public struct RowSpikes: Sendable {
  /// Rows with at least one spike, ascending.
  public private(set) var rows: [Int32] = []
  /// Start of each listed row in `ticks`, and the end of the last.
  public private(set) var offsets: [Int32] = [0]
  /// Ticks of the spikes, row after row.
  public private(set) var ticks: [Int32] = []
  /// Amplitudes of the spikes, row after row; empty for binary spikes.
  public private(set) var amplitudes: [Float] = []
  private var counts: [Int32] = []

  /// Makes an empty transpose.
  public init() {}

  /// Sorts the spikes of the ticks `window` of `raster` by row; ticks count from the start of the window. Reuses the
  /// storage. O(spikes + rows).
  public mutating func transpose(_ raster: SpikeRaster, window: Range<Int>) {
    let spikes = Int(raster.tickOffsets[window.lowerBound])..<Int(raster.tickOffsets[window.upperBound])
    Self.resize(&counts, to: raster.rowCount)
    Self.resize(&ticks, to: spikes.count)
    rows.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
    raster.rows.withUnsafeBufferPointer { rasterRows in
      raster.tickOffsets.withUnsafeBufferPointer { rasterOffsets in
        counts.withUnsafeMutableBufferPointer { counts in
          counts.update(repeating: 0)
          for position in spikes { counts[Int(rasterRows[position])] += 1 }
          Self.turnIntoStarts(counts, rows: &rows, offsets: &offsets)
          ticks.withUnsafeMutableBufferPointer { ticks in
            for tick in window {
              for position in Int(rasterOffsets[tick])..<Int(rasterOffsets[tick + 1]) {
                let row = Int(rasterRows[position])
                ticks[Int(counts[row])] = Int32(truncatingIfNeeded: tick - window.lowerBound)
                counts[row] += 1
              }
            }
          }
        }
      }
    }
    sortAmplitudes(raster, spikes: spikes)
  }

  /// Each row now counts to the end of its spikes.
  private mutating func sortAmplitudes(_ raster: SpikeRaster, spikes: Range<Int>) {
    amplitudes.removeAll(keepingCapacity: true)
    guard raster.isGraded else { return }
    amplitudes.append(contentsOf: repeatElement(0, count: spikes.count))
    for position in spikes.reversed() {
      let row = Int(raster.rows[position])
      counts[row] -= 1
      amplitudes[Int(counts[row])] = raster.amplitudes[position]
    }
  }

  /// Calls `body` with the ticks of all spikes, row after row, and their amplitudes: as the driven rows of a matrix with a row
  /// for each tick.
  public func withSpikes<Result>(_ body: (_ spikes: DrivenRows) -> Result) -> Result {
    ticks.withUnsafeBufferPointer { ticks in
      amplitudes.withUnsafeBufferPointer { amplitudes in
        body(DrivenRows(ticks, amplitudes: amplitudes.isEmpty ? nil : amplitudes.baseAddress))
      }
    }
  }

  /// Lists the rows with spikes and replaces the number of spikes of each by the position of its first.
  private static func turnIntoStarts(
    _ counts: UnsafeMutableBufferPointer<Int32>, rows: inout [Int32], offsets: inout [Int32]
  ) {
    var total: Int32 = 0
    for row in counts.indices where counts[row] > 0 {
      rows.append(Int32(row))
      let spikes = counts[row]
      counts[row] = total
      total += spikes
      offsets.append(total)
    }
  }

  private static func resize(_ values: inout [Int32], to count: Int) {
    if values.count > count {
      values.removeLast(values.count - count)
    } else {
      values.append(contentsOf: repeatElement(0, count: count - values.count))
    }
  }
}
