import Testing

@testable import Emulation

@Suite("Classes that come one group after the other")
struct ClassTaskTests {
  @Test("the last task has what is left")
  func tasks() {
    let tasks = ClassTasks(classes: 5, classesPerTask: 2)
    #expect(tasks.count == 3 && tasks.classes(ofTask: 1) == 2..<4 && tasks.classes(ofTask: 2) == 4..<5)
    let labels = [4, 0, 3, 1, 2, 0]
    #expect(tasks.split(Array(0..<6)) { labels[$0] } == [[1, 3, 5], [2, 4], [0]])
    #expect(ClassTasks(classes: 5, classesPerTask: 0).split([3, 1]) { labels[$0] } == [[3, 1]])
    #expect(ClassTasks(classes: 5, classesPerTask: 9).count == 1)
  }

  @Test("accuracies are those of the rows of a task")
  func accuracies() {
    let tasks = ClassTasks(classes: 3, classesPerTask: 2)
    // Of class 0 three of four are right, of class 1 none of two, of class 2 one of one.
    #expect(tasks.accuracies(confusion: [3, 1, 0, 1, 0, 1, 0, 0, 1]) == [0.5, 1])
    #expect(tasks.accuracies(confusion: [UInt64](repeating: 0, count: 9)) == [0, 0])
  }

  @Test("forgetting is the fall from the best, without the last task")
  func forgetting() throws {
    let tasks = ClassTasks(classes: 3, classesPerTask: 1)
    let value = try #require(tasks.forgetting([[0.9, 0, 0], [0.5, 0.8, 0], [0.2, 0.7, 1]]))
    #expect(abs(value - (0.7 + 0.1) / 2) < 1e-12)
    #expect(tasks.forgetting([[0.9, 0, 0]]) == nil)
    #expect(ClassTasks(classes: 3, classesPerTask: 0).forgetting([[0.9], [0.8]]) == nil)
  }

  @Test("a run on shifting classes measures each task, and continues bit for bit")
  func run() throws {
    let laboratory = try TinyLaboratory()
    let overrides = ["run.classes_per_task=1", "run.passes=2", "run.evaluate=end", "run.seed=3"]
    let run = try laboratory.begin("whole", overrides)
    guard case .completed(let summary) = try run.execute() else {
      Issue.record("the run did not end")
      return
    }
    #expect(summary.taskAccuracies.count == 3 && summary.taskAccuracies.allSatisfy { $0.count == 3 })
    #expect(summary.testAccuracies.count == 3 && summary.samples == 96)
    // One class alone is learned at once, and the others are not known yet.
    #expect(summary.taskAccuracies[0][0] > 0.8 && summary.taskAccuracies[0][1] + summary.taskAccuracies[0][2] < 0.5)
    #expect(summary.forgetting != nil)
    for (test, accuracies) in summary.taskAccuracies.enumerated() {
      #expect(abs(accuracies.reduce(0, +) / 3 - summary.testAccuracies[test]) < 1e-12, "equal shares of all classes")
    }
    try laboratory.begin("cut", overrides).execute(samples: 71)
    _ = try laboratory.resume("cut").run.execute()
    #expect(try laboratory.remains("cut") == laboratory.remains("whole"))
  }
}
