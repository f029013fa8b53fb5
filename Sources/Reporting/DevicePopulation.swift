import Devices
import Glibc
import Kernels

/// Emulated pulse trains of some devices of a technology, for a figure.
struct DevicePopulation {
  /// One polarity.
  struct Train {
    /// Pulses before each reading, ascending from 0.
    var pulses: [Double]
    /// States by device and reading, in the SI unit.
    var states: [[Double]]
    /// Mean over the devices.
    var mean: [Double]
    /// Standard deviation over the devices.
    var deviation: [Double]
  }

  let potentiation: Train
  let depression: Train
  /// Devices that were emulated.
  static let devices = 240
  private static let mostReadings = 160.0
  private static let mostPulses = 20_000.0
  private static let seed: UInt64 = 1

  /// Trains from one end of the range to the other, each device from its own end.
  init(_ parameters: DeviceParameters) {
    let model = DeviceModel(parameters: parameters)
    let factory = DeviceFactory(parameters: parameters, seed: Self.seed)
    let devices = (0..<Self.devices).map { factory.numbers(array: 0, device: $0) }
    potentiation = Self.train(model, devices, sign: 1)
    depression = Self.train(model, devices, sign: -1)
  }

  private static func train(_ model: DeviceModel, _ devices: [DeviceNumbers], sign: Double) -> Train {
    let length = trainLength(model.parameters, sign: sign)
    let stride = max(1, (length / mostReadings).rounded(.up))
    let readings = max(Int((length / stride).rounded(.up)), 1)
    let stream = RandomStream(seed: seed, purpose: .cycleToCycle)
    var states: [[Double]] = []
    for (number, device) in devices.enumerated() {
      var cell = CellState(level: sign > 0 ? 0 : 1)
      var curve = [Double(device.low) + cell.level * Double(device.range)]
      for reading in 0..<readings {
        let words = stream.words(array: sign > 0 ? 0 : 1, item: number, event: UInt64(reading))
        model.apply(
          pulses: sign * stride, to: &cell, of: device, gaussian: Double(RandomStream.gaussians(words)[0]),
          uniform: RandomStream.uniform(words[2], words[3]))
        curve.append(Double(device.low) + cell.level * Double(device.range))
      }
      states.append(curve)
    }
    let count = Double(states.count)
    let mean = (0...readings).map { index -> Double in states.reduce(0.0) { $0 + $1[index] } / count }
    let deviation = (0...readings).map { index -> Double in
      let squares = states.reduce(0.0) { (sum: Double, curve: [Double]) -> Double in
        let distance = curve[index] - mean[index]
        return sum + distance * distance
      }
      return (squares / count).squareRoot()
    }
    return Train(pulses: (0...readings).map { Double($0) * stride }, states: states, mean: mean, deviation: deviation)
  }

  /// Pulses that lead the typical device through nearly its whole range, or as near as it comes.
  private static func trainLength(_ parameters: DeviceParameters, sign: Double) -> Double {
    if case .exponential(let pair) = parameters.response, let labels = pair.labels {
      return min(sign > 0 ? labels.potentiationPulses : labels.depressionPulses, mostPulses)
    }
    var quiet = parameters
    quiet.cycleNoise.sigma = 0
    let model = DeviceModel(parameters: quiet)
    func progress(_ pulses: Double) -> Double {
      var cell = CellState(level: sign > 0 ? 0 : 1)
      model.apply(pulses: sign * pulses, to: &cell, of: model.typical, gaussian: 0, uniform: 0.5)
      return sign > 0 ? cell.level : 1 - cell.level
    }
    let goal = 0.97 * progress(mostPulses)
    var (low, high) = (0.0, mostPulses)
    while high - low > 1 {
      let middle = ((low + high) / 2).rounded()
      if progress(middle) < goal { low = middle } else { high = middle }
    }
    return max(high, 8)
  }
}
