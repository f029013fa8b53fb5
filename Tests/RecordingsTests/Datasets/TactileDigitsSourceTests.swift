import Foundation
import Kernels
import Recordings
import Testing

/// ST-MNIST in its official layout.
@Suite struct TactileDigitsSourceTests {
  /// Columns of events: time in s, taxel and sign.
  private func recording(_ events: [(time: Double, taxel: Int, sign: Double)], rows: Int = 101) -> [UInt8] {
    matFile(
      "spiketrain", rows: rows,
      events.flatMap { event in
        var column = [Double](repeating: 0, count: rows)
        column[event.taxel] = event.sign
        column[rows - 1] = event.time
        return column
      })
  }

  private func folder(_ events: [(time: Double, taxel: Int, sign: Double)] = [(0, 1, 1)]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for digit in 0..<10 {
      for name in ["b.mat", "a.mat"] { try folder.write(recording(events), to: "\(digit)/\(name)") }
      try folder.write([0], to: "\(digit)/LUT.mat")
    }
    return folder
  }

  @Test func recordingsAreSamples() throws {
    let folder = try folder([
      (0.25, 3, 1), (0.2504, 4, -1), (0.2506, 4, -1), (0.253, 99, 1), (0.2529, 0, -1), (0.3, 7, 1),
    ])
    let source = try TactileDigitsSource(path: folder.path, tickInMicroseconds: 1000, tickCount: 10)
    #expect(source.sampleCount == 20 && source.inputRowCount == 200)
    #expect(source.description(ofSample: 3).identifier == "1/b.mat" && source.description(ofSample: 3).label == 1)
    #expect(source.description(ofSample: 3).split == .unspecified && source.description(ofSample: 3).group == -1)
    let raster = try source.raster(3)
    #expect(raster.tickCount == 10)
    #expect(raster.activeRows(at: 0).elementsEqual([4, 103]))
    // The event that is late by 0.1 ms has the time of the one before.
    #expect(raster.activeRows(at: 3).elementsEqual([0, 199]) && raster.spikeCount == 4)
    let counts = source.eventCounts
    #expect(counts?.events == 6 && counts?.dropped == 1 && counts?.clamped == 1 && counts?.spikes == 4)
    let graded = try TactileDigitsSource(path: folder.path, tickCount: 10, fullDrive: 2).raster(0)
    #expect(graded.amplitudes.elementsEqual([1, 0.5, 0.5, 0.5]))
    #expect(
      try FoldAssignment(source: source, kind: .bySample(seed: 1), foldCount: 2).indices(fold: 0).test.count == 10)
  }

  @Test func whatIsMissingSaysWhereToGetIt() throws {
    func message(_ path: String) -> String {
      recordingError { _ = try TactileDigitsSource(path: path) }?.description ?? "no error"
    }
    #expect(message("/no/such").contains("scholarbank.nus.edu.sg"))
    let folder = try folder()
    try folder.remove("7/a.mat")
    #expect(message(folder.path) == "no error")
    try folder.remove("7/b.mat")
    #expect(message(folder.path).contains("/7: expected .mat files, found none"))
    try folder.remove("7")
    #expect(message(folder.path).contains("/7: expected the recordings of this digit, found no such folder"))
  }

  @Test(arguments: [
    ([(0.1, 5, 2.0)], 101, "spiketrain[5, 0]"), ([(0.1, 5, 1.0), (-0.1, 5, 1.0)], 101, "spiketrain[100, 1]"),
    ([(Double.nan, 5, 1.0)], 101, "spiketrain[100, 0]"), ([(0.1, 5, 1.0)], 100, "shape [100, 1]"),
  ])
  func whatIsWrongIsNamed(events: [(Double, Int, Double)], rows: Int, part: String) throws {
    let folder = try folder()
    try folder.write(recording(events.map { (time: $0.0, taxel: $0.1, sign: $0.2) }, rows: rows), to: "0/a.mat")
    let source = try TactileDigitsSource(path: folder.path)
    let error = recordingError { _ = try source.raster(0) }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    try folder.write(matFile("other", rows: 2, [1, 2]), to: "0/a.mat")
    #expect(recordingError { _ = try source.raster(0) }?.description.contains("spiketrain") == true)
    try folder.write([1, 2, 3], to: "0/a.mat")
    #expect(recordingError { _ = try source.raster(0) } != nil)
  }

  private static let real = Place.data + "/formats/sample_stmnist.mat"

  @Test(.enabled(if: Place.exists(real), "sample_stmnist.mat is not at CROSSPOINT_DATA"))
  func aRealRecordingIsReadWhole() throws {
    let folder = try folder()
    try folder.write(Array(Data(contentsOf: URL(fileURLWithPath: Self.real))), to: "0/a.mat")
    let source = try TactileDigitsSource(path: folder.path, tickCount: 700)
    let raster = try source.raster(0)
    let on = (0..<700).reduce(0) { $0 + raster.activeRows(at: $1).filter { $0 >= 100 }.count }
    // Counted independently with scipy and numpy, ticks of 1 ms from the first event on.
    #expect(source.eventCounts?.events == 2346 && source.eventCounts?.dropped == 0 && source.eventCounts?.clamped == 0)
    #expect(raster.spikeCount == 665 && on == 359)
  }
}
