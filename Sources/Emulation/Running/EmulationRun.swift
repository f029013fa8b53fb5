import Checkpoints
import Foundation
import Hardware
import Kernels
import Recordings

/// A run: streams the samples of an experiment through its network, learns, measures, saves.
///
/// The state between two samples is complete: `execute` may be stopped after any sample and continued by a new
/// `EmulationRun` from the checkpoint, with the same bits as if it had never stopped.
public final class EmulationRun {
  /// What is run.
  public let experiment: Experiment
  /// Where it is run.
  public let folder: RunFolder
  /// The network.
  public let network: any EmulatedNetwork
  /// Where the run stands.
  public internal(set) var position: RunPosition

  let schedule: Schedule
  let saver: CheckpointSaver
  let metrics: AppendOnlyFile
  let events: AppendOnlyFile
  var session = SessionClock()
  private(set) var lastTrainingRow: MetricsRow?
  private var pulsesAtRow: UInt64 = 0
  private var hasWarned: Set<String> = []

  /// Prepares a run from its beginning or from a checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: where to continue; it must belong to this experiment and recording (`checkMatch`).
  ///   - changes: keys that were given other values than before, for the provenance.
  public init(
    experiment: Experiment, folder: RunFolder, resuming checkpoint: Checkpoint? = nil,
    changes: [String] = []
  ) throws {
    self.experiment = experiment
    self.folder = folder
    let run = experiment.configuration.run
    network = experiment.network.makeNetwork(
      largestSample: experiment.largestSample, pool: TilePool(threadCount: run.threads))
    schedule = Schedule(
      tasks: experiment.tasks.split(experiment.trainingSamples) {
        experiment.source.description(ofSample: $0).label
      },
      testSamples: experiment.testSamples, passesPerTask: run.passes,
      testsEachPass: run.evaluate == .eachPass,
      shuffles: run.shuffle, seed: run.futureSeed)
    saver = CheckpointSaver(
      store: CheckpointStore(folder: folder.checkpointsPath), settings: experiment.configuration.checkpoint)
    position = checkpoint?.position ?? RunPosition(spikingLayers: experiment.network.spikingLayerCount)
    if let checkpoint {
      try Self.checkFits(checkpoint, network: network, schedule: schedule, tasks: experiment.tasks, folder: folder)
      network.snapshot = checkpoint.network
      if position.pass < schedule.passes { position.isComplete = false }
    }
    // Checkpoints of earlier versions do not have these.
    let (classes, neurons) = (experiment.network.outputs, experiment.network.hidden.reduce(0, +))
    if position.confusion.isEmpty { position.confusion = [UInt64](repeating: 0, count: classes * classes) }
    if position.neuronSpikesSinceRow.isEmpty { position.neuronSpikesSinceRow = [UInt64](repeating: 0, count: neurons) }
    if let weights = experiment.weightsFile { try folder.keepWeights(from: weights) }
    // From here on the folder is a run that can be resumed.
    try folder.write(experiment.configuration.resolved.yaml, to: folder.experimentPath)
    let waits = experiment.configuration.checkpoint.whenFailing == .carryOn
    metrics = try AppendOnlyFile(path: folder.metricsPath, length: position.metricsBytes, waitsForRoom: waits)
    events = try AppendOnlyFile(path: folder.eventsPath, length: position.eventsBytes, waitsForRoom: waits)
    if metrics.length == 0 { try metrics.append(MetricsRow.header) }
    try recall()
    try recordSession(changes: changes)
  }

  /// Takes from the files what the next row and the next warning refer to.
  private func recall() throws {
    lastTrainingRow = MetricsRow.rows(of: try folder.read(folder.metricsPath)).last { $0.phase == .train }
    pulsesAtRow = lastTrainingRow.map { $0.setPulses + $0.resetPulses } ?? 0
    let events = try folder.read(folder.eventsPath).split(separator: "\n")
    hasWarned = Set(events.compactMap { try? JSONText.decode([String: String].self, from: String($0))["event"] })
  }

  private func recordSession(changes: [String]) throws {
    var provenance = Provenance(experiment: experiment)
    if let text = try? folder.read(folder.provenancePath),
      let earlier = try? JSONText.decode(Provenance.self, from: text)
    {
      provenance.sessions = earlier.sessions
      provenance.origin = earlier.origin
    }
    provenance.addSession(
      fromSample: position.samplesSeen, threads: experiment.configuration.run.threads,
      changes: changes)
    try folder.write(try provenance.json(), to: folder.provenancePath)
  }

  // MARK: The streaming loop

  /// Runs to the end, or until `stopSignal` returns a signal.
  ///
  /// - Parameters:
  ///   - stopSignal: asked after every sample.
  ///   - progress: told about ten times a second.
  ///   - notice: told what is notable.
  public func execute(
    stopSignal: () -> Int32? = { nil }, progress: (RunProgress) -> Void = { _ in },
    notice: (RunNotice) -> Void = { _ in }
  ) throws -> RunOutcome {
    let walk = schedule.samples(from: position)
    let loader = try SampleLoader(source: experiment.source) { _ in walk.next() }
    defer {
      loader.stop()
      saver.wait()
    }
    var raster = SpikeRaster(rowCount: experiment.source.inputRowCount)
    applyRates()
    let tick = experiment.configuration.network.timeStep.seconds
    var pacer = SamplePacer(speed: experiment.configuration.stream.speed)
    while let sample = try loader.next(into: &raster) {
      pacer.wait(for: Double(raster.tickCount) * tick) { stopSignal() != nil }
      if isWarmingUp { applyRates() }
      try present(sample, raster: raster)
      if let row = rowIfDue() { try record(row, notice: notice) }
      if position.sampleInPhase == schedule.count(ofPass: position.pass, isTesting: position.isTesting) {
        try endPhase(notice: notice)
      }
      if let signal = stopSignal(), !position.isComplete {
        return .interrupted(signal: signal, checkpoint: try save(notice: notice))
      }
      if isCheckpointDue { beginSaving() }
      try tellSaved(notice)
      if session.isProgressDue { progress(currentProgress) }
    }
    try saveEnd(notice: notice)
    progress(currentProgress)
    let summary = try summarise()
    try folder.write(try JSONText.encode(summary), to: folder.summaryPath)
    return .completed(summary)
  }

  private func present(_ sample: Int, raster: SpikeRaster) throws {
    let target = try experiment.target(ofSample: sample)
    let learns = !position.isTesting && experiment.configuration.learning.rule != .none
    if position.sampleInPhase == 0 { network.rest() }
    let start = SessionClock.now
    let outcome = network.present(raster, target: target, learns: learns)
    let seconds = SessionClock.now - start
    if learns, let flaw = network.firstFlaw { throw EmulationError.notANumber(flaw, sample: position.samplesSeen) }
    session.count(seconds: seconds, isTraining: !position.isTesting)
    position.wallSeconds += seconds
    position.sampleInPhase += 1
    position.decisionsInPhase += outcome.decisions
    position.correctInPhase += outcome.correct
    position.squaredErrorInPhase += outcome.squaredError
    position.signalPowerInPhase += outcome.signalPower
    for (index, count) in outcome.spikes.enumerated() { position.spikesSinceRow[index] += count }
    for (index, count) in network.hiddenSpikeCounts.enumerated() {
      position.neuronSpikesSinceRow[index] += UInt64(count)
    }
    if position.isTesting {
      note(outcome, label: target.label)
      return
    }
    position.samplesSeen += 1
    if learns { network.level(afterSample: position.samplesSeen) }
    position.samplesSinceRow += 1
    position.decisionsSinceRow += outcome.decisions
    position.correctSinceRow += outcome.correct
    position.squaredErrorSinceRow += outcome.squaredError
    position.signalPowerSinceRow += outcome.signalPower
    for (index, count) in outcome.spikes.enumerated() { position.spikes[index] += count }
  }

  /// Counts the decisions of a test sample.
  private func note(_ outcome: SampleOutcome, label: Int) {
    guard outcome.confusion.isEmpty else {
      for (place, count) in outcome.confusion.enumerated() { position.confusion[place] += count }
      return
    }
    position.confusion[label * experiment.network.outputs + outcome.decision] += 1
  }

  /// Whether rates change from sample to sample.
  private var isWarmingUp: Bool {
    let warmup = experiment.configuration.learning.warmupSamples
    return !position.isTesting && warmup > 0 && position.samplesSeen <= UInt64(warmup)
  }

  private func applyRates() {
    let learning = experiment.configuration.learning
    let factor = learning.rateFactor(
      pass: position.pass, passes: schedule.passes,
      samples: Int(position.samplesSeen))
    network.setRates(
      hidden: Float(learning.rate * factor), readout: Float(learning.readoutRate * factor), factor: Float(factor))
  }

  private func endPhase(notice: (RunNotice) -> Void) throws {
    let accuracy = position.accuracyInPhase
    if position.isTesting {
      position.testAccuracies.append(accuracy)
      position.testErrors += position.errorInPhase.map { [$0] } ?? []
      if experiment.tasks.count > 1 {
        position.taskAccuracies += experiment.tasks.accuracies(confusion: position.confusion)
      }
      try record(row(phase: .test, accuracy: accuracy, error: position.errorInPhase), notice: notice)
    } else {
      position.trainingAccuracies.append(accuracy)
    }
    position.sampleInPhase = 0
    position.decisionsInPhase = 0
    position.correctInPhase = 0
    (position.squaredErrorInPhase, position.signalPowerInPhase) = (0, 0)
    if !position.isTesting && schedule.tests(afterPass: position.pass) {
      position.isTesting = true
      for place in position.confusion.indices { position.confusion[place] = 0 }
      return
    }
    try notify(
      .passCompleted(
        pass: position.pass + 1, trainingAccuracy: position.trainingAccuracies[position.trainingAccuracies.count - 1],
        testAccuracy: position.isTesting ? accuracy : nil), notice)
    position.isTesting = false
    position.pass += 1
    position.isComplete = position.pass == schedule.passes
    applyRates()
    beginSaving()
  }

  // MARK: Metrics

  private func rowIfDue() -> MetricsRow? {
    guard !position.isTesting else { return nil }
    let isLast = position.sampleInPhase == schedule.count(ofPass: position.pass, isTesting: false)
    guard position.samplesSinceRow >= experiment.configuration.run.metricsSamples || isLast else { return nil }
    return row(phase: .train, accuracy: position.accuracySinceRow, error: position.errorSinceRow)
  }

  private func row(phase: MetricsRow.Phase, accuracy: Double, error: Double?) -> MetricsRow {
    let pulses = network.totalPulses
    let activity = network.readActivity
    let writes = network.writeActivity
    let (writeCosts, readCosts) = costs
    let samples = Double(phase == .test ? position.sampleInPhase : position.samplesSinceRow)
    return MetricsRow(
      samples: position.samplesSeen, pass: position.pass + 1, phase: phase, accuracy: accuracy, setPulses: pulses.set,
      resetPulses: pulses.reset, stuckDevices: network.stuckDeviceCount,
      inputSpikesPerSample: Double(position.spikesSinceRow[0]) / samples,
      hiddenRateInHertz: hiddenRate(position.spikesSinceRow, samples: samples),
      saturatedFraction: activity.conversions == 0
        ? 0 : Double(activity.saturatedConversions) / Double(activity.conversions),
      refreshPulses: writes.refreshSetPulses + writes.refreshResetPulses, verifyReads: writes.verifyReads,
      writeEnergyInJoules: writeCosts.energy, readEnergyInJoules: readCosts.energy(of: .read),
      conversionEnergyInJoules: readCosts.energy(of: .conversion),
      digitalEnergyInJoules: readCosts.energy(of: .digital),
      silentNeurons: position.neuronSpikesSinceRow.count { $0 == 0 }, weightsAtRails: network.weightsAtRails,
      feedbackAlignment: network.feedbackAlignment, normalisedError: error)
  }

  /// Mean firing rate of all hidden neurons, for samples of the length of the first training sample.
  func hiddenRate(_ spikes: [UInt64], samples: Double) -> Double {
    let ticks = experiment.source.description(ofSample: experiment.trainingSamples[0]).tickCount
    let seconds = Double(ticks) * experiment.configuration.network.timeStep.seconds
    let neurons = Double(experiment.network.hidden.reduce(0, +))
    return Double(spikes.suffix(experiment.network.hidden.count).reduce(0, +)) / (samples * seconds * neurons)
  }

  private func record(_ row: MetricsRow, notice: (RunNotice) -> Void) throws {
    try metrics.append(row.line)
    let silent = silentLayer
    for index in position.spikesSinceRow.indices { position.spikesSinceRow[index] = 0 }
    for index in position.neuronSpikesSinceRow.indices { position.neuronSpikesSinceRow[index] = 0 }
    guard row.phase == .train else { return }
    lastTrainingRow = row
    if let silent, hasWarned.insert(RunNotice.layerSilent(name: silent).name).inserted {
      try notify(.layerSilent(name: silent), notice)
    }
    try warn(about: row, notice: notice)
    pulsesAtRow = row.setPulses + row.resetPulses
    position.samplesSinceRow = 0
    position.decisionsSinceRow = 0
    position.correctSinceRow = 0
    (position.squaredErrorSinceRow, position.signalPowerSinceRow) = (0, 0)
  }

  /// The first layer without a spike since the last row, though there were spikes ahead of it.
  private var silentLayer: String? {
    let counts = position.spikesSinceRow
    guard let index = counts.indices.dropFirst().first(where: { counts[$0] == 0 && counts[$0 - 1] > 0 }) else {
      return nil
    }
    let stages = experiment.network.features?.stages ?? []
    return index <= stages.count
      ? "feature layer \(index) (\(stages[index - 1].notation))"
      : experiment.network.name(ofLayer: index - 1 - stages.count)
  }

  private func warn(about row: MetricsRow, notice: (RunNotice) -> Void) throws {
    var warnings: [RunNotice] = []
    // At most one spike fits into a tick, so long ticks reach the regime at lower rates.
    let highestRate = min(100, 0.5 / experiment.configuration.network.timeStep.seconds)
    if row.hiddenRateInHertz > highestRate { warnings.append(.ratesTooHigh(hertz: row.hiddenRateInHertz)) }
    let pulses = Double(row.setPulses + row.resetPulses - pulsesAtRow)
    let perDevice = pulses / Double(network.deviceCount) / Double(max(position.samplesSinceRow, 1))
    if perDevice > 0.1 && experiment.network.policy != .exact {
      warnings.append(.writesTooMany(pulsesPerDeviceAndSample: perDevice))
    }
    for warning in warnings where hasWarned.insert(warning.name).inserted { try notify(warning, notice) }
  }

  private func notify(_ event: RunNotice, _ notice: (RunNotice) -> Void) throws {
    let line = ["event": event.name, "message": event.message, "samples": "\(position.samplesSeen)"]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try events.append(String(decoding: try encoder.encode(line), as: UTF8.self))
    notice(event)
  }
}
