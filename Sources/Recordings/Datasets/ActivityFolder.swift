/// The windows of a UCI HAR folder: those of `train`, then those of `test`.
///
/// | file | what |
/// | --- | --- |
/// | `activity_labels.txt` | number and name of each activity, from 1 |
/// | `PART/y_PART.txt` | the activity of each window |
/// | `PART/subject_PART.txt` | the person of each window |
/// | `PART/Inertial Signals/SIGNAL_AXIS_PART.txt` | 128 samples of each window, a line each |
///
/// The signals are `body_acc` and `total_acc` in g, without and with gravity, and `body_gyro` in rad/s; the axes x, y and z; all
/// at 50 Hz.
/// - Reference: `README.txt` of the data set, version 1.0.
struct ActivityFolder: Sendable {
  /// One of the parts `train` and `test`.
  struct Part: Sendable {
    let split: DataSplit
    /// Index of the activity of each window.
    let labels: [Int]
    /// Person of each window.
    let subjects: [Int]
    /// The windows of each channel.
    let channels: [NumberLines]
  }

  static let windowLength = 128
  static let sampleRateInHertz = 50.0
  static let channelNames = ["body_acc", "body_gyro", "total_acc"].flatMap { signal in
    ["x", "y", "z"].map { "\(signal)_\($0)" }
  }
  static let channelUnits = ["g", "rad/s", "g"].flatMap { [$0, $0, $0] }

  let path: String
  let classNames: [String]
  let parts: [Part]

  /// All files, by their paths in the folder.
  static let files =
    ["activity_labels.txt"]
    + ["train", "test"].flatMap { part in
      ["\(part)/y_\(part).txt", "\(part)/subject_\(part).txt"] + channelNames.map { signalFile($0, part) }
    }

  init(path: String) throws(RecordingError) {
    let origin = DataSetOrigin.activities
    try origin.checkFolder(path)
    for file in Self.files where !FolderListing.isFile("\(path)/\(file)") {
      throw origin.error(at: "\(path)/\(file)", expected: "a file of UCI HAR", found: "no such file")
    }
    self.path = path
    classNames = try Self.classNames("\(path)/activity_labels.txt")
    var parts: [Part] = []
    for (name, split) in [("train", DataSplit.train), ("test", .test)] {
      let labels = try Self.numbers("\(path)/\(name)/y_\(name).txt", in: 1...classNames.count, "an activity")
      let subjects = try Self.numbers("\(path)/\(name)/subject_\(name).txt", in: 0...1_000_000, "a person")
      var channels: [NumberLines] = []
      for channel in Self.channelNames {
        channels.append(try NumberLines(path: "\(path)/\(Self.signalFile(channel, name))"))
      }
      let counts = [("subject_\(name).txt", subjects.count)] + channels.map { ($0.path, $0.count) }
      for (file, count) in counts where count != labels.count {
        throw origin.error(
          at: "\(path)/\(name)", expected: "\(labels.count) lines in each file, as in y_\(name).txt",
          found: "\(count) in \(file)")
      }
      guard !labels.isEmpty else {
        throw origin.error(at: "\(path)/\(name)", expected: "at least one window", found: "none")
      }
      parts.append(Part(split: split, labels: labels.map { $0 - 1 }, subjects: subjects, channels: channels))
    }
    self.parts = parts
  }

  private static func signalFile(_ channel: String, _ part: String) -> String {
    "\(part)/Inertial Signals/\(channel)_\(part).txt"
  }

  private static func classNames(_ path: String) throws(RecordingError) -> [String] {
    var names: [String] = []
    var rows = try TextTable(path: path, separator: UInt8(ascii: " "))
    while let fields = try rows.next() {
      guard fields.count == 2, Int(fields[0]) == names.count + 1 else {
        throw rows.corrupt("\(names.count + 1) and the name of an activity", "'\(fields.joined(separator: " "))'")
      }
      names.append(fields[1])
    }
    guard !names.isEmpty else {
      throw .truncated(file: path, byte: 0, expected: "at least one activity", found: "none")
    }
    return names
  }

  private static func numbers(
    _ path: String, in range: ClosedRange<Int>, _ what: String
  ) throws(RecordingError) -> [Int] {
    var numbers: [Int] = []
    var rows = try TextTable(path: path, separator: UInt8(ascii: " "))
    while let fields = try rows.next() {
      guard fields.count == 1, let number = Int(fields[0]), range ~= number else {
        throw rows.corrupt(
          "\(what) from \(range.lowerBound) to \(range.upperBound)", "'\(fields.joined(separator: " "))'")
      }
      numbers.append(number)
    }
    return numbers
  }
}
