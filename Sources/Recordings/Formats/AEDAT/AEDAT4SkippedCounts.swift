/// What was passed over in an AEDAT 4.0 file.
struct AEDAT4SkippedCounts: Sendable {
  private var frames = 0
  private var motionSamples = 0
  private var triggers = 0
  private var otherEvents = 0
  private var otherPackets = 0

  /// Adds the elements of a packet that was passed over.
  mutating func add(type: String, count: Int) {
    switch type {
    case "EVTS": otherEvents += count
    case "FRME": frames += 1
    case "IMUS": motionSamples += count
    case "TRIG": triggers += count
    default: otherPackets += 1
    }
  }

  /// Each kind once, those without any left out.
  var entries: [SkippedEntries] {
    [
      SkippedEntries(what: "frames", count: frames), SkippedEntries(what: "IMU samples", count: motionSamples),
      SkippedEntries(what: "triggers", count: triggers),
      SkippedEntries(what: "events of other streams", count: otherEvents),
      SkippedEntries(what: "packets of other types", count: otherPackets),
    ].filter { $0.count > 0 }
  }
}
