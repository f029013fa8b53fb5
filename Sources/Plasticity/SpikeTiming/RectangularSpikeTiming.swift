import Glibc
import Kernels

/// STDP of memristors: an output spike writes its whole column with pulses of two polarities.
///
/// Rows with a spike in the last `window` ticks, this one included, are potentiated, all others depressed. Input spikes write
/// nothing. With u = w/W, graded changes are
///
///     Δw+ = +W·α+·exp(−β·u)        Δw− = −W·α−·exp(−β·(1 − u))
///
/// and binary ones take a synapse to W with probability α+, or to 0 with probability α−.
///
/// | symbol | name | unit | default |
/// | --- | --- | --- | --- |
/// | α+ | `potentiation` | of W, or a probability | 0.01 |
/// | α− | `depression` | of W, or a probability | 0.005 |
/// | β | `softness`; `nil` for binary synapses | 1 | 3 |
/// | | `window` | ticks | |
/// | W | `bound`, the largest weight | weight | |
/// - Reference: graded: D. Querlioz, O. Bichler, P. Dollfus, C. Gamrat, IEEE Trans. Nanotechnol. 12, 288 (2013),
///   doi:10.1109/TNANO.2013.2250995; binary: M. Suri et al., IEEE Trans. Electron Devices 60, 2402 (2013),
///   doi:10.1109/TED.2013.2263000.
public final class RectangularSpikeTiming: SpikeTimingRule, @unchecked Sendable {
  /// What the user sets.
  public struct Parameters: Sendable, Equatable {
    /// Change α+ of rows with a recent spike, or its probability.
    public var potentiation: Float
    /// Change α− of all other rows, or its probability.
    public var depression: Float
    /// Softness β of the bounds; `nil` for binary synapses.
    public var softness: Float?
    /// Ticks for which a row counts as recent, from 1.
    public var window: Int

    /// Sets all numbers.
    public init(potentiation: Float, depression: Float, softness: Float?, window: Int) {
      self.potentiation = potentiation
      self.depression = depression
      self.softness = softness
      self.window = window
    }
  }

  /// What the user set.
  public let parameters: Parameters
  /// Factor on all changes, of binary synapses on the probabilities.
  public var rate: Float = 1

  private let bound: Float
  private let rows, columns: Int
  private let array: Int
  private let stream: RandomStream
  /// Tick of the last spike of each row.
  private let lastSpikes: AlignedBuffer<Int32>
  private var tick: Int32 = 0

  /// A rule for `rows` inputs and `columns` neurons whose weights are at most `bound`.
  /// - Parameters:
  ///   - array: number of the array, for random draws.
  ///   - seed: seed of the run.
  public init(parameters: Parameters, rows: Int, columns: Int, bound: Float, array: Int, seed: UInt64) {
    self.parameters = parameters
    self.bound = bound
    self.rows = rows
    self.columns = columns
    self.array = array
    stream = RandomStream(seed: seed, purpose: .spikeTiming)
    lastSpikes = AlignedBuffer(count: rows)
    rest()
  }

  /// One bit for each row; a column is written at an output spike.
  public var needs: LearningNeeds {
    LearningNeeds(
      rule: parameters.softness == nil ? "binary STDP" : "rectangular STDP", wordsPerRow: 1, wordsPerColumn: 0,
      extraReads: parameters.softness == nil ? "none" : "the weights that change",
      writeShape: "a column of two polarities per output spike", writeTiming: "the tick of the spike")
  }

  /// Forgets all spikes.
  public func rest() {
    tick = 0
    lastSpikes.fill(Int32.min / 2)
  }

  /// Lets one tick pass.
  public func advance() { tick += 1 }

  /// Never.
  public var changesRows: Bool { false }

  /// None.
  public func rowChanges(
    row: Int, columns: Range<Int>, weights: UnsafePointer<Float>, into changes: UnsafeMutablePointer<Float>
  ) {
    changes.update(repeating: 0, count: columns.count)
  }

  /// Takes the input spikes of the tick.
  public func noteInputs(_ rows: UnsafeBufferPointer<Int32>) {
    for row in rows { lastSpikes[Int(row)] = tick }
  }

  /// Changes of a column.
  public func columnChanges(
    neuron: Int, weights: UnsafePointer<Float>, stride: Int, event: UInt64, into changes: UnsafeMutablePointer<Float>
  ) {
    let oldest = tick - Int32(parameters.window) + 1
    guard let softness = parameters.softness else {
      return flip(neuron: neuron, weights: weights, stride: stride, event: event, oldest: oldest, into: changes)
    }
    let (up, down) = (rate * bound * parameters.potentiation, -rate * bound * parameters.depression)
    for row in 0..<rows {
      let weight = weights[row * stride]
      let fraction = min(max(weight / bound, 0), 1)
      let change =
        lastSpikes[row] >= oldest
        ? up * expf(-softness * fraction) : down * expf(-softness * (1 - fraction))
      changes[row] = boundedChange(change, of: weight, bound: bound)
    }
  }

  private func flip(
    neuron: Int, weights: UnsafePointer<Float>, stride: Int, event: UInt64, oldest: Int32,
    into changes: UnsafeMutablePointer<Float>
  ) {
    let groups = (rows + 3) / 4
    let chances = (rate * parameters.potentiation, rate * parameters.depression)
    for group in 0..<groups {
      let first = 4 * group
      let words = stream.words(array: array, item: neuron * groups + group, event: event)
      for row in first..<min(first + 4, rows) {
        let isRecent = lastSpikes[row] >= oldest
        let draw = RandomStream.uniform(words[row - first])
        let weight = weights[row * stride]
        let change = isRecent ? bound - weight : -weight
        changes[row] = draw <= (isRecent ? chances.0 : chances.1) ? change : 0
      }
    }
  }

  /// Nothing is kept of output spikes.
  public func noteSpike(_ neuron: Int) {}
}
