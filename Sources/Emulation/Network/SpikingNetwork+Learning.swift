import Kernels
import Plasticity

/// What happens at the end of a window in which the network learned.
extension SpikingNetwork {
  /// What learning needs of a hidden layer and does not depend on the readout; runs beside it.
  func prepareLearning(of layer: HiddenLayer, ticks: Int, target: SampleTarget, start: Int) {
    layer.outputByRow.transpose(layer.output, window: 0..<ticks)
    if layer.isRecurrent { layer.sortInput(ticks: ticks) }
    layer.rule.penalise(spikeCounts: layer.spikeCounts.base, ticks: ticks)
    layer.findErrors(ticks: ticks, loss: parameters.loss, teaching: parameters.teaching) {
      target.label(atTick: start + $0)
    }
  }

  func useReadoutAsFeedback() {
    let array = readout.layer.array
    hidden[hidden.count - 1].rule.setFeedback { output, neuron in array.effectiveWeight(row: neuron, column: output) }
  }

  func learn(ticks: Int) {
    readout.filterBackwards(ticks: ticks)
    readout.rule.prepare(ticks: ticks, signal: readout.signal)
    if parameters.credit.passesWeights { passBackwards(ticks: ticks) }
    // All layers at once: the feedback is fixed by now, so no block depends on what another writes.
    let boundary = boundaries
    let tick = readTicks &+ UInt64(ticks)
    let items = hidden.indices.flatMap { layer in (0..<hidden[layer].blockCount).map { (layer, $0) } }
    pool.forEach(items.count + 1) { [self] item in
      if item == items.count {
        readout.learn(spikes: readoutSpikes, boundary: boundary, tick: tick)
      } else {
        learnHidden(items[item].0, block: items[item].1, ticks: ticks, boundary: boundary, tick: tick)
      }
    }
    for (index, layer) in hidden.enumerated() {
      layer.rule.endWindow(ticks: ticks, spikes: rowSpikes(ofLayer: index))
    }
    readout.rule.endWindow(ticks: ticks, spikes: readoutSpikes)
    readout.followed?.teach(hidden[hidden.count - 1].rule)
    boundaries += 1
  }

  /// Scales the weights that hidden neurons get from the layer in front.
  func normalise(columnSum: Float) {
    let (boundary, tick) = (boundaries, readTicks)
    for (index, own) in hidden.enumerated() {
      let rows = parameters.sources(ofLayer: index)
      pool.forEach(own.blockCount) { block in
        own.layer.normalise(block: block, rows: rows, columnSum: columnSum, boundary: boundary, tick: tick)
      }
    }
    boundaries += 1
  }

  private var readoutSpikes: RowSpikes { hidden[hidden.count - 1].outputByRow }

  private func learnHidden(_ index: Int, block: Int, ticks: Int, boundary: UInt64, tick: UInt64) {
    let own = hidden[index]
    let spikes = rowSpikes(ofLayer: index)
    withSignal(ofLayer: index) { signal in
      if !parameters.credit.passesWeights { own.reverse(block: block, ticks: ticks, signal: signal) }
      own.rule.forEachChange(block: block, ticks: ticks, spikes: spikes, signal: signal) { row, changes in
        own.layer.absorb(block: block, row: row, changes: changes, rate: own.rule.parameters.rate, boundary: boundary)
      }
    }
    own.layer.write(block: block, boundary: boundary, tick: tick)
  }

  /// Calls `body` with the errors that a hidden layer learns from.
  private func withSignal(ofLayer index: Int, _ body: (borrowing ErrorSignal) -> Void) {
    let layer = hidden[index]
    if let own = layer.localReadout {
      body(own.signal)
    } else if layer.receives {
      body(layer.received)
    } else {
      readout.withTeaching(body)
    }
  }

  /// Spikes on the rows of a hidden layer in the present window.
  private func rowSpikes(ofLayer index: Int) -> RowSpikes {
    index == 0 || hidden[index].isRecurrent ? hidden[index].inputByRow : hidden[index - 1].outputByRow
  }

  /// Sends signals back from the last hidden layer to the first, through weights that nothing has changed yet.
  private func passBackwards(ticks: Int) {
    let isGradient = parameters.credit == .throughTime
    for index in hidden.indices.reversed() {
      let own = hidden[index]
      let front = index > 0 ? hidden[index - 1] : nil
      if own.receives { own.useAsFeedback(weights: hidden[index + 1].layer.array) }
      let isReversedWhole = own.isRecurrent && isGradient
      if isReversedWhole { withSignal(ofLayer: index) { own.reverseThroughTime(ticks: ticks, signal: $0) } }
      pool.forEach(own.blockCount) { [self] block in
        withSignal(ofLayer: index) { signal in
          if let front, !isGradient {
            own.rule.passSignal(block: block, ticks: ticks, signal: signal, into: front.received)
          }
          if !isReversedWhole { own.reverse(block: block, ticks: ticks, signal: signal, isScaled: !isGradient) }
        }
        guard isGradient else { return }
        if let front { own.rule.passGradient(block: block, ticks: ticks, into: front.received) }
        own.rule.scale(block: block, ticks: ticks)
      }
    }
  }

  /// What a hidden layer keeps, reads and writes.
  func needs(ofLayer index: Int) -> LearningNeeds {
    let rule = hidden[index].rule
    let isLast = index == hidden.count - 1
    let next = isLast ? "the readout" : "the layer behind"
    switch parameters.credit {
    case .feedback:
      switch parameters.feedback {
      case .random: return rule.needs(extraReads: "none")
      case .symmetric: return rule.needs(extraReads: "the readout transposed")
      case .adaptive: return rule.needs(extraReads: "rows of the readout that are written")
      }
    case .localReadouts:
      return rule.needs(rule: "DECOLLE", extraReads: "a fixed random readout of the layer")
    case .layerByLayer:
      return rule.needs(rule: "OTTT", extraReads: "\(next) transposed")
    case .throughTime:
      let own = hidden[index].isRecurrent ? " and the layer's own rows, transposed" : " transposed"
      return rule.needs(rule: "back-propagation through time", extraReads: next + own)
    }
  }
}
