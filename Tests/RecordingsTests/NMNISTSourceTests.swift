import Kernels
import Recordings
import Testing

@Suite struct NMNISTSourceTests {
  private func folder(_ files: [String], bytes: [UInt8] = TestEvent.pattern(count: 3).flatMap(\.bytes)) throws
    -> TemporaryFolder
  {
    let folder = try TemporaryFolder()
    for file in files { try folder.write(bytes, to: file) }
    return folder
  }

  @Test func filesAreOrderedByPartDigitAndName() throws {
    let folder = try folder([
      "Test/1/00002.bin", "Train/9/00001.bin", "Train/0/00010.bin", "Train/0/00009.bin", "Train/0/notes.txt",
      "Train/.hidden/x", "Train/readme.txt",
    ])
    let source = try NMNISTSource(path: folder.path)
    let descriptions = (0..<source.sampleCount).map { source.description(ofSample: $0) }
    #expect(
      descriptions.map(\.identifier) == [
        "Train/0/00009.bin", "Train/0/00010.bin", "Train/9/00001.bin", "Test/1/00002.bin",
      ])
    #expect(descriptions.map(\.label) == [0, 0, 9, 1])
    #expect(descriptions.map(\.split) == [.train, .train, .train, .test])
    #expect(descriptions.allSatisfy { $0.group == -1 && $0.tickCount == 310 })
    #expect(source.inputRowCount == 2 * 34 * 34)
    #expect(source.classNames == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])
  }

  @Test(arguments: [
    (["Test/1/a.bin"], "/Train"), (["Train/1/a.bin"], "/Test"), (["Train/x/a.bin", "Test/1/a.bin"], "/Train/x"),
    (["Train/12/a.bin", "Test/1/a.bin"], "/Train/12"), (["Train/1/a.txt", "Test/1/a.bin"], "/Train"),
  ])
  func aWrongFolderIsNamedWithWhatToDo(files: [String], place: String) throws {
    let folder = try folder(files)
    let error = recordingError { _ = try NMNISTSource(path: folder.path) }
    guard case .folderLayout(let path, _, _, let advice) = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
    #expect(path == folder.path + place)
    #expect(!advice.isEmpty)
  }

  @Test func aMissingRootSaysWhereToGetTheData() throws {
    let error = recordingError { _ = try NMNISTSource(path: "/no/such/folder") }
    #expect(error?.description.contains("doi.org/10.17632/468j46mzdv.1") == true)
  }

  @Test func settingsOutOfRangeAreRefused() throws {
    let folder = try folder(["Train/1/a.bin", "Test/1/a.bin"])
    #expect(recordingError { _ = try NMNISTSource(path: folder.path, tickInMicroseconds: 0) } != nil)
    #expect(recordingError { _ = try NMNISTSource(path: folder.path, tickCount: 0) } != nil)
  }

  @Test func aDamagedOrEmptyRecordingIsAnErrorOfItsSample() throws {
    let folder = try folder(["Train/1/a.bin"])
    try folder.write([1, 2, 3], to: "Test/1/a.bin")
    try folder.write([], to: "Test/2/a.bin")
    let source = try NMNISTSource(path: folder.path)
    var raster = SpikeRaster(rowCount: 0)
    try source.encode(sample: 0, into: &raster)
    #expect(raster.tickCount == 310)
    #expect(raster.spikeCount == 3)
    for sample in [1, 2] {
      guard case .truncated = recordingError({ try source.encode(sample: sample, into: &raster) }) else {
        Issue.record("sample \(sample) was not refused")
        continue
      }
    }
  }

  @Test func theFingerprintFollowsContentsAndNames() throws {
    let files = ["Train/1/a.bin", "Test/1/a.bin"]
    let folders = [
      try folder(files), try folder(files), try folder(files, bytes: TestEvent.pattern(count: 4).flatMap(\.bytes)),
      try folder(["Train/1/b.bin", "Test/1/a.bin"]),
    ]
    let fingerprints = try folders.map { try NMNISTSource(path: $0.path).fingerprint }
    #expect(fingerprints[0].utf8.count == 64)
    #expect(fingerprints[1] == fingerprints[0])
    #expect(fingerprints[2] != fingerprints[0])
    #expect(fingerprints[3] != fingerprints[0])
  }

  @Test(.enabled(if: Place.exists(Place.nmnist), "N-MNIST is not at CROSSPOINT_DATA"))
  func realRecordingsAreReadWhole() throws {
    let source = try NMNISTSource(path: Place.nmnist)
    #expect(source.sampleCount == 900)
    var raster = SpikeRaster(rowCount: 0)
    for sample in 0..<source.sampleCount {
      try source.encode(sample: sample, into: &raster)
      #expect(raster.tickCount == 310)
    }
    try source.encode(sample: 0, into: &raster)
    guard case .events(let counts) = source.encodingReport else {
      Issue.record("no report")
      return
    }
    // Counted independently with numpy.
    #expect(counts.samples == 900)
    #expect(counts.events == 3_666_605)
    #expect(counts.clamped == 0)
    #expect(counts.dropped == 581)
    #expect(counts.spikes == 3_661_267)
  }
}
