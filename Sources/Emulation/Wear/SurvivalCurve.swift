import Glibc

/// Share of devices that survive a wear, from devices of which some failed and the others have only come so far.
///
///     S(c) = Π over failures at cᵢ ≤ c of (1 − dᵢ/nᵢ)
///     variance of S = S²·Σ dᵢ/(nᵢ·(nᵢ − dᵢ))                   (Greenwood)
///
/// with dᵢ devices that failed at cᵢ and nᵢ that had come as far without failing.
/// - Reference: E. L. Kaplan, P. Meier, J. Am. Stat. Assoc. 53, 457 (1958), doi:10.1080/01621459.1958.10501452
public struct SurvivalCurve: Sendable, Equatable {
  /// A place at which devices failed.
  public struct Step: Codable, Sendable, Equatable {
    /// Wear, full-cycle equivalents.
    public var wear: Double
    /// Share that survives it.
    public var survivors: Double
    /// Standard error of the share.
    public var standardError: Double
  }

  /// The steps, ascending in wear.
  public let steps: [Step]
  /// Largest wear of any device.
  public let end: Double

  /// The curve of devices with their wear, and whether they failed at it. O(n log n).
  public init(wear: [Double], hasFailed: [Bool]) {
    precondition(wear.count == hasFailed.count, "each device has failed or not")
    let order = wear.indices.sorted { wear[$0] < wear[$1] }
    var steps: [Step] = []
    var (survivors, sum) = (1.0, 0.0)
    var index = 0
    while index < order.count {
      let place = wear[order[index]]
      var (failed, all) = (0, 0)
      while index + all < order.count, wear[order[index + all]] == place {
        failed += hasFailed[order[index + all]] ? 1 : 0
        all += 1
      }
      if failed > 0 {
        let alive = Double(order.count - index)
        survivors *= 1 - Double(failed) / alive
        if Double(failed) < alive { sum += Double(failed) / (alive * (alive - Double(failed))) }
        steps.append(Step(wear: place, survivors: survivors, standardError: survivors * sum.squareRoot()))
      }
      index += all
    }
    self.steps = steps
    end = order.last.map { wear[$0] } ?? 0
  }
}
