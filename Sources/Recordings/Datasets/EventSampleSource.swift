/// Samples that are windows of camera events: what the same network can be shown live.
public protocol EventSampleSource: SampleSource {
  /// Size of the camera.
  var sensor: SensorSize { get }
  /// What is done to events before they become spikes; filters begin anew with every sample.
  var preparation: [any EventFilterParameters] { get }
  /// Makes an encoder of samples.
  /// - Throws: `RecordingError.setting`.
  func makeEncoder() throws(RecordingError) -> any EventEncoder
}

extension NMNISTSource: EventSampleSource {
  /// None.
  public var preparation: [any EventFilterParameters] { [] }
  /// Bins events into ticks.
  public func makeEncoder() -> any EventEncoder { EventBinning(binning) }
}

extension EventFolderSource: EventSampleSource {
  /// The steps of the settings.
  public var preparation: [any EventFilterParameters] { parameters.preparation }

  /// Makes the encoder that the settings name.
  /// - Throws: `RecordingError.setting`.
  public func makeEncoder() throws(RecordingError) -> any EventEncoder {
    try parameters.encoding.makeEncoder(binning)
  }
}

extension DVSGestureSource: EventSampleSource {
  /// The steps of the settings.
  public var preparation: [any EventFilterParameters] { parameters.preparation }

  /// Makes the encoder that the settings name.
  /// - Throws: `RecordingError.setting`.
  public func makeEncoder() throws(RecordingError) -> any EventEncoder {
    try parameters.encoding.makeEncoder(reader.binning)
  }
}
