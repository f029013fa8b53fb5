/// What can go wrong with an experiment or a run, each with what to do.
public enum EmulationError: Error, Equatable, CustomStringConvertible {
  /// The recording of the experiment is nowhere.
  case recordingNotFound(path: String, searched: [String])
  /// The split leaves nothing to learn from or to test.
  case noSamples(path: String, part: String)
  /// The tick does not suit the recording.
  case timeStep(found: String, expected: String)
  /// The output folder holds something already.
  case folderInUse(folder: String, holdsRun: Bool)
  /// A run folder is missing or lacks a file.
  case notARunFolder(folder: String, missing: String)
  /// Another process is running in the folder.
  case folderLocked(folder: String)
  /// A file of the run folder cannot be written or read.
  case fileAccess(path: String, action: String, reason: String)
  /// A file of the run folder is shorter than the checkpoint says.
  case fileTooShort(path: String, expected: UInt64, found: UInt64)
  /// The checkpoint belongs to another experiment.
  case otherExperiment(checkpoint: String, differences: [String])
  /// A fork may not change these keys.
  case cannotFork(differences: [String], allowed: String)
  /// Arrays of another run are not those of this experiment.
  case cannotTransplant(path: String, problems: [String])
  /// Learning asked a synapse for something that is no number.
  case notANumber(NetworkFlaw, sample: UInt64)
  /// Feature layers need the image that a recording does not show.
  case noImage(stream: String)
  /// A file of kernels does not fit.
  case kernels(file: String, dataset: String, expected: String, found: String)
  /// Samples of the run cannot end early.
  case noEarlyExit
  /// A run without a checkpoint has learned nothing that could be used.
  case nothingLearned(folder: String)
  /// The run is of another kind of recording than camera events.
  case noLiveEvents(folder: String, kind: String)
  /// The recording is not the one the run began with.
  case otherRecording(path: String, expected: String, found: String)

  /// A sentence a user can act on.
  public var description: String {
    switch self {
    case .recordingNotFound(let path, let searched):
      "recording \(path) not found; looked for \(searched.joined(separator: ", ")). Give its place with "
        + "--set stream.path=PATH, or name the folder that holds it in the environment variable CROSSPOINT_DATA"
    case .noSamples(let path, let part):
      "\(path): the split leaves no \(part) samples; choose another stream.split or stream.fold"
    case .timeStep(let found, let expected):
      "network.time_step is \(found), expected \(expected)"
    case .folderInUse(let folder, let holdsRun):
      holdsRun
        ? "\(folder) already holds a run; continue it with `crosspoint resume \(folder)` or choose another --output"
        : "\(folder) is not empty and not a run folder; choose another --output"
    case .notARunFolder(let folder, let missing):
      "\(folder) is not a run folder: \(missing) is missing; name the folder given as --output of `crosspoint run`"
    case .folderLocked(let folder):
      "another process is running in \(folder); wait for it or choose another --output"
    case .fileAccess(let path, let action, let reason):
      "cannot \(action) \(path): \(reason)"
    case .fileTooShort(let path, let expected, let found):
      "\(path) has \(found) bytes, but the checkpoint was saved when it had \(expected); it was cut or replaced. "
        + "Restore it, or delete the newest checkpoint to resume from an earlier one"
    case .otherExperiment(let checkpoint, let differences):
      "\(checkpoint) belongs to another experiment:\n  " + differences.joined(separator: "\n  ")
        + "\nA run goes on with the values it began with: begin a new run as its state with `crosspoint resume FOLDER --output "
        + "NEW --set …`, or remove a checkpoint that does not belong here"
    case .cannotFork(let differences, let allowed):
      "a run that begins as the state of another is of the same chip and cannot have\n  "
        + differences.joined(separator: "\n  ")
        + "\nIt may change \(allowed); start a new run for the rest"
    case .cannotTransplant(let path, let problems):
      "the arrays of \(path) are not those of this experiment:\n  "
        + problems.joined(separator: "\n  ")
        + "\nThey move to a run of the same devices and seed, in the same layer"
    case .notANumber(let flaw, let sample):
      "a weight change of \(flaw.layer) is no number any more: synapse [\(flaw.row), \(flaw.column)] in tile "
        + "[\(flaw.tileRow), \(flaw.tileColumn)] at boundary \(flaw.boundary), training sample \(sample + 1); the last "
        + "checkpoint is sound. Lower learning.rate, learning.readout_rate or learning.feedback_sigma"
    case .noImage(let stream):
      "network.features needs recordings of a camera, and \(stream) has channels without places; use network.features: none"
    case .kernels(let file, let dataset, let expected, let found):
      "\(file): \(dataset): expected \(expected), found \(found)"
    case .noEarlyExit:
      "samples can end early where each has one class and a readout that learned from errors decides; this run is not so"
    case .nothingLearned(let folder):
      "\(folder) has no usable checkpoint yet; `crosspoint resume \(folder)` goes on with the run"
    case .noLiveEvents(let folder, let kind):
      "the run in \(folder) is of a stream of kind \(kind), expected event-folder or n-mnist; only networks for camera events "
        + "can decide on live ones"
    case .otherRecording(let path, let expected, let found):
      "\(path) is not the recording the run began with: expected SHA-256 \(expected), found \(found)"
    }
  }
}
