import Foundation
import Kernels
import Recordings
import Testing

/// Event recordings in folders as samples.
@Suite struct EventFolderTests {
  private func write(_ events: [TestEvent], to path: String, in folder: TemporaryFolder) throws {
    let whole = "\(folder.path)/\(path)"
    try FileManager.default.createDirectory(
      atPath: (whole as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(events.flatMap(\.bytes)).write(to: URL(fileURLWithPath: whole))
  }

  /// An event every millisecond, at a pixel that tells the class.
  private func recording(_ label: Int, milliseconds: Range<Int>) -> [TestEvent] {
    milliseconds.map { TestEvent(x: UInt16(label), y: UInt16($0 % 34), polarity: 1, timestamp: Int64($0) * 1000 + 7) }
  }

  private func raster(_ source: EventFolderSource, _ index: Int) throws -> SpikeRaster {
    var raster = SpikeRaster(rowCount: source.inputRowCount)
    try source.encode(sample: index, into: &raster)
    return raster
  }

  @Test func foldersOfPartsAndClassesAreRead() throws {
    let folder = try TemporaryFolder()
    for (part, count) in [("train", 2), ("test", 1)] {
      for (label, name) in ["car", "background"].enumerated() {
        for number in 0..<count {
          try write(recording(label, milliseconds: 5..<25), to: "\(part)/\(name)/\(number).bin", in: folder)
        }
      }
    }
    try Data("notes".utf8).write(to: URL(fileURLWithPath: folder.path + "/train/car/readme.md"))
    let source = try EventFolderSource(path: folder.path, parameters: .init(tickCount: 30))
    #expect(source.classNames == ["background", "car"] && source.sampleCount == 6)
    #expect(source.imageShape == ImageShape(channels: 2, height: 34, width: 34, order: .channelsFirst))
    let described = (0..<6).map(source.description(ofSample:))
    #expect(described.map(\.label) == [0, 0, 1, 1, 0, 1])
    #expect(described.map(\.split) == [.train, .train, .train, .train, .test, .test])
    #expect(described[0].identifier == "train/background/0.bin")
    // The sample begins with the first event, at 5 ms.
    let raster = try raster(source, 2)
    #expect(raster.tickCount == 30 && raster.spikeCount == 20)
    #expect(raster.activeRows(at: 0).elementsEqual([34 * 34 + 5 * 34 + 0]))
  }

  @Test func longRecordingsAreCutIntoWindows() throws {
    let folder = try TemporaryFolder()
    try write(recording(1, milliseconds: 10..<110), to: "Knife.bin", in: folder)
    try write(recording(1, milliseconds: 0..<45), to: "Knife_2.bin", in: folder)
    try write(recording(3, milliseconds: 0..<20), to: "Pen.bin", in: folder)
    let source = try EventFolderSource(
      path: folder.path, parameters: .init(tickCount: 20, windowStepInMicroseconds: 10_000, fewestEvents: 15))
    #expect(source.classNames == ["Knife", "Pen"])
    // Whole windows of 20 ms every 10 ms: 8 of 99 ms, 3 of 44 ms, and the only one of 19 ms.
    #expect(
      (0..<source.sampleCount).map { source.description(ofSample: $0).group }.map { $0 } == [Int](
        repeating: 0, count: 8) + [1, 1, 1, 2])
    for index in (0..<source.sampleCount).reversed() {
      let raster = try raster(source, index)
      #expect(raster.spikeCount == 20 && raster.tickCount == 20, "\(index)")
      #expect(try self.raster(source, index) == raster, "no window depends on what was read before")
    }
    #expect(source.description(ofSample: 9).identifier == "Knife_2.bin:1")
  }

  @Test func eventsArePreparedAndCounted() throws {
    let folder = try TemporaryFolder()
    try write(recording(9, milliseconds: 0..<20), to: "a/1.bin", in: folder)
    try write(recording(8, milliseconds: 0..<20), to: "b/1.bin", in: folder)
    let parameters = EventFolderSource.Parameters(
      tickInMicroseconds: 10_000, tickCount: 2, preparation: try PreparationNotation.parse("downsample 2, on"),
      encoding: .counts(fullDrive: 4))
    let source = try EventFolderSource(path: folder.path, parameters: parameters)
    #expect(source.inputRowCount == 2 * 17 * 17)
    let raster = try raster(source, 0)
    // Two of ten events fall onto each of five pixels of column 4.
    #expect(raster.isGraded && raster.activeRows(at: 0).count == 5 && raster.amplitudes.allSatisfy { $0 == 0.5 })
    guard case .events(let counts) = source.encodingReport else {
      Issue.record("no report")
      return
    }
    #expect(counts.samples == 1 && counts.events == 20 && counts.spikes == 10)
  }

  @Test func whatCannotBeReadIsNamed() throws {
    let folder = try TemporaryFolder()
    #expect(throws: RecordingError.self) { try EventFolderSource(path: folder.path, parameters: .init(tickCount: 1)) }
    try write(recording(0, milliseconds: 0..<5), to: "a/1.bin", in: folder)
    let error = recordingError {
      _ = try EventFolderSource(
        path: folder.path, parameters: .init(tickCount: 5, windowStepInMicroseconds: 1000, fewestEvents: 6))
    }
    #expect(error?.description.contains("shorten the windows") == true)
    try write([], to: "a/2.bin", in: folder)
    let source = try EventFolderSource(path: folder.path, parameters: .init(tickCount: 5))
    #expect(try raster(source, 0).spikeCount == 5)
    #expect(recordingError { _ = try raster(source, 1) }?.description.contains("2.bin") == true)
  }

  @Test(.enabled(if: Place.exists(Place.data + "/dvs128-objects"), "dvs128-objects are not at CROSSPOINT_DATA"))
  func realRecordingsAreCut() throws {
    let source = try EventFolderSource(
      path: Place.data + "/dvs128-objects",
      parameters: .init(
        tickInMicroseconds: 1000, tickCount: 100, windowStepInMicroseconds: 100_000, fewestEvents: 100,
        preparation: try PreparationNotation.parse("downsample 4")))
    #expect(source.classNames == ["Caixa", "Caneca", "Cubo", "Estilete", "Lapiseira", "Tesoura"])
    #expect(source.inputRowCount == 2 * 32 * 32 && (1500...2400).contains(source.sampleCount))
    for index in stride(from: 0, to: source.sampleCount, by: 97) { #expect(try raster(source, index).spikeCount > 10) }
  }
}
