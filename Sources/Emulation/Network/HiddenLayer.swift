import Kernels
import Plasticity
import Spiking

/// A hidden layer: crossbar, neurons, and the spikes they made in the present window.
final class HiddenLayer: @unchecked Sendable {
  let layer: NetworkLayer
  let neurons: LeakyIntegrateAndFire
  let rule: EProp
  /// Spikes of the window, the input of the next layer.
  private(set) var output: SpikeRaster
  /// Output spikes of the window by neuron, for learning in the next layer.
  var outputByRow = RowSpikes()
  /// Spikes of each neuron in the window.
  let spikeCounts: AlignedBuffer<Int32>

  private let inputs: AlignedBuffer<Float>
  private let spikeBits: AlignedBuffer<UInt8>
  /// Spikes of each block in the window.
  private let blockSpikes: AlignedBuffer<Int>

  init(index: Int, parameters: NetworkParameters, largestWindow: Int) {
    layer = NetworkLayer(index: index, parameters: parameters)
    let layout = layer.array.layout
    neurons = LeakyIntegrateAndFire(parameters: parameters.neuron, layout: layout)
    rule = EProp(
      layout: layout, outputs: parameters.outputs, largestWindow: largestWindow,
      parameters: EProp.Parameters(
        rate: parameters.rate, leak: parameters.neuron.leak,
        decay: parameters.filtersEligibility ? parameters.readout.decay : nil, penalty: parameters.ratePenalty,
        targetSpikesPerTick: Float(parameters.targetRate * parameters.neuron.timeStep)),
      carriesTraces: parameters.updateTicks != nil)
    if case .random(let sigma) = parameters.feedback {
      let stream = RandomStream(seed: parameters.seed, purpose: .feedback)
      rule.setFeedback { output, neuron in
        sigma * stream.gaussians(array: index, item: output * layout.columns + neuron, event: 0)[0]
      }
    }
    output = SpikeRaster(rowCount: layout.columns)
    spikeCounts = AlignedBuffer(count: layout.columns)
    inputs = AlignedBuffer(count: layout.paddedColumns)
    spikeBits = AlignedBuffer(count: largestWindow * layout.paddedColumns / 8)
    blockSpikes = AlignedBuffer(count: layout.blockCount)
  }

  var blockCount: Int { layer.array.layout.blockCount }

  func rest() {
    neurons.rest()
    rule.carried?.rest()
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
        block: block, input: sums, psi: psi.map { $0 + step * layout.blockWidth }, spikes: bits + step * bytesPerTick)
    }
    blockSpikes[block] = fired
  }

  /// Collects the spikes of all blocks, after all have run.
  func gather(ticks: Int) {
    let layout = layer.array.layout
    output.removeAll()
    output.append(atMostSpikes: blockSpikes.elements.reduce(0, +), atMostTicks: ticks) { appender in
      if layout.blockWidth % 64 == 0 {
        gather(UInt64.self, ticks: ticks, into: &appender)
      } else {
        gather(UInt16.self, ticks: ticks, into: &appender)
      }
    }
    spikeCounts.fill(0)
    for neuron in output.rows { spikeCounts.base[Int(neuron)] += 1 }
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
      appender.endTick()
    }
  }
}
