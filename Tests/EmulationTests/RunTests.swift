import Foundation
import Testing

@testable import Emulation

@Suite("Run")
struct RunTests {
  private let laboratory = try! TinyLaboratory()

  private func run(_ name: String, _ overrides: [String]) throws -> (summary: RunSummary, notices: [RunNotice]) {
    var notices: [RunNotice] = []
    let outcome = try laboratory.begin(name, overrides).execute(notice: { notices.append($0) })
    guard case .completed(let summary) = outcome else { throw Unfinished() }
    return (summary, notices)
  }

  private struct Unfinished: Error {}

  @Test("learns three movements of people it has not seen")
  func learns() throws {
    let (summary, notices) = try run(
      "run", ["run.passes=15", "device.preset=ideal", "writes.policy=exact", "device.endurance=0"])
    #expect(summary.testAccuracy > 0.6, "chance is 0.33")
    #expect(summary.samples == 15 * 48 && summary.ticks == 15 * 72 * 80)
    #expect(summary.testAccuracies.count == 15)
    #expect(summary.stuckDevices == 0)
    #expect(summary.devices == 2 * (12 * 20 + 20 * 3))
    #expect(notices.count { $0.name == "pass_completed" } == 15)
  }

  @Test("energy and chip time are shared out among samples, and hardware changes nothing else")
  func energies() throws {
    let summary = try run("run", []).summary
    let other = try run("other", ["hardware.adc_model=spikesim", "hardware.columns_per_adc=1"]).summary
    for summary in [summary, other] {
      let reads = [summary.readEnergyJoules, summary.conversionEnergyJoules, summary.digitalEnergyJoules]
      #expect(reads.allSatisfy { $0 > 0 })
      let total = reads.reduce(0, +)
      let components: Double = summary.readEnergyByComponent.values.reduce(0, +)
      #expect(abs(components / total - 1) < 1e-12)
      // More samples are presented than learned from.
      #expect(summary.energyPerSample > summary.writeEnergyPerSample)
      #expect(summary.energyPerSample < summary.writeEnergyPerSample + total / Double(summary.samples))
      #expect(summary.latencyPerSample > 0 && summary.readSeconds > 0)
    }
    #expect(other.conversionEnergyJoules > summary.conversionEnergyJoules && other.readSeconds < summary.readSeconds)
    #expect(other.testAccuracy == summary.testAccuracy && other.setPulses == summary.setPulses)
    #expect(other.readEnergyJoules == summary.readEnergyJoules)
  }

  @Test("the rows of the metrics add up")
  func metrics() throws {
    let (summary, _) = try run("run", [])
    let rows = MetricsRow.rows(of: try String(contentsOfFile: laboratory.folder("run/metrics.csv"), encoding: .utf8))
    #expect(rows.map(\.samples) == [10, 20, 30, 40, 48, 48, 58, 68, 78, 88, 96, 96])
    #expect(
      rows.map(\.phase).map { $0 == .test }
        == [5, 11].reduce(into: Array(repeating: false, count: 12)) { $0[$1] = true })
    #expect(rows.map(\.pass) == Array(repeating: 1, count: 6) + Array(repeating: 2, count: 6))
    #expect(
      zip(rows, rows.dropFirst()).allSatisfy { $0.setPulses <= $1.setPulses && $0.stuckDevices <= $1.stuckDevices })
    let last = try #require(rows.last)
    #expect(last.accuracy == summary.testAccuracy && rows[5].accuracy == summary.testAccuracies[0])
    #expect(last.setPulses == summary.setPulses && last.resetPulses == summary.resetPulses)
    #expect(last.stuckDevices == summary.stuckDevices && summary.stuckDevices > 0)
    // A test row tells of the test, not of the training before it.
    #expect(rows[5].hiddenRateInHertz > 0 && rows[5].hiddenRateInHertz != rows[4].hiddenRateInHertz)
  }

  @Test("an absurd learning rate is warned of, once")
  func warnings() throws {
    let overrides = [
      "learning.rate=10", "learning.readout_rate=10", "learning.loss=squared-error", "network.initial_weight_sigma=0.3",
      "device.endurance=0",
    ]
    let (_, notices) = try run("absurd", overrides)
    #expect(notices.count { $0.name == "writes_too_many" } == 1)
    let events = try String(contentsOfFile: laboratory.folder("absurd/events.jsonl"), encoding: .utf8)
    #expect(events.contains("lower learning.rate or raise writes.threshold"))
    let (_, quiet) = try run("quiet", ["learning.rate=1e-5", "learning.readout_rate=1e-5"])
    #expect(!quiet.contains { ["rates_too_high", "writes_too_many"].contains($0.name) })
  }

  @Test("a layer that is silent is named, once")
  func silence() throws {
    let (_, notices) = try run("silent", ["network.hidden=[20, 10]", "network.initial_weight_sigma=1e-4"])
    #expect(notices.filter { $0.name == "layer_silent" } == [.layerSilent(name: "hidden1")])
    let (_, usual) = try run("usual", [])
    #expect(!usual.contains { $0.name == "layer_silent" })
  }

  @Test("firing rates that learning does not recover from are warned of")
  func rates() throws {
    let laboratory = try TinyLaboratory(TinyRecording(rate: 1000))
    var notices: [RunNotice] = []
    let overrides = [
      "network.time_step=1 ms", "network.initial_weight_sigma=0.3", "network.threshold=0.1", "stream.limit=20",
    ]
    _ = try laboratory.begin("fast", overrides).execute(notice: { notices.append($0) })
    #expect(notices.count { $0.name == "rates_too_high" } == 1)
  }

  @Test("a channel without a signal does not spoil the summary")
  func flatChannel() throws {
    let laboratory = try TinyLaboratory(TinyRecording(hasFlatChannel: true))
    let outcome = try laboratory.begin("run").execute()
    guard case .completed(let summary) = outcome else { throw Unfinished() }
    #expect(summary.encoding[0].snrDb != nil && summary.encoding[1].snrDb == nil)
    #expect(try RunFolder.open(at: laboratory.folder("run")).summary == summary)
  }

  @Test("a quick look takes samples of every class")
  func limit() throws {
    let experiment = try laboratory.experiment(["stream.limit=9"])
    let labels = experiment.trainingSamples.map { experiment.source.description(ofSample: $0).label }
    #expect(labels.count == 9 && Set(labels) == [0, 1, 2])
    #expect(try laboratory.experiment(["stream.limit=1000"]).trainingSamples.count == 48)
  }

  @Test(
    "experiments that cannot run say why",
    arguments: [
      (["stream.path=none.h5"], "recording none.h5 not found; looked for none.h5"),
      (["network.time_step=4 ms"], "network.time_step is 4 ms, expected 1/(200.0 Hz) = 5.0 ms"),
      (["stream.split=official"], "as marked by the data set"),
      (["stream.window=2 s"], "at most 200"),
      (["stream.folds=7"], "6"),
    ])
  func impossible(overrides: [String], part: String) throws {
    let text = sentence { _ = try laboratory.experiment(overrides) }
    #expect(text.contains(part), "\(text)")
  }

  @Test("a recording lies beside the experiment, its folder, or the working directory")
  func places() throws {
    let nested = laboratory.folder("experiments")
    try FileManager.default.createDirectory(atPath: nested, withIntermediateDirectories: true)
    let configuration = try laboratory.configuration(["stream.path=tiny.h5"])
    #expect(
      try Experiment(configuration, experimentFolder: nested).configuration.stream.path == laboratory.recordingPath)
    #expect(
      try Experiment(configuration, experimentFolder: laboratory.folder.path).configuration.stream.path
        == laboratory.recordingPath)
    let text = sentence { _ = try Experiment(configuration, experimentFolder: "") }
    #expect(text.contains("looked for tiny.h5, ../tiny.h5"), "\(text)")
  }

  @Test("a run folder of another experiment is told apart")
  func otherRun() throws {
    let run = try laboratory.begin("run")
    try run.folder.requireRun(of: laboratory.configuration(["run.threads=2"]))
    let text = sentence { try run.folder.requireRun(of: laboratory.configuration(["stream.fold=1"])) }
    #expect(text.contains("stream.fold: 1 here, 0 there"))
  }
}
