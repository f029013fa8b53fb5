import Devices
import Kernels

/// One pulse by the sign of the wanted change, where the change leaves the dead zone (Manhattan rule).
///
///     n = sign(Δw) where |Δw| > zone, else 0
///
/// The size of a change is lost: what remains is how often and in which direction it is wanted. A network that has learned
/// wants small changes only, so the dead zone is also where writing stops.
/// - Reference: E. Zamanidoost et al., "Manhattan rule training for memristive crossbar circuit pattern classifiers", WISP
///   2015, doi:10.1109/WISP.2015.7139171.
public final class SignWithDeadZone: WritePolicy, Sendable {
  private let layout: BlockedLayout
  private let zone: Float
  private let flaws: FlawLog

  /// The policy with a dead zone in units of weight.
  public init(layout: BlockedLayout, deadZone: Float) {
    precondition(deadZone >= 0, "a dead zone has a width")
    self.layout = layout
    zone = deadZone
    flaws = FlawLog(layout: layout)
  }

  /// Asks for one pulse for each change outside the dead zone.
  public func absorb(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, into requests: inout [PulseRequest]
  ) {
    let start = (block * layout.rows + row) * layout.blockWidth
    for lane in 0..<layout.columns(inBlock: block).count {
      let change = changes[lane]
      guard change.isFinite else {
        flaws.note(block: block, row: row, lane: lane, boundary: boundary)
        continue
      }
      guard abs(change) > zone else { continue }
      requests.append(PulseRequest(position: Int32(start + lane), pulses: change < 0 ? -1 : 1))
    }
  }

  /// The earliest change that was no finite number.
  public var firstNonFinite: WriteFlaw? { flaws.first }
}
