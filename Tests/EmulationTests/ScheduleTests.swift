import Checkpoints
import Testing

@testable import Emulation

@Suite("Schedule")
struct ScheduleTests {
  private func schedule(testsEachPass: Bool = true, shuffles: Bool = true, seed: UInt64 = 1) -> Schedule {
    Schedule(
      tasks: [Array(0..<30)], testSamples: Array(100..<107), passesPerTask: 3, testsEachPass: testsEachPass,
      shuffles: shuffles, seed: seed)
  }

  private func walk(_ schedule: Schedule, from position: RunPosition = RunPosition()) -> [Int] {
    let walk = schedule.samples(from: position)
    return Array(sequence(first: (), next: { $0 }).lazy.map { walk.next() }.prefix { $0 != nil }.compactMap { $0 })
  }

  @Test("every training sample comes once in each pass, the tests after it in their order")
  func passes() {
    let all = walk(schedule())
    #expect(all.count == schedule().stepCount && all.count == 111)
    for pass in 0..<3 {
      let steps = all[pass * 37..<(pass + 1) * 37]
      #expect(steps.prefix(30).sorted() == Array(0..<30))
      #expect(Array(steps.suffix(7)) == Array(100..<107))
    }
  }

  @Test("the order changes with pass and seed, and only with them")
  func order() {
    let orders = (0..<3).map { schedule().order(ofPass: $0) }
    #expect(Set(orders).count == 3)
    #expect(schedule().order(ofPass: 0) == orders[0])
    #expect(schedule(seed: 2).order(ofPass: 0) != orders[0])
    #expect(schedule(shuffles: false).order(ofPass: 2) == Array(0..<30))
  }

  @Test("a single test comes after the last pass")
  func singleTest() {
    let all = walk(schedule(testsEachPass: false))
    #expect(all.count == 97 && schedule(testsEachPass: false).stepCount == 97)
    #expect(all.suffix(7).elementsEqual(100..<107) && !all.dropLast(7).contains { $0 >= 100 })
  }

  /// Two tasks of 12 and 18 samples, two passes each.
  private func tasks(testsEachPass: Bool) -> Schedule {
    Schedule(
      tasks: [Array(0..<12), Array(12..<30)], testSamples: Array(100..<107), passesPerTask: 2,
      testsEachPass: testsEachPass, shuffles: true, seed: 1)
  }

  @Test("tasks come one after the other, each with a test behind it")
  func taskAfterTask() {
    let all = walk(tasks(testsEachPass: false))
    #expect(all.count == 2 * 30 + 2 * 7 && tasks(testsEachPass: false).stepCount == all.count)
    #expect(all[..<12].sorted() == Array(0..<12) && all[12..<24].sorted() == Array(0..<12))
    #expect(Array(all[24..<31]) == Array(100..<107))
    #expect(all[31..<49].sorted() == Array(12..<30) && Array(all.suffix(7)) == Array(100..<107))
    #expect(walk(tasks(testsEachPass: true)).count == 2 * 30 + 4 * 7)
  }

  @Test("walking from any position of tasks gives the rest", arguments: [true, false])
  func taskPositions(testsEachPass: Bool) {
    positions(of: tasks(testsEachPass: testsEachPass))
  }

  @Test("walking from any position gives the rest", arguments: [true, false])
  func positions(testsEachPass: Bool) {
    positions(of: schedule(testsEachPass: testsEachPass))
  }

  private func positions(of schedule: Schedule) {
    let all = walk(schedule)
    for pass in 0..<schedule.passes {
      for isTesting in [false, true] where !isTesting || schedule.tests(afterPass: pass) {
        for sample in 0..<schedule.count(ofPass: pass, isTesting: isTesting) {
          var position = RunPosition()
          (position.pass, position.isTesting, position.sampleInPhase) = (pass, isTesting, sample)
          #expect(walk(schedule, from: position) == Array(all[schedule.step(at: position)...]))
        }
      }
    }
  }

  @Test("there is nothing after the end")
  func end() {
    var position = RunPosition()
    position.pass = 3
    position.isComplete = true
    #expect(walk(schedule(), from: position).isEmpty)
    position.pass = 4
    #expect(walk(schedule(), from: position).isEmpty)
  }
}
