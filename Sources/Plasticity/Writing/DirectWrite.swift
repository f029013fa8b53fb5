import Devices
import Kernels

/// Rounds every wanted change to the nearest whole number of pulses and forgets the rest.
///
///     n = round(Δw/δ), halves away from zero
///
/// Changes below half a pulse never reach the device, so slow learning stalls: the control that other policies must beat.
/// - Reference: P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37, 3067 (2018), doi:10.1109/TCAD.2018.2789723.
public final class DirectWrite: WritePolicy, Sendable {
  private let layout: BlockedLayout
  private let parameters: WritePolicyParameters
  private let flaws: FlawLog

  /// The policy with the step and the largest train of `parameters`.
  public init(layout: BlockedLayout, parameters: WritePolicyParameters) {
    self.layout = layout
    self.parameters = parameters
    flaws = FlawLog(layout: layout)
  }

  /// Asks for the changes rounded to whole pulses.
  public func absorb(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, into requests: inout [PulseRequest]
  ) {
    let start = (block * layout.rows + row) * layout.blockWidth
    let largest = Float(parameters.largestTrain)
    for lane in 0..<layout.columns(inBlock: block).count {
      let change = changes[lane]
      guard change.isFinite else {
        flaws.note(block: block, row: row, lane: lane, boundary: boundary)
        continue
      }
      // Most changes are too small; telling them apart first saves the division.
      guard abs(change) >= 0.5 * parameters.step else { continue }
      let wanted = (change / parameters.step).rounded(.toNearestOrAwayFromZero)
      let pulses = Int32(min(max(wanted, -largest), largest))
      if pulses != 0 { requests.append(PulseRequest(position: Int32(start + lane), pulses: pulses)) }
    }
  }

  /// The earliest change that was no finite number.
  public var firstNonFinite: WriteFlaw? { flaws.first }
}
