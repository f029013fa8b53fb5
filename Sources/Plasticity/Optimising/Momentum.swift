import Kernels

/// Gradient descent with momentum.
///
///     v ← μ·v + g        Δw = −η·v
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | μ | `decay` | 1 | 0.9 | 0…1 |
/// | v | `OptimiserState.first`, −v | gradient | 0 | |
///
/// - Reference: B. T. Polyak, USSR Comput. Math. Math. Phys. 4, 1 (1964), as in I. Sutskever et al., ICML 2013.
public final class Momentum: Optimiser, @unchecked Sendable {
  private let layout: BlockedLayout
  private let decay: Float
  private let sums: AlignedBuffer<Float>
  private let steps: AlignedBuffer<Float>

  /// Without memory.
  public init(layout: BlockedLayout, decay: Float) {
    self.layout = layout
    self.decay = decay
    sums = AlignedBuffer(count: layout.storageCount)
    steps = AlignedBuffer(count: layout.paddedColumns)
  }

  /// Adds the gradient to what is left of those before.
  public func advance(block: Int, row: Int, changes: UnsafePointer<Float>, rate: Float) -> UnsafePointer<Float> {
    guard rate != 0 else { return changes }
    let width = layout.blockWidth
    let sum = sums.base + (block * layout.rows + row) * width
    let step = steps.base + block * width
    let (decay, inverse) = (decay, 1 / rate)
    for lane in 0..<width {
      let value = decay * sum[lane] + changes[lane] * inverse
      sum[lane] = value
      step[lane] = rate * value
    }
    return UnsafePointer(step)
  }

  /// The decaying sums.
  public var state: OptimiserState {
    get { OptimiserState(first: layout.rowMajor(sums.base), second: [], counts: []) }
    set { layout.scatter(newValue.first, into: sums.base) }
  }
}
