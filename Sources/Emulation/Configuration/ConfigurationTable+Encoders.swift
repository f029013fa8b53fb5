import Quantities

extension ConfigurationTable {
  private typealias Stream = ExperimentConfiguration.Stream

  private static func isOn(_ key: String) -> [ConfigurationCondition] { [.isOne(of: ["true"], key: key)] }
  private static func isOne(_ word: String, _ key: String) -> [ConfigurationCondition] {
    [.isOne(of: [word], key: key)]
  }
  private static let isSound = isOne(Stream.Kind.soundFolder.rawValue, "stream.kind")
  private static let spikesByItself = isOne(Stream.BandSpiking.integrateAndFire.rawValue, "stream.band_spiking")

  /// Keys of what sampled channels and sounds become.
  static let encoders: [ConfigurationKey] = channelEncoders + soundEncoders

  private static let channelEncoders: [ConfigurationKey] = [
    ConfigurationKey(
      "stream.delta_coding", .choice(Stream.DeltaCoding.words), default: .value(.text("send-on-delta")),
      when: isOn("stream.delta_rows"),
      summary: "What a change is counted from: the last spike, or fixed levels delta_threshold apart.",
      source:
        "send-on-delta: M. Miskowicz, Sensors 6, 49 (2006); level-crossing: N. Sayiner et al., IEEE TCAS-II 43, 332 (1996)"
    ),
    ConfigurationKey(
      "stream.delta_hysteresis", .number, default: .value(.number(0.5)), range: .closed(0, 1),
      unit: "delta_threshold", when: isOne(Stream.DeltaCoding.levelCrossing.rawValue, "stream.delta_coding"),
      summary: "Width of the band around a level in which a signal that shivers sends nothing.",
      source: "Chosen: half the distance of levels."),
    ConfigurationKey(
      "stream.rate_rows", .boolean, default: .value(.boolean(false)),
      summary:
        "Gives each channel two rows that spike the more often the farther the signal is above and below its mean.",
      source: "Rate coding, common practice."),
    ConfigurationKey(
      "stream.rate_coding", .choice(Stream.RateCoding.words), default: .value(.text("poisson")),
      when: isOn("stream.rate_rows"), summary: "When such a row spikes: at random, or at equal distances.",
      source: "poisson: common practice"),
    ConfigurationKey(
      "stream.highest_rate", .quantity(.frequency), default: .value(.of(Frequency.hertz(100))),
      range: .closed(0.001, 1e6), when: isOn("stream.rate_rows"),
      summary: "Rate of a row that the signal drives fully; at most one spike fits into a tick.",
      source: "Chosen: the order of sensory neurons."),
    ConfigurationKey(
      "stream.rate_range", .number, default: .value(.number(3)), range: .closed(0.01, 1000), unit: "σ of the channel",
      when: isOn("stream.rate_rows"), summary: "Distance of the signal from its mean at which the rate is highest.",
      source: "Chosen: 99.7 % of a normal signal."),
    ConfigurationKey(
      "stream.latency_rows", .boolean, default: .value(.boolean(false)),
      summary:
        "Gives each channel two rows that spike once in each latency_window, the earlier the farther the signal was above and below "
        + "its mean when the window began.",
      source: "S. Thorpe et al., Neural Networks 14, 715 (2001), doi:10.1016/S0893-6080(01)00083-1"),
    ConfigurationKey(
      "stream.latency_window", .quantity(.time), default: .value(.of(TimeSpan.milliseconds(200))),
      range: .aboveUpTo(0, 3600), when: isOn("stream.latency_rows"), summary: "Time in which such a row spikes once.",
      source: "Chosen: several samples of a sensor, and short against a movement."),
    ConfigurationKey(
      "stream.latency_law", .choice(Stream.LatencyLaw.words), default: .value(.text("logarithmic")),
      when: isOn("stream.latency_rows"),
      summary: "How a value becomes a time: as a capacitor is charged to a threshold, or in proportion.",
      source: "logarithmic: an integrate-and-fire neuron with constant input"),
    ConfigurationKey(
      "stream.latency_threshold", .number, default: .value(.number(0.1)), range: .closed(1e-6, 1), unit: "1",
      when: isOn("stream.latency_rows"), summary: "Value, 1 for latency_range, up to which a row does not spike.",
      source: "Chosen: a tenth of the range."),
    ConfigurationKey(
      "stream.latency_time_constant", .quantity(.time), default: .value(.of(TimeSpan.milliseconds(100))),
      range: .closed(1e-6, 3600), when: isOne(Stream.LatencyLaw.logarithmic.rawValue, "stream.latency_law"),
      summary: "Time constant of the capacitor.", source: "Chosen: half of latency_window."),
    ConfigurationKey(
      "stream.latency_range", .number, default: .value(.number(3)), range: .closed(0.01, 1000),
      unit: "σ of the channel", when: isOn("stream.latency_rows"),
      summary: "Distance of the signal from its mean that counts as 1.", source: "Chosen: 99.7 % of a normal signal."),
  ]

  private static let soundEncoders: [ConfigurationKey] = [
    ConfigurationKey(
      "stream.bands", .integer, default: .value(.integer(64)), range: .closed(1, 4096), unit: "bands", when: isSound,
      summary: "Gammatone filters of the cochlea, at equal distances on the scale of hearing.",
      source: "Artificial cochleas have 64 bands: S.-C. Liu et al., IEEE TBioCAS 8, 453 (2014)"),
    ConfigurationKey(
      "stream.lowest_frequency", .quantity(.frequency), default: .value(.of(Frequency.hertz(80))),
      range: .closed(20, 500_000), when: isSound, summary: "Centre of the first filter.",
      source: "Chosen: the lowest voices."),
    ConfigurationKey(
      "stream.highest_frequency", .quantity(.frequency), default: .value(.of(Frequency.kilohertz(7))),
      range: .closed(20, 500_000), when: isSound,
      summary: "Centre of the last filter, below half of the sample rate.",
      source: "Chosen: what sound of 16 kHz holds."),
    ConfigurationKey(
      "stream.compression", .choice(Stream.SoundCompression.words), default: .value(.text("square-root")),
      when: isSound, summary: "What becomes of the rectified response of a filter.",
      source: "The ear compresses; square-root: chosen"),
    ConfigurationKey(
      "stream.compression_reference", .number, default: .value(.number(0.01)), range: .closed(1e-6, 1),
      unit: "full scale",
      when: isOne(Stream.SoundCompression.logarithm.rawValue, "stream.compression"),
      summary: "Response at which the logarithm begins to bend.", source: "Chosen: 40 dB below full scale."),
    ConfigurationKey(
      "stream.band_spiking", .choice(Stream.BandSpiking.words), default: .value(.text("integrate-and-fire")),
      when: isSound, summary: "One row for each band, a neuron, or two, for levels that the response passes.",
      source: "S.-C. Liu et al., IEEE TBioCAS 8, 453 (2014), doi:10.1109/TBCAS.2013.2281834"),
    ConfigurationKey(
      "stream.band_rate", .quantity(.frequency), default: .value(.of(Frequency.kilohertz(2))),
      range: .closed(1, 1e6), when: spikesByItself, summary: "Rate of a band at full response, without its leak.",
      source: "Chosen: speech then spikes at tens to hundreds of Hz."),
    ConfigurationKey(
      "stream.band_time_constant", .quantity(.time), default: .value(.of(TimeSpan.milliseconds(20))),
      range: .closed(1e-5, 100), when: spikesByItself, summary: "Leak of a band.", source: "Chosen: that of neurons."),
    ConfigurationKey(
      "stream.band_refractory_time", .quantity(.time), default: .value(.of(TimeSpan.milliseconds(1))),
      range: .closed(0, 1), when: spikesByItself, summary: "Time after a spike in which a band takes nothing.",
      source: "Auditory nerve: about 1 ms."),
    ConfigurationKey(
      "stream.band_level_spacing", .number, default: .value(.number(0.05)), range: .closed(1e-6, 1), unit: "1",
      when: isOne(Stream.BandSpiking.levelCrossing.rawValue, "stream.band_spiking"),
      summary: "Distance of the levels of the compressed response.", source: "Chosen: twenty levels."),
    ConfigurationKey(
      "stream.normalise_sound", .boolean, default: .value(.boolean(true)), when: isSound,
      summary: "Scales each sound to full scale first.", source: "Recordings differ in level."),
  ]
}
