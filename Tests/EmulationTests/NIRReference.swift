import Checkpoints
import Foundation
import Kernels

@testable import Emulation

/// The equations of NIR, neuron by neuron, in double precision and in potentials of their own: what a translated graph is
/// compared with.
struct NIRReference {
  struct Layer {
    /// `[outputs × inputs]`.
    var weight: DenseMatrix
    var bias: [Double]
    /// `[outputs × outputs]`; empty without recurrence.
    var own: [Double] = []
    var neurons: NIRNeurons
    var subtracts = false

    // State.
    var potentials: [Double] = []
    var currents: [Double] = []
    var last: [Double] = []
  }

  var layers: [Layer]
  let timeStep: Double
  var isEuler = false

  mutating func rest() {
    for index in layers.indices {
      let neurons = layers[index].neurons
      layers[index].potentials =
        neurons.type.spikes ? neurons.resetPotentials : [Double](repeating: 0, count: neurons.count)
      layers[index].currents = [Double](repeating: 0, count: neurons.count)
      layers[index].last = layers[index].currents
    }
  }

  /// Spikes of all layers, or the potentials of one that does not spike.
  mutating func step(_ input: [Double]) -> [[Double]] {
    var signal = input
    return layers.indices.map { index in
      signal = step(&layers[index], signal)
      return signal
    }
  }

  private func step(_ layer: inout Layer, _ input: [Double]) -> [Double] {
    let neurons = layer.neurons
    var drive = layer.weight.product(with: input)
    for neuron in drive.indices {
      drive[neuron] += layer.bias[neuron]
      for other in layer.last.indices where !layer.own.isEmpty {
        drive[neuron] += layer.own[neuron * neurons.count + other] * layer.last[other]
      }
    }
    let before = layer.last
    for neuron in drive.indices {
      var current = drive[neuron]
      if neurons.type.filters {
        let (decay, share) = decay(neurons.synapseTimeConstants[neuron])
        layer.currents[neuron] = decay * layer.currents[neuron] + share * neurons.inputWeights[neuron] * current
        current = layer.currents[neuron]
      }
      var potential = layer.potentials[neuron]
      if neurons.type.spikes, before[neuron] > 0, !layer.subtracts { potential = neurons.resetPotentials[neuron] }
      if neurons.type.leaks {
        let (decay, share) = decay(neurons.timeConstants[neuron])
        potential =
          decay * potential + share * (neurons.leakPotentials[neuron] + neurons.resistances[neuron] * current)
      } else {
        potential += timeStep * neurons.resistances[neuron] * current
      }
      if neurons.type.spikes, before[neuron] > 0, layer.subtracts {
        potential -= neurons.thresholds[neuron] - neurons.resetPotentials[neuron]
      }
      layer.potentials[neuron] = potential
      layer.last[neuron] = neurons.type.spikes && potential > neurons.thresholds[neuron] ? 1 : 0
    }
    return neurons.type.spikes ? layer.last : layer.potentials
  }

  private func decay(_ timeConstant: Double) -> (decay: Double, share: Double) {
    isEuler
      ? (1 - timeStep / timeConstant, timeStep / timeConstant)
      : (exp(-timeStep / timeConstant), 1 - exp(-timeStep / timeConstant))
  }
}

/// Random numbers and graphs for the tests of NIR.
struct NIRWorkshop {
  let stream: RandomStream
  private var drawn = 0

  init(seed: UInt64) { stream = RandomStream(key: seed) }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    drawn += 1
    let word = stream.words(array: 0, item: drawn, event: 0)[0]
    return range.lowerBound + (range.upperBound - range.lowerBound) * Double(word) / 4_294_967_295
  }

  mutating func list(_ count: Int, _ range: ClosedRange<Double>) -> [Double] {
    (0..<count).map { _ in uniform(range) }
  }

  mutating func tensor(_ shape: [Int], _ range: ClosedRange<Double>) -> NIRTensor {
    NIRTensor(shape: shape, values: list(shape.reduce(1, *), range).map { Float($0) })
  }

  /// Neurons that share their time constants and differ in all else where `varied`.
  mutating func neurons(
    _ type: NIRNeurons.Kind, _ shape: [Int], timeConstant: Double = 0.02, varied: Bool = false
  ) -> NIRNeurons {
    let count = shape.reduce(1, *)
    var neurons = NIRNeurons(
      type: type, shape: shape, resistances: varied ? list(count, 3...6) : [Double](repeating: 5, count: count))
    if !type.leaks { neurons.resistances = neurons.resistances.map { $0 * 50 } }
    func all(_ value: Double) -> [Double] { [Double](repeating: value, count: count) }
    if type.leaks { (neurons.timeConstants, neurons.leakPotentials) = (all(timeConstant), all(0)) }
    if type.spikes { (neurons.thresholds, neurons.resetPotentials) = (all(1), all(0)) }
    if type.filters { (neurons.synapseTimeConstants, neurons.inputWeights) = (all(0.004), all(4)) }
    guard varied else { return neurons }
    if type.spikes {
      neurons.resetPotentials = list(count, -0.3...0.1)
      neurons.thresholds = list(count, 0.6...1.4)
    }
    if type.leaks {
      neurons.leakPotentials = type.filters ? neurons.resetPotentials : list(count, -0.2...0.2)
    }
    return neurons
  }
}

extension NIRGraph {
  /// Nodes one behind the other between an input and an output, with further edges.
  static func chain(
    input: [Int], _ nodes: [(String, NIRNode.Kind)], output: Int, more: [(String, String)] = [],
    metadata: NIRMetadata = [:]
  ) -> NIRGraph {
    let all = [("input", NIRNode.Kind.input(shape: input))] + nodes + [("output", .output(shape: [output]))]
    let inner = Set(more.flatMap { [$0.0, $0.1] })
    let chained = all.map(\.0).filter { !inner.contains($0) || !$0.hasPrefix("own") }
    let edges = zip(chained, chained.dropFirst()).map { Edge($0, $1) } + more.map { Edge($0.0, $0.1) }
    return NIRGraph(
      nodes: Dictionary(uniqueKeysWithValues: all.map { ($0.0, NIRNode($0.1)) }), edges: edges, metadata: metadata)
  }

  /// The graph as a file that was written and read.
  func filed(in folder: TemporaryFolder, _ name: String = "net.nir") throws -> NIRFile {
    try NIRFile.write(self, to: folder(name))
    return try NIRFile(path: folder(name))
  }
}

extension ImportedNetwork {
  /// The network on ideal arrays without converters.
  func ideal(image: ImageShape? = nil, timeStep: Double = 1e-3) throws -> NetworkParameters {
    var parameters = try raggedNetwork()
    parameters.inputRows = inputs
    parameters.outputs = outputs
    parameters.weightLimit = 1e4
    parameters.neuron.timeStep = timeStep
    parameters.readout.timeStep = timeStep
    try apply(to: &parameters, image: image)
    return parameters
  }
}
