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

  /// Part of spoken digits that tests.
  public enum TestPart: String, ConfigurationChoice {
    /// The test samples.
    case test
    /// Those to choose settings with.
    case valid
  }

  /// Events in a tick that drive a row fully; `nil` where their number does not matter.
  var driveOfCounts: Int? { eventEncoding == .counts ? fullDrive : nil }

  private var hasEncoding: Bool { Kind.events.contains(kind) || [.spokenDigits, .tactileDigits].contains(kind) }

  /// Whether rows have amplitudes, for which they need drivers, and not spikes alone.
  var drivesGradually: Bool {
    directRows || (hasEncoding && eventEncoding != .binary)
  }

  /// The settings of a source.
  /// - Throws: `RecordingError.setting`.
  func eventParameters(
    tickInMicroseconds: Int64, tickCount: Int, seed: UInt64
  ) throws(RecordingError) -> EventFolderSource.Parameters {
    let reading = EventReadingOptions(
      format: EventFormat(rawValue: format),
      sensor: sensor == ConfigurationTable.sensorOfFile ? nil : try SensorSize(sensor),
      order: timestampOrder == .clamp ? .clamp : .reject)
    let encoding: EventFolderSource.Encoding =
      switch eventEncoding {
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

  /// What is wrong with texts of these keys, for the list of all flaws of an experiment.
  var eventConflicts: [(keys: [String], reason: String)] {
    if hasEncoding, !Kind.events.contains(kind), eventEncoding == .timeSurface {
      let reason =
        "stream.event_encoding time-surface needs a camera, and \(kind.rawValue) has none; use binary or counts"
      return [(["stream.event_encoding", "stream.kind"], reason)]
    }
    guard Kind.events.contains(kind) else { return [] }
    do {
      _ = try eventParameters(tickInMicroseconds: 1, tickCount: 1, seed: 1)
      return []
    } catch {
      return [(["stream.prepare", "stream.sensor"], "\(error)")]
    }
  }
}
