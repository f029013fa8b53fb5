import Glibc

/// How wear changes the range of a device before it dies: the limits of its level, on the range it had when fresh.
///
///     power law      Gmax(c) = Gmax·(c/N_th)^(−s_L),  Gmin(c) = Gmin·(c/N_th)^(s_H)   for c > N_th = θ·L
///     ferroelectric  see `FerroelectricWindow`
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | θ | `threshold`, share of the life L | 1 | 0.01 | 0…1 |
/// | s_L | `onExponent` | 1 | 0.15 | ≥ 0 |
/// | s_H | `offExponent` | 1 | 0.10 | ≥ 0 |
///
/// c is the wear and L the life of the device. With the defaults Gmax has halved and Gmin risen 1.6-fold at the end of
/// life.
/// - Reference: the power law is the form of C. Lammie, M. R. Azghadi, D. Ielmini (2021) in MemTorch; s_L > s_H since
///   the rise of the SET resistance is reported as the main degradation of RRAM. All numbers are assumptions to be
///   varied.
public enum WindowWear: Sendable, Equatable {
  /// The range stays until the device dies.
  case none
  /// Both ends move towards each other by power laws of the wear.
  case powerLaw(threshold: Double = 0.01, onExponent: Double = 0.15, offExponent: Double = 0.10)
  /// Wake-up and fatigue.
  case ferroelectric(FerroelectricWindow = FerroelectricWindow())

  /// Share of the drawn life at which the window has closed and the device counts as dead; 1 if the window does not end
  /// it.
  public var lifeShare: Double {
    if case .ferroelectric(let window) = self { window.lifeShare } else { 1 }
  }

  /// Limits of the level, in units of the fresh own range: 0 and 1 for a fresh device.
  ///
  /// - Parameters:
  ///   - wear: full-cycle equivalents.
  ///   - life: of the device, as drawn by `Endurance.life(uniform:)`.
  ///   - low: own fully RESET state.
  ///   - range: own fully SET state less `low`.
  public func window(wear: Double, life: Double, low: Double, range: Double) -> (lowest: Double, highest: Double) {
    guard wear > 0, life.isFinite, life > 0 else { return (0, 1) }
    switch self {
    case .none: return (0, 1)
    case .powerLaw(let threshold, let onExponent, let offExponent):
      let stress = min(wear, life) / (threshold * life)
      guard stress > 1 else { return (0, 1) }
      let highest = ((low + range) * pow(stress, -onExponent) - low) / range
      let lowest = low * (pow(stress, offExponent) - 1) / range
      // Ends that would have passed each other have met half-way.
      return lowest < highest ? (lowest, highest) : ((lowest + highest) / 2, (lowest + highest) / 2)
    case .ferroelectric(let window):
      let width = window.width(cycles: wear, life: life / window.lifeShare)
      // Leakage keeps the RESET end where it is when wake-up opens the window.
      return width > 1 ? (0, width) : ((1 - width) / 2, (1 + width) / 2)
    }
  }
}

/// Window of a ferroelectric: it opens in the first cycles (wake-up) and closes later (fatigue).
///
///     w(N) = 1 + a_w·min(1, log₁₀(1 + N) / log₁₀(1 + N_w)) − a_f·max(0, log₁₀(N / N_f)),  N_f = θ·L
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | a_w | `wakeUp` | 1 | 0.10 | ≥ 0 |
/// | N_w | `wakeUpCycles`, at most N_f | cycles | 1e3 | > 0 |
/// | a_f | `fatigue` per decade | 1 | 0.5 | > 0 |
/// | θ | `fatigueOnset`, share of the life L | 1 | 0.01 | 0…1 |
/// | | `smallestWidth`: below it there is no contrast | 1 | 0.2 | 0…1 |
///
/// N are full-cycle equivalents. With the defaults w(0) = 1, the plateau is 1.1 and w(L) = 0.1, and the contrast is
/// lost at 0.63·L.
/// - Reference: the course follows the reviews of HfO2 ferroelectrics; all numbers are assumptions to be varied.
public struct FerroelectricWindow: Sendable, Equatable {
  /// Gain of the window by wake-up.
  public var wakeUp: Double
  /// Cycles until wake-up is complete.
  public var wakeUpCycles: Double
  /// Loss of the window per decade of cycles after the onset of fatigue.
  public var fatigue: Double
  /// Onset of fatigue as a share of the life.
  public var fatigueOnset: Double
  /// Width at which a device has lost its contrast.
  public var smallestWidth: Double

  /// Sets all numbers.
  public init(
    wakeUp: Double = 0.1, wakeUpCycles: Double = 1e3, fatigue: Double = 0.5, fatigueOnset: Double = 0.01,
    smallestWidth: Double = 0.2
  ) {
    self.wakeUp = wakeUp
    self.wakeUpCycles = wakeUpCycles
    self.fatigue = fatigue
    self.fatigueOnset = fatigueOnset
    self.smallestWidth = smallestWidth
  }

  /// Width of the window after `cycles` cycles of a device that lives `life` cycles, in units of the fresh one, at
  /// least 0.
  public func width(cycles: Double, life: Double) -> Double {
    let onset = fatigueOnset * life
    let awake = min(log1p(cycles) / log1p(min(wakeUpCycles, onset)), 1)
    let decades = cycles > onset ? log10(cycles / onset) : 0
    return max(1 + wakeUp * awake - fatigue * decades, 0)
  }

  /// Share of the life at which the contrast is lost, at most 1.
  public var lifeShare: Double {
    guard fatigue > 0 else { return 1 }
    return min(fatigueOnset * pow(10, (1 + wakeUp - smallestWidth) / fatigue), 1)
  }
}
