import Devices

/// Decides when a wanted weight change becomes pulses.
///
/// A policy sees weight changes and knows the weight of one pulse; it never sees a device. Different blocks may run on
/// different threads at the same time, each block on one. A change that is not a finite number is ignored, and the first
/// such place is kept in `firstNonFinite`.
public protocol WritePolicy: AnyObject, Sendable {
  /// Takes the wanted changes `[blockWidth]` of one row of a block and appends the pulses that are due.
  ///
  /// - Parameter boundary: number of this boundary since the start of the run.
  func absorb(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, into requests: inout [PulseRequest])

  /// Changes wanted but not written yet, row-major `[rows × columns]`; empty when the policy keeps nothing.
  var pendingChanges: [Float] { get set }

  /// The earliest change that was no finite number, if there was one. Not while blocks are being absorbed.
  var firstNonFinite: WriteFlaw? { get }
}

extension WritePolicy {
  /// Empty: a policy that says nothing else remembers nothing.
  public var pendingChanges: [Float] {
    get { [] }
    set { _ = newValue }
  }
}

/// A wanted weight change that was not a finite number.
public struct WriteFlaw: Sendable, Equatable {
  /// Block of columns.
  public let block: Int
  /// Row in the matrix.
  public let row: Int
  /// Column in the matrix.
  public let column: Int
  /// Boundary at which it was wanted.
  public let boundary: UInt64

  /// Sets all fields.
  public init(block: Int, row: Int, column: Int, boundary: UInt64) {
    self.block = block
    self.row = row
    self.column = column
    self.boundary = boundary
  }
}

/// What policies of pulse trains need to know.
public struct WritePolicyParameters: Sendable, Equatable {
  /// Weight change of one pulse to a typical pair, δ; above 0.
  public var step: Float
  /// Pulses that must have come together before any is written; of no meaning to policies that keep nothing.
  public var threshold: Float
  /// Most pulses in one train; the rest waits where the policy accumulates and is lost where it keeps nothing.
  public var largestTrain: Int

  /// Sets all numbers.
  public init(step: Float, threshold: Float = 1, largestTrain: Int) {
    precondition(step > 0 && step.isFinite && largestTrain > 0, "a pulse has a weight and a train has pulses")
    self.step = step
    self.threshold = threshold
    self.largestTrain = largestTrain
  }
}
