import Kernels

/// Shapes the weight changes that a rule wants before a write policy or an exact write gets them.
///
/// A rule wants −η·g for a gradient g. An optimiser takes g out of it, so that its memory does not depend on a rate that follows a
/// schedule, and returns the change to make. The memory of a row moves only when the row changes: a row without spikes has no
/// gradient, and nothing is written to it. Different blocks may run on different threads, each block on one.
/// - Reference: rows on their own as in the sparse optimisers of PyTorch (`torch.optim.SparseAdam`).
public protocol Optimiser: AnyObject, Sendable {
  /// Returns the changes to make `[blockWidth]` for those wanted in one row of a block, valid until the next call for the block.
  /// - Parameter rate: the rate η in `changes`; with 0 nothing changes.
  func advance(block: Int, row: Int, changes: UnsafePointer<Float>, rate: Float) -> UnsafePointer<Float>

  /// What it remembers: what a checkpoint holds.
  var state: OptimiserState { get set }
}

/// What an optimiser remembers; what it has no use for is empty.
public struct OptimiserState: Sendable, Equatable {
  /// Running mean of the gradients, or their decaying sum, row-major `[rows × columns]`.
  public var first: [Float] = []
  /// Running mean of their squares, row-major `[rows × columns]`.
  public var second: [Float] = []
  /// Changes of each row so far `[rows]`, up to 2²⁴.
  public var counts: [Float] = []

  /// Nothing remembered.
  public init() {}

  /// A state from its parts.
  public init(first: [Float], second: [Float], counts: [Float]) {
    (self.first, self.second, self.counts) = (first, second, counts)
  }
}

/// An optimiser with its numbers, before it is made for an array.
public enum OptimiserChoice: Sendable, Equatable {
  /// The change as it is wanted.
  case gradientDescent
  /// `Momentum`.
  case momentum(decay: Float)
  /// `Adam`.
  case adam(Adam.Parameters)

  /// The optimiser for an array; `nil` where changes stay as they are.
  public func makeOptimiser(layout: BlockedLayout) -> (any Optimiser)? {
    switch self {
    case .gradientDescent: nil
    case .momentum(let decay): Momentum(layout: layout, decay: decay)
    case .adam(let parameters): Adam(layout: layout, parameters: parameters)
    }
  }

  /// Words that it keeps for each synapse.
  public var wordsPerSynapse: Int {
    switch self {
    case .gradientDescent: 0
    case .momentum: 1
    case .adam: 2
    }
  }
}
