import Devices

extension DeviceKeys {
  /// What becomes of a state with time.
  static let retention: [DeviceKey] =
    [
      .choice(
        "retention", .at(\.retention.law),
        "What becomes of a written state with time: nothing, drift by a power law (phase change), relaxation "
          + "(filaments), or decay to a resting level (ferroelectrics, ion reservoirs).")
    ] + drift + relaxation + decay

  private static let drift: [DeviceKey] = {
    let chosen: [ConfigurationCondition] = [
      .isOne(of: [DeviceDraft.RetentionNumbers.Law.powerLaw.rawValue], key: "device.retention")
    ]
    func when(_ law: DeviceDraft.RetentionNumbers.DriftExponent) -> [ConfigurationCondition] {
      [.isOne(of: [law.rawValue], key: "device.drift_exponent_law")]
    }
    let source = Citation.inferenceNoise
    let number = ConfigurationRange.closed(-10, 10)
    let exponent = ConfigurationRange.closed(0, 10)
    func line(
      _ name: String, _ field: DevicePath<PowerLawDrift.ClippedLine>, _ words: String
    ) -> [DeviceKey] {
      [
        .number(
          "drift_\(name)_slope", .at(field, \.slope), number, when: when(.stateDependent),
          "Slope of the \(words) over ln(G/Gmax).", source: source),
        .number(
          "drift_\(name)_offset", .at(field, \.offset), number, when: when(.stateDependent),
          "The \(words) at Gmax, before clipping.", source: source),
        .number(
          "drift_\(name)_lowest", .at(field, \.lowest), exponent, when: when(.stateDependent),
          "Lowest \(words).", source: source),
        .number(
          "drift_\(name)_highest", .at(field, \.highest), exponent, when: when(.stateDependent),
          "Highest \(words).", source: source),
      ]
    }
    return [
      .choice(
        "drift_exponent_law", .at(\.retention.driftExponent), when: chosen,
        "Whether the exponent ν of G·((t + t₀)/t₀)^(−ν) is the same for all states, or depends on the written state.",
        source: source),
      .number(
        "drift_exponent", .at(\.retention.fixedMean), exponent, when: when(.fixed), "Mean of ν.",
        source: Citation.accumulation),
      .number(
        "drift_exponent_sigma", .at(\.retention.fixedSigma), exponent, when: when(.fixed),
        "Spread of ν from write to write.", source: "Assumed."),
    ] + line("mean", \.retention.mean, "mean of ν") + line("sigma", \.retention.sigma, "spread of ν") + [
      .number(
        "drift_lowest_fraction", .at(\.driftLowestFraction), .below(0, 1), when: when(.stateDependent),
        "Gmin/Gmax in that law.", source: "That of the device."),
      .quantity(
        "drift_start_time", .at(\.retention.startTime), .time, .aboveUpTo(0, 1e7), when: chosen,
        "t₀, the time from programming to the first read.", source: source),
    ]
  }()

  private static let relaxation: [DeviceKey] = {
    let chosen: [ConfigurationCondition] = [
      .isOne(of: [DeviceDraft.RetentionNumbers.Law.relaxation.rawValue], key: "device.retention")
    ]
    func when(_ law: DeviceDraft.RetentionNumbers.RelaxationLaw) -> [ConfigurationCondition] {
      [.isOne(of: [law.rawValue], key: "device.relaxation_law")]
    }
    let state = ConfigurationRange.closed(-1e-3, 1e-3)
    let count = DeviceDraft.RetentionNumbers.coefficientCount
    return [
      .choice(
        "relaxation_law", .at(\.retention.relaxationLaw), when: chosen,
        "Whether mean and spread move with ln t, or the spread is a polynomial of the state at given times.",
        source: Citation.metalOxide),
      .quantity(
        "relaxation_mean_slope", .at(\.retention.meanSlope), .conductance, state, when: when(.logarithmic),
        "Shift of the mean per unit of ln t, t in seconds.", source: Citation.metalOxide),
      .quantity(
        "relaxation_sigma_slope", .at(\.retention.sigmaSlope), .conductance, state, when: when(.logarithmic),
        "Growth of the spread per unit of ln t.", source: Citation.metalOxide),
      .quantity(
        "relaxation_sigma_offset", .at(\.retention.sigmaOffset), .conductance, .closed(0, 1e-3),
        when: when(.logarithmic), "Spread after one second.", source: Citation.metalOxide),
      .quantities(
        "relaxation_times", .at(\.retention.times), .time, count: 1...100, .aboveUpTo(0, 1e10), when: when(.polynomial),
        "Ages at which the spread is given, rising; in between it is linear in ln t.", source: Citation.verifiedArray),
      .quantities(
        "relaxation_coefficients", .at(\.retention.coefficients), .conductance, count: count...100 * count,
        .closed(-1, 1), when: when(.polynomial),
        "Coefficients of the spread over G/Gmax, c₀…c₄ for the first time, then for the next.",
        source: Citation.verifiedArray),
      .quantity(
        "relaxation_range", .at(\.retention.range), .conductance, .open(0, 1e-3), when: chosen,
        "Gmax − Gmin of the devices that were measured; others relax in proportion.", source: Citation.metalOxide),
    ]
  }()

  private static let decay: [DeviceKey] = {
    let chosen: [ConfigurationCondition] = [
      .isOne(of: [DeviceDraft.RetentionNumbers.Law.stretched.rawValue], key: "device.retention")
    ]
    let source = "Assumed; analog states of ferroelectric transistors hold 1e3 to 1e4 s (\(Citation.review))."
    return [
      .quantity(
        "decay_time", .at(\.retention.decay.time), .time, .aboveUpTo(0, 1e12), when: chosen,
        "Median time constant τ of exp(−(t/τ)^β).", source: source),
      .number(
        "decay_exponent", .at(\.retention.decay.exponent), .aboveUpTo(0, 10), when: chosen,
        "β; 1 is a plain exponential.",
        source: source),
      .number(
        "decay_rest_level", .at(\.retention.decay.restLevel), .fraction, unit: "level", when: chosen,
        "Level that the state tends to.", source: source),
      .number(
        "decay_time_sigma", .at(\.retention.decay.timeSigma), .closed(0, 10), when: chosen,
        "Spread of ln τ from device to device.", source: source),
    ]
  }()
}
