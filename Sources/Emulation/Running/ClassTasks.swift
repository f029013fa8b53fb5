/// Classes that come one group after the other: what a learner meets when its stream shifts.
///
/// After each test, the accuracy a(i, j) on the classes of task j is known, i counting tests. What was forgotten at the end is the
/// mean over all tasks but the last of max over i of a(i, j), less a at the last test.
/// - Reference: forgetting of A. Chaudhry et al., ECCV 2018, arXiv:1801.10112.
public struct ClassTasks: Sendable, Equatable {
  /// Number of classes.
  public let classes: Int
  /// Classes of a task; the last task has what is left.
  public let classesPerTask: Int

  /// Splits classes into tasks, in their order; a size of 0 makes one task of all.
  public init(classes: Int, classesPerTask: Int) {
    self.classes = classes
    self.classesPerTask = classesPerTask > 0 ? min(classesPerTask, classes) : classes
  }

  /// Number of tasks.
  public var count: Int { (classes + classesPerTask - 1) / classesPerTask }
  /// Classes of a task.
  public func classes(ofTask task: Int) -> Range<Int> {
    task * classesPerTask..<min((task + 1) * classesPerTask, classes)
  }

  /// Samples of each task, in their order.
  func split(_ samples: [Int], label: (Int) -> Int) -> [[Int]] {
    guard count > 1 else { return [samples] }
    var parts = [[Int]](repeating: [], count: count)
    for sample in samples { parts[label(sample) / classesPerTask].append(sample) }
    return parts
  }

  /// Share of right decisions about the classes of each task, from decisions `[classes × decisions]`; 0 without decisions.
  func accuracies(confusion: [UInt64]) -> [Double] {
    (0..<count).map { task in
      let rows = classes(ofTask: task)
      let right = rows.reduce(0) { $0 + confusion[$1 * (classes + 1)] }
      let all = confusion[rows.lowerBound * classes..<rows.upperBound * classes].reduce(0, +)
      return all == 0 ? 0 : Double(right) / Double(all)
    }
  }

  /// What was forgotten at the end, from the accuracies of each test `[tests × tasks]`; `nil` for a single task or test.
  public func forgetting(_ accuracies: [[Double]]) -> Double? {
    guard count > 1, accuracies.count > 1, let last = accuracies.last else { return nil }
    let losses = (0..<count - 1).map { task in accuracies.reduce(0) { max($0, $1[task]) } - last[task] }
    return losses.reduce(0, +) / Double(losses.count)
  }
}
