import Quantities
import Recordings

extension Experiment {
  /// Opens what an experiment streams.
  /// - Throws: `RecordingError`, `EmulationError.timeStep`.
  static func open(_ configuration: ExperimentConfiguration) throws -> any SampleSource {
    let stream = configuration.stream
    switch stream.kind {
    case .sensorRecording: return try sensorRecording(configuration)
    case .activity:
      try check(configuration.network.timeStep, againstHertz: ActivitySource.sampleRateInHertz, of: stream.path)
      return try ActivitySource(path: stream.path, encoder: sensorEncoder(configuration))
    case .labelledSteps: return try LabelledStepsSource(path: stream.path)
    case .spikeText: return try SpikeTextSource(path: stream.path, tickInMicroseconds: tick(configuration))
    case .nMNIST:
      return try NMNISTSource(
        path: stream.path, tickInMicroseconds: tick(configuration), tickCount: stream.sampleTicks)
    case .eventFolder:
      return try EventFolderSource(path: stream.path, parameters: eventParameters(configuration))
    case .dvsGesture:
      return try DVSGestureSource(path: stream.path, parameters: eventParameters(configuration))
    case .spokenDigits:
      return try SpokenDigitsSource(
        path: stream.path, tickInMicroseconds: tick(configuration), tickCount: stream.sampleTicks,
        channelsPerRow: stream.channelsPerRow, fullDrive: stream.driveOfCounts,
        testPart: stream.testPart == .test ? .test : .validation)
    case .tactileDigits:
      return try TactileDigitsSource(
        path: stream.path, tickInMicroseconds: tick(configuration), tickCount: stream.sampleTicks,
        fullDrive: stream.driveOfCounts)
    case .soundFolder:
      return try SoundFolderSource(
        path: stream.path, parameters: stream.soundParameters(tickInMicroseconds: tick(configuration)))
    case .temporalXor:
      return try TemporalExclusiveOr(
        trainingTrials: stream.trials, testTrials: stream.testTrials, seed: stream.taskSeed)
    case .patternGeneration:
      return try PatternGeneration(
        trainingTrials: stream.trials, testTrials: stream.testTrials, ticks: stream.sampleTicks, seed: stream.taskSeed)
    }
  }

  /// The time step in µs, the resolution of cameras.
  private static func tick(_ configuration: ExperimentConfiguration) throws -> Int64 {
    let timeStep = configuration.network.timeStep
    guard let tick = timeStep.wholeMicroseconds, tick > 0 else {
      throw EmulationError.timeStep(found: "\(timeStep)", expected: "a whole number of microseconds")
    }
    return tick
  }

  private static func eventParameters(
    _ configuration: ExperimentConfiguration
  ) throws -> EventFolderSource.Parameters {
    try configuration.stream.eventParameters(
      tickInMicroseconds: tick(configuration), tickCount: configuration.stream.sampleTicks, seed: configuration.run.seed
    )
  }

  private static func sensorRecording(_ configuration: ExperimentConfiguration) throws -> SensorRecordingSource {
    let (stream, timeStep) = (configuration.stream, configuration.network.timeStep)
    let source = try SensorRecordingSource(
      path: stream.path, windowLength: Int((stream.window / timeStep).rounded()),
      windowStep: Int((stream.windowStep / timeStep).rounded()), encoder: sensorEncoder(configuration))
    try check(timeStep, againstHertz: source.file.sampleRateInHertz, of: stream.path)
    return source
  }

  private static func sensorEncoder(_ configuration: ExperimentConfiguration) throws -> SensorEncoder.Parameters {
    // Sensors need not have a rate whose period is a whole number of microseconds.
    let tick = Int64((configuration.network.timeStep.seconds * 1e6).rounded())
    return try configuration.stream.sensorEncoder(
      tickInMicroseconds: max(tick, 1), steps: configuration.crossbar.rowDriver.steps,
      seed: configuration.run.seed)
  }

  private static func check(_ timeStep: TimeSpan, againstHertz rate: Double, of path: String) throws {
    guard abs(rate * timeStep.seconds - 1) < 1e-6 else {
      throw EmulationError.timeStep(
        found: "\(timeStep)", expected: "1/(\(rate) Hz) = \(1000 / rate) ms, one tick per sample of \(path)")
    }
  }
}

extension Experiment {
  /// What the network should make of a sample.
  /// - Throws: where the recording cannot be read.
  func target(ofSample sample: Int) throws -> SampleTarget {
    let description = source.description(ofSample: sample)
    return SampleTarget(
      label: description.label, firstScored: description.firstScoredTick,
      tickLabels: try source.tickLabels(ofSample: sample), signals: try source.targetSignals(ofSample: sample))
  }
}
