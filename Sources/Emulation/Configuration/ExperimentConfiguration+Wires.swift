import Crossbars
import Quantities

extension ExperimentConfiguration.Crossbar {
  /// How the resistance of wires is worked out.
  public enum WireModel: String, ConfigurationChoice {
    /// Wires do not resist.
    case none
    /// Columns of active cells only, as ladders.
    case gated
    /// Nodal equations of the tile.
    case exact
    /// Line by line.
    case approximate
  }

  /// Wires of the arrays; `nil` without resistance.
  var wires: WireParameters? {
    let model: WireParameters.Model
    switch wireModel {
    case .none: return nil
    case .gated: model = .gated
    case .exact: model = .exact
    case .approximate: model = .approximate
    }
    return WireParameters(
      model: model,
      lines: LineResistances(
        wordLine: wordLineResistance.ohms, bitLine: bitLineResistance.ohms, driver: driverResistance.ohms,
        sense: senseResistance.ohms),
      staleness: wireStaleness)
  }
}

extension ExperimentConfiguration {
  /// Wires that do not fit the device.
  var wireConflicts: [Conflict] {
    guard crossbar.wireModel != .none, device.parameters.quantity == .capacitance else { return [] }
    return [
      (
        ["crossbar.wire_model", "device.preset"],
        "crossbar.wire_model \(crossbar.wireModel.rawValue) needs devices that conduct; a read of capacitive devices "
          + "moves charge and ends without current, so use crossbar.wire_model: none"
      )
    ]
  }
}
