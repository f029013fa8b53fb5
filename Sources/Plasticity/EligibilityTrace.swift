import CKernels
import Glibc
import Kernels

/// What e-prop carries from one window of a sample into the next: one trace per input row and, with the readout filter,
/// one eligibility per synapse.
///
///     x̄_i ← λᴺ·x̄_i + Σ over spikes s of x_i(s)·λ^(N−1−s)
///     ē_ij ← κᴺ·ē_ij + Σ over spikes s of x_i(s)·S_j(s) + λ·x̄_i·S_j(0)        S_j(t) = λ·S_j(t+1) + κ^(N−1−t)·ψ_j(t)
///
/// N is the number of ticks of the window. A row costs one operation per input spike and one per window.
public final class EligibilityTrace: @unchecked Sendable {
  /// What evolves.
  public struct State: Sendable, Equatable {
    /// Low-pass filtered input spikes x̄ `[rows]`.
    public var inputTraces: [Float]
    /// Filtered eligibility ē, row-major `[rows × columns]`; empty without the readout filter.
    public var eligibility: [Float]

    /// A state from its parts.
    public init(inputTraces: [Float], eligibility: [Float]) {
      self.inputTraces = inputTraces
      self.eligibility = eligibility
    }
  }

  let layout: BlockedLayout
  let inputTraces: AlignedBuffer<Float>
  private let eligibility: AlignedBuffer<Float>
  private let alive: AlignedBuffer<UInt8>
  private let largestWindow: Int
  private let window: AlignedBuffer<Float>
  private let remainder: AlignedBuffer<Float>
  private let decays: AlignedBuffer<Float>
  private let ones: AlignedBuffer<Float>
  private let zeros: AlignedBuffer<Float>
  private let sums: AlignedBuffer<Float>

  init(layout: BlockedLayout, largestWindow: Int, isFiltered: Bool) {
    self.layout = layout
    self.largestWindow = largestWindow
    inputTraces = AlignedBuffer(count: layout.rows)
    alive = AlignedBuffer(count: layout.rows)
    eligibility = AlignedBuffer(count: isFiltered ? layout.storageCount : 0)
    window = AlignedBuffer(count: isFiltered ? layout.blockCount * largestWindow * layout.blockWidth : 0)
    remainder = AlignedBuffer(count: layout.paddedColumns)
    decays = AlignedBuffer(count: layout.blockCount * largestWindow)
    ones = AlignedBuffer(count: layout.blockWidth)
    ones.fill(1)
    zeros = AlignedBuffer(count: layout.blockWidth)
    sums = AlignedBuffer(count: layout.paddedColumns)
  }

  /// Forgets everything, at the start of a sample.
  public func rest() {
    inputTraces.fill(0)
    eligibility.fill(0)
    alive.fill(0)
  }

  /// Whether a row was ever active since the last rest, so that its eligibility may be different from zero.
  func isAlive(row: Int) -> Bool { alive[row] != 0 }

  /// Reverse-filters a copy of ψ with the readout decay towards the end of the window.
  func reverse(block: Int, ticks: Int, psi: UnsafePointer<Float>, leak: Float, decay: Float?) {
    guard let decay, eligibility.count > 0 else { return }
    let own = window.base + block * largestWindow * layout.blockWidth
    own.update(from: psi, count: ticks * layout.blockWidth)
    let powers = decays.base + block * largestWindow
    var power: Float = 1
    for tick in stride(from: ticks - 1, through: 0, by: -1) {
      powers[tick] = power
      power *= decay
    }
    var rule = cpk_eprop(
      errors: powers, error_stride: 1, feedback: ones.base, feedback_stride: layout.blockWidth,
      regularisation: zeros.base, outputs: 1, ticks: ticks, psi_stride: layout.blockWidth, leak: leak, scale: 1)
    cpk_eprop_reverse(&rule, own, remainder.base + block * layout.blockWidth, layout.blockWidth)
  }

  /// Shows the eligibility a row carried into the window to `use`, then advances it to the end of the window.
  func advance(
    block: Int, row: Int, ticks: Int, spikes: DrivenRows, leak: Float, decay: Float?,
    use: (UnsafePointer<Float>) -> Void
  ) {
    guard let decay, eligibility.count > 0 else { return }
    let width = layout.blockWidth
    let own = eligibility.base + (block * layout.rows + row) * width
    use(own)
    let sum = sums.base + block * width
    spikes.sumRows(of: window.base + block * largestWindow * width, stride: width, width: width, into: sum)
    let kept = powf(decay, Float(ticks))
    let trace = leak * inputTraces[row]
    let rest = remainder.base + block * width
    for column in 0..<width { own[column] = kept * own[column] + sum[column] + trace * rest[column] }
  }

  /// Advances the traces of all rows to the end of the window.
  func advanceInputs(ticks: Int, spikes: borrowing RowSpikes, leak: Float) {
    let kept = powf(leak, Float(ticks))
    for row in 0..<layout.rows { inputTraces[row] *= kept }
    for (index, row) in spikes.rows.enumerated() {
      for position in Int(spikes.offsets[index])..<Int(spikes.offsets[index + 1]) {
        let passed = powf(leak, Float(ticks - 1 - Int(spikes.ticks[position])))
        inputTraces[Int(row)] += spikes.amplitudes.isEmpty ? passed : spikes.amplitudes[position] * passed
      }
      alive[Int(row)] = 1
    }
  }

  private func hasEligibility(row: Int) -> Bool {
    eligibility.count > 0 && (0..<layout.columns).contains { eligibility[layout.index(row: row, column: $0)] != 0 }
  }

  /// The state, for a checkpoint or a look.
  public var state: State {
    get {
      State(
        inputTraces: Array(inputTraces.elements),
        eligibility: eligibility.count > 0 ? layout.rowMajor(eligibility.base) : [])
    }
    set {
      inputTraces.copy(from: newValue.inputTraces)
      if eligibility.count > 0 { layout.scatter(newValue.eligibility, into: eligibility.base) }
      for row in 0..<layout.rows { alive[row] = inputTraces[row] != 0 || hasEligibility(row: row) ? 1 : 0 }
    }
  }
}
