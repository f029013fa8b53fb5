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
    switch parameters.encoding {
    case .binary: EventBinning(binning)
    case .counts(let fullDrive): try EventCounts(.init(binning: binning, fullDrive: fullDrive))
    case .timeSurface(let timeConstant):
      try TimeSurface(.init(binning: binning, timeConstantInMicroseconds: timeConstant))
    }
  }
}
