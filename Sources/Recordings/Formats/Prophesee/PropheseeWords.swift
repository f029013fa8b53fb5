/// Turns the words of one encoding of Prophesee cameras into events.
protocol PropheseeWords: Sendable {
  /// Bytes of a word.
  static var size: Int { get }
  /// Name of the format with its version.
  static var formatName: String { get }
  /// Times that the clock of the camera started again.
  var wrapCount: Int { get }
  /// Words passed over.
  var passed: PassedWords { get }

  /// Decodes whole words until they end or the batch is full.
  /// - Returns: How many words were taken, and what is wrong with the one after them.
  mutating func decode(_ words: UnsafeRawBufferPointer, into batch: inout EventBatch) -> (taken: Int, flaw: WordFlaw?)
}

/// Why a word cannot be read.
struct WordFlaw {
  var expected: String
  var found: String
}

/// Counts words that carry no event of brightness, by their type of four bits.
struct PassedWords: Sendable {
  /// Events before the first word that tells the time.
  var untimedEvents = 0
  /// Words before the first word that tells the order of the bytes.
  var untimedWords = 0

  private let isStrict: Bool
  private let names: [Int: String]
  private var counts = [Int](repeating: 0, count: 16)

  /// - Parameters:
  ///   - names: Types that the format knows, each with a name in the plural.
  ///   - isStrict: Whether other types are flaws.
  init(names: [Int: String], isStrict: Bool) {
    (self.names, self.isStrict) = (names, isStrict)
  }

  /// Counts a word.
  /// - Returns: What is wrong with it, if unknown types are flaws.
  mutating func pass(type: Int) -> WordFlaw? {
    guard !isStrict || names[type] != nil else {
      return WordFlaw(expected: "a word of a known type", found: "type 0x\(String(type, radix: 16))")
    }
    counts[type] += 1
    return nil
  }

  /// Each kind once.
  var entries: [SkippedEntries] {
    var entries: [SkippedEntries] = []
    for (type, count) in counts.enumerated() where count > 0 {
      let name = names[type] ?? "words of the unknown type 0x\(String(type, radix: 16))"
      if let index = entries.firstIndex(where: { $0.what == name }) {
        entries[index].count += count
      } else {
        entries.append(SkippedEntries(what: name, count: count))
      }
    }
    if untimedEvents > 0 { entries.append(SkippedEntries(what: "events before the first time", count: untimedEvents)) }
    if untimedWords > 0 { entries.append(SkippedEntries(what: "words before the first time", count: untimedWords)) }
    return entries
  }
}
