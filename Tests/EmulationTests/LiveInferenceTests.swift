import Checkpoints
import Foundation
import Kernels
import Recordings
import Testing

@testable import Emulation

/// Live events from a script: each step gives events or silence, and moves the clock.
private final class ScriptedEvents: PolledEvents {
  enum Step {
    /// Events at these times, at once.
    case events([Int64])
    /// Nothing, for as long as the caller waits.
    case silence
  }

  var elapsedMicroseconds: Int64 = 0
  var lostEventCount = 0
  private var steps: [Step]
  /// Events that are lost with every step that has some.
  private let lostPerStep: Int

  init(_ steps: [Step], lostPerStep: Int = 0) { (self.steps, self.lostPerStep) = (steps, lostPerStep) }

  func poll(into batch: inout EventBatch, timeoutInMicroseconds timeout: Int64) -> LivePoll {
    batch.removeAll()
    guard !steps.isEmpty else { return .over }
    switch steps.removeFirst() {
    case .events(let times):
      lostEventCount += lostPerStep
      for time in times { batch.append(timestampInMicroseconds: time, x: 1, y: 1, polarity: 1) }
      elapsedMicroseconds = max(elapsedMicroseconds, times.last ?? 0)
      return .ready
    case .silence:
      elapsedMicroseconds += timeout
      return .idle
    }
  }
}

@Suite("Live inference")
struct LiveInferenceTests {
  private static let sensor = 8
  private static let ticks = 20
  /// 20 ticks of 1 ms.
  private static let window: Int64 = 20_000

  /// Windows of which even ones have events at the left, odd ones at the right; window 3 is silent.
  private static func scene(windows: Int, seed: UInt64) -> [(time: Int64, x: UInt16, y: UInt16, isOn: Bool)] {
    var random = SystemlessRandom(state: seed)
    return (0..<windows).filter { $0 != 3 }.flatMap { window in
      (0..<60).map { event in
        let column = UInt16(random.next() % 4) + (window % 2 == 0 ? 0 : 4)
        return (
          Int64(window) * Self.window + Int64(event) * 330 + 5, column, UInt16(random.next() % 8),
          random.next() % 2 == 0
        )
      }
    }
  }

  private static func write(_ events: [(time: Int64, x: UInt16, y: UInt16, isOn: Bool)], to path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let writer = try WritableFormat.evt3.makeWriter(
      path: path, settings: EventWriterSettings(sensor: SensorSize(width: sensor, height: sensor)))
    var batch = EventBatch(capacity: events.count)
    for event in events {
      batch.append(timestampInMicroseconds: event.time, x: event.x, y: event.y, polarity: event.isOn ? 1 : 0)
    }
    try writer.append(batch)
    try writer.finish()
  }

  /// Runs a small experiment on two classes of recordings.
  private func learn(in folder: TemporaryFolder, encoding: String) throws -> String {
    for (label, parity) in [("left", 0), ("right", 1)] {
      for part in ["train", "test"] {
        for file in 0..<(part == "train" ? 8 : 2) {
          let seed = UInt64(file * 4 + parity * 2 + (part == "train" ? 0 : 1) + 1)
          let scene = Self.scene(windows: 2, seed: seed).filter { Int($0.time / Self.window) == parity }
          try Self.write(scene, to: folder("data/\(part)/\(label)/\(file).raw"))
        }
      }
    }
    let text = """
      name: sides
      stream:
        kind: event-folder
        path: \(folder("data"))
        sample_ticks: \(Self.ticks)
        prepare: refractory 1 ms
        event_encoding: \(encoding)
      network:
        time_step: 1 ms
        hidden: [16]
        initial_weight_sigma: 0.5
      learning:
        rate: 1e-3
        readout_rate: 1e-3
      checkpoint:
        interval: 0 s
      run:
        passes: 30
      """
    let configuration = try ExperimentConfiguration.load(text: text, name: "sides.yaml")
    let run = try EmulationRun(
      experiment: Experiment(configuration, experimentFolder: nil), folder: .create(at: folder("run")))
    guard case .completed = try run.execute() else { throw CancellationError() }
    return folder("run")
  }

  @Test("a recording that is sent gets the decisions of the windows of its file", arguments: ["binary", "counts"])
  func sentRecording(encoding: String) throws {
    let folder = try TemporaryFolder()
    let run = try learn(in: folder, encoding: encoding)
    let path = folder("long/scene.raw")
    try Self.write(Self.scene(windows: 12, seed: 99), to: path)

    let offline = try LiveInference(runFolder: run)
    let recorded = try EventFolderSource(
      path: folder("long"),
      parameters: .init(
        tickCount: Self.ticks, windowStepInMicroseconds: Self.window, fewestEvents: 0,
        preparation: try PreparationNotation.parse("refractory 1 ms"),
        encoding: encoding == "binary" ? .binary : .counts(fullDrive: 3)))
    var expected: [LiveInference.Decision] = []
    var raster = SpikeRaster(rowCount: recorded.inputRowCount)
    for sample in 0..<recorded.sampleCount {
      let name = recorded.description(ofSample: sample).identifier
      let index = try #require(Int(name.split(separator: ":").last ?? ""))
      // The network counts the ticks it read, of silent windows too.
      while expected.count < index {
        raster.removeAll(rowCount: recorded.inputRowCount, isGraded: encoding == "counts")
        for _ in 0..<Self.ticks { raster.endTick() }
        expected.append(offline.decide(on: raster, window: window(expected.count)))
      }
      try recorded.encode(sample: sample, into: &raster)
      expected.append(offline.decide(on: raster, window: window(index)))
    }
    try #require(expected.count == 11)

    let live = try LiveInference(runFolder: run)
    let source = try LiveEventSource(
      bytes: .tcpServer(NetworkAddress(host: "127.0.0.1", port: 0), afterPeer: .end),
      decoder: WireDecoder(.time64, file: "test"), parameters: .init(sensor: live.samples.sensor))
    let sender = try EventSender(
      tcp: NetworkAddress(host: "127.0.0.1", port: try #require(source.port)), layout: .time64)
    try sender.send(try EventRecording.open(path: path))
    try sender.finish()
    var decisions: [LiveInference.Decision] = []
    // However slow the machine is, no window ends before its events are there.
    let windows = try LiveWindows(source, like: live.samples, patienceInMicroseconds: 60_000_000)
    try live.run(windows) { decisions.append($0) }

    #expect(decisions.map(\.window) == Array(0..<12))
    #expect(decisions.map(\.evidence).prefix(11) == expected.map(\.evidence)[...])
    #expect(decisions.map(\.decision).prefix(11) == expected.map(\.decision)[...])
    #expect(decisions.map(\.events) == (0..<12).map { $0 == 3 ? 0 : 60 })
    #expect(decisions.allSatisfy { $0.lost == 0 && $0.margin >= 0 })
    // The sides are easily told apart, by full spikes at least; a silent window says nothing.
    let right = decisions.filter { $0.window != 3 && $0.className == ($0.window % 2 == 0 ? "left" : "right") }
    #expect(encoding == "counts" || right.count >= 10)
    #expect(windows.lateEventCount == 0 && windows.skippedWindowCount == 0)
  }

  /// Leads a session over six windows of 20 ms with ten events each, of which seven more are lost each time.
  private func lead(
    _ run: String, at output: String, learns: Bool, labels: LiveLabels?
  ) throws -> (session: LiveSession, decisions: [LiveInference.Decision]) {
    let network = try LiveInference(runFolder: run)
    let session = try LiveSession(
      network, parameters: .init(learns: learns, labels: labels, rowWindows: 4), output: output)
    let steps = (0..<6).map { window in
      ScriptedEvents.Step.events((0..<10).map { Int64(window) * Self.window + Int64($0) * 1000 })
    }
    let windows = try LiveWindows(ScriptedEvents(steps, lostPerStep: 7), like: network.samples)
    var decisions: [LiveInference.Decision] = []
    try network.run(windows, session: session) { decisions.append($0) }
    try session.finish(lost: windows.lostEventCount, late: windows.lateEventCount)
    return (session, decisions)
  }

  @Test("a session keeps what was decided, lost and learned, and the next goes on from it")
  func session() throws {
    let folder = try TemporaryFolder()
    let run = try learn(in: folder, encoding: "binary")
    let names = try LiveInference(runFolder: run).classNames
    let labels = try LiveLabels(text: "time,class\n0,right\n60000,none\n80000,left\n", name: "x", among: names)
    #expect([-1, 0, 59_999, 60_000, 80_000, .max].map(labels.label(at:)) == [nil, 1, 1, nil, 0, 0])

    let (session, decisions) = try lead(run, at: folder("first"), learns: true, labels: labels)
    #expect(decisions.map(\.label) == ["right", "right", "right", nil, "left", "left"])
    let rows = try String(contentsOfFile: folder("first/metrics.csv"), encoding: .utf8).split(separator: "\n")
    #expect(rows.count == 3 && rows[0] == LiveSession.header)
    let fields = rows.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    #expect(
      fields.map { Array($0[..<7]) } == [
        ["4", "0", "80000", "40", "35", "0", "3"], ["2", "80000", "120000", "20", "7", "0", "2"],
      ])
    #expect(session.total.events == 60 && session.total.lostEvents == 42 && session.total.labelled == 5)
    #expect(session.total.setPulses > 0)

    let before = try #require(try CheckpointStore(folder: "\(run)/checkpoints").newestValid()?.checkpoint)
    let after = try #require(try CheckpointStore(folder: folder("first/checkpoints")).newestValid()?.checkpoint)
    #expect(after.position.samplesSeen == before.position.samplesSeen + 5)
    #expect(after.network.layers[0].array.conductances != before.network.layers[0].array.conductances)
    let (second, _) = try lead(folder("first"), at: folder("second"), learns: false, labels: nil)
    #expect(second.total.labelled == 0 && second.total.accuracy == nil && second.total.setPulses == 0)
    #expect(try LiveInference(runFolder: folder("first")).samplesSeen == after.position.samplesSeen)
  }

  @Test("a session that cannot learn, and labels that make no sense, are refused")
  func sessionRefusals() throws {
    let folder = try TemporaryFolder()
    let run = try learn(in: folder, encoding: "binary")
    #expect(throws: LiveSessionError.noTeacher) { try lead(run, at: folder("a"), learns: true, labels: nil) }
    for (text, words) in [
      ("0,up", "no class"), ("5,left\n5,right", "not after"), ("0,left\nlater,right", ":2:"), ("", "found"),
    ] {
      let error = #expect(throws: LiveLabelError.self) {
        try LiveLabels(text: text, name: "shown.csv", among: ["left", "right"])
      }
      #expect(error?.description.contains(words) == true)
    }
    #expect(try LiveLabels(className: "left", among: ["left"]).label(at: 3) == 0)
  }

  private func window(_ index: Int) -> LiveWindows.Window {
    LiveWindows.Window(index: index, times: Int64(index) * Self.window..<Int64(index + 1) * Self.window)
  }

  /// Windows of 20 ms of a script.
  private func windows(
    _ steps: [ScriptedEvents.Step], origin: LiveWindows.Origin = .firstEvent
  ) throws -> (all: [LiveWindows.Window], windows: LiveWindows) {
    let folder = try TemporaryFolder()
    try Self.write(Self.scene(windows: 1, seed: 1), to: folder("a/0.raw"))
    let samples = try EventFolderSource(path: folder.path, parameters: .init(tickCount: Self.ticks))
    let windows = try LiveWindows(
      ScriptedEvents(steps), like: samples, origin: origin, patienceInMicroseconds: 5_000)
    var raster = SpikeRaster(rowCount: samples.inputRowCount)
    var all: [LiveWindows.Window] = []
    while let window = try windows.next(into: &raster) {
      #expect(raster.tickCount == Self.ticks && raster.spikeCount <= window.eventCount)
      all.append(window)
    }
    return (all, windows)
  }

  @Test("windows without events end by the clock, and what comes later is late")
  func silence() throws {
    let silence = [ScriptedEvents.Step](repeating: .silence, count: 3)
    let (all, windows) = try windows(
      [.events([1_000, 2_000])] + silence + [.events([15_000, 45_000, 46_000]), .events([100_000])])
    #expect(all.map(\.eventCount) == [2, 0, 2, 0, 1])
    #expect(all.map(\.times.lowerBound) == [1_000, 21_000, 41_000, 61_000, 81_000])
    #expect(windows.lateEventCount == 1)
  }

  @Test("windows may lie at multiples of their length, before zero too")
  func origin() throws {
    let (all, _) = try windows([.events([-1_000, 500, 39_999, 40_000])], origin: .timeZero)
    #expect(all.map(\.times.lowerBound) == [-20_000, 0, 20_000, 40_000])
    #expect(all.map(\.eventCount) == [1, 1, 1, 1])
  }

  @Test("a clock that jumps far does not make endless windows")
  func jump() throws {
    let far: Int64 = 1 << 50
    let (all, windows) = try windows([.events([0, 1]), .events([far])])
    #expect(all.count == 2 && all.map(\.eventCount) == [2, 1])
    #expect(all[1].times.contains(far) && all[1].times.lowerBound % Self.window == 0)
    #expect(windows.skippedWindowCount == far / Self.window - 1)
  }

  @Test("a run of another kind, and one without a checkpoint, are refused")
  func refusals() throws {
    let laboratory = try TinyLaboratory()
    _ = try laboratory.begin("run", ["run.passes=1"]).execute()
    #expect { try LiveInference(runFolder: laboratory.folder("run")) } throws: { "\($0)".contains("event-folder") }
    _ = try laboratory.begin("fresh")
    #expect { try LiveInference(runFolder: laboratory.folder("fresh")) } throws: { "\($0)".contains("checkpoint") }
    #expect(throws: EmulationError.notARunFolder(folder: "nowhere", missing: "experiment.yaml")) {
      try LiveInference(runFolder: "nowhere")
    }
  }
}

/// Marsaglia's xorshift, the same in every run.
private struct SystemlessRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state >> 11
  }
}
