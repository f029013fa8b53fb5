import Devices
import Testing

/// Conductance pulse by pulse against MLP+NeuroSim V3.0, noise off.
@Suite struct NeuroSimCurveTests {
  private struct Curves {
    var potentiation: [Double] = []
    var depression: [Double] = []
  }

  private static func curves(_ rows: [ArraySlice<Substring>]) throws -> Curves {
    var curves = Curves()
    for row in rows {
      let value = try #require(Double(row.last!))
      if row.first == "LTP" { curves.potentiation.append(value) } else { curves.depression.append(value) }
    }
    return curves
  }

  /// Greatest relative error of both curves, one jump from the start of the curve to each of its points.
  private static func worstError(
    _ curves: Curves, pulses: (Double, Double), nonlinearity: (Double, Double)
  ) throws -> Double {
    let low = try #require(curves.potentiation.first)
    let high = try #require(curves.depression.first)
    let labels = NonlinearityLabels(
      potentiation: nonlinearity.0, depression: nonlinearity.1, potentiationPulses: pulses.0,
      depressionPulses: pulses.1)
    let model = DeviceModel(
      parameters: DeviceParameters(off: low, on: high, response: .exponential(ExponentialPair(labels: labels))))
    var worst = 0.0
    for (count, expected) in curves.potentiation.enumerated() {
      worst = max(worst, abs((low + model.level(after: Double(count), from: 0) * (high - low)) / expected - 1))
    }
    for (count, expected) in curves.depression.enumerated() {
      worst = max(worst, abs((low + model.level(after: -Double(count), from: 1) * (high - low)) / expected - 1))
    }
    return worst
  }

  @Test func defaultDeviceIsReproduced() throws {
    let rows = try fixture("neurosim_agasi_pulse_curve").filter { ["LTP", "LTD"].contains($0[0]) }
    let curves = try Self.curves(rows.map { $0[...] })
    #expect(curves.potentiation.count == 98 && curves.depression.count == 101)
    #expect(try Self.worstError(curves, pulses: (97, 100), nonlinearity: (2.4, -4.88)) < 1e-4)
  }

  /// The program looks labels up in steps of 0.01: the 0.105 of GST is its entry 0.10.
  @Test(arguments: [
    (name: "Ag:a-Si", pulses: (97.0, 100.0), nonlinearity: (2.4, -4.88)),
    ("TaOx/HfOx", (128, 128), (0.04, -0.63)), ("PCMO", (50, 50), (3.68, -6.76)),
    ("AlOx/HfO2", (40, 40), (1.94, -0.61)), ("GST_PCM", (100, 120), (0.1, 2.4)), ("EpiRAM", (64, 64), (0.5, -0.5)),
    ("HZO_FeFET", (32, 32), (1.75, 1.46)),
  ])
  func publishedDeviceIsReproduced(
    name: String, pulses: (Double, Double), nonlinearity: (Double, Double)
  ) throws {
    let rows = try fixture("neurosim_presets_pulse_curves").filter { $0[0] == name }
    let curves = try Self.curves(rows.map { $0.dropFirst() })
    #expect(curves.potentiation.count == Int(pulses.0) + 1 && curves.depression.count == Int(pulses.1) + 1)
    #expect(try Self.worstError(curves, pulses: pulses, nonlinearity: nonlinearity) < 1e-4)
  }
}
