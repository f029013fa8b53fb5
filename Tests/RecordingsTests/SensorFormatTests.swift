import Foundation
import Recordings
import Testing

extension SampledSignal {
  /// All samples before the end, and the error at the end if there is one.
  func drain(atMost count: Int = 1000) -> (values: [Float], error: RecordingError?) {
    var values: [Float] = []
    var part: [Float] = []
    do {
      while try next(into: &part, atMost: count) { values += part }
      return (values, nil)
    } catch {
      return (values, error)
    }
  }
}

@Suite struct WAVTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private func wav(
    tag: UInt16, channels: UInt16, rate: UInt32 = 8000, bits: UInt16, data: [UInt8], extensible: Bool = false,
    declared: UInt32? = nil
  ) -> [UInt8] {
    let frame = channels * bits / 8
    var format =
      bytes(extensible ? 0xFFFE : tag) + bytes(channels) + bytes(rate) + bytes(rate * UInt32(frame)) + bytes(frame)
    format += bytes(bits)
    if extensible {
      format += bytes(UInt16(22)) + bytes(bits) + bytes(UInt32(0)) + bytes(tag) + [UInt8](repeating: 0, count: 14)
    }
    var file = Array("RIFF".utf8) + bytes(UInt32(36 + data.count)) + Array("WAVE".utf8)
    file += Array("LIST".utf8) + bytes(UInt32(3)) + [1, 2, 3, 0]
    file += Array("fmt ".utf8) + bytes(UInt32(format.count)) + format
    return file + Array("data".utf8) + bytes(declared ?? UInt32(data.count)) + data
  }

  @Test func everyDepthIsReadInPartsOfFullScale() throws {
    func values(_ file: [UInt8]) throws -> [Float] {
      let signal = try WAVFile.open(path: folder.write(file, to: "a.wav"))
      let (values, error) = signal.drain(atMost: 1)
      #expect(error == nil)
      #expect(signal.sampleRateInHertz == 8000)
      #expect(signal.sampleCount == values.count / signal.channels.count)
      return values
    }
    for extensible in [false, true] {
      #expect(
        try values(wav(tag: 1, channels: 1, bits: 8, data: [0, 128, 192, 255], extensible: extensible)) == [
          -1, 0, 0.5, 127.0 / 128,
        ])
      let sixteen = [-32_768, 0, 16_384, 32_767].flatMap { bytes(Int16($0)) }
      #expect(
        try values(wav(tag: 1, channels: 2, bits: 16, data: sixteen, extensible: extensible)) == [
          -1, 0, 0.5, 32_767.0 / 32_768,
        ])
      #expect(
        try values(wav(tag: 1, channels: 1, bits: 24, data: [0, 0, 0x80, 0, 0, 0x40, 1, 0, 0], extensible: extensible))
          == [-1, 0.5, 1.0 / 8_388_608])
      let thirtyTwo = [Int32.min, 1 << 30].flatMap { bytes($0) }
      #expect(try values(wav(tag: 1, channels: 1, bits: 32, data: thirtyTwo, extensible: extensible)) == [-1, 0.5])
      let floats = [Float(0.25), -1.5].flatMap { bytes($0.bitPattern) }
      #expect(try values(wav(tag: 3, channels: 2, bits: 32, data: floats, extensible: extensible)) == [0.25, -1.5])
      #expect(
        try values(wav(tag: 3, channels: 1, bits: 64, data: bytes(0.125.bitPattern), extensible: extensible)) == [0.125]
      )
    }
    // A size that was never filled in.
    #expect(try values(wav(tag: 1, channels: 1, bits: 8, data: [0, 128], declared: 0xFFFF_FFFF)) == [-1, 0])
  }

  @Test func aCutFileDeliversWhatIsWhole() throws {
    let file = wav(tag: 1, channels: 2, bits: 16, data: [UInt8](repeating: 0, count: 40))
    let signal = try WAVFile.open(path: folder.write(file.dropLast(6), to: "a.wav"))
    #expect(signal.channels.map(\.name) == ["left", "right"])
    let (values, error) = signal.drain(atMost: 3)
    #expect(values.count == 16)
    guard case .truncated(_, file.count - 8, _, "8") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    var generator = DamageGenerator(state: 3)
    for _ in 0..<500 {
      let path = try folder.write(generator.damaged(file), to: "b.wav")
      let error = recordingError { _ = try WAVFile.open(path: path).drain() }
      #expect(error.map { $0.description.contains("b.wav") } ?? true)
    }
    #expect(
      recordingError { _ = try WAVFile.open(path: folder.write(wav(tag: 7, channels: 1, bits: 8, data: []), to: "c")) }
        != nil)
  }
}

@Suite struct SignalTableTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ text: String, _ layout: SignalTableLayout, rate: Double? = nil) throws -> SampledSignal {
    try SignalTableFile.open(path: folder.write(Array(text.utf8), to: "a.csv"), layout: layout, sampleRateInHertz: rate)
  }

  @Test func evenTimesGiveTheRate() throws {
    let text =
      "# made by hand\n\"time\" ,ax, ay\n10.0,1,-2\n10.5,nan,4e-1\n11,,+6\r\n\n11.5,3.25,1234567890123456789012"
    let signal = try open(text, SignalTableLayout(timeColumn: "time", units: ["g", "V"]))
    #expect(signal.sampleRateInHertz == 2)
    #expect(signal.originInSeconds == 10)
    #expect(signal.sampleCount == 4)
    #expect(signal.channels == [.init(name: "ax", unit: "g"), .init(name: "ay", unit: "V")])
    let (values, error) = signal.drain(atMost: 3)
    #expect(error == nil)
    #expect(values.map { $0.isNaN ? -99 : $0 } == [1, -2, -99, 0.4, -99, 6, 3.25, Float(1.234567890123456789e21)])
    let chosen = try open(text, SignalTableLayout(timeColumn: "1", timeUnit: .milliseconds, columns: ["ay", "1"]))
    #expect(chosen.sampleRateInHertz == 2000)
    #expect(chosen.drain().values.prefix(4) == [-2, 10, 0.4, 10.5])
    let plain = try open("1 2\n3\t4\n", SignalTableLayout(timeColumn: nil, separator: .space), rate: 5)
    #expect(plain.channels.map(\.name) == ["1", "2"])
    #expect(recordingError { _ = try open("1 2\n", SignalTableLayout(timeColumn: nil)) } != nil)
    #expect(
      recordingError { _ = try open(text, SignalTableLayout(timeColumn: "T")) }?.description.contains("time, ax, ay")
        == true)
  }

  @Test func unevenTimesNeedARateAndLieOnLines() throws {
    let text = "t,v\n0,0\n1,10\n1.5,20\n4,45\n"
    let layout = SignalTableLayout(timeColumn: "t")
    let error = recordingError { _ = try open(text, layout) }
    #expect(error?.description.contains("state a sample rate") == true, "\(String(describing: error))")
    let signal = try open(text, layout, rate: 2)
    #expect(signal.drain(atMost: 2).values == [0, 5, 10, 20, 25, 30, 35, 40, 45])
    let back = try open("t,v\n0,0\n1,10\n1,20\n", layout, rate: 1).drain()
    #expect(back.values == [0, 10])
    #expect(back.error?.description.contains("line 4") == true)
    let gap = try open("t,v\n0,0\n1e12,10\n", layout, rate: 1).drain()
    #expect(gap.values == [0])
    #expect(gap.error?.description.contains("gap") == true)
    for count in [1, 9] {
      let cut = try open("t,v\n0,0\n1,10\n2,x\n3,30\n", layout, rate: 1).drain(atMost: count)
      #expect(cut.values == [0, 10])
      #expect(cut.error?.description.contains("line 4") == true)
    }
    let decimals = (0..<1000).map { "\(Double($0) / 50),\($0)\n" }.joined()
    #expect(try open("t,v\n" + decimals, layout, rate: 50).drain().values.count == 1000)
  }

  @Test func aBadRowIsNamedAfterTheRowsBeforeIt() throws {
    let signal = try open("v,w\n1,2\n3,4\n5,x\n", SignalTableLayout(timeColumn: nil), rate: 1)
    let (values, error) = signal.drain()
    #expect(values == [1, 2, 3, 4])
    guard case .corrupt(_, 12, "a number in column 2", "line 4: 'x'") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let long = try open("v\n1\n" + String(repeating: "1", count: 300_000), SignalTableLayout(timeColumn: nil), rate: 1)
    #expect(long.drain().error?.description.contains("lines of at most") == true)
    var generator = DamageGenerator(state: 5)
    let whole = Array("t,a\n0,1\n1,2\n2,3\n3,4\n".utf8)
    for _ in 0..<500 {
      let path = try folder.write(generator.damaged(whole), to: "b.csv")
      let layout = SignalTableLayout(timeColumn: "1")
      _ = recordingError { _ = try SignalTableFile.open(path: path, layout: layout).drain() }
      _ = recordingError { _ = try SignalTableFile.open(path: path, layout: layout, sampleRateInHertz: 3).drain() }
    }
  }
}

@Suite struct WFDBHeaderTests {
  @Test func aGainOfNothingIsNamed() throws {
    let folder = try TemporaryFolder()
    for gain in ["/", "//mV", "()", "x"] {
      let path = try folder.write(Array("r 1 360 4\nr.dat 16 \(gain)\n".utf8), to: "r.hea")
      guard
        case .corrupt(path, 10, "a gain such as 200(1024)/mV", _) = recordingError({
          _ = try WFDBRecord.open(path: path)
        })
      else {
        Issue.record("a gain of '\(gain)'")
        continue
      }
    }
  }
}

@Suite struct ResamplerTests {
  private func resample(_ values: [Float], from: Double, to: Double, _ method: Resampler.Method?, pieces: Int = 1 << 20)
    throws -> [Float]
  {
    var next = 0
    let signal = try SampledSignal(
      channels: [.init(name: "a", unit: "V")], sampleRateInHertz: from, sampleCount: values.count
    ) {
      count throws(RecordingError) in
      let part = values[next..<min(next + min(count, pieces), values.count)]
      next = part.endIndex
      return Array(part)
    }
    let resampled = try signal.resampled(toHertz: to, method: method)
    let result = resampled.drain(atMost: 7).values
    #expect(result.count == resampled.sampleCount)
    return result
  }

  private func tone(_ frequency: Double, rate: Double, count: Int) -> [Float] {
    (0..<count).map { Float(sin(2 * .pi * frequency * Double($0) / rate)) }
  }

  @Test func pointsOnALineStayOnIt() throws {
    let line = (0..<100).map { Float($0) }
    let up = try resample(line, from: 10, to: 25, .linear)
    #expect(up.count == 248)
    #expect(zip(up, up.indices).allSatisfy { abs($0 - Float($1) * 0.4) < 1e-4 })
  }

  @Test func lowTonesPassAndHighOnesDoNot() throws {
    // 1000 Hz to 250 Hz: 40 Hz is below the new half rate of 125 Hz, 300 Hz would come back as 50 Hz.
    let low = try resample(tone(40, rate: 1000, count: 8000), from: 1000, to: 250, nil)
    let expected = tone(40, rate: 250, count: 2000)
    let middle = 50..<1950
    #expect(middle.allSatisfy { abs(low[$0] - expected[$0]) < 1e-3 })
    let high = try resample(tone(300, rate: 1000, count: 8000), from: 1000, to: 250, nil)
    #expect(middle.allSatisfy { abs(high[$0]) < 1e-3 })
    let folded = try resample(tone(300, rate: 1000, count: 8000), from: 1000, to: 250, .linear)
    #expect(middle.contains { abs(folded[$0]) > 0.9 })
    let up = try resample(tone(40, rate: 250, count: 500), from: 250, to: 1000, .bandLimited(zeroCrossings: 32))
    let fine = tone(40, rate: 1000, count: 2000)
    #expect((200..<1800).allSatisfy { abs(up[$0] - fine[$0]) < 1e-3 })
  }

  @Test func aConstantStaysAndPiecesDoNotMatter() throws {
    let constant = try resample([Float](repeating: 3, count: 500), from: 44_100, to: 16_000, nil)
    #expect(constant.allSatisfy { abs($0 - 3) < 1e-5 })
    let noise = tone(777, rate: 44_100, count: 3000)
    let whole = try resample(noise, from: 44_100, to: 16_000, nil)
    for pieces in [1, 7, 100] { #expect(try resample(noise, from: 44_100, to: 16_000, nil, pieces: pieces) == whole) }
    #expect(try resample([5], from: 10, to: 3, nil) == [5])
    #expect(try resample([], from: 10, to: 3, nil) == [])
    for rate in [0, -1, .nan, 1e9] as [Double] {
      #expect(recordingError { _ = try Resampler(channelCount: 1, fromHertz: 100, toHertz: rate) } != nil)
    }
  }
}
