import Foundation
import Kernels
import Recordings
import Testing

@Suite struct SensorRecordingSourceTests {
  private func source(
    _ draft: SensorRecordingDraft, in folder: TemporaryFolder, length: Int = 8, step: Int = 5, levelCount: Int? = 4
  ) throws -> SensorRecordingSource {
    try SensorRecordingSource(
      path: draft.write(in: folder), windowLength: length, windowStep: step, encoder: .init(levelCount: levelCount))
  }

  private func raster(_ source: SensorRecordingSource, _ sample: Int) throws -> SpikeRaster {
    var raster = SpikeRaster(rowCount: 0)
    try source.encode(sample: sample, into: &raster)
    return raster
  }

  @Test func windowsStayInsideTheirRecording() throws {
    let folder = try TemporaryFolder()
    var draft = SensorRecordingDraft()
    (draft.starts, draft.lengths) = ([0, 18, 20], [18, 2, 20])
    (draft.labels, draft.subjects) = ([0, 1, 1], [3, 4, 5])
    let source = try source(draft, in: folder)
    let descriptions = (0..<source.sampleCount).map { source.description(ofSample: $0) }
    #expect(descriptions.map(\.identifier) == ["0:0", "0:5", "0:10", "2:0", "2:5", "2:10"])
    #expect(descriptions.map(\.label) == [0, 0, 0, 1, 1, 1])
    #expect(descriptions.map(\.group) == [3, 3, 3, 5, 5, 5])
    #expect(descriptions.allSatisfy { $0.tickCount == 8 && $0.split == .unspecified })
  }

  @Test func encodingNeedsAFit() throws {
    let folder = try TemporaryFolder()
    let source = try source(SensorRecordingDraft(), in: folder)
    #expect(recordingError { _ = try raster(source, 0) } == .notFitted)
    #expect(recordingError { try source.fit(trainingSamples: []) } != nil)
  }

  @Test func aWindowLongerThanEveryRecordingIsRefused() throws {
    let folder = try TemporaryFolder()
    let error = recordingError { _ = try source(SensorRecordingDraft(), in: folder, length: 21) }
    #expect(error?.description.contains("at most 20") == true)
  }

  @Test func statisticsComeFromTheTrainingSamplesOnly() throws {
    let folder = try TemporaryFolder()
    var draft = SensorRecordingDraft()
    let before = try source(draft, in: folder)
    try before.fit(trainingSamples: [0, 1, 2])
    let expected = try raster(before, 1)
    // The second recording is not among the training samples: it may hold anything.
    for index in 40..<80 { draft.samples[index] = Float(index * index) }
    let after = try SensorRecordingSource(
      path: draft.write(in: folder, name: "other.h5"), windowLength: 8, windowStep: 5, encoder: .init(levelCount: 4))
    try after.fit(trainingSamples: [2, 1, 0])
    #expect(try raster(after, 1) == expected)
    #expect(after.encodingReport == before.encodingReport)
    try after.fit(trainingSamples: Array(0..<after.sampleCount))
    #expect(try raster(after, 1) != expected)
  }

  @Test func statisticsOfAKnownSignalAreRight() throws {
    let folder = try TemporaryFolder()
    var draft = SensorRecordingDraft()
    // Channel a takes 0…9999 in scrambled order, offset by 5000; channel b is a constant.
    draft.samples = (0..<10_000).flatMap { [Float($0 * 7919 % 10_000) + 5000, 4] }
    (draft.starts, draft.lengths) = ([0, 5000], [5000, 5000])
    let source = try source(draft, in: folder, length: 100, step: 50)
    try source.fit(trainingSamples: Array(0..<source.sampleCount))
    guard case .channels(let channels) = source.encodingReport else {
      Issue.record("no report")
      return
    }
    #expect(abs(channels[0].standardDeviation - ((1e8 - 1) / 12.0).squareRoot()) < 1e-6)
    #expect(channels[1].standardDeviation == 0 && channels[1].rootMeanSquareError == 0)
    // Four levels of equal share: each row is active in a quarter of the samples, each sample once.
    var counts = [Int](repeating: 0, count: source.inputRowCount)
    for sample in stride(from: 0, to: source.sampleCount, by: 1) {
      let spikes = try raster(source, sample)
      for tick in 0..<spikes.tickCount {
        let levelRows = spikes.activeRows(at: tick).filter { $0 >= 4 }
        #expect(levelRows.count == 2)
        for row in levelRows { counts[Int(row)] += 1 }
      }
    }
    let ticks = Double(source.sampleCount * 100)
    for level in 0..<4 { #expect(abs(Double(counts[4 + level]) / ticks - 0.25) < 0.01) }
  }

  @Test func theReportIsWhatAReceiverOfTheSpikesSees() throws {
    let source = try SensorRecordingSource(
      path: Place.watchExercises, windowLength: 200, windowStep: 100, encoder: .init())
    #expect(source.sampleCount == 2229)
    #expect(source.inputRowCount == 60)
    try source.fit(trainingSamples: Array(0..<source.sampleCount))
    guard case .channels(let channels) = source.encodingReport else {
      Issue.record("no report")
      return
    }
    // The same encoding, written with numpy: signal-to-noise ratio in dB and spikes per tick of each channel.
    let ratios = [15.75, 10.75, 7.87, 2.58, 8.22, 6.97]
    let rates = [0.247, 0.413, 0.431, 0.690, 0.375, 0.507]
    for (channel, (ratio, rate)) in zip(channels, zip(ratios, rates)) {
      #expect(abs(channel.signalToNoiseInDecibels - ratio) < 0.01, "\(channel)")
      #expect(abs(channel.spikesPerTick - rate) < 0.001, "\(channel)")
    }
  }
}
