/// Cuts the bytes of a format whose entries all have one size, for bytes that arrive in pieces of any size.
struct EntryCutter: Sendable {
  /// Bytes of one entry.
  let size: Int
  /// Bytes taken so far, those of an entry that is not whole included.
  private(set) var byteOffset: Int
  private var held: [UInt8]

  /// - Parameters:
  ///   - byteOffset: Bytes of the recording already taken.
  ///   - held: The last of these, which begin an entry.
  init(size: Int, byteOffset: Int = 0, held: [UInt8] = []) {
    precondition(held.count < size, "an entry that has begun is not whole")
    (self.size, self.byteOffset, self.held) = (size, byteOffset, held)
  }

  /// Bytes of the entry that has begun.
  var pendingByteCount: Int { held.count }
  /// Where the entry begins that comes next or has begun.
  var entryOffset: Int { byteOffset - held.count }

  /// Hands whole entries to `decode` until the bytes end or the batch is full.
  /// - Parameter decode: gets the bytes of one or more whole entries, which begin at a byte of the recording, and adds the events
  ///   of as many as the batch has room for; returns how many entries it took.
  /// - Returns: Number of bytes taken.
  mutating func cut(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch,
    _ decode: (_ entries: UnsafeRawBufferPointer, _ offset: Int, _ batch: inout EventBatch) throws(RecordingError) ->
      Int
  ) throws(RecordingError) -> Int {
    var taken = 0
    if !held.isEmpty {
      guard !batch.isFull else { return 0 }
      taken = min(size - held.count, bytes.count)
      held.append(contentsOf: bytes[..<taken])
      byteOffset += taken
      guard held.count == size else { return taken }
      let entry = held
      held.removeAll(keepingCapacity: true)
      let offset = byteOffset - size
      _ = try entry.withUnsafeBufferPointer { entry throws(RecordingError) in
        try decode(UnsafeRawBufferPointer(entry), offset, &batch)
      }
    }
    let whole = (bytes.count - taken) / size * size
    if whole > 0, !batch.isFull {
      let run = UnsafeRawBufferPointer(rebasing: bytes[taken..<taken + whole])
      let used = try decode(run, byteOffset, &batch) * size
      byteOffset += used
      taken += used
      guard used == whole else { return taken }
    }
    if taken + size > bytes.count, !batch.isFull {
      held.append(contentsOf: bytes[taken...])
      byteOffset += bytes.count - taken
      taken = bytes.count
    }
    return taken
  }

  /// - Throws: `RecordingError.truncated` if an entry has begun.
  func finish(file: String, entry: String) throws(RecordingError) {
    guard !held.isEmpty else { return }
    throw RecordingError.truncated(
      file: file, byte: entryOffset, expected: "\(entry) of \(size) bytes", found: "\(held.count)")
  }
}
