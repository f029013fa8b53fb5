import Glibc
import Quantities
import Testing

@testable import Emulation

@Suite struct ConfigurationErrorTests {
  private func problems(_ text: String, overrides: [String] = []) -> [ConfigurationError] {
    do {
      _ = try ExperimentConfiguration.load(text: text, name: "x.yaml", overrides: overrides)
      return []
    } catch {
      return error.problems
    }
  }

  /// The only problem of the minimal experiment with lines added or overrides.
  private func problem(_ lines: String = "", overrides: String...) throws -> ConfigurationError {
    let found = problems(minimalExperiment + "\n" + lines, overrides: overrides)
    #expect(found.count == 1, "\(found)")
    return try #require(found.first)
  }

  @Test(arguments: [
    ("crossbar:\n  adc_bit: 5", "crossbar.adc_bit", "crossbar.adc_bits"),
    ("crosbar:\n  adc_bits: 5", "crosbar", "crossbar"),
    ("time_step: 1 ms", "time_step", "network.time_step"),
    ("network:\n  timeStep: 1 ms", "network.timeStep", "network.time_step"),
    ("learning:\n  policy: exact", "learning.policy", "writes.policy"),
    ("<<: {a: 1}", "<<", "name"),
  ])
  func unknownKeyNamesTheNearest(lines: String, key: String, nearest: String) throws {
    let line = lines.contains("\n") ? 5 : 4
    let place = ConfigurationPlace.line(key.contains(".") ? line : 4, file: "x.yaml")
    guard case .unknownKey(let foundPlace, key, let foundNearest) = try problem(lines) else {
      Issue.record("not an unknown key")
      return
    }
    #expect(foundPlace == place)
    if key != "<<" { #expect(foundNearest == nearest) }
  }

  @Test func missingUnitShowsWhatToWrite() throws {
    let error = try problem("network:\n  time_step: 1")
    #expect(
      error
        == .badQuantity(
          .line(5, file: "x.yaml"), key: "network.time_step", example: "time_step: 1 ms",
          problem: .missingUnit(text: "1", dimension: .time)))
    #expect(error.description.contains("x.yaml:5: network.time_step"))
    #expect(error.description.contains("expected e.g. \"time_step: 1 ms\""))
    #expect(try problem("device: {on_conductance: 25 uV}").description.contains("is a voltage"))
  }

  @Test func outOfRangePrintsRangeAndFound() throws {
    #expect(
      try problem(overrides: "crossbar.adc_bits=40")
        == .outOfRange(.override("crossbar.adc_bits=40"), key: "crossbar.adc_bits", range: "[0, 16]", found: "40"))
    #expect(
      try problem(overrides: "device.on_conductance=1e-3 S").description.contains("must be in (0 S, 1 mS), found 1 mS"))
    #expect(try problem("network: {hidden: [256, 0]}").description.contains("[1, 65536], found [256, 0]"))
    #expect(try problem(overrides: "run.seed=-1").description.contains("must be ≥ 0, found -1"))
  }

  @Test(arguments: [
    "crossbar: {adc_bits: 5.5}", "crossbar: {adc_bits: [5]}", "crossbar: {adc_bits: {a: 1}}",
    "crossbar: {adc_bits: 1e3}",
    "run: {shuffle: yes}", "run: {shuffle: True}", "run: {evaluate: sometimes}", "network: {hidden: []}",
    "network: {hidden: [[1]]}", "network: {hidden: [a]}", "network: {threshold: nan}", "network: {threshold: .inf}",
    "network: {threshold: 1 V}", "name: ../x", "name: .hidden", "name: \"a\\nb\"", "network: 5", "network: [1]",
    "run: {seed: 99999999999999999999}",
  ])
  func wrongTypesAreNamed(lines: String) throws {
    guard case .wrongType(.line(4, file: "x.yaml"), _, let expected, let found) = try problem(lines) else {
      Issue.record("\(try problem(lines))")
      return
    }
    #expect(!expected.isEmpty && !found.isEmpty)
  }

  @Test func emptyValuesAreNamed() throws {
    for lines in ["crossbar: {adc_bits: }", "crossbar:\n  adc_bits:", "name: ~", "name: null"] {
      guard case .missingValue = try problem(lines) else {
        Issue.record("\(lines)")
        continue
      }
    }
  }

  @Test func duplicatesAreNamed() throws {
    #expect(try problem("run: {seed: 1, seed: 2}") == .duplicateKey(.line(4, file: "x.yaml"), key: "seed"))
    #expect(try problem("run: {seed: 1}\nrun.seed: 2") == .duplicateKey(.line(5, file: "x.yaml"), key: "run.seed"))
  }

  @Test func missingKeysAreNamed() {
    let found = problems("run: {seed: 2}")
    #expect(found.count == 2)
    #expect(
      found.first?.description.contains("stream.kind is missing; add it, such as \"stream: {kind: sensor-recording}\"")
        == true)
  }

  @Test func emptyAndShapelessFilesAreNamed() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "~", "{}"] {
      #expect(problems(text) == [.empty(file: "x.yaml")], "\(text)")
    }
    #expect(problems("- a\n- b") == [.notAMapping(.line(1, file: "x.yaml"), found: "a list")])
    #expect(problems("just text") == [.notAMapping(.line(1, file: "x.yaml"), found: "the text \"just text\"")])
    #expect(problems("? [a]\n: 1\n" + minimalExperiment) == [.notAKey(.line(1, file: "x.yaml"))])
  }

  @Test func syntaxErrorsCarryTheLine() throws {
    for (lines, line) in [
      ("run:\n\tseed: 1", 5), ("run: [1", 5), ("name: \"open", 4), ("a: b: c", 4), ("name: \u{1}", 4),
    ] {
      guard case .syntax(.line(let found, "x.yaml"), let problem) = try problem(lines) else {
        Issue.record("\(try problem(lines))")
        continue
      }
      #expect(abs(found - line) <= 1 && !problem.isEmpty, "\(lines): \(found) \(problem)")
    }
    #expect(try problem("run:\n\tseed: 1").description.contains("not tabs"))
  }

  @Test func allProblemsAreReportedAtOnce() {
    let text = """
      stream: {kind: video, path: x}
      network: {time_step: 1, hiden: [2]}
      crossbar: {adc_bits: 99}
      """
    let found = problems(text, overrides: ["run.seed", "run.sed=1", "device.preset=gold"])
    #expect(found.count == 7, "\(found)")
    #expect("\(ConfigurationError.several(found))".split(separator: "\n").count == 7)
    #expect(found.contains(.malformedOverride("run.seed")))
  }

  @Test func unreadableFilesAreNamed() throws {
    for (path, text) in [
      ("/nonexistent/x.yaml", "No such file"), ("/", "directory"), ("/dev/zero", "larger than 4 MiB"),
    ] {
      let error = #expect(throws: ConfigurationError.self) { try ExperimentConfiguration.load(path: path) }
      #expect(try #require(error).description.contains(text))
    }
    #expect(throws: ConfigurationError.empty(file: "/dev/null")) { try ExperimentConfiguration.load(path: "/dev/null") }
  }

  @Test func filesAreReadFromDisk() throws {
    var template = Array("/tmp/crosspoint-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    defer { unlink(path) }
    let bytes = Array(minimalExperiment.utf8)
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    #expect(try ExperimentConfiguration.load(path: path).stream.path == "streams/touch.csv")
    #expect(write(descriptor, [0xFF, 0xFE], 2) == 2)
    close(descriptor)
    #expect(throws: ConfigurationError.notText(file: path)) { try ExperimentConfiguration.load(path: path) }
  }
}
