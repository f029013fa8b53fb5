import Kernels

/// The part of a data set a sample belongs to.
public enum DataSplit: Sendable, Equatable, CustomStringConvertible {
  /// For learning.
  case train
  /// For measuring.
  case test
  /// The data set makes no split.
  case unspecified

  /// The name of the part.
  public var description: String {
    switch self {
    case .train: "training"
    case .test: "test"
    case .unspecified: "unspecified"
    }
  }
}

/// What is known of a sample without reading it.
public struct SampleDescription: Sendable, Equatable {
  /// A name that stays the same from run to run and machine to machine.
  public var identifier: String
  /// Index in the class names.
  public var label: Int
  /// Who or what the sample comes from, such as the person; −1 where the data set does not say.
  public var group: Int
  /// The part of the data set.
  public var split: DataSplit
  /// Number of ticks of the encoded sample.
  public var tickCount: Int
  /// Tick from which on the label is asked for; 0 for all ticks.
  public var firstScoredTick: Int

  /// Sets all fields.
  public init(
    identifier: String, label: Int, group: Int, split: DataSplit, tickCount: Int, firstScoredTick: Int = 0
  ) {
    self.firstScoredTick = firstScoredTick
    self.identifier = identifier
    self.label = label
    self.group = group
    self.split = split
    self.tickCount = tickCount
  }
}

/// Labelled samples as spikes: what the emulator streams.
///
/// A source holds compact tables only, never the samples, so its memory does not depend on the length of the recordings.
public protocol SampleSource: AnyObject, Sendable {
  /// Number of input rows of every sample.
  var inputRowCount: Int { get }
  /// The image that the rows are the pixels of; `nil` for other recordings.
  var imageShape: ImageShape? { get }
  /// What drives a row, for people.
  /// - Precondition: `row` is in `0..<inputRowCount`.
  func rowName(_ row: Int) -> String
  /// Name of each label.
  var classNames: [String] { get }
  /// Number of samples.
  var sampleCount: Int { get }
  /// SHA-256 of the input files, as 64 hexadecimal digits; the first use reads the files.
  var fingerprint: String { get throws }
  /// What the encoding did to the signal; `nil` before there is something to report.
  var encodingReport: EncodingReport? { get }

  /// Describes a sample.
  /// - Precondition: `index` is in `0..<sampleCount`.
  func description(ofSample index: Int) -> SampleDescription

  /// Fits the encoder on these samples and no others; does nothing where there is nothing to fit.
  ///
  /// The result depends on the set of samples, not on their order.
  func fit(trainingSamples: [Int]) throws

  /// The label of each tick of a sample, −1 where it does not count; `nil` where the sample has one label.
  func tickLabels(ofSample index: Int) throws -> [Int8]?

  /// What the outputs are to be in each tick of a sample `[ticks × classes]`; `nil` where the sample has labels.
  func targetSignals(ofSample index: Int) throws -> [Float]?

  /// Replaces the contents of `raster` by the spikes of a sample, which depend on nothing but the sample and the fit.
  ///
  /// May be called from any thread.
  /// - Throws: `RecordingError`: the recording cannot be read, is damaged, or the encoder is not fitted.
  /// - Precondition: `index` is in `0..<sampleCount`.
  func encode(sample index: Int, into raster: inout SpikeRaster) throws
}

/// What an encoding did to the signal.
public enum EncodingReport: Sendable, Equatable {
  /// How well the spikes describe the sampled channels, over the training samples.
  case channels([ChannelReconstruction])
  /// What became of camera events, over all samples encoded so far, each counted once.
  case events(EventEncodingCounts)
}

/// Fate of camera events in an encoding.
public struct EventEncodingCounts: Sendable, Equatable {
  /// Samples encoded so far.
  public var samples = 0
  /// Events read.
  public var events = 0
  /// Spikes made; events of one pixel and polarity in one tick make one spike.
  public var spikes = 0
  /// Events after the last tick, which were left out.
  public var dropped = 0
  /// Events earlier than their predecessor, which were given its time.
  public var clamped = 0

  /// Counts of nothing.
  public init() {}
}

extension SampleSource {
  /// None: a sample has one label.
  public func tickLabels(ofSample index: Int) throws -> [Int8]? { nil }
  /// Labels only.
  public func targetSignals(ofSample index: Int) throws -> [Float]? { nil }
  /// No image.
  public var imageShape: ImageShape? { nil }
  /// The pixel and polarity of an image, else the number.
  public func rowName(_ row: Int) -> String {
    guard let shape = imageShape else { return "row \(row)" }
    let pixel = shape.pixel(ofRow: row)
    let polarity = shape.channels == 2 ? (pixel.channel == 0 ? " off" : " on") : " channel \(pixel.channel)"
    return "pixel \(pixel.x),\(pixel.y)\(polarity)"
  }
}
