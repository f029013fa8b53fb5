import Devices
import Kernels

/// Rounds every wanted change to whole pulses at random, so that the mean is right, and remembers nothing.
///
///     n = floor(|Δw|/δ) + 1 with probability of the fraction, with the sign of Δw
///
/// - Reference: T. Gokmen, Y. Vlasov, Front. Neurosci. 10, 333 (2016), doi:10.3389/fnins.2016.00333.
public final class StochasticRounding: WritePolicy, Sendable {
  private let layout: BlockedLayout
  private let parameters: WritePolicyParameters
  private let array: Int
  private let stream: RandomStream
  private let flaws: FlawLog

  /// The policy of array number `array`.
  public init(layout: BlockedLayout, parameters: WritePolicyParameters, array: Int, seed: UInt64) {
    self.layout = layout
    self.parameters = parameters
    self.array = array
    stream = RandomStream(seed: seed, purpose: .pulseRounding)
    flaws = FlawLog(layout: layout)
  }

  /// Asks for the changes rounded to whole pulses; the boundary is part of the random counter.
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
        let wanted = abs(change) / parameters.step
        // uniform is in (0, 1], so a fraction of 0 never rounds up and every other one with its own probability.
        let whole = wanted.rounded(.down)
        let up: Float = RandomStream.uniform(words[lane & 3]) <= wanted - whole ? 1 : 0
        let pulses = min(whole + up, Float(parameters.largestTrain))
        if pulses > 0 {
          requests.append(
            PulseRequest(position: Int32(start + lane), pulses: Int32(change < 0 ? -pulses : pulses)))
        }
      }
    }
  }

  /// The earliest change that was no finite number.
  public var firstNonFinite: WriteFlaw? { flaws.first }
}
