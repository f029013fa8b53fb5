import Devices
import Testing

/// Weights pulse by pulse against IBM's aihwkit, all variation off.
@Suite struct SimulatorCurveTests {
  private struct Curves {
    var step = 0.0
    var low = 0.0
    var high = 0.0
    var rising: [Double] = []
    var falling: [Double] = []
    var range: Double { high - low }
  }

  private static func curves(_ name: String) throws -> Curves {
    var curves = Curves()
    for row in try fixture("aihwkit_pulse_curves") where row[0] == name {
      let numbers = try [1, 2, 3, 6].map { try #require(Double(row[$0])) }
      (curves.step, curves.low, curves.high) = (numbers[0], numbers[1], numbers[2])
      if row[4] == "up" { curves.rising.append(numbers[3]) } else { curves.falling.append(numbers[3]) }
    }
    return curves
  }

  /// The laws of the families, in fractions of the range. `slope` and `factor` belong to the published devices: a
  /// linear step shrinks by the slope times w/w_max; the exponential step of ReRamES is 0.259359 smaller downwards.
  private static func laws(_ name: String, _ curves: Curves) -> (up: StepLaw, down: StepLaw) {
    let step = curves.step / curves.range
    func affine(_ slope: (Double, Double)) -> (StepLaw, StepLaw) {
      (
        .affine(
          stepAtStart: step * (1 - slope.0 * curves.low / curves.high), stepAtEnd: step * (1 - slope.0)),
        .affine(stepAtStart: step * (1 - slope.1 * curves.high / curves.low), stepAtEnd: step * (1 - slope.1))
      )
    }
    func exponential(_ amplitude: Double, _ factor: Double, _ rate: Double, _ a: Double, _ b: Double) -> StepLaw {
      .exponential(
        step: step * factor, amplitude: amplitude, rate: rate, slope: 2 * a,
        offset: b + 2 * a * curves.low / curves.range)
    }
    switch name {
    case "ConstantStep": return (.constant(step: step), .constant(step: step))
    case "EcRam": return affine((0.1153, 0.5085))
    case "ReRamES":
      return (
        exponential(-1.18445, 1, 5, -0.5, -0.5), exponential(-0.081404, 1 - 0.259359, 5, -0.5, -0.5)
      )
    case "PCM_unit": return (exponential(-27.235, 1, 2.5, -1, 0), exponential(-2.235, 1, 2.5, -1, 0))
    default: return affine((1, 1))
    }
  }

  /// One jump from the start of each curve to each of its points, within 1e-6 of the range (the tool works in single
  /// precision). The falling train goes on from where the rising one ended.
  @Test(arguments: ["ConstantStep", "SoftBounds", "EcRam", "PCM_unit", "ReRamES", "ReRamSB"])
  func familyIsReproduced(name: String) throws {
    let curves = try Self.curves(name)
    #expect(curves.rising.count == 201 && curves.falling.count == 200)
    let laws = Self.laws(name, curves)
    let model = DeviceModel(
      parameters: .bare(try .laws(potentiation: laws.up, depression: laws.down)))
    func level(_ weight: Double) -> Double { (weight - curves.low) / curves.range }
    var worst = 0.0
    for (count, weight) in curves.rising.enumerated() {
      worst = max(worst, abs(model.level(after: Double(count), from: level(curves.rising[0])) - level(weight)))
    }
    let top = level(curves.rising[200])
    for (index, weight) in curves.falling.enumerated() {
      worst = max(worst, abs(model.level(after: -Double(index + 1), from: top) - level(weight)))
    }
    #expect(worst < 1e-6)
  }

  /// The same pulses one at a time, each from the level the last one left.
  @Test(arguments: ["ConstantStep", "SoftBounds", "EcRam", "PCM_unit", "ReRamES", "ReRamSB"])
  func trainEqualsSinglePulses(name: String) throws {
    let curves = try Self.curves(name)
    let laws = Self.laws(name, curves)
    let model = DeviceModel(parameters: .bare(try .laws(potentiation: laws.up, depression: laws.down)))
    for sign in [1.0, -1] {
      let start = sign > 0 ? 0.0 : 1
      var level = start
      for count in 1...200 {
        level = model.level(after: sign, from: level)
        #expect(abs(model.level(after: sign * Double(count), from: start) - level) < 1e-9)
      }
    }
  }
}
