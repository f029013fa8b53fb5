import Checkpoints
import Crossbars
import Kernels
import Plasticity
import Spiking

/// A hidden layer: crossbar, neurons, and the spikes they made in the present window.
final class HiddenLayer: @unchecked Sendable {
  let layer: NetworkLayer
  let neurons: LeakyIntegrateAndFire
  let rule: EProp
  /// How errors reach the layer.
  private let credit: CreditAssignment
  /// Finds errors of the layer's own; `nil` where they come from elsewhere.
  let localReadout: LocalReadout?
  /// Lets large errors of its own through alone, where learning waits for them.
  let trigger: ErrorTrigger?
  /// Whether errors come from the layer behind, through its weights.
  let receives: Bool
  /// What the layer behind sends back `[ticks × its neurons]`; without room where nothing comes that way.
  let received: ErrorSignal
  /// Weights between the neurons, transposed `[columns × paddedColumns]`; without room where nothing goes back through them.
  private let recurrentWeights: AlignedBuffer<Float>
  /// Spikes of the window, the input of the next layer, with its bias as last row where it has one.
  private(set) var output: SpikeRaster
  /// Whether the layer sees its own spikes of the tick before.
  let isRecurrent: Bool
  /// Input of the window by row, for learning; of a recurrent layer with its own spikes.
  var inputByRow = RowSpikes()
  /// Output spikes of the window by neuron, for learning in the next layer.
  var outputByRow = RowSpikes()
  /// Spikes of each neuron in the window.
  let spikeCounts: AlignedBuffer<Int32>

  // Of a recurrent layer: its input with its own spikes of the tick before as last rows, and the last spikes.
  private var rowInput: SpikeRaster
  private(set) var lastSpikes: [Int32] = []
  private let inputCount: Int
  private let hasBias: Bool
  private let inputs: AlignedBuffer<Float>
  private let spikeBits: AlignedBuffer<UInt8>
  /// Spikes of each block in the window.
  private let blockSpikes: AlignedBuffer<Int>

  init(index: Int, parameters: NetworkParameters, largestWindow: Int) {
    layer = NetworkLayer(index: index, parameters: parameters)
    let layout = layer.array.layout
    neurons = LeakyIntegrateAndFire(
      parameters: parameters.neuron, layout: layout, draws: parameters.membraneDraws(array: index))
    isRecurrent = parameters.isRecurrent
    inputCount = parameters.inputs(ofLayer: index)
    rowInput = SpikeRaster(rowCount: layout.rows)
    credit = parameters.credit
    let isLast = index == parameters.hidden.count - 1
    receives = credit.passesWeights && !isLast
    let outputs = receives ? parameters.hidden[index + 1] : parameters.outputs
    received = ErrorSignal(outputs: outputs, largestWindow: receives ? largestWindow : 0)
    recurrentWeights = AlignedBuffer(
      count: credit == .throughTime && parameters.isRecurrent ? layout.columns * layout.paddedColumns : 0)
    rule = EProp(
      layout: layout, outputs: outputs, largestWindow: largestWindow,
      parameters: EProp.Parameters(
        rate: parameters.rate, leak: parameters.neuron.leak,
        decay: Self.filters(index, of: parameters) ? parameters.readout.decay : nil, penalty: parameters.ratePenalty,
        targetSpikesPerTick: Float(parameters.targetRate * parameters.neuron.timeStep),
        synapseLeak: parameters.neuron.synapseLeak, adaptationDecay: parameters.neuron.adaptationDecay,
        adaptationStrengths: parameters.neuron.adaptation == nil
          ? [] : parameters.neuron.adaptationStrengths(count: layout.columns),
        resetsToZero: parameters.neuron.reset == .zero),
      carriesTraces: parameters.updateTicks != nil, firstOwnRow: parameters.isRecurrent ? inputCount : nil)
    if let sigma = parameters.feedback.initialSigma {
      let stream = RandomStream(seed: parameters.seed, purpose: .feedback)
      let fanIn = min(parameters.feedbackFanIn ?? parameters.outputs, parameters.outputs)
      rule.setFeedback { output, neuron in
        guard Self.isConnected(output, of: parameters.outputs, fanIn: fanIn, neuron: neuron, index, stream) else {
          return 0
        }
        return sigma * stream.gaussians(array: index, item: output * layout.columns + neuron, event: 0)[0]
      }
    }
    let isLocal = credit == .localReadouts
    localReadout =
      isLocal
      ? LocalReadout(
        weights: rule.feedbackMatrix, outputs: outputs, neurons: layout.columns, largestWindow: largestWindow) : nil
    trigger = isLocal ? parameters.teaching.makeTrigger(outputs: outputs) : nil
    hasBias = parameters.hasBias
    output = SpikeRaster(rowCount: layout.columns + (hasBias ? 1 : 0))
    spikeCounts = AlignedBuffer(count: layout.columns)
    inputs = AlignedBuffer(count: layout.paddedColumns)
    spikeBits = AlignedBuffer(count: largestWindow * layout.paddedColumns / 8)
    blockSpikes = AlignedBuffer(count: layout.blockCount)
  }

  /// Whether an output is among those with the `fanIn` smallest numbers drawn for a neuron.
  private static func isConnected(
    _ output: Int, of outputs: Int, fanIn: Int, neuron: Int, _ array: Int, _ stream: RandomStream
  ) -> Bool {
    guard fanIn < outputs else { return true }
    let draws = (0..<outputs).map { stream.words(array: array, item: neuron * outputs + $0, event: 1)[0] }
    return (0..<outputs).count { (draws[$0], $0) < (draws[output], output) } < fanIn
  }

  /// Whether the eligibility keeps the readout filter. What comes back through weights has it already, or is of its tick alone,
  /// and local readouts have none.
  private static func filters(_ index: Int, of parameters: NetworkParameters) -> Bool {
    switch parameters.credit {
    case .feedback: parameters.filtersEligibility
    case .throughTime: index == parameters.hidden.count - 1
    case .localReadouts, .layerByLayer: false
    }
  }

  var blockCount: Int { layer.array.layout.blockCount }
  /// Spikes of all neurons in the window.
  var spikeCount: Int { blockSpikes.elements.reduce(0, +) }

  func rest() {
    neurons.rest()
    lastSpikes.removeAll(keepingCapacity: true)
    rule.carried?.rest()
  }

  /// Saves what goes on between samples.
  func saveDynamics(into saved: inout LayerSnapshot) {
    let dynamics = neurons.dynamics
    (saved.adaptations, saved.currents) = (dynamics.adaptations, dynamics.currents)
    saved.refractoryTicks = dynamics.refractoryLeft
    guard isRecurrent else { return }
    saved.lastSpikes = [Float](repeating: 0, count: layer.array.layout.columns)
    for neuron in lastSpikes { saved.lastSpikes[Int(neuron)] = 1 }
  }

  /// Puts back what goes on between samples.
  func restoreDynamics(_ saved: LayerSnapshot) {
    neurons.dynamics = .init(
      adaptations: saved.adaptations, currents: saved.currents, refractoryLeft: saved.refractoryTicks)
    lastSpikes = saved.lastSpikes.indices.filter { saved.lastSpikes[$0] != 0 }.map { Int32($0) }
  }

  /// Runs one block through the ticks `window` of `input`. Blocks may run on different threads.
  func forward(block: Int, input: SpikeRaster, window: Range<Int>, firstTick: UInt64, learns: Bool) {
    let layout = layer.array.layout
    let sums = inputs.base + block * layout.blockWidth
    let bytes = layout.blockWidth / 8
    let bits = spikeBits.base + block * bytes
    // Looked up once: a class property costs a retain and a release at every use.
    let (array, neurons, bytesPerTick) = (layer.array, neurons, neurons.spikeBytesPerTick)
    let psi = learns ? rule.psi(block: block, tick: 0) : nil
    var fired = 0
    input.forEachDrivenTick(in: window) { step, driven in
      array.read(
        block: block, rows: driven.rows, amplitudes: driven.amplitudes, tick: firstTick &+ UInt64(step), into: sums)
      fired += neurons.step(
        block: block, input: sums, psi: psi.map { $0 + step * layout.blockWidth }, spikes: bits + step * bytesPerTick,
        tick: firstTick &+ UInt64(step))
    }
    blockSpikes[block] = fired
  }

  /// Runs all blocks of a recurrent layer through the ticks `window` of `input`, tick by tick: a spike reaches the other
  /// neurons one tick later.
  func forwardTickByTick(input: SpikeRaster, window: Range<Int>, firstTick: UInt64, learns: Bool) {
    let layout = layer.array.layout
    let (array, neurons) = (layer.array, neurons)
    let bytesPerTick = neurons.spikeBytesPerTick
    rowInput.removeAll(isGraded: input.isGraded)
    blockSpikes.fill(0)
    for tick in window {
      let step = tick - window.lowerBound
      appendRows(of: input, at: tick)
      let bits = spikeBits.base + step * bytesPerTick
      rowInput.forEachDrivenTick(in: step..<step + 1) { _, driven in
        for block in 0..<layout.blockCount {
          let sums = inputs.base + block * layout.blockWidth
          array.read(
            block: block, rows: driven.rows, amplitudes: driven.amplitudes, tick: firstTick &+ UInt64(step),
            into: sums)
          blockSpikes[block] += neurons.step(
            block: block, input: sums, psi: learns ? rule.psi(block: block, tick: step) : nil,
            spikes: bits + block * layout.blockWidth / 8, tick: firstTick &+ UInt64(step))
        }
      }
      noteSpikes(bits)
    }
  }

  /// Adds the rows of one tick: those of the input, then the layer's own spikes of the tick before.
  private func appendRows(of input: SpikeRaster, at tick: Int) {
    for position in Int(input.tickOffsets[tick])..<Int(input.tickOffsets[tick + 1]) {
      let row = Int(input.rows[position])
      if input.isGraded {
        rowInput.appendRow(row, amplitude: input.amplitudes[position])
      } else {
        rowInput.appendRow(row)
      }
    }
    for neuron in lastSpikes { rowInput.appendRow(inputCount + Int(neuron)) }
    rowInput.endTick()
  }

  private func noteSpikes(_ bits: UnsafePointer<UInt8>) {
    lastSpikes.removeAll(keepingCapacity: true)
    layer.array.layout.forEachColumn(inBits: bits) { lastSpikes.append(Int32($0)) }
  }

  /// Sorts what a recurrent layer saw in the window by row.
  func sortInput(ticks: Int) {
    inputByRow.transpose(rowInput, window: 0..<ticks)
  }

  /// Finds the errors of the layer's own readout in the window, where it has one.
  func findErrors(ticks: Int, loss: LossFunction, teaching: TeachingSignal, label: (_ tick: Int) -> Int?) {
    guard let localReadout else { return }
    localReadout.findErrors(spikes: output, ticks: ticks, loss: loss, label: label) { errors, label in
      trigger?.apply(errors)
      if !teaching.isShared {
        teaching.teach(errors: errors, count: localReadout.signal.outputs, label: label, into: errors)
      }
    }
    trigger?.adapt()
  }

  /// Takes the weights of the layer behind as feedback.
  func useAsFeedback(weights array: CrossbarArray) {
    let (weights, columns) = (array.effectiveWeights, array.layout.columns)
    rule.setFeedback { output, neuron in weights[neuron * columns + output] }
  }

  /// Turns ψ of a block into what every spike of a row changes its weights by, or without `isScaled` into a gradient.
  func reverse(block: Int, ticks: Int, signal: borrowing ErrorSignal, isScaled: Bool = true) {
    rule.reverse(
      block: block, ticks: ticks, signal: signal, spikes: spikeBits.base + block * layer.array.layout.blockWidth / 8,
      spikeStride: neurons.spikeBytesPerTick, isScaled: isScaled)
  }

  /// The same for all blocks of a recurrent layer, with what its spikes did to itself.
  func reverseThroughTime(ticks: Int, signal: borrowing ErrorSignal) {
    let layout = layer.array.layout
    let weights = layer.array.effectiveWeights
    for neuron in 0..<layout.columns {
      let row = recurrentWeights.base + neuron * layout.paddedColumns
      for from in 0..<layout.columns {
        row[layout.paddedColumn(from)] = weights[(inputCount + from) * layout.columns + neuron]
      }
    }
    rule.reverseThroughTime(
      ticks: ticks, signal: signal, recurrent: recurrentWeights.base, spikes: spikeBits.base,
      spikeStride: neurons.spikeBytesPerTick)
  }

  /// Collects the spikes of all blocks, after all have run.
  func gather(ticks: Int) {
    let layout = layer.array.layout
    output.removeAll()
    output.append(atMostSpikes: spikeCount + (hasBias ? ticks : 0), atMostTicks: ticks) { appender in
      if layout.blockWidth % 64 == 0 {
        gather(UInt64.self, ticks: ticks, into: &appender)
      } else {
        gather(UInt16.self, ticks: ticks, into: &appender)
      }
    }
    spikeCounts.fill(0)
    for neuron in output.rows where neuron < layout.columns { spikeCounts.base[Int(neuron)] += 1 }
  }

  /// Looks at the spike bits word by word; a block is a whole number of them.
  private func gather<Word: FixedWidthInteger & UnsignedInteger>(
    _ word: Word.Type, ticks: Int, into appender: inout SpikeRaster.Appender
  ) {
    let layout = layer.array.layout
    let wordsPerBlock = layout.blockWidth / Word.bitWidth
    var at = UnsafeRawPointer(spikeBits.base)
    for _ in 0..<ticks {
      for block in 0..<layout.blockCount {
        for index in 0..<wordsPerBlock {
          let bits = Word(littleEndian: at.load(as: Word.self))
          at += MemoryLayout<Word>.size
          guard bits != 0 else { continue }
          appender.appendRows(bits: UInt64(bits), firstRow: block * layout.tileColumns + index * Word.bitWidth)
        }
      }
      if hasBias { appender.appendRow(layout.columns) }
      appender.endTick()
    }
  }
}
