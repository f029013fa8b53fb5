/// What kind of physical value a number is; each kind has one SI base unit.
public enum PhysicalDimension: String, Sendable, Hashable, CaseIterable {
  /// Electrical conductance, in siemens.
  case conductance
  /// Electrical resistance, in ohms.
  case resistance
  /// Electrical capacitance, in farads.
  case capacitance
  /// Electric potential, in volts.
  case voltage
  /// Energy, in joules.
  case energy
  /// Frequency, in hertz.
  case frequency
  /// A span of time, in seconds.
  case time

  /// Symbol of the SI base unit, as printed: `S`, `ohm`, `F`, `V`, `J`, `Hz`, `s`.
  public var baseUnit: String {
    switch self {
    case .conductance: "S"
    case .resistance: "ohm"
    case .capacitance: "F"
    case .voltage: "V"
    case .energy: "J"
    case .frequency: "Hz"
    case .time: "s"
    }
  }

  /// A value as a user would write it, for messages.
  public var example: String {
    switch self {
    case .conductance: "25 uS"
    case .resistance: "20 kohm"
    case .capacitance: "5 fF"
    case .voltage: "0.1 V"
    case .energy: "2 pJ"
    case .frequency: "10 Hz"
    case .time: "1 ms"
    }
  }

  /// Spellings of the base unit that are read besides `baseUnit`.
  var otherSpellings: [String] {
    self == .resistance ? ["Ohm", "Ω", "\u{2126}"] : []
  }
}

/// A decimal prefix of a unit, from femto to giga.
struct Prefix: Sendable {
  /// Printed form.
  let symbol: String
  /// Power of ten.
  let exponent: Int
  /// Forms that are read.
  let spellings: [String]

  private init(_ symbol: String, _ exponent: Int, also other: [String] = []) {
    self.symbol = symbol
    self.exponent = exponent
    self.spellings = [symbol] + other
  }

  /// All prefixes, ascending. Micro is read as `u`, as the micro sign and as the Greek letter.
  static let all = [
    Prefix("f", -15), Prefix("p", -12), Prefix("n", -9), Prefix("µ", -6, also: ["u", "\u{3BC}"]), Prefix("m", -3),
    Prefix("", 0), Prefix("k", 3), Prefix("M", 6), Prefix("G", 9),
  ]
}

/// The units that can be read, by spelling.
enum UnitSpelling {
  /// PhysicalDimension and power of ten of every readable unit.
  static let all: [String: (dimension: PhysicalDimension, exponent: Int)] = {
    var units: [String: (dimension: PhysicalDimension, exponent: Int)] = [:]
    for dimension in PhysicalDimension.allCases {
      for unit in [dimension.baseUnit] + dimension.otherSpellings {
        for prefix in Prefix.all {
          for spelling in prefix.spellings { units[spelling + unit] = (dimension, prefix.exponent) }
        }
      }
    }
    return units
  }()

  /// The readable unit of a dimension nearest to a spelling, in plain ASCII.
  static func nearest(to spelling: String, of dimension: PhysicalDimension) -> String {
    let candidates = all.keys.filter { all[$0]?.dimension == dimension && $0.utf8.allSatisfy { $0 < 0x80 } }
    // The base unit comes first: it wins where nothing is near.
    return nearestName(to: spelling, among: [dimension.baseUnit] + candidates.sorted()) ?? dimension.baseUnit
  }
}
