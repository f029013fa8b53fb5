import Kernels

/// Makes a class of the spikes of neurons that never saw a label.
///
/// Each neuron keeps its mean response to every class, and votes for the classes in their proportion:
///
///     M_kj ← M_kj + (n_j − M_kj)/memory     for class k of a training sample with n_j spikes of neuron j
///     y_k = Σ_j n_j·M_kj/Σ_k M_kj
///
/// A mean starts at 0, so classes must come equally often at first.
/// - Reference: P. U. Diehl, M. Cook, Front. Comput. Neurosci. 9, 99 (2015), doi:10.3389/fncom.2015.00099: labels from training
///   responses; the weighted vote takes the place of one label for each neuron.
struct ClassVotes: Sendable {
  let classes: Int
  let neurons: Int
  /// Samples of a class that a mean response is made of.
  let memory: Float
  /// M, row-major `[classes × neurons]`, spikes.
  var responses: [Float]

  init(classes: Int, neurons: Int, memory: Float) {
    self.classes = classes
    self.neurons = neurons
    self.memory = memory
    responses = [Float](repeating: 0, count: classes * neurons)
  }

  /// The vote for each class; the decision is for the largest, the first of equals.
  func votes(spikeCounts: UnsafePointer<Int32>) -> [Float] {
    var votes = [Float](repeating: 0, count: classes)
    for neuron in 0..<neurons where spikeCounts[neuron] > 0 {
      var total: Float = 0
      for label in 0..<classes { total += responses[label * neurons + neuron] }
      guard total > 0 else { continue }
      let weight = Float(spikeCounts[neuron]) / total
      for label in 0..<classes { votes[label] += weight * responses[label * neurons + neuron] }
    }
    return votes
  }

  /// Takes the response to a training sample of class `label`.
  mutating func learn(spikeCounts: UnsafePointer<Int32>, label: Int) {
    for neuron in 0..<neurons {
      responses[label * neurons + neuron] += (Float(spikeCounts[neuron]) - responses[label * neurons + neuron]) / memory
    }
  }
}
