/// What the writes of a tile amounted to: the counts and sums that energy and latency are made of.
///
/// A *phase pulse* is one pulse time of a row write: all columns of a row are pulsed together, first SET, then RESET, so a
/// row takes as long as its longest trains. *Charge* sums the conductance (or capacitance) under every pulse, half before
/// and half after its train, in siemens (farads); times V²·width it is the energy of ohmic pulses. Pulses of other than
/// the nominal amplitude V₀ enter the charge weighted with (V/V₀)².
public struct WriteActivity: BitwiseCopyable, Sendable, Equatable {
  /// SET pulses of learning.
  public var setPulses: UInt64 = 0
  /// RESET pulses of learning.
  public var resetPulses: UInt64 = 0
  /// SET pulses of refreshes.
  public var refreshSetPulses: UInt64 = 0
  /// RESET pulses of refreshes.
  public var refreshResetPulses: UInt64 = 0
  /// Verify reads.
  public var verifyReads: UInt64 = 0
  /// Conversions of verify reads; 0 with comparators.
  public var verifyConversions: UInt64 = 0
  /// Pulses that devices saw at reduced voltage because they share a line with the one written.
  public var halfSelects: UInt64 = 0
  /// Rows written.
  public var rowWrites: UInt64 = 0
  /// Longest SET trains of the row writes, summed.
  public var setPhasePulses: UInt64 = 0
  /// Longest RESET trains of the row writes, summed.
  public var resetPhasePulses: UInt64 = 0
  /// Longest verify sequences of the row writes, summed, in reads.
  public var verifyPhases: UInt64 = 0
  /// Pulses lost to temporary write failure; they are counted as pulses too.
  public var failedTrains: UInt64 = 0
  /// Write-verify: devices that reached their target.
  public var converged: UInt64 = 0
  /// Write-verify: devices whose attempts ran out.
  public var gaveUp: UInt64 = 0
  /// Write-verify: devices whose target lies outside their own range.
  public var outOfRange: UInt64 = 0
  /// Write-verify: devices that are stuck or wore out meanwhile.
  public var wornOut: UInt64 = 0
  /// Charge under SET pulses.
  public var setCharge: Double = 0
  /// Charge under RESET pulses.
  public var resetCharge: Double = 0
  /// Σ of the states read by verify reads.
  public var verifyCharge: Double = 0
  /// Σ of the states under pulses at reduced voltage.
  public var halfSelectCharge: Double = 0

  /// No writes.
  public init() {}

  /// The counts in a fixed order, by name; what files hold.
  public static let counts: [(name: String, path: WritableKeyPath<WriteActivity, UInt64> & Sendable)] = [
    ("set_pulses", \.setPulses), ("reset_pulses", \.resetPulses), ("refresh_set_pulses", \.refreshSetPulses),
    ("refresh_reset_pulses", \.refreshResetPulses), ("verify_reads", \.verifyReads),
    ("verify_conversions", \.verifyConversions), ("half_selects", \.halfSelects), ("row_writes", \.rowWrites),
    ("set_phase_pulses", \.setPhasePulses), ("reset_phase_pulses", \.resetPhasePulses),
    ("verify_phases", \.verifyPhases), ("failed_trains", \.failedTrains), ("converged", \.converged),
    ("gave_up", \.gaveUp), ("out_of_range", \.outOfRange), ("worn_out", \.wornOut),
  ]

  /// The sums in a fixed order, by name, in siemens (farads); what files hold.
  public static let charges: [(name: String, path: WritableKeyPath<WriteActivity, Double> & Sendable)] = [
    ("set_charge", \.setCharge), ("reset_charge", \.resetCharge), ("verify_charge", \.verifyCharge),
    ("half_select_charge", \.halfSelectCharge),
  ]

  /// Adds the counts of `other`.
  public mutating func add(_ other: WriteActivity) {
    for (_, path) in Self.counts { self[keyPath: path] += other[keyPath: path] }
    for (_, path) in Self.charges { self[keyPath: path] += other[keyPath: path] }
  }
}

/// How often write-verify needed how many pulses, and what error it left.
public struct VerifyHistogram: Sendable, Equatable {
  /// Bins of each histogram.
  public static let binCount = 64
  /// Width of a bin of the residuals, fraction of the range; bin 0 begins at −0.16, the end bins take what lies beyond.
  public static let residualWidth = 0.005

  /// Devices by pulses needed; `lowestAttempts(ofBin:)` gives the edges.
  public var attempts: [UInt64]
  /// Devices by what was left, (G − G*) / (Gmax − Gmin) of the true state after the last pulse.
  public var residuals: [UInt64]

  /// A histogram from its counts.
  public init(
    attempts: [UInt64] = [UInt64](repeating: 0, count: binCount),
    residuals: [UInt64] = [UInt64](repeating: 0, count: binCount)
  ) {
    self.attempts = attempts
    self.residuals = residuals
  }

  /// Bin of a number of pulses: single numbers up to 31, then sixteen to a bin, and the last bin for all above.
  public static func bin(ofAttempts attempts: Int) -> Int {
    attempts < 32 ? attempts : min(32 + (attempts - 32) / 16, binCount - 1)
  }

  /// Fewest pulses that fall into a bin.
  public static func lowestAttempts(ofBin bin: Int) -> Int { bin < 32 ? bin : 32 + (bin - 32) * 16 }

  /// Bin of a residual.
  public static func bin(ofResidual residual: Double) -> Int {
    let bin = (residual / residualWidth).rounded(.down) + Double(binCount / 2)
    return Int(min(max(bin, 0), Double(binCount - 1)))
  }

  /// Adds the counts of `other`.
  public mutating func add(_ other: VerifyHistogram) {
    for bin in 0..<Self.binCount {
      attempts[bin] += other.attempts[bin]
      residuals[bin] += other.residuals[bin]
    }
  }
}
