import Kernels

/// Pattern generation: from frozen noise, the readout is to draw a fixed curve.
///
///     s(t) = Σ over f of a_f·sin(2π·(f·t + φ_f))        f = 1, 2, 3, 5 per sample
///
/// The rows spike in each tick with a probability of 0.05, the same in every trial; amplitudes a_f are uniform in 0.5…2, phases φ_f
/// uniform in a turn, drawn once. All trials are alike: passes over them show how the error falls.
/// - Reference: the task of G. Bellec et al., Nat. Commun. 11, 3625 (2020), doi:10.1038/s41467-020-17236-y, as set up by
///   Y. Demirag, C. Frenkel, M. Payvand, G. Indiveri 2021, arXiv:2108.01804.
public final class PatternGeneration: SampleSource {
  /// Rows of noise.
  public let inputRowCount = 100
  /// The curve.
  public let classNames = ["curve"]
  /// Trials for learning and for tests.
  public var sampleCount: Int { trials.count }
  /// Nothing was encoded.
  public var encodingReport: EncodingReport? { nil }

  private static let frequencies = [1, 2, 3, 5]
  private static let probability: Float = 0.05

  private let trials: TaskTrials
  private let curve: [Float]

  /// A task of so many trials.
  /// - Parameters:
  ///   - ticks: length of a trial, 10 to 1 000 000.
  ///   - seed: of noise and curve.
  /// - Throws: `RecordingError.setting`.
  public init(trainingTrials: Int, testTrials: Int, ticks: Int, seed: UInt64) throws(RecordingError) {
    guard 10...1_000_000 ~= ticks else {
      throw RecordingError.setting(name: "ticks of a trial", expected: "10 to 1000000", found: "\(ticks)")
    }
    trials = try TaskTrials(training: trainingTrials, test: testTrials, seed: seed)
    let stream = trials.stream
    let waves = Self.frequencies.map { frequency in
      let words = stream.words(array: 0, item: frequency, event: 0)
      return (
        frequency: Float(frequency), amplitude: 0.5 + 1.5 * RandomStream.uniform(words[0]),
        phase: RandomStream.uniform(words[1])
      )
    }
    curve = (0..<ticks).map { tick in
      waves.reduce(Float(0)) { sum, wave in
        let turns = wave.frequency * Float(tick) / Float(ticks) + wave.phase
        return sum + wave.amplitude * PortableMath.sineCosine(ofTurn: turns - turns.rounded(.down)).sine
      }
    }
  }

  /// Describes a trial.
  public func description(ofSample index: Int) -> SampleDescription {
    trials.describe(index, label: 0, tickCount: curve.count, firstScoredTick: 0)
  }

  /// Nothing is fitted.
  public func fit(trainingSamples: [Int]) {}

  /// The curve, one value for each tick.
  public func targetSignals(ofSample index: Int) -> [Float]? { curve }

  /// Draws the noise, the same for all trials.
  public func encode(sample index: Int, into raster: inout SpikeRaster) {
    let stream = trials.stream
    raster.removeAll(rowCount: inputRowCount)
    for tick in 0..<curve.count {
      for first in stride(from: 0, to: inputRowCount, by: 4) {
        let words = stream.words(array: 1, item: first / 4, event: UInt64(tick))
        for lane in 0..<4 where RandomStream.uniform(words[lane]) < Self.probability { raster.appendRow(first + lane) }
      }
      raster.endTick()
    }
  }

  /// SHA-256 over the settings.
  public var fingerprint: String { trials.fingerprint("pattern-generation \(curve.count)") }
}
