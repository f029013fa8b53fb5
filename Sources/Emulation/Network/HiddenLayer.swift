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
    input.rows.withUnsafeBufferPointer { rows in
      for (step, tick) in window.enumerated() {
        let active = Int(input.tickOffsets[tick])..<Int(input.tickOffsets[tick + 1])
        layer.array.read(
          block: block, rows: UnsafeBufferPointer(rebasing: rows[active]), tick: firstTick &+ UInt64(step), into: sums)
        neurons.step(
          block: block, input: sums, psi: learns ? rule.psi(block: block, tick: step) : nil,
          spikes: bits + step * neurons.spikeBytesPerTick)
      }
    }
  }

  /// Collects the spikes of all blocks, after all have run.
  func gather(ticks: Int) {
    let layout = layer.array.layout
    output.removeAll()
    spikeCounts.fill(0)
    for tick in 0..<ticks {
      let bits = spikeBits.base + tick * neurons.spikeBytesPerTick
      for block in 0..<layout.blockCount {
        let first = block * layout.tileColumns
        for byte in 0..<layout.blockWidth / 8 {
          var set = bits[block * layout.blockWidth / 8 + byte]
          while set != 0 {
            let neuron = first + byte * 8 + set.trailingZeroBitCount
            set &= set - 1
            output.appendRow(neuron)
            spikeCounts[neuron] += 1
          }
        }
      }
      output.endTick()
    }
  }
}
