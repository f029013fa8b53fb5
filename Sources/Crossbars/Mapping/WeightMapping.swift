/// How a signed weight becomes devices, and what is left to do after the converters.
///
/// | scheme | weight | devices for each weight |
/// | --- | --- | --- |
/// | `differentialPair` | (Σ G+ − Σ G−)·limit/(N·R) | 2N |
/// | `referenceColumn` | (Σ G − N·Gref)·2·limit/(N·R), Gref ≈ Gmid | N + N/columns |
/// | `digitalOffset` | Σ G·2·limit/(N·R) − offset, subtracted once for each active row behind the converter | N |
/// | `bitSlices` | digits of an integer, one line of devices each, shifted and added behind the converters | `BitSlices` |
///
/// R is the range Gmax − Gmin, N the devices that share a polarity, limit the weight that the full range carries. Without
/// variation, noise and converters all of them hold the same weights.
public struct WeightMapping: Sendable, Equatable {
  /// What carries the sign and the digits of a weight.
  public enum Scheme: Sendable, Equatable {
    /// Two columns whose currents are subtracted ahead of the converter.
    case differentialPair
    /// One column for each output and one column of reference devices at mid-range for the tile, subtracted ahead of the
    /// converter. The references are off, drift and are noisy as all devices are; what they do is common to the columns of the tile.
    /// - Reference: P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37, 3067 (2018) (dummy column of NeuroSim).
    case referenceColumn
    /// One column for each output, converted as it is; the current of mid-range times the number of active rows is
    /// subtracted digitally.
    case digitalOffset
    /// An integer whose digits lie on devices of a few bits.
    case bitSlices(BitSlices)
  }

  /// What the full range of the devices stands for.
  public enum RangeScaling: String, Sendable, CaseIterable {
    /// The weight limit.
    case none
    /// The largest weight of the array.
    case array
    /// The largest weight of each tile; its results are scaled back behind the converter.
    case tile
  }

  /// What carries the sign and the digits.
  public var scheme: Scheme
  /// Whether a column of a tile that would conduct more than its complement stores the complement, to be undone behind the
  /// converter. A pair has no complement: its currents add to the same.
  /// - Reference: A. Bhattacharjee et al., SwitchX, ACM TODAES 28 (2023), for binary devices.
  public var storesComplements: Bool
  /// What the full range stands for.
  public var rangeScaling: RangeScaling
  /// Standard deviation of the states that references were set to, as a fraction of the range: what a careful verified write
  /// leaves.
  public var referenceSigma: Double

  /// Sets all choices.
  public init(
    _ scheme: Scheme = .differentialPair, storesComplements: Bool = false, rangeScaling: RangeScaling = .none,
    referenceSigma: Double = 0
  ) {
    self.scheme = scheme
    self.storesComplements = storesComplements
    self.rangeScaling = rangeScaling
    self.referenceSigma = referenceSigma
  }

  /// Planes of devices: one device of each plane carries a weight.
  public func planeCount(devicesPerPolarity: Int) -> Int {
    switch scheme {
    case .differentialPair: 2 * devicesPerPolarity
    case .referenceColumn, .digitalOffset: devicesPerPolarity
    case .bitSlices(let slices): slices.planeCount
    }
  }

  /// Devices for each weight, with the share of the reference columns of a tile of so many columns.
  public func devicesPerWeight(devicesPerPolarity: Int, tileColumns: Int) -> Double {
    let planes = Double(planeCount(devicesPerPolarity: devicesPerPolarity))
    return hasReferences ? planes + planes / Double(tileColumns) : planes
  }

  /// Whether each tile has columns of reference devices.
  var hasReferences: Bool {
    switch scheme {
    case .referenceColumn: true
    case .bitSlices(let slices): slices.signs == .twosComplement
    case .differentialPair, .digitalOffset: false
    }
  }
}

/// An integer weight whose digits lie on devices of a few bits.
///
///     q = round(w/step)        step = limit/(2^(b−1) − 1)        w = step · Σ_s 2^(s·d) · digit_s
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | b | `weightBits`, with the sign | bit | 8 | 2…16 |
/// | d | `deviceBits` | bit | 2 | 1, 2, 4 |
///
/// Digits lie evenly over the range of their devices, the largest at Gmax. Those of a column are summed, converted, and then
/// shifted and added.
public struct BitSlices: Sendable, Equatable {
  /// What makes a weight negative.
  public enum Signs: String, Sendable, CaseIterable {
    /// The digits of |q|, on plus or on minus devices whose currents are subtracted: b − 1 bits on each side.
    case pairs
    /// The digits of q, or of q + 2^b for a negative q; 2^b for each active row with a negative weight is subtracted
    /// digitally. A column of fully RESET devices for each slice takes the current of Gmin away.
    /// - Reference: A. Moitra et al., SpikeSim, IEEE TCAD 42, 3815 (2023), arXiv:2210.12899 (its DIFF module).
    case twosComplement = "twos-complement"
  }

  /// Bits of a weight, with its sign.
  public var weightBits: Int
  /// Bits of a device.
  public var deviceBits: Int
  /// What makes a weight negative.
  public var signs: Signs

  /// Sets all choices.
  public init(weightBits: Int = 8, deviceBits: Int = 2, signs: Signs = .pairs) {
    self.weightBits = weightBits
    self.deviceBits = deviceBits
    self.signs = signs
  }

  /// Largest integer; the smallest is its negative.
  public var largestCode: Int { (1 << (weightBits - 1)) - 1 }
  /// Digits of an integer.
  public var sliceCount: Int {
    let bits = signs == .pairs ? weightBits - 1 : weightBits
    return (bits + deviceBits - 1) / deviceBits
  }
  /// Largest digit of a slice, from 0: that of the last has the bits that are left.
  public func largestDigit(slice: Int) -> Int {
    let bits = signs == .pairs ? weightBits - 1 : weightBits
    return (1 << min(deviceBits, bits - slice * deviceBits)) - 1
  }
  /// Devices of a weight.
  public var planeCount: Int { signs == .pairs ? 2 * sliceCount : sliceCount }

  /// Digits of a number ≥ 0, the least significant first.
  func digits(of number: Int) -> [Int] {
    (0..<sliceCount).map { number >> ($0 * deviceBits) & largestDigit(slice: $0) }
  }

  /// The number that has these digits.
  func number(_ digits: some Sequence<Int>) -> Int {
    digits.enumerated().reduce(0) { $0 + $1.element << ($1.offset * deviceBits) }
  }
}
