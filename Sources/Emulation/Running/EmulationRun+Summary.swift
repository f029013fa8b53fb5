import Foundation
import Hardware

extension EmulationRun {
  var currentProgress: RunProgress {
    let done = schedule.step(at: position)
    let total = schedule.stepCount
    let rate = session.stepsPerSecond
    let pulses = lastTrainingRow.map { $0.setPulses + $0.resetPulses } ?? 0
    return RunProgress(
      pass: min(position.pass + 1, schedule.passes), passes: schedule.passes, isTesting: position.isTesting, step: done,
      steps: total, stepsPerSecond: rate, remainingSeconds: rate > 0 ? Double(total - done) / rate : nil,
      trainingAccuracy: lastTrainingRow?.accuracy, testAccuracy: position.testAccuracies.last, pulses: pulses)
  }

  /// Costs of all writes and of all reads so far.
  public var costs: (writes: WriteCosts, reads: ReadCosts) {
    let hardware = experiment.configuration.hardware.parameters
    return (network.writeCosts(on: hardware), network.readCosts(on: hardware))
  }

  /// Samples presented so far, for learning and for tests.
  public var samplesPresented: UInt64 {
    let tested = position.testAccuracies.count * schedule.testSamples.count
    return position.samplesSeen + UInt64(tested + (position.isTesting ? position.sampleInPhase : 0))
  }

  func summarise() throws -> RunSummary {
    let pulses = network.totalPulses
    let activity = network.readActivity
    let writes = network.writeActivity
    let (costs, reads) = self.costs
    let presented = Double(max(samplesPresented, 1))
    let seen = Double(max(position.samplesSeen, 1))
    let online = position.trainingAccuracies
    return RunSummary(
      experiment: experiment.configuration.name, testAccuracy: position.testAccuracies.last ?? 0,
      onlineAccuracy: online.reduce(0, +) / Double(max(online.count, 1)), samples: position.samplesSeen,
      ticks: network.ticksRead, computeSeconds: position.wallSeconds, wallSeconds: session.elapsed,
      longestCheckpointPause: session.longestPause,
      samplesPerSecond: session.trainingSamplesPerSecond ?? seen / max(position.wallSeconds, 1e-9),
      ticksPerSecond: Double(network.ticksRead) / max(position.wallSeconds, 1e-9),
      peakRssBytes: RunSummary.peakResidentBytes, devices: network.deviceCount,
      devicesPerWeight: network.devicesPerWeight, setPulses: pulses.set,
      resetPulses: pulses.reset,
      pulsesPerDeviceAndSample: Double(pulses.set + pulses.reset) / Double(network.deviceCount) / seen,
      refreshPulses: writes.refreshSetPulses + writes.refreshResetPulses, verifyReads: writes.verifyReads,
      halfSelects: writes.halfSelects,
      verified: writes.verifyReads == 0 ? nil : RunSummary.VerifiedWrites(writes), writeEnergyJoules: costs.energy,
      writeEnergyByComponent: RunSummary.energies(costs.components), writeEnergyPerSample: costs.energy / seen,
      writeSeconds: costs.time, readEnergyJoules: reads.energy(of: .read),
      conversionEnergyJoules: reads.energy(of: .conversion), digitalEnergyJoules: reads.energy(of: .digital),
      readEnergyByComponent: RunSummary.energies(reads.components),
      energyPerSample: costs.energy / seen + reads.energy / presented, readSeconds: reads.time,
      latencyPerSample: costs.time / seen + reads.time / presented, stuckDevices: network.stuckDeviceCount,
      devicesPastHalfLife: Double(network.devicesPastHalfLife) / Double(network.deviceCount),
      hiddenRateHz: hiddenRate(position.spikes, samples: seen),
      saturatedFraction: activity.conversions == 0
        ? 0 : Double(activity.saturatedConversions) / Double(activity.conversions),
      adcFullScales: experiment.network.calibratedFullScales, wireSolutions: network.wireSolutions.solved,
      wireReuses: network.wireSolutions.reused, testAccuracies: position.testAccuracies,
      encoding: RunSummary.channels(experiment.source.encodingReport), classes: experiment.source.classNames,
      testConfusion: position.confusion, weightsAtRails: network.weightsAtRails,
      feedbackAlignment: network.feedbackAlignment, learning: learningNeeds, testErrors: position.testErrors,
      taskAccuracies: taskAccuracies, forgetting: experiment.tasks.forgetting(taskAccuracies),
      levellingMoves: network.isLevelled ? network.levellingCounts.moves : nil,
      retiredRows: network.isLevelled ? network.levellingCounts.retired : nil,
      spareRowsLeft: network.isLevelled ? network.usableSpareRows : nil)
  }

  /// Accuracies on the classes of each task after each test `[tests × tasks]`; empty where all classes come together.
  private var taskAccuracies: [[Double]] {
    let count = experiment.tasks.count
    return stride(from: 0, to: position.taskAccuracies.count, by: count).map {
      Array(position.taskAccuracies[$0..<$0 + count])
    }
  }

  private var learningNeeds: [RunSummary.LayerLearning] {
    guard experiment.configuration.learning.rule != .none else { return [] }
    let ticks = experiment.configuration.learning.updateTicks
    let window = ticks > 0 ? min(ticks, experiment.largestSample) : experiment.largestSample
    let arrays = Dictionary(uniqueKeysWithValues: network.arrays.map { ($0.name, $0.array.layout) })
    return network.learningNeeds.map { layer, needs in
      let words = arrays[layer].map { needs.words(rows: $0.rows, columns: $0.columns, ticks: window) } ?? 0
      return RunSummary.LayerLearning(layer: layer, needs: needs, words: words)
    }
  }
}
