import Glibc
import Kernels

/// Keeps the changes that STDP asks for until a reward says whether they were right.
///
///     e_ij(t) = γ·e_ij(t−1) + STDP_ij(t)        Δw_ij = R·e_ij at the reward
///
/// The decay is not applied to the synapses but to what is added, which is divided by γ^t: no synapse is touched without a
/// spike. The exponent starts again before it can overflow.
/// - Reference: E. M. Izhikevich, Cereb. Cortex 17, 2443 (2007), doi:10.1093/cercor/bhl152.
public final class RewardTrace: @unchecked Sendable {
  private let layout: BlockedLayout
  private let decay: Float
  /// e·γ^−t, in the order of the layout.
  private let values: AlignedBuffer<Float>
  private let scaled: AlignedBuffer<Float>
  /// γ^t since the last start.
  private var scale: Float = 1

  /// A trace of 0 for each synapse.
  /// - Parameter decay: γ per tick, above 0.
  public init(layout: BlockedLayout, decay: Float) {
    precondition(decay > 0 && decay <= 1, "an eligibility decays")
    self.layout = layout
    self.decay = decay
    values = AlignedBuffer(count: layout.storageCount)
    scaled = AlignedBuffer(count: layout.blockWidth)
  }

  /// Forgets everything.
  public func rest() {
    values.fill(0)
    scale = 1
  }

  /// Lets one tick pass.
  public func advance() {
    scale *= decay
    guard scale < 1e-18 else { return }
    for place in 0..<values.count { values[place] *= scale }
    scale = 1
  }

  /// Adds a change of one synapse.
  public func add(_ change: Float, row: Int, column: Int) {
    values[layout.index(row: row, column: column)] += change / scale
  }

  /// Calls `body` with the changes `[blockWidth]` of each row of each block that has any, for reward `reward`.
  public func forEachChange(reward: Float, body: (_ block: Int, _ row: Int, _ changes: UnsafePointer<Float>) -> Void) {
    let (width, factor) = (layout.blockWidth, reward * scale)
    for block in 0..<layout.blockCount {
      for row in 0..<layout.rows {
        let start = (block * layout.rows + row) * width
        var isAlive = false
        for lane in 0..<width {
          let value = values[start + lane] * factor
          scaled[lane] = value
          if value != 0 { isAlive = true }
        }
        if isAlive { body(block, row, scaled.base) }
      }
    }
  }
}
