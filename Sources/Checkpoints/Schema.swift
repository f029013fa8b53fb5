/// Names and meaning of everything in a checkpoint file, schema version 3.
///
///     /                      format, schema_version, written_by, seed, stream_fingerprint, manifest_sha256, complete
///     ├ experiment           resolved experiment, YAML
///     ├ position/…           where the run stands (`PositionSchema`)
///     ├ deployment/…         where the deployment of a learned network stands (`DeploymentSchema`); absent from runs
///     └ network/             read_ticks, boundaries
///       └ layers/<name>/…    state of a layer (`LayerSchema`); attributes index, rows, columns
///
/// A dataset that a layer does not need, such as the wear of devices that do not wear, is absent. Every dataset has the
/// attributes `units`, `description` and `xxh64`, its checksum. Byte order is little-endian.
///
/// An incremental checkpoint has of large arrays only the pieces that differ from a full one, its base.
enum Schema {
  static let format = "crosspoint-checkpoint"
  static let version: UInt64 = 3
  /// Oldest version that is read, if only to look at it.
  static let oldestVersion: UInt64 = 1

  /// Attributes of the root.
  enum Root {
    static let format = "format"
    static let version = "schema_version"
    static let writtenBy = "written_by"
    static let seed = "seed"
    static let streamFingerprint = "stream_fingerprint"
    /// Digest over all names, types, shapes and attributes; see `Manifest`.
    static let manifest = "manifest_sha256"
    /// Name of the full checkpoint that an incremental one builds on, in the same folder; absent from full ones.
    static let baseFile = "base_file"
    /// The digest of its manifest.
    static let baseManifest = "base_manifest_sha256"
    /// 1, written after everything else.
    static let complete = "complete"
  }

  /// Attribute of a dataset: `Checksum` over its values, of a text over its UTF-8 bytes.
  static let checksum = "xxh64"
  /// Attributes of a dataset with changed pieces only: shape and checksum of the whole array.
  static let wholeShape = "whole_shape"
  static let wholeChecksum = "whole_xxh64"
  /// Ends the name of the dataset with the numbers of the pieces.
  static let piecesSuffix = "_pieces"

  static let experiment = Field("experiment", "The resolved experiment as YAML.")
  static let position = "position"
  static let readTicks = Field(
    "network/read_ticks", "Ticks read since the start of the run: event count of read noise.")
  static let boundaries = Field(
    "network/boundaries", "Boundaries at which learning could write since the start of the run.")
  static let layers = "network/layers"
}

/// What a dataset is called and means.
struct Field: Sendable {
  let path: String
  let units: String
  let description: String

  /// - Parameter units: unit of the values; `"1"` where they have none.
  init(_ path: String, _ description: String, units: String = "1") {
    self.path = path
    self.units = units
    self.description = description
  }

  /// Stands for the unit of the states: S, or F where these are capacitances.
  static let stateUnit = "S"

  /// The field inside a group; `stateUnit` is the unit of the states there.
  func inside(_ group: String, stateUnit: String = Field.stateUnit) -> Field {
    Field("\(group)/\(path)", description, units: units == Field.stateUnit ? stateUnit : units)
  }
}

/// The datasets of `position`.
enum PositionSchema {
  typealias Entry<Value> = (field: Field, keyPath: WritableKeyPath<RunPosition, Value> & Sendable)

  static let counts: [Entry<Int>] = [
    (Field("pass", "Passes over the training samples completed."), \.pass),
    (Field("sample_in_phase", "Samples of the current phase done."), \.sampleInPhase),
    (Field("correct_in_phase", "Correct decisions in the current phase."), \.correctInPhase),
    (Field("samples_since_row", "Samples since the last row of the metrics."), \.samplesSinceRow),
    (Field("correct_since_row", "Correct decisions since the last row of the metrics."), \.correctSinceRow),
  ]
  /// Absent from files that were written before ticks could have labels: there a sample is a decision.
  static let decisions: [(entry: Entry<Int>, samples: KeyPath<RunPosition, Int> & Sendable)] = [
    (
      (Field("decisions_in_phase", "Decisions that counted in the current phase."), \.decisionsInPhase),
      \.sampleInPhase
    ),
    (
      (Field("decisions_since_row", "Decisions that counted since the last row of the metrics."), \.decisionsSinceRow),
      \.samplesSinceRow
    ),
  ]
  static let totals: [Entry<UInt64>] = [
    (Field("samples_seen", "Training samples seen in all passes."), \.samplesSeen),
    (Field("metrics_bytes", "Bytes of metrics.csv that belong to this position.", units: "byte"), \.metricsBytes),
    (Field("events_bytes", "Bytes of events.jsonl that belong to this position.", units: "byte"), \.eventsBytes),
  ]
  static let flags: [Entry<Bool>] = [
    (Field("is_testing", "1 while the run is testing, 0 while it is training."), \.isTesting),
    (Field("is_complete", "1 when the run has reached its end."), \.isComplete),
  ]
  static let wallSeconds = Field("wall_seconds", "Seconds of computing so far. Not reproducible.", units: "s")
  static let spikeLists: [Entry<[UInt64]>] = [
    (
      Field(
        "spikes_since_row", "Spikes of the input, of each feature layer and of each hidden layer since the last row."),
      \.spikesSinceRow
    ),
    (
      Field(
        "spikes", "Spikes of the input, of each feature layer and of each hidden layer since the start of the run."),
      \.spikes
    ),
  ]
  /// Absent from files that were written before they were counted.
  static let optionalLists: [Entry<[UInt64]>] = [
    (
      Field("neuron_spikes_since_row", "Spikes of each hidden neuron since the last row, layer after layer."),
      \.neuronSpikesSinceRow
    ),
    (
      Field("confusion", "Decisions of the present or last test [classes x decisions]."), \.confusion
    ),
  ]
  static let accuracies: [Entry<[Double]>] = [
    (Field("test_accuracies", "Test accuracy after each tested pass, fraction."), \.testAccuracies),
    (Field("training_accuracies", "Training accuracy of each completed pass, fraction."), \.trainingAccuracies),
  ]
  /// Absent where all classes come together.
  static let taskAccuracies: Entry<[Double]> = (
    Field("task_accuracies", "Test accuracy on the classes of each task after each test [tests x tasks], fraction."),
    \.taskAccuracies
  )
  /// Absent where there are classes and no signals.
  static let testErrors: Entry<[Double]> = (
    Field("test_errors", "Squared error of the outputs in each test over the power of their signals."), \.testErrors
  )
  static let signalSums: [Entry<Double>] = [
    (Field("squared_error_in_phase", "Sum of (output - signal)^2 in the current phase."), \.squaredErrorInPhase),
    (Field("signal_power_in_phase", "Sum of signal^2 in the current phase."), \.signalPowerInPhase),
    (Field("squared_error_since_row", "Sum of (output - signal)^2 since the last row."), \.squaredErrorSinceRow),
    (Field("signal_power_since_row", "Sum of signal^2 since the last row."), \.signalPowerSinceRow),
  ]
}

/// The datasets of `deployment`.
enum DeploymentSchema {
  typealias Entry<Value> = (field: Field, keyPath: WritableKeyPath<DeploymentPosition, Value> & Sendable)

  static let group = "deployment"
  static let counts: [Entry<UInt64>] = [
    (Field("elapsed_samples", "Samples of the deployment so far, replayed ones among them."), \.elapsedSamples),
    (Field("presented_samples", "Samples that were presented."), \.presentedSamples),
    (Field("windows_to_go", "Windows still to be learned from without a measurement."), \.windowsToGo),
    (Field("worn_at_start", "Devices that had worn out before the deployment."), \.wornAtStart),
  ]
  static let numbers: [Entry<Double>] = [
    (Field("first_failure", "Samples after which the first device failed; 0 while none has."), \.firstFailure)
  ]
}
