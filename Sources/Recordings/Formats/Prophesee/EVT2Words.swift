/// Prophesee EVT 2.0: words of 32 bits, one event each, with the high bits of the time in words of their own.
///
/// | bits | 31…28 | 27…22 | 21…11 | 10…0 |
/// |---|---|---|---|---|
/// | event | 0 OFF, 1 ON | time, bits 5…0 | x | y |
/// | time | 8 | time, bits 33…6 | | |
/// - Reference: Metavision SDK documentation, "EVT 2.0 Format", docs.prophesee.ai/stable/data/encoding_formats/evt2.html
struct EVT2Words: PropheseeWords {
  static let size = 4
  static let formatName = "Prophesee EVT 2.0"

  private(set) var passed: PassedWords
  private var clock = ClockUnwrapper(bits: 28, isSteady: true)
  private var time: Int64 = 0
  private var isTimed = false

  init(isStrict: Bool) {
    passed = PassedWords(
      names: [0xA: "external triggers", 0xE: "words of the vendor", 0xF: "continuation words"], isStrict: isStrict)
  }

  var wrapCount: Int { clock.wrapCount }

  mutating func decode(_ words: UnsafeRawBufferPointer, into batch: inout EventBatch) -> (taken: Int, flaw: WordFlaw?) {
    let count = words.count / Self.size
    var (index, flaw): (Int, WordFlaw?) = (0, nil)
    batch.append { free, room in
      var (next, written, time) = (index, 0, self.time)
      defer { index = next }
      while next < count, written < room {
        let word = UInt32(littleEndian: words.loadUnaligned(fromByteOffset: next &* Self.size, as: UInt32.self))
        if word < 0x2000_0000, isTimed {
          free.set(
            written, timestampInMicroseconds: time | Int64(word >> 22 & 0x3F), x: UInt16(word >> 11 & 0x7FF),
            y: UInt16(word & 0x7FF), polarity: UInt8(truncatingIfNeeded: word >> 28))
          written &+= 1
        } else {
          flaw = passOrSetTime(word)
          time = self.time
          guard flaw == nil else { break }
        }
        next &+= 1
      }
      return written
    }
    return (index, flaw)
  }

  private mutating func passOrSetTime(_ word: UInt32) -> WordFlaw? {
    switch word >> 28 {
    case 0, 1: passed.untimedEvents += 1
    case 8: (time, isTimed) = (clock.carry(Int64(word & 0xFFF_FFFF)) << 6, true)
    default: return passed.pass(type: Int(word >> 28))
    }
    return nil
  }
}
