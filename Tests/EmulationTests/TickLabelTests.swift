import Kernels
import Testing

@testable import Emulation

/// Labels of single ticks.
@Suite("Labels of ticks")
struct TickLabelTests {
  private static let ticks = 40
  private let samples = TestSample.random(12, rows: 70, classes: 3, ticks: Self.ticks, seed: 4)

  @Test(
    "The same label at all ticks from one on is the label of a sample that is asked for from there", arguments: [0, 13])
  func constant(firstScored: Int) throws {
    for updateTicks in [nil, 7] {
      var parameters = try raggedNetwork()
      parameters.updateTicks = updateTicks
      let whole = SpikingNetwork.make(parameters, ticks: Self.ticks)
      let single = SpikingNetwork.make(parameters, ticks: Self.ticks)
      for sample in samples {
        let label = Int8(sample.label)
        let labels = (0..<Self.ticks).map { $0 < firstScored ? -1 : label }
        let outcome = whole.present(
          sample.raster, label: sample.label, learns: true, firstScored: firstScored)
        let other = single.present(
          sample.raster, target: SampleTarget(label: sample.label, tickLabels: labels), learns: true)
        #expect(outcome.decisions == 1 && other.decisions == Self.ticks - firstScored)
        #expect(outcome.decision == other.decision && outcome.spikes == other.spikes)
      }
      #expect(whole.snapshot == single.snapshot)
    }
  }

  @Test("A network learns which half of a sample it is in")
  func halves() throws {
    // One row speaks in the first half, the other in the second.
    var raster = SpikeRaster(rowCount: 70)
    for tick in 0..<Self.ticks {
      for row in 0..<20 { raster.appendRow(tick < 20 ? row : 50 + row) }
      raster.endTick()
    }
    let labels = (0..<Self.ticks).map { Int8($0 % 5 == 0 ? -1 : $0 < 20 ? 0 : 2) }
    let target = SampleTarget(label: 0, tickLabels: labels)
    var parameters = try raggedNetwork()
    parameters.hidden = [37]
    let network = SpikingNetwork.make(parameters, ticks: Self.ticks)
    let outcomes = (0..<200).map { _ in network.present(raster, target: target, learns: true) }
    #expect(outcomes.allSatisfy { $0.decisions == 32 })
    #expect(outcomes[0].correct < 24 && outcomes[199].correct > 27, "\(outcomes.map(\.correct))")
    #expect(network.hiddenSpikeCounts.reduce(0, +) == Int32(outcomes[199].spikes[1]))
  }
}
