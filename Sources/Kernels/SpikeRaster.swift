/// Binary spikes of a window: for each tick the ascending list of active rows.
///
/// Stored as compressed ticks: the active rows of tick `t` are `rows[tickOffsets[t]..<tickOffsets[t + 1]]`.
/// Clearing keeps the capacity, so a raster that is filled again and again does not allocate.
public struct SpikeRaster: Sendable, Equatable {
  /// Number of rows (inputs) a spike may come from; every row index is below it.
  public private(set) var rowCount: Int
  /// Start of each tick in `rows`, and the end of the last; one longer than the number of ticks.
  public private(set) var tickOffsets: [Int32] = [0]
  /// Active rows, tick after tick, ascending and without repetition inside a tick.
  public private(set) var rows: [Int32] = []

  /// Makes an empty raster for `rowCount` rows.
  public init(rowCount: Int) {
    self.rowCount = rowCount
  }

  /// Number of ticks.
  public var tickCount: Int { tickOffsets.count - 1 }
  /// Number of spikes in all ticks.
  public var spikeCount: Int { rows.count }

  /// Forgets all ticks, keeps the storage.
  public mutating func removeAll(rowCount: Int? = nil) {
    if let rowCount { self.rowCount = rowCount }
    tickOffsets.removeAll(keepingCapacity: true)
    tickOffsets.append(0)
    rows.removeAll(keepingCapacity: true)
  }

  /// Adds one active row to the tick being built.
  /// - Precondition: `row` is above the rows already in this tick and below `rowCount`.
  @inlinable
  public mutating func appendRow(_ row: Int) {
    _appendRow(Int32(truncatingIfNeeded: row))
  }

  @usableFromInline
  mutating func _appendRow(_ row: Int32) {
    assert(row >= 0 && row < rowCount)
    assert(rows.count == Int(tickOffsets[tickCount]) || rows[rows.count - 1] < row)
    rows.append(row)
  }

  /// Ends the tick being built and begins the next.
  @inlinable
  public mutating func endTick() {
    _endTick()
  }

  @usableFromInline
  mutating func _endTick() {
    tickOffsets.append(Int32(rows.count))
  }

  /// Active rows of one tick.
  public func activeRows(at tick: Int) -> ArraySlice<Int32> {
    rows[Int(tickOffsets[tick])..<Int(tickOffsets[tick + 1])]
  }

  /// Adds a whole tick from rows in any order, with repetitions, which are merged.
  public mutating func appendTick(unordered candidates: some Sequence<Int>) {
    var previous = -1
    for row in candidates.sorted() where row != previous {
      appendRow(row)
      previous = row
    }
    endTick()
  }
}
