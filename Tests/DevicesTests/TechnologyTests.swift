import Devices
import Foundation
import Testing

@Suite struct TechnologyTests {
  static let names = [
    "ideal", "rram-taox-hfox", "rram-alox-hfo2", "rram-epiram", "rram-ag-asi", "rram-pcmo", "rram-taox-tio2",
    "rram-65nm", "rram-cmo-hfox", "rram-array-om", "rram-hfo2-es", "rram-hfo2-sb", "pcm-gst-2018", "pcm-gst-2019",
    "pcm-gst-kuzum", "fefet-hzo-2017", "fcm-hzo", "stt-mram", "ecram-li-2018", "ecram-mo-2019", "ecram-ideal",
  ]

  @Test func namesAreComplete() {
    #expect(DeviceTechnology.all.map(\.name) == Self.names)
    #expect(DeviceTechnology.named("rram-taox") == nil)
  }

  @Test(arguments: names)
  func everyTechnologyIsWhole(name: String) throws {
    let technology = try #require(DeviceTechnology.named(name))
    #expect(technology.name == name)
    #expect(!technology.family.isEmpty && technology.summary.hasSuffix("."))
    #expect(technology.citations.isEmpty == (name == "ideal") && technology.notes.isEmpty == (name == "ideal"))
    #expect(technology.notes.allSatisfy { $0.hasSuffix(".") })
    let parameters = technology.parameters
    #expect(parameters.off > 0 && parameters.on > parameters.off && parameters.on < 1e-3)
    #expect(parameters.faults.total == 0 && parameters.writeFailure == 0 && parameters.telegraphNoise == nil)
    let steps = parameters.typicalSteps
    for step in [steps.potentiation, steps.depression] { #expect(step > 0 && step <= 1) }
    let pulse = parameters.pulse
    for number in [
      pulse.setVoltage, pulse.setWidth, pulse.resetVoltage, pulse.resetWidth, pulse.readVoltage, pulse.readWidth,
      pulse.lineCapacitance, pulse.currentRatio, pulse.halfSelectDecades, pulse.amplitudeScale,
    ] {
      #expect(number > 0 && number.isFinite)
    }
    for polarity in [ExponentialResponse.Polarity.potentiation, .depression] {
      let energy = pulse.cellEnergy(polarity, conductance: (parameters.on + parameters.off) / 2)
      #expect(energy > 0 && energy < 1e-6)
    }
    #expect(parameters.endurance.shape > 0 && parameters.endurance.scale > 0)
    #expect(parameters.endurance.isLimited == (name != "ideal"))
    let noise = parameters.readNoise.sigma(state: parameters.on, age: 100, on: parameters.on)
    #expect(noise >= 0 && noise <= 0.1 * parameters.on)
  }

  /// Devices of every technology survive trains, ageing and wear as numbers.
  @Test(arguments: names)
  func everyDeviceStaysInItsRange(name: String) throws {
    let parameters = try #require(DeviceTechnology.named(name)).parameters
    let factory = DeviceFactory(parameters: parameters, seed: 9)
    let model = DeviceModel(parameters: parameters)
    var random = ReferenceRandom(6)
    for number in 0..<200 {
      let device = factory.numbers(array: 0, device: number)
      #expect(device.low > 0 && device.range > 0)
      var cell = CellState(level: 0.5, setsSinceReset: 0)
      for pulses in [3.0, -2, 40, 0.5, -1e4, 1e5] {
        model.apply(
          pulses: pulses, to: &cell, of: device, gaussian: random.normal(),
          uniform: Double.random(in: 0.001...1, using: &random))
        #expect(cell.level >= 0 && cell.level <= 1)
      }
      let (low, range) = (Double(device.low), Double(device.range))
      let written = low + cell.level * range
      let coefficient = parameters.retention.coefficient(
        level: cell.level, gaussian: random.normal(), deviceGaussian: random.normal())
      let aged = parameters.retention.state(
        programmed: written, age: 1e6, coefficient: coefficient, low: low, range: range)
      #expect(aged > 0 && aged <= (low + range) * (1 + 1e-12))
      let life = factory.life(array: 0, device: number).fullCycles
      let window = parameters.endurance.window(wear: life.isFinite ? life : 1e9, life: life, low: low, range: range)
      #expect(window.lowest >= 0 && window.highest > window.lowest)
    }
  }

  /// The default device and the ideal one keep the numbers they had from the start.
  @Test func defaultsAreUnchanged() throws {
    let real = try #require(DeviceTechnology.named("rram-taox-hfox")).parameters
    let ideal = try #require(DeviceTechnology.named("ideal")).parameters
    for (device, labels) in [(real, (0.04, -0.63)), (ideal, (0, 0))] {
      let pair = ExponentialPair(
        labels: NonlinearityLabels(
          potentiation: labels.0, depression: labels.1, potentiationPulses: 128, depressionPulses: 128))
      #expect(device.response == .exponential(pair))
      #expect(device.quantity == .conductance && device.off == 1e-6 && device.on == 10e-6)
      #expect(device.retention == .none && device.endurance.window == .none)
      #expect(abs(device.endurance.wear(displacement: 0.3, pulses: 2) - 0.34) < 1e-15)
      #expect((device.pulse.setVoltage, device.pulse.setWidth) == (1.6, 50e-9))
    }
    #expect(real.cycleNoise == CycleNoise(sigma: 0.037) && ideal.cycleNoise == CycleNoise())
    #expect(real.variation == DeviceVariation(nonlinearitySigma: 0.3, rangeSigma: 0.07) && ideal.variation.isNone)
    #expect(real.readNoise == .relative(0.01) && ideal.readNoise.isNone)
    #expect(real.endurance == Endurance(scale: 1e8, shape: 1.5, stuckOnShare: 0.5) && !ideal.endurance.isLimited)
    #expect(!real.isContinuous && ideal.isContinuous)
  }

  /// Energy of a pulse at the mean of both ends, V²·Ḡ·t in joule, from range, voltage and width as tabulated.
  @Test(arguments: [
    ("rram-ag-asi", 63.8e-12, 48.8e-12), ("rram-taox-hfox", 0.704e-12, 0.704e-12), ("rram-pcmo", 99.7e-12, 99.7e-12),
    ("rram-alox-hfo2", 2.94e-9, 3.63e-9), ("pcm-gst-kuzum", 0.328e-9, 0.1255e-9), ("rram-epiram", 0.787e-9, 0.283e-9),
    ("stt-mram", 2.05e-12, 2.05e-12), ("rram-65nm", 3.52e-12, 3.52e-12),
  ])
  func pulseEnergiesAreTheTabulatedOnes(name: String, set: Double, reset: Double) throws {
    let parameters = try #require(DeviceTechnology.named(name)).parameters
    let middle = (parameters.on + parameters.off) / 2
    #expect(abs(parameters.pulse.cellEnergy(.potentiation, conductance: middle) / set - 1) < 0.01)
    #expect(abs(parameters.pulse.cellEnergy(.depression, conductance: middle) / reset - 1) < 0.01)
  }

  /// Whole curves of the technologies that NeuroSim knows, in siemens, against its own pulse by pulse output. It looks
  /// labels up in steps of 0.01, so that the 0.105 of GST becomes 0.10 there.
  @Test(arguments: [
    ("Ag:a-Si", "rram-ag-asi"), ("TaOx/HfOx", "rram-taox-hfox"), ("PCMO", "rram-pcmo"),
    ("AlOx/HfO2", "rram-alox-hfo2"), ("GST_PCM", "pcm-gst-kuzum"), ("EpiRAM", "rram-epiram"),
    ("HZO_FeFET", "fefet-hzo-2017"),
  ])
  func benchmarkedTechnologiesHaveTheCurvesOfNeuroSim(row: String, name: String) throws {
    let parameters = try #require(DeviceTechnology.named(name)).parameters
    let model = DeviceModel(parameters: parameters)
    let url = try #require(
      Bundle.module.url(
        forResource: "neurosim_presets_pulse_curves", withExtension: "csv", subdirectory: "Fixtures"))
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { $0.split(separator: ",") }
    let points = lines.filter { $0[0] == row }
    #expect(points.count > 60)
    for (kind, sign) in [("LTP", 1.0), ("LTD", -1)] {
      for (count, point) in points.filter({ $0[1] == kind }).enumerated() {
        let expected = try #require(Double(point.last!))
        let level = model.level(after: sign * Double(count), from: sign > 0 ? 0 : 1)
        let state = parameters.off + level * (parameters.on - parameters.off)
        #expect(abs(state / expected - 1) < 0.004)
      }
    }
  }

  /// Steps of the technologies that are known as weights of range 2, as fractions of the range at both ends.
  @Test(arguments: [
    ("rram-array-om", 0.0949, 0.0, 0.0949, 0.0),
    ("rram-hfo2-es", 0.000675 * 2.18445, 0.000675 * 1.00798, 0.000499933 * 13.0814, 0.000499933 * 1.08140),
    ("rram-hfo2-sb", 0.0016, 0, 0.00266667, 0),
    ("ecram-li-2018", 0.001 * 1.08139, 0.001 * 0.8847, 0.001 * 1.72036, 0.001 * 0.4915),
    ("ecram-mo-2019", 1.4107e-4 * 1.29370, 1.4107e-4 * 0.5848, 1.4107e-4 * 2.03795, 1.4107e-4 * 0.2658),
    ("ecram-ideal", 1e-4, 1e-4, 1e-4, 1e-4),
  ])
  func fittedStepsAreThoseOfTheWeights(
    name: String, setStart: Double, setEnd: Double, resetStart: Double, resetEnd: Double
  ) throws {
    var parameters = try #require(DeviceTechnology.named(name)).parameters
    parameters.cycleNoise = CycleNoise()
    let model = DeviceModel(parameters: parameters)
    // Half-way into the last steps, so that no end of the range is met.
    let near = 1e-3
    func step(_ pulses: Double, from level: Double) -> Double { abs(model.level(after: pulses, from: level) - level) }
    let tolerance = 0.01 * max(setStart, resetStart)
    #expect(abs(step(1, from: 0) - setStart) < tolerance)
    #expect(abs(step(0.5, from: 1 - near) * 2 - setEnd) < tolerance)
    #expect(abs(step(-1, from: 1) - resetStart) < tolerance)
    #expect(abs(step(-0.5, from: near) * 2 - resetEnd) < tolerance)
  }

  @Test func arrayDevicesAreAsCoarseAsMeasured() throws {
    let steps = try #require(DeviceTechnology.named("rram-array-om")).parameters.typicalSteps
    #expect(abs(steps.potentiation - 0.0949 / 2) < 1e-12 && abs(steps.depression - 0.0949 / 2) < 1e-12)
  }

  /// Training devices drift by the mean exponent 0.04, inference devices by their state.
  @Test func phaseChangeDrifts() throws {
    let training = try #require(DeviceTechnology.named("pcm-gst-2018")).parameters
    let inference = try #require(DeviceTechnology.named("pcm-gst-2019")).parameters
    for level in [0.0, 1] {
      #expect(training.retention.coefficient(level: level, gaussian: 0, deviceGaussian: 0) == 0.04)
    }
    #expect(inference.retention.coefficient(level: 1, gaussian: 0, deviceGaussian: 0) == 0.049)
    // At Gmin x = 1/120: −0.0155·ln x + 0.0244 = 0.0986.
    #expect(abs(inference.retention.coefficient(level: 0, gaussian: 0, deviceGaussian: 0) - 0.098606) < 1e-5)
    // The steady accumulation of 2018 ends at 10.5 µS of 12; in inference at the same share of 25 µS.
    let model = DeviceModel(parameters: inference)
    #expect(abs(model.level(after: 1000, from: 0.5) - (10.476 * 25 / 12 - 0.2083) / 24.792) < 1e-3)
  }

  @Test func pulsesOfOtherAmplitudesAreWorthOtherNumbers() {
    let pulse = PulseConditions(setVoltage: 1.6, resetVoltage: 1.2)
    #expect(pulse.pulseEquivalents(.potentiation, voltage: 1.6) == 1)
    #expect(abs(pulse.pulseEquivalents(.potentiation, voltage: 1.8) - exp(1)) < 1e-9)
    #expect(abs(pulse.pulseEquivalents(.depression, voltage: -1) - exp(-1)) < 1e-9)
    #expect(pulse.halfSelectEquivalents == 1e-4)
    #expect(abs(pulse.lineEnergy(.depression) - 14.4e-15) < 1e-22)
  }
}
