import Foundation
import Kernels
import Recordings
import Testing

@Suite struct EventEncoderTests {
  private let sensor = try! SensorSize(width: 34, height: 34)

  private func binning(tick: Int64 = 500, count: Int = 60) throws -> EventBinning.Parameters {
    try EventBinning.Parameters(sensorWidth: 34, sensorHeight: 34, tickInMicroseconds: tick, tickCount: count)
  }

  private func row(_ event: TestEvent) -> Int {
    Int(event.polarity) * 1156 + Int(event.y) * 34 + Int(event.x)
  }

  /// Rows and amplitudes of a tick.
  private func tick(_ raster: SpikeRaster, _ tick: Int) -> [Int: Float] {
    let spikes = Int(raster.tickOffsets[tick])..<Int(raster.tickOffsets[tick + 1])
    return Dictionary(uniqueKeysWithValues: spikes.map { (Int(raster.rows[$0]), raster.amplitudes[$0]) })
  }

  @Test func countsDriveRowsUpToTheFullDrive() throws {
    let events = TestEvent.random(count: 6000, seed: 21, sensor: (8, 8), longestStep: 10)
    let parameters = try EventCounts.Parameters(binning: binning(), fullDrive: 3)
    let (raster, dropped) = encoded(events, by: EventCounts(parameters))
    #expect(raster.tickCount == 60 && raster.rowCount == 2312 && raster.isGraded)
    var counts = [[Int: Int]](repeating: [:], count: 60)
    for event in events where event.timestamp < 30_000 {
      counts[Int(event.timestamp / 500)][row(event), default: 0] += 1
    }
    for index in 0..<60 {
      #expect(tick(raster, index) == counts[index].mapValues { Float(min($0, 3)) / 3 })
    }
    #expect(raster.amplitudes.contains(1) && raster.amplitudes.contains(Float(1) / 3))
    #expect(dropped == events.filter { $0.timestamp >= 30_000 }.count && dropped < events.count)
    #expect(recordingError { _ = try EventCounts.Parameters(binning: binning(), fullDrive: 0) } != nil)
  }

  @Test func aTimeSurfaceFadesFromTheLatestEvent() throws {
    let events = TestEvent.random(count: 500, seed: 22, longestStep: 100)
    let parameters = try TimeSurface.Parameters(
      binning: binning(), timeConstantInMicroseconds: 2000, floor: 0.1)
    let (raster, _) = encoded(events, by: TimeSurface(parameters))
    var latest: [Int: Int] = [:]
    for index in 0..<60 {
      for event in events where event.timestamp / 500 == Int64(index) { latest[row(event)] = index }
      // exp(−0.25 n) is above 0.1 up to n = 9.
      let expected = latest.filter { index - $0.value <= 9 }
      let found = tick(raster, index)
      #expect(Set(found.keys) == Set(expected.keys))
      for (row, amplitude) in found {
        #expect(abs(Double(amplitude) - exp(-0.25 * Double(index - expected[row]!))) < 1e-7)
      }
    }
    #expect(recordingError { _ = try TimeSurface.Parameters(binning: binning(), floor: 0) } != nil)
    // More amplitudes than a raster can number.
    #expect(recordingError { _ = try TimeSurface.Parameters(binning: binning(count: 1_000_000)) } != nil)
  }

  @Test func framesHoldEqualNumbersOfEvents() throws {
    let events = TestEvent.random(count: 103, seed: 23)
    let seven = try EqualCountFrames.Parameters(sensor: sensor, frameCount: 7, totalEventCount: 103)
    let (raster, dropped) = encoded(events, by: EqualCountFrames(seven))
    for frame in 0..<7 {
      let expected = Set(events.indices.filter { $0 * 7 / 103 == frame }.map { row(events[$0]) })
      #expect(raster.activeRows(at: frame).map { Int($0) } == expected.sorted())
    }
    #expect(dropped == 0 && raster.tickCount == 7)
    let tens = try EqualCountFrames.Parameters(sensor: sensor, frameCount: 8, eventsPerFrame: 10)
    let (fixed, left) = encoded(events, by: EqualCountFrames(tens))
    #expect(Array(fixed.activeRows(at: 7)) == Set(events[70..<80].map { Int32(row($0)) }).sorted())
    #expect(left == 23)
    // Fewer events than frames, and none: frames are empty.
    let (few, _) = encoded(
      Array(events[..<2]),
      by: EqualCountFrames(try .init(sensor: sensor, frameCount: 6, totalEventCount: 2)))
    #expect((0..<6).map { few.activeRows(at: $0).count } == [1, 0, 0, 1, 0, 0])
    #expect(encoded([], by: EqualCountFrames(tens)).raster.tickCount == 8)
  }

  @Test func batchesDoNotChangeTheRasters() throws {
    let events = TestEvent.random(count: 3000, seed: 24)
    func check(_ encoder: some EventEncoder) {
      let whole = encoded(events, by: encoder)
      for seed in 0..<UInt64(4) {
        let pieces = encoded(events, by: encoder, sizes: randomSizes(seed: seed, most: seed == 0 ? 1 : 300))
        #expect(pieces.raster == whole.raster && pieces.dropped == whole.dropped)
      }
      #expect(whole.raster.spikeCount > 500 && whole.raster.tickCount == encoder.tickCount)
    }
    check(EventBinning(try binning()))
    check(EventCounts(try .init(binning: binning())))
    check(TimeSurface(try .init(binning: binning())))
    check(EqualCountFrames(try .init(sensor: sensor, frameCount: 9, eventsPerFrame: 217)))
    check(EqualCountFrames(try .init(sensor: sensor, frameCount: 9, totalEventCount: 2500)))
  }

  @Test func anEncoderBeginsAnewAfterAnUnfinishedWindow() throws {
    let (first, second) = (TestEvent.random(count: 400, seed: 25), TestEvent.random(count: 400, seed: 26))
    func check(_ fresh: some EventEncoder) {
      var (encoder, raster) = (fresh, SpikeRaster(rowCount: 0))
      encoder.begin(&raster)
      encoder.append(EventBatch(first), to: &raster)
      #expect(encoded(second, by: encoder).raster == encoded(second, by: fresh).raster)
    }
    check(EventCounts(try! .init(binning: binning())))
    check(TimeSurface(try! .init(binning: binning())))
    check(EqualCountFrames(try! .init(sensor: sensor, frameCount: 9, eventsPerFrame: 50)))
  }
}
