import Foundation
import Kernels
import Recordings
import Testing

/// N-Cars in its official layout, read as a folder of recordings.
@Suite struct NCarsTests {
  private let sensor = try? SensorSize(width: 120, height: 100)

  private func parameters(_ sensor: SensorSize?) -> EventFolderSource.Parameters {
    .init(tickInMicroseconds: 1000, tickCount: 100, reading: EventReadingOptions(sensor: sensor))
  }

  private let events: [TestEvent] = (0..<200).map { (index: Int) -> TestEvent in
    TestEvent(
      x: UInt16(index % 120), y: UInt16(index % 100), polarity: UInt8(index % 2), timestamp: Int64(index) * 500)
  }

  @Test(arguments: [
    ("n-cars_train", "n-cars_test", "_td.dat"), ("train", "test", ".td.dat"), ("Train", "Test", ".dat"),
  ])
  func bothPartsAreRead(train: String, test: String, ending: String) throws {
    let folder = try TemporaryFolder()
    for (part, count) in [(train, 2), (test, 1)] {
      for name in ["cars", "background"] {
        for number in 0..<count { try folder.write(events.dat, to: "\(part)/\(name)/obj_\(number)\(ending)") }
      }
    }
    let source = try EventFolderSource(path: folder.path, parameters: parameters(sensor))
    #expect(source.classNames == ["background", "cars"] && source.inputRowCount == 2 * 120 * 100)
    let described = (0..<source.sampleCount).map(source.description(ofSample:))
    #expect(described.map(\.split) == [.train, .train, .train, .train, .test, .test])
    #expect(described.map(\.label) == [0, 0, 1, 1, 0, 1])
    #expect(described[4].identifier == "\(test)/background/obj_0\(ending)")
    for index in 0..<6 { #expect(try source.raster(index).spikeCount == 200) }
  }

  @Test func theSizeMustBeStated() throws {
    let folder = try TemporaryFolder()
    try folder.write(events.dat, to: "n-cars_train/cars/obj_1_td.dat")
    let error = recordingError { _ = try EventFolderSource(path: folder.path, parameters: parameters(nil)) }
    #expect(error?.description.contains("WIDTHxHEIGHT") == true)
  }

  @Test(
    .enabled(if: Place.exists(Place.data + "/formats/sample_ncars.dat"), "sample_ncars.dat is not at CROSSPOINT_DATA"))
  func aRealRecordingFits() throws {
    let folder = try TemporaryFolder()
    try folder.write(fileBytesOfSample(), to: "n-cars_test/cars/obj_004396_td.dat")
    let source = try EventFolderSource(path: folder.path, parameters: parameters(sensor))
    #expect(try source.raster(0).spikeCount > 1000)
    #expect(source.eventCounts?.events == 2009)
  }

  private func fileBytesOfSample() throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: Place.data + "/formats/sample_ncars.dat")))
  }
}
