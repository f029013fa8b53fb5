import Glibc
import Plasticity

@testable import Emulation

/// How errors reach hidden layers of the reference network, as the equations state it.
extension ReferenceNetwork {
  /// L = Σ W·ψ·L of the layer behind, Σ O·error at the last, within a tick.
  func signalsLayerByLayer(_ moment: Moment) -> [[Double]] {
    var signals = hidden.map { [Double](repeating: 0, count: $0.columns) }
    for index in hidden.indices.reversed() {
      for neuron in 0..<hidden[index].columns {
        if index == hidden.count - 1 {
          for (output, error) in moment.error.enumerated() {
            signals[index][neuron] += Double(readout.weights[neuron * readout.columns + output]) * error
          }
        } else {
          let behind = hidden[index + 1]
          for next in 0..<behind.columns {
            let signal = Double(moment.psi[index + 1][next]) * signals[index + 1][next]
            signals[index][neuron] += Double(behind.weights[neuron * behind.columns + next]) * signal
          }
        }
      }
    }
    return signals
  }

  /// What the fixed readout of a layer got wrong, or what of it teaches.
  mutating func localError(_ moment: Moment, layer index: Int, label: Int) -> [Double] {
    let values = hidden[index].feedback.map { row in
      row.indices.reduce(Float(0)) { moment.fired[index][$1] ? $0 + row[$1] : $0 }
    }
    var error = softmaxError(values, label: label)
    if !triggers.isEmpty { triggers[index].apply(&error) }
    return teaching(error, label: label)
  }

  /// The gradient of the loss by the chain rule, variable by variable, from the last tick to the first. Resets are constants.
  mutating func addGradientThroughTime() {
    let none = hidden.map { [Double](repeating: 0, count: $0.columns) }
    // Derivatives with respect to potentials, inputs and adaptations of the tick after, and to the readout.
    var (laterU, laterI, laterA) = (none, none, none)
    var ofReadout = [Double](repeating: 0, count: readout.columns)
    let rho = Double(parameters.neuron.adaptationDecay)
    for moment in history.reversed() {
      var (ofU, ofI, ofA) = (none, none, none)
      for output in ofReadout.indices {
        ofReadout[output] = moment.error[output] + Double(parameters.readout.decay) * ofReadout[output]
      }
      for index in hidden.indices.reversed() {
        let layer = hidden[index]
        for neuron in 0..<layer.columns {
          var ofSpike = laterA[index][neuron]
          if index == hidden.count - 1 {
            for output in ofReadout.indices {
              ofSpike += Double(readout.weights[neuron * readout.columns + output]) * ofReadout[output]
            }
          } else {
            let behind = hidden[index + 1]
            for next in 0..<behind.columns {
              ofSpike += Double(behind.weights[neuron * behind.columns + next]) * ofI[index + 1][next]
            }
          }
          let firstOwn = layer.rows - layer.columns
          if parameters.isRecurrent {
            for other in 0..<layer.columns {
              ofSpike += Double(layer.weights[(firstOwn + neuron) * layer.columns + other]) * laterI[index][other]
            }
          }
          let ofV = Double(moment.psi[index][neuron]) * ofSpike
          let isReset = parameters.neuron.reset == .zero && moment.fired[index][neuron]
          ofA[index][neuron] = rho * laterA[index][neuron] - Double(strength(neuron, of: layer)) * ofV
          ofU[index][neuron] = ofV + (isReset ? 0 : Double(parameters.neuron.leak) * laterU[index][neuron])
          ofI[index][neuron] =
            ofU[index][neuron] + Double(parameters.neuron.synapseLeak) * laterI[index][neuron]
          for row in 0..<layer.rows where moment.active[index][row] {
            if parameters.isRecurrent && row - firstOwn == neuron { continue }
            hidden[index].changes[row * layer.columns + neuron] -= Double(parameters.rate) * ofI[index][neuron]
          }
        }
      }
      (laterU, laterI, laterA) = (ofU, ofI, ofA)
    }
  }

  /// B follows O: the same steps, the same decay.
  mutating func followReadout(decay: Float) {
    for neuron in 0..<hidden[0].columns {
      let row = neuron * readout.columns..<(neuron + 1) * readout.columns
      guard readout.changes[row].contains(where: { $0 != 0 }) else { continue }
      for (output, place) in row.enumerated() {
        let old = Double(hidden[0].feedback[output][neuron])
        hidden[0].feedback[output][neuron] = Float((1 - Double(decay)) * old + readout.changes[place])
        readout.changes[place] -= Double(decay) * Double(readout.weights[place])
      }
    }
  }
}

/// Errors as whole thresholds, and thresholds that move until a wanted share of errors is not zero.
struct ReferenceTrigger {
  let parameters: ErrorTrigger.Parameters
  var thresholds: [Double]
  var counts: [Int]
  var ticks = 0

  init(_ parameters: ErrorTrigger.Parameters, outputs: Int) {
    self.parameters = parameters
    thresholds = [Double](repeating: Double(parameters.threshold), count: outputs)
    counts = [Int](repeating: 0, count: outputs)
  }

  mutating func apply(_ errors: inout [Double]) {
    ticks += 1
    for output in errors.indices {
      let steps = floor(abs(errors[output]) / thresholds[output])
      counts[output] += steps > 0 ? 1 : 0
      errors[output] = (errors[output] < 0 ? -1 : 1) * steps * thresholds[output]
    }
  }

  mutating func adapt() {
    for output in thresholds.indices {
      let share = Double(counts[output]) / Double(ticks)
      thresholds[output] *= exp(Double(parameters.gain) * (share - Double(parameters.share)))
      counts[output] = 0
    }
    ticks = 0
  }
}
