import CKernels
import Kernels

/// What the readout should be, and how far it is from it at a tick.
public enum LossFunction: Sendable, Equatable {
  /// Σ over ticks of −log softmax(y)ₗ for label l; error = softmax(y) − onehot(l).
  case crossEntropy
  /// Σ over ticks of ½‖y − onehot(l)‖²; error = y − onehot(l).
  case squaredError

  /// Derivative of the loss of one tick with respect to the readout.
  ///
  /// - Parameters:
  ///   - values: readout `[width]`, of which the first `count` are outputs.
  ///   - error: receives `[width]`, zero behind the outputs.
  public func error(
    values: UnsafePointer<Float>, count: Int, label: Int, width: Int, into error: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .crossEntropy:
      cpk_softmax_error(values, count, Int32(label), error, width)
    case .squaredError:
      for output in 0..<width {
        error[output] = output < count ? values[output] - (output == label ? 1 : 0) : 0
      }
    }
  }
}

/// The errors of a window, tick by tick, and their sums backwards in time.
///
///     filtered(t) = error(t) + κ·filtered(t+1)
///
/// The leaky readout makes every spike matter for later ticks; filtering the error backwards once replaces a filter on
/// every synapse.
public struct ErrorSignal: ~Copyable {
  /// Number of outputs.
  public let outputs: Int
  /// Distance of two ticks in the buffers: `outputs` padded to a multiple of 16.
  public let stride: Int
  /// Error of each tick `[ticks × stride]`.
  public let errors: AlignedBuffer<Float>
  /// Error filtered backwards by the readout decay `[ticks × stride]`.
  public let filtered: AlignedBuffer<Float>

  /// Room for windows of up to `largestWindow` ticks.
  public init(outputs: Int, largestWindow: Int) {
    self.outputs = outputs
    stride = (outputs + 15) & ~15
    errors = AlignedBuffer(count: largestWindow * stride)
    filtered = AlignedBuffer(count: largestWindow * stride)
  }

  /// Filters the errors of the first `ticks` ticks backwards.
  public func filterBackwards(ticks: Int, decay: Float) {
    precondition(ticks > 0, "a window has at least one tick")
    let last = (ticks - 1) * stride
    (filtered.base + last).update(from: errors.base + last, count: stride)
    for tick in Swift.stride(from: ticks - 2, through: 0, by: -1) {
      let next = filtered.base + (tick + 1) * self.stride
      let own = filtered.base + tick * self.stride
      let error = errors.base + tick * self.stride
      for output in 0..<self.stride { own[output] = error[output] + decay * next[output] }
    }
  }
}
