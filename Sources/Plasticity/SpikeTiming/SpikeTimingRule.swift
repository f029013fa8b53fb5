/// A learning rule whose weight changes follow from the times of input and output spikes alone.
///
/// The tick of a learning layer is: `advance`; for each input spike the changes of its row (`rowChanges`), where
/// `changesRows`; `noteInputs`; for each output spike the changes of its column (`columnChanges`), then `noteSpike`. So an
/// input and an output spike in the same tick count as input before output: the row was changed before the output spike
/// left its trace, the column after the input spike left its own.
///
/// Weights stay between 0 and the upper bound: a change never leads beyond them. A rule is used by one thread.
public protocol SpikeTimingRule: AnyObject, Sendable {
  /// What the rule keeps, reads and writes.
  var needs: LearningNeeds { get }
  /// Factor on all changes.
  var rate: Float { get set }
  /// Forgets all spikes.
  func rest()
  /// Lets one tick pass.
  func advance()
  /// Whether input spikes change weights now.
  var changesRows: Bool { get }
  /// Weight changes of one row at an input spike.
  /// - Parameters:
  ///   - columns: the neurons of a block.
  ///   - weights: present weights of the row in the block, one for each of `columns`.
  ///   - changes: receives the changes.
  func rowChanges(
    row: Int, columns: Range<Int>, weights: UnsafePointer<Float>, into changes: UnsafeMutablePointer<Float>)
  /// Takes the input spikes of the tick.
  func noteInputs(_ rows: UnsafeBufferPointer<Int32>)
  /// Weight changes of one column at an output spike.
  /// - Parameters:
  ///   - neuron: number of the column.
  ///   - weights: present weights of the column, `stride` apart, one for each row.
  ///   - event: number of this write, for random draws.
  ///   - changes: receives the changes `[rows]`.
  func columnChanges(
    neuron: Int, weights: UnsafePointer<Float>, stride: Int, event: UInt64, into changes: UnsafeMutablePointer<Float>)
  /// Takes an output spike.
  func noteSpike(_ neuron: Int)
}

/// Keeps a change from leading a weight below 0 or above `bound`; a weight that is outside already may come back.
@inline(__always)
func boundedChange(_ change: Float, of weight: Float, bound: Float) -> Float {
  change < 0 ? max(change, min(-weight, 0)) : min(change, max(bound - weight, 0))
}
