import Testing

@testable import Quantities

@Suite struct QuantityPrintingTests {
  @Test(arguments: [
    (25e-6, "25 µS"), (1e-6, "1 µS"), (999e-9, "999 nS"), (1e-3, "1 mS"), (0.5, "500 mS"), (1, "1 S"),
    (1234.5, "1.2345 kS"),
    (-1.5e-5, "-15 µS"), (0, "0 S"), (2e10, "20 GS"), (2e-16, "0.2 fS"), (1e-300, "1e-285 fS"), (1e300, "1e291 GS"),
    (0.1 + 0.2, "300.00000000000004 mS"),
  ])
  func picksThePrefix(siemens: Double, text: String) {
    #expect(Conductance.siemens(siemens).description == text)
  }

  @Test func printsEveryDimension() {
    #expect(Resistance.kiloohms(20).description == "20 kohm")
    #expect(Capacitance.farads(5e-15).description == "5 fF" && Capacitance.picofarads(1).femtofarads == 1000)
    #expect(Voltage.volts(0.1).description == "100 mV")
    #expect(Energy.femtojoules(700).description == "700 fJ")
    #expect(Frequency.hertz(10).description == "10 Hz")
    #expect(TimeSpan.seconds(3600).description == "3600 s")
  }

  @Test func printedValuesReadBackToTheSameBits() throws {
    var generator = SplitMix(state: 7)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      let printed = TimeSpan.seconds(value).description
      #expect(try TimeSpan(parsing: printed).seconds.bitPattern == (value == 0 ? 0 : value.bitPattern), "\(printed)")
    }
    for _ in 0..<20_000 {
      let value = Double(generator.next() % 1_000_000) / 1000 * 1e-6
      #expect(try TimeSpan(parsing: TimeSpan.seconds(value).description).seconds.bitPattern == value.bitPattern)
    }
  }

  @Test func randomTextNeverTraps() {
    var generator = SplitMix(state: 11)
    let alphabet = Array("0123456789.eE+- µuSVJHzsohmkMGfpnΩ٣\u{301},_x\0")
    for _ in 0..<20_000 {
      let length = Int(generator.next() % 12)
      let text = String((0..<length).map { _ in alphabet[Int(generator.next() % UInt64(alphabet.count))] })
      guard let value = try? TimeSpan(parsing: text) else { continue }
      #expect(value.seconds.isFinite)
    }
  }
}

@Suite struct QuantityValueTests {
  @Test func arithmeticKeepsTheUnit() {
    #expect(Conductance.microsiemens(10) - .microsiemens(1) > .microsiemens(8.9))
    #expect(TimeSpan.seconds(4) / .seconds(2) == 2)
    #expect(2 * Voltage.volts(0.25) == .volts(0.5))
    #expect(Voltage.volts(1) / 4 == .millivolts(250))
    #expect(-Voltage.volts(1) < .zero)
    #expect(Resistance.kiloohms(20).conductance == .microsiemens(50))
    #expect(Conductance.microsiemens(50).resistance == .kiloohms(20))
  }

  @Test func timestampsDoNotWrap() {
    let hour = Timestamp(microseconds: 3_600_000_000)
    #expect(hour.description == "3600.000000 s")
    #expect(Timestamp(microseconds: -1).description == "-0.000001 s")
    #expect(Timestamp(microseconds: .min).description == "-9223372036854.775808 s")
    #expect(hour.span(since: .zero) == .seconds(3600))
    #expect(Timestamp(microseconds: .max).span(since: Timestamp(microseconds: .min)).seconds > 1.8e13)
    #expect(Timestamp(microseconds: .max).advanced(byMicroseconds: 1).microseconds == .max)
    #expect(Timestamp(microseconds: .min).advanced(byMicroseconds: -1).microseconds == .min)
    #expect(Timestamp.zero < hour)
  }

  @Test func spansRoundToMicroseconds() {
    #expect(TimeSpan.milliseconds(1).wholeMicroseconds == 1000)
    #expect(TimeSpan.seconds(1e30).wholeMicroseconds == nil)
  }

  @Test func nearestNameNeedsFewestEdits() {
    #expect(nearestName(to: "adc_bit", among: ["tile_rows", "adc_bits", "read_noise"]) == "adc_bits")
    #expect(nearestName(to: "ADC_BITS", among: ["adc_bit", "adc_bits"]) == "adc_bits")
    #expect(nearestName(to: "x", among: []) == nil)
  }
}

/// SplitMix64: a fixed sequence for tests.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
