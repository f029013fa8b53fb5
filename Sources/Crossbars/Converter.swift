import Devices

/// The analog-to-digital converter at the foot of each tile column.
///
///     u = g·(w + n)/LSB + o        LSB = FS/L        L = 2^(b−1) − 1
///     code = clip(round(u + p·(3√3/2)·x·(1 − x²)), ±L)        x = clip(u/L, ±1)        seen = code·LSB
///
/// w is the difference of the currents of the two columns of a pair, in weight units; the converter is signed. One
/// conversion per tile column and read. A tile without active rows is not read.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | b | `bits` | bit | 6 | 2…16 |
/// | FS | full scale | weight | active-rows(4) | > 0 |
/// | o | fixed offset of a column, N(0, `offsetSigma`²), then trimmed | LSB | 0 | ≥ 0 |
/// | | `trimBits`: codes of the trim of an offset, over ±4 `offsetSigma` | bit | 0: none | 0…8 |
/// | g | fixed gain of a column, N(1, `gainSigma`²) | 1 | 0 | ≥ 0 |
/// | p | `nonlinearity`: largest departure from the line (INL), at ±L/√3 | LSB | 0 | 0…L/(3√3) |
/// | n | noise of a conversion, N(0, (`noise`·LSB)²) | LSB | 0 | ≥ 0 |
///
/// The offset of a sense amplifier ahead of the converter is the same for the code as one of the converter; independent
/// ones add as σ² = σ₁² + σ₂². The noise joins that of the devices in one draw per column. A trim of n bits leaves an
/// offset within ±σ·4/2^n, or what lies beyond the ends of the trim.
public struct Converter: Sendable, Equatable {
  /// How the full scale is chosen.
  public enum FullScale: Sendable, Equatable {
    /// Every row active at the weight limit: never saturates, coarse.
    case worstCase
    /// So many rows active at the weight limit: spikes are sparse.
    case activeRows(Double)
    /// This sum of weights, such as a quantile of the sums that a recording makes.
    case fixed(Double)
  }

  /// Resolution b.
  public var bits: Int
  /// Choice of the full scale.
  public var fullScale: FullScale
  /// Standard deviation of the fixed offset of each column before its trim, in LSB.
  public var offsetSigma: Double
  /// Resolution of the trim of offsets; 0 for none.
  public var trimBits: Int
  /// Standard deviation of the fixed gain of each column.
  public var gainSigma: Double
  /// Largest departure of the characteristic from a straight line, in LSB.
  public var nonlinearity: Double
  /// Root mean square of the noise of a conversion, in LSB.
  public var noise: Double

  /// Sets all numbers.
  public init(
    bits: Int, fullScale: FullScale, offsetSigma: Double, trimBits: Int = 0, gainSigma: Double = 0,
    nonlinearity: Double = 0, noise: Double = 0
  ) {
    self.bits = bits
    self.fullScale = fullScale
    self.offsetSigma = offsetSigma
    self.trimBits = trimBits
    self.gainSigma = gainSigma
    self.nonlinearity = nonlinearity
    self.noise = noise
  }

  /// Largest code of a signed converter; the smallest is its negative.
  public var largestCode: Float { Float((1 << (bits - 1)) - 1) }

  /// The full scale in rows of a tile at the weight limit.
  func fullScaleRows(tileRows: Int, weightLimit: Float) -> Double {
    switch fullScale {
    case .worstCase: Double(tileRows)
    case .activeRows(let count): min(count, Double(tileRows))
    case .fixed(let weight): weight / Double(weightLimit)
    }
  }

  /// Weight of one code step for signed sums of tiles of `tileRows` rows whose weights reach `weightLimit`.
  public func step(tileRows: Int, weightLimit: Float) -> Float {
    switch fullScale {
    case .worstCase: Float(tileRows) * weightLimit / largestCode
    case .activeRows(let count): Float(min(count, Double(tileRows))) * weightLimit / largestCode
    case .fixed(let weight): Float(weight) / largestCode
    }
  }

  /// Largest `nonlinearity` in LSB with which the codes do not run into their ends within the full scale: there the slope of
  /// the characteristic is 1 − 3√3·p/L.
  public var largestNonlinearity: Double { Double(largestCode) / (3 * 3.0.squareRoot()) }

  /// What the trim leaves of an offset, in LSB.
  func trimmed(_ offset: Double) -> Double {
    guard trimBits > 0, offsetSigma > 0 else { return offset }
    let half = Double(1 << (trimBits - 1))
    let step = 4 * offsetSigma / half
    return offset - min(max((offset / step).rounded(), -half), half - 1) * step
  }
}

/// The codes of the converters of one line, and what they stand for.
struct ConverterScale {
  /// Weight of one code.
  let step: Float
  let smallestCode: Float
  let largestCode: Float

  /// The scale of each line of a mapping.
  ///
  /// Sums of signs are converted with codes ±(2^(bits−1) − 1), sums that cannot be negative with 0…2^bits − 1, of the whole
  /// current where nothing takes that of Gmin away. A slice is not resolved beyond one step of its digits: they are integers,
  /// of rows driven in steps multiples of one step of the drive.
  static func lines(
    of converter: Converter, coding: SynapseCoding, device: DeviceParameters, tileRows: Int, weightLimit: Float,
    rowDriver: RowDriver? = nil
  ) -> [ConverterScale] {
    let drive = rowDriver.map { driver in driver.steps.map { 1 / Double($0) } ?? 0 } ?? 1
    let rows = converter.fullScaleRows(tileRows: tileRows, weightLimit: weightLimit)
    let codes = coding.isUnsigned ? Float((1 << converter.bits) - 1) : converter.largestCode
    return coding.lineWeights.enumerated().map { line, full in
      var step = converter.step(tileRows: tileRows, weightLimit: weightLimit)
      if let slices = coding.slices {
        step = Float(max(rows * full / Double(codes), drive * full / Double(slices.largestDigit(slice: line))))
      } else if coding.isUnsigned {
        step = Float(rows * full * device.on / (device.on - device.off) / Double(codes))
      }
      return ConverterScale(step: step, smallestCode: coding.isUnsigned ? 0 : -codes, largestCode: codes)
    }
  }
}
