import Crossbars
import Foundation
import Hardware
import Plasticity
import Recordings

/// The final figures of a run.
public struct RunSummary: Codable, Sendable, Equatable {
  /// How well one channel can be rebuilt from its spikes.
  public struct Channel: Codable, Sendable, Equatable {
    /// Name of the channel.
    public var name: String
    /// Unit of the error.
    public var unit: String
    /// Root-mean-square error of the reconstruction, in the unit.
    public var rmsError: Double
    /// Signal-to-noise ratio of the reconstruction, decibels; `nil` without a signal or without noise.
    public var snrDb: Double?
  }

  /// How verified writes ended, in devices written.
  public struct VerifiedWrites: Codable, Sendable, Equatable {
    /// Reached their target.
    public var converged: UInt64
    /// Ran out of attempts.
    public var gaveUp: UInt64
    /// Were asked for a state outside their own range.
    public var outOfRange: UInt64
    /// Were stuck, or wore out meanwhile.
    public var wornOut: UInt64
  }

  /// What learning needs of the chip in one layer.
  public struct LayerLearning: Codable, Sendable, Equatable {
    /// Name of the layer.
    public var layer: String
    /// What its rule keeps, reads and writes.
    public var needs: LearningNeeds
    /// Words that it keeps, with those of optimiser and write policy.
    public var words: Int
  }

  /// Name of the experiment.
  public var experiment: String
  /// Accuracy on the test samples after the last tested pass, fraction.
  public var testAccuracy: Double
  /// Accuracy of the decisions made before learning from each training sample, mean over all passes, fraction.
  public var onlineAccuracy: Double
  /// Training samples seen, all passes.
  public var samples: UInt64
  /// Ticks emulated, training and tests.
  public var ticks: UInt64
  /// Seconds of computing, all sessions.
  public var computeSeconds: Double
  /// Seconds of the last session, start-up, checkpoints and waiting for samples included.
  public var wallSeconds: Double
  /// Longest time that learning waited for a checkpoint in the last session, seconds: for the copy of its state, and for the
  /// checkpoint before if that was still being written.
  public var longestCheckpointPause: Double?
  /// Training samples per second of training in the last session that trained.
  public var samplesPerSecond: Double
  /// Ticks per second of computing.
  public var ticksPerSecond: Double
  /// Largest resident memory of the last session, bytes.
  public var peakRssBytes: UInt64
  /// Memory devices.
  public var devices: Int
  /// Devices for each weight, with the share of the reference columns of tiles.
  public var devicesPerWeight: Double
  /// SET pulses of all devices.
  public var setPulses: UInt64
  /// RESET pulses of all devices.
  public var resetPulses: UInt64
  /// Pulses per device and training sample.
  public var pulsesPerDeviceAndSample: Double
  /// Pulses that erased and rewrote one-sided pairs.
  public var refreshPulses: UInt64
  /// Verify reads.
  public var verifyReads: UInt64
  /// Pulses that devices saw at reduced voltage.
  public var halfSelects: UInt64
  /// How verified writes ended; `nil` without verification.
  public var verified: VerifiedWrites?
  /// Energy of all writes in joules.
  public var writeEnergyJoules: Double
  /// The same by component; what did not happen is left out.
  public var writeEnergyByComponent: [String: Double]
  /// Energy of all writes per training sample in joules.
  public var writeEnergyPerSample: Double
  /// Time that the chip spent writing, in seconds of its own.
  public var writeSeconds: Double
  /// Energy of driving rows through devices in all reads, training and tests, in joules.
  public var readEnergyJoules: Double
  /// Energy of all conversions of reads in joules.
  public var conversionEnergyJoules: Double
  /// Energy of accumulators, neurons and their memory in joules.
  public var digitalEnergyJoules: Double
  /// The same three by component; what did not happen is left out.
  public var readEnergyByComponent: [String: Double]
  /// Energy of a training sample in joules: reads, conversions and digital work of a mean sample presented, tests
  /// included, and the writes of a mean training sample.
  public var energyPerSample: Double
  /// Time that the chip spent reading, in seconds of its own.
  public var readSeconds: Double
  /// Time of the chip for a training sample in seconds: reads of a mean sample presented and writes of a mean training
  /// sample.
  public var latencyPerSample: Double
  /// Devices that no longer answer to pulses.
  public var stuckDevices: Int
  /// Share of devices that have spent more than half of their own life.
  public var devicesPastHalfLife: Double
  /// Mean firing rate of the hidden neurons over the run, hertz.
  public var hiddenRateHz: Double
  /// Share of conversions that ran into an end of the scale.
  public var saturatedFraction: Double
  /// Calibrated full scales of the converters of each layer, weights; empty for others.
  public var adcFullScales: [String: Double]
  /// Tiles whose wires were solved in the last session.
  public var wireSolutions: UInt64
  /// Tiles written whose earlier solution was close enough (crossbar.wire_staleness), in the last session.
  public var wireReuses: UInt64
  /// Test accuracy after each tested pass, fraction.
  public var testAccuracies: [Double]
  /// Quality of the encoding of sampled channels.
  public var encoding: [Channel]
  /// Names of the classes.
  public var classes: [String]
  /// Decisions of the last test, row-major `[classes × decisions]`.
  public var testConfusion: [UInt64]
  /// Share of weights within 1 % of an end of their range.
  public var weightsAtRails: Double
  /// Mean cosine between fixed feedback and the forward weights to the outputs; `nil` without fixed feedback.
  public var feedbackAlignment: Double?
  /// What learning needs of the chip, layer by layer; empty without learning.
  public var learning: [LayerLearning]
  /// Normalised squared error of each test, Σ(output − signal)²/Σ signal²; empty for classes.
  public var testErrors: [Double]
  /// Accuracy on the classes of each task after each test `[tests × tasks]`, fraction; empty where all classes come together.
  public var taskAccuracies: [[Double]]
  /// What was forgotten at the end: see `ClassTasks.forgetting`, fraction.
  public var forgetting: Double?

  /// Lines that moved to share the wear; `nil` where lines do not move.
  public var levellingMoves: UInt64?
  /// Lines with dead devices that spares replaced.
  public var retiredRows: UInt64?
  /// Spare lines that could still replace one.
  public var spareRowsLeft: Int?

  /// Largest resident memory of this process so far, bytes.
  public static var peakResidentBytes: UInt64 {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return UInt64(usage.ru_maxrss) * 1024
  }

  static func energies(_ components: [CostComponent]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: components.filter { $0.count > 0 }.map { ($0.key, $0.energy) })
  }

  static func channels(_ report: EncodingReport?) -> [Channel] {
    guard case .channels(let channels) = report else { return [] }
    return channels.map { channel in
      let ratio = channel.signalToNoiseInDecibels
      return Channel(
        name: channel.name, unit: channel.unit, rmsError: channel.rootMeanSquareError,
        snrDb: ratio.isFinite ? ratio : nil)
    }
  }
}

extension RunSummary.VerifiedWrites {
  init(_ writes: WriteActivity) {
    self.init(
      converged: writes.converged, gaveUp: writes.gaveUp, outOfRange: writes.outOfRange, wornOut: writes.wornOut)
  }
}
