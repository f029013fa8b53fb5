import Kernels
import Recordings
import Testing

/// SHD and SSC in their official layout.
@Suite(.enabled(if: IndependentWriter.hasH5py, "python3 with h5py is not installed"))
struct SpokenDigitsSourceTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Three samples of the words a, b and c; sample i has spikes of channels 0, 7, 14, … every 2 ms.
  private func write(_ name: String, count: Int = 3, keys: String = "abc") throws {
    try IndependentWriter.run(
      """
      import h5py, sys, numpy as np
      path, n, keys = sys.argv[1], int(sys.argv[2]), sys.argv[3]
      with h5py.File(path, "w") as f:
          for part, values, kind in (("times", lambda i: np.arange(100) * 0.002 + 0.0005, "f8"),
                                     ("units", lambda i: np.arange(100) * 7 + i, "u2")):
              d = f.create_dataset("spikes/" + part, (n,), dtype=h5py.vlen_dtype(np.dtype(kind)))
              for i in range(n): d[i] = values(i)
          f["labels"] = np.arange(n, dtype="u2") % 3
          f["extra/speaker"] = np.arange(n, dtype="u2") + 4
          f["extra/keys"] = np.array([k.encode() for k in keys])
      """, folder.path + "/" + name, "\(count)", keys)
  }

  @Test func samplesOfBothFilesAreRead() throws {
    try write("shd_train.h5")
    try write("shd_test.h5", count: 2)
    let source = try SpokenDigitsSource(path: folder.path, tickInMicroseconds: 1000, tickCount: 150)
    #expect(source.sampleCount == 5 && source.inputRowCount == 700 && source.classNames == ["a", "b", "c"])
    let described = (0..<5).map(source.description(ofSample:))
    #expect(described.map(\.identifier) == ["training:0", "training:1", "training:2", "test:0", "test:1"])
    #expect(described.map(\.label) == [0, 1, 2, 0, 1] && described.map(\.group) == [4, 5, 6, 4, 5])
    #expect(described.map(\.split) == [.train, .train, .train, .test, .test])
    let raster = try source.raster(4)
    #expect(raster.tickCount == 150 && raster.spikeCount == 75 && !raster.isGraded)
    #expect(raster.activeRows(at: 4).elementsEqual([15]) && raster.activeRows(at: 5).isEmpty)
    _ = try source.raster(4)
    #expect(source.eventCounts?.events == 100 && source.eventCounts?.dropped == 25 && source.eventCounts?.samples == 1)
    #expect(try source.fingerprint.utf8.count == 64)
  }

  @Test func channelsAreSummed() throws {
    try write("shd_train.h5")
    try write("shd_test.h5")
    let summed = try SpokenDigitsSource(
      path: folder.path, tickInMicroseconds: 20_000, tickCount: 10, channelsPerRow: 5, fullDrive: 4)
    #expect(summed.inputRowCount == 140)
    let raster = try summed.raster(0)
    // Ten spikes a tick, of channels 0, 7, …, 63: in rows 0, 1, 2, 4, 5, 7, 8, 9, 11, 12.
    #expect(raster.isGraded && raster.activeRows(at: 0).elementsEqual([0, 1, 2, 4, 5, 7, 8, 9, 11, 12]))
    #expect(raster.amplitudes.allSatisfy { $0 == 0.25 })
    let broad = try SpokenDigitsSource(
      path: folder.path, tickInMicroseconds: 20_000, tickCount: 10, channelsPerRow: 100, fullDrive: 12)
    // All ten are below channel 100.
    #expect(try broad.raster(0).activeRows(at: 0).elementsEqual([0]))
    #expect(try broad.raster(0).amplitudes[0] == Float(10) / 12)
    #expect(try SpokenDigitsSource(path: folder.path, channelsPerRow: 300).inputRowCount == 3)
  }

  @Test func theValidationPartStandsInForTheTest() throws {
    try write("ssc_train.h5")
    try write("ssc_valid.h5", count: 1)
    try write("ssc_test.h5", count: 2)
    #expect(try SpokenDigitsSource(path: folder.path).sampleCount == 5)
    #expect(try SpokenDigitsSource(path: folder.path, testPart: .validation).sampleCount == 4)
  }

  @Test func whatIsMissingOrDoesNotFitIsNamed() throws {
    func message(_ body: () throws -> Void) -> String { recordingError(body)?.description ?? "no error" }
    #expect(message { _ = try SpokenDigitsSource(path: "/no/such") }.contains("zenkelab.org"))
    try write("shd_train.h5")
    let missing = message { _ = try SpokenDigitsSource(path: folder.path) }
    #expect(missing.contains("one file whose name ends in _test.h5, found none") && missing.contains("CC BY 4.0"))
    try write("shd_test.h5", keys: "abd")
    #expect(message { _ = try SpokenDigitsSource(path: folder.path) }.contains("extra/keys"))
    try write("shd_test.h5")
    #expect(message { _ = try SpokenDigitsSource(path: folder.path, testPart: .validation) }.contains("_valid.h5"))
    #expect(message { _ = try SpokenDigitsSource(path: folder.path, channelsPerRow: 0) }.contains("1 to 700"))
    #expect(message { _ = try SpokenDigitsSource(path: folder.path, tickCount: 0) }.contains("ticks"))
    #expect(message { _ = try SpokenDigitsSource(path: folder.path, fullDrive: 0) }.contains("full drive"))
    try write("ssc_train.h5")
    #expect(message { _ = try SpokenDigitsSource(path: folder.path) }.contains("shd_train.h5, ssc_train.h5"))
  }
}
