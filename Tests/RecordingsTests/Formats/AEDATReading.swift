import Recordings

extension Place {
  static let formats = data + "/formats"
}

/// What a decoder makes of bytes that come in pieces.
struct Reading<Decoder: EventDecoder> {
  var events: [TestEvent] = []
  var end = StreamEnd.clean
  var error: RecordingError?
  var decoder: Decoder

  /// Feeds the bytes as a file would be: what is not taken, because the batch is full, again.
  /// - Parameter pieces: Bytes given at a time; all of them by default.
  init(_ bytes: [UInt8], pieces: Int = .max, capacity: Int = 64, _ decoder: () -> Decoder) {
    self.decoder = decoder()
    do {
      try read(bytes, pieces: pieces, capacity: capacity)
    } catch {
      switch error {
      case .truncated(_, let byte, _, _): end = .truncated(byte: byte)
      case .corrupt(_, let byte, _, _): end = .corrupt(byte: byte)
      default: fatalError("a decoder ends in truncated or corrupt: \(error)")
      }
      self.error = error
    }
  }

  private mutating func read(_ bytes: [UInt8], pieces: Int, capacity: Int) throws(RecordingError) {
    var batch = EventBatch(capacity: capacity)
    var start = 0
    while start < bytes.count {
      let piece = Array(bytes[start..<start + min(pieces, bytes.count - start)])
      batch.removeAll()
      // What came before a damaged place counts.
      defer { events += batch.events }
      let taken = try piece.withUnsafeBufferPointer { piece throws(RecordingError) in
        try decoder.decode(UnsafeRawBufferPointer(piece), into: &batch)
      }
      guard taken == piece.count || batch.isFull else { fatalError("bytes were left although there was room") }
      start += taken
    }
    batch.removeAll()
    defer { events += batch.events }
    try decoder.finish(into: &batch)
  }
}
