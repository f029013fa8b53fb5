import Crossbars
import Kernels
import Plasticity

/// The changes of the readout at a boundary, kept until the feedback of the hidden layer follows them.
///
///     ΔO[j,k] = −η·gradient − d·O[j,k]        B[k,j] ← (1 − d)·B[k,j] − η·gradient
///
/// for the rows j in which anything changes. The same steps with the same decay make the two alike, whatever they began as.
/// - Reference: J. F. Kolen, J. B. Pollack, Proc. IEEE ICNN 3, 1375 (1994); for spikes G. Bellec et al., Nat. Commun. 11, 3625
///   (2020) (adaptive e-prop).
final class FollowedChanges: @unchecked Sendable {
  private let layout: BlockedLayout
  private let decay: Float
  /// Gradient steps of the rows in `rows` `[rows × paddedColumns]`.
  private let steps: AlignedBuffer<Float>
  private let wanted: AlignedBuffer<Float>
  private let isNoted: AlignedBuffer<UInt8>

  /// Room for the changes of a readout.
  init(layout: BlockedLayout, decay: Float) {
    self.layout = layout
    self.decay = decay
    steps = AlignedBuffer(count: layout.rows * layout.paddedColumns)
    wanted = AlignedBuffer(count: layout.paddedColumns)
    isNoted = AlignedBuffer(count: layout.rows)
  }

  /// Notes the changes `[blockWidth]` of a row and returns them with the decay of its weights.
  func follow(
    block: Int, row: Int, changes: UnsafePointer<Float>, array: CrossbarArray
  ) -> UnsafePointer<Float> {
    let start = block * layout.blockWidth
    (steps.base + row * layout.paddedColumns + start).update(from: changes, count: layout.blockWidth)
    isNoted[row] = 1
    let sum = wanted.base + start
    for (lane, column) in layout.columns(inBlock: block).enumerated() {
      sum[lane] = changes[lane] - decay * array.effectiveWeight(row: row, column: column)
    }
    return UnsafePointer(sum)
  }

  /// Lets the feedback of `rule` follow what was noted, and forgets it.
  func teach(_ rule: EProp) {
    let neurons = rule.layout
    for row in 0..<layout.rows where isNoted[row] != 0 {
      isNoted[row] = 0
      guard row < neurons.columns else { continue }
      for output in 0..<layout.columns {
        let place = output * neurons.paddedColumns + neurons.paddedColumn(row)
        let step = steps[row * layout.paddedColumns + layout.paddedColumn(output)]
        rule.feedback[place] = (1 - decay) * rule.feedback[place] + step
      }
    }
  }
}
