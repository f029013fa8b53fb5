import Glibc

/// How the current of a cell depends on its voltage, and the access transistor in series with it.
public struct NonlinearCell: Sendable, Equatable {
  /// The law of the memory device; G is its conductance at low voltage.
  public enum Law: Sendable, Equatable {
    /// I = G·V.
    case ohmic
    /// I = G·V0·sinh(V/V0), V0 in V.
    case sinh(scale: Double)
    /// I = G·V + a2·V² + a3·V³; a2 in A/V², a3 in A/V³, of every cell with G above 0.
    case polynomial(second: Double, third: Double)
  }

  /// A transistor in its triode region: resistance 1 / (k·(V_g - V_th - V_ds/2)); it saturates at V_ds = V_g - V_th, and is
  /// taken to be the same in both directions.
  public struct AccessTransistor: Sendable, Equatable {
    /// k, A/V².
    public var gain: Double
    /// V_g - V_th, V.
    public var overdrive: Double

    /// A transistor.
    public init(gain: Double, overdrive: Double) {
      self.gain = gain
      self.overdrive = overdrive
    }

    /// Current and its slope at a voltage of 0 V or more.
    func response(_ voltage: Double) -> (current: Double, slope: Double) {
      guard voltage < overdrive else { return (gain * overdrive * overdrive / 2, 0) }
      return (gain * (overdrive - voltage / 2) * voltage, gain * (overdrive - voltage))
    }
  }

  /// The law of the memory device.
  public var law: Law
  /// The transistor in series, if there is one.
  public var transistor: AccessTransistor?

  /// A cell.
  public init(law: Law, transistor: AccessTransistor? = nil) {
    self.law = law
    self.transistor = transistor
  }

  /// The sinh law whose current at a voltage is `ratio` times that at half of it; `ratio` is above 2.
  public static func sinh(ratio: Double, voltage: Double) -> NonlinearCell {
    NonlinearCell(law: .sinh(scale: voltage / (2 * acosh(ratio / 2))))
  }

  /// Current, A, and its slope, S, of a cell of some conductance at some voltage.
  public func response(conductance: Double, voltage: Double) -> (current: Double, slope: Double) {
    guard let transistor, conductance > 0 else { return deviceResponse(conductance: conductance, voltage: voltage) }
    // Mirrored where the voltage is negative: the transistor sees magnitudes.
    let sign = voltage < 0 ? -1.0 : 1.0
    let drop = transistorDrop(transistor, conductance: conductance, magnitude: abs(voltage), sign: sign)
    let (current, slope) = transistor.response(drop)
    let device = deviceResponse(conductance: conductance, voltage: sign * (abs(voltage) - drop)).slope
    let whole = slope + device
    return (sign * current, whole > 0 ? slope * device / whole : 0)
  }

  private func deviceResponse(conductance: Double, voltage: Double) -> (current: Double, slope: Double) {
    guard conductance > 0 else { return (0, 0) }
    switch law {
    case .ohmic:
      return (conductance * voltage, conductance)
    case .sinh(let scale):
      // Beyond e^300 the current of a real cell is limited by what surrounds it; the tangent goes on.
      let place = min(max(voltage / scale, -300), 300)
      let slope = conductance * cosh(place)
      return (conductance * scale * Glibc.sinh(place) + slope * (voltage - place * scale), slope)
    case .polynomial(let second, let third):
      let current = ((third * voltage + second) * voltage + conductance) * voltage
      return (current, (3 * third * voltage + 2 * second) * voltage + conductance)
    }
  }

  /// The part of a voltage that lies over the transistor: both carry the same current.
  private func transistorDrop(
    _ transistor: AccessTransistor, conductance: Double, magnitude: Double, sign: Double
  ) -> Double {
    var (low, high) = (0.0, magnitude)
    var drop = magnitude / 2
    // Newton's method inside a bracket that at least halves when it leaves it; 64 halvings exhaust a Double.
    for _ in 0..<128 {
      let (current, slope) = transistor.response(drop)
      let device = deviceResponse(conductance: conductance, voltage: sign * (magnitude - drop))
      let excess = current - sign * device.current
      if excess == 0 { return drop }
      if excess > 0 { high = drop } else { low = drop }
      let step = drop - excess / (slope + device.slope)
      let next = step > low && step < high ? step : (low + high) / 2
      if abs(next - drop) <= 1e-16 * magnitude { return next }
      drop = next
    }
    return drop
  }

  /// - Throws: `CircuitError.badCell` for a parameter that cannot be.
  func check() throws(CircuitError) {
    switch law {
    case .ohmic: break
    case .sinh(let scale):
      guard scale >= 1e-3, scale.isFinite else {
        throw .badCell(parameter: "scale V0", expected: "a finite voltage of at least 0.001 V", found: scale)
      }
    case .polynomial(let second, let third):
      guard second.isFinite else {
        throw .badCell(parameter: "second coefficient", expected: "a finite number", found: second)
      }
      guard third.isFinite else {
        throw .badCell(parameter: "third coefficient", expected: "a finite number", found: third)
      }
    }
    guard let transistor else { return }
    guard transistor.gain > 0, transistor.gain.isFinite else {
      throw .badCell(parameter: "transistor gain", expected: "a positive number of A/V²", found: transistor.gain)
    }
    guard transistor.overdrive > 0, transistor.overdrive.isFinite else {
      throw .badCell(parameter: "transistor overdrive", expected: "a positive voltage", found: transistor.overdrive)
    }
  }
}
