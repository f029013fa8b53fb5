import Devices

extension DeviceKeys {
  /// Noise of pulses and of reads.
  static let noise: [DeviceKey] = {
    let noisy = ConfigurationCondition.response(.nonlinear, .steps, .table)
    return [
      .number(
        "cycle_to_cycle_sigma", .at(\.base.cycleNoise.sigma), .closed(0, 100), unit: "fraction", when: noisy,
        "Noise of one pulse, as a fraction of what cycle_to_cycle_kind says."),
      .choice(
        "cycle_to_cycle_kind", .at(\.base.cycleNoise.kind), words: [("additive", .additive), ("relative", .relative)],
        when: noisy, "What the noise of a pulse is a fraction of: Gmax − Gmin (additive), or its own step (relative)."),
      .choice(
        "cycle_to_cycle_accumulation", .at(\.base.cycleNoise.accumulation),
        words: [("exact", .exact), ("square-root", .squareRoot)], when: noisy,
        "How a train of n pulses gathers noise: pulse by pulse (exact), or √n times that of one.",
        source: "The law of single pulses; square-root is that of \(Citation.neuroSim)"),
    ] + readNoise + telegraphNoise
  }()

  private static let readNoise: [DeviceKey] = {
    func when(_ laws: DeviceDraft.ReadNoiseNumbers.Law...) -> [ConfigurationCondition] {
      [.isOne(of: laws.map(\.rawValue), key: "device.read_noise_law")]
    }
    return [
      .choice(
        "read_noise_law", .at(\.readNoise.law),
        "How the noise of a read depends on the state: proportional, falling relative to it (scaled), a line (affine), "
          + "1/f (flicker), or logarithmic in state and age."),
      .number(
        "read_noise", .at(\.readNoise.strength), .fraction, unit: "relative", when: when(.relative, .scaled),
        "Standard deviation of one read of one device over its state; of the law scaled, at read_noise_reference.",
        source: "Assumed quiet, 1 %, where not measured; the stress case of \(Citation.review) is 10 %."),
      .quantity(
        "read_noise_reference", .at(\.readNoiseReference), .conductance, .open(0, 1e-3), when: when(.scaled),
        "Conductance at which read_noise holds.", source: "Gmax of the device."),
      .number(
        "read_noise_exponent", .at(\.readNoise.scaledExponent), .closed(0, 10), when: when(.scaled),
        "γ in the relative noise s·(reference/G)^γ.", source: "Assumed."),
      .number(
        "read_noise_slope", .at(\.readNoise.slope), .closed(0, 10), when: when(.affine), "a in the noise a·G + b.",
        source: Citation.accumulation),
      .quantity(
        "read_noise_offset", .at(\.readNoise.offset), .conductance, .closed(0, 1e-3), when: when(.affine),
        "b in the noise a·G + b.", source: Citation.accumulation),
      .number(
        "flicker_strength", .at(\.readNoise.flicker.coefficient), .closed(0, 10), unit: "relative",
        when: when(.flicker),
        "Strength of 1/f noise at Gmax.", source: Citation.inferenceNoise),
      .number(
        "flicker_exponent", .at(\.readNoise.flicker.exponent), .closed(0, 10), when: when(.flicker),
        "Exponent by which the strength grows towards Gmin.", source: Citation.inferenceNoise),
      .number(
        "flicker_largest", .at(\.readNoise.flicker.largest), .closed(0, 10), unit: "relative", when: when(.flicker),
        "Largest strength.", source: Citation.inferenceNoise),
      .quantity(
        "flicker_start_time", .at(\.readNoise.flicker.startTime), .time, .closed(0, 1e7), when: when(.flicker),
        "Time from programming to the first read.", source: Citation.inferenceNoise),
      .quantity(
        "flicker_read_time", .at(\.readNoise.flicker.readTime), .time, .aboveUpTo(0, 10), when: when(.flicker),
        "Time of one read.", source: Citation.inferenceNoise),
      .quantity(
        "logarithmic_noise", .at(\.readNoise.amplitude), .conductance, .closed(0, 1e-3), when: when(.logarithmic),
        "K in the noise K·log₁₀(G/µS)·√ln((t + t_r)/(2 t_r)), above 1 µS.", source: Citation.metalOxide),
      .quantity(
        "logarithmic_read_time", .at(\.readNoise.logarithmicReadTime), .time, .aboveUpTo(0, 10),
        when: when(.logarithmic), "t_r, the time of one read.", source: Citation.metalOxide),
    ]
  }()

  private static let telegraphNoise: [DeviceKey] = {
    let on: [ConfigurationCondition] = [.isPositive(key: "device.telegraph_fraction")]
    let assumed = "Assumed."
    return [
      .number(
        "telegraph_fraction", .at(\.telegraphNoise.fraction), .fraction, unit: "fraction of devices",
        "Devices with a trap that switches their state at random; 0 for none.", source: "Off; 0.1 is typical of RRAM."),
      .number(
        "telegraph_on_median", .at(\.telegraphNoise.onMedian), .aboveUpTo(0, 1), unit: "relative", when: on,
        "Median amplitude at Gmax.", source: assumed),
      .number(
        "telegraph_off_median", .at(\.telegraphNoise.offMedian), .aboveUpTo(0, 1), unit: "relative", when: on,
        "Median amplitude at Gmin.", source: assumed),
      .number(
        "telegraph_sigma", .at(\.telegraphNoise.amplitudeSigma), .closed(0, 10), when: on,
        "Spread of the logarithm of the amplitude.", source: assumed),
      .quantity(
        "telegraph_shortest_time", .at(\.telegraphNoise.shortestTime), .time, .closed(1e-12, 1e7), when: on,
        "Shortest mean time to capture or emit a charge.", source: assumed),
      .quantity(
        "telegraph_longest_time", .at(\.telegraphNoise.longestTime), .time, .closed(1e-12, 1e7), when: on,
        "Longest mean time to capture or emit a charge.", source: assumed),
    ]
  }()

  /// Spread from device to device.
  static let variation: [DeviceKey] = [
    .number(
      "nonlinearity_sigma", .at(\.base.variation.nonlinearitySigma), .closed(0, 9), unit: "NeuroSim label",
      when: ConfigurationCondition.response(.nonlinear), "Spread of the nonlinearities from device to device.",
      source: "Assumed; \(Citation.neuroSim) sweeps 0 to 1."),
    .number(
      "range_sigma", .at(\.base.variation.rangeSigma), .below(0, 0.5), unit: "relative",
      "Spread of Gmax and of Gmin from device to device."),
    .number(
      "step_sigma", .at(\.base.variation.stepSigma), .closed(0, 10), unit: "relative",
      "Spread of the size of a step, common to SET and RESET; of a magnetic junction, of its error rates."),
    .choice(
      "step_distribution", .at(\.base.variation.stepDistribution),
      words: [("normal", .normal), ("log-normal", .logNormal)],
      when: [.isPositive(key: "device.step_sigma")], "Distribution of the size of a step."),
    .number(
      "asymmetry_sigma", .at(\.base.variation.asymmetrySigma), .closed(0, 10), unit: "relative",
      "Spread of the difference between SET and RESET steps."),
  ]

  /// Devices that fail, or do not do what they are told.
  static let faults: [DeviceKey] = {
    let disputed = "\(Citation.hafniumArray); which share is which is disputed"
    return [
      .number(
        "stuck_off_fraction", .at(\.base.faults.stuckOff), .fraction, unit: "fraction of devices",
        "Devices stuck at Gmin since fabrication.",
        source: "A sound array; 4-Mb HfO2 arrays show 0.0904 (\(disputed))."),
      .number(
        "stuck_on_fraction", .at(\.base.faults.stuckOn), .fraction, unit: "fraction of devices",
        "Devices stuck at Gmax since fabrication.",
        source: "A sound array; 4-Mb HfO2 arrays show 0.0175 (\(disputed))."),
      .number(
        "clustered_share", .at(\.base.faults.clusteredShare), .fraction, unit: "fraction of stuck devices",
        "Stuck devices that lie in dead pieces of word and bit lines.",
        source: "Single faults; 0.3 is assumed at times."),
      .integer(
        "segment_length", .at(\.base.faults.segmentLength), .closed(1, 4096), unit: "devices",
        when: [.isPositive(key: "device.clustered_share")], "Devices in a piece of a line.", source: "Assumed."),
      .number(
        "write_failure", .at(\.base.writeFailure), .fraction, unit: "probability",
        "Probability that a train of pulses does nothing.", source: "Off; 1e-3 is assumed at times."),
    ]
  }()
}
