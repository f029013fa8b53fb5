import Glibc
import Kernels

/// Pair and triplet STDP with exponential traces.
///
///     input spike i:   w_ij −= W·(w_ij/W)^μ·o1_j·(A2− + A3−·r2_i)         before o1, o2 see this tick
///     output spike j:  w_ij += W·(1 − w_ij/W)^μ·r1_i·(A2+ + A3+·o2_j)     after r1 has seen this tick
///
/// Every trace decays exponentially and grows by 1 with a spike (all pairs), or is set to 1 (nearest spikes only). The slow
/// traces r2 and o2 act as they were before the spike that they belong to.
///
/// | symbol | name | unit | default |
/// | --- | --- | --- | --- |
/// | A2+ | `potentiation` | of W | 0.01 |
/// | A2− | `depression` | of W | 0.0105 |
/// | A3+, A3− | `tripletPotentiation`, `tripletDepression` | of W | 0: pairs |
/// | τ of r1, o1 | `inputTimeConstant`, `outputTimeConstant` | s | 20 ms |
/// | τ of r2, o2 | `slowInputTimeConstant`, `slowOutputTimeConstant` | s | 101 ms, 125 ms |
/// | μ | `weightDependence`: 0 additive, 1 multiplicative | 1 | 0 |
/// | W | `bound`, the largest weight | weight | |
/// - Reference: pairs: S. Song, K. D. Miller, L. F. Abbott, Nat. Neurosci. 3, 919 (2000), doi:10.1038/78829; weight dependence:
///   R. Gütig et al., J. Neurosci. 23, 3697 (2003); triplets: J.-P. Pfister, W. Gerstner, J. Neurosci. 26, 9673 (2006),
///   doi:10.1523/JNEUROSCI.1425-06.2006.
public final class ExponentialSpikeTiming: SpikeTimingRule, @unchecked Sendable {
  /// What the user sets.
  public struct Parameters: Sendable, Equatable {
    /// Growth A2+ for an input before an output spike, fraction of the bound.
    public var potentiation: Float
    /// Loss A2− for an input after an output spike, fraction of the bound.
    public var depression: Float
    /// Growth A3+ that an earlier output spike adds.
    public var tripletPotentiation: Float
    /// Loss A3− that an earlier input spike adds.
    public var tripletDepression: Float
    /// Time constant of r1, seconds.
    public var inputTimeConstant: Double
    /// Time constant of o1, seconds.
    public var outputTimeConstant: Double
    /// Time constant of r2, seconds.
    public var slowInputTimeConstant: Double
    /// Time constant of o2, seconds.
    public var slowOutputTimeConstant: Double
    /// Exponent μ.
    public var weightDependence: Float
    /// Whether a spike pairs with the nearest one only.
    public var isNearestOnly: Bool

    /// Sets all numbers.
    public init(
      potentiation: Float, depression: Float, tripletPotentiation: Float = 0, tripletDepression: Float = 0,
      inputTimeConstant: Double = 0.02, outputTimeConstant: Double = 0.02, slowInputTimeConstant: Double = 0.101,
      slowOutputTimeConstant: Double = 0.125, weightDependence: Float = 0, isNearestOnly: Bool = false
    ) {
      self.potentiation = potentiation
      self.depression = depression
      self.tripletPotentiation = tripletPotentiation
      self.tripletDepression = tripletDepression
      self.inputTimeConstant = inputTimeConstant
      self.outputTimeConstant = outputTimeConstant
      self.slowInputTimeConstant = slowInputTimeConstant
      self.slowOutputTimeConstant = slowOutputTimeConstant
      self.weightDependence = weightDependence
      self.isNearestOnly = isNearestOnly
    }

    /// Whether earlier spikes of the same side count.
    public var isTriplet: Bool { tripletPotentiation != 0 || tripletDepression != 0 }
  }

  /// What the user set.
  public let parameters: Parameters
  /// Factor on all changes.
  public var rate: Float = 1

  private let bound: Float
  private let allTraces: [DecayingTraces]
  private let fastInputs, slowInputs, fastOutputs, slowOutputs: DecayingTraces

  /// A rule for `rows` inputs and `columns` neurons whose weights are at most `bound`.
  public init(parameters: Parameters, rows: Int, columns: Int, bound: Float, timeStep: Double) {
    self.parameters = parameters
    self.bound = bound
    func traces(_ count: Int, _ timeConstant: Double, isUsed: Bool = true) -> DecayingTraces {
      DecayingTraces(
        count: isUsed ? count : 0, decay: Float(exp(-timeStep / timeConstant)), isNearestOnly: parameters.isNearestOnly)
    }
    fastInputs = traces(rows, parameters.inputTimeConstant)
    fastOutputs = traces(columns, parameters.outputTimeConstant)
    slowInputs = traces(rows, parameters.slowInputTimeConstant, isUsed: parameters.tripletDepression != 0)
    slowOutputs = traces(columns, parameters.slowOutputTimeConstant, isUsed: parameters.tripletPotentiation != 0)
    allTraces = [fastInputs, slowInputs, fastOutputs, slowOutputs]
  }

  /// One or two traces for each row and column; a row is written at an input spike, a column at an output spike.
  public var needs: LearningNeeds {
    LearningNeeds(
      rule: parameters.isTriplet ? "triplet STDP" : "pair STDP",
      wordsPerRow: slowInputs.count > 0 ? 2 : 1, wordsPerColumn: slowOutputs.count > 0 ? 2 : 1,
      extraReads: "the weights that change", writeShape: "a row per input spike, a column per output spike",
      writeTiming: "the tick of the spike")
  }

  /// Forgets all spikes.
  public func rest() {
    for traces in allTraces { traces.rest() }
  }

  /// Lets one tick pass.
  public func advance() {
    for traces in allTraces { traces.advance() }
  }

  /// Whether a neuron spiked not long ago.
  public var changesRows: Bool { fastOutputs.isAlive && (parameters.depression > 0 || slowInputs.count > 0) }

  /// Depression of a row.
  public func rowChanges(
    row: Int, columns: Range<Int>, weights: UnsafePointer<Float>, into changes: UnsafeMutablePointer<Float>
  ) {
    let slowTrace = slowInputs.count > 0 ? slowInputs.values[row] : 0
    let amplitude = -rate * bound * (parameters.depression + parameters.tripletDepression * slowTrace)
    let traces = fastOutputs.values.base + columns.lowerBound
    let exponent = parameters.weightDependence
    if exponent == 0 {
      // Most rules: without a branch, so that it becomes vector code.
      for lane in 0..<columns.count { changes[lane] = max(amplitude * traces[lane], min(-weights[lane], 0)) }
      return
    }
    for lane in 0..<columns.count {
      let weight = weights[lane]
      let factor = Self.power(weight / bound, exponent)
      changes[lane] = boundedChange(amplitude * traces[lane] * factor, of: weight, bound: bound)
    }
  }

  /// Takes the input spikes of the tick.
  public func noteInputs(_ rows: UnsafeBufferPointer<Int32>) {
    fastInputs.note(rows)
    slowInputs.note(rows)
  }

  /// Potentiation of a column.
  public func columnChanges(
    neuron: Int, weights: UnsafePointer<Float>, stride: Int, event: UInt64, into changes: UnsafeMutablePointer<Float>
  ) {
    let slow = slowOutputs.count > 0 ? slowOutputs.values[neuron] : 0
    let amplitude = rate * bound * (parameters.potentiation + parameters.tripletPotentiation * slow)
    let (exponent, traces, bound) = (parameters.weightDependence, fastInputs.values.base, bound)
    for row in 0..<fastInputs.count {
      let trace = traces[row]
      guard trace > 0 else {
        changes[row] = 0
        continue
      }
      let weight = weights[row * stride]
      let factor = Self.power(1 - weight / bound, exponent)
      changes[row] = boundedChange(amplitude * trace * factor, of: weight, bound: bound)
    }
  }

  /// Takes an output spike.
  public func noteSpike(_ neuron: Int) {
    fastOutputs.note(neuron)
    slowOutputs.note(neuron)
  }

  /// x^μ of a fraction; the two exponents that are mostly used cost no power.
  @inline(__always)
  private static func power(_ fraction: Float, _ exponent: Float) -> Float {
    if exponent == 0 { return 1 }
    let inside = min(max(fraction, 0), 1)
    return exponent == 1 ? inside : powf(inside, exponent)
  }
}
