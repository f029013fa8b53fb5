import Devices
import Kernels

/// Thins the pulses that another policy asks for where devices near the end of their life.
///
///     a train to a synapse of wear w is sent with probability  1  for w ≤ from,  (1 − w)/(1 − from)  beyond
///
/// w is the worst wear among the devices of the synapse, as a fraction of life: 0 new, 1 worn out. The rate of wear so falls
/// linearly to nothing, and w approaches 1 exponentially instead of crossing it. Trains that are left out are lost: were
/// they kept for later they would be sent later, and wear as much. The synapse learns more slowly, and errors that remain
/// are asked for again by the rule.
public final class WearAwareSkip: WritePolicy, Sendable {
  private let policy: any WritePolicy
  private let onset: Float
  private let array: UInt32
  private let stream: RandomStream
  private let wear: @Sendable (_ position: Int) -> Float

  /// Wraps `policy`.
  ///
  /// - Parameters:
  ///   - onset: fraction of life from which trains are left out, 0…1.
  ///   - wear: worst wear of the devices at a position of the block storage, as a fraction of life; called on the thread
  ///     that absorbs the block.
  public init(
    _ policy: any WritePolicy, from onset: Float, array: Int, seed: UInt64,
    wear: @escaping @Sendable (_ position: Int) -> Float
  ) {
    precondition((0...1).contains(onset), "wear is a fraction of life")
    self.policy = policy
    self.onset = onset
    // The wrapped policy may draw for the same purpose; the upper half of the array numbers is ours.
    self.array = UInt32(truncatingIfNeeded: array) | 1 << 31
    stream = RandomStream(seed: seed, purpose: .probabilisticWrite)
    self.wear = wear
  }

  /// Asks for what the wrapped policy asks for, thinned.
  public func absorb(
    block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64, into requests: inout [PulseRequest]
  ) {
    let first = requests.count
    policy.absorb(block: block, row: row, changes: changes, boundary: boundary, into: &requests)
    var kept = first
    for index in first..<requests.count where isSent(requests[index].position, boundary: boundary) {
      requests[kept] = requests[index]
      kept += 1
    }
    requests.removeLast(requests.count - kept)
  }

  private func isSent(_ position: Int32, boundary: UInt64) -> Bool {
    let worn = wear(Int(position))
    guard worn > onset else { return true }
    let words = stream.words(
      UInt32(bitPattern: position), array, UInt32(truncatingIfNeeded: boundary),
      UInt32(truncatingIfNeeded: boundary >> 32))
    return RandomStream.uniform(words[0]) <= (1 - worn) / (1 - onset)
  }

  /// What the wrapped policy has not written yet.
  public var pendingChanges: [Float] {
    get { policy.pendingChanges }
    set { policy.pendingChanges = newValue }
  }

  /// The earliest change that was no finite number.
  public var firstNonFinite: WriteFlaw? { policy.firstNonFinite }
}
