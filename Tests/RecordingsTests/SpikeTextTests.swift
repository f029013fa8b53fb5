import Kernels
import Recordings
import Testing

@Suite("Spikes from text files")
struct SpikeTextTests {
  private static let train = """
    2\r
    3, 0\r
    1, 0\r
    3, 0\r
    0, 7\r
    -2, 1\r
    2, 20\r
    -1, 30\r
    -2, 0\r
    -1, 10\r

    """
  private static let test = "1\n5, 4\n-2,2\n-1, 8"

  private let folder = try! TemporaryFolder()

  private func source(train: String = train, test: String = test, tick: Int64 = 1000) throws -> SpikeTextSource {
    try folder.write(Array(train.utf8), to: "set/task_train.dat")
    try folder.write(Array(test.utf8), to: "set/task_test.dat")
    return try SpikeTextSource(path: folder.path + "/set", tickInMicroseconds: tick)
  }

  @Test func samplesAreWhatTheLinesSay() throws {
    let source = try source()
    #expect(source.sampleCount == 3 && source.inputRowCount == 6 && source.classNames == ["0", "1", "2"])
    let descriptions = (0..<3).map { source.description(ofSample: $0) }
    #expect(descriptions.map(\.label) == [1, 0, 2] && descriptions.map(\.tickCount) == [30, 10, 8])
    #expect(descriptions.map(\.firstScoredTick) == [20, 9, 7])
    #expect(descriptions.map(\.split) == [.train, .train, .test])
    var raster = SpikeRaster(rowCount: 0)
    try source.encode(sample: 0, into: &raster)
    #expect(raster.tickCount == 30 && raster.rowCount == 6)
    let spikes = (0..<30).map { Array(raster.activeRows(at: $0)) }
    #expect(spikes[0] == [1, 3] && spikes[7] == [0] && spikes[20] == [2] && raster.spikeCount == 4)
    try source.encode(sample: 1, into: &raster)
    #expect(raster.tickCount == 10 && raster.spikeCount == 0)
    let coarse = try self.source(tick: 4000)
    try coarse.encode(sample: 0, into: &raster)
    #expect(raster.tickCount == 8 && Array(raster.activeRows(at: 1)) == [0] && Array(raster.activeRows(at: 5)) == [2])
    #expect(coarse.description(ofSample: 0).firstScoredTick == 5)
    let first = try source.fingerprint
    #expect(try self.source(test: "1\n5, 5\n-2,2\n-1, 8").fingerprint != first)
  }

  @Test(arguments: [
    ("", "the number of samples"), ("x\n", "whole numbers"), ("0\n", "the number of samples"),
    ("1, 2\n", "the number of samples"), ("1\n1, 2, 3\n", "two numbers"), ("1\n7\n", "two numbers"),
    ("1\n1, 5\n2, 4\n", "a time of 5 ms or later"), ("1\n1, -5\n", "a time of 0 ms or later"),
    ("1\n-3, 5\n", "a neuron from 0"), ("1\n99999999, 5\n", "a neuron from 0"),
    ("1\n-1, 5\n", "'-2, label'"), ("1\n-2, 0\n-2, 1\n-1, 5\n", "one label"), ("1\n-2, 70000\n", "one label"),
    ("1\n1, 9\n-2, 0\n-1, 5\n", "an end at 9 ms or later"), ("1\n-2, 0\n-1, 0\n", "an end at 0 ms or later"),
    ("2\n-2, 0\n-1, 5\n", "2 samples"), ("1\n1, 2\n", "1 samples"), ("1\n-2, 0\n-1, 5\n1, 2\n", "the end of the file"),
    ("1\n1, 999999999999999999999\n", "whole numbers"), ("1\n1, 2.5\n", "whole numbers"),
    ("1\n-2, 0\n-1, 999999999\n", "an end at 0 ms"), ("1\n\u{0}\u{0}\u{1}", "whole numbers"),
  ])
  func wrongLinesAreNamed(text: String, part: String) throws {
    for isTrain in [true, false] {
      let error = recordingError {
        _ = try source(train: isTrain ? text : Self.train, test: isTrain ? Self.test : text)
      }
      let sentence = try #require(error).description
      #expect(sentence.contains(part), "\(sentence)")
      #expect(sentence.contains(isTrain ? "task_train.dat" : "task_test.dat"))
    }
  }

  /// Cut anywhere, a file is refused or, where only the last line end is missing, whole.
  @Test func cutFilesAreRefused() throws {
    let bytes = Array(Self.train.utf8)
    for length in 0..<bytes.count - 4 {
      let error = recordingError { _ = try source(train: String(decoding: bytes[..<length], as: UTF8.self)) }
      #expect(error != nil, "\(length)")
    }
  }

  @Test func foldersWithoutBothFilesAreRefused() throws {
    try folder.write(Array(Self.train.utf8), to: "half/a_train.dat")
    #expect(recordingError { _ = try SpikeTextSource(path: folder.path + "/half") } != nil)
    try folder.write(Array(Self.test.utf8), to: "half/a_test.dat")
    #expect(recordingError { _ = try SpikeTextSource(path: folder.path + "/half") } == nil)
    try folder.write(Array(Self.test.utf8), to: "half/b_test.dat")
    #expect(recordingError { _ = try SpikeTextSource(path: folder.path + "/half") } != nil)
    #expect(recordingError { _ = try SpikeTextSource(path: folder.path + "/none") } != nil)
    #expect(recordingError { _ = try SpikeTextSource(path: folder.path, tickInMicroseconds: 0) } != nil)
  }

  /// Counts of the reference, found by an independent reader.
  @Test(.enabled(if: Place.exists(Place.cues), "cue accumulation is not at CROSSPOINT_DATA"))
  func theChipTaskIsReadWhole() throws {
    let source = try SpikeTextSource(path: Place.cues)
    #expect(source.sampleCount == 100 && source.inputRowCount == 40 && source.classNames.count == 2)
    let descriptions = (0..<100).map { source.description(ofSample: $0) }
    #expect(descriptions.allSatisfy { $0.tickCount == 2250 && 2100...2120 ~= $0.firstScoredTick })
    #expect(descriptions[..<50].map(\.label).reduce(0, +) == 28 && descriptions[50...].map(\.label).reduce(0, +) == 21)
    var raster = SpikeRaster(rowCount: 0)
    for (sample, description) in descriptions.enumerated() {
      try source.encode(sample: sample, into: &raster)
      #expect(512...615 ~= raster.spikeCount)
      // The label is the side with more cues: the first two groups of ten rows, before the recall.
      var cues = [0, 0]
      for tick in 0..<1100 { for row in raster.activeRows(at: tick) where row < 20 { cues[Int(row) / 10] += 1 } }
      #expect((cues[1] > cues[0] ? 1 : 0) == description.label || abs(cues[0] - cues[1]) < 25)
    }
  }
}
