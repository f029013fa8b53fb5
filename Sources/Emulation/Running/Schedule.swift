import Checkpoints
import Kernels

/// Which sample comes when: all passes over the training samples with the tests between them, as one sequence of steps.
///
/// A pure function of its parameters: the loader thread and the run walk it independently.
struct Schedule: Sendable {
  /// Training samples of each task; tasks come one after the other, each with all its passes.
  let tasks: [[Int]]
  let testSamples: [Int]
  let passesPerTask: Int
  let testsEachPass: Bool
  let shuffles: Bool
  let seed: UInt64

  /// Passes of all tasks.
  var passes: Int { passesPerTask * tasks.count }

  /// Number of samples presented in a whole run.
  var stepCount: Int { steps(beforePass: passes) }

  /// Number of samples presented before `position`.
  func step(at position: RunPosition) -> Int {
    let training = position.isTesting ? count(ofPass: position.pass, isTesting: false) : 0
    return steps(beforePass: position.pass) + training + position.sampleInPhase
  }

  /// Number of samples presented in the passes before `pass`.
  private func steps(beforePass pass: Int) -> Int {
    samples(beforePass: pass) + (0..<pass).count(where: tests(afterPass:)) * testSamples.count
  }

  /// Training samples presented in the passes before `pass`.
  func samples(beforePass pass: Int) -> Int {
    (0..<pass).reduce(0) { $0 + count(ofPass: $1, isTesting: false) }
  }

  /// Whether pass `pass` ends with a test: each, or the last of each task.
  func tests(afterPass pass: Int) -> Bool {
    testsEachPass || (pass + 1) % passesPerTask == 0
  }

  /// Samples of a phase of a pass.
  func count(ofPass pass: Int, isTesting: Bool) -> Int {
    isTesting ? testSamples.count : trainingSamples(ofPass: pass).count
  }

  private func trainingSamples(ofPass pass: Int) -> [Int] {
    tasks[min(pass / passesPerTask, tasks.count - 1)]
  }

  /// Order of the training samples in a pass.
  func order(ofPass pass: Int) -> [Int] {
    let trainingSamples = trainingSamples(ofPass: pass)
    guard shuffles else { return trainingSamples }
    let stream = RandomStream(seed: seed, purpose: .sampleOrder)
    let keys = trainingSamples.map { sample in
      let words = stream.words(array: 0, item: sample, event: UInt64(pass))
      return UInt64(words[0]) << 32 | UInt64(words[1])
    }
    return trainingSamples.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { trainingSamples[$0] }
  }

  /// Walks the samples from a position on.
  func samples(from position: RunPosition) -> ScheduleWalk {
    ScheduleWalk(schedule: self, position: position)
  }
}

/// Delivers the samples of a schedule one after the other, keeping only the order of one pass in memory.
final class ScheduleWalk: @unchecked Sendable {
  private let schedule: Schedule
  private var pass: Int
  private var isTesting: Bool
  private var index: Int
  private var order: [Int]

  init(schedule: Schedule, position: RunPosition) {
    self.schedule = schedule
    pass = position.pass
    isTesting = position.isTesting
    index = position.sampleInPhase
    order =
      position.isTesting
      ? schedule.testSamples : position.pass < schedule.passes ? schedule.order(ofPass: position.pass) : []
  }

  /// The next sample, `nil` after the last pass. Called on one thread.
  func next() -> Int? {
    while index == order.count {
      if pass >= schedule.passes { return nil }
      if !isTesting && schedule.tests(afterPass: pass) {
        (isTesting, order) = (true, schedule.testSamples)
      } else {
        pass += 1
        (isTesting, order) = (false, pass < schedule.passes ? schedule.order(ofPass: pass) : [])
      }
      index = 0
    }
    defer { index += 1 }
    return order[index]
  }
}
