import Crossbars
import Kernels
import Testing

@testable import Emulation

/// Full scales of converters found out with the recording.
@Suite("Calibrated converters")
struct CalibrationTests {
  private let laboratory = try! TinyLaboratory()

  private func experiment(_ overrides: String...) throws -> Experiment {
    try laboratory.experiment(["crossbar.adc_full_scale=calibrated"] + overrides)
  }

  @Test("hold the share of sums that was asked for, layer by layer")
  func share() throws {
    let wide = try experiment("crossbar.adc_quantile=0.999").network.fullScales
    let narrow = try experiment("crossbar.adc_quantile=0.9").network.fullScales
    #expect(Set(wide.keys) == [0, 1] && Set(narrow.keys) == [0, 1])
    for (array, weight) in narrow { #expect(weight <= wide[array]!) }
    #expect(narrow != wide)
    // The untrained network saturates as often as was asked for, in samples that were not looked at as well.
    let chosen = try experiment("crossbar.adc_quantile=0.9", "crossbar.adc_bits=8")
    let network = SpikingNetwork(parameters: chosen.network, largestSample: chosen.largestSample)
    var raster = SpikeRaster(rowCount: chosen.source.inputRowCount)
    for sample in chosen.trainingSamples {
      try chosen.source.encode(sample: sample, into: &raster)
      _ = network.present(raster, label: 0, learns: false)
    }
    let activity = network.arrays[0].array.readActivity
    let share = Double(activity.saturatedConversions) / Double(activity.conversions)
    #expect(0.05...0.15 ~= share)
  }

  @Test("are the same every time, and in the summary")
  func summary() throws {
    let first = try experiment()
    #expect(try experiment().network.fullScales == first.network.fullScales)
    let run = try laboratory.begin("run", ["crossbar.adc_full_scale=calibrated", "run.passes=1"])
    guard case .completed(let summary) = try run.execute() else {
      Issue.record("the run did not end")
      return
    }
    #expect(summary.adcFullScales.keys.sorted() == ["hidden1", "readout"])
    #expect(summary.adcFullScales["hidden1"] == first.network.fullScales[0])
  }
}
