/// A device technology as it follows from measured pulse trains.
///
/// Conductances in siemens. Standard errors hold what the noise of the trains and the spread among the devices leave
/// undecided; `.infinity` where the data do not say.
public struct DeviceFit: Sendable, Equatable {
  /// What describes the mean curves.
  public enum Shape: String, Sendable, CaseIterable {
    /// NeuroSim's exponential model, which is also that of soft bounds.
    case exponential
    /// Equal steps: the exponential model with both labels 0.
    case linear
    /// The measured mean curves themselves.
    case table
  }

  /// A value and its standard error.
  public struct Estimate: Sendable, Equatable {
    /// The value.
    public var value: Double
    /// Its standard error.
    public var error: Double
  }

  /// The mean curve of one polarity.
  public struct Curve: Sendable, Equatable {
    /// Pulses of the whole train, P.
    public var length: Int
    /// NeuroSim's label; 0 for a table.
    public var label: Estimate
    /// Progress 0…1 after 0, 1, 2, … P pulses, strictly rising.
    public var progress: [Double]
  }

  /// One way to describe the mean curves, and how it does.
  public struct Candidate: Sendable, Equatable {
    /// Which.
    public var shape: Shape
    /// Numbers it takes beside Gmin and Gmax.
    public var parameters: Int
    /// Squared deviations of the mean curves, whitened and in units of their noise variance.
    public var deviance: Double
    /// Akaike's criterion, deviance + 2·parameters; the least wins.
    public var criterion: Double { deviance + 2 * Double(parameters) }
  }

  /// What the fit was made from.
  public struct Source: Sendable, Equatable {
    /// Name of the file.
    public var name: String
    /// Its SHA-256.
    public var digest: String
    /// Devices with whole trains, stuck ones among them.
    public var devices: Int
    /// Trains of the devices that switch.
    public var trains: Int
    /// Readings in these trains.
    public var readings: Int
  }

  /// What the fit was made from.
  public internal(set) var source: Source
  /// What describes the mean curves.
  public internal(set) var shape: Shape
  /// All that were compared.
  public internal(set) var candidates: [Candidate]
  /// Conductance before potentiation, Gmin.
  public internal(set) var off: Estimate
  /// Conductance after potentiation, Gmax.
  public internal(set) var on: Estimate
  /// Potentiation.
  public internal(set) var potentiation: Curve
  /// Depression.
  public internal(set) var depression: Curve
  /// Noise of a pulse.
  public internal(set) var cycleNoise: CycleNoise
  /// Whether the data would be unlikely (1 in 20) without it.
  public internal(set) var hasCycleNoise: Bool
  /// Noise of a reading, relative to the conductance.
  public internal(set) var readNoise: Double
  /// Whether the data would be unlikely (1 in 20) without it.
  public internal(set) var hasReadNoise: Bool
  /// Spread of the labels and of the range from device to device, freed of what noise adds to it.
  public internal(set) var variation: DeviceVariation
  /// Names of devices that stay near Gmin.
  public internal(set) var stuckOff: [String]
  /// Names of devices that stay near Gmax.
  public internal(set) var stuckOn: [String]
  /// Coefficient of determination of the mean curves.
  public internal(set) var determination: Double
  /// Root mean square deviation of the mean curves, fraction of the range.
  public internal(set) var meanResidual: Double
  /// What a reader should know: trains left out, doubts.
  public internal(set) var notes: [String]

  /// The mean curve of one polarity.
  public func curve(_ polarity: ExponentialResponse.Polarity) -> Curve {
    polarity == .potentiation ? potentiation : depression
  }

  /// Mean conductances after 0, 1, 2, … pulses, siemens.
  public func states(_ polarity: ExponentialResponse.Polarity) -> [Double] {
    let range = on.value - off.value
    return curve(polarity).progress.map {
      polarity == .potentiation ? off.value + range * $0 : on.value - range * $0
    }
  }

  /// Devices that do not switch, as shares of all.
  public var faults: FabricationFaults {
    let total = Double(max(source.devices, 1))
    return FabricationFaults(stuckOff: Double(stuckOff.count) / total, stuckOn: Double(stuckOn.count) / total)
  }
}
