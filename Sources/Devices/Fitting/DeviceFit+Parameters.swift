import Quantities

extension DeviceFit {
  /// The technology for an emulation. What pulse trains do not show is left out: life, retention, amplitudes and widths.
  public var parameters: DeviceParameters {
    DeviceParameters(
      off: off.value, on: on.value, response: response, cycleNoise: cycleNoise, variation: variation,
      readNoise: readNoise > 0 ? .relative(readNoise) : .none, faults: faults)
  }

  private var response: PulseResponse {
    let labels = NonlinearityLabels(
      potentiation: potentiation.label.value, depression: depression.label.value,
      potentiationPulses: Double(potentiation.length), depressionPulses: Double(depression.length))
    guard shape == .table else { return .exponential(ExponentialPair(labels: labels)) }
    do {
      return .tabulated(
        TabulatedPair(
          potentiation: try TabulatedResponse(levels: potentiation.progress),
          depression: try TabulatedResponse(levels: Self.falling(depression.progress))))
    } catch {
      preconditionFailure("the curves of a fit rise strictly: \(error)")
    }
  }

  /// Levels of a RESET train of given progress.
  private static func falling(_ progress: [Double]) -> [Double] {
    // Seven decimals as written, not the binary remainder of the subtraction.
    progress.map { ((1 - $0) * 1e7).rounded() / 1e7 }
  }

  /// The device as a file to be loaded by an experiment with `device: {file: …}`: keys with units, and where they are from.
  ///
  /// It holds no date and no path but the name of the data, so that equal data give equal bytes.
  public var yaml: String {
    var lines = provenance + ["device:"]
    func key(_ name: String, _ value: String, _ comment: String) {
      let text = "  \(name): \(value)"
      lines.append(comment.isEmpty ? text : Self.padded(text, to: 38) + "  # " + comment)
    }
    key("on_conductance", Self.siemens(on.value), Self.plusMinus(on.error, Self.siemens))
    key("off_conductance", Self.siemens(off.value), Self.plusMinus(off.error, Self.siemens))
    if shape == .table {
      key("response", "table", "level after 0, 1, 2, ... pulses")
      key("potentiation_curve", Self.list(potentiation.progress), "")
      key("depression_curve", Self.list(Self.falling(depression.progress)), "")
    } else {
      key("response", "nonlinear", shape == .linear ? "equal steps" : "exponential model")
      key("potentiation_pulses", "\(potentiation.length)", "")
      key("depression_pulses", "\(depression.length)", "")
      key("potentiation_nonlinearity", "\(potentiation.label.value)", Self.plusMinus(potentiation.label.error))
      key("depression_nonlinearity", "\(depression.label.value)", Self.plusMinus(depression.label.error))
      key("nonlinearity_sigma", "\(variation.nonlinearitySigma)", "label steps, from device to device")
    }
    key("range_sigma", "\(variation.rangeSigma)", "relative, from device to device")
    key("cycle_to_cycle_kind", cycleNoise.kind.rawValue, "")
    key(
      "cycle_to_cycle_sigma", "\(cycleNoise.sigma)",
      (cycleNoise.kind == .additive ? "fraction of the range" : "fraction of the step")
        + (hasCycleNoise ? "" : "; not to be told from 0"))
    key("read_noise_law", "relative", "")
    key("read_noise", "\(readNoise)", "relative" + (hasReadNoise ? "" : "; not to be told from 0"))
    key("stuck_off_fraction", "\(faults.stuckOff.rounded(digits: 4))", Self.listed(stuckOff))
    key("stuck_on_fraction", "\(faults.stuckOn.rounded(digits: 4))", Self.listed(stuckOn))
    return lines.joined(separator: "\n") + "\n"
  }

  private var provenance: [String] {
    let law =
      switch shape {
      case .exponential: "exponential model"
      case .linear: "equal steps"
      case .table: "table of the mean curves"
      }
    let lines =
      [
        "A memory device fitted to measured pulse trains by crosspoint device fit.",
        "data: \(source.name.split(separator: "/").last ?? "")",
        "SHA-256: \(source.digest)",
        "\(source.devices) devices, \(stuckOff.count + stuckOn.count) of them stuck; \(source.trains) trains, "
          + "\(source.readings) readings",
        "\(law): R2 \(determination.rounded(digits: 5)), RMS residual \(meanResidual.rounded(digits: 3)) of the range",
      ] + notes.prefix(Self.mostNotes).map { "note: \($0)" }
      + ["Trains do not show life, retention and pulse voltages: these keys keep the defaults of device.preset."]
    // A name from outside must not end the comment.
    return lines.map { line in
      "# "
        + String(
          String.UnicodeScalarView(line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
  }

  private static let mostNotes = 20

  private static func siemens(_ value: Double) -> String { Conductance.siemens(value).description }

  private static func plusMinus(
    _ error: Double, _ text: (Double) -> String = { "\($0)" }
  ) -> String {
    error.isFinite ? "+- " + text(error.rounded(digits: 2)) : ""
  }

  private static func list(_ values: [Double]) -> String { "[" + values.map { "\($0)" }.joined(separator: ", ") + "]" }

  private static func listed(_ names: [String]) -> String {
    let safe = names.prefix(5).map { name in
      String(name.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
    }
    return safe.joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
