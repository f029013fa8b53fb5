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
    if let decoder = try decoder(of: format, file: path, options: options) { return try file(path, decoder, options) }
    guard format == .hdf5 else {
      return try ordered(
        NumPyEventFile(
          path: path, columns: options.columns, timeUnit: options.timeUnit, sensor: options.sensor, order: options.order
        ),
        options.order)
    }
    return try ordered(
      HDF5EventFile(
        path: path, columns: options.columns, timeUnit: options.timeUnit, sensor: options.sensor, order: options.order
      ),
      options.order)
  }

  /// A decoder at the beginning of a format that is a sequence of bytes, for files and live streams; `nil` for the others, which
  /// can only be read as files: HDF5 and NumPy.
  /// - Parameter file: Names the stream in errors.
  /// - Throws: `RecordingError.setting` for columns that are none.
  public static func decoder(
    of format: EventFormat, file: String, options: EventReadingOptions = EventReadingOptions()
  ) throws(RecordingError) -> (any EventDecoder)? {
    switch format {
    case .evt2: PropheseeRawDecoder(file: file, encoding: .evt2, isStrict: options.isStrict)
    case .evt21: PropheseeRawDecoder(file: file, encoding: .evt21, isStrict: options.isStrict)
    case .evt3: PropheseeRawDecoder(file: file, encoding: .evt3, isStrict: options.isStrict)
    case .dat: DATDecoder(file: file)
    case .eventStream: EventStreamDecoder(file: file)
    case .nmnist: NMNISTDecoder(file: file)
    case .aedat2: AEDAT2Decoder(file: file)
    case .aedat31: AEDAT31Decoder(file: file)
    case .aedat4: AEDAT4Decoder(file: file)
    case .csv:
      try CSVEventDecoder(
        file: file, layout: CSVEventLayout(columns: options.columns, timeUnit: options.timeUnit ?? .microseconds))
    case .hdf5, .numpy: nil
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
