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
public final class SpikingNetwork: EmulatedNetwork, @unchecked Sendable {
  /// What was set.
  public let parameters: NetworkParameters
  /// Longest window in ticks.
  public let largestWindow: Int
  let features: FeatureLayers?
  let hidden: [HiddenLayer]
  let readout: ReadoutLayer
  let pool: TilePool
  private let spikeCounts: AlignedBuffer<Int32>
  /// The input of the window with its bias, where there is one.
  private var biasedInput: SpikeRaster
  /// When samples that nothing is learned from end early; `nil` for never. Only samples of one class do.
  public var earlyExit: EarlyExit?
  private(set) var readTicks: UInt64 = 0
  var boundaries: UInt64 = 0

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
    spikeCounts = AlignedBuffer(count: parameters.hidden.reduce(0, +))
    biasedInput = SpikeRaster(rowCount: parameters.inputs(ofLayer: 0))
  }

  private var convolutions: [ConvolutionLayer] { features?.convolutions ?? [] }

  /// Arrays from the input to the readout, with their names.
  public var arrays: [(name: String, array: CrossbarArray)] {
    convolutions.map { ($0.name, $0.array) } + hidden.map { ($0.layer.name, $0.layer.array) }
      + [(readout.layer.name, readout.layer.array)]
  }

  /// What each learning layer keeps, reads and writes, with its name.
  public var learningNeeds: [(layer: String, needs: LearningNeeds)] {
    let rules =
      hidden.indices.map { (hidden[$0].layer.name, needs(ofLayer: $0)) } + [(readout.layer.name, readout.rule.needs)]
    return rules.map { ($0.0, $0.1.with(parameters.optimiser, parameters.policy)) }
  }

  /// Learning rates of hidden layers and readout from here on; the factor is in them already.
  public func setRates(hidden rate: Float, readout readoutRate: Float, factor: Float = 1) {
    for layer in hidden { layer.rule.parameters.rate = rate }
    readout.rule.rate = readoutRate
  }

  /// Brings all neurons to rest.
  public func rest() {
    for layer in hidden { layer.rest() }
    readout.rest()
  }

  /// Lets time pass in which nothing is read: devices that drift or decay grow older.
  public func passTime(ticks: UInt64) { readTicks &+= ticks }

  /// Presents a sample, from rest or from where the last one ended, decides, and learns from it if `learns`.
  public func present(_ sample: SpikeRaster, target: SampleTarget, learns: Bool) -> SampleOutcome {
    precondition(target.tickLabels.map { $0.count == sample.tickCount } ?? true, "one label for each tick")
    precondition(
      target.signals.map { $0.count == sample.tickCount * parameters.outputs } ?? true, "one signal for tick and output"
    )
    spikeCounts.fill(0)
    features?.rest()
    if parameters.carriesState { readout.begin() } else { rest() }
    var spikes = [UInt64](repeating: 0, count: parameters.spikingLayerCount)
    let firstHidden = spikes.count - hidden.count
    spikes[0] = UInt64(sample.spikeCount)
    let exit = learns || !target.isWhole ? nil : earlyExit
    let longest = min(largestWindow, exit?.interval ?? largestWindow)
    var start = 0
    while start < sample.tickCount {
      let window = start..<min(start + longest, sample.tickCount)
      if let features {
        let counts = features.forward(sample, window: window, firstTick: readTicks, pool: pool)
        for (index, count) in counts.enumerated() { spikes[index + 1] += UInt64(count) }
        forward(features.output, window: 0..<window.count, target: target, start: start, learns: learns)
      } else {
        forward(sample, window: window, target: target, start: start, learns: learns)
      }
      for (index, layer) in hidden.enumerated() { spikes[firstHidden + index] += UInt64(layer.spikeCount) }
      countSpikes()
      if learns { learn(ticks: window.count) }
      readTicks += UInt64(window.count)
      start = window.upperBound
      if let exit, exit.ends(evidence: readout.evidence, ticks: start - target.firstScored) { break }
    }
    if learns, let sum = parameters.columnSum { normalise(columnSum: sum) }
    return SampleOutcome(decision: readout.decision, target: target, tally: readout.tally, spikes: spikes)
  }

  private func countSpikes() {
    var first = 0
    for layer in hidden {
      for neuron in 0..<layer.spikeCounts.count { spikeCounts[first + neuron] += layer.spikeCounts[neuron] }
      first += layer.spikeCounts.count
    }
  }

  /// What spoke for each class in the last sample: the readout, summed over the ticks that count.
  public var evidence: [Float] { readout.evidence }

  /// Spikes of each neuron of each hidden layer in the last sample, layer after layer.
  public var hiddenSpikeCounts: [Int32] { Array(spikeCounts.elements) }

  private func forward(_ input: SpikeRaster, window: Range<Int>, target: SampleTarget, start: Int, learns: Bool) {
    guard parameters.hasBias else {
      return forwardRows(input, window: window, target: target, start: start, learns: learns)
    }
    biasedInput.removeAll(isGraded: input.isGraded)
    biasedInput.append(input, window: window, withRow: parameters.inputs(ofLayer: 0) - 1)
    forwardRows(biasedInput, window: 0..<window.count, target: target, start: start, learns: learns)
  }

  private func forwardRows(
    _ sample: SpikeRaster, window: Range<Int>, target: SampleTarget, start: Int, learns: Bool
  ) {
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
    if takesFeedbackFirst { useReadoutAsFeedback() }
    pool.forEach(learns ? 2 : 1) { [self] item in
      if item == 0 {
        readout.forward(
          input: last.output, ticks: window.count, firstTick: first, target: target, start: start, learns: learns)
      } else {
        for layer in hidden { prepareLearning(of: layer, ticks: window.count, target: target, start: start) }
        if parameters.feedback == .symmetric && !takesFeedbackFirst { useReadoutAsFeedback() }
      }
    }
  }
}

extension SpikingNetwork {
  /// Ticks read since the start of the run.
  public var ticksRead: UInt64 { readTicks }
  /// What each array is fed by and feeds.
  public var fedNeurons: [FedNeurons] {
    convolutions.map(\.fedNeurons) + hidden.map(\.layer.fedNeurons) + [readout.layer.fedNeurons]
  }
  /// The first thing that was no number, if there was one.
  public var firstFlaw: NetworkFlaw? {
    (hidden.map(\.layer) + [readout.layer]).compactMap(\.firstFlaw).min { $0.boundary < $1.boundary }
  }
  /// Everything that evolves, copied out or put back.
  /// - Precondition: a snapshot that is set has the shapes of this network; check a file's shapes before.
  public var snapshot: NetworkSnapshot {
    get {
      let stateUnit = parameters.device.quantity.unit
      var layers = convolutions.map { $0.snapshot(stateUnit: stateUnit) }
      for layer in hidden {
        var saved = layer.layer.snapshot(stateUnit: stateUnit, potentials: layer.neurons.state.potentials)
        let carried = layer.rule.carried?.state
        saved.inputTraces = carried?.inputTraces ?? []
        saved.eligibility = carried?.eligibility ?? []
        saved.feedback = layer.receives ? [] : layer.rule.feedbackMatrix
        saved.errorThresholds = layer.trigger?.thresholds ?? []
        if parameters.carriesState { layer.saveDynamics(into: &saved) }
        layers.append(saved)
      }
      layers.append(readout.snapshot(stateUnit: stateUnit))
      return NetworkSnapshot(layers: layers, readTicks: readTicks, boundaries: boundaries)
    }
    set {
      let first = convolutions.count
      precondition(newValue.layers.count == arrays.count, "a snapshot of \(arrays.count) layers is needed")
      for (layer, saved) in zip(convolutions, newValue.layers) { layer.restore(saved) }
      for (layer, saved) in zip(hidden, newValue.layers[first...]) {
        layer.layer.restore(saved)
        layer.neurons.state = .init(potentials: saved.potentials)
        layer.rule.carried?.state = .init(inputTraces: saved.inputTraces, eligibility: saved.eligibility)
        layer.trigger?.thresholds = saved.errorThresholds
        if parameters.carriesState { layer.restoreDynamics(saved) }
        if case .random = parameters.feedback { continue }
        if !layer.receives { layer.rule.feedbackMatrix = saved.feedback }
      }
      readout.restore(newValue.layers[first + hidden.count])
      readTicks = newValue.readTicks
      boundaries = newValue.boundaries
    }
  }
}
