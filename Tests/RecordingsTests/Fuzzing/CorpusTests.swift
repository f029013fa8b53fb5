import Foundation
import Recordings
import Testing

/// Inputs that the fuzzer found worth keeping, for every decoder.
@Suite struct CorpusTests {
  /// Beside the sources, even where the folder of the tests is reached through a link.
  private static let corpus = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("../../../Fuzzing/corpus").standardizedFileURL.path

  @Test(arguments: DecoderCheck.allCases)
  func everyInputOfTheCorpusKeepsThePromises(check: DecoderCheck) throws {
    let folder = Self.corpus + "/" + check.rawValue
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(!names.isEmpty)
    let scratch = ScratchFolder()
    for name in names {
      let input = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
      #expect(throws: Never.self, "\(folder)/\(name)") { try check.run(input, in: scratch) }
    }
  }

  private static let malformed: [(name: String, check: DecoderCheck, events: Int, end: StreamEnd)] = [
    ("davis_aedat2_truncated.aedat", .aedat2, 13_748, .truncated(byte: 300_767)),
    ("dvs_truncated.es", .es, 19_996, .clean),
    ("evt2_truncated_3of4_bytes.raw", .evt2, 49_772, .truncated(byte: 200_002)),
    ("evt3_header_only.raw", .evt3, 0, .clean),
    ("evt3_truncated_odd_byte.raw", .evt3, 35_563, .truncated(byte: 100_000)),
    ("ncars_truncated_mid_event.dat", .dat, 2008, .truncated(byte: 16_157)),
    ("nmnist_1_truncated_mid_event.bin", .nmnist, 4680, .truncated(byte: 23_400)),
    ("nmnist_empty.bin", .nmnist, 0, .clean),
    ("sample_truncated_mid_packet.aedat4", .aedat4, 33_088, .truncated(byte: 282_931)),
  ]

  @Test(.enabled(if: Place.exists(Place.malformed), "malformed recordings are not at CROSSPOINT_DATA"))
  func everyMalformedRecordingGivesWhatIsWholeAndEndsOnce() throws {
    let scratch = ScratchFolder()
    let kept = try FileManager.default.contentsOfDirectory(atPath: Place.malformed).sorted()
    #expect(kept.filter { $0.contains(".") && !$0.hasSuffix(".txt") } == Self.malformed.map(\.name))
    for (name, check, events, end) in Self.malformed {
      let path = Place.malformed + "/" + name
      let source = try EventRecording.open(path: path)
      var (batch, count) = (EventBatch(), 0)
      let error = recordingError { while try source.next(into: &batch) { count += batch.count } }
      #expect(count == events && source.end == end, "\(name): \(count) events, \(String(describing: source.end))")
      #expect((error == nil) == (end == .clean))
      let input = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      for length in [input.count, input.count / 2, input.count / 3] {
        #expect(throws: Never.self, "\(name), \(length) bytes") { try check.run(Array(input[..<length]), in: scratch) }
      }
    }
  }
}
