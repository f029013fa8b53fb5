/// Prophesee EVT 2.1: words of 64 bits, each with the events of one polarity in 32 neighbouring pixels.
///
/// | bits | 63…60 | 59…54 | 53…43 | 42…32 | 31…0 |
/// |---|---|---|---|---|---|
/// | events | 0 OFF, 1 ON | time, bits 5…0 | x of the first pixel | y | a bit for each pixel, bit 0 the first |
/// | time | 8 | time, bits 33…6 | | | 0 |
///
/// Cameras send the eight bytes of a word in rising order ("little") or its upper half before the lower ("legacy"). Where the header does
/// not tell, the first word of a time does, whose lower half is 0.
/// - Reference: Metavision SDK documentation, "EVT 2.1 Format", docs.prophesee.ai/stable/data/encoding_formats/evt21.html
struct EVT21Words: PropheseeWords {
  static let size = 8
  static let formatName = "Prophesee EVT 2.1"

  private(set) var passed: PassedWords
  private var clock = ClockUnwrapper(bits: 28, isSteady: true)
  private var time: Int64 = 0
  private var isTimed = false
  /// Whether the upper half of a word comes first; `nil` while unknown.
  private var hasUpperHalfFirst: Bool?

  init(isStrict: Bool, hasUpperHalfFirst: Bool?) {
    self.hasUpperHalfFirst = hasUpperHalfFirst
    passed = PassedWords(
      names: [0xA: "external triggers", 0xE: "words of the vendor", 0xF: "continuation words"], isStrict: isStrict)
  }

  var wrapCount: Int { clock.wrapCount }

  mutating func decode(_ words: UnsafeRawBufferPointer, into batch: inout EventBatch) -> (taken: Int, flaw: WordFlaw?) {
    let count = words.count / Self.size
    var (index, flaw): (Int, WordFlaw?) = (0, nil)
    batch.append { free, room in
      EventVector.with { vector in
        var (next, written, time) = (index, 0, self.time)
        defer { index = next }
        while next < count, written < room {
          let word = whole(UInt64(littleEndian: words.loadUnaligned(fromByteOffset: next &* 8, as: UInt64.self)))
          if word < 0x2000_0000_0000_0000, isTimed {
            let (x, mask) = (UInt16(word >> 43 & 0x7FF), Int(word & 0xFFFF_FFFF))
            let before = written
            for byte in 0..<4 {
              written &+= vector.write(
                mask: mask >> (8 &* byte) & 0xFF, to: free, at: written, time: time | Int64(word >> 54 & 0x3F),
                x: x &+ UInt16(8 &* byte), y: UInt16(word >> 32 & 0x7FF),
                polarity: UInt8(truncatingIfNeeded: word >> 60))
            }
            if written > before, free.x[written &- 1] > 0x7FF {
              flaw = WordFlaw(expected: "columns below 2048", found: "column \(free.x[written - 1])")
              return before
            }
          } else {
            flaw = passOrSetTime(word)
            time = self.time
            guard flaw == nil else { break }
          }
          next &+= 1
        }
        return written
      }
    }
    return (index, flaw)
  }

  /// The word with its upper half where it belongs.
  @inline(__always)
  private func whole(_ word: UInt64) -> UInt64 {
    hasUpperHalfFirst == true ? word << 32 | word >> 32 : word
  }

  private mutating func passOrSetTime(_ word: UInt64) -> WordFlaw? {
    var word = word
    if hasUpperHalfFirst == nil {
      if word >> 60 == 8, word & 0xFFFF_FFFF == 0 {
        hasUpperHalfFirst = false
      } else if word >> 28 == 8 {
        hasUpperHalfFirst = true
        word = whole(word)
      } else {
        passed.untimedWords += 1
        return nil
      }
    }
    switch word >> 60 {
    case 0, 1: passed.untimedEvents += Int(word & 0xFFFF_FFFF).nonzeroBitCount
    case 8: (time, isTimed) = (clock.carry(Int64(word >> 32 & 0xFFF_FFFF)) << 6, true)
    default: return passed.pass(type: Int(word >> 60))
    }
    return nil
  }
}
