import Foundation
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
  /// Training samples per second of training in the last session that trained.
  public var samplesPerSecond: Double
  /// Ticks per second of computing.
  public var ticksPerSecond: Double
  /// Largest resident memory of the last session, bytes.
  public var peakRssBytes: UInt64
  /// Memory devices.
  public var devices: Int
  /// SET pulses of all devices.
  public var setPulses: UInt64
  /// RESET pulses of all devices.
  public var resetPulses: UInt64
  /// Pulses per device and training sample.
  public var pulsesPerDeviceAndSample: Double
  /// Devices that no longer answer to pulses.
  public var stuckDevices: Int
  /// Mean firing rate of the hidden neurons over the run, hertz.
  public var hiddenRateHz: Double
  /// Share of conversions that ran into an end of the scale.
  public var saturatedFraction: Double
  /// Test accuracy after each tested pass, fraction.
  public var testAccuracies: [Double]
  /// Quality of the encoding of sampled channels.
  public var encoding: [Channel]

  /// Largest resident memory of this process so far, bytes.
  public static var peakResidentBytes: UInt64 {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return UInt64(usage.ru_maxrss) * 1024
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
