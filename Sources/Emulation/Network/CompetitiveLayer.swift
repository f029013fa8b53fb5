import Crossbars
import Kernels
import Plasticity
import Spiking

/// A layer that learns from spike times: crossbar, competing neurons, rule. It runs tick by tick on one thread, since a
/// spike changes the weights of the next tick.
final class CompetitiveLayer: @unchecked Sendable {
  let layer: NetworkLayer
  let neurons: CompetitiveNeurons
  let rule: any SpikeTimingRule
  /// Spikes of the sample, the input of the next layer.
  private(set) var output: SpikeRaster
  /// Spikes of each neuron in the sample.
  let spikeCounts: AlignedBuffer<Int32>

  private let reward: RewardTrace?
  private let inputs: AlignedBuffer<Float>
  private let columnChanges: AlignedBuffer<Float>
  private let rowChanges: AlignedBuffer<Float>

  init(index: Int, parameters: NetworkParameters, competition: CompetitionParameters) {
    layer = NetworkLayer(index: index, parameters: parameters)
    let layout = layer.array.layout
    let neuron = parameters.neuron
    neurons = CompetitiveNeurons(
      parameters: CompetitiveNeurons.Parameters(
        leak: neuron.leak, threshold: neuron.threshold, inhibitionTicks: competition.inhibitionTicks,
        refractoryTicks: neuron.refractoryTicks, resetsToZero: neuron.reset == .zero,
        homeostasis: competition.homeostasis, targetSpikes: competition.targetSpikes),
      layout: layout)
    switch competition.rule {
    case .exponential(let rule):
      self.rule = ExponentialSpikeTiming(
        parameters: rule, rows: layout.rows, columns: layout.columns, bound: parameters.weightLimit,
        timeStep: neuron.timeStep)
    case .rectangular(let rule):
      self.rule = RectangularSpikeTiming(
        parameters: rule, rows: layout.rows, columns: layout.columns, bound: parameters.weightLimit,
        array: index,
        seed: parameters.noiseSeed ?? parameters.seed)
    }
    reward = competition.rewardDecay.map { RewardTrace(layout: layout, decay: $0) }
    output = SpikeRaster(rowCount: layout.columns)
    spikeCounts = AlignedBuffer(count: layout.columns)
    inputs = AlignedBuffer(count: layout.paddedColumns)
    columnChanges = AlignedBuffer(count: layout.rows)
    rowChanges = AlignedBuffer(count: layout.blockWidth)
  }

  /// What the rule keeps, reads and writes, with what waits for a reward.
  var needs: LearningNeeds {
    var needs = rule.needs
    guard reward != nil else { return needs }
    needs.rule += " with reward"
    needs.wordsPerSynapse += 1
    needs.writeTiming = "the end of the sample"
    return needs
  }

  func rest() {
    neurons.rest()
    rule.rest()
    reward?.rest()
    output.removeAll()
    spikeCounts.fill(0)
  }

  /// Runs the layer through all ticks of `input`.
  /// - Parameter boundary: number of the next write; grows with every write.
  func present(_ input: SpikeRaster, firstTick: UInt64, learns: Bool, boundary: inout UInt64) {
    let layout = layer.array.layout
    let (array, neurons, rule) = (layer.array, neurons, rule)
    input.forEachDrivenTick(in: 0..<input.tickCount) { tick, driven in
      let now = firstTick &+ UInt64(tick)
      if neurons.isInhibited {
        neurons.skip()
      } else {
        for block in 0..<layout.blockCount {
          let sums = inputs.base + block * layout.blockWidth
          array.read(block: block, rows: driven.rows, amplitudes: driven.amplitudes, tick: now, into: sums)
          neurons.integrate(block: block, input: sums)
        }
        neurons.decide()
      }
      for neuron in neurons.spikes {
        output.appendRow(Int(neuron))
        spikeCounts[Int(neuron)] += 1
      }
      output.endTick()
      if learns { learn(rule, inputs: driven.rows, tick: now, boundary: &boundary) }
    }
  }

  private func learn(
    _ rule: any SpikeTimingRule, inputs: UnsafeBufferPointer<Int32>, tick: UInt64, boundary: inout UInt64
  ) {
    rule.advance()
    reward?.advance()
    if rule.changesRows && !inputs.isEmpty {
      for row in inputs { changeRow(Int(row), rule: rule, boundary: boundary) }
      write(tick: tick, boundary: &boundary)
    }
    rule.noteInputs(inputs)
    for neuron in neurons.spikes {
      changeColumn(Int(neuron), rule: rule, tick: tick, boundary: &boundary)
    }
    for neuron in neurons.spikes { rule.noteSpike(Int(neuron)) }
  }

  private func changeRow(_ row: Int, rule: any SpikeTimingRule, boundary: UInt64) {
    let (array, layout) = (layer.array, layer.array.layout)
    for block in 0..<layout.blockCount {
      let columns = layout.columns(inBlock: block)
      rule.rowChanges(
        row: row, columns: columns, weights: array.effectiveWeights(block: block) + row * layout.blockWidth,
        into: rowChanges.base)
      if let reward {
        for lane in 0..<columns.count where rowChanges[lane] != 0 {
          reward.add(rowChanges[lane], row: row, column: columns.lowerBound + lane)
        }
      } else {
        layer.request(block: block, row: row, changes: rowChanges.base, boundary: boundary)
      }
    }
  }

  private func changeColumn(_ neuron: Int, rule: any SpikeTimingRule, tick: UInt64, boundary: inout UInt64) {
    let (array, layout) = (layer.array, layer.array.layout)
    let block = neuron / layout.tileColumns
    let lane = neuron - block * layout.tileColumns
    rule.columnChanges(
      neuron: neuron, weights: array.effectiveWeights(block: block) + lane, stride: layout.blockWidth, event: boundary,
      into: columnChanges.base)
    if let reward {
      for row in 0..<layout.rows where columnChanges[row] != 0 {
        reward.add(columnChanges[row], row: row, column: neuron)
      }
      boundary += 1
      return
    }
    layer.absorb(column: neuron, changes: columnChanges.base, boundary: boundary)
    layer.write(block: block, boundary: boundary, tick: tick)
    boundary += 1
  }

  /// Writes what waited, at the end of a sample whose decision was worth `reward`.
  func receive(reward value: Float, tick: UInt64, boundary: inout UInt64) {
    guard let reward else { return }
    reward.forEachChange(reward: value) { block, row, changes in
      layer.request(block: block, row: row, changes: changes, boundary: boundary)
    }
    write(tick: tick, boundary: &boundary)
  }

  private func write(tick: UInt64, boundary: inout UInt64) {
    for block in 0..<layer.array.layout.blockCount { layer.write(block: block, boundary: boundary, tick: tick) }
    boundary += 1
  }
}
