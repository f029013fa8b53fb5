/// Turns events into the bytes of a format; the bytes do not depend on how the events are cut into batches.
protocol EventFormatEncoder {
  /// Name of the format with its version.
  var formatName: String { get }
  /// What the format can hold.
  var limits: EventLimits { get }

  /// What stands before the first event; its length does not depend on the number of events.
  func header(eventCount: Int) -> [UInt8]
  /// Writes events that the format can hold.
  mutating func encode(_ events: EventRun, to output: StreamedFile) throws(RecordingError)
  /// Writes what is held back.
  mutating func finish(to output: StreamedFile) throws(RecordingError)
}

extension EventFormatEncoder {
  /// Nothing is held back.
  mutating func finish(to output: StreamedFile) {}
}

/// Some thousand events in a row.
struct EventRun {
  /// Most events of a run.
  static let mostEvents = 4096

  /// Times in µs.
  let timestampsInMicroseconds: UnsafeBufferPointer<Int64>
  /// Columns.
  let x: UnsafeBufferPointer<UInt16>
  /// Rows.
  let y: UnsafeBufferPointer<UInt16>
  /// 1 ON, 0 OFF.
  let polarities: UnsafeBufferPointer<UInt8>

  /// Number of events.
  var count: Int { x.count }

  /// Hands the events of a batch to `body`, in runs.
  static func forEach(
    in batch: EventBatch, _ body: (EventRun) throws(RecordingError) -> Void
  ) throws(RecordingError) {
    try batch.timestampsInMicroseconds.withUnsafeBufferPointer { times throws(RecordingError) in
      try batch.x.withUnsafeBufferPointer { x throws(RecordingError) in
        try batch.y.withUnsafeBufferPointer { y throws(RecordingError) in
          try batch.polarities.withUnsafeBufferPointer { polarities throws(RecordingError) in
            for start in stride(from: 0, to: batch.count, by: mostEvents) {
              let range = start..<min(start + mostEvents, batch.count)
              try body(
                EventRun(
                  timestampsInMicroseconds: UnsafeBufferPointer(rebasing: times[range]),
                  x: UnsafeBufferPointer(rebasing: x[range]),
                  y: UnsafeBufferPointer(rebasing: y[range]),
                  polarities: UnsafeBufferPointer(rebasing: polarities[range])))
            }
          }
        }
      }
    }
  }
}

/// A recording whose format is a sequence of bytes.
final class EventFileWriter<Encoder: EventFormatEncoder>: EventWriter {
  var formatName: String { encoder.formatName }
  private(set) var eventCount = 0
  var losses: EventLosses { admission.losses }
  var originInMicroseconds: Int64? { admission.originInMicroseconds }

  private var encoder: Encoder
  private var admission: EventAdmission
  private let output: StreamedFile
  private var isFinished = false

  init(path: String, encoder: Encoder, settings: EventWriterSettings) throws(RecordingError) {
    self.encoder = encoder
    admission = try EventAdmission(
      encoder.limits, settings: settings, formatName: encoder.formatName)
    output = try StreamedFile(path: path)
    try output.write(encoder.header(eventCount: 0))
  }

  func append(_ batch: EventBatch) throws(RecordingError) {
    precondition(!isFinished, "the recording is finished")
    let admitted = admission.admit(batch)
    eventCount += admitted.count
    try EventRun.forEach(in: admitted) { run throws(RecordingError) in
      try encoder.encode(run, to: output)
    }
  }

  func finish() throws(RecordingError) {
    guard !isFinished else { return }
    isFinished = true
    try encoder.finish(to: output)
    let header = encoder.header(eventCount: eventCount)
    if header != encoder.header(eventCount: 0) { try output.overwriteBeginning(with: header) }
    try output.publish()
  }
}
