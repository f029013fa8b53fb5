import CKernels
import Glibc
import Kernels

/// The delta rule of the leaky readout, event-driven and exact over a window.
///
///     dW[j,k] = −η Σ_t error_k(t)·z̄_j(t) = −η Σ over the spikes s of neuron j of filtered error_k(s)
///
/// z̄ is the spike train of neuron j filtered by the readout decay κ.
/// - Reference: G. Bellec et al., Nat. Commun. 11, 3625 (2020), doi:10.1038/s41467-020-17236-y.
public final class ReadoutRule: @unchecked Sendable {
  /// Learning rate η; may follow a schedule.
  public var rate: Float
  /// Readout decay κ per tick.
  public let decay: Float
  /// Shape and blocks of the readout array `[neurons × outputs]`.
  public let layout: BlockedLayout
  private let traces: AlignedBuffer<Float>
  private let carriesTraces: Bool
  private let scaled: AlignedBuffer<Float>
  private let changes: AlignedBuffer<Float>

  /// The rule for the readout array.
  /// - Parameter carriesTraces: whether windows follow each other inside a sample.
  public init(layout: BlockedLayout, largestWindow: Int, rate: Float, decay: Float, carriesTraces: Bool) {
    self.layout = layout
    self.rate = rate
    self.decay = decay
    self.carriesTraces = carriesTraces
    traces = AlignedBuffer(count: layout.rows)
    scaled = AlignedBuffer(count: largestWindow * layout.paddedColumns)
    changes = AlignedBuffer(count: layout.paddedColumns)
  }

  /// What the rule keeps, reads and writes.
  public var needs: LearningNeeds {
    LearningNeeds(
      rule: "delta rule", wordsPerRow: carriesTraces ? 1 : 0, wordsPerColumn: 1, wordsPerRowAndTick: 1,
      wordsPerColumnAndTick: 1, writeShape: "rows with spikes, all columns",
      writeTiming: carriesTraces ? "every boundary" : "the end of the sample")
  }

  /// Forgets the traces, at the start of a sample.
  public func rest() {
    traces.fill(0)
  }

  /// Scales the filtered errors of the window by −η; call once before `forEachChange`.
  public func prepare(ticks: Int, signal: borrowing ErrorSignal) {
    for tick in 0..<ticks {
      for output in 0..<layout.columns {
        scaled[tick * layout.paddedColumns + layout.paddedColumn(output)] =
          -rate * signal.filtered[tick * signal.stride + output]
      }
    }
  }

  /// Calls `body` with the weight changes `[blockWidth]` of each row of a block that changes, in ascending order of rows.
  public func forEachChange(
    block: Int, spikes: borrowing RowSpikes, body: (_ row: Int, _ changes: UnsafePointer<Float>) -> Void
  ) {
    let width = layout.blockWidth
    let matrix = scaled.base + block * width
    let change = changes.base + block * width
    var position = 0
    spikes.ticks.withUnsafeBufferPointer { times in
      for row in 0..<layout.rows {
        let hasSpikes = position < spikes.rows.count && Int(spikes.rows[position]) == row
        guard hasSpikes || traces[row] != 0 else { continue }
        if hasSpikes {
          let first = Int(spikes.offsets[position])
          let count = Int(spikes.offsets[position + 1]) - first
          cpk_sum_rows(matrix, layout.paddedColumns, times.baseAddress! + first, count, change, width)
          position += 1
        } else {
          change.update(repeating: 0, count: width)
        }
        if traces[row] != 0 { cpk_add_scaled(change, matrix, decay * traces[row], width) }
        body(row, change)
      }
    }
  }

  /// Advances the traces over the window, after all blocks are done.
  public func endWindow(ticks: Int, spikes: borrowing RowSpikes) {
    guard carriesTraces else { return }
    let kept = powf(decay, Float(ticks))
    for row in 0..<layout.rows { traces[row] *= kept }
    for (index, row) in spikes.rows.enumerated() {
      for position in Int(spikes.offsets[index])..<Int(spikes.offsets[index + 1]) {
        traces[Int(row)] += powf(decay, Float(ticks - 1 - Int(spikes.ticks[position])))
      }
    }
  }

  /// Filtered spikes z̄ `[rows]`, what a checkpoint holds.
  public var state: [Float] {
    get { Array(traces.elements) }
    set { traces.copy(from: newValue) }
  }
}
