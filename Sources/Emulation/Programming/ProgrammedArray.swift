import Crossbars
import Hardware
import Quantities

/// An array after programming: what it should hold, what it holds, and what that took. Matrices are row-major
/// `[rows × columns]`; planes are the devices of a synapse, of pairs the plus devices first.
public struct ProgrammedArray: Sendable {
  /// One programming of the whole matrix.
  public struct Round: Sendable {
    /// SET and RESET pulses.
    public let pulses: UInt64
    /// What was counted; for an ideal array nothing is.
    public let activity: WriteActivity
    /// Energy in joules.
    public let energy: Double
    /// Time in seconds, tiles side by side.
    public let time: Double
    /// Errors of the weights afterwards, in weight units.
    public let errors: ErrorStatistics
  }

  /// Errors of the synapses whose target lies in one tenth of the range −limit…+limit.
  public struct Tenth: Codable, Sendable {
    /// Lower end of the tenth, weight.
    public let lower: Double
    /// Upper end of the tenth, weight.
    public let upper: Double
    /// Synapses.
    public let count: Int
    /// Mean error, weight.
    public let mean: Double
    /// Root mean square error, weight.
    public let rootMeanSquare: Double
  }

  /// The weights some time after programming.
  public struct Aged: Sendable {
    /// Time since programming.
    public let age: TimeSpan
    /// Errors of the weights, in weight units.
    public let errors: ErrorStatistics
    /// Factor between targets and weights, by least squares.
    public let gain: Double
    /// Root mean square error after division by the gain, which one factor per array can correct.
    public let scaledError: Double
  }

  /// How it was programmed.
  public let parameters: ArrayProgramming.Parameters
  /// Rows: inputs.
  public let rows: Int
  /// Columns: outputs.
  public let columns: Int
  /// Tiles of the array.
  public let tileCount: Int
  /// Wanted weights.
  public let targets: [Float]
  /// States that carry the wanted weights by plane, siemens (farads), within the range.
  public let wantedStates: [[Float]]
  /// Devices for each weight, with the share of reference columns.
  public let devicesPerWeight: Double
  /// Weights right after programming.
  public let weights: [Float]
  /// Conductances (capacitances) right after programming by plane, siemens (farads).
  public let conductances: [[Float]]
  /// SET and RESET pulses of each device by plane.
  public let pulses: [[UInt32]]
  /// Verify reads of each device by plane.
  public let verifyReads: [[UInt32]]
  /// Whether each device answers to pulses, by plane.
  public let conditions: [[DeviceCondition]]
  /// Wear of each device as a fraction of its own life by plane; empty where devices do not wear.
  public let wear: [[Float]]
  /// The rounds, in order.
  public let rounds: [Round]
  /// Energy and time of all rounds.
  public let costs: WriteCosts
  /// Attempts and residuals of verified writes, all rounds together.
  public let verifyHistogram: VerifyHistogram
  /// The weights as they were programmed, then at each age.
  public private(set) var ages: [Aged] = []

  init(
    array: CrossbarArray, targets: [Float], parameters: ArrayProgramming.Parameters, rounds: [Round], costs: WriteCosts
  ) {
    self.parameters = parameters
    (rows, columns, tileCount) = (array.layout.rows, array.layout.columns, array.layout.tileCount)
    self.targets = targets
    wantedStates = array.states(carrying: targets)
    devicesPerWeight = array.devicesPerWeight
    weights = array.effectiveWeights
    let planes = 0..<array.planeCount
    conductances = planes.map(array.conductances(plane:))
    pulses = planes.map { plane in
      let sets = array.ledger.pulses(.set, plane: plane)
      let resets = array.ledger.pulses(.reset, plane: plane)
      return zip(sets, resets).map { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
    }
    verifyReads = planes.map { array.ledger.pulses(.verify, plane: $0) }
    conditions = planes.map(array.conditions(plane:))
    wear = array.tracksWear ? planes.map(array.wearFractions(plane:)) : []
    self.rounds = rounds
    self.costs = costs
    verifyHistogram = array.verifyHistogram
    noteAge(.zero, weights: weights)
  }

  mutating func noteAge(_ age: TimeSpan, weights: [Float]) {
    var (product, power) = (0.0, 0.0)
    for (weight, target) in zip(weights, targets) {
      product += Double(weight) * Double(target)
      power += Double(target) * Double(target)
    }
    let gain = power > 0 ? product / power : 1
    let scaled = gain > 0 ? zip(weights, targets).map { Float(Double($0) / gain) - $1 } : []
    ages.append(
      Aged(
        age: age, errors: ErrorStatistics(zip(weights, targets).map(-)), gain: gain,
        scaledError: ErrorStatistics(scaled).rootMeanSquare))
  }
}

// MARK: What follows from it

extension ProgrammedArray {
  /// Number of synapses.
  public var synapseCount: Int { targets.count }
  /// Number of devices.
  public var deviceCount: Int { conductances.reduce(0) { $0 + $1.count } }
  /// Weights beyond the weight limit, which nothing can carry.
  public var clippedCount: Int { targets.count { abs($0) > parameters.weightLimit } }
  /// Whether writes were verified.
  public var isVerified: Bool {
    if case .writeVerify = parameters.writing.scheme { true } else { false }
  }

  /// Errors of the weights in weight units.
  public var weightErrors: [Float] { zip(weights, targets).map(-) }

  /// Errors of the devices of a plane: state less aim, fraction of the range of the typical device.
  public func deviceErrors(plane: Int) -> [Float] {
    let range = parameters.device.on - parameters.device.off
    return zip(conductances[plane], wantedStates[plane]).map { Float((Double($0) - Double($1)) / range) }
  }

  /// Errors of all devices.
  public var deviceErrorStatistics: ErrorStatistics {
    ErrorStatistics(conductances.indices.flatMap(deviceErrors(plane:)))
  }

  /// Share of the devices whose error does not exceed the tolerance.
  public var withinTolerance: Double {
    let hits = conductances.indices.reduce(0) { hits, plane in
      hits + deviceErrors(plane: plane).count { Double(abs($0)) <= parameters.tolerance }
    }
    return Double(hits) / Double(deviceCount)
  }

  /// Devices that no longer answer to pulses, since fabrication and worn out by programming.
  public var stuckDevices: (fabricated: Int, wornOut: Int) {
    conditions.joined().reduce(into: (0, 0)) { counts, condition in
      switch condition {
      case .sound: break
      case .fabricatedOff, .fabricatedOn: counts.0 += 1
      case .wornOff, .wornOn, .wornInPlace: counts.1 += 1
      }
    }
  }

  /// Pulses per device, ascending.
  public var sortedPulses: [UInt32] { pulses.joined().sorted() }

  /// Errors by the tenth of −limit…+limit in which the target lies; targets beyond the limit count with the ends.
  public var tenths: [Tenth] {
    let limit = Double(parameters.weightLimit)
    var sums = [(count: Int, sum: Double, squares: Double)](repeating: (0, 0, 0), count: 10)
    for (weight, target) in zip(weights, targets) {
      let share = min(max(Double(target) / limit, -1), 1)
      let tenth = min(Int((share + 1) * 5), 9)
      let error = Double(weight) - Double(target)
      sums[tenth].count += 1
      sums[tenth].sum += error
      sums[tenth].squares += error * error
    }
    return sums.enumerated().map { index, sums in
      Tenth(
        lower: limit * (Double(index) / 5 - 1), upper: limit * (Double(index + 1) / 5 - 1), count: sums.count,
        mean: sums.count > 0 ? sums.sum / Double(sums.count) : 0,
        rootMeanSquare: sums.count > 0 ? (sums.squares / Double(sums.count)).squareRoot() : 0)
    }
  }
}
