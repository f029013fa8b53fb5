import Testing

@testable import Emulation

@Suite struct ConfigurationFuzzTests {
  /// SplitMix64: a fixed sequence.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// Reads text; a failure must be a sentence with the name of the file, and a success must read back.
  private func read(_ text: String) throws -> Bool {
    do throws(ConfigurationError) {
      let configuration = try ExperimentConfiguration.load(text: text, name: "fuzz.yaml")
      let again = try ExperimentConfiguration.load(text: configuration.resolved.yaml, name: "fuzz.yaml")
      #expect(again == configuration)
      return true
    } catch {
      #expect(error.description.contains("fuzz.yaml") && error.description.utf8.count < 10_000)
      return false
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func mutatedFilesEndInAValueOrASentence(seed: UInt64) throws {
    var generator = Generator(state: seed)
    let seedText = try loadMinimal().resolved.yaml
    let pieces = [
      "&a ", "*a", "\"", "'", "[", "]", "{", "}", ": ", "- ", "? ", "|\n", ">\n", "#", "\t", "\n", "\r", "---\n",
      "...\n", "%",
      "!!str ", "!<x> ", "\0", "\u{FEFF}", "\u{2028}", "\u{1F600}", "\\uD800", "1e999", "-", "nan",
      "99999999999999999999", "µ", "~",
      "<<: ", "@", "`", ",",
    ]
    var accepted = 0
    for _ in 0..<500 {
      var scalars = Array(seedText.unicodeScalars)
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let at = Int.random(in: 0..<scalars.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: scalars.insert(contentsOf: pieces.randomElement(using: &generator)!.unicodeScalars, at: at)
        case 1: scalars.removeSubrange(at..<min(scalars.count, at + Int.random(in: 1...20, using: &generator)))
        case 2: scalars[at] = Unicode.Scalar(UInt8.random(in: 0..<128, using: &generator))
        case 3:
          let digits = scalars.indices.filter { ("0"..."9").contains(scalars[$0]) }
          scalars[digits.randomElement(using: &generator)!] = "0123456789".unicodeScalars.randomElement(
            using: &generator)!
        default: scalars.insert(contentsOf: scalars[at..<min(scalars.count, at + 40)], at: at)
        }
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      accepted += try read(String(text)) ? 1 : 0
    }
    #expect(accepted > 20 && accepted < 480)
  }

  @Test func deepNestingIsRefusedQuickly() throws {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("[[1]: ", "]")] {
      for depth in [50, 900, 5000] {
        let text = String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        #expect(try !read(text))
        #expect(try !read("name: " + text))
      }
    }
  }

  @Test func aliasBombsAreRefusedUnread() throws {
    var bomb = "a0: &a0 [x, x]\n"
    for level in 1..<60 { bomb += "a\(level): &a\(level) {? *a\(level - 1) : 1, *a\(level - 1) : 2}\n" }
    #expect(throws: ConfigurationError.reference(.line(1, file: "bomb"))) {
      try ExperimentConfiguration.load(text: bomb, name: "bomb")
    }
    let references = [
      "a: &x 1", "a: *x", "- &x 1", "&x a: 1", "a: !!str &x 1", "[&x 1]", "{a: 1,*x : 2}", "{\"a\":*x}", "? &x a",
      "--- &x\na: 1",
      "a:\n  &x\n  b: 1", "\u{FEFF}&x a: 1", "a:\t*x",
    ]
    for text in references {
      let error = #expect(throws: ConfigurationError.self) { try ExperimentConfiguration.load(text: text, name: "f") }
      guard case .reference = try #require(error) else {
        Issue.record("\(text): \(String(describing: error))")
        continue
      }
    }
    // Quotes and comments that hide references from a simple reader do not hide many.
    var hidden = "name: x\n  # 'quoted\n"
    for level in 1..<60 { hidden += "# - &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(throws: ConfigurationError.self) { try ExperimentConfiguration.load(text: hidden, name: "hidden") }
  }

  @Test func hugeFilesAreRefused() throws {
    #expect(throws: ConfigurationError.tooLarge(file: "big", limit: 4 << 20)) {
      try ExperimentConfiguration.load(text: String(repeating: "a: 1\n", count: 1_000_000), name: "big")
    }
    let manyKeys = (0..<6000).map { "k\($0): 1\n" }.joined()
    #expect(try !read(manyKeys))
    #expect(try !read("\"" + String(repeating: "x", count: 60_000) + "\": 1"))
    #expect(try !read("crossbar: {adc_bits: " + String(repeating: "9", count: 60_000) + "}"))
  }
}
