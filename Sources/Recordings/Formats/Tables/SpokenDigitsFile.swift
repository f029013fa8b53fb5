import HDF5Store

/// Spoken words as the spikes of a model of the ear: a file of SHD (Spiking Heidelberg Digits) or SSC (Spiking Speech Commands).
///
/// A sample is read when it is asked for, so memory does not depend on the number of samples. Its spikes are the sequences
/// number i of `spikes/times`, in seconds, and `spikes/units`; its class is `labels[i]`, an index in `extra/keys`, and its
/// speaker `extra/speaker[i]`.
/// - Reference: Cramer et al., "The Heidelberg Spiking Data Sets for the Systematic Evaluation of Spiking Neural Networks", IEEE
///   Transactions on Neural Networks and Learning Systems 33(7), 2022, doi:10.1109/TNNLS.2020.3044364
public final class SpokenDigitsFile: Sendable {
  /// The spikes of a sample, in the order of their times.
  public struct Spikes: Sendable, Equatable {
    /// Times in µs from the beginning of the sample.
    public var timesInMicroseconds: [Int64]
    /// The channel of the ear of each, from 0.
    public var units: [Int]
  }

  /// Number of channels of the ear in both data sets.
  public static let unitCount = 700
  /// Latest time a spike may have: an hour.
  private static let latestTime: Int64 = 3_600_000_000

  /// Where the file is.
  public let path: String
  /// Class of each sample, an index in `classNames`.
  public let labels: [Int]
  /// Name of each class; numbers where the file has no names.
  public let classNames: [String]
  /// Who speaks in each sample; `nil` where the file does not say.
  public let speakers: [Int]?

  private let file: HDF5File

  private static let (times, units) = ("spikes/times", "spikes/units")

  /// Opens a file and reads all but the spikes.
  /// - Throws: `RecordingError`: the file cannot be read, or is no such file.
  public init(path: String) throws(RecordingError) {
    self.path = path
    let file: HDF5File
    do {
      file = try HDF5File.open(at: path)
    } catch {
      throw RecordingError.unreadable(path: path, reason: "\(error)")
    }
    self.file = file
    let reader = HDF5PartReader(path: path, file: file)
    labels = try reader.integers("labels", count: nil)
    for part in [Self.times, Self.units] {
      let shape = try reader.reading(part) { () throws(HDF5Error) in try file.shape(of: part) }
      guard shape == [labels.count] else {
        throw reader.invalid(part, "\(labels.count) sequences, one a label", "shape \(shape)")
      }
    }
    let hasNames = try reader.reading("extra/keys") { () throws(HDF5Error) in try file.exists("extra/keys") }
    let names =
      try hasNames ? reader.reading("extra/keys") { () throws(HDF5Error) in try file.readTexts("extra/keys") } : []
    let highest = labels.max() ?? 0
    if let wrong = labels.firstIndex(where: { $0 < 0 || (!names.isEmpty && $0 >= names.count) || $0 > 65_535 }) {
      throw reader.invalid(
        "labels[\(wrong)]", names.isEmpty ? "a class from 0" : "a class from 0 to \(names.count - 1)",
        "\(labels[wrong])")
    }
    classNames = names.isEmpty ? (0...highest).map(String.init) : names
    let hasSpeakers = try reader.reading("extra/speaker") { () throws(HDF5Error) in try file.exists("extra/speaker") }
    speakers = try hasSpeakers ? reader.integers("extra/speaker", count: labels.count) : nil
  }

  /// Number of samples.
  public var sampleCount: Int { labels.count }

  /// Reads the spikes of a sample.
  /// - Throws: `RecordingError`: the sequences cannot be read, differ in length, or hold what is no spike.
  /// - Precondition: The sample exists.
  public func spikes(ofSample index: Int) throws(RecordingError) -> Spikes {
    precondition(labels.indices.contains(index), "no sample \(index)")
    let reader = HDF5PartReader(path: path, file: file)
    let times = try reader.reading("\(Self.times)[\(index)]") { () throws(HDF5Error) in
      try file.readSequence(Self.times, at: index, as: Double.self)
    }
    let units = try reader.reading("\(Self.units)[\(index)]") { () throws(HDF5Error) in
      try file.readSequence(Self.units, at: index, as: Int64.self)
    }
    guard times.count == units.count else {
      throw reader.invalid("\(Self.units)[\(index)]", "\(times.count) units, one a time", "\(units.count)")
    }
    var spikes = Spikes(timesInMicroseconds: [], units: [])
    spikes.timesInMicroseconds.reserveCapacity(times.count)
    spikes.units.reserveCapacity(times.count)
    for (place, time) in times.enumerated() {
      let microseconds = (time * 1e6).rounded()
      guard microseconds >= 0, microseconds <= Double(Self.latestTime) else {
        throw reader.invalid("\(Self.times)[\(index)][\(place)]", "a time from 0 s to 3600 s", "\(time)")
      }
      guard 0..<Self.unitCount ~= Int(units[place]) else {
        throw reader.invalid("\(Self.units)[\(index)][\(place)]", "a unit from 0 to 699", "\(units[place])")
      }
      spikes.timesInMicroseconds.append(Int64(microseconds))
      spikes.units.append(Int(units[place]))
    }
    return sorted(spikes)
  }

  /// The spikes by time; those of one time stay in their order.
  private func sorted(_ spikes: Spikes) -> Spikes {
    let times = spikes.timesInMicroseconds
    guard zip(times, times.dropFirst()).contains(where: { $0 > $1 }) else { return spikes }
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    return Spikes(timesInMicroseconds: order.map { times[$0] }, units: order.map { spikes.units[$0] })
  }
}

/// Reads parts of an HDF5 file and names file and part where that fails.
struct HDF5PartReader {
  let path: String
  let file: HDF5File

  /// A list of whole numbers.
  /// - Parameter count: How many there must be; `nil` for any number, but one.
  func integers(_ part: String, count: Int?) throws(RecordingError) -> [Int] {
    let values = try reading(part) { () throws(HDF5Error) in try file.read(part, as: Int64.self, byteLimit: 1 << 30) }
    guard count.map({ values.count == $0 }) ?? !values.isEmpty else {
      throw invalid(part, count.map { "\($0) whole numbers" } ?? "at least one whole number", "\(values.count)")
    }
    return values.map { Int($0) }
  }

  /// Runs a read of `part`.
  func reading<Result>(
    _ part: String, _ body: () throws(HDF5Error) -> Result
  ) throws(RecordingError) -> Result {
    do {
      return try body()
    } catch {
      throw invalid(part, "a readable value of the documented type", "\(error)")
    }
  }

  func invalid(_ part: String, _ expected: String, _ found: String) -> RecordingError {
    .fileFormat(file: path, part: part, expected: expected, found: found)
  }
}
