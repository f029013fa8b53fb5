/// A format that events can be written in.
public enum WritableFormat: String, Sendable, CaseIterable {
  /// Text, a line `t,x,y,p` for each event, times in µs.
  case csv
  /// Event Stream 2.0, DVS events; needs the size of the camera.
  case es
  /// Prophesee DAT, version 2.
  case dat
  /// Prophesee EVT 2.0.
  case evt2
  /// Prophesee EVT 3.0.
  case evt3
  /// AEDAT 4.0; needs the size of the camera.
  case aedat4
  /// HDF5, one array for each of x, y, p and t.
  case hdf5
  /// A NumPy array of structures.
  case npy

  /// The format that the end of a file's name stands for: `raw` is EVT 3.0, `h5` HDF5.
  /// - Throws: `RecordingError.setting` for other ends.
  public init(path: String) throws(RecordingError) {
    let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
    let format: WritableFormat? =
      switch ending {
      case "raw": .evt3
      case "h5": .hdf5
      default: WritableFormat(rawValue: ending)
      }
    guard let format else {
      throw RecordingError.setting(
        name: "format to write", expected: Self.allCases.map(\.rawValue).joined(separator: ", "),
        found: ending.isEmpty ? "a name without an ending" : "'\(ending)'")
    }
    self = format
  }

  /// The ways in which the format packs its contents, the usual one first.
  public var compressions: [EventCompression] {
    switch self {
    case .aedat4: [.lz4, .zstd, .none]
    case .hdf5: [.deflate, .none]
    default: [.none]
    }
  }

  /// Begins a recording at `path`.
  /// - Throws: `RecordingError.setting` if the format needs a size of the camera that is missing or too large for it, or does
  ///   not know the compression; `RecordingError.unwritable`.
  public func makeWriter(
    path: String, settings: EventWriterSettings = EventWriterSettings()
  ) throws(RecordingError) -> any EventWriter {
    let compression = settings.compression ?? compressions[0]
    guard compressions.contains(compression) else {
      throw RecordingError.setting(
        name: "compression of \(rawValue)",
        expected: compressions.map(\.rawValue).joined(separator: ", "),
        found: compression.rawValue)
    }
    switch self {
    case .csv: return try EventFileWriter(path: path, encoder: CSVEncoder(), settings: settings)
    case .es:
      return try EventFileWriter(
        path: path, encoder: EventStreamEncoder(sensor: requiredSensor(settings)),
        settings: settings)
    case .dat:
      return try EventFileWriter(
        path: path, encoder: DATEncoder(sensor: settings.sensor), settings: settings)
    case .evt2:
      return try EventFileWriter(
        path: path, encoder: EVT2Encoder(sensor: settings.sensor), settings: settings)
    case .evt3:
      return try EventFileWriter(
        path: path, encoder: EVT3Encoder(sensor: settings.sensor), settings: settings)
    case .aedat4:
      return try EventFileWriter(
        path: path,
        encoder: AEDAT4Encoder(sensor: requiredSensor(settings), compression: compression),
        settings: settings)
    case .hdf5: return try HDF5EventWriter(path: path, settings: settings, compression: compression)
    case .npy: return try EventFileWriter(path: path, encoder: NumPyEncoder(), settings: settings)
    }
  }

  private func requiredSensor(_ settings: EventWriterSettings) throws(RecordingError) -> SensorSize {
    guard let sensor = settings.sensor else {
      throw RecordingError.setting(
        name: "size of the sensor in pixels", expected: "WIDTHxHEIGHT, which \(rawValue) states",
        found: "none")
    }
    return sensor
  }
}
