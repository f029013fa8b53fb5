import Quantities

extension ExperimentConfiguration {
  /// Neurons and their layers.
  public struct Network: Sendable, Equatable {
    /// What becomes of neurons between samples.
    public enum Between: String, ConfigurationChoice {
      /// They come to rest.
      case reset
      /// They go on.
      case carry
    }

    /// What a spike does to the potential.
    public enum Reset: String, ConfigurationChoice {
      /// Takes the threshold off it.
      case subtractive
      /// Sets it to zero.
      case zero
    }

    /// How a potential of whole units leaks.
    public enum MembraneLeak: String, ConfigurationChoice {
      /// By a power of two, rounded down.
      case shift
      /// By a factor of 15 bits, rounded stochastically.
      case stochastic
    }

    /// Shape of the surrogate derivative.
    public enum Surrogate: String, ConfigurationChoice {
      /// Symmetric around the threshold.
      case triangle
      /// Constant from a third of the threshold on.
      case oneSided = "one-sided"
    }

    /// Whether the first neuron to spike silences the others.
    public enum Inhibition: String, ConfigurationChoice {
      /// It does not.
      case none
      /// It does.
      case winnerTakeAll = "winner-take-all"
    }

    /// Who decides for a class.
    public enum Decision: String, ConfigurationChoice {
      /// The readout.
      case readout
      /// The neurons, for what they answered to in training.
      case votes
      /// The neurons, each for a fixed class.
      case assigned
    }

    /// Where the leak of a tick of a NIR graph comes from.
    public enum ImportedDecay: String, ConfigurationChoice {
      /// The metadata, exact without.
      case fromFile = "from-file"
      /// λ = exp(−step/τ).
      case exact
      /// λ = 1 − step/τ.
      case euler
    }

    /// What a spike of a NIR graph does.
    public enum ImportedReset: String, ConfigurationChoice {
      /// As the metadata say, to v_reset without.
      case fromFile = "from-file"
      /// Takes the threshold off.
      case subtractive
      /// To v_reset.
      case zero
    }

    /// Length of one tick.
    public let timeStep: TimeSpan
    /// NIR graph that the network begins as, `none` for none.
    public let weightsFrom: String
    /// Time of the graph that one tick is.
    public let weightsTimeStep: TimeSpan
    /// Leak of a tick of the graph.
    public let weightsDecay: ImportedDecay
    /// What a spike of the graph does.
    public let weightsReset: ImportedReset
    /// Whether weights beyond the limit are cut.
    public let weightsClip: Bool
    /// Neurons of each hidden layer, from the input on.
    public let hidden: [Int]
    /// Leak of hidden neurons.
    public let membraneTimeConstant: TimeSpan
    /// Feature layers ahead of the hidden layers, `none` for none.
    public let features: String
    /// File of the kernels, or `random`.
    public let featureWeights: String
    /// Standard deviation of random kernels.
    public let initialFeatureSigma: Double
    /// Leak of the output integrators.
    public let readoutTimeConstant: TimeSpan
    /// Whether hidden layers see their own spikes one tick later.
    public let recurrent: Bool
    /// Whether each layer has a row of biases.
    public let bias: Bool
    /// What becomes of neurons between samples.
    public let state: Between
    /// Standard deviation of the initial weights inside a recurrent layer.
    public let initialRecurrentSigma: Double
    /// What a spike does to the potential.
    public let reset: Reset
    /// Time after a spike without another.
    public let refractoryTime: TimeSpan
    /// Filter of the input of hidden neurons; 0 for none.
    public let synapseTimeConstant: TimeSpan
    /// Rise of the threshold with every spike; 0 for fixed thresholds.
    public let adaptation: Double
    /// Time in which that falls back.
    public let adaptationTimeConstant: TimeSpan
    /// Share of the neurons that adapt.
    public let adaptiveShare: Double
    /// Bits of a potential; 0 for real numbers.
    public let membraneBits: Int
    /// Weight of one unit of a potential.
    public let membraneScale: Double
    /// How a potential of whole units leaks.
    public let membraneLeak: MembraneLeak
    /// Its leak by a power of two, λ = 1 − 2^-leakShift.
    public let leakShift: Int
    /// Membrane value above which a neuron spikes, in weight units.
    public let threshold: Double
    /// Shape of the surrogate derivative.
    public let surrogate: Surrogate
    /// Height γ of the surrogate derivative.
    public let surrogateGain: Double
    /// Standard deviation of the initial hidden weights.
    public let initialWeightSigma: Double
    /// Mean of the initial hidden weights.
    public let initialWeightMean: Double
    /// Whether the first neuron to spike silences the others.
    public let inhibition: Inhibition
    /// How long it does.
    public let inhibitionTime: TimeSpan
    /// Step of the threshold for each spike beyond the target.
    public let homeostasis: Double
    /// Spikes of a neuron in a sample at which its threshold rests.
    public let homeostasisTarget: Double
    /// Who decides for a class.
    public let decision: Decision
    /// Samples that a mean response is made of.
    public let voteMemory: Double
    /// Standard deviation of the initial output weights.
    public let initialReadoutSigma: Double

    init(_ table: ResolvedConfiguration) {
      timeStep = table.quantity("network.time_step")
      weightsFrom = table.text("network.weights_from")
      weightsTimeStep = table.quantity("network.weights_time_step")
      weightsDecay = table.choice("network.weights_decay")
      weightsReset = table.choice("network.weights_reset")
      weightsClip = table.boolean("network.weights_clip")
      bias = table.boolean("network.bias")
      state = table.choice("network.state")
      features = table.text("network.features")
      featureWeights = table.text("network.feature_weights")
      initialFeatureSigma = table.number("network.initial_feature_sigma")
      hidden = table.integers("network.hidden")
      membraneTimeConstant = table.quantity("network.membrane_time_constant")
      readoutTimeConstant = table.quantity("network.readout_time_constant")
      recurrent = table.boolean("network.recurrent")
      initialRecurrentSigma = table.number("network.initial_recurrent_sigma")
      reset = table.choice("network.reset")
      refractoryTime = table.quantity("network.refractory_time")
      synapseTimeConstant = table.quantity("network.synapse_time_constant")
      adaptation = table.number("network.adaptation")
      adaptationTimeConstant = table.quantity("network.adaptation_time_constant")
      adaptiveShare = table.number("network.adaptive_share")
      membraneBits = table.integer("network.membrane_bits")
      membraneScale = table.number("network.membrane_scale")
      membraneLeak = table.choice("network.membrane_leak")
      leakShift = table.integer("network.leak_shift")
      threshold = table.number("network.threshold")
      surrogate = table.choice("network.surrogate")
      surrogateGain = table.number("network.surrogate_gain")
      initialWeightSigma = table.number("network.initial_weight_sigma")
      initialWeightMean = table.number("network.initial_weight_mean")
      inhibition = table.choice("network.inhibition")
      inhibitionTime = table.quantity("network.inhibition_time")
      homeostasis = table.number("network.homeostasis")
      homeostasisTarget = table.number("network.homeostasis_target")
      decision = table.choice("network.decision")
      voteMemory = table.number("network.vote_memory")
      initialReadoutSigma = table.number("network.initial_readout_sigma")
    }
  }

  /// Tiles and converters.
  public struct Crossbar: Sendable, Equatable {
    /// Full scale of the converters.
    public enum FullScale: String, ConfigurationChoice {
      /// `adcActiveRows` rows at the weight limit.
      case activeRows = "active-rows"
      /// Every row of a tile at the weight limit.
      case worstCase = "worst-case"
      /// `adcFullScaleWeight`.
      case fixed
      /// A quantile of what the first samples make.
      case calibrated
    }

    /// Word lines of a tile.
    public let tileRows: Int
    /// Bit lines of a tile.
    public let tileColumns: Int
    /// Largest |weight|, carried by the full conductance range.
    public let weightLimit: Double
    /// Resolution of the converters with sign; 0 for no converter.
    public let adcBits: Int
    /// Full scale of the converters.
    public let adcFullScale: FullScale
    /// Rows at the weight limit that reach the full scale `activeRows`.
    public let adcActiveRows: Double
    /// The full scale `fixed`, in weight units.
    public let adcFullScaleWeight: Double
    /// Spread of the fixed converter offsets, in LSB.
    public let adcOffsetSigma: Double
    /// Resolution of the trim of offsets; 0 for none.
    public let adcTrimBits: Int
    /// Spread of the fixed converter gains.
    public let adcGainSigma: Double
    /// Largest departure of the converters from a straight line, in LSB.
    public let adcInl: Double
    /// Noise of a conversion, root mean square, in LSB.
    public let adcNoise: Double
    /// Resolution of the drivers of direct rows; 0 for any voltage.
    public let dacBits: Int
    /// Spread of the fixed gains of these drivers.
    public let dacGainSigma: Double
    /// Their departure from a straight line, in LSB.
    public let dacInl: Double
    /// Whether the devices' read noise is on.
    public let readNoise: Bool
    /// Shortest time between two looks at what time does to the devices.
    public let ageingInterval: TimeSpan
    /// Share of the sums that a calibrated full scale holds.
    public let adcQuantile: Double
    /// Training samples that a full scale is calibrated with.
    public let adcCalibrationSamples: Int
    /// How a signed weight becomes devices.
    public let mapping: Mapping
    /// Bits of a bit-sliced weight.
    public let weightBits: Int
    /// Bits of a device of a bit-sliced weight.
    public let deviceBits: Int
    /// What makes a bit-sliced weight negative.
    public let sliceSigns: SliceSigns
    /// Whether columns may store their complement.
    public let storeComplements: Bool
    /// What the full range of the devices stands for.
    public let rangeScaling: RangeScaling
    /// Spread of the states of references, fraction of the range.
    public let referenceError: Double
    /// How the resistance of wires is worked out.
    public let wireModel: WireModel
    /// Bit line between two cells.
    public let bitLineResistance: Resistance
    /// Word line between two cells.
    public let wordLineResistance: Resistance
    /// Output of a word-line driver.
    public let driverResistance: Resistance
    /// Input of a sense amplifier.
    public let senseResistance: Resistance
    /// Movement of a tile up to which its solution is kept, fraction.
    public let wireStaleness: Double
    /// How the charge of capacitive devices is collected.
    public let chargeRead: ChargeRead
    /// Feedback capacitor of the amplifier at a column.
    public let feedbackCapacitance: Capacitance
    /// Capacitance of a column beside its devices.
    public let columnCapacitance: Capacitance
    /// Whether columns have kT/C noise.
    public let chargeNoise: Bool
    /// Temperature of that noise, K.
    public let chargeTemperature: Double
    /// Relative spread of the capacitors at the columns.
    public let capacitorMismatch: Double
    /// Injected voltage, fraction of the read voltage.
    public let chargeInjection: Double

    init(_ table: ResolvedConfiguration) {
      tileRows = table.integer("crossbar.tile_rows")
      tileColumns = table.integer("crossbar.tile_columns")
      weightLimit = table.number("crossbar.weight_limit")
      adcBits = table.integer("crossbar.adc_bits")
      adcFullScale = table.choice("crossbar.adc_full_scale")
      adcActiveRows = table.number("crossbar.adc_active_rows")
      adcFullScaleWeight = table.number("crossbar.adc_full_scale_weight")
      adcOffsetSigma = table.number("crossbar.adc_offset_sigma")
      adcTrimBits = table.integer("crossbar.adc_trim_bits")
      adcGainSigma = table.number("crossbar.adc_gain_sigma")
      adcInl = table.number("crossbar.adc_inl")
      adcNoise = table.number("crossbar.adc_noise")
      dacBits = table.integer("crossbar.dac_bits")
      dacGainSigma = table.number("crossbar.dac_gain_sigma")
      dacInl = table.number("crossbar.dac_inl")
      readNoise = table.boolean("crossbar.read_noise")
      ageingInterval = table.quantity("crossbar.ageing_interval")
      adcQuantile = table.number("crossbar.adc_quantile")
      adcCalibrationSamples = table.integer("crossbar.adc_calibration_samples")
      mapping = table.choice("crossbar.mapping")
      weightBits = table.integer("crossbar.weight_bits")
      deviceBits = table.integer("crossbar.device_bits")
      sliceSigns = table.choice("crossbar.slice_signs")
      storeComplements = table.boolean("crossbar.store_complements")
      rangeScaling = table.choice("crossbar.range_scaling")
      referenceError = table.number("crossbar.reference_error")
      wireModel = table.choice("crossbar.wire_model")
      bitLineResistance = table.quantity("crossbar.bit_line_resistance")
      wordLineResistance = table.quantity("crossbar.word_line_resistance")
      driverResistance = table.quantity("crossbar.driver_resistance")
      senseResistance = table.quantity("crossbar.sense_resistance")
      wireStaleness = table.number("crossbar.wire_staleness")
      chargeRead = table.choice("crossbar.charge_read")
      feedbackCapacitance = table.quantity("crossbar.feedback_capacitance")
      columnCapacitance = table.quantity("crossbar.column_capacitance")
      chargeNoise = table.boolean("crossbar.charge_noise")
      chargeTemperature = table.number("crossbar.charge_temperature")
      capacitorMismatch = table.number("crossbar.capacitor_mismatch")
      chargeInjection = table.number("crossbar.charge_injection")
    }
  }
}
