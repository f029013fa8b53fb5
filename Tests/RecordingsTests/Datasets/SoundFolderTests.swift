import Foundation
import Kernels
import Testing

@testable import Recordings

@Suite struct SoundFolderTests {
  private let folder = try! TemporaryFolder()

  /// A tone as 16-bit samples.
  private static func tone(hertz: Double, seconds: Double, rate: Int = 16_000, gain: Double = 0.5) -> [Int16] {
    (0..<Int(seconds * Double(rate))).map { Int16(gain * 32_767 * sin(2 * .pi * hertz * Double($0) / Double(rate))) }
  }

  private func write(_ samples: [Int16], rate: Int = 16_000, channels: Int = 1, to name: String) throws {
    func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian, Array.init)
    }
    let data = samples.flatMap { bytes($0) }
    var file = Array("RIFF".utf8) + bytes(UInt32(36 + data.count)) + Array("WAVEfmt ".utf8) + bytes(UInt32(16))
    file += bytes(UInt16(1)) + bytes(UInt16(channels)) + bytes(UInt32(rate)) + bytes(UInt32(rate * channels * 2))
    file += bytes(UInt16(channels * 2)) + bytes(UInt16(16)) + Array("data".utf8) + bytes(UInt32(data.count)) + data
    let path = "\(folder.path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(file).write(to: URL(fileURLWithPath: path))
  }

  private func opened(_ change: (inout SoundFolderSource.Parameters) -> Void = { _ in }) throws -> SoundFolderSource {
    var parameters = SoundFolderSource.Parameters(tickCount: 300, bandCount: 16)
    change(&parameters)
    return try SoundFolderSource(path: "\(folder.path)/sounds", parameters: parameters)
  }

  @Test func classesSpeakersAndPartsComeFromTheNames() throws {
    for (name, part) in [("train", "ab12"), ("train", "cd34"), ("test", "ab12")] {
      for word in ["yes", "no"] {
        try write(Self.tone(hertz: 440, seconds: 0.1), to: "sounds/\(name)/\(word)/\(part)_nohash_0.wav")
      }
    }
    try write([0], to: "sounds/train/yes/notes.txt")
    let source = try opened()
    #expect(source.classNames == ["no", "yes"] && source.sampleCount == 6 && source.inputRowCount == 16)
    let samples = (0..<6).map(source.description(ofSample:))
    #expect(Set(samples.map(\.group)) == [0, 1] && samples.allSatisfy { $0.tickCount == 300 })
    #expect(samples.count { $0.split == .test } == 2)
    let twoRows = try opened { $0.spiking = .levelCrossing() }
    #expect(twoRows.inputRowCount == 32)
  }

  @Test func aSampleIsWhatTheCochleaMakesOfTheFile() throws {
    let sound = Self.tone(hertz: 1000, seconds: 0.2)
    try write(sound, to: "sounds/a/1.wav")
    try write(Self.tone(hertz: 1000, seconds: 1), to: "sounds/a/2.wav")
    let source = try opened { $0.isNormalised = false }
    var raster = SpikeRaster(rowCount: 16)
    try source.encode(sample: 0, into: &raster)
    var cochlea = CochleaEncoder(try .init(bank: .init(sampleRateInHertz: 16_000, bandCount: 16)))
    var expected = SpikeRaster(rowCount: 16)
    cochlea.begin(&expected)
    sound.map { Float($0) / 32_768 }.withUnsafeBufferPointer { cochlea.append($0, to: &expected) }
    cochlea.finish(&expected)
    #expect(expected.tickCount == 200 && raster.tickCount == 300)
    for tick in 0..<200 { #expect(Array(raster.activeRows(at: tick)) == Array(expected.activeRows(at: tick))) }
    for tick in 200..<300 { #expect(raster.activeRows(at: tick).isEmpty) }
    // The band of the tone spikes most.
    var counts = [Int](repeating: 0, count: 16)
    for row in raster.rows { counts[Int(row)] += 1 }
    let nearest = GammatoneFilterBank(try .init(sampleRateInHertz: 16_000, bandCount: 16)).centreFrequenciesInHertz
      .enumerated().min { abs($0.element - 1000) < abs($1.element - 1000) }
    #expect(counts[nearest?.offset ?? 0] == counts.max())
    try source.encode(sample: 1, into: &raster)
    #expect(raster.tickCount == 300 && (250..<300).contains { !raster.activeRows(at: $0).isEmpty })
  }

  @Test func levelChannelsAndRateAreEvenedOut() throws {
    let tone = Self.tone(hertz: 800, seconds: 0.3)
    try write(tone, to: "sounds/a/1.wav")
    try write(Self.tone(hertz: 800, seconds: 0.3, gain: 0.05), to: "sounds/a/2.wav")
    try write(tone.flatMap { [$0, $0] }, channels: 2, to: "sounds/a/3.wav")
    try write(Self.tone(hertz: 800, seconds: 0.3, rate: 32_000), rate: 32_000, to: "sounds/a/4.wav")
    let source = try opened()
    var rasters: [SpikeRaster] = []
    for sample in 0..<4 {
      var raster = SpikeRaster(rowCount: 16)
      try source.encode(sample: sample, into: &raster)
      rasters.append(raster)
    }
    #expect(rasters[2] == rasters[0])
    // Rounding to 16 bits and resampling leave small differences.
    for other in [1, 3] {
      #expect(abs(rasters[other].spikeCount - rasters[0].spikeCount) <= rasters[0].spikeCount / 20 + 2)
    }
  }

  @Test func badFoldersAndFilesAreRefusedWithASentence() throws {
    #expect(throws: RecordingError.self) { try opened() }
    try FileManager.default.createDirectory(atPath: "\(folder.path)/sounds/a", withIntermediateDirectories: true)
    #expect { try opened() } throws: { "\($0)".contains("WAV files") }
    try write(Self.tone(hertz: 440, seconds: 0.1), to: "sounds/a/1.wav")
    let whole = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/sounds/a/1.wav"))
    try whole.prefix(300).write(to: URL(fileURLWithPath: "\(folder.path)/sounds/a/2.wav"))
    let source = try opened()
    var raster = SpikeRaster(rowCount: 16)
    #expect { try source.encode(sample: 1, into: &raster) } throws: { "\($0)".contains("2.wav") }
    #expect(throws: RecordingError.self) { try opened { $0.highestFrequencyInHertz = 9000 } }
  }
}
