import Testing

@testable import Quantities

@Suite struct QuantityParsingTests {
  @Test(arguments: [
    ("25 uS", 25e-6), ("25uS", 25e-6), ("25 µS", 25e-6), ("25 \u{3BC}S", 25e-6), ("  2.5e1 uS ", 25e-6),
    ("+25 uS", 25e-6), ("0.025 mS", 25e-6), ("25000 nS", 25e-6), (".5 S", 0.5), ("5. S", 5), ("-3 mS", -3e-3),
    ("1 fS", 1e-15), ("1 pS", 1e-12), ("2 kS", 2e3), ("2 MS", 2e6), ("2 GS", 2e9), ("0 S", 0), ("0e999 S", 0),
  ])
  func readsSiemens(text: String, siemens: Double) throws {
    #expect(try Conductance(parsing: text).siemens.bitPattern == siemens.bitPattern)
  }

  @Test func readsEveryDimension() throws {
    #expect(try Resistance(parsing: "20 kohm") == .kiloohms(20))
    #expect(try Resistance(parsing: "20 kΩ") == .kiloohms(20))
    #expect(try Resistance(parsing: "20 kOhm") == .kiloohms(20))
    #expect(try Capacitance(parsing: "5 fF") == .femtofarads(5))
    #expect(try Capacitance(parsing: "0.25 pF") == .picofarads(0.25))
    #expect(try Voltage(parsing: "0.1 V") == .millivolts(100))
    #expect(try Energy(parsing: "0.7 pJ") == .femtojoules(700))
    #expect(try Frequency(parsing: "250 MHz") == .megahertz(250))
    #expect(try TimeSpan(parsing: "1 ms") == .milliseconds(1))
  }

  @Test func namedConstructorsAgreeWithTextForWholeNumbers() throws {
    for value in 0..<2000 {
      #expect(try Conductance(parsing: "\(value) uS") == .microsiemens(Double(value)))
      #expect(try TimeSpan(parsing: "\(value) ms") == .milliseconds(Double(value)))
      #expect(try Energy(parsing: "\(value) fJ") == .femtojoules(Double(value)))
      #expect(try Capacitance(parsing: "\(value) fF") == .femtofarads(Double(value)))
    }
  }

  @Test(arguments: ["", " ", "S", "uS", "abc", "1,5 uS", "1.2.3 S", "--1 S", "1'000 S", "1_000 S", ".", "+", "e5 S"])
  func refusesWhatIsNotANumber(text: String) {
    #expect(throws: QuantityError.notANumber(text: text.trimmed, dimension: .conductance)) {
      try Conductance(parsing: text)
    }
  }

  @Test(arguments: ["inf S", "-inf S", "nan S", "Infinity", "NaN", "1e400 S", "1e-400 S", "1e99999999999999999999 S"])
  func refusesWhatIsNotFinite(text: String) {
    #expect(throws: QuantityError.notFinite(text: text, dimension: .conductance)) { try Conductance(parsing: text) }
  }

  @Test func namesTheProblemWithTheUnit() {
    #expect(throws: QuantityError.missingUnit(text: "1", dimension: .time)) { try TimeSpan(parsing: "1") }
    #expect(throws: QuantityError.wrongDimension(text: "1 mS", unit: "mS", found: .conductance, expected: .time)) {
      try TimeSpan(parsing: "1 mS")
    }
    #expect(throws: QuantityError.unknownUnit(text: "1 msec", unit: "msec", nearest: "ms", dimension: .time)) {
      try TimeSpan(parsing: "1 msec")
    }
    #expect(throws: QuantityError.wrongDimension(text: "5 fS", unit: "fS", found: .conductance, expected: .capacitance))
    {
      try Capacitance(parsing: "5 fS")
    }
    #expect(throws: QuantityError.unknownUnit(text: "0x10 V", unit: "x10 V", nearest: "V", dimension: .voltage)) {
      try Voltage(parsing: "0x10 V")
    }
  }

  @Test func everyErrorIsASentenceWithAnExample() {
    let errors: [QuantityError] = [
      .notANumber(text: "x", dimension: .time), .notFinite(text: "inf s", dimension: .time),
      .missingUnit(text: "1", dimension: .time),
      .wrongDimension(text: "1 V", unit: "V", found: .voltage, expected: .time),
      .unknownUnit(text: "1 sec", unit: "sec", nearest: "s", dimension: .time),
    ]
    for error in errors { #expect(error.description.hasSuffix("such as 1 ms"), "\(error)") }
    #expect(errors[4].description.contains("nearest: s"))
  }

  @Test func longTextIsCutInMessages() throws {
    let error = #expect(throws: QuantityError.self) { try TimeSpan(parsing: String(repeating: "x", count: 100_000)) }
    #expect(try #require(error).description.count < 200)
  }

  @Test func plainNumbersHaveNoUnit() {
    #expect(QuantityText.plainNumber(" 3e-5 ") == 3e-5)
    #expect(QuantityText.plainNumber("-0.63") == -0.63)
    for text in ["1 V", "inf", "nan", "0x1p3", "1e400", "", "1_0", "٣"] {
      #expect(QuantityText.plainNumber(text) == nil, "\(text)")
    }
  }
}

extension String {
  fileprivate var trimmed: String { DecimalText.trimmed(self) }
}
