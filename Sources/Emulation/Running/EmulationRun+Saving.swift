import Checkpoints

extension EmulationRun {
  /// Whether a checkpoint is due after the sample that was just presented. One that is due by time waits while another is
  /// being written.
  var isCheckpointDue: Bool {
    let settings = experiment.configuration.checkpoint
    if settings.everySamples > 0, !position.isTesting, position.sampleInPhase > 0,
      position.samplesSeen % UInt64(settings.everySamples) == 0
    {
      return true
    }
    let seconds = settings.interval.seconds
    return seconds > 0 && session.secondsSinceCheckpoint >= seconds && !saver.isBusy
  }

  /// Copies the state and begins to save it.
  func beginSaving() {
    let start = SessionClock.now
    defer { session.checkpointBegun(pause: SessionClock.now - start) }
    let bytes = network.deviceCount * CheckpointSaver.bytesPerDevice
    saver.makeRoom(bytes: bytes)
    do {
      try metrics.flush()
      try events.flush()
    } catch {
      return saver.note(error)
    }
    position.metricsBytes = metrics.length
    position.eventsBytes = events.length
    let checkpoint = experiment.checkpoint(position: position, network: network.snapshot)
    saver.begin(checkpoint, after: [metrics.file, events.file], bytes: bytes)
  }

  /// Tells what became of the checkpoints that were begun.
  /// - Throws: why one could not be saved, unless `checkpoint.when_failing` is `continue`.
  func tellSaved(_ notice: (RunNotice) -> Void) throws {
    for outcome in saver.takeOutcomes() {
      switch outcome {
      case .success(let path): notice(.checkpointSaved(path: path))
      case .failure(let error):
        guard experiment.configuration.checkpoint.whenFailing == .carryOn else { throw error }
        notice(.checkpointFailed(reason: "\(error)"))
      }
    }
  }

  /// Saves the present position and waits until it is on the disk.
  /// - Throws: why it could not be saved, whatever the policy: without it, what was computed since the last would be lost.
  func save(notice: (RunNotice) -> Void) throws -> String {
    saver.wait()
    try tellSaved(notice)
    beginSaving()
    let path = try saver.finish() ?? ""
    notice(.checkpointSaved(path: path))
    return path
  }

  /// Waits for the checkpoint of the end, and tries once more if it could not be saved.
  func saveEnd(notice: (RunNotice) -> Void) throws {
    saver.wait()
    let hasFailed = saver.hasFailed
    try tellSaved(notice)
    if hasFailed || !position.isComplete {
      position.isComplete = true
      _ = try save(notice: notice)
    }
  }
}
