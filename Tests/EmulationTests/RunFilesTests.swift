import Foundation
import Testing

@testable import Emulation

@Suite("Files of a run")
struct RunFilesTests {
  private let folder = try! TemporaryFolder()

  private func text(_ name: String) throws -> String { try String(contentsOfFile: folder(name), encoding: .utf8) }

  @Test("an append-only file is cut where it continues")
  func cut() throws {
    let path = folder("a.csv")
    let length: UInt64 = try {
      let file = try AppendOnlyFile(path: path, length: 0)
      try file.append("one")
      let length = file.length
      try file.append("two")
      return length
    }()
    #expect(try text("a.csv") == "one\ntwo\n" && length == 4)
    let file = try AppendOnlyFile(path: path, length: length)
    #expect(try text("a.csv") == "one\n")
    try file.append("drei")
    try file.synchronize()
    #expect(try text("a.csv") == "one\ndrei\n" && file.length == 9)
  }

  @Test("a file shorter than its checkpoint says is refused and left alone", arguments: [5, UInt64.max])
  func tooShort(length: UInt64) throws {
    let path = folder("a.csv")
    try "one\n".write(toFile: path, atomically: false, encoding: .utf8)
    #expect(throws: EmulationError.fileTooShort(path: path, expected: length, found: 4)) {
      try AppendOnlyFile(path: path, length: length)
    }
    #expect(sentence { _ = try AppendOnlyFile(path: path, length: 5) }.contains("has 4 bytes, but the checkpoint"))
    #expect(try text("a.csv") == "one\n")
  }

  @Test("a folder with anything in it is not taken for a new run")
  func occupied() throws {
    try FileManager.default.createDirectory(atPath: folder("full"), withIntermediateDirectories: true)
    try "mine".write(toFile: folder("full/notes.txt"), atomically: false, encoding: .utf8)
    #expect(throws: EmulationError.folderInUse(folder: folder("full"), holdsRun: false)) {
      try RunFolder.create(at: folder("full"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder("full")) == ["notes.txt"])
    let run = try RunFolder.create(at: folder("run"))
    try run.write("name: a\n", to: run.experimentPath)
    #expect(throws: EmulationError.folderInUse(folder: folder("run"), holdsRun: true)) {
      try RunFolder.create(at: folder("run"))
    }
    try "x".write(toFile: folder("file"), atomically: false, encoding: .utf8)
    let text = sentence { _ = try RunFolder.create(at: folder("file")) }
    #expect(text == "cannot create folder \(folder("file")): File exists")
  }

  @Test("a folder of a start that was killed at once is taken")
  func leftovers() throws {
    _ = try RunFolder.create(at: folder("run"))
    try "half".write(toFile: folder("run/experiment.yaml.partial"), atomically: false, encoding: .utf8)
    _ = try RunFolder.create(at: folder("run"))
    try "x".write(toFile: folder("run/checkpoints/checkpoint.h5"), atomically: false, encoding: .utf8)
    #expect(sentence { _ = try RunFolder.create(at: folder("run")) }.contains("not empty"))
  }

  @Test("one process at a time")
  func lock() throws {
    let path = folder("run")
    do {
      let run = try RunFolder.create(at: path)
      try run.write("name: a\n", to: run.experimentPath)
      #expect(throws: EmulationError.folderLocked(folder: path)) { try RunFolder.open(at: path) }
    }
    #expect(try RunFolder.open(at: path).read(folder("run/experiment.yaml")) == "name: a\n")
  }

  @Test("a folder that is no run is named")
  func missing() {
    #expect(throws: EmulationError.notARunFolder(folder: folder("no"), missing: "experiment.yaml")) {
      try RunFolder.open(at: folder("no"))
    }
    #expect(!FileManager.default.fileExists(atPath: folder("no")))
  }

  @Test("files are replaced as a whole")
  func whole() throws {
    let run = try RunFolder.create(at: folder("run"))
    try run.write("old", to: run.summaryPath)
    try run.write("new\n", to: run.summaryPath)
    #expect(try run.read(run.summaryPath) == "new\n")
    #expect(!FileManager.default.fileExists(atPath: run.summaryPath + ".partial"))
    #expect(sentence { try run.write("x", to: folder("run/no/such")) }.contains("No such file or directory"))
    #expect(sentence { _ = try run.read(folder("run/none")) }.contains("cannot read \(folder("run/none"))"))
  }

  @Test("a row of metrics reads back to the same bits")
  func metrics() {
    let row = MetricsRow(
      samples: 12_345_678_901, pass: 3, phase: .test, accuracy: 1.0 / 3, setPulses: .max, resetPulses: 0,
      stuckDevices: 7, inputSpikesPerSample: 0.1 + 0.2, hiddenRateInHertz: 5e-320, saturatedFraction: 1e300,
      refreshPulses: 1 << 40, verifyReads: .max, writeEnergyInJoules: 1.0 / 3e12,
      readEnergyInJoules: 2.0 / 3e12, conversionEnergyInJoules: 0, digitalEnergyInJoules: 1e-310, silentNeurons: 3,
      weightsAtRails: 1.0 / 7,
      feedbackAlignment: -1.0 / 9, normalisedError: 1.0 / 11)
    #expect(MetricsRow(line: row.line) == row)
    var without = row
    (without.feedbackAlignment, without.normalisedError) = (nil, nil)
    #expect(MetricsRow(line: without.line) == without)
    #expect(MetricsRow.header.split(separator: ",").count == row.line.split(separator: ",").count)
    #expect(MetricsRow.rows(of: "\(MetricsRow.header)\n\(row.line)\n\(row.line)\n") == [row, row])
    for line in ["", "1,2,3", row.line + ",1", row.line.replacing("test", with: "rest"), MetricsRow.header] {
      #expect(MetricsRow(line: line) == nil)
    }
  }
}
