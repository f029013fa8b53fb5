import CKernels
import Devices
import Kernels

/// Decides when a wanted weight change becomes pulses.
///
/// A policy sees weight changes and knows the weight of one pulse; it never sees a device. Different blocks may run on
/// different threads at the same time.
public protocol WritePolicy: AnyObject, Sendable {
  /// Takes the wanted changes `[blockWidth]` of one row of a block and appends the pulses that are due.
  ///
  /// - Parameter boundary: number of this boundary since the start of the run.
  func absorb(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, into requests: inout [PulseRequest])

  /// Changes wanted but not written yet, row-major `[rows × columns]`; empty when the policy keeps nothing.
  var pendingChanges: [Float] { get set }
}

/// What both pulse policies need to know.
public struct WritePolicyParameters: Sendable, Equatable {
  /// Weight change of one pulse to a typical pair.
  public var step: Float
  /// Pulses that must have come together before any is written (accumulate-and-threshold).
  public var threshold: Float
  /// Most pulses in one train; the rest waits (accumulate-and-threshold) or is lost (stochastic rounding).
  public var largestTrain: Int

  /// Sets all numbers.
  public init(step: Float, threshold: Float, largestTrain: Int) {
    self.step = step
    self.threshold = threshold
    self.largestTrain = largestTrain
  }
}

/// Adds wanted changes in a digital accumulator beside the array and writes whole pulses when enough have come together.
///
///     χ += Δw        where |χ| ≥ threshold·δ:  n = trunc(χ/δ),  χ −= n·δ,  n pulses without verification
///
/// δ is the weight of one pulse. Truncation is toward zero, so small changes of opposite sign cancel unseen.
/// - Reference: S. R. Nandakumar et al., Front. Neurosci. 14, 406 (2020), doi:10.3389/fnins.2020.00406.
public final class AccumulateAndThreshold: WritePolicy, @unchecked Sendable {
  private let layout: BlockedLayout
  private let parameters: WritePolicyParameters
  private let accumulator: AlignedBuffer<Float>
  private let due: AlignedBuffer<UInt8>

  /// An empty accumulator.
  public init(layout: BlockedLayout, parameters: WritePolicyParameters) {
    self.layout = layout
    self.parameters = parameters
    accumulator = AlignedBuffer(count: layout.storageCount)
    due = AlignedBuffer(count: layout.paddedColumns / 8)
  }

  /// Adds the changes to the accumulator and asks for the whole pulses that are due.
  public func absorb(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, into requests: inout [PulseRequest]
  ) {
    let width = layout.blockWidth
    let start = (block * layout.rows + row) * width
    let bytes = due.base + block * width / 8
    let limit = max(parameters.threshold, 1) * parameters.step
    guard cpk_accumulate_due(accumulator.base + start, changes, limit, bytes, width) > 0 else { return }
    for byte in 0..<width / 8 {
      var bits = bytes[byte]
      while bits != 0 {
        let position = start + byte * 8 + bits.trailingZeroBitCount
        bits &= bits - 1
        let wanted = accumulator[position] / parameters.step
        let largest = Float(parameters.largestTrain)
        let pulses = min(max(wanted, -largest), largest).rounded(.towardZero)
        accumulator[position] -= pulses * parameters.step
        requests.append(PulseRequest(position: Int32(position), pulses: Int32(pulses)))
      }
    }
  }

  /// The accumulator χ, row-major `[rows × columns]`.
  public var pendingChanges: [Float] {
    get { layout.rowMajor(accumulator.base) }
    set { layout.scatter(newValue, into: accumulator.base) }
  }
}

/// Rounds every wanted change to whole pulses at random, so that the mean is right, and remembers nothing.
///
///     n = floor(|Δw|/δ) + 1 with probability of the fraction, with the sign of Δw
///
/// - Reference: T. Gokmen, Y. Vlasov, Front. Neurosci. 10, 333 (2016), doi:10.3389/fnins.2016.00333.
public final class StochasticRounding: WritePolicy, @unchecked Sendable {
  private let layout: BlockedLayout
  private let parameters: WritePolicyParameters
  private let array: Int
  private let stream: RandomStream

  /// The policy of array number `array`.
  public init(layout: BlockedLayout, parameters: WritePolicyParameters, array: Int, seed: UInt64) {
    self.layout = layout
    self.parameters = parameters
    self.array = array
    stream = RandomStream(seed: seed, purpose: .pulseRounding)
  }

  /// Asks for the changes rounded to whole pulses; the boundary is part of the random counter.
  public func absorb(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, into requests: inout [PulseRequest]
  ) {
    let start = (block * layout.rows + row) * layout.blockWidth
    let columns = layout.columns(inBlock: block).count
    for group in 0..<(columns + 3) / 4 {
      let words = stream.words(array: array, item: start / 4 + group, event: boundary)
      for lane in 0..<min(4, columns - 4 * group) {
        let change = changes[4 * group + lane]
        let wanted = abs(change) / parameters.step
        // uniform is in (0, 1], so a fraction of 0 never rounds up and every other one with its own probability.
        let whole = wanted.rounded(.down)
        let up: Float = RandomStream.uniform(words[lane]) <= wanted - whole ? 1 : 0
        let pulses = min(whole + up, Float(parameters.largestTrain))
        if pulses > 0 {
          requests.append(
            PulseRequest(position: Int32(start + 4 * group + lane), pulses: Int32(change < 0 ? -pulses : pulses)))
        }
      }
    }
  }

  /// Always empty: nothing is remembered.
  public var pendingChanges: [Float] {
    get { [] }
    set { _ = newValue }
  }
}
