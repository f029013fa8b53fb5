import Checkpoints
import Dispatch
import Synchronization

/// Writes checkpoints while the run goes on: learning waits for the copy of its state, not for the disk.
///
/// One checkpoint is written at a time, in the order they were handed over. Where states are large, only one copy is there at a
/// time and the next checkpoint waits; small ones may queue.
final class CheckpointSaver: Sendable {
  /// The path of a checkpoint that was saved, or why it was not.
  typealias Outcome = Result<String, any Error>

  private struct State {
    var waitingBytes: [Int] = []
    var hasFailed = false
    /// The last full checkpoint, and how many were saved since.
    var base: CheckpointBase?
    var sinceFull = 0
    var outcomes: [Outcome] = []
  }

  /// Bytes of state that a device has, about: state, condition, wear, travel and counts.
  static let bytesPerDevice = 40
  /// Copies of small states may add up to this.
  private static let queueBytes = 256 << 20

  private let store: CheckpointStore
  private let settings: ExperimentConfiguration.Checkpoint
  private let queue = DispatchQueue(label: "crosspoint.checkpoints")
  private let state = Mutex(State())

  init(store: CheckpointStore, settings: ExperimentConfiguration.Checkpoint) {
    self.store = store
    self.settings = settings
  }

  /// Whether a checkpoint is being written.
  var isBusy: Bool { state.withLock { !$0.waitingBytes.isEmpty } }

  /// Whether the last checkpoint could not be saved.
  var hasFailed: Bool { state.withLock { $0.hasFailed } }

  /// Waits until there is room for another copy of the state.
  ///
  /// - Parameter bytes: of the copy, about.
  func makeRoom(bytes: Int) {
    let used = state.withLock { $0.waitingBytes.reduce(0, +) }
    if used > 0 && used + bytes > Self.queueBytes { wait() }
  }

  /// Begins to save a checkpoint for which there is room.
  ///
  /// - Parameters:
  ///   - files: what must have reached the disk before the checkpoint that refers to it counts.
  ///   - bytes: of the checkpoint, about.
  func begin(_ checkpoint: Checkpoint, after files: [OpenFile], bytes: Int) {
    state.withLock { $0.waitingBytes.append(bytes) }
    queue.async { [self] in
      let outcome = Outcome {
        for file in files { try file.synchronise() }
        return try save(checkpoint)
      }
      state.withLock {
        $0.waitingBytes.removeFirst()
        if case .failure = outcome { $0.hasFailed = true } else { $0.hasFailed = false }
        $0.outcomes.append(outcome)
      }
    }
  }

  /// Saves a full checkpoint, or what has changed since the last full one that this process has saved.
  private func save(_ checkpoint: Checkpoint) throws -> String {
    let (base, count) = state.withLock { ($0.base, $0.sinceFull + 1) }
    let saved = try store.save(
      checkpoint, keep: settings.retention, deflateLevel: settings.compression,
      base: count < settings.fullEvery ? base : nil)
    state.withLock {
      if settings.fullEvery > 1, let base = saved.base { $0.base = base }
      $0.sinceFull = saved.base == nil ? count : 0
    }
    return saved.path
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
