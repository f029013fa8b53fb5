import Kernels
import Recordings
import Synchronization
import Testing

@Suite struct SampleLoaderTests {
  private let source = SyntheticSource(count: 40, groupCount: 4, failingSamples: [7])

  @Test(arguments: [1, 2, 5])
  func loadingGivesWhatEncodingGives(depth: Int) throws {
    let order = (0..<500).map { $0 * 13 % 40 }.filter { $0 != 7 }
    let loader = try SampleLoader(source: source, samples: order, depth: depth)
    var loaded = SpikeRaster(rowCount: 0)
    var direct = SpikeRaster(rowCount: 0)
    for sample in order {
      #expect(try loader.next(into: &loaded) == sample)
      try source.encode(sample: sample, into: &direct)
      #expect(loaded == direct)
    }
    #expect(try loader.next(into: &loaded) == nil)
    #expect(try loader.next(into: &loaded) == nil)
  }

  @Test func anErrorComesInThePlaceOfItsSample() throws {
    let loader = try SampleLoader(source: source, samples: [1, 7, 2])
    var raster = SpikeRaster(rowCount: 0)
    #expect(try loader.next(into: &raster) == 1)
    let error = recordingError { _ = try loader.next(into: &raster) }
    #expect(error == .unreadable(path: "sample 7", reason: "made to fail"))
    #expect(try loader.next(into: &raster) == 2)
    #expect(raster.tickCount == 3)
    #expect(try loader.next(into: &raster) == nil)
  }

  @Test func anEndlessOrderIsReadAheadByAtMostTheDepthAndCanBeStopped() throws {
    let furthest = Mutex(0)
    let loader = try SampleLoader(source: source, start: 10, depth: 3) { position in
      furthest.withLock { $0 = max($0, position) }
      return position % 7
    }
    var raster = SpikeRaster(rowCount: 0)
    for position in 10..<200 {
      #expect(try loader.next(into: &raster) == position % 7)
      // The one just taken, three that wait.
      #expect(furthest.withLock { $0 } <= position + 3)
    }
    loader.stop()
    loader.stop()
    #expect(try loader.next(into: &raster) == nil)
  }

  @Test func aLoaderThatNobodyReadsEndsWithItsOwner() throws {
    for _ in 0..<50 { _ = try SampleLoader(source: source) { $0 % 40 } }
  }

  @Test func anUnfittedEncoderIsAnErrorOfTheFirstSample() throws {
    let folder = try TemporaryFolder()
    let source = try SensorRecordingSource(
      path: SensorRecordingDraft().write(in: folder), windowLength: 4, windowStep: 4, encoder: .init())
    let loader = try SampleLoader(source: source, samples: [0])
    var raster = SpikeRaster(rowCount: 0)
    #expect(recordingError { _ = try loader.next(into: &raster) } == .notFitted)
  }

  @Test func realWindowsAreLoadedAsTheyAreEncoded() throws {
    let source = try SensorRecordingSource(
      path: Place.watchExercises, windowLength: 200, windowStep: 100, encoder: .init())
    let samples = Array(stride(from: 0, to: source.sampleCount, by: 50))
    try source.fit(trainingSamples: samples)
    let loader = try SampleLoader(source: source, samples: samples)
    var loaded = SpikeRaster(rowCount: 0)
    var direct = SpikeRaster(rowCount: 0)
    for sample in samples {
      #expect(try loader.next(into: &loaded) == sample)
      try source.encode(sample: sample, into: &direct)
      #expect(loaded == direct)
    }
  }
}
