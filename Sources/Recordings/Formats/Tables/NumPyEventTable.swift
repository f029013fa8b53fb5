/// Events in one NumPy array, or in one for each of time, x, y and polarity.
final class NumPyEventTable: EventTable {
  /// A column and where its numbers lie.
  private struct Source {
    var column: CSVEventLayout.Column
    var array: Int
    var field: NumPyHeader.Field
    /// Byte of the array, after its header, at which the first row of this column begins.
    var start = 0
  }

  let formatName: String
  let sensor: SensorSize? = nil
  let clock: TableClock
  let rowCount: Int
  let blockRows = 1 << 15
  private let path: String
  private var arrays: [NumPyArrayBytes]
  private let sources: [Source]
  /// Bytes from one row to the next.
  private let strides: [Int]
  private var buffer: [UInt8] = []

  /// Events in an `.npy` file.
  convenience init(
    array file: SizedFile, columns: [CSVEventLayout.Column], timeUnit: TimeUnit?
  ) throws(RecordingError) {
    let array = try NumPyArrayBytes(file: file)
    try self.init(single: array, path: file.path, formatName: "NumPy array", columns: columns, timeUnit: timeUnit)
  }

  /// Events in an `.npz` file.
  convenience init(
    archive file: SizedFile, columns: [CSVEventLayout.Column], timeUnit: TimeUnit?
  ) throws(RecordingError) {
    let archive = try ZipArchive(file: file)
    let entries = archive.entries.filter { $0.name.hasSuffix(".npy") }
    let format = "NumPy archive"
    var named: [(column: CSVEventLayout.Column, entry: ZipArchive.Entry)] = []
    for entry in entries {
      guard let column = HDF5EventFinder.column(named: String(entry.name.dropLast(4))),
        !named.contains(where: { $0.column == column })
      else { continue }
      named.append((column, entry))
    }
    if named.count == 4 {
      var arrays: [NumPyArrayBytes] = []
      for (_, entry) in named { arrays.append(try NumPyArrayBytes(archive: archive, entry: entry)) }
      try self.init(
        columns: named.map(\.column), arrays: arrays, path: file.path, formatName: format, timeUnit: timeUnit)
      return
    }
    guard entries.count == 1 else {
      throw RecordingError.fileFormat(
        file: file.path, part: "arrays", expected: "arrays t, x, y and p, or one array of events",
        found: entries.isEmpty ? "none" : entries.prefix(12).map(\.name).joined(separator: ", "))
    }
    let array = try NumPyArrayBytes(archive: archive, entry: entries[0])
    try self.init(single: array, path: file.path, formatName: format, columns: columns, timeUnit: timeUnit)
  }

  /// One array of records or one table.
  private init(
    single array: NumPyArrayBytes, path: String, formatName: String, columns: [CSVEventLayout.Column],
    timeUnit: TimeUnit?
  ) throws(RecordingError) {
    let header = array.header
    self.path = path
    self.formatName = formatName
    arrays = [array]
    if header.shape.count == 2, header.fields.count == 1, header.shape[1] == columns.count {
      let field = header.fields[0]
      if field.kind == .floating, timeUnit == nil {
        throw RecordingError.setting(
          name: "unit of time in \(path)", expected: "s, ms, us or ns, since its times are fractional", found: "none")
      }
      try array.requireFitting(path: path)
      rowCount = header.shape[0]
      let isFortran = header.isFortranOrder
      guard !isFortran || !array.isPacked else {
        throw RecordingError.fileFormat(
          file: path, part: array.name, expected: "a table in C order, as numpy.ascontiguousarray makes it",
          found: "Fortran order")
      }
      strides = [isFortran ? field.size : field.size * columns.count]
      var sources: [Source] = []
      for (index, column) in columns.enumerated() where column != .ignored {
        var source = Source(column: column, array: 0, field: field)
        if isFortran { source.start = index * rowCount * field.size } else { source.field.offset = index * field.size }
        sources.append(source)
      }
      self.sources = sources
      clock = TableClock(unit: timeUnit ?? .microseconds)
      return
    }
    var sources: [Source] = []
    for column in [CSVEventLayout.Column.time, .x, .y, .polarity] {
      guard let field = header.fields.first(where: { HDF5EventFinder.column(named: $0.name) == column }) else {
        continue
      }
      sources.append(Source(column: column, array: 0, field: field))
    }
    guard sources.count == 4, header.shape.count == 1 else {
      throw RecordingError.fileFormat(
        file: path, part: array.name, expected: "records with t, x, y and p, or a table of \(columns.count) columns",
        found: "fields [\(header.fields.map(\.name).joined(separator: ", "))] of shape \(header.shape)")
    }
    try array.requireFitting(path: path)
    rowCount = header.shape[0]
    strides = [header.elementBytes]
    self.sources = sources
    clock = TableClock(unit: timeUnit ?? TableClock.usualUnit(of: sources[0].field.kind))
  }

  /// An array for each column.
  private init(
    columns: [CSVEventLayout.Column], arrays: [NumPyArrayBytes], path: String, formatName: String, timeUnit: TimeUnit?
  ) throws(RecordingError) {
    (self.path, self.formatName, self.arrays) = (path, formatName, arrays)
    let count = arrays[0].header.elementCount
    for array in arrays {
      let header = array.header
      guard header.fields.count == 1, header.fields[0].name.isEmpty, let own = header.elementCount, own == count,
        header.shape.count == 1
      else {
        throw RecordingError.fileFormat(
          file: path, part: array.name, expected: "one number an event, as many as \(arrays[0].name) has",
          found: "shape \(header.shape)")
      }
      try array.requireFitting(path: path)
    }
    rowCount = count ?? 0
    strides = arrays.map(\.header.elementBytes)
    sources = columns.indices.map {
      Source(column: columns[$0], array: $0, field: arrays[$0].header.fields[0])
    }
    let times = sources.first { $0.column == .time }?.field.kind ?? .signed
    clock = TableClock(unit: timeUnit ?? TableClock.usualUnit(of: times))
  }

  func part(row: Int, column: CSVEventLayout.Column?) -> String {
    let source = sources.first { $0.column == column } ?? sources[0]
    let field = source.field.name.isEmpty ? "" : "." + source.field.name
    return "\(arrays[source.array].name)[\(row)]\(column == nil ? "" : field)"
  }

  func read(_ rows: Range<Int>, into columns: inout EventColumns) throws(RecordingError) {
    func kind(_ column: CSVEventLayout.Column) -> EventColumns.Kind {
      sources.first { $0.column == column }?.field.kind ?? .signed
    }
    columns.layOut(
      rows: rows.count, inRows: false, kinds: (kind(.time), kind(.x), kind(.y), kind(.polarity)))
    var good = rows.count
    var failure: RecordingError?
    var held: (source: Source, bytes: Int)?
    for source in sources {
      let stride = strides[source.array]
      // Fields of one record share the bytes.
      if held?.source.array != source.array || held?.source.start != source.start {
        var bytes = 0
        do {
          try readBytes(
            of: source.array, at: source.start + rows.lowerBound * stride, count: rows.count * stride, &bytes)
        } catch {
          failure = failure ?? error
        }
        held = (source, bytes)
      }
      good = min(good, (held?.bytes ?? 0) / stride)
      let column = columns[source.column]
      buffer.withUnsafeBytes { bytes in
        columns.storage.withUnsafeMutableBufferPointer {
          source.field.read(bytes, elementBytes: stride, count: good, into: $0, column: column)
        }
      }
    }
    columns.count = good
    if let failure { throw failure }
  }

  private func readBytes(of array: Int, at offset: Int, count: Int, _ filled: inout Int) throws(RecordingError) {
    if buffer.count < count { buffer = [UInt8](repeating: 0, count: count) }
    var filledBytes = 0
    defer { filled = filledBytes }
    try buffer.withUnsafeMutableBufferPointer { bytes throws(RecordingError) in
      let part = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[..<count])
      try arrays[array].read(into: part, at: offset, filled: &filledBytes)
    }
  }
}

/// The bytes of a NumPy array, in a file of its own or in an archive.
final class NumPyArrayBytes {
  /// How errors call it.
  let name: String
  let header: NumPyHeader
  private let file: SizedFile
  /// The archive and the entry where it is in one.
  private let packed: (archive: ZipArchive, entry: ZipArchive.Entry)?
  private var reader: InflatingReader?
  /// Bytes after the header that the reader has given.
  private var position = 0

  init(file: SizedFile) throws(RecordingError) {
    name = "array"
    self.file = file
    packed = nil
    var offset = 0
    header = try NumPyHeader(file: file.path) { count throws(RecordingError) in
      defer { offset += count }
      return try file.bytes(at: offset, count: count, of: "a header")
    }
  }

  init(archive: ZipArchive, entry: ZipArchive.Entry) throws(RecordingError) {
    name = entry.name
    file = archive.file
    packed = (archive, entry)
    let reader = try archive.reader(of: entry)
    header = try NumPyHeader(file: "\(archive.file.path), \(entry.name)") { count throws(RecordingError) in
      try Self.take(count, from: reader, of: entry, in: archive.file.path)
    }
    self.reader = reader
  }

  /// Whether the bytes can only be read from the first to the last.
  var isPacked: Bool { packed != nil }

  /// Throws where more bytes are declared than any file has.
  func requireFitting(path: String) throws(RecordingError) {
    guard let elements = header.elementCount, elements <= (1 << 56) / header.elementBytes else {
      throw RecordingError.fileFormat(
        file: path, part: name, expected: "an array that fits into a file", found: "shape \(header.shape)")
    }
  }

  /// Fills `buffer` with bytes of the array from `offset` after its header on; `filled` says how many there were.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int, filled: inout Int) throws(RecordingError) {
    guard let packed else {
      filled = try file.read(into: buffer, at: header.byteCount + offset)
      guard filled == buffer.count else {
        throw RecordingError.truncated(
          file: file.path,
          byte: file.clamped(header.byteCount + (offset + filled) / header.elementBytes * header.elementBytes),
          expected: "an array of shape \(header.shape)", found: "the end of the file")
      }
      return
    }
    do {
      try reader(at: offset, packed.archive, packed.entry).read(into: buffer, filled: &filled)
    } catch {
      // Nothing can be read on from where it stands.
      reader = nil
      throw error
    }
    position += filled
    guard filled == buffer.count else {
      throw RecordingError.truncated(
        file: file.path, byte: packed.entry.header, expected: "'\(name)' of shape \(header.shape)",
        found: "\(position) bytes of it")
    }
  }

  /// A reader that stands at a byte after the header; to go back it begins again.
  private func reader(
    at offset: Int, _ archive: ZipArchive, _ entry: ZipArchive.Entry
  ) throws(RecordingError) -> InflatingReader {
    if offset < position || reader == nil {
      reader = try archive.reader(of: entry)
      position = -header.byteCount
    }
    guard let reader else { throw RecordingError.unreadable(path: file.path, reason: "no reader") }
    while position < offset {
      position += try Self.take(min(offset - position, 1 << 16), from: reader, of: entry, in: file.path).count
    }
    return reader
  }

  private static func take(
    _ count: Int, from reader: InflatingReader, of entry: ZipArchive.Entry, in path: String
  ) throws(RecordingError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    try bytes.withUnsafeMutableBufferPointer { buffer throws(RecordingError) in
      try reader.read(into: UnsafeMutableRawBufferPointer(buffer), filled: &filled)
    }
    guard filled == count else {
      throw RecordingError.truncated(
        file: path, byte: entry.header, expected: "'\(entry.name)' with \(count) more bytes", found: "\(filled)")
    }
    return bytes
  }
}
