// Smaller units divide by an exact power of ten instead of multiplying by its inexact inverse, so that
// `.microsiemens(25)` and the text `25 uS` are the same bits. This holds for whole numbers; a fraction such as 0.7 is
// rounded twice and may differ from the text in the last bit.

/// Electrical conductance.
public struct Conductance: Quantity {
  /// `conductance`.
  public static var dimension: PhysicalDimension { .conductance }
  /// The value in siemens.
  public let baseValue: Double
  /// Makes a conductance from siemens.
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// From siemens.
  public static func siemens(_ value: Double) -> Self { Self(baseValue: value) }
  /// From millisiemens.
  public static func millisiemens(_ value: Double) -> Self { Self(baseValue: value / 1e3) }
  /// From microsiemens.
  public static func microsiemens(_ value: Double) -> Self { Self(baseValue: value / 1e6) }
  /// From nanosiemens.
  public static func nanosiemens(_ value: Double) -> Self { Self(baseValue: value / 1e9) }

  /// The value in siemens.
  public var siemens: Double { baseValue }
  /// The value in microsiemens.
  public var microsiemens: Double { baseValue * 1e6 }
  /// The resistance of a conductor of this conductance.
  public var resistance: Resistance { Resistance(baseValue: 1 / baseValue) }
}

/// Electrical resistance.
public struct Resistance: Quantity {
  /// `resistance`.
  public static var dimension: PhysicalDimension { .resistance }
  /// The value in ohms.
  public let baseValue: Double
  /// Makes a resistance from ohms.
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// From ohms.
  public static func ohms(_ value: Double) -> Self { Self(baseValue: value) }
  /// From kiloohms.
  public static func kiloohms(_ value: Double) -> Self { Self(baseValue: value * 1e3) }
  /// From megaohms.
  public static func megaohms(_ value: Double) -> Self { Self(baseValue: value * 1e6) }

  /// The value in ohms.
  public var ohms: Double { baseValue }
  /// The value in kiloohms.
  public var kiloohms: Double { baseValue / 1e3 }
  /// The conductance of a conductor of this resistance.
  public var conductance: Conductance { Conductance(baseValue: 1 / baseValue) }
}

/// Electrical capacitance.
public struct Capacitance: Quantity {
  /// `capacitance`.
  public static var dimension: PhysicalDimension { .capacitance }
  /// The value in farads.
  public let baseValue: Double
  /// Makes a capacitance from farads.
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// From farads.
  public static func farads(_ value: Double) -> Self { Self(baseValue: value) }
  /// From picofarads.
  public static func picofarads(_ value: Double) -> Self { Self(baseValue: value / 1e12) }
  /// From femtofarads.
  public static func femtofarads(_ value: Double) -> Self { Self(baseValue: value / 1e15) }

  /// The value in farads.
  public var farads: Double { baseValue }
  /// The value in femtofarads.
  public var femtofarads: Double { baseValue * 1e15 }
}

/// Electric potential difference.
public struct Voltage: Quantity {
  /// `voltage`.
  public static var dimension: PhysicalDimension { .voltage }
  /// The value in volts.
  public let baseValue: Double
  /// Makes a voltage from volts.
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// From volts.
  public static func volts(_ value: Double) -> Self { Self(baseValue: value) }
  /// From millivolts.
  public static func millivolts(_ value: Double) -> Self { Self(baseValue: value / 1e3) }

  /// The value in volts.
  public var volts: Double { baseValue }
  /// The value in millivolts.
  public var millivolts: Double { baseValue * 1e3 }
}

/// Energy.
public struct Energy: Quantity {
  /// `energy`.
  public static var dimension: PhysicalDimension { .energy }
  /// The value in joules.
  public let baseValue: Double
  /// Makes an energy from joules.
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// From joules.
  public static func joules(_ value: Double) -> Self { Self(baseValue: value) }
  /// From nanojoules.
  public static func nanojoules(_ value: Double) -> Self { Self(baseValue: value / 1e9) }
  /// From picojoules.
  public static func picojoules(_ value: Double) -> Self { Self(baseValue: value / 1e12) }
  /// From femtojoules.
  public static func femtojoules(_ value: Double) -> Self { Self(baseValue: value / 1e15) }

  /// The value in joules.
  public var joules: Double { baseValue }
  /// The value in picojoules.
  public var picojoules: Double { baseValue * 1e12 }
}
