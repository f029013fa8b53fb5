/// Converters that drive the rows of tiles with graded voltages, for inputs that are not spikes.
///
///     V = Vread · (a·(1 + g) + 4·INL·a·(1 − a) / N)        a = code / N,  N = 2^bits − 1
///
/// The gain errors g belong to each driver; the departure from a straight line vanishes at both ends of the scale. A row of
/// code 0 is not selected. A driver has no sign: a signed input takes two rows.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | bits | `bits`; `nil` for any voltage, without error | 1 | 6 | 1…16 |
/// | σ of g | `gainSigma` | 1 | 0 | ≥ 0 |
/// | INL | `nonlinearity` | LSB | 0 | |
public struct RowDriver: Sendable, Equatable {
  /// Resolution, `nil` for any amplitude.
  public var bits: Int?
  /// Spread of the gains.
  public var gainSigma: Double
  /// Departure from a straight line at half scale, in LSB.
  public var nonlinearity: Double

  /// Sets all numbers.
  public init(bits: Int? = 6, gainSigma: Double = 0, nonlinearity: Double = 0) {
    precondition(bits.map { 1...16 ~= $0 } ?? true, "a driver has 1 to 16 bits")
    self.bits = bits
    self.gainSigma = gainSigma
    self.nonlinearity = nonlinearity
  }

  /// Steps of full drive, `nil` for any amplitude.
  public var steps: Int? { bits.map { 1 << $0 - 1 } }

  /// The amplitude that the nearest code drives.
  public func rounded(_ amplitude: Float) -> Float {
    guard let steps else { return amplitude }
    return (amplitude * Float(steps)).rounded() / Float(steps)
  }
}
