import Kernels

/// ST-MNIST as samples: digits written by finger on an artificial skin of 10 × 10 taxels, whose events are put into ticks.
///
/// The folders `0` to `9` have a `.mat` file for each recording with the variable `spiketrain`, [101 × events]: in each column
/// the change of each taxel (−1, 0 or 1), and last the time in s. Files whose names begin with `LUT` are passed over. A sample
/// begins with its first event. Row `polarity · 100 + taxel`, so the rows of −1 come first. The data set makes no split and does
/// not tell who wrote, so samples are split by themselves.
/// - Reference: See et al., "ST-MNIST – The Spiking Tactile MNIST Neuromorphic Dataset", arXiv:2005.04319
public final class TactileDigitsSource: SampleSource {
  /// Number of taxels, in rows of ten.
  public static let taxelCount = 100
  /// Two for each taxel.
  public var inputRowCount: Int { binning.rowCount }
  /// Polarities of the taxels.
  public let imageShape: ImageShape? = ImageShape(channels: 2, height: 10, width: 10, order: .channelsFirst)
  /// The digits.
  public let classNames = (0..<10).map(String.init)
  /// Number of recordings.
  public var sampleCount: Int { entries.count }

  private struct Entry: Sendable {
    let path: String
    let digit: Int
  }

  private static let variable = "spiketrain"
  /// Latest time of an event in s: an hour.
  private static let latestTime = 3600.0

  private let path: String
  private let entries: [Entry]
  private let binning: SpikeBinning
  private let counts: SampleCounts

  /// Lists the folder; no recording is read.
  /// - Parameters:
  ///   - path: The folder with the folders `0` to `9`.
  ///   - tickInMicroseconds: Duration of a tick in µs.
  ///   - tickCount: Ticks of every sample; writing takes about 2 s. Events after the last are left out and counted.
  ///   - fullDrive: Events of a tick from which on a row is driven fully; `nil` where their number does not matter.
  /// - Throws: `RecordingError`: the folder is not laid out as the data set is, or a setting is out of range.
  public init(
    path: String, tickInMicroseconds: Int64 = 1000, tickCount: Int = 2000, fullDrive: Int? = nil
  ) throws(RecordingError) {
    binning = try SpikeBinning(
      rowCount: 2 * Self.taxelCount, tickInMicroseconds: tickInMicroseconds, tickCount: tickCount, fullDrive: fullDrive)
    let origin = DataSetOrigin.tactileDigits
    try origin.checkFolder(path)
    var entries: [Entry] = []
    for digit in 0..<10 {
      let folder = "\(path)/\(digit)"
      guard FolderListing.isFolder(folder) else {
        throw origin.error(at: folder, expected: "the recordings of this digit", found: "no such folder")
      }
      let names = try FolderListing.names(in: folder).filter { $0.hasSuffix(".mat") && !$0.hasPrefix("LUT") }
      guard !names.isEmpty else { throw origin.error(at: folder, expected: ".mat files", found: "none") }
      entries += names.map { Entry(path: "\(digit)/\($0)", digit: digit) }
    }
    (self.path, self.entries) = (path, entries)
    counts = SampleCounts(sampleCount: entries.count)
  }

  /// Describes a sample; its identifier is its path inside the folder.
  public func description(ofSample index: Int) -> SampleDescription {
    let entry = entries[index]
    return SampleDescription(
      identifier: entry.path, label: entry.digit, group: -1, split: .unspecified, tickCount: binning.tickCount)
  }

  /// Nothing is fitted.
  public func fit(trainingSamples: [Int]) {}

  /// Reads one recording and puts its events into ticks.
  public func encode(sample index: Int, into raster: inout SpikeRaster) throws {
    let events = try events(of: "\(path)/\(entries[index].path)")
    let dropped = binning.encode(times: events.times, rows: events.rows, into: &raster)
    counts.add(
      index, events: events.rows.count, spikes: raster.spikeCount, dropped: dropped, clamped: events.clampedCount)
  }

  /// Times in µs from the first event, and rows; a time that goes back becomes that of the event before.
  private func events(of file: String) throws(RecordingError) -> (times: [Int64], rows: [Int], clampedCount: Int) {
    func invalid(_ part: String, _ expected: String, _ found: String) -> RecordingError {
      .fileFormat(file: file, part: part, expected: expected, found: found)
    }
    let matrix = try MATFile(path: file).array(Self.variable)
    let height = Self.taxelCount + 1
    guard matrix.shape.count == 2, matrix.shape[0] == height, matrix.shape[1] > 0 else {
      throw invalid(Self.variable, "shape [\(height) × events]", "shape \(matrix.shape)")
    }
    var (times, rows, clampedCount): ([Int64], [Int], Int) = ([], [], 0)
    var origin: Int64?
    for column in 0..<matrix.shape[1] {
      let values = matrix.values[column * height..<(column + 1) * height]
      let seconds = values[values.endIndex - 1]
      guard seconds >= 0, seconds <= Self.latestTime else {
        throw invalid("\(Self.variable)[100, \(column)]", "a time from 0 s to 3600 s", "\(seconds)")
      }
      let zero = origin ?? Int64((seconds * 1e6).rounded())
      origin = zero
      let time = Int64((seconds * 1e6).rounded()) - zero
      for (taxel, value) in values.dropLast().enumerated() where value != 0 {
        guard abs(value) == 1 else {
          throw invalid("\(Self.variable)[\(taxel), \(column)]", "-1, 0 or 1", "\(value)")
        }
        if let last = times.last, time < last { clampedCount += 1 }
        times.append(max(time, times.last ?? 0))
        rows.append(value > 0 ? Self.taxelCount + taxel : taxel)
      }
    }
    return (times, rows, clampedCount)
  }

  /// Counts over the samples encoded so far.
  public var encodingReport: EncodingReport? { counts.report }

  /// SHA-256 over the lines "relative path, SHA-256 of the contents" of every file, in order.
  public var fingerprint: String {
    get throws {
      try counts.fingerprint { () throws(RecordingError) in
        try FileDigest.sha256(ofFiles: entries.map(\.path), in: path)
      }
    }
  }
}
