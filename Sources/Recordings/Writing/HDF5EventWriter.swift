import HDF5Store

/// HDF5: arrays `events/x`, `events/y`, `events/p` and `events/t` of one length.
///
/// These are the names of the DSEC data set (Gehrig et al. 2021, doi:10.1109/LRA.2021.3068942), so is `t_offset`, which was
/// subtracted from all times. `events` has the attributes `width` and `height` where the size of the camera is known.
final class HDF5EventWriter: EventWriter {
  let formatName = "HDF5 events"
  private(set) var eventCount = 0
  var losses: EventLosses { admission.losses }
  var originInMicroseconds: Int64? { admission.originInMicroseconds }

  private let partial: PartialFile
  private let file: HDF5File
  private var admission: EventAdmission
  private var times: [Int64] = []
  private var x: [UInt16] = []
  private var y: [UInt16] = []
  private var polarities: [UInt8] = []
  private var isOpen = true

  /// A multiple of the values of every chunk, so that no chunk is packed twice and the bytes do not depend on batches.
  private static let eventsPerStore = 1 << 20

  init(path: String, settings: EventWriterSettings, compression: EventCompression)
    throws(RecordingError)
  {
    admission = try EventAdmission(EventLimits(), settings: settings, formatName: formatName)
    let partial = try PartialFile(path: path)
    self.partial = partial
    file = try Self.writing(path) { () throws(HDF5Error) in
      let file = try HDF5File.create(at: partial.name)
      try Self.createArrays(in: file, compression: compression == .none ? .none : .deflate(level: 1))
      if let sensor = settings.sensor {
        try file.setAttribute("width", to: .number(Int64(sensor.width)), of: "events")
        try file.setAttribute("height", to: .number(Int64(sensor.height)), of: "events")
      }
      return file
    }
  }

  /// A file that was not finished is removed.
  deinit {
    if isOpen {
      try? file.close()
      partial.discard()
    }
  }

  private static func createArrays(in file: HDF5File, compression: HDF5Compression) throws(HDF5Error) {
    try file.createGrowing(
      "events/x", as: UInt16.self, units: "pixel",
      description: "column, from 0 at the left", compression: compression)
    try file.createGrowing(
      "events/y", as: UInt16.self, units: "pixel",
      description: "row, from 0 at the top", compression: compression)
    try file.createGrowing(
      "events/p", as: UInt8.self, units: "1",
      description: "polarity: 1 brighter (ON), 0 darker (OFF)", compression: compression)
    try file.createGrowing(
      "events/t", as: Int64.self, units: "us",
      description: "time of the event; t_offset was subtracted", compression: compression)
  }

  func append(_ batch: EventBatch) throws(RecordingError) {
    precondition(isOpen, "the recording is finished")
    let admitted = admission.admit(batch)
    eventCount += admitted.count
    times += admitted.timestampsInMicroseconds
    x += admitted.x
    y += admitted.y
    polarities += admitted.polarities.lazy.map { $0 & 1 }
    while times.count >= Self.eventsPerStore { try store(Self.eventsPerStore) }
  }

  /// Moves the first of the events held back to the file.
  private func store(_ count: Int) throws(RecordingError) {
    try Self.writing(partial.path) { () throws(HDF5Error) in
      try Self.move(count, of: &x, to: "events/x", of: file)
      try Self.move(count, of: &y, to: "events/y", of: file)
      try Self.move(count, of: &polarities, to: "events/p", of: file)
      try Self.move(count, of: &times, to: "events/t", of: file)
    }
  }

  private static func move<Scalar: HDF5Scalar>(
    _ count: Int, of values: inout [Scalar], to path: String, of file: HDF5File
  ) throws(HDF5Error) {
    try values.withUnsafeBufferPointer { values throws(HDF5Error) in
      try file.append(UnsafeBufferPointer(rebasing: values[..<count]), to: path)
    }
    values.removeFirst(count)
  }

  func finish() throws(RecordingError) {
    guard isOpen else { return }
    try store(times.count)
    try Self.writing(partial.path) { () throws(HDF5Error) in
      try file.write(
        originInMicroseconds ?? 0, to: "t_offset", units: "us",
        description: "what was subtracted from all times")
      try file.close()
    }
    try partial.publish()
    isOpen = false
  }

  private static func writing<Result>(
    _ path: String, _ body: () throws(HDF5Error) -> Result
  ) throws(RecordingError) -> Result {
    do throws(HDF5Error) {
      return try body()
    } catch {
      throw RecordingError.unwritable(path: path, reason: error.description)
    }
  }
}
