import Checkpoints
import Crossbars
import Foundation
import Kernels
import Recordings

/// The life of a learned network that goes on learning where it is deployed, told in minutes.
///
/// A window of the stream is run and learned from, and the network is tested; then the window is replayed many times at
/// once (`CrossbarArray.replay`), devices fail, and the next window meets what is left. `DeploymentPace` bounds the jumps.
/// Between windows the state is complete: a deployment that was stopped anywhere goes on with the same bits from its newest
/// checkpoint, which lies at most a window, or ten seconds, back.
///
/// The training samples come pass after pass, each in an order of its own. The time between samples at the duty ages devices
/// that drift or decay. Learning rates are those at the end of the run.
public final class DeploymentRun {
  /// What is deployed.
  public let experiment: Experiment
  /// How.
  public let parameters: DeploymentParameters
  /// Where it is written.
  public let folder: RunFolder
  /// The network.
  public let network: any EmulatedNetwork
  /// Where it stands.
  public private(set) var deployment: DeploymentPosition
  /// Measured windows so far.
  public private(set) var rows: [DeploymentRow]

  private var position: RunPosition
  /// The last checkpoint that was saved.
  private var saved = ""
  private let schedule: Schedule
  private let saver: CheckpointSaver
  private let table: AppendOnlyFile
  private let tested: [Int]
  private let pace: DeploymentPace
  private var session = SessionClock()

  /// Prepares a deployment.
  ///
  /// - Parameters:
  ///   - checkpoint: of a run to deploy, or of this deployment to go on with.
  ///   - folder: new, or that of the deployment.
  public init(
    experiment: Experiment, parameters: DeploymentParameters, folder: RunFolder, from checkpoint: Checkpoint
  ) throws {
    self.experiment = experiment
    self.parameters = parameters
    self.folder = folder
    let run = experiment.configuration.run
    network = experiment.network.makeNetwork(
      largestSample: experiment.largestSample, pool: TilePool(threadCount: run.threads))
    let mismatch = checkpoint.network.shapeMismatch(with: network.snapshot)
    guard mismatch.isEmpty else {
      throw EmulationError.otherExperiment(checkpoint: folder.path, differences: mismatch)
    }
    network.snapshot = checkpoint.network
    schedule = Schedule(
      tasks: [experiment.trainingSamples], testSamples: experiment.testSamples,
      passesPerTask: Int.max / 2,
      testsEachPass: false, shuffles: run.shuffle, seed: run.futureSeed)
    saver = CheckpointSaver(
      store: CheckpointStore(folder: folder.checkpointsPath), settings: experiment.configuration.checkpoint)
    tested = Experiment.spread(experiment.testSamples, limit: parameters.testSamples)
    pace = DeploymentPace(parameters: parameters, devices: network.deviceCount)
    position = checkpoint.position
    if let saved = checkpoint.deployment {
      deployment = saved
    } else {
      deployment = DeploymentPosition()
      deployment.wornAtStart = UInt64(network.wornDeviceCount)
      (position.isComplete, position.isTesting, position.sampleInPhase) = (false, false, 0)
      position.metricsBytes = 0
      try folder.write(experiment.configuration.resolved.yaml, to: folder.experimentPath)
      try folder.write(try JSONText.encode(parameters), to: folder.deploymentPath)
    }
    table = try AppendOnlyFile(path: folder.deploymentTablePath, length: position.metricsBytes)
    if table.length == 0 { try table.append(DeploymentRow.header) }
    rows = DeploymentRow.rows(of: try folder.read(folder.deploymentTablePath))
    try recordSession()
    network.setFinalRates(of: experiment.configuration, samplesSeen: position.samplesSeen)
  }

  private func recordSession() throws {
    var provenance = Provenance(experiment: experiment)
    if let text = try? folder.read(folder.provenancePath),
      let earlier = try? JSONText.decode(Provenance.self, from: text)
    {
      provenance.sessions = earlier.sessions
    }
    provenance.addSession(fromSample: deployment.elapsedSamples, threads: experiment.configuration.run.threads)
    try folder.write(try provenance.json(), to: folder.provenancePath)
  }

  // MARK: The life

  /// How a deployment ended.
  public enum Outcome: Sendable {
    /// It is over.
    case completed(DeploymentSummary)
    /// Stopped by a signal; it goes on from this checkpoint.
    case interrupted(signal: Int32, checkpoint: String)
  }

  /// Runs to the end of the deployment, or until `stopSignal` returns a signal.
  /// - Parameters:
  ///   - stopSignal: asked after every sample.
  ///   - progress: told after every window: the last row.
  public func execute(
    stopSignal: @escaping () -> Int32? = { nil }, progress: (DeploymentRow) -> Void = { _ in }
  ) throws -> Outcome {
    if rows.isEmpty {
      try measureStart()
      if let row = rows.last { progress(row) }
    }
    defer { saver.wait() }
    try beginSaving()
    while Double(deployment.elapsedSamples) < parameters.samples {
      let isMeasured = deployment.windowsToGo == 0
      guard let window = try learnWindow(stopSignal: stopSignal) else {
        return .interrupted(signal: stopSignal() ?? 0, checkpoint: try saver.finish() ?? saved)
      }
      if isMeasured {
        try finish(window)
        if let row = rows.last { progress(row) }
      } else {
        deployment.windowsToGo -= 1
      }
      if isMeasured || session.secondsSinceCheckpoint > 10 { try beginSaving() }
    }
    position.isComplete = true
    try beginSaving()
    _ = try saver.finish()
    let summary = DeploymentSummary(
      experiment: experiment.configuration.name, parameters: parameters, rows: rows, devices: network.deviceCount,
      wornAtStart: deployment.wornAtStart,
      firstFailure: deployment.firstFailure > 0 ? deployment.firstFailure : nil, wallSeconds: session.elapsed)
    try folder.write(try JSONText.encode(summary), to: folder.summaryPath)
    return .completed(summary)
  }

  /// What a window came to.
  private struct Window {
    var tally = OutcomeTally()
    var ticks: UInt64 = 0
    /// Wear of all devices, full-cycle equivalents.
    var wear: Double
    var pulses: UInt64
    var energy: Double
    /// Where the network stood at its start.
    var start: NetworkReading
  }

  /// Learns from the next samples; `nil` when a signal came in between.
  private func learnWindow(stopSignal: () -> Int32?) throws -> Window? {
    let first = deployment.presentedSamples
    let count = parameters.windowSamples
    let walk = PassWalk(schedule: schedule, perPass: UInt64(experiment.trainingSamples.count), next: first)
    let loader = try SampleLoader(source: experiment.source) { $0 < count ? walk.sample() : nil }
    defer { loader.stop() }
    let arrays = network.arrays.map(\.array)
    var window = Window(wear: 0, pulses: 0, energy: 0, start: network.reading)
    let hardware = experiment.configuration.hardware.parameters
    let before = (
      pulses: network.allPulses, energy: network.writeCosts(on: hardware).energy, worn: network.wornDeviceCount
    )
    var raster = SpikeRaster(rowCount: experiment.source.inputRowCount)
    let learns = experiment.configuration.learning.rule != .none
    var learned: UInt64 = 0
    network.rest()
    while let sample = try loader.next(into: &raster) {
      let outcome = network.present(raster, target: try experiment.target(ofSample: sample), learns: learns)
      if let flaw = network.firstFlaw { throw EmulationError.notANumber(flaw, sample: deployment.elapsedSamples) }
      window.tally.add(outcome)
      learned += 1
      if learns { network.level(afterSample: position.samplesSeen + learned) }
      window.ticks += UInt64(raster.tickCount)
      if stopSignal() != nil { return nil }
    }
    for (array, start) in zip(arrays, window.start.arrays) { window.wear += array.wear(since: start) }
    window.pulses = network.allPulses - before.pulses
    window.energy =
      network.writeCosts(on: hardware).energy - before.energy
      + network.readCosts(since: window.start, on: hardware).energy
    deployment.presentedSamples += UInt64(count)
    deployment.elapsedSamples += UInt64(count)
    position.samplesSeen += UInt64(count)
    if deployment.firstFailure == 0, network.wornDeviceCount > before.worn {
      deployment.firstFailure = Double(deployment.elapsedSamples)
    }
    network.passTime(ticks: dutyTicks(UInt64(count)) - min(window.ticks, dutyTicks(UInt64(count))))
    return window
  }

  /// Tests, jumps, and writes down what there was to see.
  private func finish(_ window: Window) throws {
    let count = Double(parameters.windowSamples)
    let devices = Double(network.deviceCount)
    let last = DeploymentPace.Measurement(samples: deployment.elapsedSamples, wearRate: window.wear / devices / count)
    let earlier = rows.map { DeploymentPace.Measurement(samples: $0.samples, wearRate: $0.wearRate) }
    var row = DeploymentRow(
      samples: deployment.elapsedSamples, seconds: Double(deployment.elapsedSamples) / parameters.samplesPerSecond,
      presentedSamples: deployment.presentedSamples, accuracy: try testAccuracy(),
      onlineAccuracy: window.tally.accuracy, wornDevices: UInt64(network.wornDeviceCount),
      wornFraction: Double(network.wornDeviceCount) / devices, stuckDevices: UInt64(network.stuckDeviceCount),
      wearRate: last.wearRate, pulseRate: Double(window.pulses) / devices / count,
      energyPerSample: window.energy / count)
    let replays = replays(of: window, after: last, earlier: earlier)
    if parameters.simulatesAll {
      deployment.windowsToGo = replays
    } else {
      jump(over: window, replays: replays)
      row.jumpSamples = replays * UInt64(parameters.windowSamples)
    }
    rows.append(row)
    try table.append(row.line)
  }

  private func replays(
    of window: Window, after last: DeploymentPace.Measurement, earlier: [DeploymentPace.Measurement]
  ) -> UInt64 {
    let limit = pace.limit(after: last, earlier: earlier)
    guard limit > 0 else { return 0 }
    let failures = zip(network.arrays, window.start.arrays).flatMap {
      $0.0.array.replaysToFailure(since: $0.1, limit: Double(limit), spreads: spreads(limit))
    }
    return pace.replays(limit: limit, failures: failures)
  }

  private func jump(over window: Window, replays: UInt64) {
    guard replays > 0 else { return }
    let samples = replays * UInt64(parameters.windowSamples)
    let earliest = zip(network.arrays, window.start.arrays).flatMap {
      $0.0.array.replaysToFailure(since: $0.1, limit: Double(replays), spreads: spreads(replays))
    }.min()
    let ticks = dutyTicks(samples)
    network.passTime(ticks: ticks)
    for ((_, array), start) in zip(network.arrays, window.start.arrays) {
      array.replay(
        since: start, times: replays, tick: network.ticksRead, elapsed: ticks, spreads: spreads(replays))
    }
    if let earliest, deployment.firstFailure == 0 {
      deployment.firstFailure =
        Double(deployment.elapsedSamples) + earliest * Double(parameters.windowSamples)
    }
    deployment.elapsedSamples += samples
    position.samplesSeen += samples
  }

  /// Whether so many replays are long enough for moves to bring every line of a tile to every place.
  private func spreads(_ replays: UInt64) -> Bool {
    let levelling = experiment.configuration.writes.parameters.levelling
    guard levelling.scheme == .rowRotation || levelling.scheme == .rowSwap else { return false }
    let lines = UInt64(experiment.network.tileRows + levelling.spareRows)
    return replays * UInt64(parameters.windowSamples) / UInt64(levelling.interval) >= lines
  }

  /// Ticks that so many samples take at the duty.
  private func dutyTicks(_ samples: UInt64) -> UInt64 {
    UInt64(Double(samples) / parameters.samplesPerSecond / experiment.configuration.network.timeStep.seconds)
  }

  // MARK: Tests

  /// The row of the start: what the run came to.
  private func measureStart() throws {
    let devices = Double(network.deviceCount)
    let row = DeploymentRow(
      samples: 0, seconds: 0, presentedSamples: 0, accuracy: try testAccuracy(), onlineAccuracy: nil,
      wornDevices: deployment.wornAtStart, wornFraction: Double(deployment.wornAtStart) / devices,
      stuckDevices: UInt64(network.stuckDeviceCount), wearRate: 0, pulseRate: 0, energyPerSample: 0)
    rows.append(row)
    try table.append(row.line)
  }

  private func testAccuracy() throws -> Double {
    let loader = try SampleLoader(source: experiment.source, samples: tested)
    defer { loader.stop() }
    var tally = OutcomeTally()
    var raster = SpikeRaster(rowCount: experiment.source.inputRowCount)
    network.rest()
    while let sample = try loader.next(into: &raster) {
      tally.add(network.present(raster, target: try experiment.target(ofSample: sample), learns: false))
    }
    return tally.accuracy
  }

  // MARK: Saving

  /// Begins to save what is, once the checkpoint before is saved.
  private func beginSaving() throws {
    if let path = try saver.finish() { saved = path }
    try table.flush()
    position.metricsBytes = table.length
    let checkpoint = experiment.checkpoint(
      position: position, network: network.snapshot, deployment: deployment)
    saver.begin(
      checkpoint, after: [table.file], bytes: network.deviceCount * CheckpointSaver.bytesPerDevice)
    session.checkpointBegun(pause: 0)
  }
}

/// Delivers the training samples pass after pass, on the thread of the loader.
private final class PassWalk: @unchecked Sendable {
  private let schedule: Schedule
  private let perPass: UInt64
  private var next: UInt64
  private var order: [Int]

  init(schedule: Schedule, perPass: UInt64, next: UInt64) {
    self.schedule = schedule
    self.perPass = perPass
    self.next = next
    order = schedule.order(ofPass: Int(next / perPass))
  }

  func sample() -> Int {
    defer {
      next += 1
      if next % perPass == 0 { order = schedule.order(ofPass: Int(next / perPass)) }
    }
    return order[Int(next % perPass)]
  }
}

/// Decisions that were right, or signals that were met.
struct OutcomeTally {
  private var decisions = 0
  private var correct = 0
  private var squaredError = 0.0
  private var signalPower = 0.0

  mutating func add(_ outcome: SampleOutcome) {
    decisions += outcome.decisions
    correct += outcome.correct
    squaredError += outcome.squaredError
    signalPower += outcome.signalPower
  }

  /// Share of right decisions, or 1 − Σ(output − signal)²/Σ signal², not below 0.
  var accuracy: Double {
    signalPower > 0 ? max(1 - squaredError / signalPower, 0) : Double(correct) / Double(max(decisions, 1))
  }
}
