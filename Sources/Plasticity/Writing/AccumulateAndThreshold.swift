import Devices
import Kernels

/// Adds wanted changes in a digital accumulator beside the array and writes whole pulses when enough have come together.
///
///     χ += Δw        where |χ| ≥ threshold·δ:  n = trunc(χ/δ),  χ −= n·δ,  n pulses without verification
///
/// δ is the weight of one pulse. Truncation is toward zero, so small changes of opposite sign cancel unseen. A threshold
/// below one pulse acts as one.
/// - Reference: S. R. Nandakumar et al., Front. Neurosci. 14, 406 (2020), doi:10.3389/fnins.2020.00406.
public final class AccumulateAndThreshold: WritePolicy, Sendable {
  private let parameters: WritePolicyParameters
  private let accumulator: ChangeAccumulator

  /// An empty accumulator.
  public init(layout: BlockedLayout, parameters: WritePolicyParameters) {
    self.parameters = parameters
    accumulator = ChangeAccumulator(layout: layout)
  }

  /// Adds the changes to the accumulator and asks for the whole pulses that are due.
  public func absorb(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, into requests: inout [PulseRequest]
  ) {
    let step = parameters.step
    let largest = Float(parameters.largestTrain)
    accumulator.add(
      block: block, row: row, changes: changes, boundary: boundary, limit: max(parameters.threshold, 1) * step
    ) { position, sum in
      let pulses = min(max(sum / step, -largest), largest).rounded(.towardZero)
      guard pulses != 0 else { return }
      sum -= pulses * step
      requests.append(PulseRequest(position: Int32(position), pulses: Int32(pulses)))
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
