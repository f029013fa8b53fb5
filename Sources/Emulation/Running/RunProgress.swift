/// What a run tells the outside while it goes on.
public struct RunProgress: Sendable {
  /// Pass, from 1.
  public var pass: Int
  /// Number of passes.
  public var passes: Int
  /// Whether the run is testing.
  public var isTesting: Bool
  /// Steps done and to do, in all passes, tests included.
  public var step: Int
  /// Number of steps of the run.
  public var steps: Int
  /// Steps per second of the recent past.
  public var stepsPerSecond: Double
  /// Seconds to the end at that rate; `nil` before there is a rate.
  public var remainingSeconds: Double?
  /// Accuracy of the last training row of metrics, fraction.
  public var trainingAccuracy: Double?
  /// Last test accuracy, fraction.
  public var testAccuracy: Double?
  /// Pulses of both kinds so far, as of the last row of metrics.
  public var pulses: UInt64
}

/// Something notable in a run; also a line of `events.jsonl`.
public enum RunNotice: Sendable, Equatable {
  /// A pass ended with this training and, when tested, test accuracy.
  case passCompleted(pass: Int, trainingAccuracy: Double, testAccuracy: Double?)
  /// A checkpoint was saved.
  case checkpointSaved(path: String)
  /// A checkpoint could not be saved; the run goes on.
  case checkpointFailed(reason: String)
  /// Firing rates that learning rates of this size do not recover from.
  case ratesTooHigh(hertz: Double)
  /// A layer none of whose neurons spiked: nothing behind it can learn.
  case layerSilent(name: String)
  /// So many pulses per device and sample that write noise outweighs what is learned.
  case writesTooMany(pulsesPerDeviceAndSample: Double)

  /// Name in `events.jsonl`.
  var name: String {
    switch self {
    case .passCompleted: "pass_completed"
    case .checkpointSaved: "checkpoint_saved"
    case .checkpointFailed: "checkpoint_failed"
    case .ratesTooHigh: "rates_too_high"
    case .layerSilent: "layer_silent"
    case .writesTooMany: "writes_too_many"
    }
  }

  /// A sentence.
  public var message: String {
    switch self {
    case .passCompleted(let pass, let training, let test):
      "pass \(pass): training accuracy \(Self.fraction(training))"
        + (test.map { ", test accuracy \(Self.fraction($0))" } ?? "")
    case .checkpointSaved(let path):
      "checkpoint \(path)"
    case .checkpointFailed(let reason):
      "\(reason); the run goes on and will try again (checkpoint.when_failing)"
    case .layerSilent(let name):
      "no neuron of \(name) spikes, so nothing behind it learns; raise the spread of its initial weights "
        + "(network.initial_weight_sigma, initial_feature_sigma), or lower network.threshold"
    case .ratesTooHigh(let hertz):
      "hidden neurons fire at \(Int(hertz.rounded())) Hz: learning at such rates collapses; lower learning.rate or set "
        + "learning.firing_rate_penalty"
    case .writesTooMany(let pulses):
      "\(Self.fraction(pulses)) pulses per device and sample: the noise of the writes outweighs what is learned and devices "
        + "wear fast; lower learning.rate or raise writes.threshold"
    }
  }

  private static func fraction(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }
}

/// How a run ended.
public enum RunOutcome: Sendable {
  /// All passes are done.
  case completed(RunSummary)
  /// Stopped by a signal after saving this checkpoint.
  case interrupted(signal: Int32, checkpoint: String)
}
