import Kernels

/// SHD (Spiking Heidelberg Digits) or SSC (Spiking Speech Commands) as samples: spoken words as spikes of 700 channels of a model
/// of the ear, put into ticks.
///
/// The folder has `shd_train.h5` and `shd_test.h5`, or `ssc_train.h5`, `ssc_valid.h5` and `ssc_test.h5`; see
/// ``SpokenDigitsFile``. A row is one channel, or several next to each other. The group of a sample is its speaker.
public final class SpokenDigitsSource: SampleSource {
  /// The file whose samples are the test samples.
  public enum TestPart: String, Sendable, CaseIterable {
    /// `…_test.h5`.
    case test
    /// `…_valid.h5` of SSC, to choose settings without a look at the test samples.
    case validation = "valid"
  }

  /// One for each `channelsPerRow` channels; the last may have fewer.
  public var inputRowCount: Int { binning.rowCount }
  /// The words.
  public let classNames: [String]
  /// Number of samples in the file for learning and in that for tests.
  public var sampleCount: Int { training.sampleCount + test.sampleCount }

  private let training: SpokenDigitsFile
  private let test: SpokenDigitsFile
  private let channelsPerRow: Int
  private let binning: SpikeBinning
  private let counts: SampleCounts

  /// Opens the files; no spikes are read.
  /// - Parameters:
  ///   - path: The folder of the files.
  ///   - tickInMicroseconds: Duration of a tick in µs.
  ///   - tickCount: Ticks of every sample; most samples of SHD last less than 1 s. Spikes after the last are left out and counted.
  ///   - channelsPerRow: Channels that drive one row, 1 to 700; 5 gives 140 rows.
  ///   - fullDrive: Spikes of a tick from which on a row is driven fully; `nil` where their number does not matter.
  ///   - testPart: The file whose samples are the test samples; the other is not used.
  /// - Throws: `RecordingError`: a file is missing or damaged, or a setting is out of range.
  public init(
    path: String, tickInMicroseconds: Int64 = 1000, tickCount: Int = 1000, channelsPerRow: Int = 1,
    fullDrive: Int? = nil, testPart: TestPart = .test
  ) throws(RecordingError) {
    try RecordingError.checkSetting("channels per row", channelsPerRow, in: 1...SpokenDigitsFile.unitCount)
    self.channelsPerRow = channelsPerRow
    binning = try SpikeBinning(
      rowCount: (SpokenDigitsFile.unitCount + channelsPerRow - 1) / channelsPerRow,
      tickInMicroseconds: tickInMicroseconds, tickCount: tickCount, fullDrive: fullDrive)
    try DataSetOrigin.spokenDigits.checkFolder(path)
    let names = try FolderListing.names(in: path)
    training = try Self.file("_train.h5", of: names, in: path)
    test = try Self.file("_\(testPart.rawValue).h5", of: names, in: path)
    let (shorter, longer) =
      training.classNames.count < test.classNames.count
      ? (training.classNames, test.classNames) : (test.classNames, training.classNames)
    // A file without names has no more classes than labels.
    guard longer.starts(with: shorter) else {
      throw .fileFormat(
        file: test.path, part: "extra/keys",
        expected: "\(training.classNames.count) words, as in \(training.path)", found: "other words")
    }
    classNames = longer
    counts = SampleCounts(sampleCount: training.sampleCount + test.sampleCount)
  }

  private static func file(
    _ ending: String, of names: [String], in path: String
  ) throws(RecordingError) -> SpokenDigitsFile {
    let found = names.filter { $0.hasSuffix(ending) }
    guard found.count == 1 else {
      throw DataSetOrigin.spokenDigits.error(
        at: path, expected: "one file whose name ends in \(ending)",
        found: found.isEmpty ? "none" : found.joined(separator: ", "))
    }
    return try SpokenDigitsFile(path: "\(path)/\(found[0])")
  }

  private func place(_ index: Int) -> (file: SpokenDigitsFile, number: Int) {
    index < training.sampleCount ? (training, index) : (test, index - training.sampleCount)
  }

  /// Describes a sample; its identifier is its part and its number in the file.
  public func description(ofSample index: Int) -> SampleDescription {
    let (file, number) = place(index)
    let split: DataSplit = index < training.sampleCount ? .train : .test
    return SampleDescription(
      identifier: "\(split):\(number)", label: file.labels[number], group: file.speakers?[number] ?? -1, split: split,
      tickCount: binning.tickCount)
  }

  /// Nothing is fitted.
  public func fit(trainingSamples: [Int]) {}

  /// Reads one sample and puts its spikes into ticks.
  public func encode(sample index: Int, into raster: inout SpikeRaster) throws {
    let (file, number) = place(index)
    let spikes = try file.spikes(ofSample: number)
    let dropped = binning.encode(
      times: spikes.timesInMicroseconds, rows: spikes.units.map { $0 / channelsPerRow }, into: &raster)
    counts.add(index, events: spikes.units.count, spikes: raster.spikeCount, dropped: dropped)
  }

  /// Counts over the samples encoded so far.
  public var encodingReport: EncodingReport? { counts.report }

  /// SHA-256 over the lines "part, SHA-256 of the contents" of both files.
  public var fingerprint: String {
    get throws {
      try counts.fingerprint { () throws(RecordingError) in
        try FileDigest.sha256(train: training.path, test: test.path)
      }
    }
  }
}
