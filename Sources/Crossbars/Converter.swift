import Kernels

/// The analog-to-digital converter at the foot of each tile column.
///
///     code = clip(round(w·(2^(b−1) − 1)/FS + offset), ±(2^(b−1) − 1))        seen = code · FS/(2^(b−1) − 1)
///
/// w is the difference of the currents of the two columns of a pair, in weight units; the converter is signed. One
/// conversion per tile column and read. A tile without active rows is not read.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | b | `bits` | bit | 6 | 2…16 |
/// | FS | full scale | weight | active-rows(4) | > 0 |
/// | | `offsetSigma`: spread of the fixed offset of a column | LSB | 0 | ≥ 0 |
public struct Converter: Sendable, Equatable {
  /// How the full scale is chosen.
  public enum FullScale: Sendable, Equatable {
    /// Every row active at the weight limit: never saturates, coarse.
    case worstCase
    /// So many rows active at the weight limit: spikes are sparse.
    case activeRows(Double)
  }

  /// Resolution b.
  public var bits: Int
  /// Choice of the full scale.
  public var fullScale: FullScale
  /// Standard deviation of the fixed offset of each column, in LSB.
  public var offsetSigma: Double

  /// Sets all numbers.
  public init(bits: Int, fullScale: FullScale, offsetSigma: Double) {
    self.bits = bits
    self.fullScale = fullScale
    self.offsetSigma = offsetSigma
  }

  /// Largest code; the smallest is its negative.
  public var largestCode: Float { Float((1 << (bits - 1)) - 1) }

  /// Weight of one code step for tiles of `tileRows` rows whose weights reach `weightLimit`.
  public func step(tileRows: Int, weightLimit: Float) -> Float {
    switch fullScale {
    case .worstCase: Float(tileRows) * weightLimit / largestCode
    case .activeRows(let count): Float(min(count, Double(tileRows))) * weightLimit / largestCode
    }
  }
}
