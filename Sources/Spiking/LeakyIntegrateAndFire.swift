import CKernels
import Glibc
import Kernels

/// A population of leaky integrate-and-fire neurons with subtractive reset and strict threshold, in tick form.
///
///     U(t) = λ·U(t−1) + I(t) − θ·z(t−1)        z(t) = 1 where U(t) > θ, else 0        λ = exp(−Δt/τ)
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | τ | `membraneTimeConstant` | s | 20 ms | > 0 |
/// | Δt | `timeStep` | s | 1 ms | > 0 |
/// | θ | `threshold` | 1 (weight units) | 1 | > 0 |
///
/// The spike of the last tick is not stored: it is `U > θ` of the stored potential.
/// - Reference: A. Moitra et al. 2024, equations 1 and 2; conventions of G. Bellec et al., Nat. Commun. 11, 3625 (2020).
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

    /// Sets all numbers.
    public init(membraneTimeConstant: Double, timeStep: Double, threshold: Float, surrogate: SurrogateDerivative) {
      self.membraneTimeConstant = membraneTimeConstant
      self.timeStep = timeStep
      self.threshold = threshold
      self.surrogate = surrogate
    }

    /// Membrane decay λ per tick.
    public var leak: Float { Float(exp(-timeStep / membraneTimeConstant)) }
  }

  /// What evolves: the membrane potentials.
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

  /// Neurons at rest behind the columns of `layout`.
  public init(parameters: Parameters, layout: BlockedLayout) {
    self.parameters = parameters
    self.layout = layout
    potentials = AlignedBuffer(count: layout.paddedColumns)
    constants = cpk_lif(
      leak: parameters.leak, threshold: parameters.threshold, inverse_threshold: 1 / parameters.threshold,
      gain: parameters.surrogate.gain / parameters.threshold, kind: Int32(parameters.surrogate.kind.rawValue),
      columns: 0)
  }

  /// Number of neurons.
  public var count: Int { layout.columns }
  /// Bytes of spike bits of all blocks in one tick.
  public var spikeBytesPerTick: Int { layout.paddedColumns / 8 }

  /// Puts all neurons to rest.
  public func rest() {
    potentials.fill(0)
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
    return cpk_lif_step(&neuron, potentials.base + block * layout.blockWidth, input, psi, spikes, layout.blockWidth)
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
