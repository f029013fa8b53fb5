import Kernels

/// Sounds in folders by class, as spikes of an artificial cochlea: ``CochleaEncoder``.
///
/// The layout is that of ``ClassFolder`` with WAV files; that of Google Speech Commands is one of them. A sample begins with its
/// file and has a fixed number of ticks: shorter sounds end in silence, longer ones are cut. Several channels are averaged. Files
/// of another rate than the first are resampled to it. Where each name holds `_nohash_`, what stands ahead of it is the speaker, and
/// samples can be split by speaker.
/// - Reference: Warden, "Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition", arXiv:1804.03209, for the names
public final class SoundFolderSource: SampleSource {
  /// How sounds become spikes.
  public struct Parameters: Sendable, Equatable {
    /// Duration of a tick in µs.
    public var tickInMicroseconds: Int64
    /// Ticks of every sample.
    public var tickCount: Int
    /// Filters of the bank; their frequencies as of ``GammatoneFilterBank``.
    public var bandCount: Int
    /// Centre of the first filter in Hz.
    public var lowestFrequencyInHertz: Double
    /// Centre of the last filter in Hz.
    public var highestFrequencyInHertz: Double
    /// What becomes of the response of a band.
    public var compression: CochleaEncoder.Compression
    /// How a band spikes.
    public var spiking: CochleaEncoder.Spiking
    /// Whether each sound is scaled to full scale.
    public var isNormalised: Bool

    /// Sets all.
    public init(
      tickInMicroseconds: Int64 = 1000, tickCount: Int = 1000, bandCount: Int = 64,
      lowestFrequencyInHertz: Double = 80, highestFrequencyInHertz: Double = 7000,
      compression: CochleaEncoder.Compression = .squareRoot, spiking: CochleaEncoder.Spiking = .integrateAndFire(),
      isNormalised: Bool = true
    ) {
      self.tickInMicroseconds = tickInMicroseconds
      self.tickCount = tickCount
      self.bandCount = bandCount
      self.lowestFrequencyInHertz = lowestFrequencyInHertz
      self.highestFrequencyInHertz = highestFrequencyInHertz
      self.compression = compression
      self.spiking = spiking
      self.isNormalised = isNormalised
    }
  }

  /// One or two rows per band, those of low frequencies first.
  public var inputRowCount: Int { encoder.rowCount }
  /// Names of the folders.
  public var classNames: [String] { folder.classNames }
  /// Number of files.
  public var sampleCount: Int { folder.entries.count }

  private let folder: ClassFolder
  private let parameters: Parameters
  private let encoder: CochleaEncoder.Parameters
  /// Speaker of each file; −1 where names do not say.
  private let speakers: [Int]
  private let counts: SampleCounts

  private static let speakerMark = "_nohash_"

  /// Lists the folder; of the first file the head is read.
  /// - Throws: `RecordingError`: the folder is not laid out as it should be, or a setting does not suit the sound.
  public init(path: String, parameters: Parameters) throws(RecordingError) {
    try RecordingError.checkSetting("ticks of a sample", parameters.tickCount, in: 1...10_000_000)
    self.parameters = parameters
    folder = try ClassFolder(path: path, endings: ["wav"], kind: "WAV files")
    let first = try WAVFile.open(path: "\(path)/\(folder.entries[0].path)")
    guard let rate = Int(exactly: first.sampleRateInHertz) else {
      throw .setting(name: "sample rate", expected: "a whole number of Hz", found: "\(first.sampleRateInHertz)")
    }
    encoder = try CochleaEncoder.Parameters(
      bank: .init(
        sampleRateInHertz: rate, bandCount: parameters.bandCount,
        lowestFrequencyInHertz: parameters.lowestFrequencyInHertz,
        highestFrequencyInHertz: parameters.highestFrequencyInHertz),
      tickInMicroseconds: parameters.tickInMicroseconds, compression: parameters.compression,
      spiking: parameters.spiking)
    speakers = Self.speakers(of: folder.entries.map(\.path))
    counts = SampleCounts(sampleCount: folder.entries.count)
  }

  private static func speakers(of paths: [String]) -> [Int] {
    let names = paths.map { path -> String? in
      let file = path.split(separator: "/").last ?? ""
      return file.firstRange(of: speakerMark).map { String(file[..<$0.lowerBound]) }
    }
    guard !names.contains(nil) else { return [Int](repeating: -1, count: paths.count) }
    let known = names.compactMap { $0 }
    let numbers = Dictionary(uniqueKeysWithValues: Set(known).sorted().enumerated().map { ($1, $0) })
    return known.map { numbers[$0] ?? -1 }
  }

  /// Describes a sample; its identifier is its path inside the folder.
  public func description(ofSample index: Int) -> SampleDescription {
    let entry = folder.entries[index]
    return SampleDescription(
      identifier: entry.path, label: entry.label, group: speakers[index], split: entry.split,
      tickCount: parameters.tickCount)
  }

  /// Nothing is fitted.
  public func fit(trainingSamples: [Int]) {}

  /// Reads a sound and encodes it.
  public func encode(sample index: Int, into raster: inout SpikeRaster) throws {
    let path = "\(folder.path)/\(folder.entries[index].path)"
    var sound = try sound(of: path)
    if parameters.isNormalised, let peak = sound.map(abs).max(), peak > 0 {
      for place in sound.indices { sound[place] /= peak }
    }
    var cochlea = CochleaEncoder(encoder)
    cochlea.begin(&raster)
    sound.withUnsafeBufferPointer { cochlea.append($0, to: &raster) }
    cochlea.finish(&raster)
    while raster.tickCount < parameters.tickCount { raster.endTick() }
    counts.add(index, events: raster.spikeCount, spikes: raster.spikeCount, dropped: 0)
  }

  /// As much of a file as a sample holds: the mean of its channels.
  private func sound(of path: String) throws(RecordingError) -> [Float] {
    let rate = encoder.bank.sampleRateInHertz
    let length = Int(Int64(parameters.tickCount) * parameters.tickInMicroseconds * Int64(rate) / 1_000_000)
    var signal = try WAVFile.open(path: path)
    if signal.sampleRateInHertz != Double(rate) { signal = try signal.resampled(toHertz: Double(rate)) }
    let width = signal.channels.count
    var sound: [Float] = []
    var values: [Float] = []
    while sound.count < length, try signal.next(into: &values, atMost: min(1 << 14, length - sound.count)) {
      for start in stride(from: 0, to: values.count, by: width) {
        sound.append(values[start..<start + width].reduce(0, +) / Float(width))
      }
    }
    return sound.count > length ? Array(sound.prefix(length)) : sound
  }

  /// Spikes over the samples encoded so far.
  public var encodingReport: EncodingReport? { counts.report }

  /// SHA-256 over the lines "relative path, SHA-256 of the contents" of every file, in order.
  public var fingerprint: String {
    get throws {
      try counts.fingerprint { () throws(RecordingError) in
        try FileDigest.sha256(ofFiles: folder.entries.map(\.path), in: folder.path)
      }
    }
  }
}
