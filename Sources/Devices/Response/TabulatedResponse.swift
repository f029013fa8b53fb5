import Glibc

/// A response given as a curve: the level after 0, 1, 2, … pulses from the end of the range where the polarity starts.
///
///     τ(g): pulses from the start of the curve to level g     inverse of the curve, linear between its points
///     g(n) = L(τ(g) + γ·n)                                    mean after n pulses
///     f(τ) = |L(τ + 1) − L(τ)|                                step of one pulse
///
/// | symbol | name | unit | range |
/// | --- | --- | --- | --- |
/// | L | `levels` | 1 | strictly monotone |
/// | | `pulsesPerPoint`, pulses from one point to the next | pulse | ≥ 1 |
/// | γ | gain: step of a device over that of the typical one | 1 | > 0 |
///
/// A device that starts at the start of the curve is on the curve after every pulse. Before the first and beyond the
/// last point the curve goes on with its outermost steps; where it comes to rest inside the range (last step below
/// 1e-6) it stays at rest.
///
/// Noise relative to the step is noise of the position, that of a single pulse on the tangent:
///
///     τₙ = τ + γn + ½cγn·(γ(1 + σ²) − 1) + γσ·(1 − c/2 + cγ)·√n·z     c: relative shrinkage of the step per pulse
///
/// where c keeps the mean of the level right to the second order of a step, since a step follows the tangent, not the
/// curve. Additive noise is carried along by the later pulses as the curve spreads or gathers levels:
///
///     Var(n) = σ²·Σ_{k=1…n} (f(τ + n) / f(τ + k))²
///
/// from a running sum of 1/f². Both hold while the step changes little over the spread of the level: mean and deviation
/// are within 1 % of those of a loop for σ√n·c < 0.1 (relative noise). At the ends of the range see
/// `DeviceModel.apply`.
/// - Complexity: position by bisection in one of as many buckets as points, the rest O(1).
public struct TabulatedResponse: Sendable, Equatable {
  /// Level after 0, 1, 2, … times `pulsesPerPoint` pulses.
  public let levels: [Double]
  /// Pulses between two points of the curve.
  public let pulsesPerPoint: Int
  /// Whether the curve goes up.
  public let rises: Bool

  /// Σ 1/f² over the pulses before each point.
  private let inverseSquares: [Double]
  /// First segment that touches each of equally wide buckets of the level.
  private let bucketStarts: [Int32]
  private let bucketsPerLevel: Double
  private let pointsPerPulse: Double
  /// Ratio of the last two steps where the curve comes to rest inside the range, 1 elsewhere.
  private let lastRatio: Double
  /// Steps beyond the last point over the last step: next to nothing where the curve comes to rest. Not nothing, so
  /// that a level beyond it has a position and stays where it is.
  private let slopeBeyond: Double

  /// A response from its curve.
  ///
  /// - Parameters:
  ///   - levels: at least 2, strictly monotone by at least 1e-12. The last may lie outside 0…1: the pulse that meets the
  ///     end.
  ///   - pulsesPerPoint: pulses between two points, 1 to 1e6.
  /// - Throws: `PulseCurveError` with the place in the curve.
  public init(levels: [Double], pulsesPerPoint: Int = 1) throws(PulseCurveError) {
    guard levels.count >= 2 else { throw .tooShort(points: levels.count) }
    guard levels.count <= Self.largestCount else { throw .tooLong(points: levels.count, limit: Self.largestCount) }
    guard (1...Self.largestSpacing).contains(pulsesPerPoint) else {
      throw .pulsesPerPoint(found: pulsesPerPoint, limit: Self.largestSpacing)
    }
    let rises = levels[1] > levels[0]
    for index in levels.indices {
      guard abs(levels[index]) <= Self.largestLevel else { throw .outOfBounds(point: index, found: levels[index]) }
      guard index > 0 else { continue }
      let (before, after) = (levels[index - 1], levels[index])
      guard abs(after - before) >= Self.smallestStep && (after > before) == rises else {
        throw .notMonotone(point: index, before: before, after: after)
      }
    }
    self.init(monotone: levels, pulsesPerPoint: pulsesPerPoint)
  }

  /// A response from a curve known to be strictly monotone.
  private init(monotone levels: [Double], pulsesPerPoint: Int) {
    self.levels = levels
    self.pulsesPerPoint = pulsesPerPoint
    pointsPerPulse = 1 / Double(pulsesPerPoint)
    rises = levels[1] > levels[0]
    let segments = levels.count - 1
    var sums = [0.0]
    sums.reserveCapacity(levels.count)
    for index in 0..<segments {
      let step = (levels[index + 1] - levels[index]) / Double(pulsesPerPoint)
      sums.append(sums[index] + Double(pulsesPerPoint) / (step * step))
    }
    inverseSquares = sums
    bucketsPerLevel = Double(segments) / (levels[segments] - levels[0])
    bucketStarts = Self.bucketStarts(levels: levels, bucketsPerLevel: bucketsPerLevel)
    let isInside = rises ? levels[segments] < 1 : levels[segments] > 0
    let step = abs(levels[segments] - levels[segments - 1]) / Double(pulsesPerPoint)
    if segments > 1 && isInside && step < Self.standingStep {
      let ratio = (levels[segments] - levels[segments - 1]) / (levels[segments - 1] - levels[segments - 2])
      lastRatio = min(pow(ratio, 1 / Double(pulsesPerPoint)), 1)
      slopeBeyond = 1e-6
    } else {
      lastRatio = 1
      slopeBeyond = 1
    }
  }

  private static func bucketStarts(levels: [Double], bucketsPerLevel: Double) -> [Int32] {
    let segments = levels.count - 1
    var starts: [Int32] = []
    starts.reserveCapacity(segments + 1)
    var segment = 0
    for bucket in 0..<segments {
      let edge = Double(bucket) / bucketsPerLevel
      while segment < segments - 1 && abs(levels[segment + 1] - levels[0]) <= abs(edge) { segment += 1 }
      starts.append(Int32(segment))
    }
    starts.append(Int32(segments - 1))
    return starts
  }

  /// Bounds that keep squares of steps and positions far from the limits of numbers.
  private static let smallestStep = 1e-12
  private static let largestLevel = 1e6
  private static let largestSpacing = 1_000_000
  /// Step below which a curve is at rest.
  private static let standingStep = 1e-6

  /// Most points of a curve.
  public static let largestCount = 65536
}

// MARK: The curve

extension TabulatedResponse {
  /// Pulses from the start of the curve to `level`. O(log) of the points in a bucket.
  public func position(of level: Double) -> Double {
    let segments = levels.count - 1
    let bucket = Int(min(Double(segments) - 0.5, max(0, (level - levels[0]) * bucketsPerLevel)))
    // Rounding may place a level on an edge one bucket too far.
    var low = Int(bucketStarts[max(bucket - 1, 0)])
    var high = Int(bucketStarts[bucket + 1])
    while low < high {
      let middle = (low + high + 1) / 2
      if (levels[middle] <= level) == rises || levels[middle] == level { low = middle } else { high = middle - 1 }
    }
    var fraction = (level - levels[low]) / (levels[low + 1] - levels[low])
    if fraction > 1 { fraction = 1 + (fraction - 1) / slopeBeyond }
    return (Double(low) + fraction) * Double(pulsesPerPoint)
  }

  /// Level at `position` pulses from the start of the curve, not clipped. O(1).
  public func level(at position: Double) -> Double {
    var (segment, fraction) = place(position)
    if fraction > 1 { fraction = 1 + (fraction - 1) * slopeBeyond }
    return levels[segment] + fraction * (levels[segment + 1] - levels[segment])
  }

  /// Mean level after `pulses` pulses from `level`, not clipped.
  public func level(after pulses: Double, from level: Double) -> Double {
    self.level(at: position(of: level) + pulses)
  }

  /// Segment of a position, and the fraction of it before the position: outside 0…1 beyond the ends of the curve.
  private func place(_ position: Double) -> (segment: Int, fraction: Double) {
    let points = position * pointsPerPulse
    let segment = Int(min(Double(levels.count - 2), max(0, points)))
    return (segment, points - Double(segment))
  }

  /// Step of one pulse at a position.
  private func step(at position: Double) -> Double {
    let (segment, fraction) = place(position)
    let here = levels[segment + 1] - levels[segment]
    guard segment + 2 < levels.count else { return abs(here) * pointsPerPulse }
    let next = levels[segment + 2] - levels[segment + 1]
    return abs(here + max(fraction, 0) * (next - here)) * pointsPerPulse
  }

  /// Relative shrinkage of the step from one pulse to the next.
  private func shrinkage(at position: Double) -> Double {
    let (segment, fraction) = place(position)
    guard segment + 2 < levels.count && fraction >= 0 && fraction <= 1 else { return 0 }
    let here = levels[segment + 1] - levels[segment]
    let next = levels[segment + 2] - levels[segment + 1]
    return (1 - next / here) * pointsPerPulse
  }

  private func inverseSquares(before position: Double) -> Double {
    let (segment, fraction) = place(position)
    return inverseSquares[segment] + fraction * (inverseSquares[segment + 1] - inverseSquares[segment])
  }
}

// MARK: Trains of pulses

extension TabulatedResponse {
  /// Level after a train, not clipped, for one standard normal number.
  ///
  /// - Parameters:
  ///   - pulses: any number ≥ 0.
  ///   - gain: step size relative to the curve.
  public func level(
    after pulses: Double, from level: Double, gain: Double = 1, noise: CycleNoise, gaussian: Double
  ) -> Double {
    let start = position(of: level)
    let count = pulses * gain
    let shrinkage = gain == 1 && noise.kind == .additive ? 0 : shrinkage(at: start + count / 2)
    let end = start + count + shrinkage * count / 2 * (gain - 1)
    guard noise.sigma > 0 else { return self.level(at: end) }
    switch (noise.kind, noise.accumulation) {
    case (.relative, .exact):
      let spread = gain * noise.sigma * pulses.squareRoot()
      guard pulses > 1 else { return self.level(at: end) + direction * step(at: start) * spread * gaussian }
      let drift = shrinkage * count / 2 * gain * noise.sigma * noise.sigma
      return self.level(at: end + drift + spread * (1 + shrinkage * (gain - 0.5)) * gaussian)
    case (.relative, .squareRoot):
      let mean = self.level(at: end)
      return mean + (mean - level) * noise.sigma * gaussian / pulses.squareRoot()
    case (.additive, .exact):
      let deviation = variance(from: start, to: end, pulses: pulses).squareRoot()
      return self.level(at: end) + noise.sigma * deviation * gaussian
    case (.additive, .squareRoot):
      return self.level(at: end) + noise.sigma * pulses.squareRoot() * gaussian
    }
  }

  private var direction: Double { rises ? 1 : -1 }

  /// Variance of additive noise of variance 1 per pulse at the end of a train that moves from one position to another.
  private func variance(from start: Double, to end: Double, pulses: Double) -> Double {
    let last = Double((levels.count - 1) * pulsesPerPoint)
    let gain = (end - start) / pulses
    let inside = min(end, max(last, start))
    let slope = step(at: inside)
    // The running sum has its terms at whole positions, the train every `gain` pulses: middles of both meet.
    let shift = (gain + 1) / 2
    let sum = inverseSquares(before: inside + shift) - inverseSquares(before: start + shift)
    let variance = slope * slope * sum / gain
    guard end > inside else { return variance }
    // Beyond the curve the steps go on shrinking as the last two did, which forgets what came before.
    let rest = (end - inside) / gain
    let logSquare = 2 * log(lastRatio) * gain
    guard logSquare < 0 else { return variance + rest }
    return variance * exp(rest * logSquare) + expm1(rest * logSquare) / expm1(logSquare)
  }
}
