/// A step of preparation: drops events, or moves them to other pixels. It adds none and never changes a time.
///
/// A filter is a value that holds all it remembers; what it lets through does not depend on how the events are cut into
/// batches.
public protocol EventFilter: Sendable {
  /// What it does, for reports: "crop 64x64 at (10, 10)".
  var name: String { get }
  /// Size of the image that the events lie on afterwards.
  var sensor: SensorSize { get }
  /// Whether no later event will pass.
  var isOver: Bool { get }

  /// Changes the events of a batch in place and removes those that do not pass.
  /// - Precondition: The times do not decrease from batch to batch, and the pixels lie on the sensor the filter was made for.
  mutating func apply(to batch: inout EventBatch)

  /// Forgets all events: the next one begins a stream.
  mutating func reset()
}

extension EventFilter {
  /// There may be more.
  public var isOver: Bool { false }
  /// Nothing is remembered.
  public mutating func reset() {}
}

/// Settings from which a filter for a sensor is made.
public protocol EventFilterParameters: Sendable {
  /// Checks the settings against the size of the sensor that the events come from.
  /// - Throws: `RecordingError.setting`.
  func makeFilter(for sensor: SensorSize) throws(RecordingError) -> any EventFilter
}

extension SensorSize {
  /// Most pixels of a sensor for which something is remembered pixel by pixel: 4096 × 4096.
  static let mostRememberedPixels = 1 << 24

  /// Number of pixels.
  var pixelCount: Int { width * height }

  /// Refuses sensors for which state by pixel would take more memory than a filter should.
  func checkState(of filter: String) throws(RecordingError) {
    try RecordingError.checkSetting(
      "pixels of the sensor of the \(filter)", pixelCount, in: 1...Self.mostRememberedPixels)
  }
}

extension EventBatch {
  /// Keeps the events for which `isKept` says so, which may change them before.
  @inline(__always)
  mutating func keep(_ isKept: (_ events: Slots, _ index: Int) -> Bool) {
    modify { events, count in
      var kept = 0
      for index in 0..<count {
        let passes = isKept(events, index)
        // Without a branch: what is not kept is written over by the next.
        events.set(
          kept, timestampInMicroseconds: events.timestampsInMicroseconds[index], x: events.x[index],
          y: events.y[index], polarity: events.polarities[index])
        kept += passes ? 1 : 0
      }
      return kept
    }
  }

  /// Whether all events lie inside a width and a height.
  func lies(inWidth width: Int, height: Int) -> Bool {
    Self.largest(x) < width && Self.largest(y) < height
  }

  /// State is reached through pointers, so a pixel outside of the sensor must not get that far.
  func requireEvents(on sensor: SensorSize) {
    precondition(lies(inWidth: sensor.width, height: sensor.height), "an event lies outside of the \(sensor) pixels")
  }

  private static func largest(_ values: ArraySlice<UInt16>) -> Int {
    values.withUnsafeBufferPointer { values in
      var largest: UInt16 = 0
      for index in values.indices { largest = max(largest, values[index]) }
      return values.isEmpty ? -1 : Int(largest)
    }
  }
}
