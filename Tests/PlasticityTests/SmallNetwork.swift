import Plasticity

/// Neurons of every kind in front of a leaky readout with squared errors, tick by tick, in any precision, and the gradient of its
/// loss by back-propagation through time. It knows no event, no window and no eligibility.
///
///     I(t) = λs·I(t−1) + Σ W·x(t) + Σ V·z(t−1)          a(t) = ρ·a(t−1) + z(t−1)
///     U(t) = λ·U(t−1) + I(t) − θ·z(t−1)                 or λ·U(t−1)·(1 − z(t−1)) + I(t)
///     z(t) = H(v(t)),  v(t) = U(t) − θ − β·a(t)         0 in the n ticks after a spike
///     y(t) = κ·y(t−1) + Σ O·z(t)                        E = Σ ½‖y(t) − target‖²
struct SmallNetwork<Scalar: BinaryFloatingPoint> {
  var inputs: Int
  var neurons: Int
  var outputs: Int
  /// `[inputs × neurons]`.
  var inputWeights: [Scalar]
  /// `[neurons × neurons]`; zero without recurrence.
  var recurrentWeights: [Scalar]
  /// `[neurons × outputs]`.
  var outputWeights: [Scalar]
  var target: [Scalar]
  var leak: Scalar
  var decay: Scalar
  var threshold: Scalar = 1
  var gain: Scalar = 0.3
  var synapseLeak: Scalar = 0
  var adaptationDecay: Scalar = 0
  var strength: Scalar = 0
  var resetsToZero = false
  var refractoryTicks = 0
  /// Puts the integral of ψ in the place of H: a network that can be differentiated numerically.
  var isSmooth = false

  /// What happened in a sample `[ticks][…]`.
  struct Record {
    var potentials: [[Scalar]] = []
    /// Spikes, 0 or 1; of a smooth network between.
    var spikes: [[Scalar]] = []
    var psi: [[Scalar]] = []
    var readout: [[Scalar]] = []
    var errors: [[Scalar]] = []
    var loss: Scalar = 0
  }

  /// Gradient of the loss with respect to each matrix, row-major.
  struct Gradient {
    var input: [Scalar]
    var recurrent: [Scalar]
    var output: [Scalar]
  }

  /// ψ(v), the triangle.
  private func slope(_ v: Scalar) -> Scalar { gain / threshold * max(0, 1 - abs(v) / threshold) }

  private func spike(_ v: Scalar) -> Scalar {
    guard isSmooth else { return v > 0 ? 1 : 0 }
    if v <= -threshold { return 0 }
    if v >= threshold { return gain }
    let share = 1 - abs(v) / threshold
    return v <= 0 ? gain / 2 * share * share : gain * (1 - share * share / 2)
  }

  func run(_ input: [[Bool]]) -> Record {
    var record = Record()
    let none = [Scalar](repeating: 0, count: neurons)
    var (potentials, currents, adaptations, last) = (none, none, none, none)
    var left = [Int](repeating: 0, count: neurons)
    var values = [Scalar](repeating: 0, count: outputs)
    for active in input {
      var (spikes, slopes) = (none, none)
      for j in 0..<neurons {
        var sum: Scalar = 0
        for i in 0..<inputs where active[i] { sum += inputWeights[i * neurons + j] }
        for m in 0..<neurons { sum += recurrentWeights[m * neurons + j] * last[m] }
        currents[j] = synapseLeak * currents[j] + sum
        adaptations[j] = adaptationDecay * adaptations[j] + last[j]
        let kept = leak * potentials[j]
        potentials[j] = resetsToZero ? kept * (1 - last[j]) + currents[j] : kept + currents[j] - threshold * last[j]
        let v = potentials[j] - threshold - strength * adaptations[j]
        let isBlocked = left[j] > 0
        spikes[j] = isBlocked ? 0 : spike(v)
        slopes[j] = isBlocked ? 0 : slope(v)
        left[j] = max(left[j] - 1, 0) + (spikes[j] > 0 ? refractoryTicks : 0)
      }
      for k in 0..<outputs {
        var sum: Scalar = 0
        for j in 0..<neurons { sum += outputWeights[j * outputs + k] * spikes[j] }
        values[k] = decay * values[k] + sum
      }
      let errors = zip(values, target).map { $0 - $1 }
      record.loss += errors.reduce(0) { $0 + $1 * $1 } / 2
      record.potentials.append(potentials)
      record.spikes.append(spikes)
      record.psi.append(slopes)
      record.readout.append(values)
      record.errors.append(errors)
      last = spikes
    }
    return record
  }

  /// Back-propagation through time: the chain rule, variable by variable, from the last tick to the first.
  /// - Parameters:
  ///   - detachesReset: takes the spike in the reset as a constant.
  ///   - detachesRecurrence: takes the spikes that come back as constants.
  func backPropagation(
    _ record: Record, input: [[Bool]], detachesReset: Bool = true, detachesRecurrence: Bool = true
  ) -> Gradient {
    var gradient = Gradient(
      input: inputWeights.map { _ in 0 }, recurrent: recurrentWeights.map { _ in 0 },
      output: outputWeights.map { _ in 0 })
    let none = [Scalar](repeating: 0, count: neurons)
    // Derivatives of the loss with respect to U, I and a of the tick after, and to y.
    var (laterU, laterI, laterA) = (none, none, none)
    var ofReadout = [Scalar](repeating: 0, count: outputs)
    for t in input.indices.reversed() {
      for k in 0..<outputs { ofReadout[k] = record.errors[t][k] + decay * ofReadout[k] }
      var (ofU, ofI, ofA) = (none, none, none)
      for j in 0..<neurons {
        var ofSpike: Scalar = laterA[j]
        for k in 0..<outputs { ofSpike += outputWeights[j * outputs + k] * ofReadout[k] }
        if !detachesReset {
          ofSpike -= laterU[j] * (resetsToZero ? leak * record.potentials[t][j] : threshold)
        }
        if !detachesRecurrence {
          for n in 0..<neurons { ofSpike += recurrentWeights[j * neurons + n] * laterI[n] }
        }
        let ofV = record.psi[t][j] * ofSpike
        ofA[j] = adaptationDecay * laterA[j] - strength * ofV
        ofU[j] = ofV + leak * (resetsToZero ? 1 - record.spikes[t][j] : 1) * laterU[j]
        ofI[j] = ofU[j] + synapseLeak * laterI[j]
        for i in 0..<inputs where input[t][i] { gradient.input[i * neurons + j] += ofI[j] }
        for k in 0..<outputs { gradient.output[j * outputs + k] += record.spikes[t][j] * ofReadout[k] }
      }
      if t > 0 {
        for m in 0..<neurons where record.spikes[t - 1][m] != 0 {
          for j in 0..<neurons { gradient.recurrent[m * neurons + j] += record.spikes[t - 1][m] * ofI[j] }
        }
      }
      (laterU, laterI, laterA) = (ofU, ofI, ofA)
    }
    return gradient
  }

  /// E-prop by its definition: derivatives kept at every synapse, forwards in time.
  ///
  ///     x̄ ← λs·x̄ + x      ε ← λ·(1 − z(t−1) where it resets to zero)·ε + x̄      e = ψ·(ε − β·εa)
  ///     εa ← ψ·ε + (ρ − β·ψ)·εa      ē ← κ·ē + e      dE/dW = Σ L·ē,  L = Σ O·error
  /// - Parameters:
  ///   - rows: what drives the rows, 0 or 1 `[ticks][rows]`: the input, or the spikes of the tick before.
  ///   - isFiltered: keeps the readout filter κ.
  ///   - sharesTraces: leaves the gate of a reset to zero out, so that one trace a row will do.
  func eligibility(
    _ record: Record, rows: [[Bool]], isFiltered: Bool = true, sharesTraces: Bool = false
  ) -> [Scalar] {
    let rowCount = rows[0].count
    var traces = [Scalar](repeating: 0, count: rowCount)
    let none = [Scalar](repeating: 0, count: rowCount * neurons)
    var (membrane, adaptation, filtered, gradient) = (none, none, none, none)
    for t in rows.indices {
      let signals = (0..<neurons).map { j in
        (0..<outputs).reduce(Scalar(0)) { $0 + outputWeights[j * outputs + $1] * record.errors[t][$1] }
      }
      for row in 0..<rowCount {
        traces[row] = synapseLeak * traces[row] + (rows[t][row] ? 1 : 0)
        for j in 0..<neurons {
          let s = row * neurons + j
          let gate = resetsToZero && !sharesTraces && t > 0 ? 1 - record.spikes[t - 1][j] : 1
          membrane[s] = leak * gate * membrane[s] + traces[row]
          let psi = record.psi[t][j]
          let now = psi * (membrane[s] - strength * adaptation[s])
          adaptation[s] = psi * membrane[s] + (adaptationDecay - strength * psi) * adaptation[s]
          filtered[s] = (isFiltered ? decay * filtered[s] : 0) + now
          gradient[s] += signals[j] * filtered[s]
        }
      }
    }
    return gradient
  }

  /// The rule as it is emulated, through the twin of its kernel: backwards in time, one row operation for each spike.
  func reversed(_ record: Record, rows: [[Bool]], isFiltered: Bool = true) -> [Scalar] {
    var errors = record.errors
    if isFiltered {
      for t in errors.indices.dropLast().reversed() {
        for k in 0..<outputs { errors[t][k] = errors[t][k] + decay * errors[t + 1][k] }
      }
    }
    let plain = EPropTwin<Scalar>(
      errors: errors.flatMap { $0 }, errorStride: outputs,
      feedback: (0..<outputs).flatMap { k in (0..<neurons).map { outputWeights[$0 * outputs + k] } },
      regularisation: [Scalar](repeating: 0, count: neurons), outputs: outputs, ticks: rows.count, leak: leak, scale: 1)
    var signal = record.psi.flatMap { $0 }
    if strength > 0 || synapseLeak > 0 || resetsToZero {
      let general = NeuronEPropTwin(
        rule: plain, strengths: [Scalar](repeating: strength, count: neurons),
        spikes: resetsToZero ? record.spikes.map { $0.map { $0 > 0 } } : nil, adaptationDecay: adaptationDecay,
        synapseLeak: synapseLeak)
      general.reverse(&signal, width: neurons)
    } else {
      _ = plain.reverse(&signal, width: neurons)
    }
    return rows[0].indices.flatMap { row in
      (0..<neurons).map { j in
        rows.indices.reduce(Scalar(0)) { rows[$1][row] ? $0 + signal[$1 * neurons + j] : $0 }
      }
    }
  }

  /// The delta rule of the readout, forwards in time: z̄ ← κ·z̄ + z, dE/dO = Σ z̄·error.
  func deltaRule(_ record: Record) -> [Scalar] {
    var traces = [Scalar](repeating: 0, count: neurons)
    var gradient = outputWeights.map { _ in Scalar(0) }
    for t in record.spikes.indices {
      for j in 0..<neurons {
        traces[j] = decay * traces[j] + record.spikes[t][j]
        for k in 0..<outputs { gradient[j * outputs + k] += traces[j] * record.errors[t][k] }
      }
    }
    return gradient
  }

  /// The spikes of the tick before, as rows.
  func lateSpikes(_ record: Record) -> [[Bool]] {
    [[Bool](repeating: false, count: neurons)] + record.spikes.dropLast().map { $0.map { $0 > 0 } }
  }
}

/// Cosine of the angle between two gradients.
func cosine(_ a: [Double], _ b: [Double]) -> Double {
  let product = zip(a, b).reduce(0.0) { $0 + $1.0 * $1.1 }
  let norms = [a, b].map { $0.reduce(0.0) { $0 + $1 * $1 }.squareRoot() }
  return product / (norms[0] * norms[1])
}
