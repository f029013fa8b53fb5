import Devices
import Kernels

/// Sends pulses where the stream of a spiking row and the streams of the columns coincide.
///
/// The rows of the input spike or do not, so each row of a block is an update of one row that fires in every slot
/// (`CoincidenceUpdate`, spiking rows): column j fires with probability |Δwⱼ|/(δ·BL) in each of BL slots, and
/// n ~ Binomial(BL, |Δwⱼ|/(δ·BL)) has the mean |Δwⱼ|/δ and the variance BL·q·(1 − q). Rows and blocks are updates of
/// their own, one after the other, each with the length that its largest change needs.
/// - Reference: T. Gokmen, Y. Vlasov, Front. Neurosci. 10, 333 (2016), doi:10.3389/fnins.2016.00333.
public final class StochasticCoincidence: WritePolicy, @unchecked Sendable {
  private let layout: BlockedLayout
  private let update: CoincidenceUpdate
  private let array: Int
  private let bits: AlignedBuffer<UInt64>
  private let flaws: FlawLog

  /// The policy of array number `array`.
  ///
  /// - Parameters:
  ///   - step: weight of one pulse, δ.
  ///   - bitLength: most slots of one update, 1…64.
  public init(layout: BlockedLayout, step: Float, bitLength: Int, array: Int, seed: UInt64) {
    self.layout = layout
    update = CoincidenceUpdate(step: step, bitLength: bitLength, rowCoding: .spikes, seed: seed)
    self.array = array
    bits = AlignedBuffer(count: layout.paddedColumns)
    flaws = FlawLog(layout: layout)
  }

  /// Asks for the coincidences of one row; the boundary is part of the random counter.
  public func absorb(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, into requests: inout [PulseRequest]
  ) {
    let start = (block * layout.rows + row) * layout.blockWidth
    let columns = layout.columns(inBlock: block).count
    var largest: Float = 0
    for lane in 0..<columns {
      if changes[lane].isFinite {
        largest = max(largest, abs(changes[lane]))
      } else {
        flaws.note(block: block, row: row, lane: lane, boundary: boundary)
      }
    }
    let slots = update.slots(largestRow: 1, largestColumn: largest)
    guard slots.count > 0 else { return }
    let fired = bits.base + block * layout.blockWidth
    update.fireColumns(
      UnsafeBufferPointer(start: changes, count: columns), firstLine: start, slots: slots, array: array,
      event: boundary, into: fired)
    for lane in 0..<columns where fired[lane] != 0 {
      let pulses = Int32((fired[lane] & slots.everySlot).nonzeroBitCount)
      requests.append(PulseRequest(position: Int32(start + lane), pulses: changes[lane] < 0 ? -pulses : pulses))
    }
  }

  /// The earliest change that was no finite number.
  public var firstNonFinite: WriteFlaw? { flaws.first }
}
