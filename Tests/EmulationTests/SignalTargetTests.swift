import Testing

@testable import Emulation

/// Outputs that are to follow signals.
@Suite("Signals as targets")
struct SignalTargetTests {
  private static let ticks = 40
  private let samples = TestSample.random(8, rows: 70, classes: 3, ticks: Self.ticks, seed: 4)

  @Test("a signal of 1 for the label and 0 for the others teaches what the label does with squared errors")
  func labels() throws {
    for updateTicks in [nil, 7] {
      var parameters = try raggedNetwork()
      parameters.loss = .squaredError
      parameters.updateTicks = updateTicks
      let (labelled, drawn) = (
        SpikingNetwork.make(parameters, ticks: Self.ticks), SpikingNetwork.make(parameters, ticks: Self.ticks)
      )
      for sample in samples {
        labelled.present(sample.raster, label: sample.label, learns: true)
        let signals = (0..<Self.ticks * 3).map { Float($0 % 3 == sample.label ? 1 : 0) }
        let outcome = drawn.present(
          sample.raster, target: SampleTarget(label: 0, signals: signals), learns: true)
        #expect(outcome.signalPower == Double(Self.ticks) && outcome.squaredError > 0)
      }
      #expect(labelled.snapshot == drawn.snapshot)
    }
  }

  @Test("temporal exclusive or is learned by e-prop")
  func exclusiveOr() throws {
    let laboratory = try TinyLaboratory()
    let summary = try laboratory.example("12-temporal-xor")
    #expect(summary.testAccuracy > 0.95, "\(summary.testAccuracies)")
  }

  @Test("a curve is drawn: the squared error falls below 0.3 of its power in 100 trials")
  func pattern() throws {
    let laboratory = try TinyLaboratory()
    let summary = try laboratory.example("13-pattern-generation", overrides: ["stream.trials=100"])
    let error = try #require(summary.testErrors.last)
    #expect(error < 0.3, "\(summary.testErrors)")
    #expect(abs(summary.testAccuracy - (1 - error)) < 1e-12)
  }
}
