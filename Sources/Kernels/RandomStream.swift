import Glibc

/// What a random draw is for: each purpose has its own key, so draws of different purposes are independent.
public enum RandomPurpose: UInt64, Sendable, CaseIterable {
  /// Weights before learning.
  case initialWeights = 1
  /// Fixed random feedback of the learning signal.
  case feedback = 2
  /// Spread of response and range from device to device.
  case deviceVariation = 3
  /// Life of a device, and whether it ends stuck on or off.
  case endurance = 4
  /// Devices stuck since fabrication.
  case fabricationFaults = 5
  /// Noise of a write from cycle to cycle.
  case cycleToCycle = 6
  /// Noise of a read.
  case readNoise = 7
  /// Offset of a converter.
  case converterOffset = 8
  /// Stochastic rounding to whole pulses.
  case pulseRounding = 9
  /// Order of the samples in a pass.
  case sampleOrder = 10
  /// How a state changes with time after a write.
  case retention = 11
  /// Traps of random telegraph noise and their occupation.
  case telegraphNoise = 12
  /// Noise of a verify read.
  case verifyNoise = 13
  /// Chance of a write: temporary failure, and the switching of devices that switch by chance.
  case writeFailure = 14
  /// Coincidence of stochastic pulse trains on rows and columns.
  case coincidence = 15
  /// Writes that are done with a probability.
  case probabilisticWrite = 16
  /// Relaxation right after a write.
  case relaxation = 17
  /// Where the reference devices of a tile were set.
  case references = 18
  /// Capacitors at the feet of the columns of capacitive devices.
  case columnCapacitors = 19
  /// Gain of each row driver.
  case rowDriver = 20
  /// Synapses that change by chance with the times of spikes.
  case spikeTiming = 21
  /// Rounding of the leak of a quantised membrane.
  case membraneRounding = 22
  /// Spikes of rows that are driven by a rate.
  case rateEncoding = 23
  /// Camera events that are left out to lower their rate.
  case eventThinning = 24
  /// Trials of made tasks.
  case task = 25
}

/// A counter-based random stream: a pure function of seed, purpose and counter, without hidden state.
///
/// Philox4x32-10 (Salmon et al., SC 2011, doi:10.1145/2063384.2063405). Because a draw depends on what it is for and on
/// nothing else, threads, chunk sizes and resume points cannot change it, and a checkpoint stores no generator.
public struct RandomStream: Sendable {
  /// Key of the generator; the vector kernels take it.
  public let key: UInt64

  /// The stream of one purpose in a run.
  public init(seed: UInt64, purpose: RandomPurpose) {
    // Spread the purpose over all bits, else seed 1 purpose 2 and seed 2 purpose 1 would share a key.
    key = seed ^ (purpose.rawValue &* 0x9E37_79B9_7F4A_7C15)
  }

  /// A stream with a given key.
  public init(key: UInt64) {
    self.key = key
  }

  /// Four random words for a counter.
  public func words(_ c0: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32) -> SIMD4<UInt32> {
    // Single words, for the lanes of a vector are slow to reach one by one.
    var (x0, x1, x2, x3) = (c0, c1, c2, c3)
    var k0 = UInt32(truncatingIfNeeded: key)
    var k1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let first = UInt64(0xD251_1F53) * UInt64(x0)
      let second = UInt64(0xCD9E_8D57) * UInt64(x2)
      (x0, x1, x2, x3) = (
        UInt32(truncatingIfNeeded: second >> 32) ^ x1 ^ k0, UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ x3 ^ k1, UInt32(truncatingIfNeeded: first)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(x0, x1, x2, x3)
  }

  /// Four random words for thing `item` of array `array` at its event `event`.
  public func words(array: Int, item: Int, event: UInt64) -> SIMD4<UInt32> {
    words(
      UInt32(truncatingIfNeeded: item), UInt32(truncatingIfNeeded: array),
      UInt32(truncatingIfNeeded: event), UInt32(truncatingIfNeeded: event >> 32))
  }

  /// Four independent standard normal numbers for thing `item` of array `array` at its event `event`.
  public func gaussians(array: Int, item: Int, event: UInt64) -> SIMD4<Float> {
    Self.gaussians(words(array: array, item: item, event: event))
  }

  /// Four standard normal numbers from four words, by the Box-Muller transform.
  public static func gaussians(_ words: SIMD4<UInt32>) -> SIMD4<Float> {
    let first = boxMuller(words[0], words[1])
    let second = boxMuller(words[2], words[3])
    return SIMD4(first.0, first.1, second.0, second.1)
  }

  /// Number in (0, 1] from the upper 24 bits of a word, exact in a `Float`.
  @inlinable
  public static func uniform(_ word: UInt32) -> Float {
    Float((word >> 8) + 1) * 0x1p-24
  }

  /// Number in (0, 1] from 53 bits of two words, exact in a `Double`: for draws whose tail matters.
  @inlinable
  public static func uniform(_ high: UInt32, _ low: UInt32) -> Double {
    Double(((UInt64(high) << 32 | UInt64(low)) >> 11) + 1) * 0x1p-53
  }

  /// Two independent standard normal numbers from two words.
  public static func boxMuller(_ first: UInt32, _ second: UInt32) -> (Float, Float) {
    let u = (Float(first >> 8) + 1) * 5.9604645e-8
    let turn = Float(second >> 8) * 5.9604645e-8
    let radius = (PortableMath.log(u) * -2).squareRoot()
    let (sine, cosine) = PortableMath.sineCosine(ofTurn: turn)
    return (radius * cosine, radius * sine)
  }
}

/// The elementary functions of the vector kernels in scalar form: the same operations in the same order, so the same bits.
public enum PortableMath {
  /// Natural logarithm of `u` in (0, 1]; absolute error below 1e-6.
  public static func log(_ u: Float) -> Float {
    let bits = Int32(bitPattern: u.bitPattern)
    let exponent = (bits - 0x3f35_04f3) >> 23
    let mantissa = Float(bitPattern: UInt32(bitPattern: bits - (exponent << 23)))
    let x = mantissa - 1
    let s = x / (x + 2)
    let s2 = s * s
    let series = ((s2 * 0.2222222 + 0.2857143) * s2 + 0.4) * s2 + 0.6666667
    let logMantissa = s * 2 + s * s2 * series
    return Float(exponent) * 0.6931472 + logMantissa
  }

  /// Sine and cosine of 2π·turn for `turn` in [0, 1); absolute error below 1e-6.
  public static func sineCosine(ofTurn turn: Float) -> (sine: Float, cosine: Float) {
    let quarter = (turn * 4).rounded(.toNearestOrEven)
    let x = (turn - quarter * 0.25) * 6.2831853
    let x2 = x * x
    let s = x + x * x2 * (((x2 * 2.7557319e-6 - 1.9841270e-4) * x2 + 8.3333333e-3) * x2 - 1.6666667e-1)
    let c = (((x2 * 2.4801587e-5 - 1.3888889e-3) * x2 + 4.1666667e-2) * x2 - 0.5) * x2 + 1
    switch Int(quarter) & 3 {
    case 0: return (s, c)
    case 1: return (c, -s)
    case 2: return (-s, -c)
    default: return (-c, s)
    }
  }

  /// e^x for x ≤ 0, and 0 below −87; relative error below 3e-7.
  public static func exp(_ x: Float) -> Float {
    if x < -87 { return 0 }
    let n = (x * 1.44269504).rounded(.toNearestOrEven)
    let r = (x - n * 0.693359375) - n * -2.12194440e-4
    let p = ((((r * 1.3888889e-3 + 8.3333333e-3) * r + 4.1666667e-2) * r + 1.6666667e-1) * r + 0.5) * r
    let mantissa = p * r + (r + 1)
    return mantissa * Float(bitPattern: UInt32(bitPattern: (Int32(n) + 127) << 23))
  }
}
