// What the C kernels of e-prop compute, one column at a time, in any precision: the same operations in the same order, so in
// `Float` the same bits, and in `Double` the same rule to the precision of the mathematics.

/// The scalar twin of `cpk_eprop_reverse`: R(t) = λ·R(t+1) + ψ(t)·(L(t) + r).
struct EPropTwin<Scalar: BinaryFloatingPoint> {
  /// `[ticks × errorStride]`, filtered backwards where the rule keeps the readout filter.
  var errors: [Scalar]
  var errorStride: Int
  /// `[outputs × width]`.
  var feedback: [Scalar]
  /// Rate penalty r `[width]`.
  var regularisation: [Scalar]
  var outputs: Int
  var ticks: Int
  var leak: Scalar
  var scale: Scalar

  /// L(t) + r of a column, summed in the order of the outputs.
  func signal(tick: Int, column: Int, width: Int) -> Scalar {
    var signal = regularisation[column]
    for output in 0..<outputs {
      signal += feedback[output * width + column] * errors[tick * errorStride + output]
    }
    return signal
  }

  /// Turns ψ `[ticks × width]` into the scaled reverse-filtered signal and returns what is left at the first tick.
  func reverse(_ psi: inout [Scalar], width: Int) -> [Scalar] {
    (0..<width).map { column in
      var remainder: Scalar = 0
      for tick in (0..<ticks).reversed() {
        remainder = remainder * leak + psi[tick * width + column] * signal(tick: tick, column: column, width: width)
        psi[tick * width + column] = remainder * scale
      }
      return remainder
    }
  }
}

/// The scalar twin of `cpk_neuron_eprop_reverse`: neurons that adapt, reset to zero, or filter their input.
///
///     R(t) = λ·(1 − z(t) where it resets to zero)·R(t+1) + ψ(t)·(L(t) + r + A(t+1))
///     A(t) = (ρ − β·ψ(t))·A(t+1) − β·ψ(t)·(L(t) + r)          Q(t) = λs·Q(t+1) + R(t)
struct NeuronEPropTwin<Scalar: BinaryFloatingPoint> {
  var rule: EPropTwin<Scalar>
  /// β `[width]`.
  var strengths: [Scalar]?
  /// Spikes of each tick, for neurons that reset to zero.
  var spikes: [[Bool]]?
  var adaptationDecay: Scalar = 0
  var synapseLeak: Scalar = 0

  func reverse(_ psi: inout [Scalar], width: Int) {
    for column in 0..<width {
      var (r, q, later) = (Scalar(0), Scalar(0), Scalar(0))
      let strength = strengths?[column] ?? 0
      for tick in (0..<rule.ticks).reversed() {
        let signal = rule.signal(tick: tick, column: column, width: width)
        let slope = psi[tick * width + column]
        let kept = spikes?[tick][column] == true ? 0 : r * rule.leak
        r = kept + slope * (signal + later)
        later = (adaptationDecay - strength * slope) * later - strength * slope * signal
        q = q * synapseLeak + r
        psi[tick * width + column] = q * rule.scale
      }
    }
  }
}
