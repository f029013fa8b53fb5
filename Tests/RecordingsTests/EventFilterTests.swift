import Recordings
import Testing

@Suite struct EventFilterTests {
  private let sensor = try! SensorSize(width: 34, height: 20)

  private func event(_ x: Int, _ y: Int, _ timestamp: Int64 = 0, on: Bool = true) -> TestEvent {
    TestEvent(x: UInt16(x), y: UInt16(y), polarity: on ? 1 : 0, timestamp: timestamp)
  }

  private func pass(_ events: [TestEvent], _ parameters: any EventFilterParameters) throws -> [TestEvent] {
    try filtered(events, by: [parameters], sensor: sensor).events
  }

  @Test func aCropKeepsItsRectangleAndMovesIt() throws {
    let crop = try EventCrop.Parameters(x: 10, y: 4, width: 3, height: 2)
    let corners = [event(10, 4, 1), event(12, 5, 2), event(9, 4, 3), event(13, 5, 4), event(10, 3, 5), event(12, 6, 6)]
    #expect(try pass(corners, crop) == [event(0, 0, 1), event(2, 1, 2)])
    #expect(try crop.makeFilter(for: sensor).sensor == SensorSize(width: 3, height: 2))
    for (x, y, width) in [(32, 0, 3), (-1, 0, 3), (0, 19, 3), (.max, 0, 3), (0, .min, 3)] {
      let outside = try EventCrop.Parameters(x: x, y: y, width: width, height: 2)
      #expect(recordingError { _ = try outside.makeFilter(for: sensor) } != nil)
    }
    #expect(recordingError { _ = try EventCrop.Parameters(x: 0, y: 0, width: 0, height: 1) } != nil)
  }

  @Test func downsamplingDividesEveryPixelNumber() throws {
    // The division by a product is exact: every number and many divisors.
    for divisor in [1, 2, 3, 5, 7, 10, 255, 640, 1279, 32_769, 65_535, 65_536] {
      let wide = try SensorSize(width: 65_536, height: 1)
      let all = (0..<65_536).map { event($0, 0) }
      let result = try filtered(all, by: [EventDownsampling.Parameters(columns: divisor, rows: 1)], sensor: wide)
      #expect(result.events.indices.allSatisfy { Int(result.events[$0].x) == $0 / divisor })
      #expect(result.preparation.outputSensor.width == (65_536 + divisor - 1) / divisor)
    }
    let halved = try EventDownsampling.Parameters(halvings: 2)
    #expect(try pass([event(33, 19, 5)], halved) == [event(8, 4, 5)])
    #expect(try halved.makeFilter(for: sensor).sensor == SensorSize(width: 9, height: 5))
    #expect(recordingError { _ = try EventDownsampling.Parameters(columns: 0, rows: 1) } != nil)
    #expect(recordingError { _ = try EventDownsampling.Parameters(halvings: 17) } != nil)
  }

  @Test func theImageFlipsAndTurns() throws {
    // A pixel at the right end of the second row from the top, of 34 × 20.
    let expected: [(EventOrientation.Parameters, Int, Int)] = [
      (.flipHorizontally, 0, 1), (.flipVertically, 33, 18), (.rotateHalfTurn, 0, 18), (.transpose, 1, 33),
      (.rotateClockwise, 18, 33), (.rotateCounterclockwise, 1, 0),
    ]
    #expect(expected.count == EventOrientation.Parameters.allCases.count)
    for (orientation, x, y) in expected {
      #expect(try pass([event(33, 1)], orientation) == [event(x, y)], "\(orientation)")
      let turned = try orientation.makeFilter(for: sensor).sensor
      #expect((turned.width == 20) == (turned.height == 34))
      #expect(x < turned.width && y < turned.height)
    }
    let events = TestEvent.random(count: 500, seed: 1, sensor: (34, 20))
    let round = try filtered(
      events, by: [EventOrientation.Parameters](repeating: .rotateClockwise, count: 4), sensor: sensor)
    #expect(round.events == events && round.preparation.outputSensor == sensor)
  }

  @Test func polaritiesAreMergedOrSelected() throws {
    let events = [event(1, 1, 0, on: true), event(2, 2, 1, on: false), event(3, 3, 2, on: true)]
    #expect(try pass(events, PolaritySelection.Parameters.onlyOn) == [events[0], events[2]])
    #expect(try pass(events, PolaritySelection.Parameters.onlyOff) == [events[1]])
    #expect(
      try pass(events, PolaritySelection.Parameters.merge) == [events[0], event(2, 2, 1, on: true), events[2]])
  }

  @Test func aTimeCropKeepsItsSpanAndKnowsWhenItIsOver() throws {
    let events = (0..<10).map { event($0, 0, Int64($0) * 10) }
    let span = try EventTimeCrop.Parameters(startInMicroseconds: 20, endInMicroseconds: 50)
    #expect(try pass(events, span) == Array(events[2..<5]))
    #expect(try filtered(events, by: [span], sensor: sensor).preparation.isOver)
    #expect(try !filtered(Array(events[..<5]), by: [span], sensor: sensor).preparation.isOver)
    #expect(recordingError { _ = try EventTimeCrop.Parameters(startInMicroseconds: 5, endInMicroseconds: 5) } != nil)
  }

  @Test func anEventWithoutCompanyIsBackground() throws {
    let events = [
      event(5, 5, 0), event(6, 6, 1000), event(8, 8, 1500), event(5, 5, 2001), event(5, 5, 2002), event(5, 6, 3002),
      // The end of a row is no neighbour of the beginning of the next.
      event(33, 10, 4000), event(0, 11, 4001), event(33, 9, 4002), event(0, 0, 9000), event(1, 0, 9000),
    ]
    let passing = [event(6, 6, 1000), event(5, 6, 3002), event(33, 9, 4002), event(1, 0, 9000)]
    // (5, 6) at 3002 has (5, 5) at 2002, just in time; (5, 5) at 2001 has (6, 6) at 1000, just too late.
    #expect(try pass(events, BackgroundActivityFilter.Parameters(windowInMicroseconds: 1000)) == passing)
    let own = try pass(
      events, BackgroundActivityFilter.Parameters(windowInMicroseconds: 1000, includesOwnPixel: true))
    #expect(own == [passing[0], event(5, 5, 2002)] + passing[1...])
    #expect(recordingError { _ = try BackgroundActivityFilter.Parameters(windowInMicroseconds: 0) } != nil)
  }

  @Test func theBackgroundFilterAgreesWithASearchThroughAllEarlierEvents() throws {
    let events = TestEvent.random(count: 1500, seed: 2, sensor: (34, 20))
    let expected = events.indices.filter { index in
      events[..<index].contains { earlier in
        let (dx, dy) = (Int(earlier.x) - Int(events[index].x), Int(earlier.y) - Int(events[index].y))
        return abs(dx) <= 1 && abs(dy) <= 1 && (dx, dy) != (0, 0)
          && events[index].timestamp - earlier.timestamp <= 700
      }
    }
    let result = try pass(events, BackgroundActivityFilter.Parameters(windowInMicroseconds: 700))
    #expect(result == expected.map { events[$0] })
    #expect(expected.count > 200 && expected.count < 1300)
  }

  @Test func aPixelRestsAfterAnEventThatPassed() throws {
    let events = [
      event(1, 1, 0), event(1, 1, 99, on: false), event(2, 1, 99), event(1, 1, 100), event(1, 1, 150),
      event(1, 1, 199, on: false), event(1, 1, 200),
    ]
    // An event that is dropped does not begin a period.
    let both = try pass(events, RefractoryFilter.Parameters(periodInMicroseconds: 100))
    #expect(both == [0, 2, 3, 6].map { events[$0] })
    let apart = try pass(
      events, RefractoryFilter.Parameters(periodInMicroseconds: 100, separatesPolarities: true))
    #expect(apart == [0, 1, 2, 3, 5, 6].map { events[$0] })
    #expect(recordingError { _ = try RefractoryFilter.Parameters(periodInMicroseconds: 0) } != nil)
  }

  @Test func poolingLetsEveryThetaThEventOfItsPixelsPass() throws {
    let events = TestEvent.random(count: 4000, seed: 3, sensor: (34, 20))
    var counts: [[Int]: Int] = [:]
    let expected = events.compactMap { event -> TestEvent? in
      let (x, y) = (event.x / 4, event.y / 3)
      counts[[Int(x), Int(y), Int(event.polarity)], default: 0] += 1
      guard counts[[Int(x), Int(y), Int(event.polarity)]]! % 5 == 0 else { return nil }
      return TestEvent(x: x, y: y, polarity: event.polarity, timestamp: event.timestamp)
    }
    let pooling = try EventPooling.Parameters(columns: 4, rows: 3, threshold: 5)
    #expect(try pass(events, pooling) == expected)
    #expect(try pooling.makeFilter(for: sensor).sensor == SensorSize(width: 9, height: 7))
    #expect(recordingError { _ = try EventPooling.Parameters(columns: 1, rows: 1, threshold: 0) } != nil)
  }

  @Test func aLeakForgetsSlowEvents() throws {
    // With exp(−Δt / τ) = e⁻¹ the charge tends to 1 / (1 − 1/e) = 1.58: never 2, while twice the rate tends to 2.54.
    let leaky = try EventPooling.Parameters(columns: 2, rows: 2, threshold: 2, timeConstantInMicroseconds: 1000)
    #expect(try pass((0..<50).map { event($0 % 2, 0, Int64($0) * 1000) }, leaky).isEmpty)
    // Charges 1, 1.61, 1.97, 2.20: the fourth fires and leaves 0.20.
    let fast = try pass((0..<4).map { event($0 % 2, 0, Int64($0) * 500) }, leaky)
    #expect(fast == [event(0, 0, 1500)])
  }

  @Test func aMaskDropsItsPixels() throws {
    let events = [event(1, 1), event(2, 1), event(1, 2), event(33, 19)]
    let mask = HotPixelMask.Parameters(pixels: [PixelPosition(x: 1, y: 1), PixelPosition(x: 33, y: 19)])
    #expect(try pass(events, mask) == [event(2, 1), event(1, 2)])
    for pixel in [PixelPosition(x: 34, y: 0), PixelPosition(x: 0, y: -1)] {
      #expect(recordingError { _ = try HotPixelMask.Parameters(pixels: [pixel]).makeFilter(for: sensor) } != nil)
    }
  }

  @Test func stateOfHugeSensorsIsRefused() throws {
    let huge = try SensorSize(width: 65_536, height: 65_536)
    let filters: [any EventFilterParameters] = [
      try BackgroundActivityFilter.Parameters(), try RefractoryFilter.Parameters(),
      HotPixelMask.Parameters(pixels: []), try EventPooling.Parameters(columns: 2, rows: 2, threshold: 2),
    ]
    for filter in filters { #expect(recordingError { _ = try filter.makeFilter(for: huge) } != nil) }
  }
}
