/// How the message of a sensor carries one sample of its channels.
public struct SamplePayload: Sendable, Equatable {
  /// The way numbers are written.
  public enum Encoding: Sendable, Equatable, CaseIterable {
    /// A JSON number, for one channel, or an array of numbers: `[0.25, -1e3]`.
    case json
    /// Numbers in decimal notation with commas between: `0.25, -1e3`.
    case csv
    /// 32-bit IEEE numbers, little-endian, one after another.
    case float32
  }

  /// The way numbers are written.
  public let encoding: Encoding
  /// Number of channels.
  public let channelCount: Int
  /// Whether the time of the sample in µs comes first: another number, or in `float32` a 64-bit integer.
  public let hasTime: Bool

  /// Checks and sets all fields.
  /// - Throws: `RecordingError.setting`.
  public init(encoding: Encoding, channelCount: Int, hasTime: Bool = false) throws(RecordingError) {
    guard (1...SensorRecordingFile.channelLimit).contains(channelCount) else {
      throw RecordingError.setting(
        name: "channels of a sample", expected: "1 to \(SensorRecordingFile.channelLimit)", found: "\(channelCount)")
    }
    (self.encoding, self.channelCount, self.hasTime) = (encoding, channelCount, hasTime)
  }

  /// Reads a message: the time in µs, if it has one, and a finite value for each channel.
  /// - Parameter values: Gets the values.
  /// - Returns: `nil` unless the message is one whole sample; the values are undefined then.
  package func decode(_ bytes: UnsafeRawBufferPointer, into values: inout [Float]) -> (time: Int64?, isValid: Bool) {
    values.removeAll(keepingCapacity: true)
    switch encoding {
    case .float32: return decodeBinary(bytes, into: &values)
    case .csv: return decodeText(bytes[...], into: &values)
    case .json:
      let text = Self.trimmed(bytes[...])
      guard text.first == UInt8(ascii: "[") else {
        // Only a number, not a list of them.
        return text.contains(UInt8(ascii: ",")) ? (nil, false) : decodeText(text, into: &values)
      }
      guard text.count >= 2, text.last == UInt8(ascii: "]") else { return (nil, false) }
      return decodeText(text.dropFirst().dropLast(), into: &values)
    }
  }

  private func decodeBinary(
    _ bytes: UnsafeRawBufferPointer, into values: inout [Float]
  ) -> (time: Int64?, isValid: Bool) {
    let start = hasTime ? 8 : 0
    guard bytes.count == start + 4 * channelCount else { return (nil, false) }
    for channel in 0..<channelCount {
      let bits = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 4 * channel, as: UInt32.self))
      let value = Float(bitPattern: bits)
      guard value.isFinite else { return (nil, false) }
      values.append(value)
    }
    return (hasTime ? Int64(littleEndian: bytes.loadUnaligned(as: Int64.self)) : nil, true)
  }

  private func decodeText(
    _ bytes: Slice<UnsafeRawBufferPointer>, into values: inout [Float]
  ) -> (time: Int64?, isValid: Bool) {
    var time: Int64?
    for (index, field) in bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).enumerated() {
      let field = Self.trimmed(field)
      guard index < channelCount + (hasTime ? 1 : 0), field.count <= Self.longestNumber, Self.isNumber(field),
        let number = Double(String(decoding: field, as: UTF8.self)), number.isFinite
      else { return (nil, false) }
      if hasTime, index == 0 {
        guard let exact = Int64(exactly: number.rounded()) else { return (nil, false) }
        time = exact
      } else {
        let value = Float(number)
        guard value.isFinite else { return (nil, false) }
        values.append(value)
      }
    }
    return (time, values.count == channelCount)
  }

  private static let longestNumber = 64

  /// Whether there is nothing but what decimal numbers are made of; Swift would also read "nan" and "0x1p3".
  private static func isNumber(_ field: Slice<UnsafeRawBufferPointer>) -> Bool {
    field.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
    }
  }

  private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
    let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
    var rest = bytes
    while let byte = rest.first, blanks.contains(byte) { rest = rest.dropFirst() }
    while let byte = rest.last, blanks.contains(byte) { rest = rest.dropLast() }
    return rest
  }
}
