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
  private var counts: [Int32] = []

  /// Makes an empty transpose.
  public init() {}

  /// Sorts the spikes of the ticks `window` of `raster` by row; ticks count from the start of the window. Reuses the
  /// storage. O(spikes + rows).
  public mutating func transpose(_ raster: SpikeRaster, window: Range<Int>) {
    counts.removeAll(keepingCapacity: true)
    counts.append(contentsOf: repeatElement(0, count: raster.rowCount))
    let spikes = Int(raster.tickOffsets[window.lowerBound])..<Int(raster.tickOffsets[window.upperBound])
    for row in raster.rows[spikes] { counts[Int(row)] += 1 }
    rows.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
    var total: Int32 = 0
    for row in 0..<raster.rowCount where counts[row] > 0 {
      rows.append(Int32(row))
      let spikes = counts[row]
      counts[row] = total
      total += spikes
      offsets.append(total)
    }
    if ticks.count != Int(total) {
      ticks.removeAll(keepingCapacity: true)
      ticks.append(contentsOf: repeatElement(0, count: Int(total)))
    }
    for tick in window {
      for position in Int(raster.tickOffsets[tick])..<Int(raster.tickOffsets[tick + 1]) {
        let row = Int(raster.rows[position])
        ticks[Int(counts[row])] = Int32(tick - window.lowerBound)
        counts[row] += 1
      }
    }
  }
}
