import Kernels
import Recordings
import Testing

/// DVS128 Gesture in its official layout.
@Suite struct DVSGestureSourceTests {
  /// Two trials for learning and one for tests; in each an event every millisecond whose column is the time in units of 100 ms.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, labels) in [
      ("user02_led", ["2,100000,300000", "11,300000,390000"]), ("user10_fluorescent_led", ["1,50000,250000"]),
      // As in a file that was released, the first gesture reaches into the second.
      ("user24_natural", ["9,0,350000", "10,200000,400000"]),
    ] {
      let events = (0..<400).map {
        TestEvent(x: UInt16($0 / 100), y: UInt16($0 % 100), polarity: 1, timestamp: Int64($0) * 1000)
      }
      try folder.write(events.aedat31, to: name + ".aedat")
      try folder.write(lines: ["class,startTime_usec,endTime_usec"] + labels, to: name + "_labels.csv")
    }
    try folder.write(lines: ["user10_fluorescent_led.aedat", "user02_led.aedat", ""], to: "trials_to_train.txt")
    try folder.write(lines: ["user24_natural.aedat"], to: "trials_to_test.txt")
    return folder
  }

  private func source(
    _ folder: TemporaryFolder, ticks: Int = 100, step: Int64? = nil, prepare: String? = nil
  ) throws -> DVSGestureSource {
    try DVSGestureSource(
      path: folder.path,
      parameters: .init(
        tickCount: ticks, windowStepInMicroseconds: step,
        preparation: prepare.map { try PreparationNotation.parse($0) } ?? []))
  }

  @Test func gesturesAreSamples() throws {
    let folder = try folder()
    let source = try source(folder)
    let described = (0..<source.sampleCount).map(source.description(ofSample:))
    #expect(
      described.map(\.identifier) == [
        "user10_fluorescent_led:0", "user02_led:0", "user02_led:1", "user24_natural:0", "user24_natural:1",
      ])
    #expect(described.map(\.label) == [0, 1, 10, 8, 9])
    #expect(described.map(\.group) == [10, 2, 2, 24, 24])
    #expect(described.map(\.split) == [.train, .train, .train, .test, .test])
    #expect(source.classNames.count == 11 && source.classNames[8] == "air_drums")
    #expect(source.inputRowCount == 2 * 128 * 128 && source.sensor.description == "128x128")
    for index in (0..<5).reversed() {
      let raster = try source.raster(index)
      #expect(raster.tickCount == 100)
      // The third ends after 90 ms; what follows belongs to no gesture.
      #expect(raster.spikeCount == (index == 2 ? 90 : 100), "\(index)")
    }
    // The gesture begins at 100 ms, so its first event is in row 0 and column 1 of the ON image.
    #expect(try source.raster(1).activeRows(at: 0).elementsEqual([128 * 128 + 1]))
    #expect(source.eventCounts?.samples == 5 && source.eventCounts?.events == 490)
    #expect(try FoldAssignment(source: source, kind: .ownSplit, foldCount: 1).indices(fold: 0).test == [3, 4])
  }

  @Test func gesturesAreCutIntoWindows() throws {
    let folder = try folder()
    let source = try source(folder, ticks: 80, step: 40_000, prepare: "downsample 4")
    // Of 200 ms there are four windows, of 90 ms one; the one that reaches into the next has 200 ms, too.
    #expect(
      (0..<source.sampleCount).map { source.description(ofSample: $0).identifier } == [
        "user10_fluorescent_led:0:0", "user10_fluorescent_led:0:1", "user10_fluorescent_led:0:2",
        "user10_fluorescent_led:0:3", "user02_led:0:0", "user02_led:0:1", "user02_led:0:2", "user02_led:0:3",
        "user02_led:1:0", "user24_natural:0:0", "user24_natural:0:1", "user24_natural:0:2", "user24_natural:0:3",
        "user24_natural:1:0", "user24_natural:1:1", "user24_natural:1:2", "user24_natural:1:3",
      ])
    #expect(source.inputRowCount == 2 * 32 * 32)
    let rasters = try (0..<source.sampleCount).map(source.raster)
    #expect(rasters.allSatisfy { $0.tickCount == 80 && $0.spikeCount == 80 })
    for index in rasters.indices.reversed() { #expect(try source.raster(index) == rasters[index]) }
  }

  @Test func namesOfClassesAreReadHereAndAbove() throws {
    let folder = try folder()
    let names = (1...11).map { "gesture \($0),\($0)" }
    try folder.write(lines: ["action,label"] + names.reversed(), to: "gesture_mapping.csv")
    #expect(try source(folder).classNames == (1...11).map { "gesture \($0)" })
    try folder.write(lines: (1...11).map { "\($0),g\($0)" }, to: "gesture_mapping.csv")
    #expect(try source(folder).classNames.last == "g11")
    try folder.write(lines: ["action,label", "a,1", "b,3"], to: "gesture_mapping.csv")
    #expect(recordingError { _ = try source(folder) }?.description.contains("no label 2") == true)
    try folder.write(lines: ["action,label", "a,1", "b,1"], to: "gesture_mapping.csv")
    #expect(recordingError { _ = try source(folder) }?.description.contains("line 3") == true)
  }

  @Test(arguments: ["trials_to_train.txt", "trials_to_test.txt", "user02_led.aedat", "user24_natural_labels.csv"])
  func aMissingFileSaysWhereToGetIt(name: String) throws {
    let folder = try folder()
    try folder.remove(name)
    let error = recordingError { _ = try source(folder) }
    #expect(error?.description.contains("\(name): expected") == true, "\(String(describing: error))")
    #expect(error?.description.contains("research.ibm.com/interactive/dvsgesture (CC BY 4.0)") == true)
  }

  @Test(arguments: [
    ("user02_led_labels.csv", "class,startTime_usec,endTime_usec", "12,0,5"),
    ("user02_led_labels.csv", "class,startTime_usec,endTime_usec", "1,5,5"),
    ("user02_led_labels.csv", "class,startTime_usec,endTime_usec", "1,0"),
    ("user02_led_labels.csv", "class,startTime_usec,endTime_usec", "1,0,9223372036854775807"),
    ("user02_led_labels.csv", "1,2,3", "1,2,3"), ("trials_to_test.txt", "user24_natural.aedat", "led.aedat"),
    ("trials_to_test.txt", "user24_natural.aedat", "user1_a.txt"),
    ("trials_to_test.txt", "user24_natural.aedat", "user1/../../x.aedat"),
  ])
  func aWrongLineIsNamed(file: String, first: String, second: String) throws {
    let folder = try folder()
    try folder.write(lines: [first, second], to: file)
    guard case .corrupt(let path, _, _, let found) = recordingError({ _ = try source(folder) }) else {
      Issue.record("not refused")
      return
    }
    #expect(path.hasSuffix(file) && found.hasPrefix("line "))
  }

  @Test func aDamagedTrialIsAnErrorOfItsSamples() throws {
    let folder = try folder()
    try folder.write(Array("#!AER-DAT3.1\r\n#Format: RAW\r\n".utf8), to: "user24_natural.aedat")
    let source = try source(folder)
    #expect(try source.raster(0).spikeCount == 100)
    #expect(recordingError { _ = try source.raster(3) }?.description.contains("user24_natural.aedat: events") == true)
    try folder.write([UInt8](TestEvent.pattern(count: 10).aedat31.dropLast(3)), to: "user24_natural.aedat")
    guard case .truncated = recordingError({ _ = try source.raster(4) }) else {
      Issue.record("a trial that is cut was not refused")
      return
    }
    #expect(recordingError { _ = try self.source(folder, step: 0) } != nil)
    #expect(recordingError { _ = try self.source(folder, ticks: 0) } != nil)
    #expect(recordingError { _ = try DVSGestureSource(path: "/no/such", parameters: .init(tickCount: 1)) } != nil)
  }

  @Test func theFingerprintFollowsTheLabels() throws {
    let folder = try folder()
    let before = try source(folder).fingerprint
    #expect(try source(folder).fingerprint == before && before.utf8.count == 64)
    try folder.write(
      lines: ["class,startTime_usec,endTime_usec", "3,0,350000"], to: "user24_natural_labels.csv")
    #expect(try source(folder).fingerprint != before)
  }
}
