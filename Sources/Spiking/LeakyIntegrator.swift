import CKernels
import Glibc
import Kernels

/// The readout: leaky integrators that do not spike.
///
///     y(t) = κ·y(t−1) + I(t)        κ = exp(−Δt/τ)
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | τ | `timeConstant` | s | 20 ms | > 0 |
/// | Δt | `timeStep` | s | 1 ms | > 0 |
///
/// - Reference: G. Bellec et al., Nat. Commun. 11, 3625 (2020), doi:10.1038/s41467-020-17236-y.
public final class LeakyIntegrator: @unchecked Sendable {
  /// What the user sets.
  public struct Parameters: Sendable, Equatable {
    /// Time constant τ, seconds.
    public var timeConstant: Double
    /// Length of a tick Δt, seconds.
    public var timeStep: Double

    /// Sets all numbers.
    public init(timeConstant: Double, timeStep: Double) {
      self.timeConstant = timeConstant
      self.timeStep = timeStep
    }

    /// Decay κ per tick.
    public var decay: Float { Float(exp(-timeStep / timeConstant)) }
  }

  /// What evolves.
  public struct State: Sendable, Equatable {
    /// Value of each output.
    public var values: [Float]

    /// A state from its values.
    public init(values: [Float]) {
      self.values = values
    }
  }

  /// What the user set.
  public let parameters: Parameters
  /// Number of outputs and their blocks.
  public let layout: BlockedLayout
  private let values: AlignedBuffer<Float>
  private let decay: Float

  /// Integrators at zero behind the columns of `layout`.
  public init(parameters: Parameters, layout: BlockedLayout) {
    self.parameters = parameters
    self.layout = layout
    values = AlignedBuffer(count: layout.paddedColumns)
    decay = parameters.decay
  }

  /// Sets all values to zero.
  public func rest() {
    values.fill(0)
  }

  /// Advances the integrators of one block by one tick and copies their values to `output` `[blockWidth]`.
  public func step(block: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
    let own = values.base + block * layout.blockWidth
    cpk_leaky_integrate(decay, own, input, layout.blockWidth)
    output.update(from: own, count: layout.blockWidth)
  }

  /// The state, for a checkpoint or a look.
  public var state: State {
    get { State(values: (0..<layout.columns).map { values[layout.paddedColumn($0)] }) }
    set {
      precondition(newValue.values.count == layout.columns, "a state of \(layout.columns) outputs is needed")
      for (output, value) in newValue.values.enumerated() { values[layout.paddedColumn(output)] = value }
    }
  }
}
