import Quantities
import Recordings

extension ExperimentConfiguration.Stream {
  /// What becomes of events that are earlier than the one before.
  public enum TimestampPolicy: String, ConfigurationChoice {
    /// They get the time of the latest.
    case clamp
    /// The recording is refused.
    case reject
  }

  /// What events drive.
  public enum EventEncoding: String, ConfigurationChoice {
    /// Rows with an event.
    case binary
    /// Rows as their number of events says.
    case counts
    /// Rows as the time since the last event says.
    case timeSurface = "time-surface"
  }

  /// How folders of event recordings are read.
  public struct Events: Sendable, Equatable {
    /// Format of the files; `auto` to find it.
    public let format: String
    /// Pixels of the camera, or `file`.
    public let sensor: String
    /// What becomes of times that go back.
    public let order: TimestampPolicy
    /// Time between windows; 0 for whole recordings.
    public let cutStep: TimeSpan
    /// Fewest events of a window.
    public let fewestEvents: Int
    /// Steps of preparation, or `none`.
    public let prepare: String
    /// What events drive.
    public let encoding: EventEncoding
    /// Events that drive a row fully.
    public let fullDrive: Int
    /// Decay of the drive after an event.
    public let surfaceTimeConstant: TimeSpan

    init(_ table: ResolvedConfiguration) {
      format = table.text("stream.format")
      sensor = table.text("stream.sensor")
      order = table.choice("stream.timestamp_order")
      cutStep = table.quantity("stream.cut_step")
      fewestEvents = table.integer("stream.fewest_events")
      prepare = table.text("stream.prepare")
      encoding = table.choice("stream.event_encoding")
      fullDrive = table.integer("stream.full_drive")
      surfaceTimeConstant = table.quantity("stream.surface_time_constant")
    }

    /// The settings of a source.
    /// - Throws: `RecordingError.setting`.
    func parameters(
      tickInMicroseconds: Int64, tickCount: Int, seed: UInt64
    ) throws(RecordingError) -> EventFolderSource.Parameters {
      let reading = EventReadingOptions(
        format: EventFormat(rawValue: format),
        sensor: sensor == ConfigurationTable.sensorOfFile ? nil : try SensorSize(sensor),
        order: order == .clamp ? .clamp : .reject)
      let encoding: EventFolderSource.Encoding =
        switch encoding {
        case .binary: .binary
        case .counts: .counts(fullDrive: fullDrive)
        case .timeSurface:
          .timeSurface(timeConstantInMicroseconds: Int64((surfaceTimeConstant.seconds * 1e6).rounded()))
        }
      let isCut = cutStep.seconds > 0
      return EventFolderSource.Parameters(
        tickInMicroseconds: tickInMicroseconds, tickCount: tickCount,
        windowStepInMicroseconds: isCut ? Int64((cutStep.seconds * 1e6).rounded()) : nil, fewestEvents: fewestEvents,
        preparation: prepare == ConfigurationTable.noPreparation
          ? [] : try PreparationNotation.parse(prepare, seed: seed),
        encoding: encoding, reading: reading)
    }
  }

  /// What is wrong with texts of these keys, for the list of all flaws of an experiment.
  var eventConflicts: [(keys: [String], reason: String)] {
    guard kind == .eventFolder else { return [] }
    do {
      _ = try events.parameters(tickInMicroseconds: 1, tickCount: 1, seed: 1)
      return []
    } catch {
      return [(["stream.prepare", "stream.sensor"], "\(error)")]
    }
  }
}
