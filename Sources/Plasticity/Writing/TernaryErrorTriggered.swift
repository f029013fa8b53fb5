import Devices
import Kernels

/// Sends one pulse of the right sign each time the wanted changes have grown to a threshold, and starts again from nothing.
///
///     χ += Δw        where |χ| ≥ threshold·δ:  one pulse with the sign of χ,  χ = 0
///
/// The driver needs no pulse counter and no amplitude: an update is −1, 0 or +1. What lies beyond the threshold is dropped,
/// and a change of threshold·δ moves the weight by δ, so the threshold also divides the learning rate. The published circuit
/// triggers on the error of an output neuron; here each synapse has its own trigger, the finest grain that idea can have.
/// - Reference: M. Payvand et al., "Error-triggered three-factor learning dynamics for crossbar arrays", AICAS 2020,
///   arXiv:1910.06152.
public final class TernaryErrorTriggered: WritePolicy, Sendable {
  private let limit: Float
  private let accumulator: ChangeAccumulator

  /// An empty accumulator.
  ///
  /// - Parameters:
  ///   - step: weight of one pulse, δ.
  ///   - threshold: accumulated change that triggers, in pulses; above 0.
  public init(layout: BlockedLayout, step: Float, threshold: Float) {
    limit = step * threshold
    precondition(limit > 0 && limit.isFinite, "a trigger has a threshold")
    accumulator = ChangeAccumulator(layout: layout)
  }

  /// Adds the changes to the accumulator and asks for one pulse where it triggers.
  public func absorb(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, into requests: inout [PulseRequest]
  ) {
    accumulator.add(block: block, row: row, changes: changes, boundary: boundary, limit: limit) { position, sum in
      requests.append(PulseRequest(position: Int32(position), pulses: sum < 0 ? -1 : 1))
      sum = 0
    }
  }

  /// The accumulator χ, row-major `[rows × columns]`.
  public var pendingChanges: [Float] {
    get { accumulator.values }
    set { accumulator.values = newValue }
  }

  /// The earliest change that was no finite number, or made the accumulator overflow.
  public var firstNonFinite: WriteFlaw? { accumulator.firstNonFinite }
}
