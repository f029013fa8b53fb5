import Devices
import Foundation
import Testing

@testable import Emulation

/// What is told of wear, against closed forms.
@Suite("Wear")
struct WearTests {
  @Test("the Gini coefficient is that of known distributions")
  func gini() {
    #expect(abs(WearStatistics([Double](repeating: 3, count: 50)).gini) < 1e-12)
    // One of n has all: 1 − 1/n.
    #expect(abs(WearStatistics([Double](repeating: 0, count: 99) + [5]).gini - 0.99) < 1e-12)
    // 1…n: (n² − 1)/(3n·(n + 1))·… = (n − 1)/(3n).
    let ramp = WearStatistics((1...200).map { Double($0) })
    #expect(abs(ramp.gini - 199.0 / 600) < 1e-12)
    #expect(ramp.mean == 100.5 && ramp.maximum == 200 && ramp.quantiles == [100, 180, 198, 200])
    #expect(abs(ramp.standardDeviation - ((200.0 * 200 - 1) / 12).squareRoot()) < 1e-9)
    let nothing = WearStatistics([])
    #expect(nothing.mean == 0 && nothing.gini == 0 && nothing.maximumOverMean == 0)
  }

  @Test("the survival of devices that failed and that did not is that of Kaplan and Meier")
  func survival() {
    // Failures at 1, 3, 3 and 6; devices that had come to 2 and 5 without failing.
    let curve = SurvivalCurve(wear: [3, 1, 2, 3, 5, 6], hasFailed: [true, true, false, true, false, true])
    #expect(curve.steps.map(\.wear) == [1, 3, 6])
    let expected = [5.0 / 6, 5.0 / 6 * 2 / 4, 0]
    for (step, value) in zip(curve.steps, expected) { #expect(abs(step.survivors - value) < 1e-12) }
    // Greenwood at 3: S²·(1/(6·5) + 2/(4·2)).
    let error = expected[1] * (1.0 / 30 + 2.0 / 8).squareRoot()
    #expect(abs(curve.steps[1].standardError - error) < 1e-12)
    // Without devices that did not fail it is the share that is left.
    let lives = (1...100).map { Double($0) }
    let all = SurvivalCurve(wear: lives, hasFailed: lives.map { _ in true })
    for (step, life) in zip(all.steps, lives) { #expect(abs(step.survivors - (1 - life / 100)) < 1e-12) }
  }

  @Test("projected failures of Weibull lives are those of the closed forms")
  func projection() throws {
    let endurance = Endurance(scale: 1e6, shape: 1.5, stuckOnShare: 0.5)
    let count = 400
    let wear = [Double](repeating: 50, count: count)
    let projection = WearProjection(
      wear: wear, lifeFractions: (1...count).map { 0.5 / Float($0) }, hasFailed: wear.map { _ in false },
      samples: 100, endurance: endurance)
    // Own lives: the k-th has spent 0.5/k of its life in 100 samples.
    #expect(abs(try #require(projection.firstFailure) - 100) < 1e-3)
    #expect(abs(try #require(projection.samples(untilFailed: 0.01)) - (8 * 100 - 100)) < 1e-2)
    // Chips like it: rate 0.5 each.
    let median = 1e6 * pow(log(2) / Double(count), 1 / 1.5) / 0.5
    #expect(abs(try #require(projection.firstFailure(probability: 0.5)) / median - 1) < 1e-5)
    let share = 1e6 * pow(-log(0.99), 1 / 1.5) / 0.5
    #expect(abs(try #require(projection.meanSamples(untilFailed: 0.01)) / share - 1) < 1e-5)
    // Unequal rates: Σ rᵢ^β.
    let rates = (1...50).map { Double($0) }
    let unequal = WearProjection(
      wear: rates, lifeFractions: rates.map { _ in 0.001 }, hasFailed: rates.map { _ in false }, samples: 1,
      endurance: endurance)
    let sum = rates.reduce(0) { $0 + pow($1, 1.5) }
    #expect(abs(try #require(unequal.firstFailure(probability: 0.5)) / (1e6 * pow(log(2) / sum, 1 / 1.5)) - 1) < 1e-5)
  }

  @Test("devices that have failed, and those that never will, are told as such")
  func ends() {
    let limited = Endurance(scale: 1e6, shape: 2, stuckOnShare: 0.5)
    let some = WearProjection(
      wear: [10, 5, 0, 0], lifeFractions: [1, 0.5, 0, 0], hasFailed: [true, false, false, false], samples: 10,
      endurance: limited)
    #expect(some.hasFailures && some.firstFailure == nil)
    #expect(some.samples(untilFailed: 0.25) == 0 && some.samples(untilFailed: 0.5) == 10)
    #expect(some.samples(untilFailed: 0.75) == nil && some.meanSamples(untilFailed: 0.6) == nil)
    let endless = WearProjection(
      wear: [1], lifeFractions: [0], hasFailed: [false], samples: 1, endurance: .unlimited)
    #expect(endless.firstFailure == nil && endless.firstFailure(probability: 0.5) == nil)
  }

  @Test("the interval of a mean is that of Student")
  func interval() throws {
    let interval = ConfidenceInterval([1, 2, 3, 4])
    #expect(interval.mean == 2.5 && abs(interval.standardDeviation - (5.0 / 3).squareRoot()) < 1e-12)
    #expect(abs(try #require(interval.halfWidth) - 3.1824 * (5.0 / 12).squareRoot()) < 1e-9)
    #expect(ConfidenceInterval([7]).halfWidth == nil)
    for (freedom, t) in [(11, 2.2010), (20, 2.0860), (30, 2.0423), (120, 1.9799)] {
      #expect(abs(ConfidenceInterval.quantile(degreesOfFreedom: freedom) - t) < 2e-4)
    }
  }

  @Test("ranks correlate as Spearman says")
  func ranks() {
    #expect(InputHeat.rankCorrelation([1, 2, 3, 4], [10, 20, 300, 4000]) == 1)
    #expect(InputHeat.rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1]) == -1)
    #expect(InputHeat.rankCorrelation([1, 2, 3], [5, 5, 5]) == nil)
    // Ties share their mean rank: ranks 1.5 1.5 3 4 against 1 2 3 4.
    let expected = 4.5 / (4.5 * 5).squareRoot()
    #expect(abs((InputHeat.rankCorrelation([7, 7, 8, 9], [1, 2, 3, 4]) ?? 0) - expected) < 1e-12)
  }

  @Test("the record of a run is that of its network, without its recording")
  func record() throws {
    let laboratory = try TinyLaboratory()
    let run = try laboratory.begin("run", ["device.endurance=5"])
    guard case .completed(let summary) = try run.execute() else { throw CancellationError() }
    let record = try WearRecord(path: laboratory.folder("run"))
    #expect(record.layers.map(\.name) == run.network.arrays.map(\.name) && record.samples == summary.samples)
    for (layer, (_, array)) in zip(record.layers, run.network.arrays) {
      #expect(layer.setPulses == (0..<array.planeCount).flatMap { array.ledger.pulses(.set, plane: $0) })
      #expect(layer.lifeFractions == (0..<array.planeCount).flatMap { array.wearFractions(plane: $0) })
      #expect(layer.states == (0..<array.planeCount).flatMap { array.conductances(plane: $0) })
      #expect(layer.hasFailed.count { $0 } == array.wornDeviceCount)
      #expect(layer.tiles.joined().reduce(0) { $0 + $1.pulses } == layer.pulses.reduce(0, +))
      #expect(layer.pulsesOfRows.reduce(0, +) == layer.pulsesOfColumns.reduce(0, +))
    }
    let initial = run.experiment.network.makeNetwork().arrays.map { _, array in
      (0..<array.planeCount).flatMap { array.conductances(plane: $0) }
    }
    #expect(try #require(record.initialStates) == initial)
    #expect(record.inputRows == run.experiment.source.inputRowCount)
    let heat = try InputHeat(of: record)
    #expect(heat.rows.count == record.inputRows && heat.hottest(3).count == 3)
    #expect(heat.hottest(1)[0].pulses == record.layers[0].pulsesOfRows.max())
  }
}
