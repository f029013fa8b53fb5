/// Spikes of a window: for each tick the ascending list of active rows, all alike or each with an amplitude.
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
  /// Amplitude of each active row, a fraction of full drive; empty for binary spikes, which drive their rows fully.
  public private(set) var amplitudes: [Float] = []
  /// Whether each active row has an amplitude of its own.
  public private(set) var isGraded = false

  /// Makes an empty raster for `rowCount` rows.
  public init(rowCount: Int) {
    self.rowCount = rowCount
  }

  /// Number of ticks.
  public var tickCount: Int { tickOffsets.count - 1 }
  /// Number of spikes in all ticks.
  public var spikeCount: Int { rows.count }

  /// Forgets all ticks, keeps the storage.
  /// - Parameter isGraded: whether active rows will have amplitudes.
  public mutating func removeAll(rowCount: Int? = nil, isGraded: Bool = false) {
    if let rowCount { self.rowCount = rowCount }
    self.isGraded = isGraded
    amplitudes.removeAll(keepingCapacity: true)
    tickOffsets.removeAll(keepingCapacity: true)
    tickOffsets.append(0)
    rows.removeAll(keepingCapacity: true)
  }

  /// Adds one active row to the tick being built, fully driven.
  /// - Precondition: `row` is above the rows already in this tick and below `rowCount`.
  @inlinable
  public mutating func appendRow(_ row: Int) {
    _appendRow(Int32(truncatingIfNeeded: row))
  }

  /// Adds one active row with its amplitude to the tick being built.
  /// - Precondition: the raster is graded, and `row` is above the rows already in this tick and below `rowCount`.
  public mutating func appendRow(_ row: Int, amplitude: Float) {
    precondition(isGraded, "a binary raster has no amplitudes")
    _appendRow(Int32(truncatingIfNeeded: row))
    amplitudes[amplitudes.count - 1] = amplitude
  }

  @usableFromInline
  mutating func _appendRow(_ row: Int32) {
    assert(row >= 0 && row < rowCount)
    assert(rows.count == Int(tickOffsets[tickCount]) || rows[rows.count - 1] < row)
    rows.append(row)
    if isGraded { amplitudes.append(1) }
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

  /// Calls `body` with the active rows of each tick of `window`; steps count from its start.
  public func forEachTick(in window: Range<Int>, _ body: (_ step: Int, _ active: UnsafeBufferPointer<Int32>) -> Void) {
    precondition(window.lowerBound >= 0 && window.upperBound <= tickCount, "the raster has \(tickCount) ticks")
    rows.withUnsafeBufferPointer { rows in
      tickOffsets.withUnsafeBufferPointer { offsets in
        for tick in window {
          let active = Int(offsets[tick])..<Int(offsets[tick + 1])
          body(tick - window.lowerBound, UnsafeBufferPointer(rebasing: rows[active]))
        }
      }
    }
  }

  /// Calls `body` with the driven rows of each tick of `window`; steps count from its start.
  public func forEachDrivenTick(in window: Range<Int>, _ body: (_ step: Int, _ driven: DrivenRows) -> Void) {
    guard isGraded else { return forEachTick(in: window) { step, active in body(step, DrivenRows(active)) } }
    amplitudes.withUnsafeBufferPointer { amplitudes in
      forEachTick(in: window) { step, active in
        let first = Int(tickOffsets[window.lowerBound + step])
        body(step, DrivenRows(active, amplitudes: amplitudes.baseAddress.map { $0 + first }))
      }
    }
  }

  /// Adds the ticks `window` of another raster, each with one more row behind its own, fully driven.
  /// - Precondition: both rasters are graded or neither is, and `row` is above all rows of the other and below `rowCount`.
  public mutating func append(_ other: SpikeRaster, window: Range<Int>, withRow row: Int) {
    precondition(isGraded == other.isGraded, "spikes and amplitudes do not mix")
    precondition(other.rowCount <= row && row < rowCount, "the row lies behind those of the other raster")
    for tick in window {
      let active = Int(other.tickOffsets[tick])..<Int(other.tickOffsets[tick + 1])
      rows.append(contentsOf: other.rows[active])
      if isGraded { amplitudes.append(contentsOf: other.amplitudes[active]) }
      _appendRow(Int32(truncatingIfNeeded: row))
      _endTick()
    }
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

extension SpikeRaster {
  /// Adds spikes and ticks without a look at the storage for each; see ``append(atMostSpikes:atMostTicks:_:)``.
  public struct Appender: ~Copyable {
    private let rows: UnsafeMutableBufferPointer<Int32>
    private let offsets: UnsafeMutableBufferPointer<Int32>
    fileprivate private(set) var spikeCount: Int
    fileprivate private(set) var offsetCount: Int

    fileprivate init(
      rows: UnsafeMutableBufferPointer<Int32>, offsets: UnsafeMutableBufferPointer<Int32>, spikeCount: Int,
      offsetCount: Int
    ) {
      self.rows = rows
      self.offsets = offsets
      self.spikeCount = spikeCount
      self.offsetCount = offsetCount
    }

    /// Adds one active row to the tick being built, above the rows already in it.
    public mutating func appendRow(_ row: Int) {
      precondition(spikeCount < rows.count, "more spikes than announced")
      rows[spikeCount] = Int32(truncatingIfNeeded: row)
      spikeCount += 1
    }

    /// Adds the rows whose bits are set, bit 0 being row `firstRow`.
    public mutating func appendRows(bits: UInt64, firstRow: Int) {
      var left = bits
      while left != 0 {
        appendRow(firstRow + left.trailingZeroBitCount)
        left &= left - 1
      }
    }

    /// Ends the tick being built and begins the next.
    public mutating func endTick() {
      precondition(offsetCount < offsets.count, "more ticks than announced")
      offsets[offsetCount] = Int32(truncatingIfNeeded: spikeCount)
      offsetCount += 1
    }
  }

  /// Adds what `body` adds through the appender.
  ///
  /// - Parameters:
  ///   - spikes: most rows it may add.
  ///   - ticks: most ticks it may end.
  /// - Precondition: the raster is binary.
  public mutating func append(atMostSpikes spikes: Int, atMostTicks ticks: Int, _ body: (inout Appender) -> Void) {
    precondition(!isGraded, "an appender knows no amplitudes")
    let (spikeCount, offsetCount) = (rows.count, tickOffsets.count)
    rows.append(contentsOf: repeatElement(0, count: spikes))
    tickOffsets.append(contentsOf: repeatElement(0, count: ticks))
    let used = rows.withUnsafeMutableBufferPointer { rows in
      tickOffsets.withUnsafeMutableBufferPointer { offsets in
        var appender = Appender(rows: rows, offsets: offsets, spikeCount: spikeCount, offsetCount: offsetCount)
        body(&appender)
        return (spikes: appender.spikeCount, offsets: appender.offsetCount)
      }
    }
    rows.removeLast(rows.count - used.spikes)
    tickOffsets.removeLast(tickOffsets.count - used.offsets)
  }
}
