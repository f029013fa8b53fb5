import Quantities
import Recordings

extension ConfigurationTable {
  private typealias Stream = ExperimentConfiguration.Stream

  private static let isEvents: [ConfigurationCondition] = [
    .isOne(of: Stream.Kind.events.map(\.rawValue), key: "stream.kind")
  ]
  private static let hasEncoding: [ConfigurationCondition] = [
    .isOne(of: (Stream.Kind.events + [.spokenDigits, .tactileDigits]).map(\.rawValue), key: "stream.kind")
  ]
  private static let isSpoken: [ConfigurationCondition] = [
    .isOne(of: [Stream.Kind.spokenDigits.rawValue], key: "stream.kind")
  ]
  private static func encodes(_ encoding: Stream.EventEncoding) -> [ConfigurationCondition] {
    [.isOne(of: [encoding.rawValue], key: "stream.event_encoding")]
  }

  /// `stream.sensor` where files state it.
  static let sensorOfFile = "file"
  /// `stream.prepare` without steps.
  static let noPreparation = "none"

  /// Keys of folders of event recordings.
  static let events: [ConfigurationKey] = [
    ConfigurationKey(
      "stream.format", .choice(["auto"] + EventFormat.allCases.map(\.rawValue)), default: .value(.text("auto")),
      when: isEvents, summary: "Format of the recordings; auto finds it from each file.",
      source: "The file tells, but for headerless ones."),
    ConfigurationKey(
      "stream.sensor", .text, default: .value(.text(sensorOfFile)), when: isEvents,
      summary: "Pixels of the camera such as 640x480; file takes it from the recordings.",
      source: "The file tells, but for headerless ones."),
    ConfigurationKey(
      "stream.timestamp_order", .choice(Stream.TimestampPolicy.words), default: .value(.text("clamp")),
      when: isEvents,
      summary: "What becomes of events that are earlier than the one before: the time of the latest, or a refusal.",
      source: "Chosen: cameras deliver a few events late."),
    ConfigurationKey(
      "stream.cut_step", .quantity(.time), default: .value(.of(TimeSpan.seconds(0))), range: .closed(0, 86_400),
      when: isEvents,
      summary:
        "Cuts each recording into windows of sample_ticks that begin so far apart; 0 s makes one sample of each recording, from "
        + "its first event on.",
      source: "Chosen: short recordings are samples."),
    ConfigurationKey(
      "stream.fewest_events", .integer, default: .value(.integer(1)), range: .closed(1, 1_000_000_000), unit: "events",
      when: isEvents, summary: "Fewest events of a window that becomes a sample.", source: "Chosen: none is empty."
    ),
    ConfigurationKey(
      "stream.prepare", .text, default: .value(.text(noPreparation)), when: isEvents,
      summary:
        "What is done to events first, from left to right: crop 64x64+10+10, downsample 2, pool 2 3, merge, on, off, noise 10 ms, "
        + "refractory 1 ms, mask 3:4, limit 100000, flip-x, flip-y, rotate-left, rotate-right, rotate-180, transpose; none for nothing.",
      source: "noise: T. Delbruck, Proc. Int. Symp. on Secure-Life Electronics (2008)"),
    ConfigurationKey(
      "stream.event_encoding", .choice(Stream.EventEncoding.words), default: .value(.text("binary")),
      when: hasEncoding,
      summary:
        "What events drive, one row for each pixel and polarity: the row in ticks with an event, as their number says, or as the "
        + "time since the last one says.",
      source: "binary: rows of one bit"),
    ConfigurationKey(
      "stream.full_drive", .integer, default: .value(.integer(3)), range: .closed(1, 65_535), unit: "events",
      when: encodes(.counts), summary: "Events in a tick that drive a row fully.", source: "Chosen: counts are small."),
    ConfigurationKey(
      "stream.surface_time_constant", .quantity(.time), default: .value(.of(TimeSpan.milliseconds(30))),
      range: .closed(1e-6, 3600), when: encodes(.timeSurface),
      summary: "Time in which the drive of a row falls to 1/e after an event.",
      source: "Common practice: 10 to 50 ms; X. Lagorce et al., IEEE TPAMI 39, 1346 (2017)"),
    ConfigurationKey(
      "stream.channels_per_row", .integer, default: .value(.integer(1)), range: .closed(1, 700), unit: "channels",
      when: isSpoken, summary: "Channels of spoken digits that drive one row; 5 gives 140 rows.",
      source: "All 700 channels."),
    ConfigurationKey(
      "stream.test_part", .choice(Stream.TestPart.words), default: .value(.text("test")), when: isSpoken,
      summary: "Samples of spoken digits that test: the test samples, or those to choose settings with (SSC).",
      source: "Convention."),
  ]
}
