import Foundation
import Kernels
import Recordings
import Testing

@Suite struct EventWindowTests {
  private func binning(tick: Int64, count: Int) throws -> EventBinning {
    EventBinning(
      try EventBinning.Parameters(sensorWidth: 34, sensorHeight: 34, tickInMicroseconds: tick, tickCount: count))
  }

  /// Two stretches of events with nothing between.
  private let events: [TestEvent] = {
    let part = TestEvent.random(count: 1500, seed: 41)
    let shift = part.last!.timestamp + 50_000
    return (part + part.map { TestEvent(x: $0.x, y: $0.y, polarity: $0.polarity, timestamp: $0.timestamp + shift) }).map
    {
      TestEvent(x: $0.x, y: $0.y, polarity: $0.polarity, timestamp: $0.timestamp + 777)
    }
  }()

  private func read<Encoder>(
    _ reader: EventWindowReader<Encoder>
  ) throws -> [(window: EventWindowReader<Encoder>.Window, raster: SpikeRaster)] {
    var (result, raster) = (
      [(window: EventWindowReader<Encoder>.Window, raster: SpikeRaster)](), SpikeRaster(rowCount: 0)
    )
    while let window = try reader.next(into: &raster) { result.append((window, raster)) }
    return result
  }

  @Test(arguments: [10_000, 3000, 2999, 10_001, 25_000] as [Int64], [true, false])
  func windowsAreTheSameHoweverTheStreamIsCut(step: Int64, fromFirst: Bool) throws {
    let encoder = try binning(tick: 500, count: 20)
    let start = fromFirst ? events[0].timestamp : 0
    let windows = try EventWindows(
      startInMicroseconds: start, lengthInMicroseconds: 10_000, stepInMicroseconds: step)
    let seekable = ListedEvents(events, sizes: [333])
    var isChecked = false
    for sizes in [[4096], [1], randomSizes(seed: 5, most: 700)] {
      let reader = try EventWindowReader(
        ListedEvents(events, sizes: sizes), encoder: encoder, stepInMicroseconds: step,
        origin: fromFirst ? .firstEvent : .time(0))
      let found = try read(reader)
      // Windows begin up to the last event.
      #expect(found.count == Int((events.last!.timestamp - start) / step) + 1)
      for (index, (window, raster)) in found.enumerated() {
        let times = windows.times(ofWindow: index)
        let own = events.filter { times.contains($0.timestamp) }.map {
          TestEvent(x: $0.x, y: $0.y, polarity: $0.polarity, timestamp: $0.timestamp - times.lowerBound)
        }
        #expect(window.index == index && window.times == times && window.eventCount == own.count)
        #expect(window.isWhole == (times.upperBound <= events.last!.timestamp))
        #expect(raster == encoded(own, by: encoder).raster)
        if own.isEmpty {
          isChecked = true
          #expect(raster.tickCount == 20 && raster.spikeCount == 0)
        }
        var (again, fresh) = (encoder, SpikeRaster(rowCount: 0))
        let count = try windows.encode(window: index, of: seekable, with: &again, into: &fresh)
        #expect(fresh == raster && count == own.count)
      }
    }
    // There are windows without events between the two stretches.
    #expect(isChecked)
  }

  @Test func framesOfEqualCountsFillWindowsOfTime() throws {
    let frames = EqualCountFrames(
      try .init(sensor: SensorSize(width: 34, height: 34), frameCount: 4, eventsPerFrame: 50))
    #expect(recordingError { _ = try EventWindowReader(ListedEvents([]), encoder: frames) } != nil)
    let reader = try EventWindowReader(ListedEvents(events), encoder: frames, lengthInMicroseconds: 20_000)
    let found = try read(reader)
    #expect(found.allSatisfy { $0.raster.tickCount == 4 })
    #expect(found.allSatisfy { $0.window.droppedEventCount == max($0.window.eventCount - 200, 0) })
    #expect(found.contains { $0.window.droppedEventCount > 0 })
  }

  @Test func anEndTimeSaysHowManyWindowsThereAre() throws {
    let encoder = try binning(tick: 1000, count: 10)
    let few = [TestEvent(x: 1, y: 1, polarity: 1, timestamp: 12_000)]
    let longer = try read(EventWindowReader(ListedEvents(few), encoder: encoder, endTime: 50_000))
    #expect(longer.map(\.window.eventCount) == [0, 1, 0, 0, 0] && longer.allSatisfy { $0.window.isWhole })
    let shorter = try read(EventWindowReader(ListedEvents(events), encoder: encoder, endTime: 20_001))
    #expect(shorter.map(\.window.index) == [0, 1, 2])
    #expect(try read(EventWindowReader(ListedEvents([]), encoder: encoder)).isEmpty)
    #expect(try read(EventWindowReader(ListedEvents([]), encoder: encoder, origin: .firstEvent)).isEmpty)
    #expect(try read(EventWindowReader(ListedEvents([]), encoder: encoder, endTime: 20_000)).count == 2)
  }

  @Test func windowsBeforeADamagedPlaceCanBeRead() throws {
    let encoder = try binning(tick: 1000, count: 10)
    let whole = try read(EventWindowReader(ListedEvents(events), encoder: encoder))
    let reader = try EventWindowReader(
      ListedEvents(events, sizes: [100], failsAtEnd: true), encoder: encoder)
    var (found, raster, errors) = ([SpikeRaster](), SpikeRaster(rowCount: 0), 0)
    while true {
      do {
        guard try reader.next(into: &raster) != nil else { break }
        found.append(raster)
      } catch {
        errors += 1
      }
    }
    #expect(errors == 1 && found == whole.map(\.raster))
  }

  @Test func settingsThatDoNotFitAreRefused() throws {
    let encoder = try binning(tick: 1000, count: 10)
    #expect(
      recordingError { _ = try EventWindowReader(ListedEvents([]), encoder: encoder, lengthInMicroseconds: 9000) }
        != nil)
    #expect(
      recordingError { _ = try EventWindowReader(ListedEvents([]), encoder: encoder, stepInMicroseconds: 39) } != nil)
    #expect(recordingError { _ = try EventWindows(lengthInMicroseconds: 0) } != nil)
    let windows = try EventWindows(startInMicroseconds: 100, lengthInMicroseconds: 50, stepInMicroseconds: 20)
    #expect([149, 150, 169, 170, .min, 10_150].map { windows.count(endingBy: $0) } == [0, 1, 1, 2, 0, 501])
  }

  @Test(.enabled(if: Place.exists(Place.nmnist), "no N-MNIST beside the project"))
  func windowsOfARealRecordingAddUpToIt() throws {
    let folder = Place.nmnist + "/Test/7"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).sorted().first)
    func file() throws -> EventFile { try EventFile(path: folder + "/" + name, decoder: NMNISTDecoder(file: name)) }
    var (batch, total) = (EventBatch(), 0)
    let source = try file()
    while try source.next(into: &batch) { total += batch.count }
    // A window is a third of the recording: one movement of the camera.
    let windows = try read(EventWindowReader(file(), encoder: binning(tick: 1000, count: 105)))
    #expect(windows.reduce(0) { $0 + $1.window.eventCount } == total)
    #expect((3...4).contains(windows.count) && windows[..<3].allSatisfy { $0.window.eventCount > total / 10 })
    #expect(windows.allSatisfy { $0.raster.tickCount == 105 && $0.raster.spikeCount <= $0.window.eventCount })
  }
}
