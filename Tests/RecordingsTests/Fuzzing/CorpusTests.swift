import Foundation
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

  @Test(.enabled(if: Place.exists(Place.malformed), "malformed recordings are not at CROSSPOINT_DATA"))
  func everyMalformedRecordingKeepsThePromises() throws {
    let scratch = ScratchFolder()
    let ends: [(name: String, check: DecoderCheck)] = [
      ("davis_aedat2_truncated.aedat", .aedat2), ("dvs_truncated.es", .es), ("evt2_truncated_3of4_bytes.raw", .evt2),
      ("evt3_header_only.raw", .evt3), ("evt3_truncated_odd_byte.raw", .evt3),
      ("ncars_truncated_mid_event.dat", .dat), ("nmnist_1_truncated_mid_event.bin", .nmnist),
      ("nmnist_empty.bin", .nmnist), ("sample_truncated_mid_packet.aedat4", .aedat4),
    ]
    for (name, check) in ends {
      let input = Array(try Data(contentsOf: URL(fileURLWithPath: Place.malformed + "/" + name)))
      for length in [input.count, input.count / 2, input.count / 3] {
        #expect(throws: Never.self, "\(name), \(length) bytes") { try check.run(Array(input[..<length]), in: scratch) }
      }
    }
  }
}
