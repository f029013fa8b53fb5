/// E-prop as its authors state it: every tick, every synapse, every trace. Dense and slow; the oracle of the fast forms.
///
///     x̄ ← λ·x̄ + x      e = ψ·x̄      ē ← κ·ē + e      Δw −= η·(L·ē + r·e)      z̄ ← κ·z̄ + z      ΔW −= η·error·z̄
///
/// Weight changes are handed out at the end of each window; the traces run on through the sample.
struct PerTickOracle<Scalar: BinaryFloatingPoint> {
  var leak: Scalar
  /// Readout decay, `nil` leaves the filter out of the eligibility.
  var decay: Scalar?
  var rate: Scalar
  var penalty: Scalar = 0
  var target: Scalar = 0

  /// Changes of the input weights `[rows × columns]` for each window.
  func hiddenChanges(_ observation: Observation, windows: [Range<Int>]) -> [[Scalar]] {
    let (rows, columns) = (observation.rows, observation.columns)
    var inputTraces = [Scalar](repeating: 0, count: rows)
    var eligibility = [Scalar](repeating: 0, count: rows * columns)
    return windows.map { window in
      var changes = [Scalar](repeating: 0, count: rows * columns)
      let excess = observation.spikeCounts.map { Scalar($0) / Scalar(window.count) - target }
      for tick in window {
        for row in 0..<rows {
          inputTraces[row] = leak * inputTraces[row] + Scalar(observation.input(tick: tick, row: row))
        }
        for column in 0..<columns {
          let signal = (0..<observation.outputs).reduce(Scalar(0)) {
            $0 + Scalar(observation.feedback[$1][column]) * Scalar(observation.errors[tick][$1])
          }
          let psi = Scalar(observation.psi[tick][column])
          for row in 0..<rows {
            let now = psi * inputTraces[row]
            let index = row * columns + column
            eligibility[index] = (decay ?? 0) * eligibility[index] + now
            changes[index] -= rate * (signal * eligibility[index] + penalty * max(0, excess[column]) * now)
          }
        }
      }
      return changes
    }
  }

  /// Changes of the readout weights `[rows × outputs]` for each window; here the rows are the neurons that spike.
  func readoutChanges(_ observation: Observation, windows: [Range<Int>]) -> [[Scalar]] {
    let (rows, outputs) = (observation.rows, observation.outputs)
    var traces = [Scalar](repeating: 0, count: rows)
    return windows.map { window in
      var changes = [Scalar](repeating: 0, count: rows * outputs)
      for tick in window {
        for row in 0..<rows {
          traces[row] = (decay ?? 0) * traces[row] + (observation.inputs[tick][row] ? 1 : 0)
          for output in 0..<outputs {
            changes[row * outputs + output] -= rate * traces[row] * Scalar(observation.errors[tick][output])
          }
        }
      }
      return changes
    }
  }
}
