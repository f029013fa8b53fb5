import Devices

/// What a fit found, as a table and as JSON.
public struct DeviceFitReport: Encodable, Sendable {
  /// A value with its standard error, absent where the data do not say.
  public struct Number: Encodable, Sendable {
    /// The value.
    public let value: Double
    /// Its standard error.
    public let standardError: Double?

    init(_ estimate: DeviceFit.Estimate) {
      value = estimate.value
      standardError = estimate.error.isFinite ? estimate.error : nil
    }
  }

  /// One way to describe the mean curves.
  public struct Candidate: Encodable, Sendable {
    /// Its name.
    public let shape: String
    /// Numbers it takes.
    public let parameters: Int
    /// Akaike's criterion.
    public let akaikeCriterion: Double
  }

  /// The data.
  public let data: String
  /// SHA-256 of the data.
  public let sha256: String
  /// Devices, stuck ones among them.
  public let devices: Int
  /// Trains that were fitted.
  public let trains: Int
  /// Readings in them.
  public let readings: Int
  /// What describes the mean curves.
  public let shape: String
  /// What was compared.
  public let candidates: [Candidate]
  /// Gmin in siemens.
  public let offConductance: Number
  /// Gmax in siemens.
  public let onConductance: Number
  /// SET pulses of a train.
  public let potentiationPulses: Int
  /// RESET pulses of a train.
  public let depressionPulses: Int
  /// Label of SET; absent for a table.
  public let potentiationNonlinearity: Number?
  /// Label of RESET.
  public let depressionNonlinearity: Number?
  /// Noise of a pulse.
  public let cycleToCycleSigma: Double
  /// What it is a fraction of.
  public let cycleToCycleKind: String
  /// Whether it can be told from none.
  public let cycleToCycleIsSignificant: Bool
  /// Noise of a reading, relative.
  public let readNoise: Double
  /// Whether it can be told from none.
  public let readNoiseIsSignificant: Bool
  /// Spread of the labels among devices, label steps.
  public let nonlinearitySigma: Double
  /// Spread of the range among devices, relative.
  public let rangeSigma: Double
  /// Devices that stay near Gmin.
  public let stuckOff: [String]
  /// Devices that stay near Gmax.
  public let stuckOn: [String]
  /// Coefficient of determination of the mean curves.
  public let rSquared: Double
  /// Root mean square residual of the mean curves, fraction of the range.
  public let rmsResidual: Double
  /// Doubts, and what was left out.
  public let notes: [String]
  /// Files that were written.
  public let files: [String]

  /// Describes a fit; `files` are those written.
  public init(_ fit: DeviceFit, files: [String]) {
    (data, sha256) = (fit.source.name, fit.source.digest)
    (devices, trains, readings) = (fit.source.devices, fit.source.trains, fit.source.readings)
    shape = fit.shape.rawValue
    candidates = fit.candidates.map {
      Candidate(shape: $0.shape.rawValue, parameters: $0.parameters, akaikeCriterion: $0.criterion)
    }
    (offConductance, onConductance) = (Number(fit.off), Number(fit.on))
    (potentiationPulses, depressionPulses) = (fit.potentiation.length, fit.depression.length)
    potentiationNonlinearity = fit.shape == .table ? nil : Number(fit.potentiation.label)
    depressionNonlinearity = fit.shape == .table ? nil : Number(fit.depression.label)
    (cycleToCycleSigma, cycleToCycleKind) = (fit.cycleNoise.sigma, fit.cycleNoise.kind.rawValue)
    (cycleToCycleIsSignificant, readNoiseIsSignificant) = (fit.hasCycleNoise, fit.hasReadNoise)
    readNoise = fit.readNoise
    (nonlinearitySigma, rangeSigma) = (fit.variation.nonlinearitySigma, fit.variation.rangeSigma)
    (stuckOff, stuckOn) = (fit.stuckOff, fit.stuckOn)
    (rSquared, rmsResidual) = (fit.determination, fit.meanResidual)
    notes = fit.notes
    self.files = files
  }

  /// For a terminal.
  public var text: String {
    var table = TextTable(header: ["number", "value", "± s.e.", "unit"])
    func row(_ name: String, _ value: String, _ error: Double? = nil, _ unit: String) {
      table.append([name, value, error.map { NumberText.compact($0, digits: 2) } ?? "", unit])
    }
    let unit = DeviceUnit(.conductance, largest: onConductance.value)
    func state(_ name: String, _ number: Number) {
      row(
        name, NumberText.compact(number.value / unit.scale, digits: 4), number.standardError.map { $0 / unit.scale },
        unit.name)
    }
    state("Gmax", onConductance)
    state("Gmin", offConductance)
    row("SET pulses", "\(potentiationPulses)", nil, "pulses")
    row("RESET pulses", "\(depressionPulses)", nil, "pulses")
    for (name, label) in [
      ("SET nonlinearity", potentiationNonlinearity), ("RESET nonlinearity", depressionNonlinearity),
    ] {
      if let label { row(name, NumberText.fixed(label.value, decimals: 3), label.standardError, "NeuroSim label") }
    }
    row(
      "noise of a pulse" + (cycleToCycleIsSignificant ? "" : " (not to be told from none)"),
      NumberText.compact(cycleToCycleSigma), nil, cycleToCycleKind == "additive" ? "of the range" : "of the step")
    row(
      "noise of a read" + (readNoiseIsSignificant ? "" : " (not to be told from none)"), NumberText.compact(readNoise),
      nil, "of the conductance")
    row("spread of the labels", NumberText.compact(nonlinearitySigma), nil, "label steps")
    row("spread of the range", NumberText.compact(rangeSigma), nil, "relative")
    row("stuck off", "\(stuckOff.count)", nil, "of \(devices) devices")
    row("stuck on", "\(stuckOn.count)", nil, "of \(devices) devices")
    row("R² of the mean curves", NumberText.fixed(rSquared, decimals: 5), nil, "1")
    row("RMS residual", NumberText.compact(rmsResidual), nil, "of the range")
    let choice = candidates.map { "\($0.shape) \(NumberText.compact($0.akaikeCriterion, digits: 4))" }
    var text = "\(Markup.singleLine(data)): \(devices) devices, \(trains) trains, \(readings) readings\n"
    text +=
      "law: \(shape)   (criterion of Akaike, least is best: \(choice.joined(separator: ", ")))\n\n" + table.rendered()
    if !notes.isEmpty { text += "\n" + notes.map { "note: \(Markup.singleLine($0))\n" }.joined() }
    return text + "\n" + files.map { "wrote \($0)\n" }.joined()
  }
}
