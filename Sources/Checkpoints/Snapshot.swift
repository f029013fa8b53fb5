import Crossbars

/// Everything that evolves in one layer.
public struct LayerSnapshot: Sendable, Equatable {
  /// Name of the layer, unique in the network: "hidden1", …, "readout".
  public var name: String
  /// Inputs of the layer.
  public var rows: Int
  /// Outputs of the array: neurons, or kernels that each have a neuron at every place.
  public var columns: Int
  /// Places at which the array is read: 1 but for convolutions.
  public var places: Int
  /// The devices, their wear, and the counts of reads and writes.
  public var array: CrossbarArray.State
  /// Unit of the states of the devices: S for conductances, F for capacitances.
  public var stateUnit: String
  /// Membrane potentials or readout values `[places × columns]`, weight units.
  public var potentials: [Float]
  /// Weight changes wanted but not written yet, row-major `[rows × columns]`; empty when the write policy keeps none.
  public var pendingChanges: [Float]
  /// Running means of gradients, row-major `[rows × columns]`; empty without an optimiser that keeps them.
  public var firstMoments: [Float] = []
  /// Running means of their squares, row-major `[rows × columns]`; empty without.
  public var secondMoments: [Float] = []
  /// Changes of each row that went into them `[rows]`; empty without.
  public var momentCounts: [Float] = []
  /// Rises of thresholds `[columns]`, in units of their strengths; empty where samples begin at rest.
  public var adaptations: [Float] = []
  /// Filtered input of neurons `[columns]`, weight units; empty where samples begin at rest.
  public var currents: [Float] = []
  /// Ticks that neurons stay refractory `[columns]`; empty where samples begin at rest.
  public var refractoryTicks: [Float] = []
  /// 1 for neurons of a recurrent layer that spiked in the last tick, else 0 `[columns]`; empty where samples begin at rest.
  public var lastSpikes: [Float] = []
  /// Thresholds of neurons that keep theirs between samples `[columns]`, weight units; else empty.
  public var thresholds: [Float] = []
  /// Errors of each output from which on they teach `[outputs]`; empty where all do.
  public var errorThresholds: [Float] = []
  /// Number of classes that neurons vote for; 0 where none vote.
  public var classes = 0
  /// Mean response of each neuron to each class, row-major `[classes × columns]`, spikes; empty where none vote.
  public var responses: [Float] = []
  /// Low-pass filtered input spikes `[rows]`; empty when no trace is carried between windows.
  public var inputTraces: [Float]
  /// Filtered eligibility, row-major `[rows × columns]`; empty when none is carried.
  public var eligibility: [Float]
  /// Feedback of the learning signal `[outputs × columns]`, row-major; empty where signals come back through the weights of a
  /// hidden layer, and for the readout. Kept for inspection, but where it learns: a random feedback is a function of the seed.
  public var feedback: [Float]

  /// A snapshot from its parts.
  public init(
    name: String, rows: Int, columns: Int, places: Int = 1, array: CrossbarArray.State, stateUnit: String = "S",
    potentials: [Float], pendingChanges: [Float] = [], inputTraces: [Float] = [], eligibility: [Float] = [],
    feedback: [Float] = []
  ) {
    self.name = name
    self.rows = rows
    self.columns = columns
    self.places = places
    self.array = array
    self.stateUnit = stateUnit
    self.potentials = potentials
    self.pendingChanges = pendingChanges
    self.inputTraces = inputTraces
    self.eligibility = eligibility
    self.feedback = feedback
  }
}

/// Everything that evolves in a network.
public struct NetworkSnapshot: Sendable, Equatable {
  /// Layers from the input to the readout.
  public var layers: [LayerSnapshot]
  /// Ticks read since the start of the run, the event count of the read noise.
  public var readTicks: UInt64
  /// Boundaries at which learning could write since the start of the run.
  public var boundaries: UInt64

  /// A snapshot from its parts.
  public init(layers: [LayerSnapshot], readTicks: UInt64, boundaries: UInt64) {
    self.layers = layers
    self.readTicks = readTicks
    self.boundaries = boundaries
  }
}

/// Where a run stands, always between two samples.
public struct RunPosition: Sendable, Equatable {
  /// Passes over the training samples completed.
  public var pass: Int = 0
  /// Whether the run is testing; else it is training.
  public var isTesting = false
  /// Samples of the current phase done.
  public var sampleInPhase: Int = 0
  /// Decisions that counted in the current phase: one for a sample, or for each tick with a label of its own.
  public var decisionsInPhase: Int = 0
  /// Correct decisions in the current phase.
  public var correctInPhase: Int = 0
  /// Training samples seen in all passes.
  public var samplesSeen: UInt64 = 0
  /// Samples since the last row of the metrics.
  public var samplesSinceRow: Int = 0
  /// Decisions that counted since the last row of the metrics.
  public var decisionsSinceRow: Int = 0
  /// Correct decisions since the last row of the metrics.
  public var correctSinceRow: Int = 0
  /// Input spikes and spikes of each hidden layer since the last row of the metrics.
  public var spikesSinceRow: [UInt64] = []
  /// Input spikes and spikes of each hidden layer since the start of the run.
  public var spikes: [UInt64] = []
  /// Spikes of each hidden neuron since the last row of the metrics, layer after layer.
  public var neuronSpikesSinceRow: [UInt64] = []
  /// Decisions of the present or last test, row-major `[classes × decisions]`.
  public var confusion: [UInt64] = []
  /// Test accuracy after each tested pass, fraction.
  public var testAccuracies: [Double] = []
  /// Σ(output − signal)² in the current phase, where outputs are to follow signals.
  public var squaredErrorInPhase = 0.0
  /// Σ signal² in the current phase.
  public var signalPowerInPhase = 0.0
  /// Σ(output − signal)² since the last row of the metrics.
  public var squaredErrorSinceRow = 0.0
  /// Σ signal² since the last row of the metrics.
  public var signalPowerSinceRow = 0.0
  /// Σ(output − signal)²/Σ signal² of each test; empty for classes.
  public var testErrors: [Double] = []
  /// Test accuracy on the classes of each task after each test `[tests × tasks]`; empty where all classes come together.
  public var taskAccuracies: [Double] = []
  /// Training accuracy (decisions made before learning from the sample) of each completed pass, fraction.
  public var trainingAccuracies: [Double] = []
  /// Bytes of `metrics.csv` that belong to this position; a resumed run cuts the file there.
  public var metricsBytes: UInt64 = 0
  /// Bytes of `events.jsonl` that belong to this position.
  public var eventsBytes: UInt64 = 0
  /// Seconds spent presenting samples so far, all sessions together. Not reproducible.
  public var wallSeconds: Double = 0
  /// Whether the run has reached its end.
  public var isComplete = false

  /// The start of a run.
  public init() {}

  /// The start of a run of a network with so many layers that spike, the input among them.
  public init(spikingLayers: Int) {
    spikes = [UInt64](repeating: 0, count: spikingLayers)
    spikesSinceRow = spikes
  }
}

/// Where a deployed network stands, always before a window of the stream.
public struct DeploymentPosition: Sendable, Equatable {
  /// Samples of the deployment so far, replayed ones among them.
  public var elapsedSamples: UInt64 = 0
  /// Samples that were presented.
  public var presentedSamples: UInt64 = 0
  /// Windows still to be learned from, without a measurement, where every sample is simulated.
  public var windowsToGo: UInt64 = 0
  /// Samples after which the first device failed; 0 while none has.
  public var firstFailure = 0.0
  /// Devices that had worn out before.
  public var wornAtStart: UInt64 = 0

  /// The start of a deployment.
  public init() {}
}

/// A whole checkpoint in memory.
public struct Checkpoint: Sendable, Equatable {
  /// The resolved experiment as YAML, as written to `experiment.yaml`.
  public var experiment: String
  /// Digest of the recordings the run reads.
  public var streamFingerprint: String
  /// Version of Crosspoint that wrote it.
  public var writtenBy: String
  /// Seed of the run.
  public var seed: UInt64
  /// Where the run stands.
  public var position: RunPosition
  /// What has evolved.
  public var network: NetworkSnapshot
  /// Where the deployment of a learned network stands; `nil` for a run.
  public var deployment: DeploymentPosition?

  /// A checkpoint from its parts.
  public init(
    experiment: String, streamFingerprint: String, writtenBy: String, seed: UInt64, position: RunPosition,
    network: NetworkSnapshot, deployment: DeploymentPosition? = nil
  ) {
    self.experiment = experiment
    self.streamFingerprint = streamFingerprint
    self.writtenBy = writtenBy
    self.seed = seed
    self.position = position
    self.network = network
    self.deployment = deployment
  }
}
