/// The one place where an event recording of any format is opened.
public enum EventRecording {
  /// Opens a recording and reads its header.
  /// - Returns: A source at the first event; a `SeekableEventSource` for every format that can be gone through by time.
  /// - Throws: `RecordingError`: the file cannot be read, its header is damaged, or it is of no format that is known.
  public static func open(
    path: String, options: EventReadingOptions = EventReadingOptions()
  ) throws(RecordingError) -> any EventSource {
    let format: EventFormat
    if let stated = options.format { format = stated } else { format = try EventFormat(ofFile: path) }
    return try source(path: path, format: format, options: options)
  }

  /// Every format with what reads it.
  private static func source(
    path: String, format: EventFormat, options: EventReadingOptions
  ) throws(RecordingError) -> any EventSource {
    switch format {
    case .evt2:
      try file(path, PropheseeRawDecoder(file: path, encoding: .evt2, isStrict: options.isStrict), options)
    case .evt21:
      try file(path, PropheseeRawDecoder(file: path, encoding: .evt21, isStrict: options.isStrict), options)
    case .evt3:
      try file(path, PropheseeRawDecoder(file: path, encoding: .evt3, isStrict: options.isStrict), options)
    case .dat: try file(path, DATDecoder(file: path), options)
    case .eventStream: try file(path, EventStreamDecoder(file: path), options)
    case .nmnist: try file(path, NMNISTDecoder(file: path), options)
    case .aedat2: try file(path, AEDAT2Decoder(file: path), options)
    case .aedat31: try file(path, AEDAT31Decoder(file: path), options)
    case .aedat4: try file(path, AEDAT4Decoder(file: path), options)
    case .csv:
      try file(
        path,
        CSVEventDecoder(
          file: path, layout: CSVEventLayout(columns: options.columns, timeUnit: options.timeUnit ?? .microseconds)),
        options)
    case .hdf5:
      try ordered(
        HDF5EventFile(
          path: path, columns: options.columns, timeUnit: options.timeUnit, sensor: options.sensor, order: options.order
        ),
        options.order)
    case .numpy:
      try ordered(
        NumPyEventFile(
          path: path, columns: options.columns, timeUnit: options.timeUnit, sensor: options.sensor, order: options.order
        ),
        options.order)
    }
  }

  private static func file(
    _ path: String, _ decoder: any EventDecoder, _ options: EventReadingOptions
  ) throws(RecordingError) -> any EventSource {
    try ordered(
      EventFile(path: path, decoder: decoder, sensor: options.sensor, order: options.order), options.order)
  }

  /// Sorts the events of a source where that is asked for; all else about times is done by the source.
  static func ordered<Source: EventSource>(
    _ source: Source, _ order: TimestampOrder
  ) throws(RecordingError) -> any EventSource {
    guard case .reorder(let window) = order else { return source }
    return try ReorderedEvents(source, windowInMicroseconds: window)
  }
}
