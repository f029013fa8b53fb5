/// A table with one row an event, of which any rows can be read.
protocol EventTable: AnyObject {
  var formatName: String { get }
  var sensor: SensorSize? { get }
  var clock: TableClock { get }
  /// Number of rows, as the file says.
  var rowCount: Int { get }
  /// How many rows are best read at a time.
  var blockRows: Int { get }
  /// Names a place in errors.
  func part(row: Int, column: CSVEventLayout.Column?) -> String

  /// Replaces `columns` by these rows. After an error, those that were read are in `columns` all the same.
  func read(_ rows: Range<Int>, into columns: inout EventColumns) throws(RecordingError)
}

/// The events of a file that is a table: HDF5 and NumPy.
///
/// Rows are read in blocks, so memory does not depend on the length of the file.
public class EventTableFile: SeekableEventSource {
  /// Name of the format with its version.
  public var formatName: String { table.formatName }
  /// Size of the camera: as the user stated it, or as the file does.
  public var sensor: SensorSize? { statedSensor ?? table.sensor }
  /// How the table ended; `nil` while there is more to read.
  public private(set) var end: StreamEnd?
  /// What happened to time stamps so far.
  public var timestampCounts: TimestampCounts { gate.counts }
  /// Nothing: a table holds events only.
  public var skipped: [SkippedEntries] { [] }
  /// Number of events, as the file says.
  public var eventCount: Int { table.rowCount }

  private let path: String
  private let table: any EventTable
  private let statedSensor: SensorSize?
  private let order: TimestampOrder
  private var gate: EventGate
  private var columns = EventColumns()
  /// Rows of the table that `columns` holds and that were not handed out.
  private var unread: Range<Int> = 0..<0
  /// First row of `columns`.
  private var blockStart = 0
  private var blockError: RecordingError?
  private var pendingError: RecordingError?
  private var leftover = EventBatch()
  private var savepoints: [Savepoint] = []
  private var savepointDistance = 1 << 20

  /// A place that was passed, to come back to.
  private struct Savepoint {
    var row: Int
    var gate: EventGate
  }

  private static let mostSavepoints = 1024

  init(path: String, table: any EventTable, sensor: SensorSize?, order: TimestampOrder) {
    (self.path, self.table, statedSensor, self.order) = (path, table, sensor, order)
    gate = EventGate(name: path, order: order)
  }

  /// Replaces the contents of `batch` by the next events; see ``EventSource/next(into:)``.
  public func next(into batch: inout EventBatch) throws(RecordingError) -> Bool {
    batch.removeAll()
    batch.take(from: &leftover)
    if batch.count == 0, let error = pendingError {
      pendingError = nil
      throw error
    }
    do {
      while end == nil, !batch.isFull { try advance(into: &batch) }
    } catch {
      // Good events come first; the error waits for the next call.
      if batch.count == 0 { throw error }
      pendingError = error
    }
    return batch.count > 0
  }

  /// Goes to the first event at or after a time.
  ///
  /// What was read before is reached in one step; what was not is read up to there.
  public func seek(toMicroseconds time: Int64) throws(RecordingError) {
    let reached = savepoints.last { $0.gate.latest < time }
    gate = reached?.gate ?? EventGate(name: path, order: order)
    let row = reached?.row ?? 0
    (unread, blockStart, columns.count) = (row..<row, row, 0)
    (end, blockError, pendingError) = (nil, nil, nil)
    leftover.removeAll()
    var batch = EventBatch()
    while try next(into: &batch) {
      guard let first = batch.timestampsInMicroseconds.firstIndex(where: { $0 >= time }) else { continue }
      leftover = batch
      leftover.removeFirst(first)
      return
    }
  }

  /// Adds events of the block, or reads the next one.
  private func advance(into batch: inout EventBatch) throws(RecordingError) {
    if unread.isEmpty { try readBlock() }
    guard !unread.isEmpty else { return }
    let first = batch.count
    var flaw: EventColumns.Flaw?
    batch.append { free, room in
      let start = unread.lowerBound - blockStart
      let written = columns.write(start..<start + min(room, unread.count), into: free, clock: table.clock)
      flaw = written.flaw
      return written.count
    }
    let firstRow = unread.lowerBound
    unread = firstRow + batch.count - first..<unread.upperBound
    do {
      try gate.admit(&batch, from: first, sensor: sensor)
    } catch {
      throw corrupt(row: firstRow + error.index - first, column: nil, expected: error.expected, found: error.found)
    }
    guard let flaw else { return }
    throw corrupt(
      row: blockStart + flaw.row, column: flaw.column, expected: flaw.column.expectation, found: flaw.found)
  }

  private func corrupt(
    row: Int, column: CSVEventLayout.Column?, expected: String, found: String
  ) -> RecordingError {
    end = .corruptEvent(index: row)
    return .fileFormat(file: path, part: table.part(row: row, column: column), expected: expected, found: found)
  }

  private func readBlock() throws(RecordingError) {
    let row = unread.upperBound
    if let error = blockError {
      blockError = nil
      end = error.streamEnd ?? .corruptEvent(index: row)
      throw error
    }
    guard row < table.rowCount else {
      end = .clean
      return
    }
    rememberPlace(row)
    do {
      try table.read(row..<min(row + table.blockRows, table.rowCount), into: &columns)
    } catch {
      blockError = error
    }
    (blockStart, unread) = (row, row..<row + columns.count)
  }

  /// Keeps places at even distances, of which at most `mostSavepoints` remain however long the table is.
  private func rememberPlace(_ row: Int) {
    guard row >= (savepoints.last?.row ?? 0) + savepointDistance else { return }
    savepoints.append(Savepoint(row: row, gate: gate))
    guard savepoints.count > Self.mostSavepoints else { return }
    savepoints = savepoints.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    savepointDistance *= 2
  }
}
