import Crossbars
import Devices
import Kernels
import Plasticity
import Spiking

/// Everything that fixes a network before it has seen a spike.
public struct NetworkParameters: Sendable, Equatable {
  /// Where the learning signal of a hidden layer comes from.
  public enum Feedback: Sendable, Equatable {
    /// Fixed random numbers with this standard deviation.
    case random(sigma: Float)
    /// The present weights of the readout, read transposed. One hidden layer only, where it is not the last that is meant.
    case symmetric
    /// Random numbers at first, which follow the changes of the readout; both decay by `decay` of themselves with every change.
    /// One hidden layer only.
    case adaptive(sigma: Float, decay: Float)

    /// Standard deviation of what it is at first; `nil` for that of the readout.
    var initialSigma: Float? {
      switch self {
      case .random(let sigma), .adaptive(let sigma, _): sigma
      case .symmetric: nil
      }
    }
  }

  /// Number of input rows.
  public var inputRows: Int
  /// Layers with fixed kernels between the input and the hidden layers; `nil` for none.
  public var features: FeatureParameters?
  /// Neurons of each hidden layer.
  public var hidden: [Int]
  /// Number of outputs: classes.
  public var outputs: Int
  /// Neurons of the hidden layers.
  public var neuron: LeakyIntegrateAndFire.Parameters
  /// Readout.
  public var readout: LeakyIntegrator.Parameters
  /// Standard deviation of the initial weights of the hidden layers.
  public var initialWeightSigma: Float
  /// Standard deviation of the initial weights of the readout.
  public var initialReadoutSigma: Float
  /// Rows of a tile.
  public var tileRows: Int
  /// Columns of a tile.
  public var tileColumns: Int
  /// Weight that the full conductance range carries.
  public var weightLimit: Float
  /// Converter per column, `nil` for exact reads.
  public var converter: Converter?
  /// Full scales of converters that were calibrated, weights, by number of the array.
  public var fullScales: [Int: Double] = [:]
  /// Whether reads are noisy.
  public var hasReadNoise: Bool
  /// Shortest time in seconds between two looks at what time does to the devices.
  public var ageingInterval: Double
  /// Wires of the tiles; `nil` for wires without resistance.
  public var wires: WireParameters?
  /// How the charge of capacitive devices is collected; `nil` without error.
  public var charge: ChargeParameters?
  /// How a weight becomes devices.
  public var mapping = WeightMapping()
  /// What drives the input rows to amplitudes; `nil` for input that is spikes.
  public var rowDriver: RowDriver?
  /// The memory device.
  public var device: DeviceParameters
  /// Learning signal of the hidden layers.
  public var feedback: Feedback
  /// What the readout should be.
  public var loss: LossFunction
  /// Learning rate of the hidden layers.
  public var rate: Float
  /// Learning rate of the readout.
  public var readoutRate: Float
  /// Whether the readout filter is part of the eligibility.
  public var filtersEligibility: Bool
  /// Weight of the firing-rate penalty, per spike and tick above the target.
  public var ratePenalty: Float
  /// Firing rate above which the penalty acts, hertz.
  public var targetRate: Double
  /// Ticks between two boundaries; `nil`: one boundary at the end of a sample.
  public var updateTicks: Int?
  /// What the magnitudes of the feed-forward weights of a hidden neuron are scaled to after each sample; `nil` for no scaling.
  public var columnSum: Float?
  /// What shapes wanted changes before they are written.
  public var optimiser = OptimiserChoice.gradientDescent
  /// When wanted changes become pulses.
  public var policy: WritePolicyChoice
  /// What a synapse is made of and how pulses reach it.
  public var writing: WriteParameters
  /// Seed of the run.
  public var seed: UInt64
  /// Seed of what happens by chance while the network runs; `nil` for that of the run.
  public var noiseSeed: UInt64?

  /// Layers that spike: the input, feature layers, hidden layers.
  public var spikingLayerCount: Int { 1 + (features?.stages.count ?? 0) + hidden.count }

  /// How errors reach the synapses of hidden layers.
  public var credit = CreditAssignment.feedback
  /// What hidden layers are told through the feedback weights.
  public var teaching = TeachingSignal.error
  /// Outputs whose feedback reaches a hidden neuron, chosen at random; `nil` for all.
  public var feedbackFanIn: Int?
  /// Whether hidden layers see their own spikes of the tick before.
  public var isRecurrent = false
  /// Standard deviation of the initial weights between the neurons of a recurrent layer.
  public var initialRecurrentSigma: Float = 0

  /// Whether each layer has a row that is driven in every tick: the weights of that row are biases.
  public var hasBias = false
  /// Whether neurons go on from one sample to the next.
  public var carriesState = false
  /// Weights that the layers begin with, the readout last, each `[rows × columns]` as of ``shape(ofLayer:)``, row-major;
  /// `nil` for random ones.
  public var initialWeights: [[Float]]?

  /// Spikes that reach a layer from outside: its inputs without the bias and without its own spikes.
  public func sources(ofLayer layer: Int) -> Int {
    layer == 0 ? features?.output.count ?? inputRows : hidden[layer - 1]
  }

  /// Inputs of a layer, without its own spikes. The bias is the last of them.
  public func inputs(ofLayer layer: Int) -> Int { sources(ofLayer: layer) + (hasBias ? 1 : 0) }

  /// Mean of the initial weights of the hidden layers.
  public var initialWeightMean: Float = 0
  /// Learning from spike times; `nil` where hidden layers learn from errors.
  public var competition: CompetitionParameters?

  /// Whether the last array is a readout.
  public var hasReadout: Bool { competition.map { $0.decision == .readout } ?? true }

  /// Number of layers with weights that learn.
  public var layerCount: Int { hidden.count + (hasReadout ? 1 : 0) }

  /// Rows and columns of the array of layer `layer`, the readout last. The spikes of a recurrent layer itself are its last rows.
  public func shape(ofLayer layer: Int) -> (rows: Int, columns: Int) {
    guard layer < hidden.count else { return (inputs(ofLayer: layer), outputs) }
    return (inputs(ofLayer: layer) + (isRecurrent ? hidden[layer] : 0), hidden[layer])
  }

  /// One array of the network.
  public struct ArrayShape: Sendable, Equatable {
    /// Name of its layer.
    public let name: String
    /// Number of the array, part of its random counters.
    public let index: Int
    /// Inputs.
    public let rows: Int
    /// Outputs.
    public let columns: Int
  }

  /// The arrays from the input to the readout. Those of feature layers are numbered after the others, whose draws do not
  /// depend on them.
  public var arrayShapes: [ArrayShape] {
    let kernels = (features?.convolutions ?? []).map {
      ArrayShape(name: $0.name, index: layerCount + $0.number, rows: $0.rows, columns: $0.columns)
    }
    return kernels
      + (0..<layerCount).map { layer in
        let shape = shape(ofLayer: layer)
        return ArrayShape(name: name(ofLayer: layer), index: layer, rows: shape.rows, columns: shape.columns)
      }
  }

  /// Calibrated full scales by name of the layer.
  var calibratedFullScales: [String: Double] {
    Dictionary(
      uniqueKeysWithValues: arrayShapes.compactMap { shape in fullScales[shape.index].map { (shape.name, $0) } })
  }

  /// The array of a layer, all its weights zero.
  func makeArray(index: Int, rows: Int, columns: Int) -> CrossbarArray {
    var converter = converter
    if let weight = fullScales[index] { converter?.fullScale = .fixed(weight) }
    return CrossbarArray(
      layout: BlockedLayout(rows: rows, columns: columns, tileRows: tileRows, tileColumns: tileColumns),
      parameters: CrossbarArray.Parameters(
        index: index, weightLimit: weightLimit, converter: converter, hasReadNoise: hasReadNoise,
        device: device,
        writing: writing, tickSeconds: neuron.timeStep, ageingInterval: ageingInterval,
        wires: wires, charge: charge,
        mapping: mapping, rowDriver: index == 0 ? rowDriver : nil, noiseSeed: noiseSeed),
      seed: seed)
  }

  /// Draws of the neurons behind an array, for membranes with a stochastic leak.
  func membraneDraws(array: Int, firstItem: Int = 0) -> LeakyIntegrateAndFire.Draws {
    .init(
      stream: RandomStream(seed: noiseSeed ?? seed, purpose: .membraneRounding), array: array,
      firstItem: firstItem)
  }

  /// Name of layer `layer`, the readout last.
  public func name(ofLayer layer: Int) -> String {
    layer < hidden.count ? "hidden\(layer + 1)" : "readout"
  }
}
