import Glibc
import Kernels

/// Random telegraph noise: some devices have a trap whose charge lowers their state.
///
///     G_read = G·(1 − a·n),  n ∈ {0, 1},  a = m_on^g · m_off^(1−g) · e^(σz),  at most 1
///     P(1 → 1) = π + (1 − π)·e^(−Δt/τ),  P(0 → 1) = π·(1 − e^(−Δt/τ))
///     π = τ_e / (τ_e + τ_c),  1/τ = 1/τ_c + 1/τ_e
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | | `fraction` of devices with a trap | 1 | 0.1 | 0…1 |
/// | m_on | `onMedian`: amplitude at Gmax, relative | 1 | 0.03 | > 0 |
/// | m_off | `offMedian`: amplitude at Gmin, relative | 1 | 0.15 | > 0 |
/// | σ | `amplitudeSigma` of ln a | 1 | 0.8 | ≥ 0 |
/// | τ_c, τ_e | capture and emission time, log-uniform in `shortestTime`…`longestTime` | s | 1e-6…1 | > 0 |
///
/// g is the level, z a standard normal number of the trap, n the charge of the trap: a two-state Markov process, whose
/// law over any interval is the exact one above.
/// - Reference: amplitudes spread log-normally with a heavier tail in the RESET state in RRAM (reported at IRPS 2013);
///   all numbers are assumptions to be varied.
public struct TelegraphNoise: Sendable, Equatable {
  /// Share of the devices with a trap.
  public var fraction: Double
  /// Median relative amplitude at the fully SET state.
  public var onMedian: Double
  /// Median relative amplitude at the fully RESET state.
  public var offMedian: Double
  /// Standard deviation of the logarithm of the amplitude.
  public var amplitudeSigma: Double
  /// Shortest capture or emission time, seconds.
  public var shortestTime: Double
  /// Longest capture or emission time, seconds.
  public var longestTime: Double

  /// Sets all numbers.
  public init(
    fraction: Double = 0.1, onMedian: Double = 0.03, offMedian: Double = 0.15, amplitudeSigma: Double = 0.8,
    shortestTime: Double = 1e-6, longestTime: Double = 1
  ) {
    self.fraction = fraction
    self.onMedian = onMedian
    self.offMedian = offMedian
    self.amplitudeSigma = amplitudeSigma
    self.shortestTime = shortestTime
    self.longestTime = longestTime
  }

  /// One trap.
  public struct Trap: Sendable, Equatable {
    /// Amplitude relative to the median one, e^(σz).
    public var strength: Double
    /// Mean time from empty to charged, τ_c in seconds.
    public var captureTime: Double
    /// Mean time from charged to empty, τ_e in seconds.
    public var emissionTime: Double

    /// A trap from its numbers.
    public init(strength: Double, captureTime: Double, emissionTime: Double) {
      self.strength = strength
      self.captureTime = captureTime
      self.emissionTime = emissionTime
    }

    /// Share of the time in which the trap is charged, π.
    public var occupancy: Double { emissionTime / (emissionTime + captureTime) }

    /// Probability that the trap is charged `interval` seconds after it was found charged or empty.
    public func occupancy(after interval: Double, from occupied: Bool) -> Double {
      let memory = exp(-interval * (1 / captureTime + 1 / emissionTime))
      return occupied ? occupancy + (1 - occupancy) * memory : occupancy * (1 - memory)
    }

    /// Whether the trap is charged `interval` seconds after it was found charged or empty.
    ///
    /// An infinite interval draws from the equilibrium, whatever was found.
    /// - Parameter uniform: a uniform number in (0, 1].
    public func occupied(after interval: Double, from occupied: Bool, uniform: Double) -> Bool {
      uniform <= occupancy(after: interval, from: occupied)
    }
  }

  /// The trap of a device, or `nil` for a device without one; a pure function of seed, array and device number.
  ///
  /// It is event 0 of the purpose `telegraphNoise`; later events are free for its charge.
  public func trap(array: Int, device: Int, seed: UInt64) -> Trap? {
    guard fraction > 0 else { return nil }
    let words = RandomStream(seed: seed, purpose: .telegraphNoise).words(array: array, item: device, event: 0)
    let uniforms = SIMD4<Double>((0..<4).map { Double(RandomStream.uniform(words[$0])) })
    guard uniforms[0] <= fraction else { return nil }
    let span = log(longestTime / shortestTime)
    // Half a step of the 24-bit grid keeps the quantile finite.
    let z = StandardNormal.quantile(uniforms[3] - 0x1p-25)
    return Trap(
      strength: exp(amplitudeSigma * z), captureTime: shortestTime * exp(span * uniforms[1]),
      emissionTime: shortestTime * exp(span * uniforms[2]))
  }

  /// Share by which a charged trap lowers a device at `level`, at most 1.
  public func amplitude(of trap: Trap, level: Double) -> Double {
    let place = min(max(level, 0), 1)
    return min(offMedian * pow(onMedian / offMedian, place) * trap.strength, 1)
  }
}
