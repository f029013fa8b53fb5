/// What a write policy asks of an array: equal pulses that move one weight up or down, without a look at the device.
public struct PulseRequest: Sendable, Equatable {
  /// Position of the synapse in the array's block storage.
  public var position: Int32
  /// Signed number of pulses, positive to raise the weight; never 0.
  public var pulses: Int32

  /// Asks for `pulses` pulses at `position`.
  public init(position: Int32, pulses: Int32) {
    self.position = position
    self.pulses = pulses
  }
}
