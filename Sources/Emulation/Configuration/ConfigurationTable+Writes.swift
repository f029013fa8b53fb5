import Devices
import Plasticity
import Quantities

extension ConfigurationTable {
  static let writes: [ConfigurationKey] = policy + pair + scheme + levelling

  private typealias Writes = ExperimentConfiguration.Writes

  private static func when(_ policies: Writes.Policy...) -> [ConfigurationCondition] {
    [.isOne(of: policies.map(\.rawValue), key: "writes.policy")]
  }

  /// Devices that take pulses: all but those that hold any state at once.
  private static let pulsed: [ConfigurationCondition] = [
    .isNone(of: DeviceTechnology.all.filter(\.parameters.isContinuous).map(\.name), key: "device.preset")
  ]

  private static let policy: [ConfigurationKey] = [
    ConfigurationKey(
      "writes.policy", .choice(Writes.Policy.words), default: .value(.text("accumulate-threshold")),
      summary: "How wanted weight changes become pulses; exact writes them as they are, for the ideal device only.",
      source: "accumulate-threshold: \(Citation.mixedPrecision); stochastic-rounding: \(Citation.reckOn); coincidence: "
        + "\(Citation.pulseUpdate); ternary: \(Citation.errorTriggered); sign, probabilistic: "
        + "\(Citation.onlinePhaseChange)"),
    ConfigurationKey(
      "writes.threshold", .number, default: .value(.number(2)), range: .closed(1, 1e6), unit: "pulses",
      when: when(.accumulateThreshold, .ternary),
      summary: "Accumulated change at which a device is written; ternary then forgets it, so it also divides the rate.",
      source: "Chosen: opposite changes cancel before they reach the device."),
    ConfigurationKey(
      "writes.largest_train", .integer, default: .value(.integer(64)), range: .closed(1, 1_000_000), unit: "pulses",
      when: when(.accumulateThreshold, .stochasticRounding, .direct),
      summary: "Most pulses one device gets in one write; the rest waits or is lost, as the policy has it.",
      source: "Chosen: half of the conductance range of 128 pulses."),
    ConfigurationKey(
      "writes.dead_zone", .number, default: .value(.number(0.5)), range: .closed(0, 1e6), unit: "pulses",
      when: when(.sign), summary: "Wanted change up to which sign writes nothing.",
      source: "Chosen: as far as rounding writes nothing."),
    ConfigurationKey(
      "writes.probability_scale", .number, default: .value(.number(1)), range: .closed(1e-6, 1e6), unit: "pulses",
      when: when(.probabilistic),
      summary: "Wanted change that probabilistic always writes; a smaller one in proportion.",
      source: "One pulse: the mean is that of the wanted changes."),
    ConfigurationKey(
      "writes.bit_length", .integer, default: .value(.integer(31)),
      range: .closed(1, Double(CoincidenceUpdate.longest)), unit: "slots", when: when(.coincidence),
      summary: "Most time slots of one update by coincidence; shorter where the changes are smaller.",
      source: "\(Citation.aihwkit): 31."),
    ConfigurationKey(
      "writes.wear_aware", .number, default: .value(.number(1)), range: .fraction, unit: "fraction of life",
      when: [.isNone(of: [Writes.Policy.exact.rawValue], key: "writes.policy")],
      summary: "Wear from which writes are thinned, to none at the end of life; 1 for no thinning.",
      source: "Off: what a learning rule wears out should be seen."),
  ]

  private static let pair: [ConfigurationKey] = [
    ConfigurationKey(
      "writes.pair", .choice(Writes.Pair.words),
      default: .byChoice(
        of: "device.response",
        Dictionary(
          uniqueKeysWithValues: DeviceDraft.Response.allCases.map {
            ($0.rawValue, .text(($0 == .phaseChange ? Writes.Pair.oneSided : .pushPull).rawValue))
          })),
      when: pulsed,
      summary:
        "Whether a change is shared by SET on one device of a pair and RESET on the other, or made of SET pulses only.",
      source: "One-sided for phase change, whose RESET is abrupt (\(Citation.multiMemristor)); else push-pull."),
    ConfigurationKey(
      "writes.devices_per_polarity", .integer, default: .value(.integer(1)), range: .closed(1, 32), unit: "devices",
      when: pulsed, summary: "Devices that carry each polarity of a weight, written in turn.",
      source: "One; several average noise: \(Citation.multiMemristor)"),
    ConfigurationKey(
      "writes.refresh_saturation", .number, default: .value(.number(0.75)), range: .aboveUpTo(0, 1), unit: "level",
      when: [.isOne(of: [Writes.Pair.oneSided.rawValue], key: "writes.pair")],
      summary: "Level of the higher side above which a pair is erased and written anew; 1 for never.",
      source: "\(Citation.aihwkit): 0.75."),
    ConfigurationKey(
      "writes.refresh_counterpart", .number, default: .value(.number(0.25)), range: .below(0, 1), unit: "level",
      when: [.isOne(of: [Writes.Pair.oneSided.rawValue], key: "writes.pair")],
      summary: "Level that the lower side must be above as well.", source: "\(Citation.aihwkit): 0.25."),
    ConfigurationKey(
      "writes.biasing", .choice(Writes.Biasing.words), default: .value(.text("selector")), when: pulsed,
      summary: "What other devices see of a write: nothing (a transistor each), or half or a third of the voltage.",
      source: "Common practice: one transistor, one resistor."),
  ]

  private static let scheme: [ConfigurationKey] = {
    let verified: [ConfigurationCondition] = [
      .isOne(of: [Writes.Scheme.writeVerify.rawValue], key: "writes.scheme")
    ]
    let ramped: [ConfigurationCondition] = [.isPositive(key: "writes.ramp_step")]
    return [
      ConfigurationKey(
        "writes.scheme", .choice(Writes.Scheme.words), default: .value(.text("open-loop")), when: pulsed,
        summary: "Whether pulses are sent without looking, or each is followed by a read until the state is right.",
        source: "\(Citation.mixedPrecision): learning corrects what a blind write leaves."),
      ConfigurationKey(
        "writes.tolerance", .number, default: .value(.number(0.01)), range: .aboveUpTo(0, 1),
        unit: "fraction of the range", when: verified, summary: "Error at which write-verify stops.",
        source: "Assumed; \(Citation.verifiedArray) accept 1 uS of 39 uS."),
      ConfigurationKey(
        "writes.verify_noise", .number, default: .value(.number(0.01)), range: .fraction, unit: "relative",
        when: verified, summary: "Standard deviation of a verify read over the state.",
        source: "Assumed; reads fluctuate: \(Citation.verifyFluctuation)"),
      ConfigurationKey(
        "writes.verify_bits", .integer, default: .value(.integer(0)), range: .closed(0, 16), unit: "bits",
        when: verified, summary: "Resolution of the verify converter over the range; 0 for a comparator.",
        source: "Chosen: a comparator suffices to stop."),
      ConfigurationKey(
        "writes.attempt_limit", .integer, default: .value(.integer(100)), range: .closed(1, 65_535), unit: "pulses",
        when: verified, summary: "Most pulses to one device in one write.", source: "Assumed; 30 to 500 are in use."),
      ConfigurationKey(
        "writes.ramp_step", .quantity(.voltage), default: .value(.of(Voltage.zero)), range: .closed(0, 10),
        when: verified, summary: "Rise of the amplitude from pulse to pulse of write-verify; 0 V for equal pulses.",
        source: "Equal pulses; \(Citation.verifiedArray) rise by 0.1 V."),
      ConfigurationKey(
        "writes.ramp_start", .quantity(.voltage), default: .value(.of(Voltage.zero)), range: .closed(0, 100),
        when: ramped, summary: "First amplitude of a ramp; 0 V for the device's own of each polarity.",
        source: "The device's own."),
      ConfigurationKey(
        "writes.ramp_limit", .quantity(.voltage),
        default: .multiple(1.5, ofLargest: ["device.set_voltage", "device.reset_voltage"]), range: .aboveUpTo(0, 100),
        when: ramped, summary: "Highest amplitude of a ramp.",
        source: "Assumed; ramps in use reach 1.2 to 2 times their start."),
    ]
  }()

  private static let moves: [ConfigurationCondition] = [
    .either([
      .isNone(of: [Writes.Levelling.none.rawValue], key: "writes.levelling"), .isPositive(key: "writes.retire_after"),
    ])
  ]

  private static let levelling: [ConfigurationKey] = [
    ConfigurationKey(
      "writes.spare_rows", .integer, default: .value(.integer(0)), range: .closed(0, 64), unit: "rows", when: pulsed,
      summary: "Further word lines of each tile: the free place of row-rotation, and lines for those that are retired.",
      source: "None: chips without spares."),
    ConfigurationKey(
      "writes.levelling", .choice(Writes.Levelling.words), default: .value(.text("none")), when: pulsed,
      summary:
        "How lines of a tile share the wear: row-rotation moves each in turn into a free one, row-swap the hottest to the least "
        + "worn, pair-swap exchanges the roles of plus and minus devices where these differ most. Moves are writes.",
      source:
        "row-rotation: M. K. Qureshi et al., MICRO 2009, doi:10.1145/1669112.1669117; S. Mittal, J. S. Vetter, IEEE TPDS 27, "
        + "1537 (2016)"),
    ConfigurationKey(
      "writes.retire_after", .integer, default: .value(.integer(0)), range: .closed(0, 1_000_000), unit: "devices",
      when: [.isPositive(key: "writes.spare_rows")],
      summary: "Stuck devices of a line in a tile from which a spare takes its place, while there is one; 0 for never.",
      source: "Off: what wears out should be seen."),
    ConfigurationKey(
      "writes.levelling_interval", .integer, default: .value(.integer(1000)), range: .closed(1, 1_000_000_000),
      unit: "samples", when: moves,
      summary: "Samples between two moves of a tile for levelling, and between two looks at dead devices.",
      source: "Chosen: a move then costs little beside the writes of learning."),
  ]
}
