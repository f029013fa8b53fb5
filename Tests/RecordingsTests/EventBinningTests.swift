import Kernels
import Recordings
import Testing

@Suite struct EventBinningTests {
  private func encode(
    _ events: [TestEvent], batchCapacity: Int = 64, tickInMicroseconds: Int64 = 10, tickCount: Int = 4
  ) throws -> (raster: SpikeRaster, dropped: Int) {
    var encoder = EventBinning(
      try EventBinning.Parameters(
        sensorWidth: 34, sensorHeight: 34, tickInMicroseconds: tickInMicroseconds, tickCount: tickCount))
    var raster = SpikeRaster(rowCount: 0)
    var batch = EventBatch(capacity: batchCapacity)
    encoder.begin(&raster)
    for event in events {
      batch.append(timestampInMicroseconds: event.timestamp, x: event.x, y: event.y, polarity: event.polarity)
      if batch.isFull {
        encoder.append(batch, to: &raster)
        batch.removeAll()
      }
    }
    encoder.append(batch, to: &raster)
    encoder.finish(&raster)
    return (raster, encoder.droppedEventCount)
  }

  @Test func anEventActivatesItsRowInItsTick() throws {
    let (raster, dropped) = try encode([
      TestEvent(x: 3, y: 2, polarity: 1, timestamp: 0), TestEvent(x: 3, y: 2, polarity: 0, timestamp: 9),
      TestEvent(x: 3, y: 2, polarity: 1, timestamp: 9), TestEvent(x: 33, y: 33, polarity: 1, timestamp: 29),
      TestEvent(x: 0, y: 0, polarity: 0, timestamp: 40), TestEvent(x: 0, y: 0, polarity: 0, timestamp: 99),
    ])
    let pixel = Int32(2 * 34 + 3)
    #expect((0..<4).map { Array(raster.activeRows(at: $0)) } == [[pixel, 34 * 34 + pixel], [], [2 * 34 * 34 - 1], []])
    #expect(dropped == 2)
  }

  @Test(arguments: [1, 2, 7, 100])
  func batchesDoNotChangeTheSpikes(batchCapacity: Int) throws {
    let events = TestEvent.pattern(count: 300)
    let whole = try encode(events, batchCapacity: 1000, tickInMicroseconds: 500, tickCount: 60)
    let pieces = try encode(events, batchCapacity: batchCapacity, tickInMicroseconds: 500, tickCount: 60)
    #expect(pieces.raster == whole.raster)
    #expect(pieces.dropped == whole.dropped)
    // The oracle: sets of rows by tick.
    var rows = [Set<Int32>](repeating: [], count: 60)
    for event in events where event.timestamp / 500 < 60 {
      rows[Int(event.timestamp / 500)].insert(Int32(event.polarity) * 1156 + Int32(event.y) * 34 + Int32(event.x))
    }
    #expect((0..<60).allSatisfy { Array(whole.raster.activeRows(at: $0)) == rows[$0].sorted() })
    #expect(whole.dropped == events.filter { $0.timestamp >= 30_000 }.count)
  }
}
