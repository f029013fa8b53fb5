import HDF5Store

/// The events of an HDF5 file, in any of the layouts in use.
///
/// | layout | where |
/// |---|---|
/// | Prophesee | records of x, y, p, t in `CD/events`; its index is not needed |
/// | DSEC | `events/x`, `y`, `p`, `t` in µs, and `t_offset`, which is added to all |
/// | evlib, rpg_e2vid, tonic and others | `events`, or the file itself, with `x` or `xs`, and so on for y, p and t; or records |
/// | any | a table of four columns, where its name and the order of its columns are stated |
///
/// The unit of time is what is stated; else what the attribute `unit` or `units` of the times says; else seconds for
/// fractions and µs for whole numbers.
/// - Reference: Prophesee, "HDF5 Event File Format", docs.prophesee.ai; Gehrig et al., "DSEC: A Stereo Event Camera
///   Dataset for Driving Scenarios", IEEE Robotics and Automation Letters 6(3), 2021, and its page "Data Format".
public final class HDF5EventFile: EventTableFile {
  /// Opens a file and finds its events.
  /// - Parameters:
  ///   - path: The file.
  ///   - events: Path of the records, the table or the group of columns inside the file; `nil` to find it.
  ///   - columns: Order of the columns of a table without names.
  ///   - timeUnit: Unit of the times; `nil` for the rule above.
  ///   - sensor: Size of the camera; overrides what the file states.
  ///   - order: What to do with times that go back.
  /// - Throws: `RecordingError`: the file cannot be read, has no events, or a filter that it needs is missing.
  public init(
    path: String, events: String? = nil, columns: String = "t,x,y,p", timeUnit: TimeUnit? = nil,
    sensor: SensorSize? = nil, order: TimestampOrder = .clamp
  ) throws(RecordingError) {
    let layout = try CSVEventLayout(columns: columns)
    let finder = try HDF5EventFinder(path: path, columns: layout.columns)
    super.init(
      path: path, table: try finder.table(at: events, timeUnit: timeUnit), sensor: sensor, order: order)
  }
}

/// A column of events in an HDF5 file: a dataset, a member of records, or a column of a table.
struct HDF5EventColumn {
  var column: CSVEventLayout.Column
  /// Name of the dataset or the member.
  var name: String
  /// Place in a table.
  var index = 0
  var kind: EventColumns.Kind
}

/// Events in datasets of an HDF5 file.
final class HDF5EventTable: EventTable {
  /// How the columns lie.
  enum Form {
    /// Members of the records of one dataset.
    case records(String)
    /// A dataset each, in a group.
    case datasets(String)
    /// Columns of one dataset of that many.
    case table(String, width: Int)
  }

  let formatName: String
  let sensor: SensorSize?
  let clock: TableClock
  let rowCount: Int
  let blockRows: Int
  private let file: HDF5File
  private let form: Form
  private let columns: [HDF5EventColumn]
  private var wideRows: [UInt64] = []

  /// Most rows read at a time, whatever the chunks; a row takes 32 bytes.
  private static let mostBlockRows = 1 << 21
  private static let usualBlockRows = 1 << 15

  init(
    file: HDF5File, formatName: String, form: Form, columns: [HDF5EventColumn], rowCount: Int, chunkRows: Int?,
    clock: TableClock, sensor: SensorSize?
  ) {
    (self.file, self.formatName, self.form, self.columns) = (file, formatName, form, columns)
    (self.rowCount, self.clock, self.sensor) = (rowCount, clock, sensor)
    // Whole chunks, since each is decompressed for every read that touches it.
    let chunk = max(chunkRows ?? 1, 1)
    blockRows = min((Self.usualBlockRows + chunk - 1) / chunk * chunk, Self.mostBlockRows)
  }

  func part(row: Int, column: CSVEventLayout.Column?) -> String {
    let name = columns.first { $0.column == column }?.name
    return switch form {
    case .records(let path), .table(let path, _): "/\(path)[\(row)]" + (name.map { ".\($0)" } ?? "")
    case .datasets(let group): "/" + (group.isEmpty ? "" : group + "/") + "\(name ?? "*")[\(row)]"
    }
  }

  func read(_ rows: Range<Int>, into block: inout EventColumns) throws(RecordingError) {
    func kind(_ column: CSVEventLayout.Column) -> EventColumns.Kind {
      columns.first { $0.column == column }?.kind ?? .signed
    }
    let isInterleaved = if case .datasets = form { false } else { true }
    block.layOut(
      rows: rows.count, inRows: isInterleaved, kinds: (kind(.time), kind(.x), kind(.y), kind(.polarity)))
    do {
      switch form {
      case .records(let path): try readRecords(path, rows, into: &block)
      case .datasets(let group): try readDatasets(group, rows, into: &block)
      case .table(let path, let width): try readTable(path, width, rows, into: &block)
      }
    } catch {
      throw RecordingError.fileFormat(
        file: file.path, part: part(row: rows.lowerBound, column: nil), expected: "events that can be read",
        found: "\(error)")
    }
    block.count = rows.count
  }

  private func readRecords(_ path: String, _ rows: Range<Int>, into block: inout EventColumns) throws(HDF5Error) {
    let fields = columns.map { column in
      let type: any HDF5Scalar.Type =
        switch column.kind {
        case .signed: Int64.self
        case .unsigned: UInt64.self
        case .floating: Double.self
        }
      return HDF5Field(column.name, as: type, at: block[column.column].start * 8)
    }
    try block.storage.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
      try file.readRecords(
        path, rows: rows, fields: fields, recordBytes: 32, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  private func readDatasets(_ group: String, _ rows: Range<Int>, into block: inout EventColumns) throws(HDF5Error) {
    for column in columns {
      let start = block[column.column].start
      try block.storage.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
        let part = UnsafeMutableBufferPointer(rebasing: buffer[start..<start + rows.count])
        try read(group + "/" + column.name, [rows], column.kind, into: UnsafeMutableRawBufferPointer(part))
      }
    }
  }

  private func readTable(
    _ path: String, _ width: Int, _ rows: Range<Int>, into block: inout EventColumns
  ) throws(HDF5Error) {
    if wideRows.count != rows.count * width { wideRows = [UInt64](repeating: 0, count: rows.count * width) }
    try wideRows.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
      try read(path, [rows, 0..<width], columns[0].kind, into: UnsafeMutableRawBufferPointer(buffer))
    }
    for column in columns {
      let place = block[column.column]
      for row in 0..<rows.count { block.storage[place.start + row * 4] = wideRows[row * width + column.index] }
    }
  }

  /// Reads a block of numbers of eight bytes.
  private func read(
    _ path: String, _ block: [Range<Int>], _ kind: EventColumns.Kind, into buffer: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) {
    switch kind {
    case .signed: try file.read(path, block: block, into: buffer.bindMemory(to: Int64.self))
    case .unsigned: try file.read(path, block: block, into: buffer.bindMemory(to: UInt64.self))
    case .floating: try file.read(path, block: block, into: buffer.bindMemory(to: Double.self))
    }
  }
}
