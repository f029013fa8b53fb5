import HDF5Store

/// Reads and checks the header of a sensor recording: nothing the file says is trusted.
struct SensorRecordingHeader {
  let path: String
  let file: HDF5File

  init(path: String) throws(RecordingError) {
    self.path = path
    do {
      file = try HDF5File.open(at: path)
    } catch {
      throw RecordingError.unreadable(path: path, reason: "\(error)")
    }
    let format = try text("format")
    guard format == SensorRecordingFile.format else {
      throw invalid("attribute 'format'", "'\(SensorRecordingFile.format)'", format.map { "'\($0)'" } ?? "none")
    }
    let version = try reading("attribute 'format_version'") { () throws(HDF5Error) in
      try file.numberAttribute("format_version", as: Int64.self)
    }
    guard version == SensorRecordingFile.formatVersion else {
      throw invalid("attribute 'format_version'", "\(SensorRecordingFile.formatVersion)", "\(version)")
    }
  }

  /// A text attribute of the file, or `nil` where there is none.
  func text(_ name: String) throws(RecordingError) -> String? {
    try reading("attribute '\(name)'") { () throws(HDF5Error) in
      try file.hasAttribute(name) ? file.textAttribute(name) : nil
    }
  }

  /// A list of at least one name.
  func names(_ part: String) throws(RecordingError) -> [String] {
    let shape = try shape(of: part)
    guard shape.count == 1, (1...SensorRecordingFile.channelLimit).contains(shape[0]) else {
      throw invalid(part, "a list of 1 to \(SensorRecordingFile.channelLimit) names", "shape \(shape)")
    }
    return try reading(part) { () throws(HDF5Error) in try file.readTexts(part) }
  }

  /// The sample rate in Hz.
  func sampleRate() throws(RecordingError) -> Double {
    let rate = try reading("sample_rate") { () throws(HDF5Error) in
      try file.readScalar("sample_rate", as: Double.self)
    }
    guard rate.isFinite, rate > 0 else { throw invalid("sample_rate", "a positive number of Hz", "\(rate)") }
    return rate
  }

  /// Number of rows of the table of samples.
  func sampleCount(channelCount: Int) throws(RecordingError) -> Int {
    let shape = try shape(of: "samples")
    guard shape.count == 2, shape[1] == channelCount else {
      throw invalid("samples", "shape [samples × \(channelCount) channels]", "shape \(shape)")
    }
    let type = try reading("samples") { () throws(HDF5Error) in try file.elementType(of: "samples") }
    guard type.converts(to: Float.hdf5ElementType) else {
      throw invalid("samples", "numbers that a 32-bit float holds, such as float32", "\(type)")
    }
    return shape[0]
  }

  /// The recordings, each inside the table of samples and with a valid label.
  func recordings(sampleCount: Int, classCount: Int) throws(RecordingError) -> [SensorRecordingFile.Recording] {
    let starts = try integers("recordings/start", count: nil)
    let lengths = try integers("recordings/length", count: starts.count)
    let labels = try integers("recordings/label", count: starts.count)
    let subjects = try optionalIntegers("recordings/subject", count: starts.count)
    let splits = try optionalIntegers("recordings/split", count: starts.count)
    guard !starts.isEmpty else { throw invalid("recordings/start", "at least one recording", "none") }

    var recordings: [SensorRecordingFile.Recording] = []
    recordings.reserveCapacity(starts.count)
    for index in starts.indices {
      try require("recordings/start", index, starts[index], in: 0...sampleCount)
      try require("recordings/length", index, lengths[index], in: 0...sampleCount - starts[index])
      try require("recordings/label", index, labels[index], in: 0...classCount - 1)
      if let subjects { try require("recordings/subject", index, subjects[index], in: 0...Int.max) }
      if let splits { try require("recordings/split", index, splits[index], in: 0...1) }
      recordings.append(
        SensorRecordingFile.Recording(
          start: starts[index], length: lengths[index], label: labels[index], subject: subjects?[index] ?? -1,
          split: splits.map { $0[index] == 0 ? .train : .test } ?? .unspecified))
    }
    return recordings
  }

  private func optionalIntegers(_ part: String, count: Int) throws(RecordingError) -> [Int]? {
    let exists = try reading(part) { () throws(HDF5Error) in try file.exists(part) }
    return exists ? try integers(part, count: count) : nil
  }

  private func integers(_ part: String, count: Int?) throws(RecordingError) -> [Int] {
    let shape = try shape(of: part)
    guard shape.count == 1, count == nil || shape[0] == count else {
      throw invalid(part, count.map { "a list of \($0) integers, one a recording" } ?? "a list", "shape \(shape)")
    }
    return try reading(part) { () throws(HDF5Error) in try file.read(part, as: Int64.self).map { Int($0) } }
  }

  private func shape(of part: String) throws(RecordingError) -> [Int] {
    try reading(part) { () throws(HDF5Error) in try file.shape(of: part) }
  }

  private func require(
    _ part: String, _ index: Int, _ value: Int, in range: ClosedRange<Int>
  ) throws(RecordingError) {
    guard !range.contains(value) else { return }
    let upper = range.upperBound == .max ? "or more" : "to \(range.upperBound)"
    throw invalid("\(part)[\(index)]", "\(range.lowerBound) \(upper)", "\(value)")
  }

  /// Runs a read of `part` and names file and part if it fails.
  private func reading<Result>(
    _ part: String, _ body: () throws(HDF5Error) -> Result
  ) throws(RecordingError) -> Result {
    do {
      return try body()
    } catch {
      throw invalid(part, "a readable value of the documented type", "\(error)")
    }
  }

  private func invalid(_ part: String, _ expected: String, _ found: String) -> RecordingError {
    .fileFormat(file: path, part: part, expected: expected, found: found)
  }
}
