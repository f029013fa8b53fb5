import Foundation
import Kernels
import Recordings
import Testing

@Suite struct EventPreparationTests {
  private let sensor = try! SensorSize(width: 34, height: 34)

  private func allFilters() throws -> [[any EventFilterParameters]] {
    let single: [any EventFilterParameters] = [
      try EventCrop.Parameters(x: 3, y: 5, width: 20, height: 21),
      try EventDownsampling.Parameters(columns: 3, rows: 2),
      EventOrientation.Parameters.rotateClockwise, PolaritySelection.Parameters.onlyOff,
      PolaritySelection.Parameters.merge,
      try EventTimeCrop.Parameters(startInMicroseconds: 10_000, endInMicroseconds: 60_000),
      try BackgroundActivityFilter.Parameters(windowInMicroseconds: 300),
      HotPixelMask.Parameters(pixels: [PixelPosition(x: 7, y: 7)]),
      try RefractoryFilter.Parameters(periodInMicroseconds: 30_000, separatesPolarities: true),
      try EventPooling.Parameters(columns: 4, rows: 4, threshold: 3),
      try EventPooling.Parameters(columns: 4, rows: 4, threshold: 2, timeConstantInMicroseconds: 4000),
      try EventThinning.Parameters(fraction: 0.3, seed: 5),
      try EventThinning.Parameters(eventsPerSecond: 20_000, windowInMicroseconds: 1000, seed: 5),
    ]
    let chain: [any EventFilterParameters] = [
      try BackgroundActivityFilter.Parameters(windowInMicroseconds: 900),
      try RefractoryFilter.Parameters(periodInMicroseconds: 500),
      try EventCrop.Parameters(x: 1, y: 1, width: 32, height: 32), EventOrientation.Parameters.transpose,
      try EventPooling.Parameters(columns: 2, rows: 2, threshold: 2),
      try EventThinning.Parameters(eventsPerSecond: 10_000, seed: 6),
    ]
    return single.map { [$0] } + [chain]
  }

  @Test func batchesDoNotChangeWhatPasses() throws {
    let events = TestEvent.random(count: 5000, seed: 11)
    for filters in try allFilters() {
      let whole = try filtered(events, by: filters, sensor: sensor)
      #expect(whole.events.count > 50 && whole.preparation.steps.allSatisfy { $0.received > 50 })
      for seed in 0..<UInt64(4) {
        let pieces = try filtered(
          events, by: filters, sensor: sensor, sizes: randomSizes(seed: seed, most: seed == 0 ? 1 : 400))
        #expect(pieces.events == whole.events, "\(whole.preparation.steps.map(\.name))")
        #expect(pieces.preparation.steps == whole.preparation.steps)
      }
    }
  }

  @Test func everyStepCountsWhatItDropped() throws {
    let events = TestEvent.random(count: 3000, seed: 12)
    let chain = try allFilters().last!
    let (result, preparation) = try filtered(events, by: chain, sensor: sensor)
    var received = events.count
    for step in preparation.steps {
      #expect(step.received == received)
      received -= step.dropped
    }
    #expect(received == result.count)
    #expect(preparation.outputSensor == (try SensorSize(width: 16, height: 16)))
    #expect(preparation.steps[2].sensor == (try SensorSize(width: 32, height: 32)))
  }

  @Test func eventsOutsideOfTheSensorAreDroppedAndCounted() throws {
    let events = [
      TestEvent(x: 34, y: 0, polarity: 1, timestamp: 0), TestEvent(x: 33, y: 33, polarity: 1, timestamp: 1),
      TestEvent(x: 0, y: 65_535, polarity: 1, timestamp: 2),
    ]
    let (result, preparation) = try filtered(
      events, by: [EventOrientation.Parameters.flipHorizontally], sensor: sensor)
    #expect(result == [TestEvent(x: 0, y: 33, polarity: 1, timestamp: 1)])
    #expect(preparation.outsideCount == 2 && preparation.steps[0].received == 1)
  }

  @Test func aStepThatDoesNotFitTheImageBeforeItIsRefused() throws {
    let steps: [any EventFilterParameters] = [
      try EventDownsampling.Parameters(halvings: 1), try EventCrop.Parameters(x: 0, y: 0, width: 20, height: 10),
    ]
    #expect(recordingError { _ = try EventPreparation(of: sensor, steps) } != nil)
  }

  @Test func aPreparedStreamIsTheEventsThatPass() throws {
    let events = TestEvent.random(count: 3000, seed: 13)
    let chain = try allFilters().last!
    let expected = try filtered(events, by: chain, sensor: sensor).events
    let source = ListedEvents(events, sensor: sensor, sizes: randomSizes(seed: 3, most: 90))
    let prepared = try PreparedEvents(source, preparation: EventPreparation(of: sensor, chain))
    var (batch, result) = (EventBatch(), [TestEvent]())
    while try prepared.next(into: &batch) {
      #expect(batch.count > 0)
      result += batch.events
    }
    #expect(result == expected && prepared.end == .clean && batch.count == 0)
    #expect(prepared.sensor == (try SensorSize(width: 16, height: 16)))
    let other = try EventPreparation(of: SensorSize(width: 35, height: 34), [])
    #expect(recordingError { _ = try PreparedEvents(source, preparation: other) } != nil)
  }

  @Test func aStreamIsOverWhenNothingMorePasses() throws {
    let source = ListedEvents(TestEvent.random(count: 5000, seed: 14), sizes: [100])
    let crop = try EventTimeCrop.Parameters(startInMicroseconds: 0, endInMicroseconds: 10_000)
    let prepared = try source.prepared(by: EventPreparation(of: sensor, [crop]))
    var (batch, count) = (EventBatch(), 0)
    while try prepared.next(into: &batch) { count += batch.count }
    #expect(prepared.end == .clean && count > 300)
    // One batch beyond the end at most.
    #expect(source.deliveredCount <= count + 100)
  }

  @Test func afterASeekFiltersKnowTheWarmUp() throws {
    let events = TestEvent.random(count: 4000, seed: 15)
    let filters = [try BackgroundActivityFilter.Parameters(windowInMicroseconds: 800)]
    let whole = try filtered(events, by: filters, sensor: sensor).events
    let prepared = try ListedEvents(events, sizes: [64]).prepared(
      by: EventPreparation(of: sensor, filters), warmUpInMicroseconds: 800)
    for time in [Int64(40_000), 5000, 0, 40_000, 1_000_000] {
      try prepared.seek(toMicroseconds: time)
      var (batch, result) = (EventBatch(), [TestEvent]())
      while try prepared.next(into: &batch) { result += batch.events }
      #expect(result == whole.filter { $0.timestamp >= time })
    }
  }

  @Test func thinningKeepsItsFraction() throws {
    let events = (0..<40_000).map { (index: Int) in TestEvent(x: 3, y: 4, polarity: 1, timestamp: Int64(index) * 7) }
    let thin = try EventThinning.Parameters(fraction: 0.25, seed: 9)
    let kept = try filtered(events, by: [thin], sensor: sensor).events
    // Five standard deviations of a binomial distribution: wrong once in two million seeds.
    let distance = abs(Double(kept.count) - 10_000)
    #expect(distance < 5 * (40_000 * 0.25 * 0.75).squareRoot())
    // The draw belongs to the event, not to its place in the stream.
    let later = try filtered(Array(events[20_000...]), by: [thin], sensor: sensor).events
    #expect(later == kept.filter { $0.timestamp >= 140_000 })
    let another = try filtered(events, by: [EventThinning.Parameters(fraction: 0.25, seed: 10)], sensor: sensor)
    #expect(another.events != kept)
    #expect(try filtered(events, by: [EventThinning.Parameters(fraction: 1, seed: 1)], sensor: sensor).events == events)
    #expect(
      try filtered(events, by: [EventThinning.Parameters(fraction: 0, seed: 1)], sensor: sensor).events.isEmpty)
    #expect(recordingError { _ = try EventThinning.Parameters(fraction: .nan, seed: 1) } != nil)
  }

  @Test func aLimitOfTheRateHoldsAndDropsNothingBelowIt() throws {
    // A million events a second for 0.4 s.
    let events = (0..<400_000).map { (index: Int) -> TestEvent in
      let (x, y) = (UInt16(index % 34), UInt16(index / 34 % 34))
      return TestEvent(x: x, y: y, polarity: 0, timestamp: Int64(index))
    }
    let limit = try EventThinning.Parameters(eventsPerSecond: 100_000, seed: 9)
    let kept = try filtered(events, by: [limit], sensor: sensor).events
    // 1000 in each window of 10 ms; in the first 1000 (1 + ln 10), as there is nothing before it.
    let expected: Double = 39_000 + 1000 * (1 + log(10))
    let distance = abs(Double(kept.count) - expected)
    #expect(distance < 5 * expected.squareRoot())
    let generous = try EventThinning.Parameters(eventsPerSecond: 1_000_000, seed: 9)
    #expect(try filtered(events, by: [generous], sensor: sensor).events == events)
  }

  @Test func hotPixelsStandOutFromTheOthers() throws {
    let hot = [PixelPosition(x: 30, y: 2), PixelPosition(x: 4, y: 9)]
    var events = TestEvent.random(count: 20_000, seed: 16)
    for repetition in 0..<400 {
      for pixel in hot {
        events.append(
          TestEvent(x: UInt16(pixel.x), y: UInt16(pixel.y), polarity: 1, timestamp: Int64(repetition) * 1000))
      }
    }
    events.sort { $0.timestamp < $1.timestamp }
    #expect(try HotPixels.find(in: ListedEvents(events, sensor: sensor)) == hot)
    // A threshold far above everything finds none; no events have no hot pixels.
    #expect(try HotPixels.find(in: ListedEvents(events, sensor: sensor), sigmas: 50).isEmpty)
    #expect(try HotPixels.find(in: ListedEvents([], sensor: sensor)).isEmpty)
    #expect(recordingError { _ = try HotPixels.find(in: ListedEvents(events)) } != nil)
  }

  @Test(.enabled(if: Place.exists(Place.nmnist), "no N-MNIST beside the project"))
  func aRealRecordingKeepsItsDigitAndLosesItsNoise() throws {
    let folder = Place.nmnist + "/Train/3"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).sorted().first)
    func file() throws -> EventFile {
      try EventFile(path: folder + "/" + name, decoder: NMNISTDecoder(file: name))
    }
    let hot = try HotPixels.find(in: file())
    #expect(hot.count < 12)
    let prepared = try file().prepared(
      by: EventPreparation(
        of: sensor,
        [
          HotPixelMask.Parameters(pixels: hot), try BackgroundActivityFilter.Parameters(),
          try RefractoryFilter.Parameters(), try EventDownsampling.Parameters(halvings: 1),
        ]))
    var (batch, count, latest) = (EventBatch(), 0, Int64.min)
    while try prepared.next(into: &batch) {
      count += batch.count
      #expect(batch.timestampsInMicroseconds.first! >= latest)
      #expect(batch.x.allSatisfy { $0 < 17 } && batch.y.allSatisfy { $0 < 17 })
      latest = batch.timestampsInMicroseconds.last!
    }
    #expect(count > 1000 && prepared.end == .clean)
  }
}
