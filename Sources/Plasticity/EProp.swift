import CKernels
import Glibc
import Kernels

/// E-prop for one hidden layer, event-driven and exact over a window.
///
///     dW[i,j] = −η Σ_t (L_j(t)·ē_ij(t) + r_j·e_ij(t))      L_j(t) = Σ_k B[k,j]·error_k(t)
///     e_ij(t) = ψ_j(t)·x̄_i(t)      ē(t) = κ·ē(t−1) + e(t)      x̄_i(t) = λ·x̄_i(t−1) + x_i(t)
///
/// Summing backwards, with L̃ the learning signal of the backwards filtered errors plus r_j, every input spike needs one
/// row operation:
///
///     R_j(t) = λ·R_j(t+1) + ψ_j(t)·L̃_j(t)        dW[i,j] = −η Σ over the spikes s of row i of x_i(s)·R_j(s)
///
/// | symbol | name | unit | default |
/// | --- | --- | --- | --- |
/// | η | `rate` | weight per unit of gradient | 3e-5 |
/// | λ | `leak` of the membranes | 1 | exp(−Δt/τ) |
/// | κ | `decay` of the readout; `nil` leaves the filter out | 1 | exp(−Δt/τ) |
/// | r_j | rate penalty, `penalty`·max(0, f_j − `targetRate`) | 1 | 0 |
///
/// Adaptive thresholds, resets to zero and filtered inputs make eligibility depend on the synapse, but not its sum over a
/// window, which is still that of one signal for each neuron and tick:
///
///     R_j(t) = λ·(1 − z_j(t) where it resets to zero)·R_j(t+1) + ψ_j(t)·(L̃_j(t) + A_j(t+1))
///     A_j(t) = (ρ − β_j·ψ_j(t))·A_j(t+1) − β_j·ψ_j(t)·L̃_j(t)        Q_j(t) = λs·Q_j(t+1) + R_j(t)
///
/// and Q takes the place of R. Rows that carry the layer's own spikes of a tick before are learned like inputs; the weight
/// of a neuron to itself stays as it is.
///
/// With κ the result is the sum that a filter on every synapse would give. Where learning writes inside a sample, the
/// traces carried from one window into the next (`EligibilityTrace`) keep it exact; they know plain neurons only.
/// - Reference: G. Bellec et al., Nat. Commun. 11, 3625 (2020), doi:10.1038/s41467-020-17236-y.
public final class EProp: @unchecked Sendable {
  /// What the user sets.
  public struct Parameters: Sendable, Equatable {
    /// Learning rate η.
    public var rate: Float
    /// Membrane decay λ per tick.
    public var leak: Float
    /// Readout decay κ per tick in the eligibility, `nil` without the filter.
    public var decay: Float?
    /// Weight of the firing-rate penalty, per spike and tick above the target.
    public var penalty: Float
    /// Spikes per tick above which the penalty acts.
    public var targetSpikesPerTick: Float
    /// Decay λs per tick of the filter of the input, 0 for none.
    public var synapseLeak: Float
    /// Decay ρ per tick of the adaptation.
    public var adaptationDecay: Float
    /// Rise β of the threshold of each neuron with a spike; empty without adaptation.
    public var adaptationStrengths: [Float]
    /// Whether a spike sets the potential to zero.
    public var resetsToZero: Bool

    /// Sets all numbers.
    public init(
      rate: Float, leak: Float, decay: Float?, penalty: Float = 0, targetSpikesPerTick: Float = 1,
      synapseLeak: Float = 0, adaptationDecay: Float = 0, adaptationStrengths: [Float] = [],
      resetsToZero: Bool = false
    ) {
      self.synapseLeak = synapseLeak
      self.adaptationDecay = adaptationDecay
      self.adaptationStrengths = adaptationStrengths
      self.resetsToZero = resetsToZero
      self.rate = rate
      self.leak = leak
      self.decay = decay
      self.penalty = penalty
      self.targetSpikesPerTick = targetSpikesPerTick
    }

    /// Whether neurons do more than leak and subtract their threshold.
    var isGeneral: Bool { synapseLeak > 0 || !adaptationStrengths.isEmpty || resetsToZero }
  }

  /// What the user set; the rate may follow a schedule, the rest is fixed.
  public var parameters: Parameters
  /// Shape and blocks of the layer's array `[rows × columns]`.
  public let layout: BlockedLayout
  /// Feedback `[outputs × paddedColumns]`.
  public let feedback: AlignedBuffer<Float>
  /// Traces carried between windows; `nil` when every window starts at rest.
  public let carried: EligibilityTrace?

  let outputs: Int
  let largestWindow: Int
  /// ψ of the window, block after block `[ticks × blockWidth]`; after `reverse`, −η·R.
  let window: AlignedBuffer<Float>
  let remainder: AlignedBuffer<Float>
  let regularisation: AlignedBuffer<Float>
  let changes: AlignedBuffer<Float>
  let strengths: AlignedBuffer<Float>
  /// First row that carries a spike of the layer itself; `nil` without recurrence.
  let firstOwnRow: Int?

  /// The rule for one layer.
  /// - Parameters:
  ///   - carriesTraces: whether windows follow each other inside a sample; for plain neurons only.
  ///   - firstOwnRow: row of the first neuron of the layer itself, in a recurrent layer.
  public init(
    layout: BlockedLayout, outputs: Int, largestWindow: Int, parameters: Parameters, carriesTraces: Bool,
    firstOwnRow: Int? = nil
  ) {
    precondition(
      !carriesTraces || !parameters.isGeneral, "traces are carried between the windows of plain neurons only")
    self.firstOwnRow = firstOwnRow
    strengths = AlignedBuffer(count: parameters.adaptationStrengths.isEmpty ? 0 : layout.paddedColumns)
    for (neuron, strength) in parameters.adaptationStrengths.enumerated() {
      strengths[layout.paddedColumn(neuron)] = strength
    }
    self.layout = layout
    self.outputs = outputs
    self.largestWindow = largestWindow
    self.parameters = parameters
    feedback = AlignedBuffer(count: outputs * layout.paddedColumns)
    window = AlignedBuffer(count: layout.blockCount * largestWindow * layout.blockWidth)
    remainder = AlignedBuffer(count: layout.paddedColumns)
    regularisation = AlignedBuffer(count: layout.paddedColumns)
    changes = AlignedBuffer(count: layout.paddedColumns)
    carried =
      carriesTraces
      ? EligibilityTrace(layout: layout, largestWindow: largestWindow, isFiltered: parameters.decay != nil) : nil
  }

  /// What the rule keeps, reads and writes.
  /// - Parameters:
  ///   - rule: its name, where it is not e-prop.
  ///   - extraReads: what is read to get the learning signal.
  public func needs(rule: String? = nil, extraReads: String) -> LearningNeeds {
    LearningNeeds(
      rule: rule ?? (parameters.decay == nil ? "e-prop without readout filter" : "e-prop"),
      wordsPerRow: carried == nil ? 0 : 1, wordsPerColumn: 1,
      wordsPerSynapse: carried == nil || parameters.decay == nil ? 0 : 1, wordsPerRowAndTick: 1,
      wordsPerColumnAndTick: 1, extraReads: extraReads,
      writeShape: "rows with input spikes, all columns",
      writeTiming: carried == nil ? "the end of the sample" : "every boundary")
  }

  /// Where the neurons of a block leave ψ of tick `tick` `[blockWidth]`.
  public func psi(block: Int, tick: Int) -> UnsafeMutablePointer<Float> {
    window.base + (block * largestWindow + tick) * layout.blockWidth
  }

  /// Sets the feedback from a function of output and neuron.
  public func setFeedback(_ value: (_ output: Int, _ neuron: Int) -> Float) {
    for output in 0..<outputs {
      for neuron in 0..<layout.columns {
        feedback[output * layout.paddedColumns + layout.paddedColumn(neuron)] = value(output, neuron)
      }
    }
  }

  /// The feedback, row-major `[outputs × columns]`.
  public var feedbackMatrix: [Float] {
    get {
      (0..<outputs * layout.columns).map {
        feedback[$0 / layout.columns * layout.paddedColumns + layout.paddedColumn($0 % layout.columns)]
      }
    }
    set {
      precondition(newValue.count == outputs * layout.columns, "one feedback for each output and neuron")
      setFeedback { output, neuron in newValue[output * layout.columns + neuron] }
    }
  }

  /// Sets the rate penalty from the spikes of each neuron in the window `[columns]`.
  public func penalise(spikeCounts: UnsafePointer<Int32>, ticks: Int) {
    guard parameters.penalty > 0 else { return regularisation.fill(0) }
    for neuron in 0..<layout.columns {
      let excess = Float(spikeCounts[neuron]) / Float(ticks) - parameters.targetSpikesPerTick
      regularisation[layout.paddedColumn(neuron)] = excess > 0 ? parameters.penalty * excess : 0
    }
  }

  /// Turns ψ of a block into the reverse-filtered signal −η·R. Blocks may run on different threads.
  /// - Parameters:
  ///   - spikes: bits of the neurons of the block, needed where they reset to zero.
  ///   - spikeStride: bytes from one tick to the next.
  ///   - isScaled: leaves R itself, for `passGradient` and then `scale`, if `false`.
  public func reverse(
    block: Int, ticks: Int, signal: borrowing ErrorSignal, spikes: UnsafePointer<UInt8>? = nil, spikeStride: Int = 0,
    isScaled: Bool = true
  ) {
    let start = block * layout.blockWidth
    carried?.reverse(
      block: block, ticks: ticks, psi: psi(block: block, tick: 0), leak: parameters.leak, decay: parameters.decay)
    var rule = cpk_eprop(
      errors: parameters.decay == nil ? signal.errors.base : signal.filtered.base, error_stride: signal.stride,
      feedback: feedback.base + start, feedback_stride: layout.paddedColumns,
      regularisation: regularisation.base + start,
      outputs: outputs, ticks: ticks, psi_stride: layout.blockWidth, leak: parameters.leak,
      scale: isScaled ? -parameters.rate : 1)
    guard parameters.isGeneral else {
      return cpk_eprop_reverse(&rule, psi(block: block, tick: 0), remainder.base + start, layout.blockWidth)
    }
    precondition(!parameters.resetsToZero || spikes != nil, "a reset to zero needs the spikes")
    var general = cpk_neuron_eprop(
      rule: rule, strengths: strengths.count > 0 ? UnsafePointer(strengths.base + start) : nil,
      spikes: parameters.resetsToZero ? spikes : nil, spike_stride: spikeStride,
      adaptation_decay: parameters.adaptationDecay, synapse_leak: parameters.synapseLeak)
    cpk_neuron_eprop_reverse(&general, psi(block: block, tick: 0), layout.blockWidth)
  }

  /// The weight from a neuron to itself does not change.
  private func spareOwnWeight(_ changes: UnsafeMutablePointer<Float>, row: Int, block: Int) {
    guard let firstOwnRow, row >= firstOwnRow else { return }
    let columns = layout.columns(inBlock: block)
    if columns.contains(row - firstOwnRow) { changes[row - firstOwnRow - columns.lowerBound] = 0 }
  }

  /// Calls `body` with the weight changes `[blockWidth]` of each row of a block that changes, in ascending order of rows.
  ///
  /// - Parameter spikes: input spikes of the window by row.
  /// - Complexity: O(spikes × columns of the block); with carried traces O((rows + spikes) × columns).
  public func forEachChange(
    block: Int, ticks: Int, spikes: borrowing RowSpikes, signal: borrowing ErrorSignal,
    body: (_ row: Int, _ changes: UnsafePointer<Float>) -> Void
  ) {
    if let carried {
      return carriedChanges(carried, block: block, ticks: ticks, spikes: spikes, signal: signal, body: body)
    }
    let change = changes.base + block * layout.blockWidth
    let matrix = psi(block: block, tick: 0)
    spikes.withSpikes { spikeTimes in
      for (index, row) in spikes.rows.enumerated() {
        let own = spikeTimes.part(Int(spikes.offsets[index])..<Int(spikes.offsets[index + 1]))
        own.sumRows(of: matrix, stride: layout.blockWidth, width: layout.blockWidth, into: change)
        spareOwnWeight(change, row: Int(row), block: block)
        body(Int(row), change)
      }
    }
  }

  private func carriedChanges(
    _ carried: EligibilityTrace, block: Int, ticks: Int, spikes: borrowing RowSpikes, signal: borrowing ErrorSignal,
    body: (_ row: Int, _ changes: UnsafePointer<Float>) -> Void
  ) {
    let width = layout.blockWidth
    let start = block * width
    let change = changes.base + start
    // κ·L̃ at the first tick: what each unit of carried eligibility still meets in this window.
    var learningSignal = [Float](repeating: 0, count: width)
    if let decay = parameters.decay {
      for output in 0..<outputs {
        let error = decay * signal.filtered[output]
        for column in 0..<width {
          learningSignal[column] += error * feedback[output * layout.paddedColumns + start + column]
        }
      }
    }
    var position = 0
    spikes.withSpikes { spikeTimes in
      for row in 0..<layout.rows {
        var count = 0
        var first = 0
        if position < spikes.rows.count && Int(spikes.rows[position]) == row {
          first = Int(spikes.offsets[position])
          count = Int(spikes.offsets[position + 1]) - first
          position += 1
        }
        let own = spikeTimes.part(first..<first + count)
        let trace = carried.inputTraces[row]
        guard count > 0 || trace != 0 || carried.isAlive(row: row) else { continue }
        own.sumRows(of: psi(block: block, tick: 0), stride: width, width: width, into: change)
        cpk_add_scaled(change, remainder.base + start, -parameters.rate * parameters.leak * trace, width)
        carried.advance(
          block: block, row: row, ticks: ticks, spikes: own, leak: parameters.leak, decay: parameters.decay
        ) { eligibility in
          for column in 0..<width { change[column] -= parameters.rate * eligibility[column] * learningSignal[column] }
        }
        spareOwnWeight(change, row: row, block: block)
        body(row, change)
      }
    }
  }

  /// Advances the input traces over the window, after all blocks are done.
  public func endWindow(ticks: Int, spikes: borrowing RowSpikes) {
    carried?.advanceInputs(ticks: ticks, spikes: spikes, leak: parameters.leak)
  }
}
