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
/// | | `membrane`: potentials of whole units, with a leak of their own | | none | |
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
    /// Potentials of whole units, whose leak takes the place of the time constant; `nil` for real numbers.
    public var membrane: QuantisedMembrane?

    /// Sets all numbers.
    public init(
      membraneTimeConstant: Double, timeStep: Double, threshold: Float, surrogate: SurrogateDerivative,
      reset: Reset = .subtractive, refractoryTicks: Int = 0, synapseTimeConstant: Double = 0,
      adaptation: AdaptiveThreshold? = nil, membrane: QuantisedMembrane? = nil
    ) {
      self.membraneTimeConstant = membraneTimeConstant
      self.timeStep = timeStep
      self.threshold = threshold
      self.surrogate = surrogate
      self.reset = reset
      self.refractoryTicks = refractoryTicks
      self.synapseTimeConstant = synapseTimeConstant
      self.adaptation = adaptation
      self.membrane = membrane
    }

    /// Membrane decay λ per tick.
    public var leak: Float { membrane?.decay ?? Float(exp(-timeStep / membraneTimeConstant)) }
    /// Threshold above which neurons spike: θ, of a quantised membrane the nearest number of units.
    public var effectiveThreshold: Float { membrane.map { Float($0.units(of: threshold)) * $0.scale } ?? threshold }
    /// Decay of the filtered input λs per tick, 0 without filter.
    public var synapseLeak: Float { synapseTimeConstant > 0 ? Float(exp(-timeStep / synapseTimeConstant)) : 0 }
    /// Decay of the adaptation ρ per tick, 0 without.
    public var adaptationDecay: Float { adaptation.map { Float(exp(-timeStep / $0.timeConstant)) } ?? 0 }
    /// Whether a spike leaves nothing but the potential behind, from which its threshold is subtracted.
    public var isPlain: Bool {
      reset == .subtractive && refractoryTicks == 0 && synapseTimeConstant == 0 && adaptation == nil && membrane == nil
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

  /// What outlasts a sample that the next one begins at rest: the membrane potentials.
  public struct State: Sendable, Equatable {
    /// Potential of each neuron, weight units.
    public var potentials: [Float]

    /// A state from its potentials.
    public init(potentials: [Float]) {
      self.potentials = potentials
    }
  }

  /// What goes on beside the potentials; empty where there is nothing of the kind.
  public struct Dynamics: Sendable, Equatable {
    /// Rises of the thresholds in units of their strengths.
    public var adaptations: [Float]
    /// Filtered input, weight units.
    public var currents: [Float]
    /// Ticks that a neuron stays refractory.
    public var refractoryLeft: [Float]

    /// Sets all three.
    public init(adaptations: [Float], currents: [Float], refractoryLeft: [Float]) {
      (self.adaptations, self.currents, self.refractoryLeft) = (adaptations, currents, refractoryLeft)
    }
  }

  /// Where the draws of a stochastic leak come from: those of neuron n are of item `firstItem` + n/4.
  public struct Draws: Sendable {
    /// The stream of the run.
    public var stream: RandomStream
    /// Number of the array in front.
    public var array: Int
    /// Item of the first four neurons.
    public var firstItem: Int

    /// Sets all numbers.
    public init(stream: RandomStream, array: Int, firstItem: Int = 0) {
      (self.stream, self.array, self.firstItem) = (stream, array, firstItem)
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
  private let membrane: cpk_membrane?
  private let source: Draws?
  private let draws: AlignedBuffer<Int32>

  /// Neurons at rest behind the columns of `layout`.
  /// - Parameter draws: needed where the leak of the membranes is stochastic.
  public init(parameters: Parameters, layout: BlockedLayout, draws source: Draws? = nil) {
    let isStochastic = parameters.membrane?.isStochastic ?? false
    precondition(!isStochastic || source != nil, "a stochastic leak needs draws")
    self.parameters = parameters
    self.source = isStochastic ? source : nil
    membrane = parameters.membrane.map { cpk_membrane($0, threshold: parameters.threshold) }
    draws = AlignedBuffer(count: isStochastic ? layout.paddedColumns : 0)
    let threshold = parameters.effectiveThreshold
    self.layout = layout
    potentials = AlignedBuffer(count: layout.paddedColumns)
    constants = cpk_lif(
      leak: parameters.leak, threshold: threshold, inverse_threshold: 1 / threshold,
      gain: parameters.surrogate.gain / threshold, kind: Int32(parameters.surrogate.kind.rawValue),
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
  ///   - tick: number of the tick in the run, the event of a stochastic leak.
  /// - Returns: number of spikes.
  @discardableResult
  public func step(
    block: Int, input: UnsafePointer<Float>, psi: UnsafeMutablePointer<Float>?, spikes: UnsafeMutablePointer<UInt8>,
    tick: UInt64 = 0
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
    guard var membrane else {
      return cpk_neuron_step(&general, potentials.base + start, input, psi, spikes, layout.blockWidth)
    }
    if let source { general.draws = draw(from: source, start: start, tick: tick) }
    return withUnsafePointer(to: &membrane) {
      general.membrane = $0
      return cpk_neuron_step(&general, potentials.base + start, input, psi, spikes, layout.blockWidth)
    }
  }

  /// Draws of the neurons of a block, four of each counter.
  private func draw(from source: Draws, start: Int, tick: UInt64) -> UnsafePointer<Int32> {
    let own = draws.base + start
    for lane in stride(from: 0, to: layout.blockWidth, by: 4) {
      let words = source.stream.words(array: source.array, item: source.firstItem + (start + lane) / 4, event: tick)
      for word in 0..<4 { own[lane + word] = Int32(words[word] >> UInt32(32 - QuantisedMembrane.fractionBits)) }
    }
    return UnsafePointer(own)
  }

  /// All but the potentials, where neurons go on between samples.
  public var dynamics: Dynamics {
    get {
      Dynamics(adaptations: values(adaptations), currents: values(currents), refractoryLeft: values(refractoryLeft))
    }
    set {
      set(adaptations, to: newValue.adaptations)
      set(currents, to: newValue.currents)
      set(refractoryLeft, to: newValue.refractoryLeft)
    }
  }

  private func values(_ buffer: borrowing AlignedBuffer<Float>) -> [Float] {
    buffer.count == 0 ? [] : (0..<count).map { buffer[layout.paddedColumn($0)] }
  }

  private func set(_ buffer: borrowing AlignedBuffer<Float>, to values: [Float]) {
    precondition(values.count == (buffer.count == 0 ? 0 : count), "one value for each neuron is needed")
    for (neuron, value) in values.enumerated() { buffer[layout.paddedColumn(neuron)] = value }
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

extension cpk_membrane {
  fileprivate init(_ membrane: QuantisedMembrane, threshold: Float) {
    let (shift, factor): (Int, Int32) =
      switch membrane.leak {
      case .shift(let places): (places, 0)
      case .product(let factor, _): (0, factor)
      }
    self.init(
      scale: membrane.scale, inverse_scale: 1 / membrane.scale, smallest: membrane.range.lowerBound,
      largest: membrane.range.upperBound, threshold: membrane.units(of: threshold), shift: Int32(shift), factor: factor)
  }
}
