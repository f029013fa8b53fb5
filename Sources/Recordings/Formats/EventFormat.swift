/// Formats of event recordings.
public enum EventFormat: String, Sendable, CaseIterable {
  /// Prophesee RAW, EVT 2.0.
  case evt2
  /// Prophesee RAW, EVT 2.1.
  case evt21
  /// Prophesee RAW, EVT 3.0.
  case evt3
  /// Prophesee DAT, versions 1 and 2.
  case dat
  /// Event Stream, version 2.
  case eventStream = "es"
  /// N-MNIST and other recordings of the ATIS camera in its layout of 40 bits.
  case nmnist
  /// AEDAT 2.0 of jAER.
  case aedat2
  /// AEDAT 3.1 of cAER.
  case aedat31
  /// AEDAT 4.0 of DV.
  case aedat4
  /// Text with a line for each event.
  case csv
  /// HDF5 with events as arrays.
  case hdf5
  /// NumPy arrays of events, `.npy` or `.npz`.
  case numpy = "npy"

  /// What it is, for messages and lists.
  public var title: String {
    switch self {
    case .evt2: "Prophesee RAW EVT 2.0"
    case .evt21: "Prophesee RAW EVT 2.1"
    case .evt3: "Prophesee RAW EVT 3.0"
    case .dat: "Prophesee DAT"
    case .eventStream: "Event Stream"
    case .nmnist: "N-MNIST"
    case .aedat2: "AEDAT 2.0"
    case .aedat31: "AEDAT 3.1"
    case .aedat4: "AEDAT 4.0"
    case .csv: "text"
    case .hdf5: "HDF5"
    case .numpy: "NumPy"
    }
  }

  /// Reads the name that options and experiments use: "evt3".
  /// - Throws: `RecordingError.setting`, with the names there are.
  public init(name: String) throws(RecordingError) {
    guard let format = EventFormat(rawValue: name) else {
      throw RecordingError.setting(
        name: "format of the recording", expected: "one of \(Self.names)", found: "'\(name)'")
    }
    self = format
  }

  /// Endings of the names of files in folders of recordings, in small letters; notes in such folders end in txt.
  static let endings: Set<String> = [
    "raw", "dat", "es", "bin", "aedat", "aedat4", "csv", "tsv", "h5", "hdf5", "npy", "npz",
  ]

  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
