import Kernels

/// Trials of a made task: numbered from 0, the first ones for learning, the others for tests.
///
/// Trials are draws of one stream of random numbers, so a trial is the same in every run with the same seed of the task.
struct TaskTrials: Sendable {
  let training: Int
  let test: Int
  let seed: UInt64

  init(training: Int, test: Int, seed: UInt64) throws(RecordingError) {
    for (name, count) in [("trials", training), ("test trials", test)] where !(1...100_000_000 ~= count) {
      throw RecordingError.setting(name: name, expected: "1 to 100000000", found: "\(count)")
    }
    (self.training, self.test, self.seed) = (training, test, seed)
  }

  var count: Int { training + test }
  var stream: RandomStream { RandomStream(seed: seed, purpose: .task) }

  func describe(_ index: Int, label: Int, tickCount: Int, firstScoredTick: Int) -> SampleDescription {
    SampleDescription(
      identifier: "trial \(index)", label: label, group: -1, split: index < training ? .train : .test,
      tickCount: tickCount, firstScoredTick: firstScoredTick)
  }

  /// SHA-256 over what the trials follow from.
  func fingerprint(_ task: String) -> String {
    var hash = SHA256()
    hash.update("\(task) \(training) \(test) \(seed)\n")
    return hash.hexDigest()
  }
}
