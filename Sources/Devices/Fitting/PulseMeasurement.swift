/// Conductances of several devices read between the pulses of whole SET and RESET trains.
public struct PulseMeasurement: Sendable, Equatable {
  /// One train of one device.
  public struct Train: Sendable, Equatable {
    /// Index into `devices`.
    public let device: Int
    /// Which of the device's trains of this polarity, from 1.
    public let cycle: Int
    /// Conductance in siemens, one for each entry of `pulses` of its `TrainSet`.
    public let conductances: [Double]
  }

  /// The trains of one polarity, all read at the same pulses.
  public struct TrainSet: Sendable, Equatable {
    /// Pulses of the train applied before each reading, ascending; the first is 0 or 1.
    public let pulses: [Int]
    /// The trains in the order of the file.
    public let trains: [Train]
    /// Pulses of the whole train, P.
    public var length: Int { pulses.last ?? 0 }
  }

  /// What messages call the source.
  public let name: String
  /// Names of the devices in the order of the file.
  public let devices: [String]
  /// SET trains.
  public let potentiation: TrainSet
  /// RESET trains.
  public let depression: TrainSet
  /// Trains that were left out, each with its reason.
  public let omissions: [String]
  /// SHA-256 of the bytes, 64 hexadecimal digits.
  public let digest: String

  /// The trains of one polarity.
  public func trains(_ polarity: ExponentialResponse.Polarity) -> TrainSet {
    polarity == .potentiation ? potentiation : depression
  }
}
