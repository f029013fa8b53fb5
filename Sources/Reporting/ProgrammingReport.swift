import Crossbars
import Emulation
import Recordings

/// What programming a matrix of weights came to, as JSON and as text. Energies are in joules, times in seconds, weights in the
/// unit of the matrix; device errors are fractions of the range of the typical device.
public struct ProgrammingReport: Encodable, Sendable {
  /// One programming of the whole matrix.
  public struct Round: Encodable, Sendable {
    /// SET and RESET pulses.
    public let pulses: UInt64
    /// Verify reads.
    public let verifyReads: UInt64
    /// Devices that reached their aim; 0 without verification, as the three that follow.
    public let converged: UInt64
    /// Devices whose attempts ran out.
    public let gaveUp: UInt64
    /// Devices whose aim lies outside their own range.
    public let outOfRange: UInt64
    /// Devices that are stuck.
    public let stuck: UInt64
    /// Energy in joules.
    public let energy: Double
    /// Time in seconds.
    public let seconds: Double
    /// Root mean square error of the weights afterwards.
    public let weightError: Double
  }

  /// The weights at a time after programming.
  public struct Age: Encodable, Sendable {
    /// Seconds since programming.
    public let seconds: Double
    /// Errors of the weights.
    public let weightErrors: ErrorStatistics
    /// Factor between targets and weights, by least squares.
    public let gain: Double
    /// Root mean square error after division by the gain.
    public let scaledError: Double
  }

  /// Energy and time of one kind of event.
  public struct Cost: Encodable, Sendable {
    /// What it is.
    public let name: String
    /// How often it happened.
    public let count: UInt64
    /// Energy in joules.
    public let energy: Double
    /// Time in seconds.
    public let seconds: Double
  }

  /// Devices by pulses that verified writes needed, from `lowest` up to the next entry.
  public struct Attempts: Encodable, Sendable {
    /// Fewest pulses of the bin.
    public let lowest: Int
    /// Writes of a device.
    public let count: UInt64
  }

  /// Pulses that devices received.
  public struct Pulses: Encodable, Sendable {
    /// Mean.
    public let mean: Double
    /// Number that 99 % of the devices do not exceed.
    public let percentile99: UInt32
    /// Largest.
    public let largest: UInt32
    /// Mean number of verify reads.
    public let verifyReads: Double
  }

  /// File and dataset of the weights.
  public let weights: String
  /// SHA-256 of the file.
  public let sha256: String
  /// Rows and columns of the array.
  public let shape: [Int]
  /// Tiles.
  public let tiles: Int
  /// Synapses.
  public let synapses: Int
  /// Devices.
  public let devices: Int
  /// Weight that the full range of a device carries.
  public let weightLimit: Double
  /// Weights beyond it.
  public let clippedWeights: Int
  /// The technology whose numbers are the defaults.
  public let device: String
  /// `open-loop` or `write-verify`.
  public let scheme: String
  /// Most pulses of one verified write; absent without verification.
  public let attemptLimit: Int?
  /// What the array held before.
  public let from: String
  /// Seed of all randomness.
  public let seed: UInt64
  /// Errors of the weights.
  public let weightErrors: ErrorStatistics
  /// Errors of the devices.
  public let deviceErrors: ErrorStatistics
  /// Error of a device that counts as hit.
  public let tolerance: Double
  /// Share of the devices within it.
  public let withinTolerance: Double
  /// Devices stuck since fabrication.
  public let stuckDevices: Int
  /// Devices that programming wore out.
  public let wornOutDevices: Int
  /// Pulses per device.
  public let pulsesPerDevice: Pulses
  /// Pulses of verified writes; empty without verification.
  public let attempts: [Attempts]
  /// Errors by tenth of the range of weights.
  public let errorsByTarget: [ProgrammedArray.Tenth]
  /// Energy in joules.
  public let energy: Double
  /// Time in seconds.
  public let seconds: Double
  /// What energy and time are made of.
  public let costs: [Cost]
  /// The rounds.
  public let rounds: [Round]
  /// The weights at programming and at each age.
  public let ages: [Age]
  /// Works to cite for the device.
  public let citations: [String]
  /// Files that were written.
  public let files: [String]

  /// Describes a programmed array; `files` are those written.
  public init(
    _ result: ProgrammedArray, of matrix: WeightMatrix, sha256: String, configuration: ProgrammingConfiguration,
    files: [String] = []
  ) {
    weights = matrix.source
    self.sha256 = sha256
    shape = [result.rows, result.columns]
    (tiles, synapses, devices) = (result.tileCount, result.synapseCount, result.deviceCount)
    (weightLimit, clippedWeights) = (Double(result.parameters.weightLimit), result.clippedCount)
    device = configuration.deviceName
    scheme = result.isVerified ? "write-verify" : "open-loop"
    if case .writeVerify(let verify) = result.parameters.writing.scheme {
      attemptLimit = verify.attemptLimit
    } else {
      attemptLimit = nil
    }
    from = result.parameters.start.rawValue
    seed = result.parameters.seed
    (weightErrors, deviceErrors) = (ErrorStatistics(result.weightErrors), result.deviceErrorStatistics)
    (tolerance, withinTolerance) = (result.parameters.tolerance, result.withinTolerance)
    (stuckDevices, wornOutDevices) = result.stuckDevices
    pulsesPerDevice = Self.pulses(of: result)
    attempts = Self.attempts(of: result)
    errorsByTarget = result.tenths
    (energy, seconds) = (result.costs.energy, result.costs.time)
    costs = result.costs.components.map {
      Cost(name: $0.name, count: $0.count, energy: $0.energy, seconds: $0.time)
    }
    rounds = result.rounds.map {
      Round(
        pulses: $0.pulses, verifyReads: $0.activity.verifyReads, converged: $0.activity.converged,
        gaveUp: $0.activity.gaveUp, outOfRange: $0.activity.outOfRange, stuck: $0.activity.wornOut, energy: $0.energy,
        seconds: $0.time, weightError: $0.errors.rootMeanSquare)
    }
    ages = result.ages.map {
      Age(seconds: $0.age.seconds, weightErrors: $0.errors, gain: $0.gain, scaledError: $0.scaledError)
    }
    citations = configuration.citations
    self.files = files
  }

  private static func pulses(of result: ProgrammedArray) -> Pulses {
    let sorted = result.sortedPulses
    let sum = sorted.reduce(UInt64(0)) { $0 + UInt64($1) }
    let reads = result.verifyReads.joined().reduce(UInt64(0)) { $0 + UInt64($1) }
    let count = Double(sorted.count)
    return Pulses(
      mean: Double(sum) / count, percentile99: sorted[min(Int((0.99 * count).rounded(.up)), sorted.count) - 1],
      largest: sorted[sorted.count - 1], verifyReads: Double(reads) / count)
  }

  private static func attempts(of result: ProgrammedArray) -> [Attempts] {
    guard result.isVerified else { return [] }
    return result.verifyHistogram.attempts.enumerated().map { bin, count in
      Attempts(lowest: VerifyHistogram.lowestAttempts(ofBin: bin), count: count)
    }
  }
}
