/// The events of a NumPy file: `.npy`, or `.npz`, which is a ZIP archive of such arrays.
///
/// Events are an array of records with fields for time, x, y and polarity in any order, by the names that tools give them (`t`,
/// `ts`, `timestamp`, `x`, `xs`, `p`, `polarity`, `on` and so on); or, in an `.npz`, an array for each under such a name;
/// or a table of numbers with one row an event. Whole and fractional numbers of all sizes are read.
///
/// The unit of time is what is stated; else seconds for fractions and µs for whole numbers. Fractional times in a table
/// whose numbers are all of one type may be in either, so there the unit must be stated.
/// - Reference: NumPy documentation, "numpy.lib.format".
public final class NumPyEventFile: EventTableFile {
  /// Opens a file and reads its headers.
  /// - Parameters:
  ///   - path: The file.
  ///   - columns: Order of the columns of a table without names.
  ///   - timeUnit: Unit of the times; `nil` for the rule above.
  ///   - sensor: Size of the camera, which these files do not state.
  ///   - order: What to do with times that go back.
  /// - Throws: `RecordingError`: the file cannot be read, is no NumPy file, or has no events.
  public init(
    path: String, columns: String = "t,x,y,p", timeUnit: TimeUnit? = nil, sensor: SensorSize? = nil,
    order: TimestampOrder = .clamp
  ) throws(RecordingError) {
    let layout = try CSVEventLayout(columns: columns)
    let file = try SizedFile(path: path)
    let isArchive = try file.bytes(at: 0, count: min(file.size, 2), of: "a mark") == Array("PK".utf8)
    let table =
      isArchive
      ? try NumPyEventTable(archive: file, columns: layout.columns, timeUnit: timeUnit)
      : try NumPyEventTable(array: file, columns: layout.columns, timeUnit: timeUnit)
    super.init(path: path, table: table, sensor: sensor, order: order)
  }
}
