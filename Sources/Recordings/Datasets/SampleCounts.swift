import Kernels
import Synchronization

/// Counts over the samples of a source, each counted once however often it is encoded, and the digest of its files.
final class SampleCounts: Sendable {
  private struct State {
    var counts = EventEncodingCounts()
    var isCounted: [Bool]
    var fingerprint: String?
  }

  private let state: Mutex<State>

  init(sampleCount: Int) {
    state = Mutex(State(isCounted: [Bool](repeating: false, count: sampleCount)))
  }

  /// Adds what became of a sample, unless it was added before.
  func add(_ sample: Int, events: Int, spikes: Int, dropped: Int, clamped: Int = 0) {
    state.withLock { state in
      guard !state.isCounted[sample] else { return }
      state.isCounted[sample] = true
      state.counts.samples += 1
      state.counts.events += events
      state.counts.spikes += spikes
      state.counts.dropped += dropped
      state.counts.clamped += clamped
    }
  }

  /// Counts over the samples added so far; `nil` before there are any.
  var report: EncodingReport? {
    let counts = state.withLock { $0.counts }
    return counts.samples == 0 ? nil : .events(counts)
  }

  /// The digest, computed where it is not known.
  func fingerprint(_ compute: () throws(RecordingError) -> String) throws(RecordingError) -> String {
    if let known = state.withLock({ $0.fingerprint }) { return known }
    let digest = try compute()
    state.withLock { $0.fingerprint = digest }
    return digest
  }
}
