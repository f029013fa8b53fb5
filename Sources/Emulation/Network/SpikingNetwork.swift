import Checkpoints
import Crossbars
import Hardware
import Kernels
import Plasticity
import Spiking

/// A spiking network on emulated crossbars that learns while it runs.
///
/// Input spikes → hidden layers of leaky integrate-and-fire neurons → leaky readout, each layer on its own array. A sample is
/// presented window by window; inside a window the layers run one after the other over all ticks, which is the same
/// as tick by tick because no layer feeds an earlier one, and lets threads meet once per layer instead of once per tick. A
/// recurrent layer, which sees its own spikes one tick later, runs tick by tick on one thread.
/// At the end of a window learning may write. The result depends on parameters, seed and samples only.
public final class SpikingNetwork: @unchecked Sendable {
  /// What a sample made the network do.
  public struct Outcome: Sendable, Equatable {
    /// The class the network decided for, before it learned from the sample.
    public var decision: Int
    /// Input spikes, then the spikes of each feature layer and of each hidden layer.
    public var spikes: [UInt64]
  }

  /// What was set.
  public let parameters: NetworkParameters
  /// Longest window in ticks.
  public let largestWindow: Int
  let features: FeatureLayers?
  let hidden: [HiddenLayer]
  let readout: ReadoutLayer
  private let pool: TilePool
  fileprivate var readTicks: UInt64 = 0
  fileprivate var boundaries: UInt64 = 0

  /// Builds the network with its initial weights.
  ///
  /// - Parameters:
  ///   - largestSample: most ticks of a sample.
  ///   - pool: threads that share the columns.
  public init(parameters: NetworkParameters, largestSample: Int = 1, pool: TilePool = TilePool(threadCount: 1)) {
    precondition(!parameters.hidden.isEmpty, "a network has at least one hidden layer")
    self.parameters = parameters
    largestWindow = min(parameters.updateTicks ?? largestSample, largestSample)
    let window = largestWindow
    features = parameters.features.map {
      FeatureLayers($0, parameters: parameters, largestWindow: window)
    }
    hidden = (0..<parameters.hidden.count).map {
      HiddenLayer(index: $0, parameters: parameters, largestWindow: window)
    }
    readout = ReadoutLayer(parameters: parameters, largestWindow: window)
    self.pool = pool
  }

  private var convolutions: [ConvolutionLayer] { features?.convolutions ?? [] }

  /// Arrays from the input to the readout, with their names.
  public var arrays: [(name: String, array: CrossbarArray)] {
    convolutions.map { ($0.name, $0.array) } + hidden.map { ($0.layer.name, $0.layer.array) }
      + [(readout.layer.name, readout.layer.array)]
  }

  /// Learning rates of hidden layers and readout from here on.
  public func setRates(hidden rate: Float, readout readoutRate: Float) {
    for layer in hidden { layer.rule.parameters.rate = rate }
    readout.rule.rate = readoutRate
  }

  /// Presents a sample from rest, decides, and learns from it if `learns`.
  /// - Parameter firstScored: tick from which on the readout decides and errors count.
  public func present(_ sample: SpikeRaster, label: Int, learns: Bool, firstScored: Int = 0) -> Outcome {
    features?.rest()
    for layer in hidden { layer.rest() }
    readout.rest()
    var spikes = [UInt64](repeating: 0, count: parameters.spikingLayerCount)
    let firstHidden = spikes.count - hidden.count
    spikes[0] = UInt64(sample.spikeCount)
    var start = 0
    while start < sample.tickCount {
      let window = start..<min(start + largestWindow, sample.tickCount)
      if let features {
        let counts = features.forward(sample, window: window, firstTick: readTicks, pool: pool)
        for (index, count) in counts.enumerated() { spikes[index + 1] += UInt64(count) }
        forward(
          features.output, window: 0..<window.count, label: label, learns: learns, firstScored: firstScored - start)
      } else {
        forward(sample, window: window, label: label, learns: learns, firstScored: firstScored - start)
      }
      for (index, layer) in hidden.enumerated() { spikes[firstHidden + index] += UInt64(layer.output.spikeCount) }
      if learns { learn(ticks: window.count) }
      readTicks += UInt64(window.count)
      start = window.upperBound
    }
    return Outcome(decision: readout.decision, spikes: spikes)
  }

  private func forward(_ sample: SpikeRaster, window: Range<Int>, label: Int, learns: Bool, firstScored: Int) {
    let first = readTicks
    for (index, layer) in hidden.enumerated() {
      let input = index == 0 ? sample : hidden[index - 1].output
      let ticks = index == 0 ? window : 0..<window.count
      if layer.isRecurrent {
        layer.forwardTickByTick(input: input, window: ticks, firstTick: first, learns: learns)
        layer.gather(ticks: window.count)
        continue
      }
      // What learning needs of the input is prepared beside the blocks of the first layer.
      let prepares = index == 0 && learns
      pool.forEach(layer.blockCount + (prepares ? 1 : 0)) { block in
        if block < layer.blockCount {
          layer.forward(block: block, input: input, window: ticks, firstTick: first, learns: learns)
        } else {
          layer.inputByRow.transpose(sample, window: window)
        }
      }
      layer.gather(ticks: window.count)
    }
    let last = hidden[hidden.count - 1]
    // A readout that ages changes its weights while it is read, so the feedback is taken before.
    let takesFeedbackFirst = learns && parameters.feedback == .symmetric && readout.layer.array.agesByItself
    if takesFeedbackFirst { for layer in hidden { useReadoutAsFeedback(of: layer) } }
    pool.forEach(learns ? 2 : 1) { [self] item in
      if item == 0 {
        readout.forward(
          input: last.output, ticks: window.count, firstTick: first, label: label, learns: learns,
          firstScored: firstScored)
      } else {
        for layer in hidden {
          prepareLearning(of: layer, ticks: window.count, takesFeedback: !takesFeedbackFirst)
        }
      }
    }
  }

  /// What learning needs of a hidden layer and does not depend on the errors; runs beside the readout.
  private func prepareLearning(of layer: HiddenLayer, ticks: Int, takesFeedback: Bool) {
    layer.outputByRow.transpose(layer.output, window: 0..<ticks)
    if layer.isRecurrent { layer.sortInput(ticks: ticks) }
    layer.rule.penalise(spikeCounts: layer.spikeCounts.base, ticks: ticks)
    if takesFeedback && parameters.feedback == .symmetric { useReadoutAsFeedback(of: layer) }
  }

  private func learn(ticks: Int) {
    readout.filterBackwards(ticks: ticks)
    readout.rule.prepare(ticks: ticks, signal: readout.signal)
    // All layers at once: the feedback is fixed by now, so no block depends on what another writes.
    let boundary = boundaries
    let tick = readTicks &+ UInt64(ticks)
    let items = hidden.indices.flatMap { layer in (0..<hidden[layer].blockCount).map { (layer, $0) } }
    pool.forEach(items.count + 1) { [self] item in
      if item == items.count {
        learnReadout(boundary: boundary, tick: tick)
      } else {
        learnHidden(items[item].0, block: items[item].1, ticks: ticks, boundary: boundary, tick: tick)
      }
    }
    for (index, layer) in hidden.enumerated() {
      layer.rule.endWindow(ticks: ticks, spikes: rowSpikes(ofLayer: index))
    }
    readout.rule.endWindow(ticks: ticks, spikes: readoutSpikes)
    boundaries += 1
  }

  private var readoutSpikes: RowSpikes { hidden[hidden.count - 1].outputByRow }

  private func learnHidden(_ index: Int, block: Int, ticks: Int, boundary: UInt64, tick: UInt64) {
    let own = hidden[index]
    let spikes = rowSpikes(ofLayer: index)
    readout.withTeaching { signal in
      own.reverse(block: block, ticks: ticks, signal: signal)
      own.rule.forEachChange(block: block, ticks: ticks, spikes: spikes, signal: signal) { row, changes in
        own.layer.absorb(block: block, row: row, changes: changes, boundary: boundary)
      }
    }
    own.layer.write(block: block, boundary: boundary, tick: tick)
  }

  private func learnReadout(boundary: UInt64, tick: UInt64) {
    for block in 0..<readout.blockCount {
      readout.rule.forEachChange(block: block, spikes: readoutSpikes) { row, changes in
        readout.layer.absorb(block: block, row: row, changes: changes, boundary: boundary)
      }
      readout.layer.write(block: block, boundary: boundary, tick: tick)
    }
  }

  /// Spikes on the rows of a hidden layer in the present window.
  private func rowSpikes(ofLayer index: Int) -> RowSpikes {
    index == 0 || hidden[index].isRecurrent ? hidden[index].inputByRow : hidden[index - 1].outputByRow
  }

  private func useReadoutAsFeedback(of layer: HiddenLayer) {
    let array = readout.layer.array
    layer.rule.setFeedback { output, neuron in array.effectiveWeight(row: neuron, column: output) }
  }
}

extension SpikingNetwork {
  /// Ticks read since the start of the run.
  public var ticksRead: UInt64 { readTicks }
  /// Memory devices of all arrays.
  public var deviceCount: Int { arrays.reduce(0) { $0 + $1.array.deviceCount } }
  /// Devices for each weight, with the share of the reference columns of tiles; mean over all weights.
  public var devicesPerWeight: Double {
    let weights = arrays.map { Double($0.array.layout.rows * $0.array.layout.columns) }
    let devices = zip(arrays, weights).reduce(0) { $0 + $1.0.array.devicesPerWeight * $1.1 }
    return devices / weights.reduce(0, +)
  }
  /// Tiles whose wires were solved, and whose solution was kept, since the network was made.
  public var wireSolutions: (solved: UInt64, reused: UInt64) {
    arrays.map(\.array.wireSolutions).reduce((0, 0)) { ($0.0 + $1.solved, $0.1 + $1.reused) }
  }
  /// Devices that no longer answer to pulses.
  public var stuckDeviceCount: Int { arrays.reduce(0) { $0 + $1.array.stuckDeviceCount } }
  /// Pulses of all devices since the start of the run.
  public var totalPulses: (set: UInt64, reset: UInt64) {
    arrays.reduce((0, 0)) { ($0.0 + $1.array.ledger.total(.set), $0.1 + $1.array.ledger.total(.reset)) }
  }
  /// Writes of all arrays since the start of the run.
  public var writeActivity: WriteActivity {
    arrays.reduce(into: WriteActivity()) { $0.add($1.array.writeActivity) }
  }
  /// Energy and time of these writes; the arrays are written one after the other.
  public func writeCosts(on hardware: HardwareParameters) -> WriteCosts {
    arrays.reduce(.none) { $0 + $1.array.writeCosts(on: hardware) }
  }
  /// Energy and time of all reads and neurons since the start of the run; the arrays are read one after the other.
  public func readCosts(on hardware: HardwareParameters) -> ReadCosts {
    let dense = (hidden.map(\.layer.array) + [readout.layer.array]).map { $0.readCosts(ticks: readTicks, on: hardware) }
    return dense.reduce(convolutions.map { $0.readCosts(ticks: readTicks, on: hardware) }.reduce(.none, +), +)
  }
  /// Devices that have spent more than half of their own life.
  public var devicesPastHalfLife: Int { arrays.reduce(0) { $0 + $1.array.deviceCount(pastLifeFraction: 0.5) } }
  /// The first thing that was no number, if there was one.
  public var firstFlaw: NetworkFlaw? {
    (hidden.map(\.layer) + [readout.layer]).compactMap(\.firstFlaw).min { $0.boundary < $1.boundary }
  }
  /// Reads of all arrays since the start of the run.
  public var readActivity: ReadActivity {
    arrays.reduce(into: ReadActivity()) { $0.add($1.array.readActivity) }
  }

  /// Everything that evolves, copied out or put back.
  /// - Precondition: a snapshot that is set has the shapes of this network; check a file's shapes before.
  public var snapshot: NetworkSnapshot {
    get {
      let stateUnit = parameters.device.quantity.unit
      var layers = convolutions.map { layer in
        LayerSnapshot(
          name: layer.name, rows: layer.array.layout.rows, columns: layer.array.layout.columns,
          places: layer.placeCount, array: layer.array.state, stateUnit: stateUnit, potentials: layer.potentials,
          pendingChanges: [], inputTraces: [],
          eligibility: [], feedback: [])
      }
      layers += hidden.map { layer in
        let carried = layer.rule.carried?.state
        return LayerSnapshot(
          name: layer.layer.name, rows: layer.layer.array.layout.rows, columns: layer.layer.array.layout.columns,
          array: layer.layer.array.state, stateUnit: stateUnit, potentials: layer.neurons.state.potentials,
          pendingChanges: layer.layer.policy?.pendingChanges ?? [], inputTraces: carried?.inputTraces ?? [],
          eligibility: carried?.eligibility ?? [], feedback: layer.rule.feedbackMatrix)
      }
      let array = readout.layer.array
      layers.append(
        LayerSnapshot(
          name: readout.layer.name, rows: array.layout.rows, columns: array.layout.columns, array: array.state,
          stateUnit: stateUnit, potentials: readout.integrator.state.values,
          pendingChanges: readout.layer.policy?.pendingChanges ?? [],
          inputTraces: readout.rule.state, eligibility: [], feedback: []))
      return NetworkSnapshot(layers: layers, readTicks: readTicks, boundaries: boundaries)
    }
    set {
      let first = convolutions.count
      precondition(newValue.layers.count == arrays.count, "a snapshot of \(arrays.count) layers is needed")
      for (layer, saved) in zip(convolutions, newValue.layers) {
        layer.array.state = saved.array
        layer.potentials = saved.potentials
      }
      for (layer, saved) in zip(hidden, newValue.layers[first...]) {
        layer.layer.array.state = saved.array
        layer.neurons.state = .init(potentials: saved.potentials)
        layer.layer.policy?.pendingChanges = saved.pendingChanges
        layer.rule.carried?.state = .init(inputTraces: saved.inputTraces, eligibility: saved.eligibility)
        if parameters.feedback == .symmetric { layer.rule.feedbackMatrix = saved.feedback }
      }
      let saved = newValue.layers[first + hidden.count]
      readout.layer.array.state = saved.array
      readout.integrator.state = .init(values: saved.potentials)
      readout.layer.policy?.pendingChanges = saved.pendingChanges
      readout.rule.state = saved.inputTraces
      readTicks = newValue.readTicks
      boundaries = newValue.boundaries
    }
  }
}
