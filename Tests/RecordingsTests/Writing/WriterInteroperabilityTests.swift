import Foundation
import Recordings
import Testing

/// Python packages by others that read what the writers write.
enum PythonReader: String, CaseIterable, CustomTestStringConvertible {
  case numpy, h5py, faery, expelliarmus, aedat, evlib
  case eventStream = "event_stream"
  case dvProcessing = "dv_processing"

  var testDescription: String { rawValue }

  /// Those that can be imported here.
  static let installed = allCases.filter { (try? run("import numpy, \($0.rawValue)")) != nil }

  /// The formats that the package reads without faults of its own: expelliarmus 1.1.12 gives late times for EVT 3.0, evlib 0.13.2
  /// takes no packets in Zstandard, no Event Stream, and tables of text only with blanks.
  var formats: [WritableFormat] {
    switch self {
    case .numpy: [.npy]
    case .h5py: [.hdf5]
    case .faery: [.csv, .es, .dat, .evt2, .evt3, .aedat4]
    case .expelliarmus: [.dat, .evt2]
    case .aedat, .dvProcessing: [.aedat4]
    case .evlib: [.evt2, .evt3, .hdf5, .aedat4]
    case .eventStream: [.es]
    }
  }

  /// Python that leaves columns t, x, y, p of the file at `path` in `events`.
  private var script: String {
    switch self {
    case .numpy: "a = np.load(path); events = [a[k] for k in 'txyp']"
    case .h5py: "a = h5py.File(path)['events']; events = [a[k][:] for k in 'txyp']"
    case .faery: "events = columns(list(faery.events_stream_from_file(path)), 'on')"
    case .expelliarmus:
      "events = columns([expelliarmus.Wizard(encoding='dat' if path.endswith('dat') else 'evt2').read(path)], 'p')"
    case .aedat: "events = columns([p['events'] for p in aedat.Decoder(path)], 'on')"
    case .eventStream:
      // This package leaves y counted from the bottom.
      "e = columns(list(event_stream.Decoder(path)), 'on'); events = e[:2] + [479 - e[2].astype('i8')] + e[3:]"
    case .dvProcessing:
      """
      r = dv_processing.io.MonoCameraRecording(path)
      b = [e.numpy() for e in iter(r.getNextEventBatch, None)]
      events = [np.concatenate([e[k] for e in b]) for k in ('timestamp', 'x', 'y', 'polarity')]
      """
    case .evlib:
      """
      d = evlib.load_events(path).collect()
      events = [d['t'].dt.total_microseconds(), d['x'], d['y'], [max(p, 0) for p in d['polarity']]]
      """
    }
  }

  /// What differs between the file and the events in `truth`, four numbers of 64 bits each; empty where nothing does.
  func differences(file: String, truth: String) throws -> String {
    try Self.run(
      """
      import sys, numpy as np, \(rawValue)
      path = sys.argv[1]
      def columns(parts, p):
          return [np.concatenate([a[k] for a in parts]) for k in ('t', 'x', 'y', p)]
      \(script)
      if len(events) != 4:
          print('DIFFERS columns', len(events))
      truth = np.fromfile(sys.argv[2], '<i8').reshape(-1, 4).T
      for name, found, expected in zip('txyp', events, truth):
          found = np.asarray(found).astype('i8')
          if len(found) != len(expected):
              print('DIFFERS', name, len(found), 'for', len(expected))
          elif (found != expected).any():
              i = int(np.argmax(found != expected))
              print('DIFFERS', name, 'at', i, found[i], 'for', expected[i])
      """, [file, truth]
    ).split(separator: "\n").filter { $0.hasPrefix("DIFFERS") }.joined(separator: "\n")
  }

  private static func run(_ script: String, _ arguments: [String] = []) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: text) }
    return text
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }
}

@Suite("Writing recordings that others read")
struct WriterInteroperabilityTests {
  @Test(
    "what is written is read alike by Python packages",
    .enabled(if: !PythonReader.installed.isEmpty, "python3 has none of the packages that read recordings"),
    arguments: PythonReader.installed)
  func readers(reader: PythonReader) throws {
    let folder = try TemporaryFolder()
    let events = WriterEvents.mixed(count: 60_000, seed: 6, silence: 90_000)
    let truth = events.flatMap { [$0.timestamp, Int64($0.x), Int64($0.y), Int64($0.polarity)] }
    let truthPath = try folder.write(truth.withUnsafeBytes { Array($0) }, to: "truth")
    for format in reader.formats {
      for compression in format.compressions where reader != .evlib || compression != .zstd {
        var settings = WritableFormat.settings
        settings.compression = compression
        let path = try format.write(events, in: folder, settings: settings)
        #expect(try reader.differences(file: path, truth: truthPath) == "", "\(reader.rawValue): \(path)")
      }
    }
  }
}
