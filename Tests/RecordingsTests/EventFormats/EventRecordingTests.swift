import Foundation
import Recordings
import Testing

@Suite struct EventRecordingTests {
  @Test func formatsAreFoundFromTheFirstBytes() throws {
    let folder = try TemporaryFolder()
    let events = EventDraft.events(runs: 5, step: 10)
    let formats: [EventDraft: EventFormat] = [
      .evt2: .evt2, .evt21: .evt21, .evt21Legacy: .evt21, .evt3: .evt3, .evt3Vectors: .evt3, .dat1: .dat, .dat2: .dat,
      .eventStream: .eventStream, .atis: .eventStream,
    ]
    for (draft, format) in formats {
      // The name tells nothing.
      let path = try folder.write(draft.file(events), to: "\(draft)")
      #expect(try EventFormat(ofFile: path) == format)
      let source = try EventRecording.open(path: path)
      #expect(try source.rest() == events)
      #expect(source is any SeekableEventSource)
    }
    let signatures: [(String, EventFormat)] = [
      ("#!AER-DAT2.0\r\n", .aedat2), ("#!AER-DAT3.1\r\n", .aedat31), ("#!AER-DAT4.0\r\n", .aedat4),
      ("\u{93}NUMPY", .numpy), ("\u{89}HDF\r\n\u{1A}\n", .hdf5),
    ]
    for (text, format) in signatures {
      let path = try folder.write(text.unicodeScalars.map { UInt8($0.value) } + [0, 1], to: "unnamed")
      #expect(try EventFormat(ofFile: path) == format)
    }
  }

  @Test func formatsAreFoundFromTheEndingWhereBytesTellNothing() throws {
    let folder = try TemporaryFolder()
    let endings: [(String, EventFormat)] = [("a.BIN", .nmnist), ("b.csv", .csv), ("c.txt", .csv)]
    for (name, format) in endings {
      #expect(try EventFormat(ofFile: try folder.write(Array("1 2 3 4\n".utf8), to: name)) == format)
    }
    #expect(try EventFormat(ofFile: try folder.write(Array("% Date x\n".utf8) + [0, 8], to: "d.dat")) == .dat)
    #expect(try EventFormat(ofFile: try folder.write(Array("PK\u{3}\u{4}".utf8), to: "e.npz")) == .numpy)
  }

  @Test func whatIsNoRecordingIsNamed() throws {
    let folder = try TemporaryFolder()
    let files: [(name: String, bytes: [UInt8], found: String)] = [
      ("a.png", [0x89, 0x50, 0x4E, 0x47, 13, 10], "a PNG picture"), ("b", [], "an empty file"),
      ("c.xyz", [1, 2, 255], "a file that begins with the bytes 01 02 ff and ends in '.xyz'"),
      ("d.raw", [1, 2, 3, 4], "no header that tells the encoding; state it as evt2, evt21 or evt3"),
      (
        "e.raw", Array("% Date x\n\0\0".utf8),
        "a Prophesee header that does not tell the encoding; state it as evt2, evt21 or evt3"
      ),
      ("f.raw", Array("% format HISTO3D;width=9\n".utf8), "a Prophesee recording of the format 'HISTO3D'"),
    ]
    for file in files {
      let path = try folder.write(file.bytes, to: file.name)
      let error = recordingError { _ = try EventRecording.open(path: path) }
      guard case .unsupported(path, 0, let expected, file.found) = error else {
        Issue.record("\(file.name): \(String(describing: error))")
        continue
      }
      #expect(expected.contains("Prophesee RAW EVT 3.0") && expected.contains("NumPy"))
      #expect(error?.description.contains(path) == true)
    }
    #expect(recordingError { _ = try EventRecording.open(path: folder.path + "/missing.raw") } != nil)
    #expect(recordingError { _ = try EventRecording.open(path: folder.path) } != nil)
  }

  @Test func optionsOverrideTheFile() throws {
    let folder = try TemporaryFolder()
    let events = EventDraft.events(runs: 5, step: 10)
    let body = Array(EventDraft.evt3.file(events)[EventDraft.evt3.header.count...])
    let path = try folder.write(body, to: "headerless.raw")
    let size = try SensorSize(width: 346, height: 260)
    let source = try EventRecording.open(path: path, options: EventReadingOptions(format: .evt3, sensor: size))
    #expect(source.sensor == size)
    #expect(source.formatName == "Prophesee EVT 3.0")
    #expect(try source.rest() == events)
    let unknown = try folder.write(body + [0, 0x90], to: "unknown.raw")
    #expect(try EventRecording.open(path: unknown, options: EventReadingOptions(format: .evt3)).rest() == events)
    let error = recordingError {
      _ = try EventRecording.open(path: unknown, options: EventReadingOptions(format: .evt3, isStrict: true)).rest()
    }
    #expect(
      error == .corrupt(file: unknown, byte: body.count, expected: "a word of a known type", found: "type 0x9"))
    #expect(recordingError { _ = try EventFormat(name: "evt4") }?.description.contains("evt3") == true)
    #expect(try EventFormat(name: "es") == .eventStream)
  }

  @Test func theCameraOfRecordingsInTheLayoutOfNMNISTCanBeStated() throws {
    let folder = try TemporaryFolder()
    let event = TestEvent(x: 200, y: 100, polarity: 1, timestamp: 5)
    let path = try folder.write(event.bytes, to: "a.bin")
    let error = recordingError { _ = try EventRecording.open(path: path).rest() }
    #expect(error == .corrupt(file: path, byte: 0, expected: "a pixel below (34, 34)", found: "(200, 100)"))
    let size = try SensorSize(width: 240, height: 180)
    #expect(try EventRecording.open(path: path, options: EventReadingOptions(sensor: size)).rest() == [event])
  }
}
