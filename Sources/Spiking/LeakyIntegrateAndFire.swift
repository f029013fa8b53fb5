import CKernels
import Glibc
import Kernels

/// A population of leaky integrate-and-fire neurons with strict threshold, in tick form.
///
///     I(t) = λs·I(t−1) + Σ w                                a(t) = ρ·a(t−1) + z(t−1)
///     U(t) = λ·U(t−1) + I(t) − θ·z(t−1)                     subtractive reset
///     U(t) = λ·U(t−1)·(1 − z(t−1)) + I(t)                   reset to zero
///     z(t) = 1 where U(t) > θ + β·a(t) and no spike was less than n ticks ago, else 0
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | τ, λ = exp(−Δt/τ) | `membraneTimeConstant` | s | 20 ms | > 0 |
/// | Δt | `timeStep` | s | 1 ms | > 0 |
/// | θ | `threshold` | 1 (weight units) | 1 | > 0 |
/// | | `reset` | | subtractive | |
/// | n | `refractoryTicks`: ticks after a spike without another | ticks | 0 | ≥ 0 |
/// | τs, λs = exp(−Δt/τs) | `synapseTimeConstant`: filter of the input; 0 for none | s | 0 | ≥ 0 |
/// | β, τa, ρ = exp(−Δt/τa) | `adaptation` | | none | |
///
/// The spike of the last tick is not stored: it follows from the stored potential.
/// - Reference: A. Moitra et al. 2024, equations 1 and 2; conventions and adaptation of G. Bellec et al., Nat. Commun. 11, 3625
///   (2020).
public final class LeakyIntegrateAndFire: @unchecked Sendable {
  /// What the user sets.
  public struct Parameters: Sendable, Equatable {
    /// Membrane time constant τ, seconds.
    public var membraneTimeConstant: Double
    /// Length of a tick Δt, seconds.
    public var timeStep: Double
    /// Threshold θ.
    public var threshold: Float
    /// Pseudo-derivative for learning.
    public var surrogate: SurrogateDerivative
    /// What a spike does to the potential.
    public var reset: Reset
    /// Ticks after a spike without another.
    public var refractoryTicks: Int
    /// Time constant of the filter of the input τs, seconds; 0 for none.
    public var synapseTimeConstant: Double
    /// Thresholds that rise with every spike; `nil` for fixed ones.
    public var adaptation: AdaptiveThreshold?

    /// Sets all numbers.
    public init(
      membraneTimeConstant: Double, timeStep: Double, threshold: Float, surrogate: SurrogateDerivative,
      reset: Reset = .subtractive, refractoryTicks: Int = 0, synapseTimeConstant: Double = 0,
      adaptation: AdaptiveThreshold? = nil
    ) {
      self.membraneTimeConstant = membraneTimeConstant
      self.timeStep = timeStep
      self.threshold = threshold
      self.surrogate = surrogate
      self.reset = reset
      self.refractoryTicks = refractoryTicks
      self.synapseTimeConstant = synapseTimeConstant
      self.adaptation = adaptation
    }

    /// Membrane decay λ per tick.
    public var leak: Float { Float(exp(-timeStep / membraneTimeConstant)) }
    /// Decay of the filtered input λs per tick, 0 without filter.
    public var synapseLeak: Float { synapseTimeConstant > 0 ? Float(exp(-timeStep / synapseTimeConstant)) : 0 }
    /// Decay of the adaptation ρ per tick, 0 without.
    public var adaptationDecay: Float { adaptation.map { Float(exp(-timeStep / $0.timeConstant)) } ?? 0 }
    /// Whether a spike leaves nothing but the potential behind, from which its threshold is subtracted.
    public var isPlain: Bool {
      reset == .subtractive && refractoryTicks == 0 && synapseTimeConstant == 0 && adaptation == nil
    }

    /// Strength of the adaptation of each of `count` neurons: β for the last of them, 0 for the others.
    public func adaptationStrengths(count: Int) -> [Float] {
      let adaptive = adaptation.map { Int((Double(count) * $0.share).rounded()) } ?? 0
      return (0..<count).map { $0 >= count - adaptive ? adaptation?.strength ?? 0 : 0 }
    }
  }

  /// What a spike does to the potential.
  public enum Reset: Sendable, Equatable {
    /// Takes the threshold off it: charge beyond the threshold stays.
    case subtractive
    /// Sets it to zero.
    case zero
  }

  /// What outlasts a sample: the membrane potentials. Adaptation, filtered input and refractory times do not.
  public struct State: Sendable, Equatable {
    /// Potential of each neuron, weight units.
    public var potentials: [Float]

    /// A state from its potentials.
    public init(potentials: [Float]) {
      self.potentials = potentials
    }
  }

  /// What the user set.
  public let parameters: Parameters
  /// Number of neurons and their blocks; the rows are those of the crossbar in front.
  public let layout: BlockedLayout
  private let potentials: AlignedBuffer<Float>
  private let constants: cpk_lif
  // Of neurons that are not plain; empty where nothing of the kind happens.
  private let isPlain: Bool
  private let (synapseLeak, adaptationDecay): (Float, Float)
  private let strengths: AlignedBuffer<Float>
  private let adaptations: AlignedBuffer<Float>
  private let currents: AlignedBuffer<Float>
  private let refractoryLeft: AlignedBuffer<Float>

  /// Neurons at rest behind the columns of `layout`.
  public init(parameters: Parameters, layout: BlockedLayout) {
    self.parameters = parameters
    self.layout = layout
    potentials = AlignedBuffer(count: layout.paddedColumns)
    constants = cpk_lif(
      leak: parameters.leak, threshold: parameters.threshold, inverse_threshold: 1 / parameters.threshold,
      gain: parameters.surrogate.gain / parameters.threshold, kind: Int32(parameters.surrogate.kind.rawValue),
      columns: 0)
    isPlain = parameters.isPlain
    (synapseLeak, adaptationDecay) = (parameters.synapseLeak, parameters.adaptationDecay)
    let padded = layout.paddedColumns
    strengths = AlignedBuffer(count: parameters.adaptation == nil ? 0 : padded)
    adaptations = AlignedBuffer(count: strengths.count)
    currents = AlignedBuffer(count: parameters.synapseTimeConstant > 0 ? padded : 0)
    refractoryLeft = AlignedBuffer(count: parameters.refractoryTicks > 0 ? padded : 0)
    guard strengths.count > 0 else { return }
    for (neuron, strength) in parameters.adaptationStrengths(count: layout.columns).enumerated() {
      strengths[layout.paddedColumn(neuron)] = strength
    }
  }

  /// Number of neurons.
  public var count: Int { layout.columns }
  /// Bytes of spike bits of all blocks in one tick.
  public var spikeBytesPerTick: Int { layout.paddedColumns / 8 }

  /// Puts all neurons to rest.
  public func rest() {
    potentials.fill(0)
    adaptations.fill(0)
    currents.fill(0)
    refractoryLeft.fill(0)
  }

  /// Advances the neurons of one block by one tick.
  ///
  /// - Parameters:
  ///   - input: summed weights of the active rows `[blockWidth]`.
  ///   - psi: receives the pseudo-derivative `[blockWidth]`; `nil` when nothing is learned.
  ///   - spikes: receives one bit per neuron `[blockWidth / 8]`.
  /// - Returns: number of spikes.
  @discardableResult
  public func step(
    block: Int, input: UnsafePointer<Float>, psi: UnsafeMutablePointer<Float>?, spikes: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var neuron = constants
    neuron.columns = layout.columns(inBlock: block).count
    let start = block * layout.blockWidth
    guard !isPlain else {
      return cpk_lif_step(&neuron, potentials.base + start, input, psi, spikes, layout.blockWidth)
    }
    var general = cpk_neuron()
    general.lif = neuron
    general.zero_reset = parameters.reset == .zero ? 1 : 0
    if strengths.count > 0 {
      general.strengths = UnsafePointer(strengths.base + start)
      general.adaptations = adaptations.base + start
      general.adaptation_decay = adaptationDecay
    }
    if currents.count > 0 {
      general.currents = currents.base + start
      general.synapse_leak = synapseLeak
    }
    if refractoryLeft.count > 0 {
      general.left = refractoryLeft.base + start
      general.refractory = Float(parameters.refractoryTicks)
    }
    return cpk_neuron_step(&general, potentials.base + start, input, psi, spikes, layout.blockWidth)
  }

  /// The state, for a checkpoint or a look.
  public var state: State {
    get { State(potentials: (0..<count).map { potentials[layout.paddedColumn($0)] }) }
    set {
      precondition(newValue.potentials.count == count, "a state of \(count) neurons is needed")
      for (neuron, value) in newValue.potentials.enumerated() { potentials[layout.paddedColumn(neuron)] = value }
    }
  }
}
