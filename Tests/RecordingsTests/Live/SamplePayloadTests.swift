import Recordings
import Testing

@Suite struct SamplePayloadTests {
  private func decode(
    _ encoding: SamplePayload.Encoding, _ bytes: [UInt8], channels: Int, hasTime: Bool = false
  ) throws -> (time: Int64?, values: [Float])? {
    let payload = try SamplePayload(encoding: encoding, channelCount: channels, hasTime: hasTime)
    var values: [Float] = [7, 7, 7]
    let (time, isValid) = bytes.withUnsafeBytes { payload.decode($0, into: &values) }
    return isValid ? (time, values) : nil
  }

  private func decode(
    _ encoding: SamplePayload.Encoding, _ text: String, channels: Int, hasTime: Bool = false
  ) throws -> (time: Int64?, values: [Float])? {
    try decode(encoding, Array(text.utf8), channels: channels, hasTime: hasTime)
  }

  @Test func numbersAreReadInEveryEncoding() throws {
    #expect(try decode(.json, " 0.25\n", channels: 1)?.values == [0.25])
    #expect(try decode(.json, "[0.25]", channels: 1)?.values == [0.25])
    #expect(try decode(.json, "[ 1, -2.5e1 ,3]", channels: 3)?.values == [1, -25, 3])
    #expect(try decode(.csv, "1,-2.5e1, 3\r\n", channels: 3)?.values == [1, -25, 3])
    #expect(try decode(.float32, little(0x3E80_0000, 4) + little(0xC000_0000, 4), channels: 2)?.values == [0.25, -2])
  }

  @Test func timesComeFirst() throws {
    let json = try decode(.json, "[1700000000000001, 4]", channels: 1, hasTime: true)
    #expect(json?.time == 1_700_000_000_000_001 && json?.values == [4])
    #expect(try decode(.csv, "12.4,4", channels: 1, hasTime: true)?.time == 12)
    let binary = try decode(.float32, little(1 << 60, 8) + little(0x3F80_0000, 4), channels: 1, hasTime: true)
    #expect(binary?.time == 1 << 60 && binary?.values == [1])
  }

  @Test(arguments: [
    "", " ", "[", "[]", "]", "[1", "1]", "[1,]", "[,1]", "1,2", "[1,2,3]", "nan", "inf", "0x10", "1e999", "1e39",
    "\"1\"",
    "{\"a\":1}", "[[1]]", "--1", "1 2", "\u{0}", String(repeating: "1", count: 100),
  ])
  func whatIsNoSampleIsRefused(text: String) throws {
    #expect(try decode(.json, text, channels: 1) == nil)
    if text != "1,2" { #expect(try decode(.json, text, channels: 2) == nil) }
    #expect(try decode(.csv, text, channels: 1) == nil)
    #expect(try decode(.json, text, channels: 1, hasTime: true) == nil)
    #expect(try decode(.float32, Array(text.utf8), channels: 3) == nil)
  }

  @Test func numbersThatAreNotFiniteAreRefused() throws {
    #expect(try decode(.float32, little(0x7F80_0000, 4), channels: 1) == nil)
    #expect(try decode(.float32, little(0x7FC0_0000, 4), channels: 1) == nil)
    #expect(try decode(.csv, "1e30,1", channels: 1, hasTime: true) == nil)
  }

  @Test func noiseIsNeverATrap() throws {
    var noise = NoiseBytes(seed: 3)
    let characters = Array("0123456789.,-+eE[] ".utf8)
    for round in 0..<3000 {
      let bytes = (0..<Int(noise.next()) % 12).map { _ in characters[Int(noise.next()) % characters.count] }
      for encoding in SamplePayload.Encoding.allCases {
        if let sample = try decode(encoding, bytes, channels: 2, hasTime: round % 2 == 0) {
          #expect(sample.values.count == 2 && sample.values.allSatisfy(\.isFinite))
        }
      }
    }
  }
}
