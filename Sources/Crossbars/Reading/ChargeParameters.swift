import Glibc

/// How an array of capacitive devices is read: active rows step by V and move charge onto the columns, in place of currents.
///
///     virtual ground    V_j = Σ_active C_ij·V/C_f                    linear in C
///     charge sharing    V_j = Σ_active C_ij·V/(Σ_i C_ij + C_p)       of the whole column, idle rows too
///     kT/C noise        σ_V = √(kT/C_f),  √(kT/(Σ_i C_ij + C_p))     per column and read
///
/// A shared column is scaled back by its nominal capacitance, all devices at mid-range: what is left is that full columns
/// give less for each device than empty ones. There is no static current and no voltage drop on wires. Mismatch of the
/// devices themselves is part of their variation (`DeviceVariation`); that of the capacitors at the foot of the columns is here.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | | `readout` | | virtual ground | |
/// | C_p | `columnCapacitance` of a tile, wire and amplifier | F | 10e-15 | ≥ 0 |
/// | C_f | `feedbackCapacitance` of a virtual ground | F | 20e-15 | > 0 |
/// | V | `voltage` of an active row | V | that of the device | > 0 |
/// | T | `temperature` | K | 300 | > 0 |
/// | | `hasThermalNoise`: kT/C | | true | |
/// | σ_c | `capacitorSigma`: fixed relative spread of the gains of columns | 1 | 0.01 | ≥ 0 |
/// | | `injection`: voltage that the switch leaves on a column, of V | 1 | 0.002 | ≥ 0 |
///
/// The injected charge is alike on all columns and vanishes wherever two of them are subtracted.
public struct ChargeParameters: Sendable, Equatable {
  /// What collects the charge.
  public enum Readout: Sendable, Equatable {
    /// An amplifier that holds the column at 0 V.
    case virtualGround
    /// The capacitance of the column itself.
    case sharing
  }

  /// What collects the charge.
  public var readout: Readout
  /// Capacitance of a column beside its devices, F.
  public var columnCapacitance: Double
  /// Feedback capacitor of a virtual ground, F.
  public var feedbackCapacitance: Double
  /// Step of an active row, V.
  public var voltage: Double
  /// Temperature, K.
  public var temperature: Double
  /// Whether columns have kT/C noise.
  public var hasThermalNoise: Bool
  /// Relative standard deviation of the gains of columns.
  public var capacitorSigma: Double
  /// Voltage that the switch of a column injects, fraction of `voltage`.
  public var injection: Double

  /// Sets all numbers.
  public init(
    readout: Readout = .virtualGround, columnCapacitance: Double = 10e-15, feedbackCapacitance: Double = 20e-15,
    voltage: Double, temperature: Double = 300, hasThermalNoise: Bool = true, capacitorSigma: Double = 0.01,
    injection: Double = 0.002
  ) {
    self.readout = readout
    self.columnCapacitance = columnCapacitance
    self.feedbackCapacitance = feedbackCapacitance
    self.voltage = voltage
    self.temperature = temperature
    self.hasThermalNoise = hasThermalNoise
    self.capacitorSigma = capacitorSigma
    self.injection = injection
  }

  /// Boltzmann's constant, J/K (exact in the SI).
  static let boltzmann = 1.380649e-23

  /// Capacitance that a weight is measured against: what turns a volt at the foot of a column back into C.
  /// - Parameter middle: mid-range of the devices, F.
  func gauge(rows: Int, middle: Double) -> Double {
    switch readout {
    case .virtualGround: feedbackCapacitance
    case .sharing: Double(rows) * middle + columnCapacitance
    }
  }

  /// Effective capacitance of a device for each farad, in a column whose devices add up to `total`.
  func gain(total: Double, rows: Int, middle: Double) -> Double {
    switch readout {
    case .virtualGround: 1
    case .sharing: gauge(rows: rows, middle: middle) / (total + columnCapacitance)
    }
  }

  /// Variance of the kT/C noise of a column, in farads of an active device, squared.
  func variance(total: Double, rows: Int, middle: Double) -> Double {
    guard hasThermalNoise else { return 0 }
    let holding = readout == .virtualGround ? feedbackCapacitance : total + columnCapacitance
    let perVolt = gauge(rows: rows, middle: middle) / voltage
    return Self.boltzmann * temperature / holding * perVolt * perVolt
  }
}
