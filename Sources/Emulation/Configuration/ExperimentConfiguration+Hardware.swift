import Hardware

extension ExperimentConfiguration {
  /// The circuits around the tiles: what energy and time are worked out from, and nothing else.
  public struct Hardware: Sendable, Equatable {
    /// Process of the converters.
    public enum Node: String, ConfigurationChoice {
      /// 65 nm.
      case nanometres65 = "65nm"
      /// 45 nm.
      case nanometres45 = "45nm"
      /// 32 nm.
      case nanometres32 = "32nm"
      /// 22 nm.
      case nanometres22 = "22nm"

      /// What converters of this process take.
      var parameters: SuccessiveApproximationConverter.Node {
        switch self {
        case .nanometres65: .nanometres65
        case .nanometres45: .nanometres45
        case .nanometres32: .nanometres32
        case .nanometres22: .nanometres22
        }
      }
    }

    /// Whose figures a conversion costs.
    public enum ConverterModel: String, ConfigurationChoice {
      /// By resolution, node, temperature and current.
      case neuroSim = "neurosim"
      /// One figure.
      case spikeSim = "spikesim"
    }

    /// Process of the converters.
    public let node: Node
    /// Whose figures a conversion costs.
    public let adcModel: ConverterModel
    /// Columns that share a converter.
    public let columnsPerAdc: Int
    /// Temperature of the converters in kelvin.
    public let temperature: Double

    init(_ table: ResolvedConfiguration) {
      node = table.choice("hardware.node")
      adcModel = table.choice("hardware.adc_model")
      columnsPerAdc = table.integer("hardware.columns_per_adc")
      temperature = table.number("hardware.temperature")
    }

    /// What costs are worked out from.
    public var parameters: HardwareParameters {
      HardwareParameters(
        node: node.parameters, converterModel: adcModel == .neuroSim ? .neuroSim : .spikeSim,
        columnsPerConverter: columnsPerAdc, temperature: temperature)
    }
  }
}
