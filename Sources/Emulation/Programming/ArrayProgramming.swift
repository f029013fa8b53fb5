import Crossbars
import Devices
import Hardware
import Kernels
import Quantities

/// Brings a matrix of computed weights onto an array and looks at what has become of them.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | limit | `weightLimit`: weight that the full range of a device carries | weight | | > 0 |
/// | | `tolerance`: error of a device that counts as hit | fraction of the range | 0.01 | > 0 |
/// | | `rounds`: times the whole matrix is programmed | 1 | 1 | ≥ 1 |
/// | | `ages`: times after the last round at which weights are compared again | s | none | > 0 |
///
/// A push-pull pair aims at the levels ½ ± w/(2·limit), a one-sided pair at ±w/limit on one side and 0 on the other. Errors
/// are those of an ideal read: drift, telegraph noise and stuck devices are in them, read noise is not.
public struct ArrayProgramming: Sendable {
  /// What an array holds before it is programmed. An ideal array always begins with weights of 0.
  public enum Start: String, Sendable, CaseIterable {
    /// Every device fully RESET, at its own Gmin.
    case erased
    /// Weights of 0: push-pull pairs at mid-range, one-sided pairs erased.
    case midRange = "mid-range"
  }

  /// What the user sets.
  public struct Parameters: Sendable, Equatable {
    /// The memory device.
    public var device: DeviceParameters
    /// What a synapse is made of and how pulses reach it.
    public var writing: WriteParameters
    /// Rows of a tile.
    public var tileRows: Int
    /// Columns of a tile.
    public var tileColumns: Int
    /// How a weight becomes devices.
    public var mapping: WeightMapping
    /// Weight that the full range of a device carries.
    public var weightLimit: Float
    /// Error of a device that counts as hit, fraction of the range.
    public var tolerance: Double
    /// Times the whole matrix is programmed.
    public var rounds: Int
    /// Times after the last round at which the array is looked at again, ascending.
    public var ages: [TimeSpan]
    /// What the array holds before.
    public var start: Start
    /// Seed of all randomness.
    public var seed: UInt64

    /// Sets all numbers.
    public init(
      device: DeviceParameters, writing: WriteParameters = WriteParameters(), tileRows: Int = 64, tileColumns: Int = 64,
      mapping: WeightMapping = WeightMapping(), weightLimit: Float, tolerance: Double = 0.01, rounds: Int = 1,
      ages: [TimeSpan] = [], start: Start = .erased,
      seed: UInt64 = 1
    ) {
      self.device = device
      self.writing = writing
      self.tileRows = tileRows
      self.tileColumns = tileColumns
      self.mapping = mapping
      self.weightLimit = weightLimit
      self.tolerance = tolerance
      self.rounds = rounds
      self.ages = ages
      self.start = start
      self.seed = seed
    }
  }

  /// What the user set.
  public let parameters: Parameters

  /// Length of a tick: the resolution of the ages.
  private static let tickSeconds = 1e-6

  /// - Precondition: at least one round, and a weight limit above 0.
  public init(_ parameters: Parameters) {
    precondition(parameters.rounds > 0 && parameters.weightLimit > 0, "something to program, and onto something")
    self.parameters = parameters
  }

  /// Programs `targets`, row-major `[rows × columns]`.
  ///
  /// - Complexity: O(devices × rounds), times the pulses of a device with write-verify.
  public func run(targets: [Float], rows: Int, columns: Int) -> ProgrammedArray {
    let array = makeArray(rows: rows, columns: columns)
    var rounds: [ProgrammedArray.Round] = []
    var costs = WriteCosts.none
    var before = array.tileWriteActivity
    for round in 0..<parameters.rounds {
      let pulses = Self.pulseCount(array)
      array.programTargets(targets, event: UInt64(round), tick: 0)
      let tiles = zip(array.tileWriteActivity, before).map(Self.difference)
      let cost = WriteCosts(tiles: tiles, device: parameters.device, writing: parameters.writing)
      let errors = zip(array.effectiveWeights, targets).map(-)
      rounds.append(
        ProgrammedArray.Round(
          pulses: Self.pulseCount(array) - pulses, activity: tiles.reduce(into: WriteActivity()) { $0.add($1) },
          energy: cost.energy, time: cost.time, errors: ErrorStatistics(errors)))
      costs = costs + cost
      before = array.tileWriteActivity
    }
    var result = ProgrammedArray(array: array, targets: targets, parameters: parameters, rounds: rounds, costs: costs)
    for age in parameters.ages {
      array.age(to: UInt64((age.seconds / Self.tickSeconds).rounded()))
      result.noteAge(age, weights: array.effectiveWeights)
    }
    return result
  }

  private func makeArray(rows: Int, columns: Int) -> CrossbarArray {
    let layout = BlockedLayout(
      rows: rows, columns: columns, tileRows: parameters.tileRows, tileColumns: parameters.tileColumns)
    let array = CrossbarArray(
      layout: layout,
      parameters: CrossbarArray.Parameters(
        index: 0, weightLimit: parameters.weightLimit, converter: nil, hasReadNoise: false, device: parameters.device,
        writing: parameters.writing, tickSeconds: Self.tickSeconds, mapping: parameters.mapping),
      seed: parameters.seed)
    if parameters.start == .erased, !parameters.device.isContinuous { array.deployErased() }
    return array
  }

  /// SET and RESET pulses so far; an ideal array counts them in its ledger only.
  private static func pulseCount(_ array: CrossbarArray) -> UInt64 {
    array.ledger.total(.set) + array.ledger.total(.reset) + array.ledger.total(.refresh)
  }

  private static func difference(_ after: WriteActivity, _ before: WriteActivity) -> WriteActivity {
    var difference = after
    for (_, path) in WriteActivity.counts { difference[keyPath: path] -= before[keyPath: path] }
    for (_, path) in WriteActivity.charges { difference[keyPath: path] -= before[keyPath: path] }
    return difference
  }
}
