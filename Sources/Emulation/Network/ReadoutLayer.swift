import Checkpoints
import Kernels
import Plasticity
import Spiking

/// The readout: crossbar, leaky integrators, and the errors of the present window.
final class ReadoutLayer: @unchecked Sendable {
  let layer: NetworkLayer
  let integrator: LeakyIntegrator
  let rule: ReadoutRule
  let signal: ErrorSignal
  /// What hidden layers are told instead; without room where that is the errors.
  let teaching: ErrorSignal
  private let teaches: TeachingSignal
  /// Lets large errors through alone, where learning waits for them.
  let trigger: ErrorTrigger?
  /// What feedback that learns is to follow; `nil` where it does not.
  let followed: FollowedChanges?
  private let loss: LossFunction
  private let inputs: AlignedBuffer<Float>
  private let values: AlignedBuffer<Float>
  private let outputs: AlignedBuffer<Float>
  /// Σ of the readout over the ticks of the sample: the decision is its largest element.
  private(set) var evidence: [Float]
  /// Decisions of the ticks that have a class of their own, since the last rest.
  private(set) var tally: DecisionTally

  init(parameters: NetworkParameters, largestWindow: Int) {
    layer = NetworkLayer(index: parameters.hidden.count, parameters: parameters)
    let layout = layer.array.layout
    integrator = LeakyIntegrator(parameters: parameters.readout, layout: layout)
    rule = ReadoutRule(
      layout: layout, largestWindow: largestWindow, rate: parameters.readoutRate, decay: parameters.readout.decay,
      carriesTraces: parameters.updateTicks != nil)
    signal = ErrorSignal(outputs: layout.columns, largestWindow: largestWindow)
    teaches = parameters.teaching
    teaching = ErrorSignal(outputs: layout.columns, largestWindow: teaches.isShared ? 0 : largestWindow)
    trigger = teaches.makeTrigger(outputs: layout.columns)
    if case .adaptive(_, let decay) = parameters.feedback {
      followed = FollowedChanges(layout: layout, decay: decay)
    } else {
      followed = nil
    }
    loss = parameters.loss
    inputs = AlignedBuffer(count: layout.paddedColumns)
    values = AlignedBuffer(count: layout.paddedColumns)
    outputs = AlignedBuffer(count: signal.stride)
    evidence = [Float](repeating: 0, count: layout.columns)
    tally = DecisionTally(classes: layout.columns)
  }

  var blockCount: Int { layer.array.layout.blockCount }

  func rest() {
    integrator.rest()
    rule.rest()
    begin()
  }

  /// Forgets what spoke for which class.
  func begin() {
    for output in evidence.indices { evidence[output] = 0 }
    tally.rest()
  }

  /// Runs the readout through the window of hidden spikes `input`; the errors are only computed when it learns, and 0 in
  /// ticks that do not count, which do not decide either.
  /// - Parameter start: tick of the sample at which the window begins.
  func forward(
    input: SpikeRaster, ticks: Int, firstTick: UInt64, target: SampleTarget, start: Int = 0, learns: Bool
  ) {
    let layout = layer.array.layout
    // Looked up once: a class property costs a retain and a release at every use.
    let (array, integrator) = (layer.array, integrator)
    input.forEachTick(in: 0..<ticks) { tick, active in
      for block in 0..<layout.blockCount {
        let start = block * layout.blockWidth
        array.read(block: block, rows: active, tick: firstTick &+ UInt64(tick), into: inputs.base + start)
        integrator.step(block: block, input: inputs.base + start, output: values.base + start)
      }
      if let signals = target.signals {
        follow(signals, at: start + tick, tick: tick, learns: learns)
      } else if let label = target.label(atTick: start + tick) {
        decide(tick: tick, label: label, learns: learns)
        if target.tickLabels != nil { note(label) }
      } else if learns {
        (signal.errors.base + tick * signal.stride).update(repeating: 0, count: signal.stride)
        if !teaches.isShared {
          (teaching.errors.base + tick * signal.stride).update(repeating: 0, count: signal.stride)
        }
      }
    }
  }

  /// Counts the decision of a tick: the largest output, the first of equals.
  private func note(_ label: Int) {
    tally.note(label: label, decision: outputs.elements.prefix(signal.outputs).indexOfLargest ?? 0)
  }

  /// Compares the outputs of a tick with the signals that they are to follow.
  private func follow(_ signals: [Float], at sampleTick: Int, tick: Int, learns: Bool) {
    let errors = signal.errors.base + tick * signal.stride
    if learns { errors.update(repeating: 0, count: signal.stride) }
    for output in 0..<signal.outputs {
      let value = values[layer.array.layout.paddedColumn(output)]
      let wanted = signals[sampleTick * signal.outputs + output]
      tally.note(output: value, signal: wanted)
      if learns { errors[output] = value - wanted }
    }
    if learns { teach(tick: tick, label: 0) }
  }

  private func decide(tick: Int, label: Int, learns: Bool) {
    for output in 0..<signal.outputs {
      let value = values[layer.array.layout.paddedColumn(output)]
      outputs[output] = value
      evidence[output] += value
    }
    guard learns else { return }
    loss.error(
      values: outputs.base, count: signal.outputs, label: label, width: signal.stride,
      into: signal.errors.base + tick * signal.stride)
    teach(tick: tick, label: label)
  }

  /// Makes of the errors of a tick what hidden layers are told.
  private func teach(tick: Int, label: Int) {
    trigger?.apply(signal.errors.base + tick * signal.stride)
    guard !teaches.isShared else { return }
    teaches.teach(
      errors: signal.errors.base + tick * signal.stride, count: signal.outputs, label: label,
      into: teaching.errors.base + tick * signal.stride)
  }

  /// Filters errors, and what hidden layers are told, backwards through the window.
  func filterBackwards(ticks: Int) {
    signal.filterBackwards(ticks: ticks, decay: rule.decay)
    trigger?.adapt()
    if !teaches.isShared { teaching.filterBackwards(ticks: ticks, decay: rule.decay) }
  }

  /// Calls `body` with what hidden layers are told.
  func withTeaching(_ body: (borrowing ErrorSignal) -> Void) {
    if teaches.isShared { body(signal) } else { body(teaching) }
  }

  /// Asks for the changes of the window and writes those that are due.
  /// - Parameter spikes: those of the last hidden layer in the window, by neuron.
  func learn(spikes: borrowing RowSpikes, boundary: UInt64, tick: UInt64) {
    for block in 0..<blockCount {
      rule.forEachChange(block: block, spikes: spikes) { row, changes in
        let changes = followed?.follow(block: block, row: row, changes: changes, array: layer.array) ?? changes
        layer.absorb(block: block, row: row, changes: changes, rate: rule.rate, boundary: boundary)
      }
      layer.write(block: block, boundary: boundary, tick: tick)
    }
  }

  /// What evolves.
  func snapshot(stateUnit: String) -> LayerSnapshot {
    var saved = layer.snapshot(stateUnit: stateUnit, potentials: integrator.state.values)
    saved.inputTraces = rule.state
    saved.errorThresholds = trigger?.thresholds ?? []
    return saved
  }

  /// Puts back what evolves.
  func restore(_ saved: LayerSnapshot) {
    layer.restore(saved)
    integrator.state = .init(values: saved.potentials)
    rule.state = saved.inputTraces
    trigger?.thresholds = saved.errorThresholds
  }

  /// The output with the most evidence, the first of equals.
  var decision: Int { evidence.indexOfLargest ?? 0 }
}
