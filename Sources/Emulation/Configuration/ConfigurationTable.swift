import Quantities

/// All keys of an experiment.
public enum ConfigurationTable {
  /// Every key, in the order of the resolved file; a key whose default depends on another comes after it.
  public static let keys: [ConfigurationKey] =
    [name] + stream + encoders + events + tasks + origin + network + neurons + competition + crossbar + mapping + wires
    + charge
    + hardware
    + device
    + learning + optimising + spikeTiming + writes
    + checkpoint
    + run

  /// The sections, in order.
  public static let sections: [String] = keys.reduce(into: []) { sections, key in
    if !key.section.isEmpty, sections.last != key.section { sections.append(key.section) }
  }

  /// The key with this path, if there is one.
  public static func key(_ path: String) -> ConfigurationKey? { index[path].map { keys[$0] } }

  /// Position of each path in `keys`.
  static let index = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($0.element.path, $0.offset) })

  /// The keys on which the meaning of others depends.
  static let decidingKeys = Set(keys.flatMap(\.conditions).flatMap(\.keys))

  /// The key or section that a mistyped path most likely means.
  ///
  /// A path is compared as a whole, and by its last part for a key that was put into the wrong section.
  static func nearest(to path: String) -> String {
    let lastPart = { (path: String) in String(path.split(separator: ".").last ?? "") }
    func distance(to candidate: String) -> Int {
      let misplaced = editDistance(lastPart(path).lowercased(), lastPart(candidate)) + 1
      return min(editDistance(path.lowercased(), candidate), misplaced)
    }
    return (sections + keys.map(\.path)).min { distance(to: $0) < distance(to: $1) } ?? ""
  }

  private static let name = ConfigurationKey(
    "name", .name, default: .fileName,
    summary: "Name of the experiment and of its run folder.", source: "Name of the file without its ending.",
    changesResult: false)

  private static let stream: [ConfigurationKey] = [
    ConfigurationKey(
      "stream.kind", .choice(ExperimentConfiguration.Stream.Kind.words), default: .required,
      summary: "How the recording is read and turned into spikes.", source: "No default: it follows from the recording."
    ),
    ConfigurationKey(
      "stream.path", .text, default: .required, when: isRecorded,
      summary:
        "The recording: a file, or the folder of a data set; relative to the working directory, the experiment file, or "
        + "the folder named by the environment variable CROSSPOINT_DATA.",
      source: "No default: it is the recording.", changesResult: false),
    ConfigurationKey(
      "stream.window", .quantity(.time), default: .value(.of(TimeSpan.seconds(4))), range: .aboveUpTo(0, 3600),
      summary: "Length of one sample cut from a continuous sensor recording.",
      source: "Chosen: several periods of a movement or a heart beat."),
    ConfigurationKey(
      "stream.window_step", .quantity(.time), default: .value(.of(TimeSpan.seconds(2))), range: .aboveUpTo(0, 3600),
      summary: "Time from the beginning of one sample to the beginning of the next.",
      source: "Chosen: half a window overlaps."),
    ConfigurationKey(
      "stream.delta_rows", .boolean, default: .value(.boolean(true)),
      summary: "Gives each channel two rows that spike when the signal rises or falls by delta_threshold.",
      source: "Level-crossing (send-on-delta) coding, common practice for body-worn sensors."),
    ConfigurationKey(
      "stream.delta_threshold", .number, default: .value(.number(0.15)), range: .aboveUpTo(0, 100),
      unit: "σ of the channel",
      summary: "Change of the signal that makes one spike of delta_rows.",
      source: "Chosen: fine against the signal's spread."),
    ConfigurationKey(
      "stream.level_rows", .integer, default: .value(.integer(8)), range: .closed(0, 256), unit: "rows",
      summary: "Rows per channel of which the one of the present signal level spikes; 0 for none.",
      source: "Chosen: eight levels."),
    ConfigurationKey(
      "stream.direct_rows", .boolean, default: .value(.boolean(false)),
      summary:
        "Gives each channel two rows that are driven by the signal itself, above and below its mean, through converters "
        + "of crossbar.dac_bits.",
      source: "Direct encoding, common practice; \(Citation.review)."),
    ConfigurationKey(
      "stream.direct_range", .number, default: .value(.number(3)), range: .closed(0.01, 1000),
      unit: "σ of the channel", when: isDirect,
      summary: "Distance of the signal from its mean that drives a row fully; what lies beyond is cut.",
      source: "Chosen: 99.7 % of a normal signal."),
    ConfigurationKey(
      "stream.sample_ticks", .integer, default: .value(.integer(310)), range: .closed(1, 10_000_000), unit: "ticks",
      summary:
        "Ticks per sample of event recordings, and of a trial of pattern-generation.",
      source: "\(Citation.nMNIST): three saccades, about 300 ms."),
    ConfigurationKey(
      "stream.split", .choice(ExperimentConfiguration.Stream.Split.words), default: .value(.text("official")),
      summary:
        "Which samples test: those the recording names, one fold of its groups (subjects), or one fold of its samples.",
      source: "Convention: the official split where there is one."),
    ConfigurationKey(
      "stream.folds", .integer, default: .value(.integer(5)), range: .closed(2, 1000), unit: "folds",
      summary: "Number of folds of group-folds and sample-folds.", source: "Convention of cross-validation."),
    ConfigurationKey(
      "stream.fold", .integer, default: .value(.integer(0)), range: .closed(0, 999), unit: "index",
      summary: "The fold that tests, from 0.", source: "Convention."),
    ConfigurationKey(
      "stream.limit", .integer, default: .value(.integer(0)), range: .atLeast(0), unit: "samples",
      summary: "Trains on so many samples only, at equal distances among all, for a quick look; 0 for all.",
      source: "All data."),
    ConfigurationKey(
      "stream.speed", .number, default: .value(.number(0)), range: .closed(0, 1e6), unit: "x real time",
      summary: "Presents samples as a sensor would deliver them, 1 in real time; 0 as fast as can be.",
      source: "Chosen: nobody waits without a reason.", changesResult: false),
  ]

  private static let network: [ConfigurationKey] = [
    ConfigurationKey(
      "network.features", .text, default: .value(.text(noFeatures)),
      when: hasOwnNetwork,
      summary:
        "Layers with fixed kernels ahead of the hidden layers, for recordings of cameras: 12c5 for 12 kernels of 5 x 5 places "
        + "(12c5s2p1 with stride and padding), 2a for the mean and 2m for any spike of 2 x 2 places, joined by -, such as "
        + "12c5-2m; none for none.",
      source: "Notation of SLAYER, S. B. Shrestha and G. Orchard, NeurIPS 2018."),
    ConfigurationKey(
      "network.feature_weights", .text, default: .value(.text("random")), when: hasFeatures,
      summary:
        "Kernels of the feature layers: random, or an HDF5 file with datasets features1, features2, ... for each "
        + "convolution [channels*size*size x kernels], rows (channel*size + y)*size + x; relative to the experiment file.",
      source: "Random kernels need no training."),
    ConfigurationKey(
      "network.initial_feature_sigma", .number, default: .value(.number(0.1)), range: .closed(0, 1e6), unit: "weight",
      when: hasFeatures, summary: "Standard deviation of random kernels.",
      source: "Chosen: on N-MNIST, twelve 5 x 5 kernels then spike about as often as the pixels."),
    ConfigurationKey(
      "network.hidden", .integerList, default: .value(.integers([256])), range: .closed(1, 65_536), unit: "neurons",
      when: hasOwnNetwork,
      summary: "Neurons of each hidden layer, from the input on.",
      source: "\(Citation.reckOn): up to 256 neurons on the chip."),
    ConfigurationKey(
      "network.membrane_time_constant", .quantity(.time), default: .value(.of(TimeSpan.milliseconds(20))),
      range: .aboveUpTo(0, 1000), when: hasOwnNetwork,
      summary: "Time constant of the leak of hidden neurons, λ = exp(−time_step/τ).",
      source: Citation.eProp),
    ConfigurationKey(
      "network.readout_time_constant", .quantity(.time), default: .value(.of(TimeSpan.milliseconds(20))),
      range: .aboveUpTo(0, 1000),
      when: hasOwnNetwork, summary: "Time constant of the leak of the output integrators, κ = exp(−time_step/τ).",
      source: Citation.eProp),
    ConfigurationKey(
      "network.threshold", .number, default: .value(.number(1)), range: .aboveUpTo(0, 1e6), unit: "weight",
      when: hasOwnNetwork, summary: "Membrane value above which a neuron spikes (strictly).", source: Citation.review),
    ConfigurationKey(
      "network.surrogate", .choice(ExperimentConfiguration.Network.Surrogate.words), default: .value(.text("triangle")),
      summary: "Shape of the derivative that learning uses in place of the threshold's.",
      source: "triangle: \(Citation.eProp); one-sided: \(Citation.reckOn)"),
    ConfigurationKey(
      "network.surrogate_gain", .number, default: .value(.number(0.3)), range: .aboveUpTo(0, 100), unit: "1",
      summary: "Height γ of the surrogate derivative.", source: Citation.eProp),
    ConfigurationKey(
      "network.initial_weight_sigma", .number, default: .value(.number(0.04)), range: .closed(0, 1e6), unit: "weight",
      when: hasOwnNetwork, summary: "Standard deviation of the initial weights of hidden layers.",
      source: "Chosen: sparse initial firing for some hundred input rows."),
    ConfigurationKey(
      "network.initial_weight_mean", .number, default: .value(.number(0)), range: .closed(-1e6, 1e6), unit: "weight",
      when: hasOwnNetwork,
      summary:
        "Mean of the initial weights of hidden layers; where it is not 0 they stay within crossbar.weight_limit.",
      source: "0: as much inhibition as excitation. STDP needs a mean above 0, such as half of weight_limit."),
    ConfigurationKey(
      "network.initial_readout_sigma", .number, default: .value(.number(0.1)), range: .closed(0, 1e6), unit: "weight",
      when: hasOwnNetwork, summary: "Standard deviation of the initial weights of the output layer.",
      source: "Chosen: about 1.5/√256, for 256 hidden neurons."),
  ]

  private static let isCalibrated: [ConfigurationCondition] = [
    .isOne(of: [ExperimentConfiguration.Crossbar.FullScale.calibrated.rawValue], key: "crossbar.adc_full_scale")
  ]

  /// `network.features` without any.
  static let noFeatures = "none"

  private static let hasFeatures: [ConfigurationCondition] = [.isNone(of: [noFeatures], key: "network.features")]

  private static let isDirect: [ConfigurationCondition] = [.isOne(of: ["true"], key: "stream.direct_rows")]

  /// Rows with amplitudes need drivers.
  private static let isGraded: [ConfigurationCondition] = [
    .either([
      .isOne(of: ["true"], key: "stream.direct_rows"),
      .isNone(
        of: [ExperimentConfiguration.Stream.EventEncoding.binary.rawValue], key: "stream.event_encoding"),
    ])
  ]

  private static let crossbar: [ConfigurationKey] = [
    ConfigurationKey(
      "crossbar.tile_rows", .integer, default: .value(.integer(64)), range: .closed(1, 4096), unit: "rows",
      summary: "Word lines of one physical crossbar.", source: Citation.review),
    ConfigurationKey(
      "crossbar.tile_columns", .integer, default: .value(.integer(64)), range: .closed(1, 4096), unit: "columns",
      summary: "Bit lines of one physical crossbar.", source: Citation.review),
    ConfigurationKey(
      "crossbar.weight_limit", .number, default: .value(.number(0.3)), range: .aboveUpTo(0, 1e6), unit: "weight",
      summary: "Largest |weight|: what the full conductance range of a device carries.",
      source: "Chosen: several standard deviations of the initial weights; the noise of a pulse scales with it."),
    ConfigurationKey(
      "crossbar.adc_bits", .integer, default: .value(.integer(6)), range: .closed(0, 16), unit: "bits",
      summary: "Resolution of the converter at each column, sign included; 0 for no converter, else at least 2.",
      source: "\(Citation.review): best with 5 bits for 4-bit devices; one more for the sign."),
    ConfigurationKey(
      "crossbar.adc_full_scale", .choice(ExperimentConfiguration.Crossbar.FullScale.words),
      default: .value(.text("active-rows")),
      summary:
        "Full scale of the converter: adc_active_rows rows at the weight limit, every row of a tile, "
        + "adc_full_scale_weight, or calibrated for each layer: the quantile adc_quantile of what its columns sum to in the "
        + "first training samples, before learning.",
      source: "Chosen: spikes are sparse."),
    ConfigurationKey(
      "crossbar.adc_active_rows", .number, default: .value(.number(4)), range: .aboveUpTo(0, 4096), unit: "rows",
      summary: "Rows at the weight limit that reach the full scale active-rows.",
      source: "Chosen: four times the mean number of active rows at 1 to 2 % activity of 64 rows."),
    ConfigurationKey(
      "crossbar.adc_full_scale_weight", .number, default: .value(.number(1.2)), range: .aboveUpTo(0, 1e9),
      unit: "weight",
      when: [.isOne(of: [ExperimentConfiguration.Crossbar.FullScale.fixed.rawValue], key: "crossbar.adc_full_scale")],
      summary:
        "Sum of weights that is the full scale fixed, such as a quantile of the sums that a recording makes; "
        + "saturated_fraction of metrics.csv tells how many lie beyond.",
      source: "Chosen: that of active-rows with the other defaults."),
    ConfigurationKey(
      "crossbar.adc_quantile", .number, default: .value(.number(0.999)), range: .closed(0.5, 1), unit: "1",
      when: isCalibrated, summary: "Share of the sums that a calibrated full scale holds.",
      source: "Usual: the 99.9th percentile."),
    ConfigurationKey(
      "crossbar.adc_calibration_samples", .integer, default: .value(.integer(20)), range: .closed(1, 100_000),
      unit: "samples", when: isCalibrated, summary: "Training samples that a full scale is calibrated with.",
      source: "Chosen: some thousand reads of each tile."),
    ConfigurationKey(
      "crossbar.adc_offset_sigma", .number, default: .value(.number(0)), range: .closed(0, 100), unit: "LSB",
      summary: "Spread of the fixed offset of the converters, sense amplifiers included, before its trim.",
      source: "Assumed calibrated; 0.5 LSB if not."),
    ConfigurationKey(
      "crossbar.adc_trim_bits", .integer, default: .value(.integer(0)), range: .closed(0, 8), unit: "bits",
      when: [.isPositive(key: "crossbar.adc_offset_sigma")],
      summary: "Resolution of a trim of each column's offset, which spans 4 adc_offset_sigma either way; 0 for none.",
      source: "Assumed none; references trimmed column by column are usual on chips."),
    ConfigurationKey(
      "crossbar.adc_gain_sigma", .number, default: .value(.number(0)), range: .closed(0, 1), unit: "1",
      summary: "Spread of the fixed gain of the converters.", source: "Assumed calibrated; 0.005 if not."),
    ConfigurationKey(
      "crossbar.adc_inl", .number, default: .value(.number(0)), range: .closed(0, 1000), unit: "LSB",
      summary:
        "Integral nonlinearity: largest departure of the converters from a straight line, a cubic that vanishes at zero "
        + "and at both ends of the scale.",
      source: "Assumed ideal; up to 0.5 LSB is usual."),
    ConfigurationKey(
      "crossbar.adc_noise", .number, default: .value(.number(0)), range: .closed(0, 1000), unit: "LSB",
      summary: "Noise of a conversion, root mean square, ahead of rounding.", source: "Assumed ideal; 0.3 LSB is usual."
    ),
    ConfigurationKey(
      "crossbar.dac_bits", .integer, default: .value(.integer(6)), range: .closed(0, 16), unit: "bits",
      when: isGraded,
      summary: "Resolution of the converters that drive rows to amplitudes; 0 for any voltage, without error and cost.",
      source: "Chosen: that of the converters at the columns."),
    ConfigurationKey(
      "crossbar.dac_gain_sigma", .number, default: .value(.number(0)), range: .closed(0, 1), unit: "1",
      when: isGraded, summary: "Spread of the fixed gain of the row drivers.",
      source: "Assumed calibrated; 0.005 if not."),
    ConfigurationKey(
      "crossbar.dac_inl", .number, default: .value(.number(0)), range: .closed(0, 1000), unit: "LSB",
      when: isGraded,
      summary: "Integral nonlinearity of the row drivers: their departure from a straight line at half scale.",
      source: "Assumed ideal; up to 0.5 LSB is usual."),
    ConfigurationKey(
      "crossbar.read_noise", .boolean, default: .value(.boolean(true)),
      summary: "Switches the devices' read noise on; off to see what it costs.", source: "Physical."),
    ConfigurationKey(
      "crossbar.ageing_interval", .quantity(.time), default: .value(.of(TimeSpan.seconds(0.25))),
      range: .closed(0, 1e6),
      summary:
        "Shortest time between two looks at drift, retention and traps of a tile column; 0 s as often as an error of "
        + "1e-3 of the range asks.",
      source:
        "Chosen: about one look at each recording of the examples; reads miss what a device does in this time after a write."
    ),
  ]

  private static let checkpoint: [ConfigurationKey] = [
    ConfigurationKey(
      "checkpoint.interval", .quantity(.time), default: .value(.of(TimeSpan.seconds(60))), range: .closed(0, 1e7),
      summary: "Wall-clock time between checkpoints; 0 s for none by time.", source: "Chosen: a crash costs a minute.",
      changesResult: false),
    ConfigurationKey(
      "checkpoint.every_samples", .integer, default: .value(.integer(0)), range: .atLeast(0), unit: "samples",
      summary: "Samples between checkpoints; 0 for none by count.", source: "By time only.", changesResult: false),
    ConfigurationKey(
      "checkpoint.keep", .integer, default: .value(.integer(3)), range: .closed(1, 1_000_000), unit: "files",
      summary: "Newest checkpoints that are kept.", source: "Chosen: two to fall back on.", changesResult: false),
    ConfigurationKey(
      "checkpoint.keep_interval", .quantity(.time), default: .value(.of(TimeSpan.seconds(0))), range: .closed(0, 1e9),
      summary: "Time of computing of which each begun one keeps its first checkpoint, such as 1 h; 0 s for none.",
      source: "Chosen: the newest are enough to go on from.", changesResult: false),
    ConfigurationKey(
      "checkpoint.keep_best", .boolean, default: .value(.boolean(false)),
      summary: "Whether the checkpoint with the best test accuracy is kept, of those at the end of a pass.",
      source: "Chosen: the newest are enough to go on from.", changesResult: false),
    ConfigurationKey(
      "checkpoint.compression", .integer, default: .value(.integer(0)), range: .closed(0, 9), unit: "deflate level",
      summary: "How much the arrays of checkpoints are compressed, without loss: 0 not at all, 1 fast, 9 small.",
      source: "Chosen: most disks are faster than compressing.", changesResult: false),
    ConfigurationKey(
      "checkpoint.full_every", .integer, default: .value(.integer(1)), range: .closed(1, 1_000_000),
      unit: "checkpoints",
      summary:
        "Each so many checkpoints one is full; those between hold of large arrays only what has changed since the full one, which "
        + "stays as long as they do.",
      source: "Chosen: every checkpoint stands for itself.", changesResult: false),
    ConfigurationKey(
      "checkpoint.when_failing", .choice(ExperimentConfiguration.Checkpoint.FailedSave.words),
      default: .value(.text("stop")),
      summary:
        "What a run does whose checkpoint cannot be saved, as on a full disk: stop with an error, or continue and try again "
        + "at the next; the checkpoint of the end must succeed.",
      source: "Chosen: who is not told loses more.", changesResult: false),
  ]

  private static let run: [ConfigurationKey] = [
    ConfigurationKey(
      "run.passes", .integer, default: .value(.integer(12)), range: .closed(1, 1_000_000), unit: "passes",
      summary: "Times the training samples are streamed.", source: "Chosen."),
    ConfigurationKey(
      "run.seed", .integer, default: .value(.integer(1)), range: .atLeast(0), unit: "1",
      summary: "Seed of all randomness: the same seed gives the same bits.", source: "Convention."),
    ConfigurationKey(
      "run.noise_seed", .integer, default: .value(.integer(0)), range: .atLeast(0), unit: "1",
      summary:
        "Seed of what happens while the network runs, noise of reads and writes and the order of samples: another future of the "
        + "same chip; 0 for run.seed.",
      source: "Chosen: what a fork changes."),
    ConfigurationKey(
      "run.threads", .integer, default: .value(.integer(1)), range: .closed(1, 256),
      unit: "threads",
      summary: "Threads that share the tiles; the result does not depend on it.",
      source: "One run per core in a study.",
      changesResult: false),
    ConfigurationKey(
      "run.shuffle", .boolean, default: .value(.boolean(true)),
      summary: "Draws a new order of the training samples for each pass.",
      source: "Convention of stochastic gradient descent."),
    ConfigurationKey(
      "run.classes_per_task", .integer, default: .value(.integer(0)), range: .closed(0, 65_536), unit: "classes",
      summary:
        "Streams classes in groups of this size one after the other, in their order and each for run.passes passes, to see what is "
        + "forgotten; 0 for all classes together.",
      source: "Class-incremental learning, \(Citation.continual)"),
    ConfigurationKey(
      "run.metrics_samples", .integer, default: .value(.integer(100)), range: .closed(1, 1_000_000_000),
      unit: "samples",
      summary: "Samples between rows of metrics.csv.", source: "Chosen.", changesResult: false),
    ConfigurationKey(
      "run.evaluate", .choice(ExperimentConfiguration.Run.Evaluation.words), default: .value(.text("each-pass")),
      summary: "When the test samples are run: after each pass, or after the last.", source: "Convention."),
  ]
}
