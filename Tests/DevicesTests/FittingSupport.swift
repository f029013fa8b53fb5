import Devices

/// Pulse trains of made-up devices whose numbers are known, as the CSV that an instrument might write.
struct SyntheticMeasurement {
  var pulses = (64, 64)
  var labels = (1.0, -1.0)
  /// Microsiemens.
  var range = (1.0, 10.0)
  /// Noise of a pulse, fraction of the range.
  var cycleSigma = 0.01
  /// Noise of a reading, relative.
  var readSigma = 0.01
  var rangeSigma = 0.0
  var labelSigma = 0.0
  var devices = 50
  var cycles = 1
  var seed: UInt64 = 1
  /// Whether every train begins where the one before ended, instead of at an end of the range.
  var isContinued = false
  /// Whether the state is kept inside the range after every pulse.
  var isClipped = false
  /// Devices, from the first on, that stay where they are, at the low end and then at the high end.
  var stuck = (off: 0, on: 0)

  /// The CSV text.
  var csv: String {
    var random = ReferenceRandom(seed)
    var text = "device,cycle,phase,pulse,conductance_uS\n"
    for device in 0..<devices {
      let low = range.0 * (1 + rangeSigma * random.normal())
      let high = range.1 * (1 + rangeSigma * random.normal())
      let up = ExponentialResponse(
        nonlinearity: labels.0 + labelSigma * random.normal(), pulses: Double(pulses.0), polarity: .potentiation)
      let down = ExponentialResponse(
        nonlinearity: labels.1 + labelSigma * random.normal(), pulses: Double(pulses.1), polarity: .depression)
      var level = 0.0
      for cycle in 1...cycles {
        for (response, count, name, start) in [(up, pulses.0, "LTP", 0.0), (down, pulses.1, "LTD", 1.0)] {
          if !isContinued { level = start }
          for pulse in 0...count {
            if pulse > 0 { level = response.level(after: 1, from: level) + cycleSigma * random.normal() }
            if isClipped { level = min(max(level, 0), 1) }
            if device < stuck.off { level = 0.02 } else if device < stuck.off + stuck.on { level = 0.97 }
            let conductance = (low + level * (high - low)) * (1 + readSigma * random.normal())
            text += "d\(device),\(cycle),\(name),\(pulse),\(max(conductance, 1e-6))\n"
          }
        }
      }
    }
    return text
  }

  func measurement() throws -> PulseMeasurement { try PulseMeasurement(bytes: Array(csv.utf8), name: "synthetic.csv") }
  func fit(tabulated: Bool = false) throws -> DeviceFit { try DeviceFit(measurement(), tabulated: tabulated) }
}
