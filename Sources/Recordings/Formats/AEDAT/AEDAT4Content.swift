/// What a packet of AEDAT 4.0 holds.
///
/// Events (EVTS), motion (IMUS) and triggers (TRIG) are tables with one field, a vector; a frame (FRME) is a packet of its own.
struct AEDAT4Content {
  /// Four characters that name the type.
  let type: String
  /// Where the elements begin, in bytes of the FlatBuffer with its size; 0 for types without elements.
  var start = 0
  /// Number of elements; 1 for types without.
  var count = 1

  /// Reads a FlatBuffer, of which perhaps only the beginning is there.
  /// - Parameter byteCount: Bytes of all of it.
  init(_ bytes: UnsafeRawBufferPointer, byteCount: Int) throws(FlatBuffer.Flaw) {
    let buffer = try FlatBuffer(bytes, byteCount: byteCount)
    type = try buffer.identifier()
    switch type {
    case "EVTS": (start, count) = try buffer.vector(0, of: try buffer.root(), elementSize: AEDAT4Events.size)
    case "IMUS", "TRIG": (start, count) = try buffer.vector(0, of: try buffer.root(), elementSize: 4)
    default: break
    }
  }
}
