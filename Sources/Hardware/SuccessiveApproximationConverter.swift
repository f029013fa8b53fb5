import Glibc

/// Energy and time of one conversion of a successive-approximation converter of NeuroSim's low-standby-power library.
///
///     E = (a·b + c + k·e^(−β·log₁₀ R)·10⁶) µW · (b + 1) ns · (1 + 1.3·10⁻³/K·(T − 300 K))        t = (b + 1) ns
///
/// | symbol | name | unit | value at 65 nm |
/// | --- | --- | --- | --- |
/// | b | `bits` | bit | 1…16 |
/// | a | power per bit | µW | 3.7506 |
/// | c | power without input | µW | 25.844 |
/// | k, β | power of the column current | W, 1 | 0.121272, 2.303 |
/// | R | resistance of the column, referred to a read at 0.5 V | Ω | |
/// | T | `temperature` | K | 300 |
///
/// - Reference: fit to SPICE at 300 K of DNN+NeuroSim V2.1: X. Peng et al., IEEE TCAD 40, 2306 (2021).
public struct SuccessiveApproximationConverter: Sendable, Equatable {
  /// A technology node with its fit.
  public struct Node: Sendable, Equatable {
    /// Feature size in nm.
    public var feature: Double
    var perBit: Double
    var idle: Double
    var columnPower: Double
    var columnExponent: Double

    /// 65 nm.
    public static let nanometres65 = Node(
      feature: 65, perBit: 3.7506, idle: 25.844, columnPower: 0.121272, columnExponent: 2.303)
    /// 45 nm.
    public static let nanometres45 = Node(
      feature: 45, perBit: 2.1691, idle: 16.693, columnPower: 0.100225, columnExponent: 2.303)
    /// 32 nm.
    public static let nanometres32 = Node(
      feature: 32, perBit: 1.1294, idle: 8.8998, columnPower: 0.079449, columnExponent: 2.297)
    /// 22 nm.
    public static let nanometres22 = Node(
      feature: 22, perBit: 0.538, idle: 4.3753, columnPower: 0.072341, columnExponent: 2.303)
  }

  /// Resolution.
  public var bits: Int
  /// Technology node.
  public var node: Node

  /// Temperature in kelvin.
  public var temperature: Double

  /// A converter of `bits` bits.
  public init(bits: Int, node: Node = .nanometres65, temperature: Double = 300) {
    self.bits = bits
    self.node = node
    self.temperature = temperature
  }

  /// Energy of a conversion in joules, with a column of `resistance` ohm read at `readVoltage` volt; an infinite resistance
  /// leaves out the current of the column.
  public func energy(resistance: Double, readVoltage: Double) -> Double {
    let referred = resistance * 0.5 / readVoltage
    let column = node.columnPower * exp(-node.columnExponent * log10(referred)) * 1e6
    let warmth = 1 + 1.3e-3 * (temperature - 300)
    return (node.perBit * Double(bits) + node.idle + column) * 1e-6 * time * warmth
  }

  /// Gates relative to those of a converter of 4 bits: 269 + 109·(b − 1) of either kind of transistor and 209 + 73·(b − 1).
  /// - Reference: X. Peng et al., IEEE TCAD 40, 2306 (2021), area of the converter.
  public var gatesRelativeToFourBits: Double { (478 + 182 * Double(bits - 1)) / (478 + 182 * 3) }

  /// Time of a conversion in seconds.
  public var time: Double { Double(bits + 1) * 1e-9 }
}
