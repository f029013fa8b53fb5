/// The events of a file whose format is a sequence of bytes, read in chunks.
public final class EventFile: SeekableEventSource {
  /// Name of the format with its version.
  public var formatName: String { place.decoder.formatName }
  /// Size of the camera: as the user stated it, or as the file does.
  public var sensor: SensorSize? { statedSensor ?? place.decoder.sensor }
  /// How the file ended; `nil` while there is more to read.
  public private(set) var end: StreamEnd?
  /// What happened to time stamps so far.
  public var timestampCounts: TimestampCounts {
    var counts = place.gate.counts
    counts.wraps = place.decoder.wrapCount
    return counts
  }
  /// What was passed over so far.
  public var skipped: [SkippedEntries] { place.decoder.skipped }

  /// Where reading stands: all that the events after it depend on.
  private struct Place {
    var decoder: any EventDecoder
    var gate: EventGate
    /// Bytes that the decoder has taken.
    var byte = 0
  }

  /// A place that was passed, to come back to.
  private struct Savepoint {
    var place: Place
    /// Time of the latest event before it.
    var time: Int64
  }

  private let path: String
  private let reader: ByteReader
  private let statedSensor: SensorSize?
  private var chunk: [UInt8]
  private var unread: Range<Int> = 0..<0
  private var place: Place
  private let beginning: Place
  private var savepoints: [Savepoint] = []
  private var savepointDistance: Int
  private var pendingError: RecordingError?
  private var leftover = EventBatch()

  /// Places remembered at most.
  package static let mostSavepoints = 1024
  /// Places remembered so far.
  package var savepointCount: Int { savepoints.count }

  /// Opens a file and reads its header.
  /// - Parameters:
  ///   - path: The file.
  ///   - decoder: A decoder at the beginning of its format.
  ///   - sensor: Size of the camera, for files that do not state it; overrides those that do.
  ///   - order: What to do with times that go back.
  ///   - chunkSize: Bytes read at a time; the events do not depend on it.
  ///   - savepointDistance: Bytes between the places that are remembered to come back to; grows with the length of the file.
  /// - Throws: `RecordingError`: the file cannot be read, or its header is damaged.
  public init(
    path: String, decoder: any EventDecoder, sensor: SensorSize? = nil, order: TimestampOrder = .clamp,
    chunkSize: Int = 1 << 16, savepointDistance: Int = 1 << 22
  ) throws(RecordingError) {
    precondition(chunkSize > 0 && savepointDistance > 0, "a chunk holds at least one byte")
    self.savepointDistance = savepointDistance
    self.path = path
    reader = try ByteReader(path: path)
    statedSensor = sensor
    chunk = [UInt8](repeating: 0, count: chunkSize)
    beginning = Place(decoder: decoder, gate: EventGate(name: path, order: order))
    place = beginning
    // The first events wait; a flaw among them is reported when they are asked for, a flaw of the header now.
    do {
      while end == nil, !place.decoder.isHeaderRead { try advance(into: &leftover) }
    } catch {
      guard place.decoder.isHeaderRead else { throw error }
      pendingError = error
    }
  }

  /// Replaces the contents of `batch` by the next events; see ``EventSource/next(into:)``.
  public func next(into batch: inout EventBatch) throws(RecordingError) -> Bool {
    batch.removeAll()
    batch.take(from: &leftover)
    if batch.count == 0, let error = pendingError {
      pendingError = nil
      end = end ?? error.streamEnd
      throw error
    }
    guard pendingError == nil else { return batch.count > 0 }
    do {
      while end == nil, !batch.isFull { try advance(into: &batch) }
    } catch {
      end = error.streamEnd
      // Good events come first; the error waits for the next call.
      if batch.count == 0 { throw error }
      pendingError = error
    }
    return batch.count > 0
  }

  /// Goes to the first event at or after a time.
  ///
  /// What was read before is reached in one step of a few megabytes; what was not is decoded up to there.
  public func seek(toMicroseconds time: Int64) throws(RecordingError) {
    let reached = savepoints.last { $0.time < time }
    place = reached?.place ?? beginning
    (unread, end, pendingError) = (0..<0, nil, nil)
    var batch = EventBatch()
    leftover.removeAll()
    while try next(into: &batch) {
      guard let first = batch.timestampsInMicroseconds.firstIndex(where: { $0 >= time }) else { continue }
      leftover = batch
      leftover.removeFirst(first)
      return
    }
  }

  /// Decodes what is left of the chunk, or reads the next one.
  private func advance(into batch: inout EventBatch) throws(RecordingError) {
    if unread.isEmpty { try readChunk() }
    let (first, before, isLast) = (batch.count, place, unread.isEmpty)
    let bytes = unread
    let outcome = decode(bytes, into: &batch)
    do {
      try place.gate.admit(&batch, from: first, sensor: sensor)
    } catch {
      throw error.error(file: path, byte: byte(ofEvent: error.index - first, in: bytes, from: before))
    }
    let taken = try outcome.get()
    place.byte += taken
    unread = unread.lowerBound + taken..<unread.upperBound
    if isLast { end = .clean }
  }

  /// Decodes a part of the chunk, or ends the recording where it is empty; returns how many bytes were taken.
  private func decode(_ part: Range<Int>, into batch: inout EventBatch) -> Result<Int, RecordingError> {
    do {
      guard !part.isEmpty else {
        try place.decoder.finish(into: &batch)
        return .success(0)
      }
      return .success(
        try chunk.withUnsafeBufferPointer { bytes throws(RecordingError) in
          try place.decoder.decode(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[part])), into: &batch)
        })
    } catch {
      return .failure(error)
    }
  }

  /// The byte at which the entry of an event begins: that entry is the first whose end gives the event. The decoder then stands
  /// behind the event, so that what it counted does not depend on how the bytes were cut.
  private func byte(ofEvent index: Int, in part: Range<Int>, from before: Place) -> Int {
    /// How many events the first bytes of the part give, as far as `index`, and how many bytes begin another entry then.
    func decodeFirst(_ count: Int) -> (events: Int, pending: Int) {
      place = before
      guard count > 0 else { return (0, before.decoder.pendingByteCount) }
      var batch = EventBatch(capacity: index + 1)
      _ = decode(part.lowerBound..<part.lowerBound + count, into: &batch)
      return (batch.count, place.decoder.pendingByteCount)
    }
    let gate = place.gate
    defer { place.gate = gate }
    var (short, long) = (0, part.count)
    while long - short > 1 {
      let middle = (short + long) / 2
      if decodeFirst(middle).events > index { long = middle } else { short = middle }
    }
    let pending = decodeFirst(short).pending
    _ = decodeFirst(long)
    return before.byte + short - pending
  }

  private func readChunk() throws(RecordingError) {
    rememberPlace()
    let offset = place.byte
    let count = try chunk.withUnsafeMutableBufferPointer { bytes throws(RecordingError) in
      try reader.read(into: UnsafeMutableRawBufferPointer(bytes), at: offset)
    }
    unread = 0..<count
  }

  /// Keeps places at even distances, of which at most `mostSavepoints` remain however long the file is.
  private func rememberPlace() {
    guard place.byte >= (savepoints.last?.place.byte ?? 0) + savepointDistance else { return }
    savepoints.append(Savepoint(place: place, time: place.gate.latest))
    guard savepoints.count > Self.mostSavepoints else { return }
    savepoints = savepoints.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    savepointDistance *= 2
  }
}
