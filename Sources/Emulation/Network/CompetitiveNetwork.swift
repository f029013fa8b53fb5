import Checkpoints
import Crossbars
import Hardware
import Kernels
import Plasticity

/// A spiking network on emulated crossbars that learns from the times of its spikes.
///
/// Input spikes → layers of competing neurons, each on its own array → a decision: votes of the last layer, or a leaky readout
/// that learns with labels. Weights change in the tick of the spike, or, with a reward, at the end of the sample. The
/// result depends on parameters, seed and samples only.
public final class CompetitiveNetwork: EmulatedNetwork, @unchecked Sendable {
  /// What was set.
  public let parameters: NetworkParameters
  private let competition: CompetitionParameters
  private let features: FeatureLayers?
  private let layers: [CompetitiveLayer]
  private var votes: ClassVotes?
  private let readout: ReadoutLayer?
  private var lastByRow = RowSpikes()
  private let pool: TilePool
  /// Ticks read since the start of the run.
  public private(set) var ticksRead: UInt64 = 0
  /// What spoke for each class in the last sample: the readout summed over its ticks, votes, or spikes of assigned neurons.
  public private(set) var evidence: [Float]
  private var boundaries: UInt64 = 0

  /// Builds the network with its initial weights.
  ///
  /// - Parameters:
  ///   - largestSample: most ticks of a sample.
  ///   - pool: threads that share the columns of feature layers.
  /// - Precondition: the parameters have a competition.
  public init(parameters: NetworkParameters, largestSample: Int = 1, pool: TilePool = TilePool(threadCount: 1)) {
    guard let competition = parameters.competition, let neurons = parameters.hidden.last else {
      preconditionFailure("a competitive network has a competition and at least one hidden layer")
    }
    self.parameters = parameters
    self.competition = competition
    self.pool = pool
    evidence = [Float](repeating: 0, count: parameters.outputs)
    features = parameters.features.map { FeatureLayers($0, parameters: parameters, largestWindow: largestSample) }
    layers = parameters.hidden.indices.map {
      CompetitiveLayer(index: $0, parameters: parameters, competition: competition)
    }
    switch competition.decision {
    case .readout:
      readout = ReadoutLayer(parameters: parameters, largestWindow: largestSample)
    case .votes(let memory):
      readout = nil
      votes = ClassVotes(classes: parameters.outputs, neurons: neurons, memory: Float(memory))
    case .assigned:
      readout = nil
    }
  }

  private var convolutions: [ConvolutionLayer] { features?.convolutions ?? [] }

  /// Arrays from the input to the readout, with their names.
  public var arrays: [(name: String, array: CrossbarArray)] {
    convolutions.map { ($0.name, $0.array) } + layers.map { ($0.layer.name, $0.layer.array) }
      + (readout.map { [($0.layer.name, $0.layer.array)] } ?? [])
  }

  /// What each learning layer keeps, reads and writes, with its name.
  public var learningNeeds: [(layer: String, needs: LearningNeeds)] {
    let rules = layers.map { ($0.layer.name, $0.needs) } + (readout.map { [($0.layer.name, $0.rule.needs)] } ?? [])
    return rules.map { ($0.0, $0.1.with(.gradientDescent, parameters.policy)) }
  }

  /// Learning from here on: the factor acts on all changes of STDP, the rate on the readout.
  public func setRates(hidden rate: Float, readout readoutRate: Float, factor: Float) {
    for layer in layers { layer.rule.rate = factor }
    readout?.rule.rate = readoutRate
  }

  /// Brings all neurons to rest, as every sample does.
  public func rest() {
    features?.rest()
    for layer in layers { layer.rest() }
    readout?.rest()
  }

  /// Lets time pass in which nothing is read: devices that drift or decay grow older.
  public func passTime(ticks: UInt64) { ticksRead &+= ticks }

  /// Presents a sample from rest, decides, and learns from it if `learns`.
  ///
  /// Votes count all spikes and know one class for a sample; a reward is for the class of the sample.
  public func present(_ sample: SpikeRaster, target: SampleTarget, learns: Bool) -> SampleOutcome {
    rest()
    let ticks = sample.tickCount
    var spikes = [UInt64(sample.spikeCount)]
    if let features {
      spikes += features.forward(sample, window: 0..<ticks, firstTick: ticksRead, pool: pool).map { UInt64($0) }
    }
    var input = features?.output ?? sample
    for layer in layers {
      layer.present(input, firstTick: ticksRead, learns: learns, boundary: &boundaries)
      input = layer.output
      spikes.append(UInt64(input.spikeCount))
    }
    let decision = decide(ticks: ticks, target: target, learns: learns)
    if learns {
      let end = ticksRead &+ UInt64(ticks)
      for layer in layers {
        layer.receive(reward: decision == target.label ? 1 : -1, tick: end, boundary: &boundaries)
        layer.neurons.adjustThresholds(spikeCounts: layer.spikeCounts.base)
      }
    }
    ticksRead += UInt64(ticks)
    if learns, let sum = parameters.columnSum { normalise(columnSum: sum) }
    guard let readout else { return SampleOutcome(decision: decision, label: target.label, spikes: spikes) }
    return SampleOutcome(decision: decision, target: target, tally: readout.tally, spikes: spikes)
  }

  /// Scales the weights that neurons get from the layer in front.
  private func normalise(columnSum: Float) {
    for (index, own) in layers.enumerated() {
      for block in 0..<own.layer.array.layout.blockCount {
        own.layer.normalise(
          block: block, rows: parameters.sources(ofLayer: index), columnSum: columnSum, boundary: boundaries,
          tick: ticksRead)
      }
    }
    boundaries += 1
  }

  private func decide(ticks: Int, target: SampleTarget, learns: Bool) -> Int {
    let last = layers[layers.count - 1]
    let counts = UnsafePointer(last.spikeCounts.base)
    if let readout {
      readout.forward(input: last.output, ticks: ticks, firstTick: ticksRead, target: target, learns: learns)
      if learns { learn(readout, from: last, ticks: ticks) }
      evidence = readout.evidence
      return readout.decision
    }
    if let votes {
      evidence = votes.votes(spikeCounts: counts)
      if learns { self.votes?.learn(spikeCounts: counts, label: target.label) }
    } else {
      evidence = [Float](repeating: 0, count: parameters.outputs)
      for neuron in 0..<last.spikeCounts.count { evidence[neuron % parameters.outputs] += Float(counts[neuron]) }
    }
    return evidence.indexOfLargest ?? 0
  }

  private func learn(_ readout: ReadoutLayer, from last: CompetitiveLayer, ticks: Int) {
    lastByRow.transpose(last.output, window: 0..<ticks)
    readout.filterBackwards(ticks: ticks)
    readout.rule.prepare(ticks: ticks, signal: readout.signal)
    readout.learn(spikes: lastByRow, boundary: boundaries, tick: ticksRead &+ UInt64(ticks))
    readout.rule.endWindow(ticks: ticks, spikes: lastByRow)
    boundaries += 1
  }

  /// None: nothing comes back from the outputs.
  public var feedbackAlignment: Double? { nil }

  /// Spikes of each neuron of each hidden layer in the last sample, layer after layer.
  public var hiddenSpikeCounts: [Int32] { layers.flatMap { Array($0.spikeCounts.elements) } }

  /// The first thing that was no number, if there was one.
  public var firstFlaw: NetworkFlaw? {
    (layers.map(\.layer) + (readout.map { [$0.layer] } ?? [])).compactMap(\.firstFlaw)
      .min { $0.boundary < $1.boundary }
  }

  /// What each array is fed by and feeds.
  public var fedNeurons: [FedNeurons] {
    convolutions.map(\.fedNeurons) + layers.map(\.layer.fedNeurons) + (readout.map { [$0.layer.fedNeurons] } ?? [])
  }

  /// Everything that evolves, copied out or put back.
  public var snapshot: NetworkSnapshot {
    get {
      let stateUnit = parameters.device.quantity.unit
      var saved = convolutions.map { $0.snapshot(stateUnit: stateUnit) }
      for (index, layer) in layers.enumerated() {
        let isLast = index == layers.count - 1
        let state = layer.neurons.state
        var snapshot = layer.layer.snapshot(stateUnit: stateUnit, potentials: state.potentials)
        snapshot.thresholds = state.thresholds
        if isLast, let votes {
          snapshot.classes = votes.classes
          snapshot.responses = votes.responses
        }
        saved.append(snapshot)
      }
      if let readout { saved.append(readout.snapshot(stateUnit: stateUnit)) }
      return NetworkSnapshot(layers: saved, readTicks: ticksRead, boundaries: boundaries)
    }
    set {
      precondition(newValue.layers.count == arrays.count, "a snapshot of \(arrays.count) layers is needed")
      for (layer, saved) in zip(convolutions, newValue.layers) { layer.restore(saved) }
      for (layer, saved) in zip(layers, newValue.layers[convolutions.count...]) {
        layer.layer.restore(saved)
        layer.neurons.state = .init(potentials: saved.potentials, thresholds: saved.thresholds)
        if !saved.responses.isEmpty { votes?.responses = saved.responses }
      }
      if let readout { readout.restore(newValue.layers[newValue.layers.count - 1]) }
      ticksRead = newValue.readTicks
      boundaries = newValue.boundaries
    }
  }
}
