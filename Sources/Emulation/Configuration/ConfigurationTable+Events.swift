import Quantities
import Recordings

extension ConfigurationTable {
  private typealias Stream = ExperimentConfiguration.Stream

  private static let isEventFolder: [ConfigurationCondition] = [
    .isOne(of: [Stream.Kind.eventFolder.rawValue], key: "stream.kind")
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
      when: isEventFolder, summary: "Format of the recordings; auto finds it from each file.",
      source: "The file tells, but for headerless ones."),
    ConfigurationKey(
      "stream.sensor", .text, default: .value(.text(sensorOfFile)), when: isEventFolder,
      summary: "Pixels of the camera such as 640x480; file takes it from the recordings.",
      source: "The file tells, but for headerless ones."),
    ConfigurationKey(
      "stream.timestamp_order", .choice(Stream.TimestampPolicy.words), default: .value(.text("clamp")),
      when: isEventFolder,
      summary: "What becomes of events that are earlier than the one before: the time of the latest, or a refusal.",
      source: "Chosen: cameras deliver a few events late."),
    ConfigurationKey(
      "stream.cut_step", .quantity(.time), default: .value(.of(TimeSpan.seconds(0))), range: .closed(0, 86_400),
      when: isEventFolder,
      summary:
        "Cuts each recording into windows of sample_ticks that begin so far apart; 0 s makes one sample of each recording, from "
        + "its first event on.",
      source: "Chosen: short recordings are samples."),
    ConfigurationKey(
      "stream.fewest_events", .integer, default: .value(.integer(1)), range: .closed(1, 1_000_000_000), unit: "events",
      when: isEventFolder, summary: "Fewest events of a window that becomes a sample.", source: "Chosen: none is empty."
    ),
    ConfigurationKey(
      "stream.prepare", .text, default: .value(.text(noPreparation)), when: isEventFolder,
      summary:
        "What is done to events first, from left to right: crop 64x64+10+10, downsample 2, pool 2 3, merge, on, off, noise 10 ms, "
        + "refractory 1 ms, mask 3:4, limit 100000, flip-x, flip-y, rotate-left, rotate-right, rotate-180, transpose; none for nothing.",
      source: "noise: T. Delbruck, Proc. Int. Symp. on Secure-Life Electronics (2008)"),
    ConfigurationKey(
      "stream.event_encoding", .choice(Stream.EventEncoding.words), default: .value(.text("binary")),
      when: isEventFolder,
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
  ]
}
