/// Prophesee EVT 3.0: words of 16 bits, each of which changes a part of the state that an event is made of.
///
/// | type, bits 15…12 | bits 11…0 | |
/// |---|---|---|
/// | 0 | y in 10…0 | |
/// | 2 | polarity, x | an event |
/// | 3 | polarity, x | where vectors go on |
/// | 4, 5 | a bit for each of the next 12, 8 pixels, bit 0 the first | events; the next vector goes on after them |
/// | 6 | time, bits 11…0 | with bits 23…12 as last told, the time of what follows |
/// | 8 | time, bits 23…12 | |
/// - Reference: Metavision SDK documentation, "EVT 3.0 Format", docs.prophesee.ai/stable/data/encoding_formats/evt3.html
struct EVT3Words: PropheseeWords {
  static let size = 2
  static let formatName = "Prophesee EVT 3.0"

  private(set) var passed: PassedWords
  private var clock = ClockUnwrapper(bits: 12, isSteady: true)
  /// The time without its lower 12 bits, as the next lower bits will be joined to it.
  private var upperTime: Int64 = 0
  /// Whether upper bits of the time have been told; lower ones are 0 until they are.
  private var isTimed = false
  private var state = State()

  /// What an event is made of.
  private struct State: Sendable {
    var time: Int64 = 0
    var y: UInt16 = 0
    /// Column that the next vector begins at.
    var x: UInt16 = 0
    /// Polarity of vectors.
    var polarity: UInt8 = 0
  }

  init(isStrict: Bool) {
    passed = PassedWords(
      names: [
        0x7: "continuation words", 0xA: "external triggers", 0xE: "words of the vendor", 0xF: "continuation words",
      ], isStrict: isStrict)
  }

  var wrapCount: Int { clock.wrapCount }

  mutating func decode(_ words: UnsafeRawBufferPointer, into batch: inout EventBatch) -> (taken: Int, flaw: WordFlaw?) {
    let count = words.count / Self.size
    var (index, flaw): (Int, WordFlaw?) = (0, nil)
    while !isTimed, index < count {
      flaw = decodeUntimed(word(index, of: words))
      guard flaw == nil else { return (index, flaw) }
      index += 1
    }
    guard index < count else { return (index, nil) }
    batch.append { free, room in
      EventVector.with { vector in
        var (next, written, state, upperTime) = (index, 0, self.state, self.upperTime)
        defer { (index, self.state) = (next, state) }
        while next < count, written < room {
          let word = word(next, of: words)
          let bit: UInt32 = 1 &<< UInt32(word >> 12)
          // Types 0, 2 and 6 are nearly all words and come in no order that a branch could be predicted from: a slot is
          // written each time and kept for type 2 only, and masks of all or no bits choose what is set.
          if bit & 0b100_0101 != 0 {
            free.set(
              written, timestampInMicroseconds: state.time, x: word & 0x7FF, y: state.y,
              polarity: UInt8(truncatingIfNeeded: word >> 11) & 1)
            written &+= Int(bit >> 2 & 1)
            let setsY = 0 &- UInt16(truncatingIfNeeded: bit & 1)
            state.y ^= (state.y ^ word & 0x7FF) & setsY
            let setsTime = 0 &- Int64(bit >> 6 & 1)
            state.time ^= (state.time ^ (upperTime | Int64(word & 0xFFF))) & setsTime
          } else if bit & 0b11_1000 != 0 {
            let before = written
            written &+= Self.writeVector(word, &state, vector, to: free, at: written)
            if written > before, free.x[written &- 1] > 0x7FF {
              flaw = WordFlaw(expected: "columns below 2048", found: "column \(free.x[written - 1])")
              return before
            }
          } else {
            flaw = passOrSetTime(word)
            upperTime = self.upperTime
            guard flaw == nil else { break }
          }
          next &+= 1
        }
        return written
      }
    }
    return (index, flaw)
  }

  @inline(__always)
  private func word(_ index: Int, of words: UnsafeRawBufferPointer) -> UInt16 {
    UInt16(littleEndian: words.loadUnaligned(fromByteOffset: index &* Self.size, as: UInt16.self))
  }

  /// Types 3, 4 and 5.
  @inline(__always)
  private static func writeVector(
    _ word: UInt16, _ state: inout State, _ vector: EventVector, to free: EventBatch.Slots, at index: Int
  ) -> Int {
    guard word >= 0x4000 else {
      (state.x, state.polarity) = (word & 0x7FF, UInt8(truncatingIfNeeded: word >> 11) & 1)
      return 0
    }
    let (mask, isLong) = (Int(word), word < 0x5000)
    var written = vector.write(
      mask: mask & 0xFF, to: free, at: index, time: state.time, x: state.x, y: state.y, polarity: state.polarity)
    written &+= vector.write(
      mask: isLong ? mask >> 8 & 0xF : 0, to: free, at: index &+ written, time: state.time, x: state.x &+ 8, y: state.y,
      polarity: state.polarity)
    // Empty vectors could go on without end; no event beyond column 2047 is let through.
    state.x = min(state.x &+ (isLong ? 12 : 8), 0x7000)
    return written
  }

  private mutating func passOrSetTime(_ word: UInt16) -> WordFlaw? {
    guard word >> 12 == 8 else { return passed.pass(type: Int(word >> 12)) }
    upperTime = clock.carry(Int64(word & 0xFFF)) << 12
    if !isTimed { (state.time, isTimed) = (upperTime, true) }
    return nil
  }

  /// Follows the state up to the first time, and counts the events before it.
  private mutating func decodeUntimed(_ word: UInt16) -> WordFlaw? {
    switch word >> 12 {
    case 0: state.y = word & 0x7FF
    case 2: passed.untimedEvents += 1
    case 3: (state.x, state.polarity) = (word & 0x7FF, UInt8(truncatingIfNeeded: word >> 11) & 1)
    case 4, 5:
      let width: UInt16 = word < 0x5000 ? 12 : 8
      passed.untimedEvents += (word & (1 << width - 1)).nonzeroBitCount
      state.x = min(state.x + width, 0x7000)
    case 6: break
    default: return passOrSetTime(word)
    }
    return nil
  }
}
