import CLZ4
import CZstd
import Synchronization

/// Decompresses packets, each of which is one frame of LZ4 or of Zstandard; shared by the copies of a decoder.
/// - Reference: LZ4 Frame Format Description, github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md; RFC 8878, Zstandard
final class AEDAT4Decompressor: @unchecked Sendable {
  typealias Failure = AEDAT4Payload.Failure

  private enum Codec {
    case lz4(OpaquePointer)
    case zstd(OpaquePointer)
  }

  private struct Step {
    var consumed: Int
    var isDone: Bool
    var failure: UnsafePointer<CChar>?
  }

  private let codec: Codec
  // Held while the codec works.
  private let lock = Mutex(())

  /// `nil` for files that are not compressed.
  init?(_ compression: AEDAT4Header.Compression) throws(Failure) {
    switch compression {
    case .none: return nil
    case .lz4, .lz4High:
      var context: OpaquePointer?
      LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
      guard let context else { throw .noMemory }
      codec = .lz4(context)
    case .zstd, .zstdHigh:
      guard let context = ZSTD_createDCtx() else { throw .noMemory }
      codec = .zstd(context)
    }
  }

  deinit {
    switch codec {
    case .lz4(let context): LZ4F_freeDecompressionContext(context)
    case .zstd(let context): ZSTD_freeDCtx(context)
    }
  }

  /// Decompresses one frame, in one piece: what the libraries make of a damaged one depends on how it is cut.
  /// - Parameters:
  ///   - parts: The frame but for its end.
  ///   - end: Its end.
  func decompress(_ parts: [[UInt8]], _ end: UnsafeRawBufferPointer) throws(Failure) -> AEDAT4Payload {
    guard !parts.isEmpty else { return try decompress(end) }
    var frame: [UInt8] = []
    frame.reserveCapacity(parts.reduce(0) { $0 + $1.count } + end.count)
    for part in parts { frame += part }
    frame += end
    return try frame.withUnsafeBufferPointer { frame throws(Failure) in try decompress(UnsafeRawBufferPointer(frame)) }
  }

  private func decompress(_ frame: UnsafeRawBufferPointer) throws(Failure) -> AEDAT4Payload {
    let payload = try AEDAT4Payload(capacity: 4 * frame.count)
    try lock.withLock { _ throws(Failure) in
      Self.reset(codec)
      var isDone = false
      try Self.feed(frame, to: codec, into: payload, isDone: &isDone)
      while !isDone {
        // What the codec holds back.
        let before = payload.count
        try Self.step(UnsafeRawBufferPointer(rebasing: frame[frame.count...]), codec, payload, &isDone)
        guard isDone || payload.count > before else { throw .damaged(found: "a frame that goes on after it") }
      }
    }
    return payload
  }

  private static func feed(
    _ bytes: UnsafeRawBufferPointer, to codec: Codec, into payload: AEDAT4Payload, isDone: inout Bool
  ) throws(Failure) {
    var taken = 0
    while taken < bytes.count {
      guard !isDone else { throw .damaged(found: "bytes after the frame") }
      let before = payload.count
      let consumed = try step(UnsafeRawBufferPointer(rebasing: bytes[taken...]), codec, payload, &isDone)
      guard consumed > 0 || payload.count > before || isDone else { throw .damaged(found: "a frame without progress") }
      taken += consumed
    }
  }

  @discardableResult
  private static func step(
    _ bytes: UnsafeRawBufferPointer, _ codec: Codec, _ payload: AEDAT4Payload, _ isDone: inout Bool
  ) throws(Failure) -> Int {
    var result = Step(consumed: 0, isDone: false, failure: nil)
    let hasRoom = try payload.append { room in
      let written: Int
      switch codec {
      case .lz4(let context): (result, written) = lz4Step(context, bytes, room)
      case .zstd(let context): (result, written) = zstdStep(context, bytes, room)
      }
      return written
    }
    guard hasRoom else { throw .damaged(found: "more than \(AEDAT4Payload.largest) bytes") }
    if let failure = result.failure { throw .damaged(found: "'\(String(cString: failure))'") }
    isDone = result.isDone
    return result.consumed
  }

  private static func lz4Step(
    _ context: OpaquePointer, _ bytes: UnsafeRawBufferPointer, _ room: UnsafeMutableRawBufferPointer
  ) -> (Step, written: Int) {
    var (consumed, written) = (bytes.count, room.count)
    let hint = LZ4F_decompress(context, room.baseAddress, &written, bytes.baseAddress, &consumed, nil)
    if LZ4F_isError(hint) != 0 { return (Step(consumed: 0, isDone: false, failure: LZ4F_getErrorName(hint)), 0) }
    return (Step(consumed: consumed, isDone: hint == 0, failure: nil), written)
  }

  private static func zstdStep(
    _ context: OpaquePointer, _ bytes: UnsafeRawBufferPointer, _ room: UnsafeMutableRawBufferPointer
  ) -> (Step, written: Int) {
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
    let hint = ZSTD_decompressStream(context, &output, &input)
    if ZSTD_isError(hint) != 0 { return (Step(consumed: 0, isDone: false, failure: ZSTD_getErrorName(hint)), 0) }
    return (Step(consumed: input.pos, isDone: hint == 0, failure: nil), output.pos)
  }

  private static func reset(_ codec: Codec) {
    switch codec {
    case .lz4(let context): LZ4F_resetDecompressionContext(context)
    case .zstd(let context): _ = ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    }
  }
}
