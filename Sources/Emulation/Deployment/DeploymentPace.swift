import Glibc

/// How far a deployment may jump ahead after a measured window, so that the error of the jump stays bounded.
///
/// A jump replays the last window a whole number of times. With t the samples so far, ω the wear rate of the window and ω′
/// that of the last one that ended at t′ ≤ t/(1 + g), the jump is at most
///
///     g·t                                    what came before outweighs what is assumed
///     k − 1, k the replay with which more than δ·N of N devices will have failed
///     ρ·(t − t′)/|ln(ω/ω′)|                  the rate goes on changing as it did
///
/// Looking back as far as a jump goes keeps the scatter of rates from window to window from being taken for a change. A jump
/// ends a window before the deployment does. A jump that would be shorter than a window is not made: then all is
/// simulated.
struct DeploymentPace {
  let parameters: DeploymentParameters
  /// Devices of the network.
  let devices: Int

  /// A measured window.
  struct Measurement {
    /// Samples at its end.
    var samples: UInt64
    /// Mean wear of a device and sample in it, full-cycle equivalents.
    var wearRate: Double
  }

  /// Most replays as of all but the failures: these need a look at every device up to there.
  /// - Parameters:
  ///   - last: the window.
  ///   - earlier: all before, in order.
  func limit(after last: Measurement, earlier: [Measurement]) -> UInt64 {
    let window = Double(parameters.windowSamples)
    let samples = Double(last.samples)
    var most = min(parameters.growth * samples, parameters.samples - samples - window)
    let before = earlier.last { Double($0.samples) <= samples / (1 + parameters.growth) }
    if let before, before.wearRate > 0, last.wearRate > 0 {
      let change = abs(log(last.wearRate / before.wearRate))
      if change > 0 { most = min(most, parameters.rateChange * (samples - Double(before.samples)) / change) }
    }
    return UInt64(max(most / window, 0))
  }

  /// Replays of the window.
  /// - Parameters:
  ///   - limit: as of `limit(after:earlier:)`.
  ///   - failures: replays with which devices will have failed, up to the limit, in any order.
  func replays(limit: UInt64, failures: [Double]) -> UInt64 {
    let allowed = max(Int(parameters.failuresPerJump * Double(devices)), 1)
    guard failures.count > allowed else { return limit }
    let ordered = failures.sorted()
    // A device fails with the replay that completes its life.
    return min(limit, UInt64(max(ordered[allowed].rounded(.up) - 1, 0)))
  }
}
