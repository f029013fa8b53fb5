import Crossbars
import Glibc

extension EmulatedNetwork {
  /// Share of the weights of layers that learn which are within 1 % of an end of their range.
  public var weightsAtRails: Double {
    let limit = 0.99 * parameters.weightLimit
    let learning = Set(learningNeeds.map(\.layer))
    var (count, total) = (0, 0)
    for (name, array) in arrays where learning.contains(name) {
      // Synapses that learn from spike times live between 0 and the limit.
      let isUnipolar = parameters.competition != nil && name != "readout"
      let lower = isUnipolar ? 0.01 * parameters.weightLimit : -limit
      let layout = array.layout
      for block in 0..<layout.blockCount {
        let (weights, columns) = (array.effectiveWeights(block: block), layout.columns(inBlock: block).count)
        for row in 0..<layout.rows {
          for place in row * layout.blockWidth..<row * layout.blockWidth + columns
          where weights[place] >= limit || weights[place] <= lower {
            count += 1
          }
        }
      }
      total += layout.rows * layout.columns
    }
    return total == 0 ? 0 : Double(count) / Double(total)
  }
}

extension SpikingNetwork {
  /// How well the feedback weights of the hidden layers fit the forward weights: mean over the layers of the cosine
  /// between the feedback and the product of all weights from the layer to the outputs; `nil` without feedback weights.
  ///
  /// 0 for feedback that has nothing to do with the weights, 1 for that of back-propagation in a linear network.
  /// - Reference: T. P. Lillicrap et al., Nat. Commun. 7, 13276 (2016), doi:10.1038/ncomms13276.
  public var feedbackAlignment: Double? {
    guard parameters.credit == .feedback, parameters.feedback.initialSigma != nil else { return nil }
    let outputs = parameters.outputs
    var product = readout.layer.array.effectiveWeights
    var cosines: [Double] = []
    for index in hidden.indices.reversed() {
      let layer = hidden[index]
      let neurons = layer.layer.array.layout.columns
      let feedback = layer.rule.feedbackMatrix
      var (dot, forward, backward) = (0.0, 0.0, 0.0)
      for neuron in 0..<neurons {
        for output in 0..<outputs {
          let (weight, signal) = (
            Double(product[neuron * outputs + output]), Double(feedback[output * neurons + neuron])
          )
          dot += weight * signal
          forward += weight * weight
          backward += signal * signal
        }
      }
      cosines.append(forward > 0 && backward > 0 ? dot / sqrt(forward * backward) : 0)
      if index > 0 {
        product = Self.product(
          layer.layer.array.effectiveWeights, product, rows: hidden[index - 1].layer.array.layout.columns,
          inner: neurons, columns: outputs)
      }
    }
    return cosines.reduce(0, +) / Double(cosines.count)
  }

  /// Product of the first `rows` rows of a row-major matrix with `inner` columns and one with `columns` columns.
  private static func product(_ left: [Float], _ right: [Float], rows: Int, inner: Int, columns: Int) -> [Float] {
    var result = [Float](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for place in 0..<inner {
        let weight = left[row * inner + place]
        for column in 0..<columns { result[row * columns + column] += weight * right[place * columns + column] }
      }
    }
    return result
  }
}
