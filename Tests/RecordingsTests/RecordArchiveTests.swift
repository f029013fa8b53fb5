import Foundation
import Recordings
import Testing

@Suite(.enabled(if: IndependentWriter.hasWFDB, "python3 with wfdb is not installed"))
struct WFDBTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ format: String, count: Int = 1001, channels: Int = 3) throws {
    try IndependentWriter.run(
      """
      import wfdb, sys, numpy as np
      i = np.arange(int(sys.argv[3])); n = int(sys.argv[4])
      d = np.stack([(i * (7 + c) % 201) - 100 for c in range(n)], 1)
      wfdb.wrsamp("rec", fs=360, units=["mV"] * (n - 1) + ["NU"], sig_name=[f"lead {c}" for c in range(n)], d_signal=d,
                  fmt=[sys.argv[2]] * n, adc_gain=[200 + c for c in range(n)], baseline=[5 * c for c in range(n)], write_dir=sys.argv[1])
      wfdb.wrann("rec", "atr", np.array([10, 700, 90000, 90001]), ["N", "V", "+", "N"], chan=np.array([0, 1, 0, 0]),
                 aux_note=["", "", "(AFIB", ""], write_dir=sys.argv[1], fs=360)
      """, folder.path, format, "\(count)", "\(channels)")
  }

  @Test(arguments: ["16", "80", "212", "24", "32"], [1, 3])
  func everyFormatGivesTheSamplesThatWereWritten(format: String, channels: Int) throws {
    try write(format, channels: channels)
    let signal = try WFDBRecord.open(path: folder.path + "/rec")
    #expect(signal.sampleRateInHertz == 360)
    #expect(signal.sampleCount == 1001)
    #expect(signal.channels.map(\.name) == (0..<channels).map { "lead \($0)" })
    #expect(signal.channels.last?.unit == "NU")
    var expected: [Float] = []
    for sample in 0..<1001 {
      for channel in 0..<channels {
        let step = sample * (7 + channel) % 201 - 100 - 5 * channel
        expected.append(Float(Double(step) / Double(200 + channel)))
      }
    }
    for count in [1, 2, 333, 5000] {
      let (values, error) = try WFDBRecord.open(path: folder.path + "/rec.hea").drain(atMost: count)
      #expect(error == nil)
      #expect(values == expected)
    }
    // A missing sample.
    var bytes = try fileBytes(folder.path + "/rec.dat")
    let missing: [String: [UInt8]] = [
      "16": [0, 0x80], "80": [0], "212": [0, bytes[1] & 0xF0 | 8], "24": [0, 0, 0x80], "32": [0, 0, 0, 0x80],
    ]
    bytes.replaceSubrange(0..<(missing[format] ?? []).count, with: missing[format] ?? [])
    try folder.write(bytes, to: "rec.dat")
    #expect(try WFDBRecord.open(path: folder.path + "/rec").drain().values[0].isNaN)
    try folder.write(Array(bytes.dropLast(bytes.count / 2)), to: "rec.dat")
    let (part, error) = try WFDBRecord.open(path: folder.path + "/rec").drain(atMost: 100)
    #expect(part.count > 400 * channels && part.count < 510 * channels)
    #expect(Array(part[1...]) == Array(expected[1..<part.count]))
    guard case .truncated = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func annotationsAreThoseThatWereWritten() throws {
    try write("16")
    let read = try WFDBAnnotations(path: folder.path + "/rec.atr")
    #expect(read.annotations.map(\.sample) == [10, 700, 90_000, 90_001])
    #expect(read.annotations.map(\.symbol) == ["N", "V", "+", "N"])
    #expect(read.annotations.map(\.channel) == [0, 1, 0, 0])
    #expect(read.annotations[2].text == "(AFIB")
    let bytes = try fileBytes(folder.path + "/rec.atr")
    for length in 0..<bytes.count - 1 {
      let path = try folder.write(Array(bytes[..<length]), to: "cut.atr")
      guard case .truncated = recordingError({ _ = try WFDBAnnotations(path: path) }) else {
        Issue.record("cut to \(length) bytes")
        return
      }
    }
    var generator = DamageGenerator(state: 8)
    for _ in 0..<300 {
      let path = try folder.write(generator.damaged(bytes), to: "damaged.atr")
      _ = recordingError { _ = try WFDBAnnotations(path: path) }
      let header = try folder.write(generator.damaged(fileBytes(folder.path + "/rec.hea")), to: "damaged.hea")
      _ = recordingError { _ = try WFDBRecord.open(path: header).drain() }
    }
  }
}

@Suite struct MATFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let stmnist = Place.data + "/formats/sample_stmnist.mat"

  @Test(.enabled(if: Place.exists(stmnist), "sample_stmnist.mat is not at CROSSPOINT_DATA"))
  func aRealFileOfLevelFive() throws {
    let file = try MATFile(path: Self.stmnist)
    let array = try file.array("spiketrain")
    #expect(array.shape == [101, 2346])
    // Rows of taxels, and a last one with the times in s.
    #expect(array.values[45] == -1)
    let times = (0..<2346).map { array.values[$0 * 101 + 100] }
    #expect(abs(times[0] - 0.19662648) < 1e-12 && times == times.sorted())
    let signal = try file.signal("spiketrain", sampleRateInHertz: 1, samplesAlong: .columns, unit: "1")
    #expect(signal.channels.count == 101)
    #expect(signal.drain(atMost: 100).values == array.values.map { Float($0) })
    let error = recordingError { _ = try file.array("x") }
    #expect(error?.description.contains("only spiketrain") == true)
  }

  private static let scipy = """
    import scipy.io, sys, numpy as np
    m = np.arange(3000, dtype="f8").reshape(1000, 3) / 8
    scipy.io.savemat(sys.argv[1], {"first": np.arange(5, dtype="i4"), "m": m, "whole": m.astype("i2"), "text": "abc",
        "s": {"imu": {"acc": m.astype("f4"), "z": 1}, "n": 3}, "c": 1j, "bytes": m[:, :1] * 0 + 7.0}, do_compression=sys.argv[2] == "1")
    """

  @Test(.enabled(if: IndependentWriter.hasSciPy, "python3 with scipy is not installed"), arguments: ["0", "1"])
  func arraysWrittenBySciPy(compression: String) throws {
    let path = folder.path + "/a.mat"
    try IndependentWriter.run(Self.scipy, path, compression)
    let file = try MATFile(path: path)
    var expected: [Double] = []
    for column in 0..<3 {
      for row in 0..<1000 { expected.append(Double(row * 3 + column) / 8) }
    }
    #expect(try file.array("m").shape == [1000, 3])
    #expect(try file.array("m").values == expected)
    #expect(try file.array("s.imu.acc").values == expected)
    #expect(try file.array("s.n").values == [3])
    let whole: [Double] = expected.map { $0.rounded(.towardZero) }
    #expect(try file.array("whole").values == whole)
    #expect(try file.array("first").values == [0, 1, 2, 3, 4])
    let signal = try file.signal("m", sampleRateInHertz: 100, channelNames: ["x", "y", "z"], unit: "g")
    #expect(signal.channels[1] == .init(name: "y", unit: "g"))
    let rows: [Float] = (0..<3000).map { Float($0) / 8 }
    #expect(signal.drain(atMost: 77).values == rows)
    for wrong in ["c", "text", "s", "s.imu", "s.q", "m.x", "s.imu.acc.y", ""] {
      #expect(recordingError { _ = try file.array(wrong) } != nil, "\(wrong)")
    }
  }

  @Test(.enabled(if: IndependentWriter.hasSciPy, "python3 with scipy is not installed"), arguments: ["0", "1"])
  func damageEndsInASentence(compression: String) throws {
    let path = folder.path + "/a.mat"
    try IndependentWriter.run(Self.scipy, path, compression)
    let bytes = try fileBytes(path)
    var generator = DamageGenerator(state: 21)
    var refused = 0
    for round in 0..<400 {
      // Half of the damage among the tags at the beginning.
      let head = bytes.prefix(round % 2 == 0 ? 600 : bytes.count)
      let damaged = generator.damaged(Array(head)) + bytes.dropFirst(head.count)
      let copy = try folder.write(damaged, to: "b.mat")
      for name in ["m", "s.imu.acc"] {
        let error = recordingError { _ = try MATFile(path: copy).array(name) }
        if error != nil { refused += 1 }
        #expect(error.map { $0.description.contains("b.mat") } ?? true)
      }
    }
    #expect(refused > 100)
  }

  @Test(.enabled(if: IndependentWriter.hasH5py, "python3 with h5py is not installed"))
  func anHDF5FileIsReadInParts() throws {
    let path = folder.path + "/a.mat"
    try IndependentWriter.run(
      """
      import h5py, sys, numpy as np
      m = np.arange(3000, dtype="f8").reshape(1000, 3) / 8
      f = h5py.File(sys.argv[1], "w", userblock_size=512)
      f.create_dataset("s/m", data=m.T, chunks=(3, 100), compression="gzip")
      f["whole"] = (m * 8).astype("i8").T
      f.close()
      f = open(sys.argv[1], "r+b"); f.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\\x00\\x02IM")
      """, path)
    let file = try MATFile(path: path)
    #expect(try file.array("s.m").shape == [1000, 3])
    #expect(try file.array("s.m").values[1001] == 4.0 / 8)
    let rows: [Float] = (0..<3000).map { Float($0) / 8 }
    #expect(try file.signal("s.m", sampleRateInHertz: 10, unit: "V").drain(atMost: 77).values == rows)
    #expect(try file.signal("whole", sampleRateInHertz: 10, unit: "V").drain(atMost: 77).values == rows.map { $0 * 8 })
    let columns = try file.signal("whole", sampleRateInHertz: 10, samplesAlong: .columns, unit: "V")
    #expect(columns.channels.count == 1000)
    #expect(columns.drain(atMost: 2).values == (try file.array("whole").values.map { Float($0) }))
    #expect(recordingError { _ = try file.array("q") } != nil)
  }
}

@Suite struct SensorRecordingWriterTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let channels = [SampledSignal.Channel(name: "a", unit: "g"), .init(name: "b", unit: "V")]

  private func signal(_ values: [Float], rate: Double = 50) throws -> SampledSignal {
    var next = 0
    return try SampledSignal(channels: channels, sampleRateInHertz: rate) { count throws(RecordingError) in
      let part = values[next..<min(next + count * 2, values.count)]
      next = part.endIndex
      return Array(part)
    }
  }

  @Test func whatIsWrittenIsReadByExperiments() throws {
    let path = folder.path + "/out.h5"
    var description = SensorRecordingWriter.Description()
    description.title = "two recordings"
    let writer = try SensorRecordingWriter(
      path: path, channels: channels, sampleRateInHertz: 50, classNames: ["rest", "move"], description: description)
    try writer.append(signal((0..<100_000).map { Float($0) }), label: 1, subject: 4, split: .train)
    try writer.append(signal([7, 8]), label: 0, subject: 5, split: .test)
    #expect(!Place.exists(path))
    try writer.finish()
    let file = try SensorRecordingFile(path: path)
    #expect(file.title == "two recordings")
    #expect(file.channelNames == ["a", "b"] && file.channelUnits == ["g", "V"])
    #expect(file.recordings.map(\.length) == [50_000, 1])
    #expect(file.recordings.map(\.label) == [1, 0])
    #expect(file.recordings.map(\.subject) == [4, 5])
    #expect(file.recordings.map(\.split) == [.train, .test])
    var values: [Float] = []
    try file.read(recording: 0, samples: 49_990..<50_000, into: &values)
    #expect(values == (99_980..<100_000).map { Float($0) })
    try file.read(recording: 1, samples: 0..<1, into: &values)
    #expect(values == [7, 8])
    #expect(!Place.exists(path + ".unfinished"))
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let path = folder.path + "/out.h5"
    do {
      let writer = try SensorRecordingWriter(
        path: path, channels: channels, sampleRateInHertz: 50, classNames: ["rest"])
      #expect(recordingError { try writer.finish() } != nil)
      #expect(recordingError { try writer.append(signal([1, 2]), label: 1) } != nil)
      #expect(recordingError { try writer.append(signal([1, 2], rate: 51), label: 0) } != nil)
      #expect(recordingError { try writer.append(signal([1, 2]), label: 0, subject: -1) } != nil)
      try writer.append(signal([1, 2]), label: 0)
      #expect(recordingError { try writer.append(signal([1, 2]), label: 0, subject: 1) } != nil)
      #expect(recordingError { try writer.append(signal([1, 2]), label: 0, split: .test) } != nil)
      #expect(
        recordingError { try writer.append(signal([1, 2, 3, .nan]), label: 0) }
          == .invalidSample(file: path, recording: 1, sample: 1, channel: "b", found: "nan"))
    }
    #expect(!Place.exists(path) && !Place.exists(path + ".unfinished"))
    #expect(
      recordingError {
        _ = try SensorRecordingWriter(
          path: folder.path + "/no/out.h5", channels: channels, sampleRateInHertz: 50, classNames: ["rest"])
      } != nil)
  }
}
