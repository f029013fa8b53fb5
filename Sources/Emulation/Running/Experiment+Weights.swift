import Checkpoints
import Foundation
import Kernels
import Recordings

extension ExperimentConfiguration {
  /// The NIR graph that the network comes from, as the experiment names it; `nil` without.
  var weightsPath: String? { network.weightsFrom == ConfigurationTable.noWeights ? nil : network.weightsFrom }

  /// The same experiment with the place of its NIR graph.
  func withWeights(experimentFolder: String?) throws(NIRError) -> ExperimentConfiguration {
    guard let named = weightsPath else { return self }
    let beside = experimentFolder.map { $0.isEmpty ? named : "\($0)/\(named)" } ?? named
    let candidates = named.hasPrefix("/") ? [named] : [beside, named]
    guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw .unreadable(file: candidates[0], reason: "no such file (network.weights_from)")
    }
    return withWeightsFrom(URL(fileURLWithPath: path).standardizedFileURL.path)
  }

  /// The network of a NIR graph in ticks of this experiment.
  func imported(from path: String) throws(NIRError) -> ImportedNetwork {
    try ImportedNetwork(
      NIRFile(path: path),
      ImportedNetwork.Discretisation(
        timeStep: network.weightsTimeStep.seconds,
        decay: network.weightsDecay == .fromFile ? nil : network.weightsDecay == .euler ? .euler : .exact,
        reset: network.weightsReset == .fromFile ? nil : network.weightsReset == .zero ? .zero : .subtractive))
  }

  /// Puts the network of a NIR graph in the place of the one that `parameters` describe.
  /// - Throws: `NIRError` for one that fits neither the recording nor the arrays nor the rule of learning.
  func takeWeights(from path: String, into parameters: inout NetworkParameters, image: ImageShape?) throws {
    let imported = try imported(from: path)
    func require(_ holds: Bool, _ node: String, expected: String, found: String) throws(NIRError) {
      if !holds { throw .unfit(file: path, node: node, expected: expected, found: found) }
    }
    try require(
      imported.inputs == parameters.inputRows, "the input",
      expected: "\(parameters.inputRows) signals, the rows of \(stream.path)",
      found: "\(imported.inputs), shape \(imported.inputShape)")
    try require(
      imported.outputs == parameters.outputs, "the output",
      expected: "\(parameters.outputs) signals, the classes of \(stream.path)", found: "\(imported.outputs)")
    if !imported.convolutions.isEmpty {
      try require(
        image.map { [$0.channels, $0.height, $0.width] == imported.inputShape } ?? false, "the input",
        expected: image.map { "an image of \([$0.channels, $0.height, $0.width])" }
          ?? "no convolutions, since the rows of \(stream.path) are no image", found: "\(imported.inputShape)")
    }
    let (beyond, total) = imported.count(beyond: parameters.weightLimit)
    try require(
      beyond == 0 || network.weightsClip, "the weights",
      expected: "weights within ±\(crossbar.weightLimit) (crossbar.weight_limit)",
      found: "\(beyond) of \(total) beyond, the largest \(imported.largestWeight); raise the limit to that, or set "
        + "network.weights_clip: true to cut them")
    try imported.apply(to: &parameters, image: image)
    guard learning.rule != .none else { return }
    let neuron = parameters.neuron
    let isGeneral = neuron.reset == .zero || neuron.adaptation != nil || neuron.synapseTimeConstant > 0
    try require(
      learning.updateTicks == 0 || !isGeneral, "the neurons",
      expected: "neurons that reset by subtraction, without filter and adaptation, with learning.update_ticks "
        + "\(learning.updateTicks)",
      found: "others; use learning.update_ticks: 0"
        + (network.weightsReset == .fromFile ? " or network.weights_reset" : ""))
    try require(
      learning.rule != .eProp || learning.feedback == .random || imported.hidden.count == 1, "the layers",
      expected: "one hidden layer with learning.feedback \(learning.feedback.rawValue)",
      found: "\(imported.hidden.count); use learning.feedback: random")
  }
}
