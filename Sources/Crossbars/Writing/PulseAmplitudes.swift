import Devices

/// Amplitudes of successive pulses in one direction: what each is worth in nominal pulses, and in energy.
///
/// Without a ramp every pulse is nominal. With one, V_k = start + k·step up to the limit, and a pulse of voltage V is worth
/// exp((V − V₀) / V_s) nominal pulses, or what the polarisation kinetics of the device say.
struct PulseAmplitudes: Sendable {
  struct Amplitude {
    /// Worth in nominal pulses.
    var pulses: Double
    /// (V / V₀)².
    var energyWeight: Double
  }

  private let table: [Amplitude]

  init(ramp: AmplitudeRamp?, pulse: PulseConditions, polarity: ExponentialResponse.Polarity) {
    let nominal = pulse.pulse(polarity).voltage
    guard let ramp, nominal > 0 else {
      table = [Amplitude(pulses: 1, energyWeight: 1)]
      return
    }
    let start = ramp.start ?? nominal
    let width = pulse.pulse(polarity).width
    let sign: Double = polarity == .potentiation ? 1 : -1
    let count = ramp.step > 0 ? Int(((ramp.limit - start) / ramp.step).rounded(.up)) + 1 : 1
    table = (0..<min(max(count, 1), 4096)).map { k in
      let voltage = min(start + Double(k) * ramp.step, ramp.limit)
      let worth =
        pulse.polarisation.map {
          $0.equivalentPulses(
            voltage: sign * voltage, width: width, nominalVoltage: nominal, nominalWidth: width)
        } ?? pulse.pulseEquivalents(polarity, voltage: voltage)
      return Amplitude(pulses: worth, energyWeight: (voltage / nominal) * (voltage / nominal))
    }
  }

  subscript(pulse: Int) -> Amplitude { table[min(pulse, table.count - 1)] }
}
