import Devices
import Kernels

/// At most one pulse for each wanted change, sent with a probability that grows with the change.
///
///     one pulse with the sign of Δw with probability min(1, |Δw|/scale)
///
/// With the scale at the weight of one pulse the mean is right up to changes of one pulse. A greater scale writes less often
/// and divides the learning rate by scale/δ.
/// - Reference: Y. Demirağ, C. Frenkel, M. Payvand, G. Indiveri, "Online training of spiking recurrent neural networks with
///   phase-change memory synapses", arXiv:2108.01804 (2021).
public final class ProbabilisticWrite: WritePolicy, Sendable {
  private let layout: BlockedLayout
  private let scale: Float
  private let array: Int
  private let stream: RandomStream
  private let flaws: FlawLog

  /// The policy of array number `array`; `scale` is the change, in units of weight, that is always written.
  public init(layout: BlockedLayout, scale: Float, array: Int, seed: UInt64) {
    precondition(scale > 0 && scale.isFinite, "a probability has a scale")
    self.layout = layout
    self.scale = scale
    self.array = array
    stream = RandomStream(seed: seed, purpose: .probabilisticWrite)
    flaws = FlawLog(layout: layout)
  }

  /// Asks for one pulse for some of the changes; the boundary is part of the random counter.
  public func absorb(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, into requests: inout [PulseRequest]
  ) {
    let start = (block * layout.rows + row) * layout.blockWidth
    let columns = layout.columns(inBlock: block).count
    for group in 0..<(columns + 3) / 4 {
      let words = stream.words(array: array, item: start / 4 + group, event: boundary)
      for lane in 4 * group..<min(4 * group + 4, columns) {
        let change = changes[lane]
        guard change.isFinite else {
          flaws.note(block: block, row: row, lane: lane, boundary: boundary)
          continue
        }
        // uniform is in (0, 1], so a change of 0 is never written.
        guard RandomStream.uniform(words[lane & 3]) <= abs(change) / scale else { continue }
        requests.append(PulseRequest(position: Int32(start + lane), pulses: change < 0 ? -1 : 1))
      }
    }
  }

  /// The earliest change that was no finite number.
  public var firstNonFinite: WriteFlaw? { flaws.first }
}
