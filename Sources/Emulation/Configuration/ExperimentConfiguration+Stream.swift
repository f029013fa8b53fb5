import Quantities

extension ExperimentConfiguration {
  /// The recording and how it becomes spikes.
  public struct Stream: Sendable, Equatable {
    /// How the recording is read.
    public enum Kind: String, ConfigurationChoice {
      /// Sampled sensor channels, cut into windows.
      case sensorRecording = "sensor-recording"
      /// The N-MNIST folder of short event recordings.
      case nMNIST = "n-mnist"
      /// Text files of spikes.
      case spikeText = "spike-text"
      /// HDF5 files of spikes with a label for each step.
      case labelledSteps = "labelled-steps"
      /// Event recordings of any format in folders by class.
      case eventFolder = "event-folder"
      /// DVS128 Gesture.
      case dvsGesture = "dvs-gesture"
      /// Spiking Heidelberg Digits, Spiking Speech Commands.
      case spokenDigits = "spoken-digits"
      /// ST-MNIST.
      case tactileDigits = "tactile-digits"
      /// UCI HAR.
      case activity = "uci-har"
      /// Sounds in folders by class.
      case soundFolder = "sound-folder"
      /// Trials of temporal exclusive or.
      case temporalXor = "temporal-xor"
      /// Trials in which the output is to draw a curve.
      case patternGeneration = "pattern-generation"

      /// Kinds whose samples are made, not recorded.
      static let tasks: [Kind] = [.temporalXor, .patternGeneration]
      /// Kinds of event recordings.
      static let events: [Kind] = [.eventFolder, .dvsGesture]
      /// Kinds whose samples know who they come from.
      static let grouped: [Kind] = [
        .sensorRecording, .eventFolder, .dvsGesture, .spokenDigits, .activity, .soundFolder,
      ]
      /// Kinds with sampled channels.
      static let sampled: [Kind] = [.sensorRecording, .activity]
    }

    /// Which samples test.
    public enum Split: String, ConfigurationChoice {
      /// Those that the recording names.
      case official
      /// One fold of the groups, such as subjects.
      case groupFolds = "group-folds"
      /// One fold of the samples.
      case sampleFolds = "sample-folds"
    }

    /// How the recording is read.
    public let kind: Kind
    /// The recording: a file, or the folder of a data set.
    public let path: String
    /// Length of one sample of a sensor recording.
    public let window: TimeSpan
    /// Time between the beginnings of samples.
    public let windowStep: TimeSpan
    /// Whether channels have rows for rising and falling signals.
    public let deltaRows: Bool
    /// Change that makes a spike, in standard deviations of the channel.
    public let deltaThreshold: Double
    /// What a change is counted from.
    public let deltaCoding: DeltaCoding
    /// Width of the band around levels in which nothing happens, as a part of their distance.
    public let deltaHysteresis: Double
    /// Whether channels have rows that spike at a rate.
    public let rateRows: Bool
    /// When such a row spikes.
    public let rateCoding: RateCoding
    /// Rate of a row that the signal drives fully.
    public let highestRate: Frequency
    /// Distance from the mean of the highest rate, in standard deviations of the channel.
    public let rateRange: Double
    /// Whether channels have rows that spike early or late.
    public let latencyRows: Bool
    /// Time in which such a row spikes once.
    public let latencyWindow: TimeSpan
    /// How a value becomes a time.
    public let latencyLaw: LatencyLaw
    /// Value up to which a row does not spike.
    public let latencyThreshold: Double
    /// Time constant of the logarithmic law.
    public let latencyTimeConstant: TimeSpan
    /// Distance from the mean of the earliest spike, in standard deviations of the channel.
    public let latencyRange: Double
    /// Filters of the cochlea.
    public let bands: Int
    /// Centre of the first filter.
    public let lowestFrequency: Frequency
    /// Centre of the last filter.
    public let highestFrequency: Frequency
    /// What becomes of the response of a filter.
    public let compression: SoundCompression
    /// Response at which the logarithm begins to bend.
    public let compressionReference: Double
    /// How a band spikes.
    public let bandSpiking: BandSpiking
    /// Rate of a band at full response.
    public let bandRate: Frequency
    /// Leak of a band.
    public let bandTimeConstant: TimeSpan
    /// Time after a spike in which a band takes nothing.
    public let bandRefractoryTime: TimeSpan
    /// Distance of the levels of a band.
    public let bandLevelSpacing: Double
    /// Whether each sound is scaled to full scale.
    public let normaliseSound: Bool
    /// Rows per channel for the signal level; 0 for none.
    public let levelRows: Int
    /// Whether channels have rows driven by the signal itself.
    public let directRows: Bool
    /// Distance from the mean that drives a direct row fully, in standard deviations of the channel.
    public let directRange: Double
    /// Ticks per sample of a data set of event recordings.
    public let sampleTicks: Int
    /// Which samples test.
    public let split: Split
    /// Number of folds.
    public let folds: Int
    /// The fold that tests, from 0.
    public let fold: Int
    /// Training samples used, at equal distances among all; 0 for all.
    public let limit: Int
    /// How much faster than the sensor samples are presented; 0 for as fast as can be.
    public let speed: Double
    /// Format of event recordings; `auto` to find it.
    public let format: String
    /// Pixels of the camera of event recordings, or `file`.
    public let sensor: String
    /// What becomes of times of event recordings that go back.
    public let timestampOrder: TimestampPolicy
    /// Time between windows of event recordings; 0 for whole recordings.
    public let cutStep: TimeSpan
    /// Fewest events of a window.
    public let fewestEvents: Int
    /// Steps of preparation of events, or `none`.
    public let prepare: String
    /// What events drive.
    public let eventEncoding: EventEncoding
    /// Events in a tick that drive a row fully.
    public let fullDrive: Int
    /// Decay of the drive after an event.
    public let surfaceTimeConstant: TimeSpan
    /// Channels of spoken digits that drive one row.
    public let channelsPerRow: Int
    /// Part of spoken digits that tests.
    public let testPart: TestPart
    /// Trials of a task that are learned from in a pass.
    public let trials: Int
    /// Further trials of a task.
    public let testTrials: Int
    /// Seed of the trials.
    public let taskSeed: UInt64

    init(_ table: ResolvedConfiguration) {
      deltaCoding = table.choice("stream.delta_coding")
      deltaHysteresis = table.number("stream.delta_hysteresis")
      rateRows = table.boolean("stream.rate_rows")
      rateCoding = table.choice("stream.rate_coding")
      highestRate = table.quantity("stream.highest_rate")
      rateRange = table.number("stream.rate_range")
      latencyRows = table.boolean("stream.latency_rows")
      latencyWindow = table.quantity("stream.latency_window")
      latencyLaw = table.choice("stream.latency_law")
      latencyThreshold = table.number("stream.latency_threshold")
      latencyTimeConstant = table.quantity("stream.latency_time_constant")
      latencyRange = table.number("stream.latency_range")
      bands = table.integer("stream.bands")
      lowestFrequency = table.quantity("stream.lowest_frequency")
      highestFrequency = table.quantity("stream.highest_frequency")
      compression = table.choice("stream.compression")
      compressionReference = table.number("stream.compression_reference")
      bandSpiking = table.choice("stream.band_spiking")
      bandRate = table.quantity("stream.band_rate")
      bandTimeConstant = table.quantity("stream.band_time_constant")
      bandRefractoryTime = table.quantity("stream.band_refractory_time")
      bandLevelSpacing = table.number("stream.band_level_spacing")
      normaliseSound = table.boolean("stream.normalise_sound")
      format = table.text("stream.format")
      sensor = table.text("stream.sensor")
      timestampOrder = table.choice("stream.timestamp_order")
      cutStep = table.quantity("stream.cut_step")
      fewestEvents = table.integer("stream.fewest_events")
      prepare = table.text("stream.prepare")
      eventEncoding = table.choice("stream.event_encoding")
      fullDrive = table.integer("stream.full_drive")
      surfaceTimeConstant = table.quantity("stream.surface_time_constant")
      channelsPerRow = table.integer("stream.channels_per_row")
      testPart = table.choice("stream.test_part")
      trials = table.integer("stream.trials")
      testTrials = table.integer("stream.test_trials")
      taskSeed = UInt64(table.integer("stream.task_seed"))
      kind = table.choice("stream.kind")
      path = table.text("stream.path")
      window = table.quantity("stream.window")
      windowStep = table.quantity("stream.window_step")
      deltaRows = table.boolean("stream.delta_rows")
      deltaThreshold = table.number("stream.delta_threshold")
      levelRows = table.integer("stream.level_rows")
      directRows = table.boolean("stream.direct_rows")
      directRange = table.number("stream.direct_range")
      sampleTicks = table.integer("stream.sample_ticks")
      split = table.choice("stream.split")
      folds = table.integer("stream.folds")
      fold = table.integer("stream.fold")
      limit = table.integer("stream.limit")
      speed = table.number("stream.speed")
    }
  }
}
