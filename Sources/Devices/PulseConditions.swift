import Glibc

/// What a pulse costs besides its effect.
public enum PulseEnergy: Sendable, Equatable {
  /// Joule heat of the state it finds: V²·G·t.
  case ohmic
  /// The same for every pulse, joule.
  case fixed(set: Double, reset: Double)
}

/// Amplitudes, widths and energies of the pulses of a technology, and how its answer depends on the amplitude.
///
///     E = V²·Ḡ·t + V²·C_line              one pulse, Ḡ the mean of the states before and after (ohmic)
///     s(V) = s(V₀)·exp((|V| − V₀) / V_s)    size of a step at another amplitude
///     s(V/2) = s(V)·10^(−k)               step of a half-selected device
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | V₀ | `setVoltage`, `resetVoltage`: magnitudes | V | 1.6 | > 0 |
/// | t | `setWidth`, `resetWidth` | s | 50e-9 | > 0 |
/// | | `readVoltage` | V | 0.1 | > 0 |
/// | | `readWidth` | s | 5e-9 | > 0 |
/// | C_line | `lineCapacitance` | F | 10e-15 | ≥ 0 |
/// | | `currentRatio`: I(V) / I(V/2) | 1 | 10 | ≥ 2 |
/// | k | `halfSelectDecades` | decades | 4 (RRAM), 3 (FeFET) | ≥ 0 |
/// | V_s | `amplitudeScale` | V | 0.2 | > 0 |
///
/// - Reference: 1.6 V and 50 ns are TaOx/HfOx (W. Wu et al., Symp. VLSI Technology 2018) as tabulated in the NeuroSim
///   V3.0 manual, 5 ns its read, 0.1 V the read of A. Moitra et al., arXiv:2408.12767 (2024). The line, the ratio, the
///   decades and the amplitude scale are assumptions to be varied.
public struct PulseConditions: Sendable, Equatable {
  /// Magnitude of a SET pulse, volt.
  public var setVoltage: Double
  /// Width of a SET pulse, second.
  public var setWidth: Double
  /// Magnitude of a RESET pulse, volt.
  public var resetVoltage: Double
  /// Width of a RESET pulse, second.
  public var resetWidth: Double
  /// Read voltage, volt.
  public var readVoltage: Double
  /// Width of a read, second.
  public var readWidth: Double
  /// What a pulse costs.
  public var energy: PulseEnergy
  /// Capacitance of the line that is charged for a pulse, farad.
  public var lineCapacitance: Double
  /// Current at the write voltage over the current at half of it.
  public var currentRatio: Double
  /// Decades by which half the voltage shrinks a step.
  public var halfSelectDecades: Double
  /// Rise of the amplitude that makes a step e times larger, volt.
  public var amplitudeScale: Double
  /// Switching of a ferroelectric in time and voltage, for amplitude ramps; `nil`: `amplitudeScale` holds.
  public var polarisation: PolarisationKinetics?

  /// Sets all numbers.
  public init(
    setVoltage: Double = 1.6, setWidth: Double = 50e-9, resetVoltage: Double = 1.6, resetWidth: Double = 50e-9,
    readVoltage: Double = 0.1, readWidth: Double = 5e-9, energy: PulseEnergy = .ohmic,
    lineCapacitance: Double = 10e-15, currentRatio: Double = 10, halfSelectDecades: Double = 4,
    amplitudeScale: Double = 0.2, polarisation: PolarisationKinetics? = nil
  ) {
    self.setVoltage = setVoltage
    self.setWidth = setWidth
    self.resetVoltage = resetVoltage
    self.resetWidth = resetWidth
    self.readVoltage = readVoltage
    self.readWidth = readWidth
    self.energy = energy
    self.lineCapacitance = lineCapacitance
    self.currentRatio = currentRatio
    self.halfSelectDecades = halfSelectDecades
    self.amplitudeScale = amplitudeScale
    self.polarisation = polarisation
  }

  /// Magnitude (volt) and width (second) of the pulses of one polarity.
  public func pulse(_ polarity: ExponentialResponse.Polarity) -> (voltage: Double, width: Double) {
    switch polarity {
    case .potentiation: (setVoltage, setWidth)
    case .depression: (resetVoltage, resetWidth)
    }
  }

  /// Energy in joule that one pulse leaves in a device, without the line.
  ///
  /// - Parameter conductance: mean of the conductances before and after the pulse, siemens.
  public func cellEnergy(_ polarity: ExponentialResponse.Polarity, conductance: Double) -> Double {
    switch energy {
    case .ohmic:
      let (voltage, width) = pulse(polarity)
      return voltage * voltage * conductance * width
    case .fixed(let set, let reset): return polarity == .potentiation ? set : reset
    }
  }

  /// Energy in joule to charge the line for one pulse.
  public func lineEnergy(_ polarity: ExponentialResponse.Polarity) -> Double {
    let voltage = pulse(polarity).voltage
    return voltage * voltage * lineCapacitance
  }

  /// How many nominal pulses one pulse of magnitude `voltage` is worth.
  public func pulseEquivalents(_ polarity: ExponentialResponse.Polarity, voltage: Double) -> Double {
    exp((abs(voltage) - pulse(polarity).voltage) / amplitudeScale)
  }

  /// How many nominal pulses a half-selected device feels of one pulse.
  public var halfSelectEquivalents: Double { pow(10, -halfSelectDecades) }
}
