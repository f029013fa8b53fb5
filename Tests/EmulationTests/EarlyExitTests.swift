import Foundation
import Testing

@testable import Emulation

/// Samples that end as soon as the outputs are certain.
@Suite struct EarlyExitTests {
  @Test func entropyOfKnownOdds() {
    #expect(abs(EarlyExit.entropy([2, 2, 2, 2]) - 1) < 1e-12)
    #expect(EarlyExit.entropy([0, 1000, 0]) < 1e-12)
    // Odds of 3 to 1: (¾·ln(4/3) + ¼·ln 4) / ln 2.
    #expect(abs(EarlyExit.entropy([log(3), 0]) - (0.75 * log(4.0 / 3) + 0.25 * log(4)) / log(2)) < 1e-12)
    #expect(EarlyExit.entropy([5]) == 0)
  }

  private static let samples = TestSample.random(12, rows: 70, classes: 3, ticks: 60, seed: 4)

  private func trained() throws -> SpikingNetwork {
    let network = SpikingNetwork.make(try raggedNetwork(), ticks: 60)
    for sample in Self.samples { _ = network.present(sample.raster, label: sample.label, learns: true) }
    return network
  }

  @Test func looksAloneChangeNothing() throws {
    let whole = try trained()
    let looking = try trained()
    looking.earlyExit = EarlyExit(threshold: 1e-300, interval: 7)
    for sample in Self.samples {
      let outcomes = [whole, looking].map { $0.present(sample.raster, label: sample.label, learns: false) }
      #expect(outcomes[0] == outcomes[1] && whole.evidence == looking.evidence)
    }
    #expect(whole.snapshot == looking.snapshot)
  }

  @Test func certaintyEndsASampleAtTheNextLook() throws {
    let network = try trained()
    let prefix = try trained()
    network.earlyExit = EarlyExit(threshold: 1, interval: 7)
    let start = network.ticksRead
    let sample = Self.samples[1]
    let outcome = network.present(sample.raster, label: sample.label, learns: false)
    // Outputs that differ at all are less than even.
    let ticks = Int(network.ticksRead - start)
    #expect(ticks % 7 == 0 && ticks < 60)
    var first = sample.raster
    first.removeAll(isGraded: false)
    for tick in 0..<ticks {
      for row in sample.raster.activeRows(at: tick) { first.appendRow(Int(row)) }
      first.endTick()
    }
    #expect(prefix.present(first, label: sample.label, learns: false).decision == outcome.decision)
    #expect(prefix.evidence == network.evidence)
  }

  @Test func learningSeesWholeSamples() throws {
    let whole = try trained()
    let exiting = try trained()
    exiting.earlyExit = EarlyExit(threshold: 1, interval: 7)
    for sample in Self.samples {
      for network in [whole, exiting] { _ = network.present(sample.raster, label: sample.label, learns: true) }
    }
    #expect(whole.snapshot == exiting.snapshot)
  }

  /// Even samples are right until 100 ticks, odd ones until 200: each half chooses for the other.
  @Test func halvesChooseForEachOther() throws {
    func row(_ threshold: Double, even: Bool, odd: Bool, ticks: Int) -> EarlyExitStudy.Row {
      EarlyExitStudy.Row(
        threshold: threshold, isCorrect: [even, odd, even, odd], sampleTicks: [ticks, ticks, ticks, ticks],
        energyJoules: 0, latencySeconds: 0)
    }
    let rows = [
      row(0, even: true, odd: true, ticks: 300), row(0.2, even: true, odd: true, ticks: 200),
      row(0.5, even: true, odd: false, ticks: 100),
    ]
    let choice = try #require(EarlyExitStudy.choice(rows, loss: 0))
    #expect(choice.thresholds == [0.5, 0.2] && choice.accuracy == 0.5 && choice.wholeAccuracy == 1)
    #expect(choice.ticks == 150 && choice.wholeTicks == 300)
    #expect(EarlyExitStudy.choice(Array(rows.dropFirst()), loss: 1) == nil)
  }
}
