import Foundation
import Synchronization

/// Works through the points of a study in processes of their own, several at a time, and can be taken up again anywhere.
///
/// A point is a run of this program, and a second one for its deployment. What is complete is not run again; what was begun is
/// resumed. A child ends after saving when this process ends, however that happens.
public final class StudyRunner: Sendable {
  /// What is run.
  public let study: Study
  /// Where.
  public let folder: String
  /// Processes at a time.
  public let jobs: Int

  /// What is told about the work.
  public enum Event: Sendable {
    /// A point is complete.
    case completed(Study.Point, done: Int, of: Int)
    /// A point cannot be run.
    case refused(Study.Point, reason: String)
    /// A point failed.
    case failed(Study.Point, reason: String)
  }

  private let program: String
  private let lock: FileLock
  private let state: Mutex<State>

  private struct State {
    var next = 0
    var done = 0
    var rows: [Int: StudyRow] = [:]
    var children: Set<Int32> = []
  }

  /// Opens the folder of a study.
  /// - Parameter program: path of this program.
  /// - Throws: `StudyError.locked`, `EmulationError.fileAccess`.
  public init(_ study: Study, folder: String, jobs: Int, program: String) throws {
    self.study = study
    self.folder = folder
    self.jobs = max(jobs, 1)
    self.program = program
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw EmulationError.fileAccess(
        path: folder, action: "create folder", reason: (error as NSError).localizedDescription)
    }
    do {
      lock = try FileLock.alone(path: "\(folder)/.study-lock")
    } catch {
      switch error {
      case .held: throw StudyError.locked(folder: folder)
      case .unavailable(let reason):
        throw EmulationError.fileAccess(path: folder, action: "write into", reason: reason)
      }
    }
    state = Mutex(State())
    try StudyChild.waitForOthers(in: folder)
  }

  /// Works until all is done or a signal comes.
  /// - Parameters:
  ///   - stopSignal: asked several times a second; the children are told and waited for.
  ///   - tell: called on any thread, one call at a time.
  /// - Returns: a row for each point, in order; `nil` when a signal came.
  /// - Throws: what laying out a point does, before anything is run.
  public func run(
    stopSignal: @escaping @Sendable () -> Int32? = { nil }, tell: @escaping @Sendable (Event) -> Void = { _ in }
  ) throws -> [StudyRow]? {
    let standings = try study.points.map { try study.standing(of: $0, in: folder) }
    let experimentFolder = (study.document.experiment as NSString).deletingLastPathComponent
    for (point, standing) in zip(study.points, standings) where standing != .fresh {
      if case .refused = standing { continue }
      try requireSame(point, experimentFolder: experimentFolder)
    }
    let group = DispatchGroup()
    for _ in 0..<jobs {
      let worker = Thread { [self] in
        work(standings, stopSignal: stopSignal, tell: tell)
        group.leave()
      }
      worker.stackSize = 4 << 20
      group.enter()
      worker.start()
    }
    var isStopping = false
    while group.wait(timeout: .now() + 0.1) == .timedOut {
      guard !isStopping, stopSignal() != nil else { continue }
      isStopping = true
      for child in state.withLock({ $0.children }) { kill(child, SIGTERM) }
    }
    guard stopSignal() == nil else { return nil }
    let rows = state.withLock { $0.rows }
    return study.points.indices.compactMap { rows[$0] }
  }

  /// Refuses a folder with the run of another experiment.
  private func requireSame(_ point: Study.Point, experimentFolder: String) throws {
    let configuration = try ExperimentConfiguration.load(path: study.document.experiment, overrides: point.overrides)
    try RunFolder.open(at: "\(folder)/\(point.folder)").requireRun(
      of: configuration, experimentFolder: experimentFolder)
  }

  private func work(
    _ standings: [Study.Standing], stopSignal: @Sendable () -> Int32?, tell: @Sendable (Event) -> Void
  ) {
    while stopSignal() == nil {
      let next = state.withLock { state -> Int? in
        guard state.next < standings.count else { return nil }
        state.next += 1
        return state.next - 1
      }
      guard let next else { return }
      let point = study.points[next]
      var event: Event?
      let row: StudyRow
      if case .refused(let reason) = standings[next] {
        row = StudyRow(point, problem: "refused: \(reason)")
        event = .refused(point, reason: reason)
      } else {
        row = finish(point, from: standings[next], stopSignal: stopSignal)
        if let problem = row.problem { event = .failed(point, reason: problem) }
      }
      if stopSignal() != nil { return }
      state.withLock { state in
        state.rows[next] = row
        state.done += 1
        tell(event ?? .completed(point, done: state.done, of: standings.count))
      }
    }
  }

  /// Does what is left of a point.
  private func finish(
    _ point: Study.Point, from standing: Study.Standing, stopSignal: @Sendable () -> Int32?
  ) -> StudyRow {
    let run = "\(folder)/\(point.folder)"
    let aged = "\(folder)/\(point.agedFolder)"
    var commands: [[String]] = []
    switch standing {
    case .refused, .complete: break
    case .fresh:
      let sets = point.overrides.flatMap { ["--set", $0] }
      commands = [["run", study.document.experiment, "--output", run, "--threads", "1"] + sets]
    case .begun: commands = [["resume", run, "--threads", "1"]]
    case .learned: break
    case .ageing: commands = [["resume", aged, "--threads", "1"]]
    }
    if standing == .fresh || standing == .begun || standing == .learned, let deployment = study.document.deployment {
      // What a deployment left that was killed at its very beginning.
      if !Study.hasCheckpoint(aged) { try? FileManager.default.removeItem(atPath: aged) }
      commands.append(Self.ageing(run, at: aged, deployment))
    }
    for command in commands {
      if let problem = execute(command) { return StudyRow(point, problem: problem) }
      if stopSignal() != nil { break }
    }
    guard stopSignal() == nil else { return StudyRow(point, problem: "stopped") }
    do {
      return try StudyRow(point, in: folder, isAged: study.document.deployment != nil)
    } catch {
      return StudyRow(point, problem: "\(error)")
    }
  }

  private static func ageing(_ run: String, at output: String, _ deployment: DeploymentParameters) -> [String] {
    [
      "age", run, "--output", output, "--for", "\(deployment.duration)s", "--duty", "\(deployment.samplesPerSecond)/s",
      "--window", "\(deployment.windowSamples)", "--test-samples", "\(deployment.testSamples)", "--growth",
      "\(deployment.growth)", "--failures-per-jump", "\(deployment.failuresPerJump)", "--rate-change",
      "\(deployment.rateChange)", "--threads", "1",
    ]
  }

  /// Runs this program with arguments; returns what went wrong.
  private func execute(_ arguments: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments + ["--quiet", "--json"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    process.environment = StudyChild.environment(folder: folder)
    do {
      try process.run()
    } catch {
      return "cannot start \(program): \((error as NSError).localizedDescription)"
    }
    let child = process.processIdentifier
    state.withLock { _ = $0.children.insert(child) }
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    state.withLock { _ = $0.children.remove(child) }
    guard process.terminationReason != .exit || process.terminationStatus != 0 else { return nil }
    let lines = text.split(separator: "\n").map(String.init)
    let last = lines.last { $0.hasPrefix("error") } ?? lines.last ?? ""
    return process.terminationReason == .exit
      ? "exit code \(process.terminationStatus): \(last)" : "ended by signal \(process.terminationStatus): \(last)"
  }
}
