import Glibc
import Quantities
import Spiking

extension ExperimentConfiguration.Network {
  /// Potentials of whole units; `nil` for real numbers.
  var membrane: QuantisedMembrane? {
    guard membraneBits > 0 else { return nil }
    let leak: QuantisedMembrane.Leak =
      switch membraneLeak {
      case .shift: .shift(leakShift)
      case .stochastic: .product(factor: stochasticFactor, isStochastic: true)
      }
    return QuantisedMembrane(bits: membraneBits, scale: Float(membraneScale), leak: leak)
  }

  /// exp(−Δt/τ) in 15 bits.
  fileprivate var stochasticFactor: Int32 {
    Int32((exp(-(timeStep / membraneTimeConstant)) * Double(1 << QuantisedMembrane.fractionBits)).rounded())
  }

  /// Time constant of a leak by shift, seconds.
  fileprivate var shiftedTimeConstant: Double { -timeStep.seconds / log(1 - pow(2, -Double(leakShift))) }
}

extension ExperimentConfiguration {
  /// Potentials that hold no threshold, or leak in no way.
  var membraneConflicts: [Conflict] {
    guard network.membraneBits > 0 else { return [] }
    guard network.membraneBits > 2 else {
      let reason =
        "network.membrane_bits \(network.membraneBits) leaves nothing beside the sign and a threshold; use 0 for real "
        + "numbers, or 3 to \(QuantisedMembrane.mostBits)"
      return [(["network.membrane_bits"], reason)]
    }
    let conflicts = leakConflicts
    guard conflicts.isEmpty, let membrane = network.membrane else { return conflicts }
    let units = membrane.units(of: Float(network.threshold))
    let threshold = ConfigurationValue.plain(network.threshold)
    let scale = ConfigurationValue.plain(network.membraneScale)
    if units >= membrane.range.upperBound {
      let largest = ConfigurationValue.plain(Double(membrane.range.upperBound) * network.membraneScale)
      let reason =
        "network.threshold (\(threshold)) must be below the largest potential that network.membrane_bits "
        + "(\(network.membraneBits)) hold at network.membrane_scale (\(scale)): \(largest)"
      return [(["network.threshold", "network.membrane_bits", "network.membrane_scale"], reason)]
    }
    guard units < 1 else { return [] }
    let reason =
      "network.threshold (\(threshold)) is rounded to 0 units of network.membrane_scale (\(scale)); lower the scale"
    return [(["network.threshold", "network.membrane_scale"], reason)]
  }

  private var leakConflicts: [Conflict] {
    guard network.membraneLeak == .stochastic else { return [] }
    var conflicts: [Conflict] = []
    if network.membraneBits > QuantisedMembrane.mostProductBits {
      let reason =
        "network.membrane_leak stochastic multiplies potentials of at most \(QuantisedMembrane.mostProductBits) bits; "
        + "network.membrane_bits is \(network.membraneBits)"
      conflicts.append((["network.membrane_leak", "network.membrane_bits"], reason))
    }
    if !(1..<1 << QuantisedMembrane.fractionBits ~= network.stochasticFactor) {
      let reason =
        "network.membrane_leak stochastic has factors of 15 bits, and the one of network.membrane_time_constant "
        + "(\(network.membraneTimeConstant)) is rounded to \(network.stochasticFactor == 0 ? 0 : 1)"
      conflicts.append((["network.membrane_leak", "network.membrane_time_constant"], reason))
    }
    return conflicts
  }

  /// Leaks by a shift that are far from what the time constant says.
  var membraneWarnings: [String] {
    guard network.membraneBits > 0, network.membraneLeak == .shift else { return [] }
    let (shifted, wanted) = (network.shiftedTimeConstant, network.membraneTimeConstant.seconds)
    guard shifted > 2 * wanted || wanted > 2 * shifted else { return [] }
    return [
      "network.leak_shift (\(network.leakShift)) is a time constant of "
        + "\(TimeSpan.seconds((shifted * 1e6).rounded() / 1e6)), and network.membrane_time_constant (\(network.membraneTimeConstant)) has no effect"
    ]
  }
}
