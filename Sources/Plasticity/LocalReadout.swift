import Kernels

/// The fixed random readout of a hidden layer that learns by an error of its own: instantaneous, never written.
///
///     y_k(t) = Σ_j G[k,j]·z_j(t)
///
/// - Reference: J. Kaiser, H. Mostafa, E. Neftci, Front. Neurosci. 14, 424 (2020), doi:10.3389/fnins.2020.00424 (DECOLLE).
public final class LocalReadout: @unchecked Sendable {
  /// What the outputs of the layer got wrong in the window.
  public let signal: ErrorSignal
  /// G `[neurons × stride]`.
  private let weights: AlignedBuffer<Float>
  private let values: AlignedBuffer<Float>
  private let neurons: Int

  /// A readout with the weights `[outputs × neurons]`, row-major.
  public init(weights matrix: [Float], outputs: Int, neurons: Int, largestWindow: Int) {
    precondition(matrix.count == outputs * neurons, "one weight for each output and neuron")
    self.neurons = neurons
    signal = ErrorSignal(outputs: outputs, largestWindow: largestWindow)
    weights = AlignedBuffer(count: neurons * signal.stride)
    values = AlignedBuffer(count: signal.stride)
    for output in 0..<outputs {
      for neuron in 0..<neurons { weights[neuron * signal.stride + output] = matrix[output * neurons + neuron] }
    }
  }

  /// Finds the errors of a window.
  /// - Parameters:
  ///   - spikes: those of the layer; rows beyond its neurons do not count.
  ///   - label: the class that counts at a tick, `nil` where none does.
  ///   - teach: turns the errors of a tick `[outputs]` into what teaches, in place.
  public func findErrors(
    spikes: SpikeRaster, ticks: Int, loss: LossFunction, label: (_ tick: Int) -> Int?,
    teach: (_ errors: UnsafeMutablePointer<Float>, _ label: Int) -> Void
  ) {
    let stride = signal.stride
    spikes.forEachTick(in: 0..<ticks) { tick, active in
      let errors = signal.errors.base + tick * stride
      guard let label = label(tick) else { return errors.update(repeating: 0, count: stride) }
      values.fill(0)
      for row in active where row < neurons {
        let own = weights.base + Int(row) * stride
        for output in 0..<stride { values.base[output] += own[output] }
      }
      loss.error(values: values.base, count: signal.outputs, label: label, width: stride, into: errors)
      teach(errors, label)
    }
  }
}
