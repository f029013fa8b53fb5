import CKernels
import Kernels

/// What a layer sends back to the layer in front of it, where signals come back through weights.
extension EProp {
  /// Writes ψ_j(t)·L_j(t) of a block, before `reverse`, as errors of the layer in front `[ticks × neurons]`.
  public func passSignal(block: Int, ticks: Int, signal: borrowing ErrorSignal, into front: borrowing ErrorSignal) {
    let width = layout.blockWidth
    let start = block * width
    let columns = layout.columns(inBlock: block)
    let sums = changes.base + start
    for tick in 0..<ticks {
      learningSignal(
        of: errors(signal) + tick * signal.stride,
        from: start, count: width, into: sums)
      let slopes = psi(block: block, tick: tick)
      let errors = front.errors.base + tick * front.stride + columns.lowerBound
      for lane in 0..<columns.count { errors[lane] = slopes[lane] * sums[lane] }
    }
  }

  /// Writes the gradient of the input of a block, which `reverse` left unscaled, as errors of the layer in front
  /// `[ticks × neurons]`.
  public func passGradient(block: Int, ticks: Int, into front: borrowing ErrorSignal) {
    let columns = layout.columns(inBlock: block)
    for tick in 0..<ticks {
      let errors = front.errors.base + tick * front.stride + columns.lowerBound
      errors.update(from: psi(block: block, tick: tick), count: columns.count)
    }
  }

  /// Turns the gradient that `reverse` left unscaled into −η times it.
  public func scale(block: Int, ticks: Int) {
    let own = psi(block: block, tick: 0)
    for place in 0..<ticks * layout.blockWidth { own[place] *= -parameters.rate }
  }

  /// Turns ψ of all blocks of a recurrent layer into the gradient of the input of its neurons, unscaled: what a spike did to the
  /// neurons of the layer one tick later comes back too.
  ///
  ///     L_j(t) = Σ_k B[k,j]·error_k(t) + r_j + Σ_n V[j,n]·Q_n(t+1)        R, A and Q of `EProp` from L
  ///
  /// Tick by tick, since every signal depends on all neurons of the tick behind.
  /// - Parameters:
  ///   - recurrent: V transposed: row n holds the weights from all neurons to neuron n `[columns × paddedColumns]`.
  ///   - spikes: bits of all neurons, needed where they reset to zero.
  ///   - spikeStride: bytes from one tick to the next.
  /// - Complexity: O(ticks × columns²)
  public func reverseThroughTime(
    ticks: Int, signal: borrowing ErrorSignal, recurrent: UnsafePointer<Float>, spikes: UnsafePointer<UInt8>,
    spikeStride: Int
  ) {
    let padded = layout.paddedColumns
    let (width, blocks) = (layout.blockWidth, layout.blockCount)
    let memory = AlignedBuffer<Float>(count: 4 * padded)
    let (sums, kept, later) = (memory.base, memory.base + padded, memory.base + 2 * padded)
    let gradient = memory.base + 3 * padded
    let (leak, synapseLeak, rho) = (parameters.leak, parameters.synapseLeak, parameters.adaptationDecay)
    for tick in stride(from: ticks - 1, through: 0, by: -1) {
      learningSignal(
        of: errors(signal) + tick * signal.stride, from: 0,
        count: padded, into: sums)
      if tick < ticks - 1 {
        for neuron in 0..<layout.columns {
          let value = gradient[layout.paddedColumn(neuron)]
          if value != 0 { cpk_add_scaled(sums, recurrent + neuron * padded, value, padded) }
        }
      }
      let bits = spikes + tick * spikeStride
      for block in 0..<blocks {
        let own = psi(block: block, tick: tick)
        for lane in 0..<width {
          let at = block * width + lane
          let isReset = parameters.resetsToZero && bits[at / 8] >> UInt8(at % 8) & 1 == 1
          let strength = strengths.count > 0 ? strengths.base[at] : 0
          let slope = own[lane]
          kept[at] = (isReset ? 0 : leak * kept[at]) + slope * (sums[at] + later[at])
          later[at] = (rho - strength * slope) * later[at] - strength * slope * sums[at]
          gradient[at] = synapseLeak * gradient[at] + kept[at]
          own[lane] = gradient[at]
        }
      }
    }
  }

  /// The errors that the eligibility meets.
  private func errors(_ signal: borrowing ErrorSignal) -> UnsafePointer<Float> {
    UnsafePointer(parameters.decay == nil ? signal.errors.base : signal.filtered.base)
  }

  /// Σ_k B[k,j]·error_k + r_j of `count` columns from `start` on.
  private func learningSignal(
    of errors: UnsafePointer<Float>, from start: Int, count: Int, into sums: UnsafeMutablePointer<Float>
  ) {
    sums.update(from: regularisation.base + start, count: count)
    for output in 0..<outputs where errors[output] != 0 {
      cpk_add_scaled(sums, feedback.base + output * layout.paddedColumns + start, errors[output], count)
    }
  }
}
