import Glibc
import Kernels

/// Adam: steps of the size of the rate, whatever the size of the gradients.
///
///     m ← β₁·m + (1 − β₁)·g        v ← β₂·v + (1 − β₂)·g²
///     Δw = −η·m̂/(√v̂ + ε)          m̂ = m/(1 − β₁ⁿ),  v̂ = v/(1 − β₂ⁿ)
///
/// n counts the changes of the row.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | β₁ | `firstDecay` | 1 | 0.9 | 0…1 |
/// | β₂ | `secondDecay` | 1 | 0.999 | 0…1 |
/// | ε | `epsilon` | gradient | 1e-8 | above 0 |
/// | m, v, n | `OptimiserState` (−m) | gradient, its square, 1 | 0 | |
///
/// - Reference: D. P. Kingma, J. Ba, ICLR 2015, arXiv:1412.6980.
public final class Adam: Optimiser, @unchecked Sendable {
  /// What the user sets.
  public struct Parameters: Sendable, Equatable {
    /// Decay β₁ of the mean.
    public var firstDecay: Float
    /// Decay β₂ of the mean of squares.
    public var secondDecay: Float
    /// What keeps steps finite, ε.
    public var epsilon: Float

    /// Sets all numbers.
    public init(firstDecay: Float = 0.9, secondDecay: Float = 0.999, epsilon: Float = 1e-8) {
      (self.firstDecay, self.secondDecay, self.epsilon) = (firstDecay, secondDecay, epsilon)
    }
  }

  private let layout: BlockedLayout
  private let parameters: Parameters
  private let first: AlignedBuffer<Float>
  private let second: AlignedBuffer<Float>
  /// Changes of each row, for each block, since blocks may run at the same time `[blocks × rows]`.
  private let counts: AlignedBuffer<Float>
  private let steps: AlignedBuffer<Float>
  private static let largestCount: Float = 0x1p24

  /// Without memory.
  public init(layout: BlockedLayout, parameters: Parameters) {
    self.layout = layout
    self.parameters = parameters
    first = AlignedBuffer(count: layout.storageCount)
    second = AlignedBuffer(count: layout.storageCount)
    counts = AlignedBuffer(count: layout.blockCount * layout.rows)
    steps = AlignedBuffer(count: layout.paddedColumns)
  }

  /// Moves the means and steps along them.
  public func advance(block: Int, row: Int, changes: UnsafePointer<Float>, rate: Float) -> UnsafePointer<Float> {
    guard rate != 0 else { return changes }
    let width = layout.blockWidth
    let place = block * layout.rows + row
    let (mean, square) = (first.base + place * width, second.base + place * width)
    let step = steps.base + block * width
    counts[place] = min(counts[place] + 1, Self.largestCount)
    let (beta1, beta2, epsilon) = (parameters.firstDecay, parameters.secondDecay, parameters.epsilon)
    // A decay of 1 would never move: a mean of nothing is nothing.
    let correction1 = max(1 - powf(beta1, counts[place]), .leastNormalMagnitude)
    let correction2 = max(1 - powf(beta2, counts[place]), .leastNormalMagnitude)
    let (size, root, inverse) = (rate / correction1, 1 / correction2, 1 / rate)
    for lane in 0..<width {
      let gradient = changes[lane] * inverse
      let m = beta1 * mean[lane] + (1 - beta1) * gradient
      let v = beta2 * square[lane] + (1 - beta2) * gradient * gradient
      mean[lane] = m
      square[lane] = v
      step[lane] = size * m / ((v * root).squareRoot() + epsilon)
    }
    return UnsafePointer(step)
  }

  /// Means and counts.
  public var state: OptimiserState {
    get {
      OptimiserState(
        first: layout.rowMajor(first.base), second: layout.rowMajor(second.base),
        counts: Array(counts.elements.prefix(layout.rows)))
    }
    set {
      layout.scatter(newValue.first, into: first.base)
      layout.scatter(newValue.second, into: second.base)
      for block in 0..<layout.blockCount {
        for row in 0..<layout.rows { counts[block * layout.rows + row] = newValue.counts[row] }
      }
    }
  }
}
