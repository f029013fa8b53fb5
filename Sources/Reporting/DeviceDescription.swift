import Devices
import Quantities

/// A memory device as `crosspoint device` shows it.
public struct DeviceDescription: Encodable, Equatable, Sendable {
  /// Name of the technology or of the file.
  public let name: String
  /// Such as RRAM; empty for a file.
  public let family: String
  /// One sentence.
  public let summary: String
  /// Every number.
  public let numbers: [DeviceFact]
  /// Works to cite.
  public let citations: [String]
  /// What is assumed.
  public let notes: [String]

  /// A known technology.
  public init(_ technology: DeviceTechnology) {
    (name, family, summary) = (technology.name, technology.family, technology.summary)
    numbers = DeviceFact.all(of: technology.parameters)
    (citations, notes) = (technology.citations, technology.notes)
  }

  /// A device of one's own.
  public init(name: String, summary: String, parameters: DeviceParameters) {
    (self.name, family, self.summary) = (name, "", summary)
    numbers = DeviceFact.all(of: parameters)
    (citations, notes) = ([], [])
  }

  /// For a terminal: numbers by section, then the sources and what is assumed.
  public var text: String {
    var text = "\(name)\(family.isEmpty || family == name ? "" : " (\(family))")\n\(summary)\n\n"
    var table = TextTable(header: ["", "number", "value", "unit"])
    var section = ""
    for fact in numbers {
      let isShown = fact.value != nil && fact.text.last?.isLetter == true && fact.text.contains(" ")
      table.append([fact.section == section ? "" : fact.section, fact.name, fact.text, isShown ? "" : fact.unit])
      section = fact.section
    }
    text += table.rendered()
    text += Self.list("Sources", citations) + Self.list("Assumed or left out", notes)
    return text
  }

  private static func list(_ title: String, _ lines: [String]) -> String {
    lines.isEmpty ? "" : "\n\(title):\n" + lines.map { "  - \(Markup.singleLine($0))\n" }.joined()
  }
}

/// The known technologies side by side.
public struct DeviceCatalogue: Encodable, Sendable {
  /// One technology.
  public struct Entry: Encodable, Sendable {
    /// Name to be used in experiment files.
    public let name: String
    /// Kind.
    public let family: String
    /// One sentence.
    public let summary: String
    /// Fully RESET state.
    public let off: Double
    /// Fully SET state.
    public let on: Double
    /// Unit of both.
    public let unit: String
    /// SET pulses from end to end, or the inverse of a mid-range step where the law has no such number.
    public let states: Double?
    /// Labels of SET and RESET, where the law has them.
    public let nonlinearities: [Double]?
    /// Noise of a pulse.
    public let cycleToCycleSigma: Double
    /// `additive`, of the range, or `relative`, of the step.
    public let cycleToCycleKind: String
    /// Characteristic life in full cycles; none if unlimited.
    public let endurance: Double?
    /// Works to cite.
    public let citations: [String]
  }

  /// All technologies.
  public let devices: [Entry]

  /// Lists technologies.
  public init(_ technologies: [DeviceTechnology] = DeviceTechnology.all) {
    devices = technologies.map { Entry($0) }
  }

  /// The known name nearest to another.
  public static func nearestName(to name: String) -> String? {
    Quantities.nearestName(to: name, among: DeviceTechnology.all.map(\.name))
  }

  /// As a table for a terminal.
  public var text: String {
    var table = TextTable(header: [
      "name", "family", "range", "states", "labels SET/RESET", "noise of a pulse", "endurance (full cycles)",
    ])
    for device in devices {
      let unit = DeviceUnit(device.unit == "F" ? .capacitance : .conductance, largest: device.on)
      let range = [device.off, device.on].map { NumberText.compact($0 / unit.scale) }.joined(separator: "–")
      table.append([
        device.name, device.family, "\(range) \(unit.name)",
        device.states.map { NumberText.compact($0) } ?? "any",
        device.nonlinearities.map { $0.map { NumberText.compact($0) }.joined(separator: " / ") } ?? "–",
        NumberText.compact(device.cycleToCycleSigma)
          + (device.cycleToCycleSigma == 0 ? "" : device.cycleToCycleKind == "additive" ? " of range" : " of step"),
        device.endurance.map { NumberText.compact($0) } ?? "unlimited",
      ])
    }
    return table.rendered()
  }
}

extension DeviceCatalogue.Entry {
  fileprivate init(_ technology: DeviceTechnology) {
    let parameters = technology.parameters
    (name, family, summary) = (technology.name, technology.family, technology.summary)
    (off, on, unit) = (parameters.off, parameters.on, parameters.quantity.unit)
    var labels: NonlinearityLabels?
    if case .exponential(let pair) = parameters.response { labels = pair.labels }
    nonlinearities = labels.map { [$0.potentiation, $0.depression] }
    let step = parameters.typicalSteps.potentiation
    let steps = labels?.potentiationPulses ?? (step > 0 ? (1 / step).rounded() : 1)
    // A binary device moves by its whole range and so has two states, an analog one as many as steps.
    states = parameters.isContinuous ? nil : max(steps, 2)
    (cycleToCycleSigma, cycleToCycleKind) = (parameters.cycleNoise.sigma, parameters.cycleNoise.kind.rawValue)
    endurance = parameters.endurance.isLimited ? parameters.endurance.scale : nil
    citations = technology.citations
  }
}
