import Devices
import Foundation
import Testing

/// Fits find the numbers that made the data.
@Suite("Fits of made-up devices") struct FittingRecoveryTests {
  /// NeuroSim's table, states in microsiemens. The RESET of the phase-change device retraces its curve and so multiplies
  /// noise sevenfold: it is measured with a fifth of its own noise, else most of its trains are cut by the ends of the range.
  struct Preset: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var pulses: (Int, Int)
    var labels: (Double, Double)
    var range: (Double, Double)
    var cycleSigma: Double
    var readSigma = 0.03
    var isClipped = true

    static let all = [
      Preset(
        testDescription: "Ag:a-Si", pulses: (97, 100), labels: (2.4, -4.88), range: (0.003077, 0.03846),
        cycleSigma: 0.035, isClipped: false),
      Preset(
        testDescription: "TaOx/HfOx", pulses: (128, 128), labels: (0.04, -0.63), range: (1, 10), cycleSigma: 0.037,
        isClipped: false),
      Preset(
        testDescription: "PCMO", pulses: (50, 50), labels: (3.68, -6.76), range: (0.00636, 0.0435), cycleSigma: 0.01),
      Preset(
        testDescription: "AlOx/HfO2", pulses: (40, 40), labels: (1.94, -0.61), range: (13.36, 59.17), cycleSigma: 0.05,
        isClipped: false),
      Preset(
        testDescription: "GST", pulses: (100, 120), labels: (0.105, 2.4), range: (10.72, 212.3), cycleSigma: 0.003,
        readSigma: 0.01),
      Preset(
        testDescription: "EpiRAM", pulses: (64, 64), labels: (0.5, -0.5), range: (0.246, 12.35), cycleSigma: 0.02),
      Preset(
        testDescription: "FeFET", pulses: (32, 32), labels: (1.75, 1.46), range: (0.0397, 1.788), cycleSigma: 0.005),
    ]
  }

  @Test("50 devices of each NeuroSim preset", arguments: Preset.all)
  func preset(_ preset: Preset) throws {
    let data = SyntheticMeasurement(
      pulses: preset.pulses, labels: preset.labels, range: preset.range, cycleSigma: preset.cycleSigma,
      readSigma: preset.readSigma, rangeSigma: 0.07, devices: 50, cycles: 2, seed: 7, isClipped: preset.isClipped)
    let fit = try data.fit()
    #expect(fit.shape != .table)
    expect(fit.potentiation.label, preset.labels.0)
    expect(fit.depression.label, preset.labels.1)
    expect(fit.off, preset.range.0 * 1e-6)
    expect(fit.on, preset.range.1 * 1e-6)
    #expect(fit.cycleNoise.kind == .additive)
    #expect(abs(fit.cycleNoise.sigma / preset.cycleSigma - 1) < 0.1, "\(fit.cycleNoise)")
    #expect(abs(fit.readNoise / preset.readSigma - 1) < 0.15, "\(fit.readNoise)")
    #expect(abs(fit.variation.rangeSigma - 0.07) < 0.02, "\(fit.variation)")
    #expect(fit.hasCycleNoise && fit.hasReadNoise)
    #expect((fit.potentiation.length, fit.depression.length) == preset.pulses)
  }

  /// Within three standard errors; a hundredth of the value is allowed where noise is cut by the ends of the range.
  private func expect(
    _ estimate: DeviceFit.Estimate, _ truth: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(estimate.value - truth) < 3 * estimate.error + 0.01 * abs(truth), "\(estimate), true is \(truth)",
      sourceLocation: sourceLocation)
    #expect(estimate.error.isFinite, sourceLocation: sourceLocation)
  }

  @Test("the spread of the labels, and none where there is none")
  func labelSpread() throws {
    var data = SyntheticMeasurement(
      pulses: (60, 60), labels: (1.8, -3.1), cycleSigma: 0.005, devices: 60, cycles: 3, seed: 3, isContinued: true,
      isClipped: true)
    data.labelSigma = 0.4
    #expect(try abs(data.fit().variation.nonlinearitySigma / 0.4 - 1) < 0.25)
    data.labelSigma = 0
    #expect(try data.fit().variation.nonlinearitySigma < 0.1)
    #expect(try data.fit().variation.rangeSigma < 0.01)
  }

  @Test("noise that is only written, or only read, is told so", arguments: [(0.02, 0.0), (0.0, 0.02)])
  func oneNoise(_ sigmas: (Double, Double)) throws {
    let fit = try SyntheticMeasurement(cycleSigma: sigmas.0, readSigma: sigmas.1, devices: 20, seed: 5).fit()
    #expect(abs(fit.cycleNoise.sigma - sigmas.0) < 0.001 && abs(fit.readNoise - sigmas.1) < 0.002, "\(fit)")
    #expect(fit.hasCycleNoise == (sigmas.0 > 0) && fit.hasReadNoise == (sigmas.1 > 0))
  }

  @Test("noise-free curves give their numbers to four digits")
  func exact() throws {
    let data = SyntheticMeasurement(
      pulses: (40, 50), labels: (2.5, -1.2), cycleSigma: 0, readSigma: 0, devices: 3, cycles: 1)
    let fit = try data.fit()
    #expect(abs(fit.potentiation.label.value - 2.5) < 1e-3 && abs(fit.depression.label.value + 1.2) < 1e-3)
    #expect(abs(fit.off.value - 1e-6) < 1e-10 && abs(fit.on.value - 10e-6) < 1e-9)
    #expect(fit.cycleNoise.sigma < 1e-4 && fit.readNoise < 1e-4 && fit.determination > 0.9999999)
  }

  @Test("equal steps are seen as such, and a law is preferred to a table")
  func linear() throws {
    let data = SyntheticMeasurement(labels: (0, 0), cycleSigma: 0.003, devices: 20, seed: 11)
    let fit = try data.fit()
    #expect(fit.shape == .linear && fit.potentiation.label.value == 0)
    #expect(fit.candidates.map(\.shape) == [.linear, .exponential, .table])
  }

  @Test("curves that no law describes become a table, which repeats them")
  func odd() throws {
    var text = "device,phase,pulse,conductance_uS\n"
    var random = ReferenceRandom(2)
    func level(_ x: Double) -> Double { x * x * (3 - 2 * x) }
    for device in 0..<30 {
      for (phase, sign) in [("LTP", 1.0), ("LTD", -1.0)] {
        for pulse in 0...40 {
          let g = level(Double(pulse) / 40)
          let state = 2 + 18 * (sign > 0 ? g : 1 - g)
          text += "\(device),\(phase),\(pulse),\(state * (1 + 0.005 * random.normal()))\n"
        }
      }
    }
    let fit = try DeviceFit(PulseMeasurement(bytes: Array(text.utf8), name: "s.csv"))
    #expect(fit.shape == .table)
    for (pulse, progress) in fit.potentiation.progress.enumerated() {
      #expect(abs(progress - level(Double(pulse) / 40)) < 0.01)
    }
    #expect(zip(fit.depression.progress, fit.depression.progress.dropFirst()).allSatisfy { $0 < $1 })
    guard case .tabulated(let pair) = fit.parameters.response else { throw FittingProblem.notTabulated }
    #expect(pair.potentiation.levels == fit.potentiation.progress)
    #expect(pair.depression.levels.first == 1 && pair.depression.levels.last == 0)
  }

  private enum FittingProblem: Error { case notTabulated }

  @Test("devices that do not switch are counted and leave the others alone")
  func stuck() throws {
    let data = SyntheticMeasurement(devices: 20, seed: 4, stuck: (off: 2, on: 1))
    let fit = try data.fit()
    #expect(fit.stuckOff == ["d0", "d1"] && fit.stuckOn == ["d2"])
    #expect(abs(fit.faults.stuckOff - 0.1) < 1e-12 && abs(fit.faults.stuckOn - 0.05) < 1e-12)
    #expect(abs(fit.on.value - 10e-6) < 0.1e-6)
    #expect(fit.source.trains == 34)
  }

  @Test("the parameters carry what was found, and nothing that trains do not show")
  func parameters() throws {
    let fit = try SyntheticMeasurement(devices: 10, seed: 9).fit()
    let parameters = fit.parameters
    #expect(parameters.off == fit.off.value && parameters.on == fit.on.value)
    #expect(parameters.cycleNoise == fit.cycleNoise && parameters.readNoise == .relative(fit.readNoise))
    guard case .exponential(let pair) = parameters.response else { throw FittingProblem.notTabulated }
    #expect(pair.labels?.potentiation == fit.potentiation.label.value && pair.labels?.potentiationPulses == 64)
    #expect(!parameters.endurance.isLimited && parameters.retention == .none)
  }

  @Test("equal data give equal bytes, and the order of the rows is nothing")
  func repeatable() throws {
    let data = SyntheticMeasurement(devices: 6, seed: 8)
    #expect(try data.fit().yaml == data.fit().yaml)
    let lines = data.csv.split(separator: "\n")
    let shuffled = ([lines[0]] + lines.dropFirst().reversed()).joined(separator: "\n")
    let fit = try DeviceFit(PulseMeasurement(bytes: Array(shuffled.utf8), name: "r.csv"))
    #expect(try abs(fit.potentiation.label.value - data.fit().potentiation.label.value) < 1e-3)
  }

  @Test("one device with one cycle is enough, with a note")
  func single() throws {
    let fit = try SyntheticMeasurement(devices: 1, seed: 6).fit()
    #expect(abs(fit.potentiation.label.value - 1) < 4 * fit.potentiation.label.error)
    #expect(fit.notes.contains { $0.contains("one device") })
  }
}
