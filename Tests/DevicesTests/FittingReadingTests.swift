import Devices
import Foundation
import Testing

/// Files of measured trains are read strictly, and what is wrong ends in one sentence with its place.
@Suite("Files of measured trains") struct FittingReadingTests {
  private func read(_ text: String) throws -> PulseMeasurement {
    try PulseMeasurement(bytes: Array(text.utf8), name: "data.csv")
  }

  /// Rows of one device that moves from 1 to 10 and back, `value` of the level each.
  private func rows(_ value: (Double) -> String = { "\($0)" }, separator: String = "\n", prefix: String = "d1,")
    -> String
  {
    [("LTP", 0...6), ("LTD", 0...6)].flatMap { phase, pulses in
      pulses.map { pulse in
        let up = Double(pulse) / 6
        return "\(prefix)\(phase),\(pulse),\(value(1 + 9 * (phase == "LTP" ? up : 1 - up)))"
      }
    }.joined(separator: separator) + separator
  }

  private let header = "device,phase,pulse,conductance_uS\n"

  private func refuse(
    _ text: String, _ parts: String..., fitting: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do {
      let measurement = try read(text)
      if fitting { _ = try DeviceFit(measurement) }
      Issue.record("not refused", sourceLocation: sourceLocation)
    } catch {
      let sentence = "\(error)"
      #expect(
        error is MeasurementError && sentence.hasPrefix("data.csv"), "\(sentence)", sourceLocation: sourceLocation)
      for part in parts { #expect(sentence.contains(part), "\(sentence)", sourceLocation: sourceLocation) }
    }
  }

  @Test("units are taken from the name or from a row of units, resistances are inverted")
  func units() throws {
    let plain = try read(header + rows())
    #expect(plain.potentiation.trains[0].conductances.first == 1e-6)
    #expect(plain.potentiation.pulses == [0, 1, 2, 3, 4, 5, 6] && plain.potentiation.length == 6)
    for (name, value) in [
      ("conductance_S", { "\($0 / 1e6)" }), ("conductance_mS", { "\($0 / 1e3)" }), ("G (nS)", { "\($0 * 1e3)" }),
      ("Conductance [µS]", { "\($0)" }), ("resistance_ohm", { "\(1e6 / $0)" }), ("R_kohm", { "\(1e3 / $0)" }),
    ] as [(String, (Double) -> String)] {
      let other = try read("device,phase,pulse,\(name)\n" + rows(value))
      for (a, b) in zip(other.potentiation.trains[0].conductances, plain.potentiation.trains[0].conductances) {
        #expect(abs(a / b - 1) < 1e-12, "\(name)")
      }
    }
    let row = try read("device,phase,pulse,conductance\n,,,uS\n" + rows())
    #expect(row.potentiation == plain.potentiation)
  }

  @Test("byte order mark, CRLF, CR, comments, quotes, blanks, other columns and other words are understood")
  func dialects() throws {
    let plain = try read(header + rows())
    let dressed =
      "\u{FEFF}# measured at 300 K\r\n\"device\" , phase,note,\"pulse\",conductance_uS\r\n\r\n"
      + rows(separator: "\r\n").replacingOccurrences(of: "LTP,", with: "Set,\"a, \"\"b\"\"\",")
      .replacingOccurrences(of: "LTD,", with: "depression, ,")
    #expect(try read(dressed).potentiation == plain.potentiation)
    #expect(try read(dressed).depression == plain.depression)
    let old = (header + rows()).replacingOccurrences(of: "\n", with: "\r")
    #expect(try read(old).depression == plain.depression)
    #expect(try read("phase,pulse,conductance_uS\n" + rows(prefix: "")).devices == ["1"])
  }

  @Test("cycles are numbered, or counted where the pulses begin anew")
  func cycles() throws {
    let counted = try read(header + rows() + rows())
    #expect(counted.potentiation.trains.map(\.cycle) == [1, 2])
    let numbered = try read("cycle," + header + rows(prefix: "4,d1,") + rows(prefix: "9,d1,"))
    #expect(numbered.potentiation.trains.map(\.cycle) == [4, 9])
    refuse("cycle," + header + rows(prefix: "4,d1,") + rows(prefix: "4,d1,"), ":16:", "d1", "pulse 0 twice", "cycle")
  }

  @Test("trains cut short and devices of one phase are left out and named")
  func omissions() throws {
    let text = header + rows() + rows() + "d1,LTP,0,1\nd1,LTP,1,2\nd2,LTD,0,9\n"
    let measurement = try read(text)
    #expect(measurement.devices == ["d1"] && measurement.potentiation.trains.count == 2)
    #expect(measurement.omissions.contains { $0.contains("device d1") && $0.contains("cycle 3") })
    #expect(measurement.omissions.contains { $0.contains("device d2") })
  }

  @Test("headers")
  func headers() {
    refuse("device,phase,pulse,conductance\n" + rows(), ":1:", "no unit", "conductance_uS")
    refuse("device,phase,pulse,conductance_uV\n" + rows(), ":1:", "unknown unit \"uV\"")
    refuse("device,phase,pulse,conductance\n,,,volts\n" + rows(), ":2:", "volts")
    refuse("device,phase,pulse,current_A\n" + rows(), ":1:", "\"current_A\"", "conductance_uS")
    refuse("device,phase,conductance_uS\n", "\"pulse\"")
    refuse("device;phase;pulse;conductance_uS\n", "commas")
    refuse("device,phase,pulse,conductance_uS,resistance_ohm\n", "mean the same")
    refuse("", "holds no table", header.trimmingCharacters(in: .newlines))
    refuse("# nothing\n\n", "holds no table")
  }

  @Test("cells")
  func cells() {
    refuse(header + "d1,LTP,0,nan\n", ":2:", "conductance_uS", "finite", "nan")
    refuse(header + "d1,LTP,0,1e999\n", "finite")
    refuse(header + "d1,LTP,0,0x1p3\n", "finite")
    refuse(header + "d1,LTP,0,\n", "finite", "\"\"")
    refuse(header + "d1,LTP,0,-1\n", "above 0", "-1")
    refuse(header + "d1,LTP,0,0\n", "above 0")
    refuse("device,phase,pulse,resistance_ohm\nd1,LTP,0,0\n", "a resistance above 0")
    refuse(header + "d1,up and down,0,1\n", "phase", "LTP")
    refuse(header + "d1,LTP,1.5,1\n", "pulse", "whole number")
    refuse(header + "d1,LTP,-1,1\n", "pulse")
    refuse(header + "d1,LTP,0\n", ":2:", "expected 4 cells", "found 3")
    refuse(header + ",LTP,0,1\n", "device", "name")
    refuse(header + "d\"1,LTP,0,1\n", ":2:", "quotation mark", "byte 35")
    refuse(header + "\"d1,LTP,0,1\n", "does not end on its line")
    refuse(header + "\"d1\"x,LTP,0,1\n", "behind a quoted cell")
  }

  @Test("too little, or the wrong way round")
  func poor() {
    refuse(header + rows().split(separator: "\n").filter { $0.contains("LTP") }.joined(separator: "\n"), "depression")
    refuse(header + "d1,LTP,0,1\nd1,LTP,1,2\nd1,LTD,0,2\nd1,LTD,1,1\n", "at least 5 readings")
    refuse(header + rows().replacingOccurrences(of: "LTD,", with: "LTD,6"), "pulse 0", "pulse 60")
    let swapped = rows().replacingOccurrences(of: "LTP", with: "X").replacingOccurrences(of: "LTD", with: "LTP")
      .replacingOccurrences(of: "X", with: "LTD")
    refuse(header + swapped, "Gmin is not below Gmax", "resistances", fitting: true)
    refuse(header + rows { _ in "3" }, "Gmin is not below Gmax", fitting: true)
  }

  @Test("a curve that turns back names device, phase and pulse, and what to do")
  func turning() throws {
    func bump(devices: ClosedRange<Int>) -> String {
      var text = header
      var random = ReferenceRandom(1)
      for device in 0..<8 {
        for phase in ["LTP", "LTD"] {
          for pulse in 0...40 {
            let x = Double(pulse) / 40
            // From pulse 30 on the conductance falls by a fifth of the range.
            let back = devices.contains(device) && phase == "LTP" ? max(0, x - 0.75) * 1.8 : 0
            let level = (phase == "LTP" ? x : 1 - x) - back
            text += "d\(device),\(phase),\(pulse),\(1 + 9 * level + 0.02 * random.normal())\n"
          }
        }
      }
      return text
    }
    refuse(
      bump(devices: 0...7), "potentiation", "the mean of all devices", "cut the trains after pulse 3", fitting: true)
    refuse(bump(devices: 5...5), "device d5", "potentiation", "turns back at pulse", "--table", fitting: true)
    #expect(try DeviceFit(read(bump(devices: 5...5)), tabulated: true).shape == .table)
    #expect(throws: MeasurementError.self) { try DeviceFit(read(bump(devices: 0...7)), tabulated: true) }
  }

  @Test("no bytes crash the reader")
  func hostile() throws {
    refuse(String(repeating: "a", count: 1 << 20), ":1:", "longer than 65536 bytes")
    refuse(String(repeating: ",", count: 60_000) + "\n", "more than 256 cells")
    refuse(String(repeating: "c,", count: 1_000_000), "longer than")
    refuse(header + String(repeating: "x,", count: 200) + "\n", "expected 4 cells")
    let whole = Array((header + rows() + rows()).utf8)
    for count in stride(from: 0, to: whole.count, by: 3) { try survive(Array(whole.prefix(count))) }
    var random = ReferenceRandom(13)
    for _ in 0..<400 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try survive(bytes)
    }
    for _ in 0..<100 {
      try survive((0..<Int.random(in: 0...3000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
    #expect(throws: MeasurementError.self) { try PulseMeasurement(bytes: [0x64, 0xFF, 0xFE, 0x0A], name: "data.csv") }
    #expect(throws: MeasurementError.self) { try PulseMeasurement(path: "/nowhere/data.csv") }
    #expect(throws: MeasurementError.self) { try PulseMeasurement(path: "/tmp") }
  }

  /// Reads and fits; the type of what may be thrown is the module's own error, so only a trap could come out besides.
  private func survive(_ bytes: [UInt8]) throws {
    do {
      _ = try DeviceFit(PulseMeasurement(bytes: bytes, name: "data.csv"))
    } catch {
      #expect(!"\(error)".isEmpty)
    }
  }

  @Test("the device file holds keys with units, the digest, and no way out of its comments")
  func yaml() throws {
    let data = SyntheticMeasurement(devices: 10, seed: 2, stuck: (off: 1, on: 0))
    let text = data.csv.replacingOccurrences(of: "d0,", with: "\"d0\",")
    let measurement = try PulseMeasurement(bytes: Array(text.utf8), name: "folder/a\nb: c.csv")
    let yaml = try DeviceFit(measurement).yaml
    let lines = yaml.split(separator: "\n")
    #expect(lines.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("device:") || $0.hasPrefix("  ") })
    #expect(lines.contains { $0.hasPrefix("  on_conductance: ") && $0.contains("µS") })
    #expect(lines.contains { $0.hasPrefix("  stuck_off_fraction: 0.1 ") && $0.contains("d0") })
    #expect(lines.contains("# SHA-256: \(measurement.digest)") && !yaml.contains("folder"))
  }
}
