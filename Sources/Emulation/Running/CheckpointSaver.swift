import Checkpoints
import Dispatch
import Synchronization

/// Writes checkpoints while the run goes on: learning waits for the copy of its state, not for the disk.
///
/// One checkpoint is written at a time, in the order they were handed over, so there is at most one copy of the state.
final class CheckpointSaver: Sendable {
  /// The path of a checkpoint that was saved, or why it was not.
  typealias Outcome = Result<String, any Error>

  private struct State {
    var isBusy = false
    var hasFailed = false
    var outcomes: [Outcome] = []
  }

  private let store: CheckpointStore
  private let keep: Int
  private let queue = DispatchQueue(label: "crosspoint.checkpoints")
  private let state = Mutex(State())

  init(store: CheckpointStore, settings: ExperimentConfiguration.Checkpoint) {
    self.store = store
    keep = settings.keep
  }

  /// Whether a checkpoint is being written.
  var isBusy: Bool { state.withLock { $0.isBusy } }

  /// Whether the last checkpoint could not be saved.
  var hasFailed: Bool { state.withLock { $0.hasFailed } }

  /// Begins to save a checkpoint, once the one before is on the disk.
  ///
  /// - Parameter files: what must have reached the disk before the checkpoint that refers to it counts.
  func begin(_ checkpoint: Checkpoint, after files: [OpenFile]) {
    wait()
    state.withLock { $0.isBusy = true }
    queue.async { [self] in
      let outcome = Outcome {
        for file in files { try file.synchronise() }
        return try store.save(checkpoint, keep: keep)
      }
      state.withLock {
        $0.isBusy = false
        if case .failure = outcome { $0.hasFailed = true } else { $0.hasFailed = false }
        $0.outcomes.append(outcome)
      }
    }
  }

  /// Takes note of a checkpoint that could not even be begun.
  func note(_ failure: any Error) {
    wait()
    state.withLock {
      $0.hasFailed = true
      $0.outcomes.append(.failure(failure))
    }
  }

  /// Waits until nothing is being written.
  func wait() { queue.sync {} }

  /// What became of the checkpoints since the last call, oldest first.
  func takeOutcomes() -> [Outcome] {
    state.withLock { state in
      let outcomes = state.outcomes
      state.outcomes = []
      return outcomes
    }
  }

  /// Waits, and gives the path of the last checkpoint.
  /// - Throws: why one was not saved.
  func finish() throws -> String? {
    wait()
    return try takeOutcomes().map { try $0.get() }.last
  }
}
