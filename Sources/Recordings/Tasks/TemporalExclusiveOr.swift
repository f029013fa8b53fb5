import Kernels

/// Temporal exclusive or: two bits, one after the other, and then the question whether they differed.
///
/// | ticks | rows 0–9 | rows 10–19 |
/// | --- | --- | --- |
/// | 5–14 | spike for a first bit of 0 | for 1 |
/// | 45–54 | spike for a second bit of 0 | for 1 |
/// | 80–99 | silent; the answer is asked for | |
///
/// A row that spikes does so in each tick with probability 0.5. No single bit tells the answer, and nothing but the memory of the
/// neurons bridges the 40 ticks between them.
public final class TemporalExclusiveOr: SampleSource {
  /// Rows of both bits.
  public let inputRowCount = 2 * rowsPerValue
  /// Whether the bits differ.
  public let classNames = ["same", "different"]
  /// Trials for learning and for tests.
  public var sampleCount: Int { trials.count }
  /// Nothing was encoded.
  public var encodingReport: EncodingReport? { nil }

  private static let rowsPerValue = 10
  private static let tickCount = 100
  private static let firstScoredTick = 80
  private static let cues = [5..<15, 45..<55]

  private let trials: TaskTrials

  /// A task of so many trials.
  /// - Parameter seed: of the trials; another seed gives other trials.
  /// - Throws: `RecordingError.setting`.
  public init(trainingTrials: Int, testTrials: Int, seed: UInt64) throws(RecordingError) {
    trials = try TaskTrials(training: trainingTrials, test: testTrials, seed: seed)
  }

  private func bits(ofTrial index: Int) -> [Int] {
    let word = trials.stream.words(array: 0, item: index, event: 0)[0]
    return [Int(word >> 31), Int(word >> 30 & 1)]
  }

  /// Describes a trial.
  public func description(ofSample index: Int) -> SampleDescription {
    let bits = bits(ofTrial: index)
    return trials.describe(
      index, label: bits[0] ^ bits[1], tickCount: Self.tickCount, firstScoredTick: Self.firstScoredTick)
  }

  /// Nothing is fitted.
  public func fit(trainingSamples: [Int]) {}

  /// Draws the spikes of a trial.
  public func encode(sample index: Int, into raster: inout SpikeRaster) {
    let bits = bits(ofTrial: index)
    raster.removeAll(rowCount: inputRowCount)
    for tick in 0..<Self.tickCount {
      if let cue = Self.cues.firstIndex(where: { $0.contains(tick) }) {
        // One word has a bit for each row.
        let word = trials.stream.words(array: 1, item: index, event: UInt64(tick))[0]
        for row in 0..<Self.rowsPerValue where word >> row & 1 == 1 {
          raster.appendRow(bits[cue] * Self.rowsPerValue + row)
        }
      }
      raster.endTick()
    }
  }

  /// SHA-256 over the settings.
  public var fingerprint: String { trials.fingerprint("temporal-xor") }
}
