import Glibc
import Spiking

@testable import Emulation

/// A plain spiking network: dense matrices, tick by tick, synapse by synapse, traces as the equations state them. What
/// spikes are made of is `Float`, what is learned from them is summed in `Double`. It knows no crossbar, no device and no
/// event; the emulator must be the same without its hardware.
struct ReferenceNetwork {
  struct Layer {
    var rows: Int
    var columns: Int
    /// Row-major `[rows × columns]`.
    var weights: [Float]
    /// `[outputs][columns]`.
    var feedback: [[Float]] = []
    var potentials: [Float]
    var inputTraces: [Double]
    /// Of what neurons do beside leaking and spiking: filtered input, adaptation, refractory ticks left, spikes just before.
    var currents: [Float]
    var adaptation: [Float]
    var left: [Int]
    var last: [Bool]
    /// Derivatives of potential and adaptation with respect to each weight.
    var membraneTraces: [Double]
    var adaptationTraces: [Double]
    var eligibility: [Double]
    var changes: [Double]
    var penaltyTerms: [Double]
    var spikeCounts: [Int]

    init(rows: Int, columns: Int, weights: [Float]) {
      self.rows = rows
      self.columns = columns
      self.weights = weights
      potentials = [Float](repeating: 0, count: columns)
      inputTraces = [Double](repeating: 0, count: rows)
      currents = potentials
      adaptation = potentials
      left = [Int](repeating: 0, count: columns)
      last = [Bool](repeating: false, count: columns)
      eligibility = [Double](repeating: 0, count: rows * columns)
      membraneTraces = eligibility
      adaptationTraces = eligibility
      changes = eligibility
      penaltyTerms = eligibility
      spikeCounts = [Int](repeating: 0, count: columns)
    }

    /// Σ of the weights of the active rows.
    func currents(_ active: [Bool]) -> [Float] {
      var sums = [Float](repeating: 0, count: columns)
      for row in 0..<rows where active[row] {
        for column in 0..<columns { sums[column] += weights[row * columns + column] }
      }
      return sums
    }

    mutating func write(limit: Float) {
      for index in weights.indices {
        weights[index] = min(max(Float(Double(weights[index]) + changes[index]), -limit), limit)
      }
      for index in changes.indices { changes[index] = 0 }
    }
  }

  /// What the network did in one sample.
  struct Result {
    /// Spikes of each hidden layer `[layers][ticks][neurons]`.
    var spikes: [[[Bool]]]
    var decision: Int
  }

  /// What happened in a tick, for what learns backwards in time.
  struct Moment {
    var active: [[Bool]] = []
    var psi: [[Float]] = []
    var fired: [[Bool]] = []
    var error: [Double] = []
  }

  let parameters: NetworkParameters
  /// Ticks since the last write.
  var history: [Moment] = []
  /// Errors from which on outputs teach: of each hidden layer, then of the readout.
  var triggers: [ReferenceTrigger] = []
  var hidden: [Layer]
  var readout: Layer

  /// The network that `network` emulates, with its present weights.
  init(_ network: SpikingNetwork) {
    parameters = network.parameters
    let layers = network.snapshot.layers.map { layer in
      var own = Layer(rows: layer.rows, columns: layer.columns, weights: layer.array.weights)
      own.feedback = stride(from: 0, to: layer.feedback.count, by: layer.columns).map {
        Array(layer.feedback[$0..<$0 + layer.columns])
      }
      return own
    }
    hidden = Array(layers.dropLast())
    readout = layers[layers.count - 1]
    if case .triggered(let trigger) = parameters.teaching {
      triggers = layers.map { _ in ReferenceTrigger(trigger, outputs: parameters.outputs) }
    }
  }

  private var leak: Float { parameters.neuron.leak }
  private var decay: Float { parameters.readout.decay }

  mutating func present(_ inputs: [[Bool]], label: Int, learns: Bool) -> Result {
    rest()
    var evidence = [Float](repeating: 0, count: readout.columns)
    var spikes = hidden.map { _ in [[Bool]]() }
    var windowTicks = 0
    for (tick, input) in inputs.enumerated() {
      if windowTicks == 0 && parameters.feedback == .symmetric { useReadoutAsFeedback() }
      var moment = Moment()
      var active = input
      var psi: [[Float]] = []
      for index in hidden.indices {
        let before = hidden[index].last
        if parameters.hasBias { active.append(true) }
        if parameters.isRecurrent { active += before }
        let (fired, slopes) = fire(&hidden[index], active)
        trace(&hidden[index], active, slopes, fired, before)
        spikes[index].append(fired)
        psi.append(slopes)
        moment.active.append(active)
        moment.fired.append(fired)
        active = fired
      }
      if parameters.hasBias { active.append(true) }
      let currents = readout.currents(active)
      for output in evidence.indices {
        readout.potentials[output] = decay * readout.potentials[output] + currents[output]
        evidence[output] += readout.potentials[output]
      }
      windowTicks += 1
      guard learns else { continue }
      moment.psi = psi
      moment.error = error(label: label)
      if !triggers.isEmpty { triggers[hidden.count].apply(&moment.error) }
      history.append(moment)
      accumulate(moment, label: label, active: active)
      if windowTicks == parameters.updateTicks || tick == inputs.count - 1 {
        write(ticks: windowTicks)
        windowTicks = 0
      }
    }
    let best = evidence.indices.max { evidence[$0] < evidence[$1] } ?? 0
    return Result(spikes: spikes, decision: best)
  }

  private mutating func rest() {
    hidden = hidden.map(Layer.init(resting:))
    readout = Layer(resting: readout)
  }

  /// Strength of the adaptation of a neuron.
  func strength(_ neuron: Int, of layer: Layer) -> Float {
    parameters.neuron.adaptationStrengths(count: layer.columns)[neuron]
  }

  /// U ← λ·U + I − θ·(spike before), or I after a reset to zero; spike where U > θ + β·a; ψ of the triangle around that.
  private func fire(_ layer: inout Layer, _ active: [Bool]) -> (spikes: [Bool], psi: [Float]) {
    let (threshold, gain) = (parameters.neuron.threshold, parameters.neuron.surrogate.gain)
    let sums = layer.currents(active)
    var (spikes, psi): ([Bool], [Float]) = ([], [])
    for neuron in 0..<layer.columns {
      let before = layer.last[neuron]
      layer.currents[neuron] = layer.currents[neuron] * parameters.neuron.synapseLeak + sums[neuron]
      layer.adaptation[neuron] = layer.adaptation[neuron] * parameters.neuron.adaptationDecay + (before ? 1 : 0)
      let top = threshold + strength(neuron, of: layer) * layer.adaptation[neuron]
      let old = layer.potentials[neuron]
      let decayed = old * leak
      switch parameters.neuron.reset {
      case .subtractive: layer.potentials[neuron] = (decayed + layer.currents[neuron]) - (before ? threshold : 0)
      case .zero: layer.potentials[neuron] = (before ? 0 : decayed) + layer.currents[neuron]
      }
      if let membrane = parameters.neuron.membrane {
        layer.potentials[neuron] = whole(
          membrane, old: old, input: layer.currents[neuron], before: before)
      }
      let isBlocked = layer.left[neuron] > 0
      spikes.append(layer.potentials[neuron] > top && !isBlocked)
      psi.append(
        isBlocked ? 0 : gain / threshold * max(0, 1 - abs(layer.potentials[neuron] - top) / threshold))
      layer.left[neuron] = max(layer.left[neuron] - 1, 0) + (spikes[neuron] ? parameters.neuron.refractoryTicks : 0)
    }
    layer.last = spikes
    return (spikes, psi)
  }

  /// ⌊λ·n⌋ + round(I/s) − θn·(spike before), or without the first after a reset to zero, cut to the bits of the membrane.
  private func whole(_ membrane: QuantisedMembrane, old: Float, input: Float, before: Bool) -> Float {
    let scale = Double(membrane.scale)
    func units(_ weight: Float) -> Double { (Double(weight) / scale).rounded(.toNearestOrEven) }
    let kept = (units(old) * Double(membrane.decay)).rounded(.down)
    let isZeroed = before && parameters.neuron.reset == .zero
    let rest = isZeroed ? 0 : kept - (before ? units(parameters.neuron.threshold) : 0)
    let end = pow(2, Double(membrane.bits - 1))
    return Float(min(max(rest + units(input), -end), end - 1) * scale)
  }

  /// Derivatives of potential, adaptation and spike with respect to each weight, resets and own spikes taken as constants:
  /// x̄ ← λs·x̄ + x, ε ← λ·ε + x̄, e = ψ·(ε − β·εa), εa ← ψ·ε + (ρ − β·ψ)·εa, ē ← κ·ē + e.
  private func trace(_ layer: inout Layer, _ active: [Bool], _ psi: [Float], _ fired: [Bool], _ before: [Bool]) {
    let rho = Double(parameters.neuron.adaptationDecay)
    for column in 0..<layer.columns { layer.spikeCounts[column] += fired[column] ? 1 : 0 }
    for row in 0..<layer.rows {
      layer.inputTraces[row] =
        Double(parameters.neuron.synapseLeak) * layer.inputTraces[row] + (active[row] ? 1 : 0)
      for column in 0..<layer.columns {
        let index = row * layer.columns + column
        let isReset = before[column] && parameters.neuron.reset == .zero
        layer.membraneTraces[index] =
          layer.inputTraces[row] + (isReset ? 0 : Double(leak) * layer.membraneTraces[index])
        let (slope, beta) = (Double(psi[column]), Double(strength(column, of: layer)))
        let now = slope * (layer.membraneTraces[index] - beta * layer.adaptationTraces[index])
        layer.adaptationTraces[index] =
          slope * layer.membraneTraces[index] + (rho - beta * slope) * layer.adaptationTraces[index]
        layer.eligibility[index] = (parameters.filtersEligibility ? Double(decay) * layer.eligibility[index] : 0) + now
        layer.penaltyTerms[index] += now
      }
    }
  }

  /// softmax(y) − onehot(label).
  private func error(label: Int) -> [Double] { softmaxError(readout.potentials, label: label) }

  func softmaxError(_ values: [Float], label: Int) -> [Double] {
    let largest = values.max() ?? 0
    let powers = values.map { exp(Double($0 - largest)) }
    let total = powers.reduce(0, +)
    return powers.enumerated().map { $1 / total - ($0 == label ? 1 : 0) }
  }

  /// What hidden layers are told.
  func teaching(_ error: [Double], label: Int) -> [Double] {
    error.indices.map { output in
      switch parameters.teaching {
      case .error, .triggered: error[output]
      case .sign(let threshold): abs(error[output]) > Double(threshold) ? (error[output] > 0 ? 1 : -1) : 0
      case .target: output == label ? -1 : 0
      }
    }
  }

  private mutating func accumulate(_ moment: Moment, label: Int, active: [Bool]) {
    let error = moment.error
    let told = teaching(error, label: label)
    let backwards = parameters.credit == .layerByLayer ? signalsLayerByLayer(moment) : []
    for index in hidden.indices where parameters.credit != .throughTime {
      let layer = hidden[index]
      let local = parameters.credit == .localReadouts ? localError(moment, layer: index, label: label) : told
      let signals =
        backwards.isEmpty
        ? (0..<layer.columns).map { column in
          local.indices.reduce(0.0) { $0 + Double(layer.feedback[$1][column]) * local[$1] }
        } : backwards[index]
      let firstOwn = layer.rows - layer.columns
      for synapse in layer.eligibility.indices {
        // A neuron does not feed itself.
        if parameters.isRecurrent, synapse / layer.columns - firstOwn == synapse % layer.columns { continue }
        hidden[index].changes[synapse] -=
          Double(parameters.rate) * signals[synapse % layer.columns] * layer.eligibility[synapse]
      }
    }
    for row in 0..<readout.rows {
      readout.inputTraces[row] = Double(decay) * readout.inputTraces[row] + (active[row] ? 1 : 0)
      for output in error.indices {
        readout.changes[row * readout.columns + output] -=
          Double(parameters.readoutRate) * error[output] * readout.inputTraces[row]
      }
    }
  }

  private mutating func write(ticks: Int) {
    let target = parameters.targetRate * parameters.neuron.timeStep
    let penalty = Double(parameters.rate * parameters.ratePenalty)
    if parameters.credit == .throughTime { addGradientThroughTime() }
    if case .adaptive(_, let decay) = parameters.feedback { followReadout(decay: decay) }
    for index in triggers.indices { triggers[index].adapt() }
    history = []
    for index in hidden.indices {
      for synapse in hidden[index].changes.indices {
        let spikes = hidden[index].spikeCounts[synapse % hidden[index].columns]
        let firstOwn = hidden[index].rows - hidden[index].columns
        let feedsItself =
          parameters.isRecurrent && synapse / hidden[index].columns - firstOwn == synapse % hidden[index].columns
        let excess = feedsItself ? 0 : max(0, Double(spikes) / Double(ticks) - target)
        hidden[index].changes[synapse] -= penalty * excess * hidden[index].penaltyTerms[synapse]
        hidden[index].penaltyTerms[synapse] = 0
      }
      for column in 0..<hidden[index].columns { hidden[index].spikeCounts[column] = 0 }
      hidden[index].write(limit: parameters.weightLimit)
    }
    readout.write(limit: parameters.weightLimit)
  }

  private mutating func useReadoutAsFeedback() {
    let last = hidden.count - 1
    hidden[last].feedback = (0..<readout.columns).map { output in
      (0..<hidden[last].columns).map { readout.weights[$0 * readout.columns + output] }
    }
  }
}

extension ReferenceNetwork.Layer {
  /// The layer at the start of a sample.
  fileprivate init(resting layer: Self) {
    self.init(rows: layer.rows, columns: layer.columns, weights: layer.weights)
    feedback = layer.feedback
  }
}
