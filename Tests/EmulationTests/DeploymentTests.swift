import Checkpoints
import Foundation
import Testing

@testable import Emulation

/// What becomes of a learned network over the years.
@Suite("Deployment")
struct DeploymentTests {
  private let laboratory = try! TinyLaboratory()

  private func parameters(
    samples: Double, window: Int = 20, simulatesAll: Bool = false, failuresPerJump: Double = 0.02
  ) throws -> DeploymentParameters {
    try DeploymentParameters(
      duration: samples / 10, samplesPerSecond: 10, windowSamples: window, growth: 0.5,
      failuresPerJump: failuresPerJump, rateChange: 0.2, simulatesAll: simulatesAll)
  }

  /// A learned run of devices that last for some hundred samples.
  private func learned(_ name: String, _ overrides: [String] = []) throws -> String {
    _ = try laboratory.begin(name, ["device.endurance=60", "device.endurance_shape=2"] + overrides).execute()
    return laboratory.folder(name)
  }

  private func age(
    _ run: String, _ parameters: DeploymentParameters, at output: String, _ overrides: [String] = []
  ) throws -> (run: DeploymentRun, summary: DeploymentSummary) {
    let aged = try DeploymentRun.begin(
      of: run, parameters: parameters, overrides: overrides, output: laboratory.folder(output))
    guard case .completed(let summary) = try aged.execute() else { throw CancellationError() }
    return (aged, summary)
  }

  @Test("jumps come to what simulating every sample comes to")
  func againstBruteForce() throws {
    let run = try learned("run")
    let brute = try age(run, try parameters(samples: 12_000, simulatesAll: true), at: "brute")
    let fast = try age(run, try parameters(samples: 12_000), at: "fast")
    #expect(fast.summary.presentedSamples * 3 < brute.summary.presentedSamples)
    #expect(brute.summary.wornFraction > 0.05)
    #expect(abs(fast.summary.wornFraction / brute.summary.wornFraction - 1) < 0.15)
    // All of brute force is simulated.
    #expect(brute.run.rows.allSatisfy { $0.jumpSamples == 0 && $0.samples == $0.presentedSamples })
    #expect(brute.summary.wearError == 0)
  }

  @Test("the ledger, the account of energy and the wear of a deployment belong together")
  func conservation() throws {
    let (aged, summary) = try age(try learned("run"), try parameters(samples: 5000), at: "aged")
    let activity = aged.network.writeActivity
    let pulses = aged.network.totalPulses
    #expect(pulses.set == activity.setPulses && pulses.reset == activity.resetPulses && summary.samples >= 5000)
    #expect(aged.network.wornDeviceCount == Int((summary.wornFraction * Double(summary.devices)).rounded()))
    for (_, array) in aged.network.arrays {
      for plane in 0..<array.planeCount {
        for (condition, wear) in zip(array.conditions(plane: plane), array.wearFractions(plane: plane)) {
          #expect([.wornOff, .wornOn, .wornInPlace].contains(condition) == (wear >= 1))
        }
      }
    }
  }

  @Test("the energy of a window is that of its own samples, whatever was counted in the years before")
  func energy() throws {
    let run = try learned("run", ["device.endurance=1e9"])
    let (_, summary) = try age(run, try parameters(samples: 1e10), at: "aged")
    let energies = try String(contentsOfFile: laboratory.folder("aged/deployment.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst(2).map {
        Double($0.split(separator: ",", omittingEmptySubsequences: false)[10])!
      }
    #expect(energies.count > 20 && summary.samples >= 10_000_000_000)
    let usual = energies[0]
    #expect(energies.allSatisfy { abs($0 / usual - 1) < 0.5 }, "\(energies)")
  }

  @Test("jumps look back as far as they go, so that scatter is no trend")
  func scatter() throws {
    let pace = DeploymentPace(parameters: try parameters(samples: 1e6), devices: 1000)
    let earlier: [DeploymentPace.Measurement] = [(600, 1.0), (900, 1.1), (980, 1.2)].map {
      .init(samples: $0.0, wearRate: $0.1)
    }
    // The windows that ended after 1000/1.5 samples are not looked at: as far as the growth goes.
    #expect(pace.limit(after: .init(samples: 1000, wearRate: 1), earlier: earlier) == 25)
    // A change of 0.2 takes 400·0.2/ln 2 = 115 samples, from the window that ended at 600.
    #expect(pace.limit(after: .init(samples: 1000, wearRate: 2), earlier: earlier) == 5)
  }

  @Test("a deployment that is stopped and resumed comes to the same bits", arguments: [false, true])
  func resume(simulatesAll: Bool) throws {
    let run = try learned("run")
    let wanted = try parameters(samples: 3000, simulatesAll: simulatesAll)
    _ = try age(run, wanted, at: "whole")
    var samples = 0
    func stopSignal() -> Int32? {
      samples += 1
      // What is simulated throughout is saved where it is measured, ever more rarely.
      return samples == (simulatesAll ? 1100 : 130) ? 15 : nil
    }
    var sessions = 0
    // Each session ends with its lock.
    func isInterrupted() throws -> Bool {
      samples = 0
      sessions += 1
      let session =
        sessions == 1
        ? try DeploymentRun.begin(of: run, parameters: wanted, overrides: [], output: laboratory.folder("cut"))
        : try DeploymentRun.resume(folder: .open(at: laboratory.folder("cut")), overrides: ["run.threads=2"])
      if case .interrupted = try session.execute(stopSignal: stopSignal) { return true }
      return false
    }
    while try isInterrupted() { try #require(sessions < 40, "no session comes further than the one before") }
    #expect(sessions > 2)
    func table(_ name: String) throws -> String {
      try String(contentsOfFile: laboratory.folder("\(name)/deployment.csv"), encoding: .utf8)
    }
    #expect(try table("cut") == table("whole"))
    func network(_ name: String) throws -> NetworkSnapshot? {
      try CheckpointStore(folder: laboratory.folder("\(name)/checkpoints")).newestValid()?.checkpoint.network
    }
    #expect(try network("cut") == network("whole"))
  }

  @Test("jumps of an array whose lines move come to what simulating every sample comes to")
  func levelled() throws {
    let run = try learned("run", ["writes.levelling=row-swap", "writes.levelling_interval=10"])
    let brute = try age(run, try parameters(samples: 5000, simulatesAll: true), at: "brute")
    let fast = try age(run, try parameters(samples: 5000), at: "fast")
    #expect(brute.summary.wornFraction > 0.02 && fast.run.network.levellingCounts.moves > 0)
    #expect(abs(fast.summary.wornFraction / brute.summary.wornFraction - 1) < 0.25)
    let pulses = fast.run.network.totalPulses
    #expect(pulses.set == fast.run.network.writeActivity.setPulses)
  }

  @Test("threads do not matter")
  func threads() throws {
    let run = try learned("run")
    let one = try age(run, try parameters(samples: 2000), at: "one", ["run.threads=1"])
    let two = try age(run, try parameters(samples: 2000), at: "two", ["run.threads=2"])
    #expect(one.run.rows == two.run.rows && one.run.network.snapshot == two.run.network.snapshot)
  }

  @Test("jumps keep their bounds")
  func pace() throws {
    let pace = DeploymentPace(parameters: try parameters(samples: 10_000), devices: 1000)
    func limit(_ samples: UInt64, _ rate: Double, _ before: (UInt64, Double)? = nil) -> UInt64 {
      pace.limit(
        after: .init(samples: samples, wearRate: rate),
        earlier: [before].compactMap { $0.map { .init(samples: $0.0, wearRate: $0.1) } })
    }
    #expect(limit(20, 1) == 0)
    #expect(limit(400, 1) == 10)
    #expect(limit(400, 1, (200, 1)) == 10)
    // The rate doubled over 200 samples: a change of 0.2 takes 200·0.2/ln 2 = 57.7 samples.
    #expect(limit(400, 2, (200, 1)) == 2)
    // No jump beyond the end, nor to it: a window must fit.
    #expect(limit(9_000, 1) == 49)
    #expect(limit(9_990, 1) == 0)
    // At most twenty devices in a jump: the twenty-first fails in the fourth replay.
    let failures = (0..<40).map { 3 + Double($0 - 20) * 0.01 + 0.005 }
    #expect(pace.replays(limit: 10, failures: failures) == 3)
    #expect(pace.replays(limit: 10, failures: Array(failures.prefix(20))) == 10)
    #expect(pace.replays(limit: 2, failures: failures) == 2)
  }

  @Test("times of failures and losses are read off the rows")
  func lifetimes() {
    func row(_ seconds: Double, _ accuracy: Double, _ worn: Double) -> DeploymentRow {
      DeploymentRow(
        samples: UInt64(seconds), seconds: seconds, presentedSamples: 0, accuracy: accuracy, onlineAccuracy: nil,
        wornDevices: 0, wornFraction: worn, stuckDevices: 0, wearRate: 1, pulseRate: 0, energyPerSample: 0)
    }
    let rows = [row(0, 0.9, 0), row(10, 0.8, 0), row(20, 0.9, 0.02), row(30, 0.84, 0.04), row(40, 0.7, 0.2)]
    #expect(DeploymentSummary.time(until: 0.01, rows) == 15)
    #expect(DeploymentSummary.time(until: 0.2, rows) == 40)
    #expect(DeploymentSummary.time(until: 0.3, rows) == nil)
    // Means of five: 0.9 up to the row at 50 s, 0.84 at 60 s, 0.78, 0.72, 0.66 (of five), 0.6, 0.6. Single dips do not count.
    let accuracies = [0.9, 0.8, 1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.6, 0.6, 0.6, 0.6, 0.6]
    let later = accuracies.enumerated().map { row(Double($0) * 10, $1, 0) }
    #expect(abs(DeploymentSummary.meanAccuracies(later)[6] - 0.84) < 1e-12)
    #expect(DeploymentSummary.time(ofLoss: 0.05, later) == 60)
    #expect(DeploymentSummary.time(ofLoss: 0.1, later) == 70)
    #expect(DeploymentSummary.time(ofLoss: 0.4, later) == nil)
    for row in rows { #expect(DeploymentRow(line: row.line) == row) }
  }

  @Test("times are said as of products")
  func times() throws {
    #expect(try ProductTime.seconds("5y") == 157_788_000 && ProductTime.seconds("1.5 h") == 5400)
    #expect(try ProductTime.rate("10/s") == 10 && ProductTime.rate("90 / min") == 1.5)
    #expect(ProductTime.text(157_788_000) == "5 y" && ProductTime.text(200_000) == "2.31 d")
    #expect(ProductTime.text(3) == "3 s")
    for bad in ["5", "y", "5 years", "nan y"] { #expect(throws: DeploymentError.self) { try ProductTime.seconds(bad) } }
    for bad in ["10", "10/x", "/s", "10/s/s"] { #expect(throws: DeploymentError.self) { try ProductTime.rate(bad) } }
    for bad in [(0.0, 1.0), (1, 0), (.infinity, 1), (1e15, 10)] {
      #expect(throws: DeploymentError.self) { try DeploymentParameters(duration: bad.0, samplesPerSecond: bad.1) }
    }
  }

  @Test("a deployment is not deployed again, and a run is not resumed as one")
  func refusals() throws {
    let run = try learned("run")
    _ = try age(run, try parameters(samples: 100), at: "aged")
    #expect(
      sentence { _ = try age(laboratory.folder("aged"), try parameters(samples: 100), at: "again") }.contains(
        "crosspoint resume"))
    #expect(throws: DeploymentError.notADeployment(folder: run)) {
      try DeploymentRun.resume(folder: .open(at: run), overrides: [])
    }
    #expect(
      sentence {
        _ = try age(run, try parameters(samples: 100), at: "other", ["network.hidden=[7]"])
      }.contains("hidden"))
  }
}
